"""Publishing says who will see it, asks for what must be fixed, and search finds the new words at once."""

from __future__ import annotations

from typing import Any

from front_door import words

from auth.audit import AuditEntry, first_broken
from kb.articles import Article, Publication
from portal.site.settings import SiteVersion, change_setting


def test_the_page_says_who_will_see_it(newsroom: Any) -> None:
    browser = newsroom.browser(newsroom.author)
    newsroom.join(newsroom.author, "security")
    for audience, sentence in (
        ("public", "everyone, no sign-in."),
        ("clerks", "clerks and staff who sign in."),
        ("staff", "the help desk and specialists who sign in."),
        ("group:security", "only the people of the group Security people."),
    ):
        slug = newsroom.guide(f"For {audience.replace(':', ' ')}", audience=audience, live=False)
        assert f"Who will see this: {sentence}" in words(browser.open(f"/author/guides/{slug}/publish"))


def test_publishing_makes_it_live_findable_and_audited(newsroom: Any) -> None:
    slug = newsroom.guide("Zebra labels", live=False)
    visitor, browser = newsroom.door.browser(), newsroom.browser(newsroom.author)
    assert "Zebra labels" not in words(visitor.open("/search?q=zebra"))
    version = newsroom.door.row(SiteVersion, 1).number
    answer = browser.press(f"/author/guides/{slug}/publication", number="1")
    assert "Published. Search finds it now." in words(browser.open(answer.headers["Location"]))
    assert "1 result" in words(visitor.open("/search?q=zebra"))
    assert visitor.open(f"/articles/{slug}").status_code == 200
    assert newsroom.door.row(SiteVersion, 1).number > version
    entry = newsroom.door.rows(AuditEntry)[-1]
    assert (entry.action, entry.subject) == ("article published", f"article {slug}")
    assert entry.details == {"version": 1, "audience": "public"}
    assert entry.actor_id == newsroom.author.id
    with newsroom.door.session() as session:
        assert first_broken(session) is None


def test_a_new_version_replaces_the_words_that_search_finds(newsroom: Any) -> None:
    slug, browser = newsroom.guide(live=False), newsroom.browser(newsroom.author)
    browser.press(f"/author/guides/{slug}/publication", number="1")
    newsroom.send(browser, slug, source="Feed the giraffe.", action="publish")
    visitor = newsroom.door.browser()
    assert "Labels come out blank" not in words(visitor.open("/search?q=giraffe"))
    assert "It takes the place of version 1." in words(browser.open(f"/author/guides/{slug}/publish"))
    browser.press(f"/author/guides/{slug}/publication", number="2")
    assert "Labels come out blank" in words(visitor.open("/search?q=giraffe"))
    assert "Feed the giraffe" in words(visitor.open(f"/articles/{slug}"))


def test_what_must_be_fixed_stands_on_the_page_and_blocks(newsroom: Any) -> None:
    slug = newsroom.guide(source="Short.\n\n![](roll.png)\n\nRead [here](/articles/none-such).\n", live=False)
    browser = newsroom.browser(newsroom.author)
    page = words(browser.open(f"/author/guides/{slug}/publish"))
    assert "3 things must be fixed first" in page
    assert "Must fix Line 3: Say in words what the picture shows." in page
    assert "Publish version 1 Back" not in page
    answer = browser.press(f"/author/guides/{slug}/publication", number="1")
    assert answer.status_code == 422
    assert "Some things must be fixed first." in words(answer)
    assert newsroom.article(slug).status == "draft"


def test_specialists_write_agents_publish_to_staff_and_authors_to_everyone(newsroom: Any) -> None:
    public = newsroom.guide("For all", live=False)
    staff = newsroom.guide("For staff", audience="staff", live=False)
    tries = [
        (newsroom.specialist, staff, 403),
        (newsroom.specialist, public, 403),
        (newsroom.agent, public, 403),
        (newsroom.agent, staff, 303),
        (newsroom.author, public, 303),
    ]
    for person, slug, status in tries:
        browser = newsroom.browser(person)
        page = words(browser.open(f"/author/guides/{slug}/publish"))
        refused = "You may not publish to these readers. Ask an author or the lead." in page
        assert refused is (status == 403)
        answer = browser.press(f"/author/guides/{slug}/publication", number="1")
        assert answer.status_code == status
    assert [each.by_id for each in newsroom.door.rows(Publication)] == [newsroom.agent.id, newsroom.author.id]


def test_an_agent_may_not_take_a_public_guide_from_its_readers(newsroom: Any) -> None:
    slug = newsroom.guide()
    browser = newsroom.browser(newsroom.agent)
    newsroom.send(browser, slug, audience="staff", source="Only for us.")
    assert browser.press(f"/author/guides/{slug}/publication", number="2").status_code == 403
    assert newsroom.door.browser().open(f"/articles/{slug}").status_code == 200


def test_legal_needs_a_second_person(newsroom: Any) -> None:
    slug = newsroom.guide(live=False, legal=True, author=newsroom.author)
    mine, theirs = newsroom.browser(newsroom.author), newsroom.browser(newsroom.other_author)
    assert "A second person must publish this." in words(mine.open(f"/author/guides/{slug}/publish"))
    refused = mine.press(f"/author/guides/{slug}/publication", number="1")
    assert refused.status_code == 403
    assert "A second person must publish this. Ask an author or the lead to read it." in words(refused)
    assert theirs.press(f"/author/guides/{slug}/publication", number="1").status_code == 303


def test_the_setting_asks_for_a_second_person_for_every_guide(newsroom: Any) -> None:
    slug = newsroom.guide(live=False, author=newsroom.author)
    with newsroom.door.session() as session:
        change_setting(session, "second_person.required", True, by=None, now=newsroom.door.moment)
        session.commit()
    mine = newsroom.browser(newsroom.author)
    assert mine.press(f"/author/guides/{slug}/publication", number="1").status_code == 403
    with newsroom.door.session() as session:
        change_setting(session, "second_person.required", False, by=None, now=newsroom.door.moment)
        session.commit()
    assert mine.press(f"/author/guides/{slug}/publication", number="1").status_code == 303


def test_only_the_version_that_was_read_is_published(newsroom: Any) -> None:
    slug = newsroom.guide(live=False)
    newsroom.send(newsroom.browser(newsroom.other_author), slug, source="Newer words.")
    browser = newsroom.browser(newsroom.author)
    answer = browser.press(f"/author/guides/{slug}/publication", number="1")
    assert answer.status_code == 409
    assert "Somebody saved version 2 meanwhile." in words(answer)
    assert newsroom.article(slug).status == "draft"


def test_publishing_twice_is_publishing_once(newsroom: Any) -> None:
    slug, browser = newsroom.guide(live=False), newsroom.browser(newsroom.author)
    for _ in range(2):
        assert browser.press(f"/author/guides/{slug}/publication", number="1").status_code == 303
    assert len(newsroom.door.rows(Publication)) == 1
    assert "Version 1 is live already." in words(browser.open(f"/author/guides/{slug}/publish"))


def test_a_retired_guide_leads_to_what_takes_its_place(newsroom: Any) -> None:
    newsroom.guide("Blank labels", live=False)
    slug, browser = newsroom.guide(live=False), newsroom.browser(newsroom.author)
    for each in ("blank-labels", slug):
        browser.press(f"/author/guides/{each}/publication", number="1")
    answer = browser.press(f"/author/guides/{slug}/retirement", replaced_by="Blank labels")
    assert "It is out of use." in words(browser.open(answer.headers["Location"]))
    visitor = newsroom.door.browser()
    assert visitor.open(f"/articles/{slug}").headers["Location"] == "/articles/blank-labels"
    assert "Labels come out blank" not in words(visitor.open("/search?q=roll"))
    assert newsroom.door.rows(AuditEntry)[-1].action == "article retired"
    browser.press(f"/author/guides/{slug}/publication", number="1")
    assert visitor.open(f"/articles/{slug}").status_code == 200


def test_a_wrong_replacement_is_named_and_nothing_is_retired(newsroom: Any) -> None:
    newsroom.guide("A draft", live=False)
    newsroom.guide("Secret steps", audience="group:security")
    slug, browser = newsroom.guide(), newsroom.browser(newsroom.author)
    for named, sentence in (
        ("A draft", "We have no published article with that name."),
        ("Secret steps", "We have no published article with that name."),
        (slug, "An article cannot take its own place."),
    ):
        answer = browser.press(f"/author/guides/{slug}/retirement", replaced_by=named)
        assert answer.status_code == 422
        assert words(answer).count(sentence) == 2
        assert f'value="{named}"' in answer.text
    assert newsroom.article(slug).status == "published"


def test_an_agent_may_retire_for_staff_and_not_for_the_public(newsroom: Any) -> None:
    public, staff = newsroom.guide(), newsroom.guide("For staff", audience="staff")
    browser = newsroom.browser(newsroom.agent)
    assert "You may not take this article out of use." in words(
        browser.open(f"/author/guides/{public}/retire")
    )
    assert browser.press(f"/author/guides/{public}/retirement", replaced_by="").status_code == 403
    assert browser.press(f"/author/guides/{staff}/retirement", replaced_by="").status_code == 303
    assert newsroom.article(public).status == "published"


def test_publishing_works_while_another_process_holds_the_index(newsroom: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("portal.reader.finding.LOCK_SECONDS", 0.1)
    slug, browser = newsroom.guide(live=False), newsroom.browser(newsroom.author)
    index = newsroom.door.application.extensions["signpost"].finder.index
    with index.edit(1.0):
        answer = browser.press(f"/author/guides/{slug}/publication", number="1")
    assert "Search finds it within a few minutes." in words(browser.open(answer.headers["Location"]))
    assert newsroom.article(slug).status == "published"


def test_a_shipped_version_is_compared_and_taken(newsroom: Any) -> None:
    slug = waiting(newsroom)
    browser = newsroom.browser(newsroom.author)
    page = words(browser.open(f"/author/guides/{slug}/shipped"))
    assert "added: Feed the giraffe." in page
    assert "Owner help-desk, was none" in page
    answer = browser.press(f"/author/guides/{slug}/shipped/accept")
    assert "The shipped version is published. Your text is in the history." in words(
        browser.open(answer.headers["Location"])
    )
    article = newsroom.article(slug)
    assert (article.published.number, article.shipped_waiting, article.owner) == (2, "", "help-desk")
    assert "Labels come out blank" in words(newsroom.door.browser().open("/search?q=giraffe"))
    assert newsroom.door.rows(AuditEntry)[-1].details["shipped"] is True
    assert browser.open(f"/author/guides/{slug}/shipped").status_code == 404


def test_a_shipped_version_is_put_aside_by_those_who_may_publish(newsroom: Any) -> None:
    slug = waiting(newsroom)
    agent = newsroom.browser(newsroom.agent)
    assert "You may not publish to these readers." in words(agent.open(f"/author/guides/{slug}/shipped"))
    for action in ("accept", "dismiss"):
        assert agent.press(f"/author/guides/{slug}/shipped/{action}").status_code == 403
    assert newsroom.article(slug).shipped_waiting
    assert newsroom.article(slug).latest.number == 1
    author = newsroom.browser(newsroom.author)
    assert author.press(f"/author/guides/{slug}/shipped/dismiss").status_code == 303
    assert newsroom.article(slug).shipped_waiting == ""
    assert newsroom.article(slug).latest.number == 1


def waiting(newsroom: Any) -> str:
    """A live guide for which a newer shipped version waits."""
    slug: str = newsroom.guide()
    with newsroom.door.session() as session:
        session.query(Article).filter_by(slug=slug).one().shipped_waiting = (
            "---\ntitle: Labels come out blank\ntopic: printing\naudience: public\nowner: help-desk\n"
            "review_by: 2027-03-01\n---\nFeed the giraffe.\n"
        )
        session.commit()
    return slug
