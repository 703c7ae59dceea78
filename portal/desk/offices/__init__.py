"""Offices as the desk sees them: people, equipment, requests."""
