"""The training loop for PyTorch, independent of the rest of archspec."""
