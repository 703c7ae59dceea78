"""What every page must be: named, labelled, whole, and without anything that a browser rule would have to forgive."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from page import Element
from werkzeug.test import TestResponse

POLICY = "Content-Security-Policy"
ELSEWHERE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.I)
UNLABELLED = frozenset({"hidden", "submit", "button", "reset"})


def examine(answer: TestResponse, root: Element) -> None:
    """Fail with a sentence about the first thing that is wrong with a page."""
    address = answer.request.path if answer.request else ""
    for rule in (titles, headings, ids, labels, nothing_inline, pictures, forms, nothing_from_elsewhere):
        problem = rule(root)
        assert not problem, f"{address}: {problem}"
    problem = policy(answer, root)
    assert not problem, f"{address}: {problem}"


def titles(root: Element) -> str:
    found = root.all("title")
    if len(found) != 1 or not re.fullmatch(r".+ · Signpost", found[0].words):
        return f"the title does not say the page and end with Signpost: {[title.words for title in found]}"
    language = root.all("html")[0]["lang"] if root.all("html") else ""
    return "" if language == "en" else "the page does not say its language"


def headings(root: Element) -> str:
    """One h1, and no level that is left out on the way down."""
    levels = [int(heading.tag[1]) for heading in root.all("h1", "h2", "h3", "h4", "h5", "h6")]
    if levels.count(1) != 1:
        return f"{levels.count(1)} h1"
    main = root.all("main")
    if len(main) != 1 or not main[0].all("h1"):
        return "the h1 is not in the one main part"
    inside = [int(heading.tag[1]) for heading in main[0].all("h1", "h2", "h3", "h4", "h5", "h6")]
    jumps = [pair for pair in pairwise(inside) if pair[1] > pair[0] + 1]
    return f"headings jump: {inside}" if jumps else ""


def ids(root: Element) -> str:
    """Every id once; everything that points to an id finds it."""
    counted = Counter(element["id"] for element in root.below() if "id" in element)
    twice = [name for name, times in counted.items() if times > 1]
    if twice:
        return f"ids used twice: {twice}"
    for element in root.below():
        for name in ("aria-describedby", "aria-labelledby", "aria-controls", "for"):
            lost = [one for one in element[name].split() if one not in counted]
            if lost:
                return f"<{element.tag}> {name} points to nothing: {lost}"
        target = element["href"]
        if element.tag == "a" and target.startswith("#") and len(target) > 1 and target[1:] not in counted:
            return f"a link leads to {target}, which is not on the page"
    return ""


def labels(root: Element) -> str:
    named = {label["for"] for label in root.all("label") if label.words}
    for field in root.all("input", "select", "textarea"):
        if (
            field["type"] in UNLABELLED
            or field["id"] in named
            or field["aria-label"]
            or field["aria-labelledby"]
        ):
            continue
        if not any(around.tag == "label" and around.words for around in field.above()):
            return f"a field has no label: {field.tag} {field.attributes}"
    for button in root.all("button", "a"):
        if not button.words and not button["aria-label"] and not any(one["alt"] for one in button.all("img")):
            return f"<{button.tag}> {button.attributes} has no words"
    for group in root.all("fieldset"):
        if not any(legend.words for legend in group.all("legend")):
            return f"a group of fields has no legend: {group.attributes}"
    return ""


def nothing_inline(root: Element) -> str:
    for element in root.below():
        if element.tag == "style" or "style" in element:
            return f"an inline style: <{element.tag}> {element.attributes}"
        if element.tag == "script" and ("src" not in element or element.raw_text.strip()):
            return f"an inline script: {element.raw_text[:80]}"
        handlers = [name for name in element.attributes if name.startswith("on")]
        if handlers or element["href"].lower().startswith("javascript:"):
            return f"an inline handler: <{element.tag}> {handlers}"
    return ""


def pictures(root: Element) -> str:
    bare = [picture["src"] for picture in root.all("img") if "alt" not in picture]
    if bare:
        return f"pictures without alt: {bare}"
    for drawing in root.all("svg"):
        if drawing["aria-hidden"] != "true" and not drawing["aria-label"] and not drawing.all("title"):
            return "a drawing is neither named nor hidden"
    return ""


def forms(root: Element) -> str:
    for form in root.all("form"):
        tokens = form.all("input", name="csrf", type="hidden")
        if form["method"].lower() == "post" and len(tokens) != 1:
            return f"the form to {form['action']} has {len(tokens)} tokens"
        if form["method"].lower() != "post" and tokens:
            return f"the form to {form['action']} puts its token into the address"
        if any(around.tag == "form" for around in form.above()):
            return f"the form to {form['action']} lies in another form"
        if form.all("input", type="file") and form["enctype"] != "multipart/form-data":
            return f"the form to {form['action']} cannot carry its files"
    return ""


def nothing_from_elsewhere(root: Element) -> str:
    """No request leaves our origin; only links that a person follows may lead away."""
    for element in root.below():
        for name in ("src", "srcset", "action", "formaction", "data", "poster", "hx-get", "hx-post"):
            if ELSEWHERE.match(element[name].strip()):
                return f"<{element.tag}> {name} leads elsewhere: {element[name]}"
        if element.tag == "link" and ELSEWHERE.match(element["href"]):
            return f"<link> leads elsewhere: {element['href']}"
    return ""


def policy(answer: TestResponse, root: Element) -> str:
    rules = answer.headers.get(POLICY, "")
    nonce = re.search(r"script-src 'nonce-([A-Za-z0-9_-]{16,})'", rules)
    if nonce is None or "unsafe" in rules or "default-src 'none'" not in rules:
        return f"the rules for the browser are weak: {rules}"
    wrong = [script["src"] for script in root.all("script") if script["nonce"] != nonce[1]]
    return f"scripts without the nonce of this answer: {wrong}" if wrong else ""
