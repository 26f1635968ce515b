"""Files to blocks or to entries: one small module a format."""
