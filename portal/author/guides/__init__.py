"""Guides: the editor."""
