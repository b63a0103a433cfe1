"""Sections of a document, read into the record of what it declares."""
