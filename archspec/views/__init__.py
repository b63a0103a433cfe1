"""Graphs made visible: tables and diagrams."""
