"""Mail: what goes out, through which door, and the addresses it goes to."""
