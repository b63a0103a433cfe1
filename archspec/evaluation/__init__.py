"""Evaluation of networks: crops, predictions, ensembles, scores."""
