"""What happened: searches, openings, answers; and the measures of them."""
