"""Playing a draft as a clerk would walk it, without a trace."""
