"""The blanks of ends, of the lines of a request, and of what stands at the head of a diagnostic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.author.about import day, several
from portal.author.parts import offers
from portal.author.parts.blanks import Blank, listed, number, ticked, under
from portal.author.parts.blanks_of_pages import WORD_RULES
from portal.author.parts.opened import Opened
from portal.forms import text, yes

Part = Mapping[str, Any]


def outcome_blanks(part: Part, draft: Opened, name: str) -> tuple[Blank, ...]:
    """An end of a run."""
    say = text("Write what we say", longest=500)
    return (
        listed("kind", "What happens at this end", offers.ENDS, optional=False, rules=("outcome-shape",)),
        Blank("say", "What we say", rule=say, optional=False, rules=WORD_RULES),
        Blank("next", "What happens next"),
        *under(
            "When people call us",
            listed("line", "Whom to call", offers.LINES),
            Blank("meanwhile", "While they wait, one line for each action", "lines", several("lines")),
            Blank("ticket_too", "Open a request at the same time", "yes", yes),
        ),
        *under("The request", *_request(part, draft, name)),
    )


def _request(part: Part, draft: Opened, name: str) -> tuple[Blank, ...]:
    busy = tuple(each for each in offers.ends(draft) if each["value"] != name)
    subject = "{name} stands for the words of an answer, as in: Label printer: {light}"
    ranks = ("severity-undefined", "lowered-severity")
    return (
        listed("group", "Who gets the request", offers.groups(draft, str(part.get("group") or ""))),
        Blank("subject", "Subject of the request", hint=subject, rules=("fact-maybe-missing",)),
        listed("impact", "Who is affected", offers.IMPACT, rules=ranks),
        listed("urgency", "How soon", offers.URGENCY),
        ticked("needs", "The request must carry", offers.facts(draft, new=False)),
        listed(
            "busy", "On busy days, end here instead", busy, empty="The same end", rules=("unknown-target",)
        ),
        Blank("restricted", "Only the group may see the request", "yes", yes),
    )


def fact_blanks() -> tuple[Blank, ...]:
    """A line of the request."""
    kinds = ({"value": "text", "label": "Words"}, {"value": "photo", "label": "A photo"})
    ask = "Question, when it is asked on a page of its own"
    return (
        Blank("label", "Name in the request", rule=text("Write a name", longest=100), optional=False),
        Blank("ask", ask, rule=text(longest=300), rules=("fact-shape",)),
        Blank("help", "Hint under the question"),
        listed("type", "What people give", kinds),
        Blank("max", "Most letters", "number", number(1, 2000), rules=("private-data",)),
        Blank("optional", "It may be left empty", "yes", yes),
    )


def head_blanks(part: Part, draft: Opened) -> tuple[Blank, ...]:
    """What stands at the head of the file."""
    readers = offers.listed(draft.audiences)
    title = text("Give the diagnostic a title", longest=200)
    review = "A day, like 2027-03-01. Needed to publish."
    have = "It stands on the first page and on paper."
    news = "Needed to publish. It stands in the history."
    return (
        Blank("title", "Title, in the words of a clerk", rule=title, optional=False, rules=WORD_RULES),
        listed("start", "First page", offers.pages(draft), optional=False, rules=("unknown-target",)),
        Blank("note", "What is new in this version", hint=news, rules=("version-stamp",)),
        Blank("review_by", "Look at it again by", rule=day("Enter a day, like 2027-03-01"), hint=review),
        Blank("owner", "Owner", rule=text(longest=120)),
        listed("audience", "Who can use it", readers, optional=False),
        Blank("have", "What to have at hand, one line each", "lines", several("lines"), hint=have),
        *under("How people find it", *_finding(part, draft)),
        *under("Law, and days without a network", *_terms()),
    )


def _terms() -> tuple[Blank, ...]:
    second = "A second person must publish it."
    storm = "The file that offices keep for a day without a network."
    return (
        Blank("legal", "It speaks about law", "yes", yes, hint=second),
        Blank("storm", "In the storm kit", "yes", yes, hint=storm),
    )


def _finding(part: Part, draft: Opened) -> tuple[Blank, ...]:
    near = draft.near
    others = {slug: other.title for slug, other in near.articles.items() if slug != draft.article.slug}
    topics = offers.listed(dict(near.topics), [str(part.get("topic") or "")])
    services = offers.listed(dict(near.services), _texts(part.get("services")))
    related = offers.listed(others, _texts(part.get("related")))
    return (
        listed("topic", "Topic", topics, rules=("orphan-tree",)),
        Blank("symptoms", "What people say, one line each", "lines", several("symptoms")),
        Blank("tags", "Other words for it, one line each", "lines", several("tags")),
        ticked("services", "Services", services),
        ticked("related", "Guides and diagnostics to show with it", related, rules=("broken-article",)),
    )


def _texts(value: Any) -> list[str]:
    return [str(each) for each in (value if isinstance(value, list) else [value]) if each]
