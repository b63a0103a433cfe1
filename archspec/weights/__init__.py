"""Weights: the canonical file for all backends, seeded initial values, and published checkpoints.

Keys are ``<path of the node>.<name of the parameter>``; tensors are float32 in PyTorch's layout.
"""
