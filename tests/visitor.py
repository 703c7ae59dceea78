"""A visitor: a browser without scripts that examines every page it fetches and fills in forms like a person."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

from examine import examine
from flask import Flask
from page import Element, tree_of
from werkzeug.test import TestResponse

HOME = "http://localhost"
FIELDS = ("input", "select", "textarea")


class Visitor:
    """One browser with its cookies. It goes on where redirects lead."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def keep_cookie(self, name: str, value: str) -> None:
        self.client.set_cookie(name, value)

    def open(self, address: str, status: int = 200) -> Page:
        """Type an address, or follow a link."""
        return self.arrive(self.ask("GET", address), status)

    def ask(self, method: str, address: str, **more: Any) -> TestResponse:
        """One request without examining or following anything; the answer is read and closed."""
        return self.client.open(address, method=method, buffered=True, **more)

    def arrive(self, answer: TestResponse, status: int = 200) -> Page:
        """Go on where redirects lead, and examine the page at their end."""
        for _ in range(5):
            if answer.status_code not in (301, 302, 303):
                break
            answer = self.ask("GET", urljoin(HOME, answer.headers["Location"]))
        shown = answer.text[:1500] if answer.mimetype == "text/html" else ""
        assert answer.status_code == status, f"{answer.request.path}: {answer.status_code}\n{shown}"
        return Page(self, answer)


class Page:
    """A page that this visitor looks at."""

    def __init__(self, visitor: Visitor, answer: TestResponse) -> None:
        assert answer.request is not None
        self.visitor = visitor
        self.answer = answer
        query = f"?{answer.request.query_string.decode()}" if answer.request.query_string else ""
        self.address = answer.request.path + query
        self.root = Element("", {}, None)
        if answer.mimetype == "text/html" and answer.text.lstrip().lower().startswith("<!doctype"):
            self.root = tree_of(answer.text)
            examine(answer, self.root)

    def __contains__(self, words: str) -> bool:
        return words in self.words

    @property
    def words(self) -> str:
        """What a person reads between the frame's ends: title, then the page."""
        return f"{self.title} {self.root.words}"

    @property
    def main(self) -> str:
        """What a person reads in the main part."""
        return self.root.all("main")[0].words

    @property
    def title(self) -> str:
        return self.root.all("title")[0].words

    @property
    def heading(self) -> str:
        return self.root.all("h1")[0].words

    def links(self, words: str) -> list[str]:
        """Where the links with these words lead."""
        return [link["href"] for link in self.root.all("a") if link.words == words]

    def follow(self, words: str, status: int = 200) -> Page:
        """Follow the link with these words."""
        found = list(dict.fromkeys(self.links(words)))
        assert len(found) == 1, (
            f"{self.address}: {len(found)} links say “{words}”: {found}\n{self.words[:800]}"
        )
        return self.visitor.open(urljoin(HOME + self.address, found[0]), status)

    def search(self, words: str) -> Page:
        """Use the search box."""
        return self.press("Search", q=words)

    def press(
        self, button: str, status: int = 200, *, files: Mapping[str, Any] | None = None, **fields: Any
    ) -> Page:
        """Fill in the form that has this button, and press it. Fields not named keep what the page put in."""
        form, pressed = self._form_of(button, fields)
        sent = [
            *self._filled(form, fields),
            *([(pressed["name"], pressed["value"])] if pressed["name"] else []),
        ]
        # A button may name a place of its own; what stands behind # stays in the browser.
        place = urldefrag(pressed["formaction"] or form["action"] or self.address).url
        target = urljoin(HOME + self.address, place)
        if form["method"].lower() != "post":
            return self.visitor.open(f"{target}?{urlencode(sent)}", status)
        return self.visitor.arrive(self._send(form, target, sent, files or {}), status)

    def button(self, words: str) -> bool:
        """Whether there is such a button."""
        return any(button.words == words for button in self.root.all("button"))

    def value(self, name: str) -> str:
        """What a field holds."""
        for field in self.root.all("input", "textarea", "select", name=name):
            return dict(_held(field)).get(name, "")
        raise AssertionError(f"{self.address} has no field {name}")

    def _send(
        self, form: Element, target: str, sent: list[tuple[str, str]], files: Mapping[str, Any]
    ) -> TestResponse:
        offered = {field["name"] for field in form.all("input", type="file")}
        assert set(files) <= offered, f"{self.address}: no file field {set(files) - offered}"
        many: dict[str, list[Any]] = {}
        for name, value in sent:
            many.setdefault(name, []).append(value)
        for name, uploads in files.items():
            listed = uploads if isinstance(uploads, list) else [uploads]
            many[name] = [(io.BytesIO(body), file_name) for body, file_name in listed]
        kind = form["enctype"] or "application/x-www-form-urlencoded"
        headers = {"Origin": HOME}
        return self.visitor.ask("POST", target, data=many, content_type=kind, headers=headers)

    def _form_of(self, button: str, fields: Mapping[str, Any]) -> tuple[Element, Element]:
        """The one form with this button in which every named field can be filled in."""
        found = [
            (form, pressed)
            for form in self.root.all("form")
            for pressed in self._parts_of(form, "button")
            if pressed.words == button and set(fields) <= self._names(form)
        ]
        assert found, f"{self.address} has no form with “{button}” and {sorted(fields)}\n{self.words[:800]}"
        return found[0]

    def _filled(self, form: Element, fields: Mapping[str, Any]) -> list[tuple[str, str]]:
        sent = []
        for field in self._parts_of(form, *FIELDS):
            if field["name"] and field["name"] not in fields and "disabled" not in field:
                sent += _held(field)
        for name, value in fields.items():
            for one in value if isinstance(value, list) else [value]:
                _check_offered(self._parts_of(form, *FIELDS), name, one)
                sent.append((name, one))
        return sent

    def _names(self, form: Element) -> set[str]:
        return {field["name"] for field in self._parts_of(form, *FIELDS)}

    def _parts_of(self, form: Element, *tags: str) -> list[Element]:
        """The fields or buttons of a form, those that stand elsewhere on the page and name it among them."""
        own = [part for part in form.all(*tags) if not part["form"]]
        return own + [part for part in self.root.all(*tags) if part["form"] and part["form"] == form["id"]]


def query_of(address: str) -> dict[str, str]:
    """The query of an address by name."""
    return dict(parse_qsl(urlsplit(address).query))


def _held(field: Element) -> list[tuple[str, str]]:
    """What a browser sends of a field that nobody touched."""
    name = field["name"]
    if field.tag == "textarea":
        return [(name, field.raw_text.removeprefix("\n"))]
    if field.tag == "select":
        options = field.all("option")
        chosen = [option for option in options if "selected" in option] or options[:1]
        return [(name, _option(option)) for option in chosen]
    if field["type"] in ("radio", "checkbox"):
        return [(name, field["value"] or "on")] if "checked" in field else []
    return [] if field["type"] in ("file", "submit") else [(name, field["value"])]


def _check_offered(parts: list[Element], name: str, value: str) -> None:
    """A person can only choose what is there to choose."""
    fields = [field for field in parts if field["name"] == name]
    if fields[0].tag == "select":
        offered = [_option(option) for option in fields[0].all("option")]
    elif fields[0]["type"] in ("radio", "checkbox"):
        offered = [field["value"] or "on" for field in fields]
    else:
        return
    assert value in offered, f"{name} offers {offered}, not {value}"


def _option(option: Element) -> str:
    return option.attributes.get("value", option.words)
