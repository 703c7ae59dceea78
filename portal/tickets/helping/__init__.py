"""Guides beside a request that is being written, and "This solved it"."""
