"""Text to unit vectors, vectors to candidates, candidates to an order and a probability."""
