"""YAML as values that know their places."""
