"""The drawn map of a diagnostic."""
