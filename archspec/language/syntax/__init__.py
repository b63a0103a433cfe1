"""The grammar of steps: both notations of a step, arithmetic, names and words."""
