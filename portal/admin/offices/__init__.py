"""The pages where an admin sets up offices: the list, one office, closing, and bringing in a CSV file."""
