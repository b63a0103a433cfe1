"""What an editor asks about documents that are being written; it knows no editor's protocol."""
