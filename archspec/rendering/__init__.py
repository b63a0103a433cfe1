"""Diagnostics rendered as text, as JSON and as annotations on GitHub."""
