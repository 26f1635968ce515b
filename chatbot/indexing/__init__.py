"""Building, publishing and opening the index."""
