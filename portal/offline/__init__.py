"""What a browser keeps for a moment without a line: the kit, the form for a request, and what was written in it."""
