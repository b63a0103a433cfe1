"""Training a network by a recipe: the part outside the loops, which are in the backends."""
