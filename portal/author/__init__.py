"""The pages for writing guides and diagnostics."""
