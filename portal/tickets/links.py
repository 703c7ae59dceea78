"""The addresses of a request, and which request an address opens for this reader."""

from __future__ import annotations

from portal.request import db, reader, settings
from portal.safety import SignInFirst
from portal.tickets.opening import private_link
from portal.tickets.store import Store
from portal.tickets.ticket import Ticket, by_private_link, followed_by, link_key

# Stands in the place of a private key for a person who is signed in and may follow the request.
MINE = "mine"


def ticket_for(reference: str, key: str) -> Ticket:
    """The ticket behind an address, for this reader. Raises NoSuchTicket, or asks a visitor to sign in."""
    if key != MINE:
        return by_private_link(db(), reference, key, settings().secret_key)
    if not reader().signed_in:
        raise SignInFirst
    return followed_by(db(), reference, reader())


def address_of(ticket: Ticket, key: str) -> str:
    """Where this reader reads the request."""
    return f"/tickets/{ticket.reference}" if key == MINE else f"/tickets/{ticket.reference}/{key}"


def actions_of(ticket: Ticket, key: str) -> str:
    """What the addresses of the request's own actions start with."""
    return f"/tickets/{ticket.reference}/{key}"


def store() -> Store:
    """Where the files of requests lie."""
    return Store(settings().attachments_folder)


def sent_address(ticket: Ticket) -> str:
    """The page that says that we have it; reading it again sends nothing."""
    return f"/tickets/{ticket.reference}/{link_key(settings().secret_key, ticket)}/sent"


def link_of(ticket: Ticket) -> str:
    """The private link as it is mailed and printed."""
    return private_link(settings().base_url, settings().secret_key, ticket)
