"""The JSON Schema of specs, made from the words of the language."""
