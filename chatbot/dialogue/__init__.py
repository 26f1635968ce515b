"""A message and its history to replies."""
