"""What the runs of a diagnostic say: counted by day, measured with their range, and what order they suggest."""
