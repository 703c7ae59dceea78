"""What the runs of a diagnostic say: measures, and a better order of steps for a person to decide on."""
