"""Running it: the parent and its web processes, the worker and what it does, the upkeep of the index."""
