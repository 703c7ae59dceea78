"""Pages, tickets, mail, reports and the wiring of them."""
