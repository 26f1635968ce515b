"""The widget: a script for pages of other sites, and what sends it."""
