"""Tickets: what people asked, what was answered, and everything that happened to both."""
