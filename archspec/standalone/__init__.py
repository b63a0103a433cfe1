"""What training programs are made of, whatever the framework: it stands alone.

Nothing here imports the rest of archspec, so that a program which is written out takes these
files along as they are.
"""
