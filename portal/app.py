"""The composition root: it alone imports the views, names the concrete parts and puts them together."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from auth.guard import Undeclared
from kb.placeholders import linked
from kb.reading import NotFound
from portal import formatting
from portal.account.views import blueprint as account
from portal.admin.desk.views import blueprint as desk_settings
from portal.admin.offices.views import blueprint as office_set_up
from portal.admin.views import blueprint as admin
from portal.api.problems import ApiProblem
from portal.api.views import blueprint as api
from portal.author.views import blueprint as author
from portal.config import Config, read_config
from portal.database import open_database
from portal.desk.views import blueprint as desk
from portal.diagnose.views import blueprint as diagnose
from portal.errors import (
    BAD_REQUEST,
    BROKEN,
    BY_STATUS,
    MISSING,
    REFUSED,
    TOO_BUSY,
    TOO_MANY,
    UNSAFE,
    ErrorPage,
    Missing,
    Refused,
    TooBusy,
    TooMany,
    Unsafe,
    error_reference,
)
from portal.files import static_folder, templates_folder
from portal.indexes import open_index
from portal.logs import start_logging
from portal.offline.views import blueprint as offline
from portal.reader.finding import Finder
from portal.reader.views import blueprint as reader_pages
from portal.request import Wiring, csp_nonce, csrf_token, now, reader, site
from portal.safety import RowNumber, guard_everything
from portal.site.context import SiteCache
from portal.status.views import blueprint as status
from portal.storm.views import blueprint as storm
from portal.system.views import blueprint as system
from portal.tickets.ticket import NoSuchTicket
from portal.tickets.views import blueprint as tickets

# All files of one request together, with some room for the text of the form.
LARGEST_REQUEST = 26 * 1024 * 1024
A_YEAR = 365 * 86400

BLUEPRINTS = (
    reader_pages,
    diagnose,
    storm,
    offline,
    tickets,
    status,
    account,
    desk,
    author,
    admin,
    desk_settings,
    office_set_up,
    api,
    system,
)


def create_app(config: Config | None = None, *, clock: Callable[[], datetime] | None = None) -> Flask:
    """Build the application from its settings. Opens the database and the index; changes neither.

    A clock is for tests: with it, events are written before the answer is over.
    """
    config = config or read_config()
    start_logging()
    app = Flask(
        "portal",
        static_folder=str(static_folder()),
        static_url_path="/static",
        template_folder=str(templates_folder()),
    )
    app.config.update(
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=400,
        SEND_FILE_MAX_AGE_DEFAULT=A_YEAR,
    )
    database = open_database(config.database_url)
    parts = Wiring(
        config=config,
        database=database,
        finder=Finder(open_index(config, database), database),
        events_at_once=clock is not None,
        sites=SiteCache(database, mode_override=config.mode, mail_works=config.mail_works),
    )
    if clock is not None:
        parts.clock = clock
    app.extensions["signpost"] = parts
    app.url_map.strict_slashes = False
    app.url_map.converters["int"] = RowNumber
    guard_everything(app)
    dress_templates(app)
    answer_errors(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def dress_templates(app: Flask) -> None:
    """Give every template the frame, the reader's rights, the assets and the ways to write times."""
    environment = app.jinja_env
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.globals.update(
        asset=asset_address(static_folder()),
        csp_nonce=csp_nonce,
        csrf_field=lambda: Markup('<input type="hidden" name="csrf" value="{}">').format(csrf_token()),
        csrf_token=csrf_token,
        plural=formatting.plural,
        tel=formatting.tel,
    )
    environment.filters.update(
        clock=lambda moment: formatting.clock_words(moment.astimezone(site().zone)),
        day=lambda moment: formatting.day_words(_local(moment)),
        when=lambda moment: formatting.when_words(moment, now=now(), zone=site().zone),
        by=lambda moment: formatting.by_words(moment, now=now(), zone=site().zone),
        distance=lambda moment: formatting.distance_words(moment, now=now()),
        ago=lambda moment: formatting.ago_words(moment, now=now()),
        linked=lambda text: Markup(linked(str(text))),  # noqa: S704 - escaped there, links are our own
        plural=formatting.plural,
        tel=formatting.tel,
    )
    app.context_processor(lambda: {"site": site(), "viewer": reader(), "may": reader().may, "now": now()})


def asset_address(folder: Path) -> Callable[[str], str]:
    """From a logical name such as "css/site.css" to the address of the built file with its hash."""
    manifest: dict[str, str] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return lambda name: f"/static/{manifest[name]}"


def answer_errors(app: Flask) -> None:
    """Each error becomes a page, or for the API a problem document, with the same sentence."""
    for error in (Missing, NotFound, NoSuchTicket, Undeclared):
        app.register_error_handler(error, lambda _error: error_answer(MISSING))
    app.register_error_handler(Refused, lambda error: error_answer(REFUSED, sentence=str(error)))
    app.register_error_handler(Unsafe, lambda _error: error_answer(UNSAFE))
    app.register_error_handler(TooBusy, lambda _error: error_answer(TOO_BUSY, retry_seconds=30))
    app.register_error_handler(TooMany, lambda error: error_answer(TOO_MANY, retry_seconds=error.seconds))
    app.register_error_handler(ApiProblem, _api_problem)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _broken)


def error_answer(
    page: ErrorPage, *, sentence: str = "", reference: str = "", retry_seconds: int = 0
) -> tuple[str | Response, int, dict[str, str]]:
    """The page of an error. It must work when the database does not."""
    headers = {"Retry-After": str(retry_seconds)} if retry_seconds else {}
    words = sentence or page.sentence
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": page.title, "status": page.status, "detail": words}
        problem = jsonify(body | ({"reference": reference} if reference else {}))
        problem.mimetype = "application/problem+json"
        return problem, page.status, headers
    try:
        html = render_template("errors/error.html", page=page, sentence=words, reference=reference)
    except Exception:
        logging.getLogger("signpost").exception("The error page itself broke")
        # Past Flask's own way of rendering, which would ask the database for the frame again.
        bare = current_app.jinja_env.get_template("errors/bare.html")
        html = bare.render(page=page, sentence=words, reference=reference)
    return html, page.status, headers


def _api_problem(problem: ApiProblem) -> Any:
    body: dict[str, Any] = {"type": "about:blank", "title": problem.title, "status": problem.status}
    body |= {"detail": str(problem)} | ({"fields": problem.fields} if problem.fields else {})
    answer = jsonify(body)
    answer.mimetype = "application/problem+json"
    if problem.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer, problem.status


def _http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    return error_answer(BY_STATUS.get(error.code, BAD_REQUEST))


def _broken(error: Exception) -> Any:
    reference = error_reference()
    g.pop("site", None)
    session = g.get("db")
    if session is not None:
        session.rollback()
    logging.getLogger("signpost").error(
        "Something broke", exc_info=error, extra={"fields": {"reference": reference, "path": request.path}}
    )
    return error_answer(BROKEN, reference=reference)


def _local(moment: Any) -> Any:
    return moment.astimezone(site().zone) if isinstance(moment, datetime) else moment
