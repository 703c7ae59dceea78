"""Changing the text of a diagnostic letter by letter, so that comments and order stay."""
