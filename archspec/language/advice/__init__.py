"""Suggestions for texts that are not valid here: words of other tools, and near misses."""
