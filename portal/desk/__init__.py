"""The pages of the help desk: queue, ticket, calls, offices."""
