"""Pages for machines: robots.txt, security.txt, the search description and the map of the public articles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import Article
from portal.mail.addresses import is_address

# RFC 9116 wants less than a year; a short time keeps an abandoned copy from being believed.
SECURITY_DAYS = 90
# What the sitemap format allows in one file.
MOST_ADDRESSES = 50_000
PRIVATE = (
    "/account",
    "/admin/",
    "/api/",
    "/author/",
    "/desk/",
    "/reports/",
    "/requests",
    "/runs/",
    "/tickets/",
)


@dataclass(frozen=True)
class PublicPage:
    """An address that anyone may read, and the day it changed, if that is known."""

    path: str
    changed: date | None = None


def robots(base_url: str) -> str:
    """Where robots need not look; nothing there is protected by this."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in (*PRIVATE, "/search", "/suggest"))]
    return "\n".join([*lines, f"Sitemap: {base_url}/sitemap.xml", ""])


def security(settings: Mapping[str, Any], base_url: str, now: datetime) -> str:
    """Where to tell us of a weakness, RFC 9116; empty when no address is set.

    ``security.email`` comes first, then ``desk.email``; ``security.expires`` is a day in the settings.
    """
    named = (str(settings.get(name) or "") for name in ("security.email", "desk.email"))
    address = next((text for text in named if is_address(text)), "")
    if not address:
        return ""
    lines = (
        f"Contact: mailto:{address}",
        f"Expires: {_expires(settings, now)}T00:00:00Z",
        "Preferred-Languages: en",
        f"Canonical: {base_url}/.well-known/security.txt",
        "",
    )
    return "\n".join(lines)


def search_description(name: str, what: str, base_url: str) -> str:
    """What a browser needs to offer our search in its own search box."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        f"<ShortName>{escape(name[:16])}</ShortName>\n"
        f"<Description>{escape(f'Search the guides of the {what}'[:1024])}</Description>\n"
        "<InputEncoding>UTF-8</InputEncoding>\n"
        f'<Url type="text/html" method="get" template="{escape(base_url)}/search?q={{searchTerms}}"/>\n'
        "</OpenSearchDescription>\n"
    )


def public_pages(session: Session) -> list[PublicPage]:
    """The start page, the status page and every published article that anyone may read. One query."""
    live = (
        select(Article.slug, Article.kind, Article.published_at)
        .where(Article.status == "published", Article.audience == "public", Article.published_id.is_not(None))
        .order_by(Article.slug)
        .limit(MOST_ADDRESSES - 2)
    )
    articles = [
        PublicPage(
            f"/{'diagnose' if row.kind == 'diagnostic' else 'articles'}/{row.slug}",
            row.published_at.date() if row.published_at else None,
        )
        for row in session.execute(live)
    ]
    return [PublicPage("/"), PublicPage("/status"), *articles]


def sitemap(pages: Iterable[PublicPage], base_url: str) -> str:
    """The pages as sitemaps.org describes them."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ]
    for page in pages:
        changed = f"<lastmod>{page.changed.isoformat()}</lastmod>" if page.changed else ""
        lines.append(f"<url><loc>{escape(base_url + page.path)}</loc>{changed}</url>")
    return "\n".join([*lines, "</urlset>", ""])


def _expires(settings: Mapping[str, Any], now: datetime) -> str:
    try:
        return date.fromisoformat(str(settings.get("security.expires"))).isoformat()
    except ValueError:
        return (now + timedelta(days=SECURITY_DAYS)).date().isoformat()
