"""The word list: read and searched by all who write, changed by authors after a look at what the change does."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.audit import record
from auth.guard import admit
from kb.word_changes import (
    Overtaken,
    add_word,
    change_word,
    history_of,
    keep_own_word,
    take_out_word,
    word_numbered,
)
from kb.word_suggestions import FEWEST_BROWSERS
from kb.words import BadWords, Synonym, row_of, words_in_order
from portal.author.comparing import Comparison, compared
from portal.author.drafts import names_of
from portal.author.heard import LOOKED_BACK
from portal.author.sheet import number_in
from portal.author.words.listing import PAGE, TABS, lines_of, word_listing
from portal.author.words.proposing import proposals
from portal.author.words.sheet import WordSheet, sheet_begun, sheet_of, sheet_sent
from portal.author.words.trying import Tried, try_words
from portal.errors import Missing
from portal.request import db, now, reader, site, wiring
from portal.site.settings import touch_site
from search.meaning import load as load_meaning

blueprint = Blueprint("words", __name__, url_prefix="/words")

Answer = AnyResponse | str | tuple[str, int]
LONGEST_SEARCH = 200
SAID = {
    "added": "Saved. Search reads the new row from now on.",
    "changed": "Saved. Search reads the row as it is now.",
    "same": "Nothing was different, so nothing was saved.",
    "out": "The row is out of use. Its words and its history stay here.",
    "kept": "You keep your words. The shipped ones are no longer listed.",
}
REMOVED = "{who} took this row out of use meanwhile. Save yours to bring it back."


@blueprint.get("")
@admit("write drafts", "edit words")
def word_list() -> Answer:
    if request.args.get("said"):
        return redirect(address_for(request.args["said"]), 302)
    words = " ".join(request.args.get("q", "")[:LONGEST_SEARCH].split())
    found = word_listing(db(), words)
    tab = request.args.get("tab", "use")
    tab = tab if tab in TABS else "use"
    last = found.last_page[tab]
    number = min(max(number_in(request.args.get("page")), 1), last)
    return render_template(
        "author/words.html",
        found=found,
        tab=tab,
        tabs=TABS,
        words=words,
        lines=lines_of(db(), found.tabs[tab][(number - 1) * PAGE : number * PAGE]),
        page={"number": number, "last": last},
        done=SAID.get(request.args.get("done", ""), ""),
    )


@blueprint.get("/heard")
@admit("edit words")
def heard() -> Answer:
    found = proposals(db(), wiring().finder, site(), reader(), now=now(), meaning=load_meaning())
    return render_template(
        "author/words_heard.html",
        found=found,
        fewest=FEWEST_BROWSERS,
        days=LOOKED_BACK.days,
        can_mean=load_meaning() is not None,
    )


@blueprint.get("/new")
@admit("edit words")
def new() -> Answer:
    return row_page(sheet_begun(request.args.get("said", "")[:300], request.args.get("means", "")[:300]))


@blueprint.get("/<int:word_id>")
@admit("write drafts", "edit words")
def one_row(word_id: int) -> Answer:
    synonym = row_numbered(word_id)
    sheet = sheet_of(synonym, shipped=request.args.get("shipped") == "yes")
    return row_page(sheet, synonym, done=SAID.get(request.args.get("done", ""), ""))


@blueprint.post("/effect")
@admit("edit words")
def look_at_effect() -> Answer:
    """What the change would do, with nothing saved. Or the form again, to go on writing."""
    sheet = sheet_sent(request.form)
    synonym = row_numbered(sheet.word_id) if sheet.word_id else None
    if not sheet.form.good or request.form.get("action") == "edit":
        return row_page(sheet, synonym), 200 if sheet.form.good else 422
    return effect_page(sheet, *tried(sheet.word_id, sheet.row))


@blueprint.post("/save")
@admit("edit words")
def save() -> Answer:
    sheet = sheet_sent(request.form)
    synonym = row_numbered(sheet.word_id) if sheet.word_id else None
    if not sheet.form.good:
        return row_page(sheet, synonym), 422
    try:
        saved, done = written(sheet, synonym)
    except BadWords as wrong:
        db().rollback()
        sheet.form.fail("say", str(wrong))
        return row_page(sheet, synonym and row_numbered(sheet.word_id)), 422
    except Overtaken as overtaken:
        db().rollback()
        return overtaken_page(sheet, row_numbered(overtaken.theirs.id))
    db().commit()
    return redirect(f"/author/words/{saved.id}?done={done}", 303)


@blueprint.get("/<int:word_id>/take-out")
@admit("edit words")
def before_taking_out(word_id: int) -> Answer:
    synonym = row_numbered(word_id)
    if not synonym.active:
        return redirect(f"/author/words/{word_id}", 302)
    return effect_page(sheet_of(synonym), *tried(word_id, None), taking_out=True)


@blueprint.post("/<int:word_id>/removal")
@admit("edit words")
def take_out(word_id: int) -> Answer:
    synonym = row_numbered(word_id)
    based_on = number_in(request.form.get("based_on"))
    try:
        if take_out_word(db(), synonym, based_on=based_on, by_id=reader().user_id, now=now()):
            tell("words taken out", synonym)
    except Overtaken as overtaken:
        db().rollback()
        return overtaken_page(sheet_of(row_numbered(overtaken.theirs.id)), row_numbered(word_id))
    db().commit()
    return redirect(f"/author/words/{word_id}?done=out", 303)


@blueprint.post("/<int:word_id>/keep")
@admit("edit words")
def keep(word_id: int) -> Answer:
    synonym = row_numbered(word_id)
    if synonym.waiting:
        keep_own_word(db(), synonym)
        record(db(), reader().user_id, "shipped words not taken", subject_of(synonym), {}, now())
        db().commit()
    return redirect(f"/author/words/{word_id}?done=kept", 303)


def address_for(said: str) -> str:
    """Where one adds these words: at the row that has them, else on the form of a new row."""
    wanted = " ".join(said.split()).casefold()
    there = next(
        (row for row in words_in_order(db()) if wanted in {text.casefold() for text in row.say}), None
    )
    if there is not None:
        return f"/author/words/{there.id}"
    return f"/author/words/new?{urlencode({'said': said[:300]})}"


def written(sheet: WordSheet, synonym: Synonym | None) -> tuple[Synonym, str]:
    """Write the row with its audit row. Raises ``BadWords`` and ``Overtaken``."""
    by = reader().user_id
    if synonym is None:
        added = add_word(db(), sheet.row, by_id=by, now=now())
        tell("words added", added)
        return added, "added"
    if not change_word(db(), synonym, sheet.row, based_on=sheet.based_on, by_id=by, now=now()):
        return synonym, "same"
    tell("words changed", synonym)
    return synonym, "changed"


def tell(action: str, synonym: Synonym) -> None:
    """The audit row of a change, and the sign for every process that search reads other words now."""
    details = {"say": list(synonym.say), "means": list(synonym.means)}
    record(db(), reader().user_id, action, subject_of(synonym), details, now())
    touch_site(db())


def subject_of(synonym: Synonym) -> str:
    return f"words {synonym.key}"


def row_numbered(word_id: int) -> Synonym:
    synonym = word_numbered(db(), word_id)
    if synonym is None:
        raise Missing
    return synonym


def tried(word_id: int, row: dict[str, Any] | None) -> tuple[Tried, Synonym | None]:
    """The effect, worked out in a session that only reads: nobody's writing waits for it. And the row as it is."""
    frame, who, moment = site(), reader(), now()
    db().rollback()
    with wiring().database.reading() as session:
        synonym = word_numbered(session, word_id) if word_id else None
        active = words_in_order(session)
        found = try_words(session, wiring().finder, frame, who, synonym, row, active=active, now=moment)
        return found, synonym


def row_page(
    sheet: WordSheet,
    synonym: Synonym | None = None,
    *,
    done: str = "",
    theirs: Comparison | None = None,
    who: str = "",
) -> str:
    """One row: its form for those who may change it, and its history."""
    history = history_of(db(), synonym.id) if synonym else []
    return render_template(
        "author/word.html",
        sheet=sheet,
        form=sheet.form,
        synonym=synonym,
        history=history,
        names=names_of(db(), {change.by_id for change in history}),
        waiting=compared_rows(row_of(synonym), synonym.waiting) if synonym and synonym.waiting else None,
        theirs=theirs,
        who=who,
        done=done,
    )


def effect_page(sheet: WordSheet, found: Tried, synonym: Synonym | None, *, taking_out: bool = False) -> str:
    old = row_of(synonym) if synonym is not None and synonym.active else None
    return render_template(
        "author/words_effect.html",
        sheet=sheet,
        synonym=synonym,
        old=old,
        row=None if taking_out else sheet.row,
        tried=found,
        days=LOOKED_BACK.days,
        fewest=FEWEST_BROWSERS,
    )


def overtaken_page(sheet: WordSheet, theirs: Synonym) -> Answer:
    """A colleague saved in between: both texts side by side, and ours in the form, based on theirs now."""
    last = next(iter(history_of(db(), theirs.id)), None)
    name = names_of(db(), {last.by_id}).get(last.by_id, "Somebody") if last else "Somebody"
    ours = sheet.row if sheet.form.fields else row_of(theirs)
    sheet.based_on, sheet.word_id = theirs.number, theirs.id
    sentence = "" if theirs.active else REMOVED.format(who=name)
    sheet.form.fail("", sentence or f"{name} changed this row meanwhile. Nothing of yours is lost.")
    return row_page(sheet, theirs, theirs=compared_rows(row_of(theirs), ours), who=name), 409


def compared_rows(left: dict[str, Any], right: dict[str, Any]) -> Comparison:
    """Two rows side by side, line by line."""
    return compared(({}, lines_in(left)), ({}, lines_in(right)))


def lines_in(row: dict[str, Any]) -> str:
    said = [f"Clerks say: {text}" for text in row["say"]]
    meant = [f"It means: {text}" for text in row["means"]]
    return "\n".join([*said, *meant, *([f"Note: {row['note']}"] if row.get("note") else [])])
