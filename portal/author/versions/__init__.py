"""Versions: history, comparing, bringing back."""
