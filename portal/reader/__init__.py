"""The pages for reading: home, search, topics, guides."""
