"""The server: JSON API, chat page, limits and headers."""
