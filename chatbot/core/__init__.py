"""Values, settings and errors that all rooms share."""
