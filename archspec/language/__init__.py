"""From the text of a spec to a checked graph."""
