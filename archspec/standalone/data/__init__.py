"""Images with labels: where they come from, how they are varied, in what order they are seen."""
