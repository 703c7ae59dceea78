"""The pages where the desk changes its settings, one group at a time."""
