"""What machines ask: health, readiness, figures, robots and the small well-known files."""
