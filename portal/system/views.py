"""The pages around the product: health, metrics, pages for machines, pictures, privacy and accessibility."""

from __future__ import annotations

from ipaddress import ip_address

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.guard import ANYONE, admit
from auth.tokens import bearer_of
from kb.reading import picture
from portal.errors import Missing
from portal.request import db, now, peer, settings, site, wiring
from portal.system import for_machines
from portal.system.metrics import CONTENT_TYPE, metrics_text
from portal.system.readiness import problems

blueprint = Blueprint("system", __name__)

METRICS_SCOPE = "metrics:read"
# A day: a picture that is replaced under its name is seen by the next day, and asked for by ETag until then.
PICTURE_CACHE = "public, max-age=86400"
# A drawing that is opened by itself may run, load and style nothing.
PICTURE_POLICY = "default-src 'none'; sandbox"


@blueprint.get("/healthz")
@admit(ANYONE)
def health() -> Response:
    """The process lives. Asks nothing of the database."""
    return _fresh(jsonify(status="ok"))


@blueprint.get("/readyz")
@admit(ANYONE)
def ready() -> tuple[Response, int]:
    found = problems(db(), wiring().finder.index, settings().folder)
    status = {"status": "not ready", "problems": found} if found else {"status": "ready"}
    return _fresh(jsonify(status)), 503 if found else 200


@blueprint.get("/metrics")
@admit(ANYONE)
def metrics() -> Response:
    """Counts, for this machine itself or for a token with the scope. To anyone else the page is not there."""
    if not (_asked_from_here() or _has_token()):
        raise Missing
    return _fresh(Response(metrics_text(db(), wiring().finder.index), content_type=CONTENT_TYPE))


@blueprint.get("/.well-known/security.txt")
@admit(ANYONE)
def security_contact() -> Response:
    text = for_machines.security(site().settings, settings().base_url, now())
    if not text:
        raise Missing
    return Response(text, mimetype="text/plain")


@blueprint.get("/robots.txt")
@admit(ANYONE)
def robots() -> Response:
    return Response(for_machines.robots(settings().base_url), mimetype="text/plain")


@blueprint.get("/opensearch.xml")
@admit(ANYONE)
def search_description() -> Response:
    text = for_machines.search_description(site().name, site().service_line, settings().base_url)
    return Response(text, mimetype="application/opensearchdescription+xml")


@blueprint.get("/sitemap.xml")
@admit(ANYONE)
def sitemap() -> Response:
    text = for_machines.sitemap(for_machines.public_pages(db()), settings().base_url)
    return Response(text, mimetype="application/xml")


@blueprint.get("/accessibility")
@admit(ANYONE)
def accessibility() -> str:
    return render_template("system/accessibility.html")


@blueprint.get("/privacy")
@admit(ANYONE)
def privacy() -> str:
    return render_template("system/privacy.html")


@blueprint.get("/design")
@admit("enter the desk")
def design() -> str:
    return render_template("design.html")


@blueprint.get("/pictures/<name>")
@admit(ANYONE)
def show_picture(name: str) -> AnyResponse:
    """A picture of a guide, with the type that was checked when it came in."""
    found = picture(db(), name)
    answer = Response(found.body, content_type=found.media_type)
    answer.headers["Cache-Control"] = PICTURE_CACHE
    answer.headers["Content-Security-Policy"] = PICTURE_POLICY
    answer.headers["Content-Disposition"] = "inline"
    answer.set_etag(found.sha256)
    return answer.make_conditional(request)


@blueprint.get("/favicon.ico")
@admit(ANYONE)
def favicon() -> AnyResponse:
    return redirect(current_app.jinja_env.globals["asset"]("img/favicon.svg"), 301)  # type: ignore[operator]


def _asked_from_here() -> bool:
    """Whether this machine itself asks. A proxy on it that nobody declared passes on the whole world's requests."""
    forwarded = request.headers.get("X-Forwarded-For") or request.headers.get("Forwarded")
    if forwarded and not settings().trusted_proxies:
        return False
    try:
        return ip_address(peer()).is_loopback
    except ValueError:
        return False


def _has_token() -> bool:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return False
    bearer = bearer_of(db(), token.strip(), now())
    return bearer is not None and bearer.may(METRICS_SCOPE)


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
