"""One canonical file of weights for all backends, and the initial values that a seed gives.

Keys are node paths with the parameter's name, tensors are float32 in PyTorch's layout.
"""
