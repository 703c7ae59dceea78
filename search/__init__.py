"""Finding: queries, indexes, ranking and the measures of both."""
