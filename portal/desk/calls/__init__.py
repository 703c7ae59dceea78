"""Calls: logging one in under a minute."""
