"""The lists say what needs care and why, with true counts, and show nobody what is not theirs."""

from __future__ import annotations

from datetime import date
from typing import Any

from front_door import words
from sqlalchemy import event

from auth.roles import Role
from kb.articles import Article, ArticleFeedback
from kb.writing import retire


def test_visitors_are_sent_to_sign_in_clerks_are_refused_and_specialists_enter(newsroom: Any) -> None:
    assert newsroom.door.browser().open("/author/").status_code == 302
    assert newsroom.browser(newsroom.clerk).open("/author/").status_code == 403
    assert newsroom.browser(newsroom.specialist).open("/author/").status_code == 200


def test_a_healthy_shelf_says_so_and_names_the_next_check(newsroom: Any) -> None:
    newsroom.guide()
    page = words(newsroom.browser(newsroom.author).open("/author/"))
    assert "1 guide · 1 healthy" in page
    assert "The one guide here is healthy. The next check is due March 1, 2027." in page


def test_each_reason_for_care_is_said(newsroom: Any) -> None:
    newsroom.guide("Late one", review_by="2026-09-01")
    newsroom.guide("Bad link", "Read [the other guide](/articles/not-there) first.\n")
    newsroom.guide("Empty fact", "May it be written by hand? {{ absentee.label_required }}\n")
    newsroom.guide("Lost picture", "Look at it.\n\n![The roll](gone.png)\n")
    page = words(newsroom.browser(newsroom.author).open("/author/"))
    assert "3 need care" in page
    assert "The check date has passed." in page
    assert "It leads to “not-there”, which its readers cannot open." in page
    assert "The picture “gone.png” is missing." in page
    assert page.index("Bad link") < page.index("Lost picture") < page.index("Late one")


def test_an_empty_local_fact_is_listed_apart_and_is_no_fault_of_the_guide(newsroom: Any) -> None:
    newsroom.guide("Empty fact", "May it be written by hand? {{ absentee.label_required }}\n")
    browser = newsroom.browser(newsroom.author)
    assert "1 guide · 1 healthy" in words(browser.open("/author/"))
    page = words(browser.open("/author/?tab=facts"))
    assert "“absentee.label_required” is empty in settings: clerks see “Ask the help desk”." in page
    assert "Whoever runs the settings can fill them in." in page


def test_a_link_that_its_own_readers_cannot_open_is_a_reason(newsroom: Any) -> None:
    newsroom.guide("Staff notes", audience="staff")
    newsroom.guide("For clerks", audience="clerks")
    newsroom.guide("Public one", "Read [the notes](/articles/staff-notes) now.\n")
    newsroom.guide("Staff one", "Read [for clerks](/articles/for-clerks) now.\n", audience="staff")
    page = words(newsroom.browser(newsroom.author).open("/author/"))
    assert "1 need care" in page
    assert "It leads to “staff-notes”, which its readers cannot open." in page


def test_many_no_answers_are_a_reason_and_few_show_no_numbers(newsroom: Any) -> None:
    slug = newsroom.guide()
    article = newsroom.article(slug)

    def answer(solved: bool, count: int) -> None:
        with newsroom.door.session() as session:
            session.add_all(
                ArticleFeedback(
                    article_id=article.id,
                    revision_id=article.published_id,
                    solved=solved,
                    reason="" if solved else "could_not",
                    at=newsroom.door.moment,
                )
                for _ in range(count)
            )
            session.commit()

    answer(False, 4)
    page = words(newsroom.browser(newsroom.author).open("/author/"))
    assert "More readers said No than Yes." in page
    assert "hidden, under 20" in page
    answer(False, 16)
    answer(True, 5)
    assert "20 % of 25 say it helped." in words(newsroom.browser(newsroom.author).open("/author/"))


def test_tabs_count_what_they_show(newsroom: Any) -> None:
    newsroom.guide("Live one")
    newsroom.guide("Draft one", live=False)
    gone, by = newsroom.guide("Old one"), newsroom.reader(newsroom.author)
    with newsroom.door.session() as session:
        article = session.query(Article).filter_by(slug=gone).one()
        retire(session, article, by=by, now=newsroom.door.moment)
        session.commit()
    browser = newsroom.browser(newsroom.author)
    assert "Need care 0 Local facts missing 0 Drafts 1 Published 1 Retired 1 All 3" in words(
        browser.open("/author/")
    )
    drafts = words(browser.open("/author/?tab=drafts"))
    assert "Draft one" in drafts
    assert "Live one" not in drafts
    assert "Old one" in words(browser.open("/author/?tab=retired"))


def test_search_by_title_keeps_its_words_and_counts_only_matches(newsroom: Any) -> None:
    newsroom.guide("Labels come out blank")
    newsroom.guide("I forgot my password")
    page = newsroom.browser(newsroom.author).open("/author/?q=LABELS+blank")
    assert 'value="LABELS blank"' in page.text
    assert "All 1" in words(page)
    assert "I forgot my password" not in words(page)
    nothing = words(newsroom.browser(newsroom.author).open("/author/?q=toner"))
    assert "No guide here has “toner” in its title." in nothing


def test_a_guide_for_another_group_is_neither_in_the_list_nor_in_a_count(newsroom: Any) -> None:
    newsroom.guide("Secret steps", audience="group:security")
    outside = words(newsroom.browser(newsroom.author).open("/author/?tab=all"))
    assert "Secret steps" not in outside
    assert "All 0" in outside
    newsroom.join(newsroom.specialist, "security")
    assert "Secret steps" in words(newsroom.browser(newsroom.specialist).open("/author/?tab=all"))


def test_a_newer_shipped_version_is_listed(newsroom: Any) -> None:
    slug = newsroom.guide()
    with newsroom.door.session() as session:
        session.query(Article).filter_by(slug=slug).one().shipped_waiting = "New text.\n"
        session.commit()
    page = newsroom.browser(newsroom.author).open("/author/")
    assert "A new shipped version is available." in words(page)
    assert f'href="/author/guides/{slug}/shipped"' in page.text


def test_the_list_costs_four_queries_at_most(newsroom: Any) -> None:
    for number in range(6):
        newsroom.guide(f"Guide number {number}", review_by=date(2026, 1, 1 + number).isoformat())
    browser = newsroom.browser(newsroom.author)
    empty = counted(newsroom, lambda: browser.open("/author/pictures"))
    assert counted(newsroom, lambda: browser.open("/author/")) - empty <= 4


def test_diagnostics_have_a_list_of_their_own(newsroom: Any) -> None:
    newsroom.guide()
    page = words(newsroom.browser(newsroom.author).open("/author/diagnostics"))
    assert "There is no diagnostic yet." in page
    assert "Labels come out blank" not in page


def test_every_person_who_writes_sees_the_side_bar_of_writing(newsroom: Any) -> None:
    admin = newsroom.door.person("admin", Role.ADMIN)
    assert newsroom.browser(admin).open("/author/").status_code == 403
    page = newsroom.browser(newsroom.agent).open("/author/").text
    assert '<a href="/author/" aria-current="page">' in page


def counted(newsroom: Any, act: Any) -> int:
    """The number of statements that an act sends to the database, without those that open transactions."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    engine = newsroom.door.database.engine
    event.listen(engine, "before_cursor_execute", note)
    assert act().status_code == 200
    event.remove(engine, "before_cursor_execute", note)
    return sum(each.lstrip().upper().startswith(("SELECT", "UPDATE", "INSERT")) for each in sent)
