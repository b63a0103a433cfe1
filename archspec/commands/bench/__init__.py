"""``archspec bench``: how fast networks are, measured against each other."""
