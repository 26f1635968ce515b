"""The FAQ as a page."""
