"""``archspec optimize``: a network for inference that computes the same with less work."""
