"""Recalling a version of a diagnostic that was wrong or unsafe."""
