"""Pages and files that an owner has, as Markdown of his own; and a first corpus for who has none."""
