"""The step grammar: both forms of a step, arithmetic, names and words."""
