"""The pages for people who do not have their password."""
