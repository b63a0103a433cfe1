"""Figures in documents: a fence for Markdown sites, a directive for Sphinx."""
