"""The pages at the end of a run: whom to call back, check, call, solved, sent."""
