"""The lead of a guide by itself."""

from __future__ import annotations

from typing import Any

from auth.roles import VISITOR
from kb.articles import Article
from kb.short_answers import lead_of, short_answers
from portal.database import Database

SHORT = '<div class="sp-short"><span class="k">Short answer</span><p>Turn it over.</p></div>'
WAITING = '<div class="sp-waiting"><div><p>Use the other one.</p></div></div>'


def test_the_lead_is_the_short_answer_and_what_to_do_while_a_voter_waits() -> None:
    assert lead_of(f"{SHORT}\n{WAITING}\n<h2>What to do</h2><ol><li>Open it.</li></ol>") == SHORT + WAITING


def test_a_page_without_a_short_answer_has_no_lead() -> None:
    assert lead_of("<h2>What to do</h2><p>Open it.</p>") == ""
    assert lead_of("") == ""


def test_a_box_further_down_is_not_part_of_the_lead() -> None:
    assert lead_of(f"{SHORT}<p>More.</p>{WAITING}") == SHORT


def test_only_what_is_live_for_the_reader_has_a_short_answer(app: Any, database: Database) -> None:
    slugs = ["labels-come-out-blank", "label-printer-wont-print", "nothing-here"]
    with database.writing() as session:
        found = short_answers(session, slugs, VISITOR)
        assert set(found) == set(slugs[:2])
        assert "The roll is most likely in upside down." in found["labels-come-out-blank"].html
        assert found["label-printer-wont-print"].html == ""
        session.query(Article).filter_by(slug=slugs[0]).one().audience = "staff"
        session.flush()
        assert set(short_answers(session, slugs, VISITOR)) == {slugs[1]}
        assert short_answers(session, [], VISITOR) == {}
