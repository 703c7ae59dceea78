"""This request: its database session, its reader, its site, its visitor and the work to do after the answer."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import Any, TypeVar, cast

from flask import Response, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from auth.offices import Office, open_office
from auth.roles import VISITOR, Reader
from auth.sessions import Visit, visit_of
from portal.config import Config
from portal.database import Database
from portal.diagnose.shelf import Shelf
from portal.kept_pages import KeptPages
from portal.later import Later, Step
from portal.reader.finding import Finder
from portal.reader.past_searches import PastSearches
from portal.reports.events import Asker
from portal.site.context import Site, SiteCache
from portal.storm.kept import KeptKits

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
View = TypeVar("View", bound=Callable[..., Any])
VISITOR_SHAPE = re.compile(r"[A-Za-z0-9_-]{22}")
VISITOR_DAYS = 30
OFFICE_DAYS = 365


class Wiring:
    """What the composition root has put together for the views."""

    def __init__(
        self,
        *,
        config: Config,
        database: Database,
        finder: Finder,
        sites: SiteCache,
        events_at_once: bool = False,
    ) -> None:
        self.config = config
        self.database = database
        self.finder = finder
        self.sites = sites
        self.shelf = Shelf()
        self.pages = KeptPages()
        self.kits = KeptKits()
        self.past_searches = PastSearches(finder, database, at_once=events_at_once)
        self.later = Later(database, at_once=events_at_once)
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)


def wiring() -> Wiring:
    """The parts this application was built from."""
    return cast(Wiring, current_app.extensions["signpost"])


def settings() -> Config:
    """The settings of the process."""
    return wiring().config


def now() -> datetime:
    """This moment, the same for the whole request."""
    if "now" not in g:
        g.now = wiring().clock()
    return cast(datetime, g.now)


def db() -> Session:
    """This request's session. It writes only when the request may; nothing is kept unless the view commits."""
    if "db" not in g:
        database = wiring().database
        reads = request.method in SAFE_METHODS or _only_reads()
        g.db = database.reading() if reads else database.writing()
    return cast(Session, g.db)


def only_reads(view: View) -> View:
    """Declare that a post changes nothing: it only keeps words out of an address, and takes no write lock."""
    view.only_reads = True  # type: ignore[attr-defined]
    return view


def reader() -> Reader:
    """Who is asking. Costs no query for a visitor and one for a person who is signed in."""
    found = visit()
    return found.person if found is not None and found.is_open else VISITOR


def visit() -> Visit | None:
    """The look at this browser's sign-in session, taken once; None for a visitor."""
    if "visit" not in g:
        raw = request.cookies.get(session_cookie(), "")
        g.visit = visit_of(db(), raw, now()) if raw else None
    return cast("Visit | None", g.visit)


def site() -> Site:
    """The frame of every page. One query of one row."""
    if "site" not in g:
        g.site = wiring().sites.site_for(now(), _kind_of_office)
    return cast(Site, g.site)


def session_cookie() -> str:
    """The name of the session cookie; browsers guard the ``__Host-`` name, but only over https."""
    return "__Host-signpost" if settings().secure else "signpost"


def visitor() -> str:
    """The random id of this browser; a new one when it brings none. It joins searches and openings to a ticket."""
    if "visitor" not in g:
        brought = request.cookies.get(_visitor_cookie(), "")
        g.visitor_is_new = VISITOR_SHAPE.fullmatch(brought) is None
        g.visitor = secrets.token_urlsafe(16) if g.visitor_is_new else brought
    return cast(str, g.visitor)


def asker() -> Asker:
    """Who makes the events of this request: the browser, its office, and whether the help desk itself asks."""
    who = reader()
    return Asker(visitor(), who.office_id, remembered_office(), who.is_staff)


def csrf_token() -> str:
    """The token of this browser and session; it is good until the person signs in or out."""
    if "marks" in g:
        return cast(str, g.marks.token_mark)
    text = f"csrf:{visitor()}:{request.cookies.get(session_cookie(), '')}"
    return hmac.new(settings().secret_key.encode(), text.encode(), sha256).hexdigest()


def csp_nonce() -> str:
    """The nonce of this answer."""
    if "marks" in g:
        return cast(str, g.marks.nonce_mark)
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return cast(str, g.nonce)


def peer() -> str:
    """The address of the caller; what a proxy forwards counts only when the proxy is a trusted one."""
    direct = request.remote_addr or ""
    trusted = settings().trusted_proxies
    if not trusted or not _within(direct, trusted):
        return direct
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    for hop in reversed(hops):
        if not _within(hop, trusted):
            return hop
    return direct


def remembered_office() -> str:
    """The code of the office that this browser chose last, or nothing."""
    return request.cookies.get("office", "")[:60]


def remember_office(response: AnyResponse, code: str) -> AnyResponse:
    """A cookie remembers the office, so that nobody chooses it twice; an empty code leaves it as it is."""
    if code:
        response.set_cookie(
            "office",
            code,
            max_age=OFFICE_DAYS * 86400,
            secure=settings().secure,
            httponly=True,
            samesite="Lax",
        )
    return response


def after_answer(step: Step) -> None:
    """Write something after the answer is sent, in a transaction of its own; GET requests write only so."""
    g.setdefault("later", []).append(step)


def kept_page(build: Callable[[], str], *, variant: str = "") -> str:
    """The page of this path: kept for visitors, who all see the same, and built for everybody else.

    A visitor's page must depend on nothing but its path, its variant, the site and the minute.
    """
    if visit() is not None:
        return build()
    pages = wiring().pages
    key = (request.path, variant, site().version, now().replace(second=0, microsecond=0), site().mode.slug)

    def build_with_marks() -> str:
        g.marks = pages
        try:
            return build()
        finally:
            g.pop("marks")

    return pages.filled(pages.page(key, build_with_marks), token=csrf_token(), nonce=csp_nonce())


def keep_visitor(response: Response) -> Response:
    """Give a new browser its id."""
    if g.get("visitor_is_new"):
        response.set_cookie(
            _visitor_cookie(),
            visitor(),
            max_age=VISITOR_DAYS * 86400,
            secure=settings().secure,
            httponly=True,
            samesite="Lax",
            path="/",
        )
    return response


def run_later(response: Response) -> Response:
    """Arrange for what ``after_answer`` collected to be written once the answer is out."""
    steps: list[Step] = g.get("later", [])
    if steps:
        later = wiring().later
        response.call_on_close(lambda: later.put(steps))
    return response


def close_session(_error: BaseException | None = None) -> None:
    """End the session; whatever the view did not commit is rolled back."""
    session = g.pop("db", None)
    if session is not None:
        session.close()


def _kind_of_office() -> str:
    """The kind of the person's office, else of the one that this browser remembers. One query."""
    who = reader()
    office = db().get(Office, who.office_id) if who.office_id else open_office(db(), remembered_office())
    return office.kind if office else ""


def _only_reads() -> bool:
    return getattr(current_app.view_functions.get(request.endpoint or ""), "only_reads", False)


def _visitor_cookie() -> str:
    return "__Host-visitor" if settings().secure else "visitor"


def _within(address: str, networks: tuple[str, ...]) -> bool:
    try:
        own = ip_address(address)
    except ValueError:
        return False
    return any(own in ip_network(network) for network in networks)
