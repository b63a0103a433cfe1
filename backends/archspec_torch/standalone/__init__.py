"""The training loop for PyTorch, free of the rest of archspec."""
