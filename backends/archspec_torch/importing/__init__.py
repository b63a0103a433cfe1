"""Import of PyTorch models, by way of torch.export: ``exported.network``."""
