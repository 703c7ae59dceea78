"""Where a request stands: who works on it, what it waits for, how urgent it is, how it ended."""
