"""Whether a guide helped, and the next best thing when it did not."""
