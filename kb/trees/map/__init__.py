"""The map of a diagnostic: its boxes, where they stand, the way of a run on it, and its text for other programs."""
