"""Pictures that authors add."""
