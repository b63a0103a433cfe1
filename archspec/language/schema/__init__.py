"""The JSON Schema of specs, generated from the vocabulary of the language."""
