"""The declarations of a document, read section by section, with those of the files it imports."""
