"""How good networks are: crops, predictions, ensembles, scores."""
