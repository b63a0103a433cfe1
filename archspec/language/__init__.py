"""The front end of the compiler: from the text of a spec to a checked graph."""
