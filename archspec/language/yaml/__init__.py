"""YAML documents as values with source locations."""
