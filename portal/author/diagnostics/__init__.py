"""Diagnostics: the editor."""
