"""The impact of a change: on cost, on old checkpoints, and on what they compute."""
