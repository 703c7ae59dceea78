"""The forms of a diagnostic: its questions, steps, ends, ticket lines, and what stands at its head."""
