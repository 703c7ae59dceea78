"""Search: the results, the suggestions while typing, and what happens when nothing is found."""
