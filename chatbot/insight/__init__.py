"""What the numbers say about the answers."""
