"""Reading the answer to one page: what is missing is said in the words of that page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from kb.trees.answers import NONE, NOT_SURE, RESULT_WORDS, SKIPPED, choice_of, typed_words
from kb.trees.runs import TYPED
from kb.trees.tree import Ask, Fact
from kb.trees.walk import Page
from portal.forms import Form, clean
from portal.tickets.store import CleanFile, FileRefused, clean_file

LONGEST_NOTE = 1000
# What a photo page sends when its picture shall not go along after all.
OUT = "out"


def check_answer(page: Page, sent: Any, *, kept: str = "") -> Form:
    """The answer to a page as a form: ``values`` holds ``value`` (stored) and ``said`` (free text).

    ``kept`` is the note of the picture that the page has already; it stays unless another one is sent.
    """
    form = Form(())
    form.values = {"value": "", "said": ""}
    if isinstance(page.node, Ask):
        _check_choice(page.node, form, [clean(text) for text in sent.form.getlist("answer")])
    elif page.fact is not None:
        _check_fact(page, form, sent, kept)
    else:
        _check_result(form, clean(sent.form.get("answer", "")))
    return form


def check_note(page: Page, form: Form) -> None:
    """The answer "Something else is happening now" needs a word about what."""
    if page.kind in ("try", "read") and form.values["value"] == "other" and not form.values["said"]:
        form.fail("note", "Say what is happening now")


def read_note(form: Form, text: str) -> None:
    """Take the note that goes with "Something else"."""
    note = clean(text)
    form.typed["note"] = note
    if len(note) > LONGEST_NOTE:
        form.fail("note", f"Use at most {LONGEST_NOTE:,} letters.")
    form.values["said"] = note


def is_typed(page: Page, value: str) -> bool:
    """Whether the answer is a person's own words, which are kept apart from ids."""
    return page.fact is not None and page.fact.type != "photo" and value != SKIPPED


@dataclass(frozen=True)
class Stored:
    """An answer as a run keeps it."""

    value: str
    said: str = ""


def is_storable(page: Page, value: str) -> Stored | None:
    """The answer of a program as a run keeps it, or None when the page does not offer it."""
    text = clean(value)
    if isinstance(page.node, Ask):
        found = choice_of(page.node, text)
        return Stored(found.value) if found else None
    if page.fact is not None:
        words = typed_words(page.fact, text)
        if words is None or page.fact.type == "photo":
            return Stored(SKIPPED) if page.fact.optional and not text else None
        return Stored(TYPED, words) if words else Stored(SKIPPED)
    return Stored(text) if text in RESULT_WORDS else None


def picture_of(form: Form) -> CleanFile | None:
    """The picture that came with a collect page, checked and cleaned."""
    return form.values.get("picture")


def _check_choice(node: Ask, form: Form, texts: list[str]) -> None:
    form.typed["answer"] = texts if node.many else "".join(texts[:1])
    if not texts or texts == [""]:
        form.fail("answer", _missing(node))
    elif node.many and len(texts) > 1 and {NONE, NOT_SURE} & set(texts):
        alone = "I'm not sure" if NOT_SURE in texts else (node.none.say if node.none else "None of these")
        form.fail("answer", f"Select “{alone}” on its own, or the answers that apply")
    elif choice_of(node, "+".join(texts)) is None:
        form.fail("answer", _missing(node))
    else:
        form.values["value"] = "+".join(texts)


def _missing(node: Ask) -> str:
    wanted = "Select all that apply" if node.many else "Select an answer"
    # A question may not offer it; nobody is told to press what is not there.
    is_offered = node.not_sure is not None and not node.not_sure.never
    return f"{wanted}, or “I'm not sure”" if is_offered else wanted


def _check_result(form: Form, text: str) -> None:
    form.typed["answer"] = text
    if text not in RESULT_WORDS:
        form.fail("answer", "Say whether that fixed it")
        return
    form.values["value"] = text


def _check_fact(page: Page, form: Form, sent: Any, kept: str) -> None:
    fact = page.fact
    if fact is None:
        return
    if fact.type == "photo":
        _check_photo(fact, form, sent, kept)
        return
    text = clean(sent.form.get("answer", ""))
    form.typed["answer"] = text
    longest = fact.max or LONGEST_NOTE
    if not text and not fact.optional:
        form.fail("answer", f"Enter: {fact.label.lower()}")
    elif len(text) > longest:
        form.fail("answer", f"Use at most {longest} letters. This has {len(text)}.")
    form.values["value"] = text or SKIPPED


def _check_photo(fact: Fact, form: Form, sent: Any, kept: str) -> None:
    upload = sent.files.get("answer")
    if upload is None or not upload.filename:
        taken_out = fact.optional and sent.form.get("picture") == OUT
        _keep_photo(fact, form, "" if taken_out else kept)
        return
    try:
        picture = clean_file(upload.filename, upload.read())
    except FileRefused as refused:
        form.fail("answer", str(refused))
        return
    if not picture.media_type.startswith("image/"):
        form.fail("answer", f"“{picture.name}” is not a picture. Choose a PNG or JPG.")
        return
    form.values["picture"] = picture
    form.values["value"] = picture.name


def _keep_photo(fact: Fact, form: Form, kept: str) -> None:
    """No file came along: the picture that is there stays, and a needed one that is not there is asked for."""
    if kept:
        form.values |= {"value": json.loads(kept)["name"], "said": kept}
        return
    if not fact.optional:
        form.fail("answer", "Choose a picture")
    form.values["value"] = SKIPPED
