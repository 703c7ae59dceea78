"""Guides, diagnostics and the runs through them."""
