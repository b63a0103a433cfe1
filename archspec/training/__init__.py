"""Training a network by a recipe: what needs archspec. The loops are those of the backends."""
