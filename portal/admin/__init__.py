"""The pages for setting up: people and settings."""
