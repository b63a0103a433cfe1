"""The framework-independent part of training programs.

Nothing here imports the rest of archspec, so these files are copied unchanged into the programs
that are written out.
"""
