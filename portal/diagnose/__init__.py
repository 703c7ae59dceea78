"""The pages of a guided diagnostic, one question at a time."""
