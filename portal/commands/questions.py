"""The command check-questions: how well search answers what clerks ask, and whether that is worse than before."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import Article, Revision
from kb.findings import Finding
from kb.front_matter import understand
from kb.questions import (
    BadQuestions,
    Figures,
    Measured,
    QuestionSet,
    falls,
    measure_questions,
    question_findings,
    read_questions,
    same_words,
    with_figures,
)
from kb.words import words_in_order
from portal.author.questions.asking import CLERK, open_to, readers_for
from portal.commands.parts import fail, open_parts, show_json
from portal.config import read_config
from portal.database import Database, open_database
from portal.files import content_folder
from portal.indexes import open_index, trial_index
from portal.reader.finding import Finder
from portal.setting_up import index_now, set_up
from portal.site.context import build_site
from portal.site.settings import all_settings
from search import meaning

CAUSES = {
    "too low": "The right answer stands too low (4 to 10)",
    "not found": "The right answer is not among the first 10",
    "nothing found": "Nothing is found",
}


@dataclass(frozen=True)
class Outcome:
    """What the check found. ``ways`` holds the measures by the way to search: words, and meaning where installed."""

    asked: QuestionSet
    findings: list[Finding]
    ways: dict[str, Measured]
    failures: list[str]


@click.command("check-questions")
@click.option("--json", "as_json", is_flag=True)
@click.option("--fail-under-3", "least_3", default=0.0, type=click.FloatRange(0, 1), help="Least success@3.")
@click.option("--fail-under-1", "least_1", default=0.0, type=click.FloatRange(0, 1), help="Least success@1.")
@click.option("--live", is_flag=True, help="Ask your own database, not the content that ships.")
@click.option("--record", is_flag=True, help="Write the figures into the file, as those of this release.")
def check_questions(as_json: bool, least_3: float, least_1: float, live: bool, record: bool) -> None:
    """Ask search what clerks ask, by words and by meaning, and compare with the last release.

    Ends with 1 when a figure fell by more than a point, either way to search; when a figure of the way that
    pages search here (by meaning where that is installed) is too low; and when an answer is no article that a
    clerk may read. Then nothing is recorded.
    """
    file = content_folder() / "questions.yaml"
    try:
        text = file.read_text(encoding="utf-8")
        outcome = ask_all(read_questions(text), live, least_1=least_1, least_3=least_3, fresh=record)
        if record and not outcome.failures:
            figures = {way: measured.figures for way, measured in outcome.ways.items()}
            file.write_text(with_figures(text, figures), encoding="utf-8")
    except (BadQuestions, OSError) as wrong:
        fail(f"Cannot use {file}: {wrong}", code=2)
    if as_json:
        show_json(_as_json(outcome))
    else:
        _print(outcome)
    raise SystemExit(1 if outcome.failures else 0)


def ask_all(asked: QuestionSet, live: bool, *, least_1: float, least_3: float, fresh: bool) -> Outcome:
    """Check and ask every question in a temporary index. ``fresh`` leaves the last figures out of it."""
    with _database(live) as database, database.reading() as session:
        findings = question_findings(asked.questions, slugs=open_to(session, CLERK), said=_said(session))
        ways = {way: _ask(asked, database, session, way) for way in _ways()}
    failures = [finding.message for finding in findings if finding.level == "error"]
    pages = list(ways)[-1]
    failures += [f"{pages}: {low}" for low in _shortfalls(ways[pages].figures, least_1, least_3)]
    if not fresh:
        failures += _falls(asked, ways)
    return Outcome(asked, findings, ways, failures)


@contextmanager
def _database(live: bool) -> Iterator[Database]:
    """The database of this machine, or a new one with the shipped content, gone afterwards."""
    if live:
        yield open_parts().database
        return
    with tempfile.TemporaryDirectory(prefix="signpost-questions-") as place:
        config = read_config({"SIGNPOST_DATA": place})
        database = open_database(config.database_url)
        try:
            finder = Finder(open_index(config, database), database)
            set_up(config, database, finder, demo=False, now=datetime.now(UTC))
            yield database
        finally:
            database.engine.dispose()


def _ways() -> tuple[str, ...]:
    """The ways to search that are installed; pages use the last one."""
    return ("words",) if meaning.load() is None else ("words", "meaning")


def _ask(asked: QuestionSet, database: Database, session: Session, way: str) -> Measured:
    with trial_index(meaning.load() if way == "meaning" else None) as index:
        finder = Finder(index, database)
        index_now(database, finder, datetime.now(UTC))
        site = build_site(all_settings(session), (), datetime.now(UTC))
        readers = readers_for(session, asked.questions)

        def find(text: str) -> list[str]:
            return [hit.slug for hit in finder.find(session, site, readers[text], text).results.hits]

        return measure_questions(asked.questions, find)


def _said(session: Session) -> dict[str, str]:
    """Where each phrase stands that search was given: symptoms and the word list. Two queries."""
    rows = session.execute(
        select(Article.slug, Revision.front).join(Revision, Revision.id == Article.published_id)
    )
    said = {
        same_words(phrase): f"the symptoms of {slug}"
        for slug, front in rows
        for phrase in understand(front).symptoms
    }
    return said | {
        same_words(phrase): "the word list" for row in words_in_order(session) for phrase in row.say
    }


def _shortfalls(now: Figures, least_1: float, least_3: float) -> list[str]:
    """A sentence for each figure under what is asked for."""
    floors = (("success@1", now.success_1, least_1), ("success@3", now.success_3, least_3))
    return [f"{name} is {is_now:.3f}, under {least:.3f}." for name, is_now, least in floors if is_now < least]


def _falls(asked: QuestionSet, ways: dict[str, Measured]) -> list[str]:
    """A sentence for each figure that fell since the last release."""
    return [
        f"{way}: {fall}"
        for way, before in asked.measured.items()
        if way in ways
        for fall in falls(ways[way].figures, before)
    ]


def _as_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "questions": len(outcome.asked.questions),
        "findings": [asdict(finding) for finding in outcome.findings],
        "ways": {
            way: {
                "figures": asdict(measured.figures),
                "last": asdict(outcome.asked.measured[way]) if way in outcome.asked.measured else None,
                "misses": [
                    {"cause": miss.cause, "rank": miss.rank, "found": miss.found, **asdict(miss.question)}
                    for miss in measured.misses
                ],
            }
            for way, measured in outcome.ways.items()
        },
        "failures": outcome.failures,
    }


def _print(outcome: Outcome) -> None:
    for finding in outcome.findings:
        click.echo(f"questions.yaml:{finding.line} {finding.rule} {finding.level} {finding.message}")
    for way, measured in outcome.ways.items():
        _print_misses(way, measured)
    click.echo(f"\n{'':10}{'questions':>10}{'success@1':>11}{'success@3':>11}{'MRR':>8}")
    for way, measured in outcome.ways.items():
        _print_row(way, measured.figures)
        if last := outcome.asked.measured.get(way):
            _print_row("  last", last)
    for sentence in outcome.failures:
        click.echo(sentence, err=True)


def _print_misses(way: str, measured: Measured) -> None:
    for cause, words in CAUSES.items():
        missed = [miss for miss in measured.misses if miss.cause == cause]
        if missed:
            click.echo(f"\nSearch by {way}. {words}: {len(missed)}")
        for miss in missed:
            rank = f"{miss.rank}. " if miss.rank else ""
            click.echo(
                f"  “{miss.question.ask}” {rank}{miss.question.answers[0]} ← {', '.join(miss.found[:3])}"
            )


def _print_row(name: str, figures: Figures) -> None:
    click.echo(
        f"{name:10}{figures.questions:>10}{figures.success_1:>11.3f}{figures.success_3:>11.3f}{figures.mrr:>8.3f}"
    )
