"""Asking the help desk: the form, what is sent along, and the page that says we have it."""
