"""Facts about a graph; an analysis reads it and returns records."""
