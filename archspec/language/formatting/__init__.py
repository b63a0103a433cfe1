"""Writing a document as its readers would."""
