"""Keeping everything safe: backup, restore, and the doctor who looks at all of it."""
