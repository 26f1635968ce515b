"""Files to entries, every source line accounted for, and entries to passages."""
