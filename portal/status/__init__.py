"""Services, notices about them, and the status page."""
