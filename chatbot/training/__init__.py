"""Learning a small adapter for the encoder, out of questions that mean the same."""
