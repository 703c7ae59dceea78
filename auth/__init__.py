"""People, their rights, and the ground every table stands on."""
