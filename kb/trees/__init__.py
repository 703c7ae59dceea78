"""Diagnostics as trees: their shape, their file format, their checks and the walk through them."""
