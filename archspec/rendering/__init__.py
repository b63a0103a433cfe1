"""Diagnostics drawn for people, for programs and for GitHub."""
