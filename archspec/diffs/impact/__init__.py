"""What a change means: its cost, and whether old checkpoints load and compute the same."""
