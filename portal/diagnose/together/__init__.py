"""A run shared by a clerk and the help desk: where we are, a change that needs a yes, another device, a recall."""
