"""Import: a network of another format as a graph, with its weights."""
