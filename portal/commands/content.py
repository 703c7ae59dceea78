"""Commands about content: import, export, search, eval, reindex, check-content, walk."""

from __future__ import annotations

from pathlib import Path

import click

from auth.roles import VISITOR, Reader, Role
from kb.checking import check_content as check_folder
from kb.exporting import export_to
from kb.findings import Finding
from kb.loading import import_folder
from kb.trees.walking import rehearse
from portal.commands.parts import fail, open_parts, show_json
from portal.commands.walking import library_of, walk_as_json
from portal.files import content_folder
from portal.indexes import trial_index
from portal.running.index_upkeep import rebuild
from portal.setting_up import index_now
from portal.site.context import build_site
from portal.site.settings import all_settings, touch_site
from search.evaluation import evaluate_on
from search.index import IndexBusy, IndexDamaged
from search.meaning import load as load_meaning

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("import")
@click.argument("folder", type=FOLDER)
@click.option("--status", type=click.Choice(["draft", "published"]), default="draft", show_default=True)
@click.option("--audience", default=None, help="For new articles that do not name one.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--json", "as_json", is_flag=True)
def import_command(folder: Path, status: str, audience: str | None, dry_run: bool, as_json: bool) -> None:
    """Bring in a folder of Markdown files, recursively."""
    parts = open_parts()
    try:
        with parts.database.writing() as session:
            report = import_folder(
                session, folder, status=status, audience=audience, dry_run=dry_run, now=parts.now
            )
            if report.created or report.updated:
                touch_site(session)
            session.commit()
    except ValueError as wrong:
        fail(str(wrong), code=2)
    if not dry_run:
        index_now(parts.database, parts.finder, parts.now)
    if as_json:
        show_json(
            {
                "read": report.read,
                "created": report.created,
                "updated": report.updated,
                "unchanged": report.unchanged,
                "failed": [{"path": path, "error": error} for path, error in report.failed],
            }
        )
    else:
        click.echo(
            f"Read {report.read}: {report.created} created, {report.updated} updated, "
            f"{report.unchanged} unchanged, {len(report.failed)} failed."
        )
        for path, error in report.failed:
            click.echo(f"{path}: {error}", err=True)
    raise SystemExit(1 if report.failed else 0)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write all articles, diagnostics, words and pictures as files."""
    parts = open_parts()
    with parts.database.reading() as session:
        report = export_to(session, folder)
    click.echo(
        f"Wrote {report.articles} articles, {report.pictures} pictures and {report.words} rows of words."
    )


@click.command()
@click.argument("words")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100))
@click.option("--as", "role", default="visitor", help="Search as a visitor or a role.")
@click.option("--json", "as_json", is_flag=True)
def search(words: str, limit: int, role: str, as_json: bool) -> None:
    """Search, with the same pipeline as the page."""
    parts = open_parts()
    with parts.database.reading() as session:
        site = build_site(all_settings(session), (), parts.now)
        found = parts.finder.find(session, site, reader_as(role), words, limit=limit)
    answer = found.results
    if as_json:
        show_json(
            {
                "query": found.typed,
                "corrected": answer.corrected,
                "offered": answer.offered,
                "total": answer.total,
                "results": [
                    {"kind": hit.kind, "slug": hit.slug, "title": hit.title, "score": round(hit.score, 4)}
                    for hit in answer.hits
                ],
            }
        )
        return
    if answer.corrected:
        click.echo(f"Nothing matches “{found.typed}”. Results for “{answer.corrected}”:")
    for hit in answer.hits:
        click.echo(f"{hit.score:8.3f}  {hit.kind:10}  {hit.title}  ({hit.slug})")
    click.echo(f"{answer.total} found.")


@click.command("eval")
@click.argument("folder", type=FOLDER)
@click.option("--queries", default=None, type=click.IntRange(1), help="Use only the first N questions.")
@click.option(
    "--slips", default=None, type=int, metavar="SEED", help="Ask each question with one typing slip."
)
@click.option("--json", "as_json", is_flag=True)
def eval_command(folder: Path, queries: int | None, slips: int | None, as_json: bool) -> None:
    """Measure search on a judged set: docs.jsonl, queries.jsonl, qrels.tsv."""
    try:
        with trial_index(load_meaning()) as index:
            figures = evaluate_on(index, folder, queries, slips=slips)
    except (OSError, ValueError, KeyError) as wrong:
        fail(f"Cannot read the judged set in {folder}: {wrong}", code=2)
    if as_json:
        show_json(figures)
        return
    for name, value in figures.items():
        click.echo(f"{name:12} {value:,.4f}" if isinstance(value, float) else f"{name:12} {value:,}")


@click.command()
def reindex() -> None:
    """Build the index anew from the database while the old one serves."""
    parts = open_parts()
    try:
        with parts.database.reading() as session:
            site = build_site(all_settings(session), (), parts.now)
            count = rebuild(session, parts.finder.index, site)
    except (IndexBusy, IndexDamaged) as problem:
        fail(str(problem))
    click.echo(f"Indexed {count} documents.")


@click.command("check-content")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
@click.option(
    "--strict", is_flag=True, help="The rules for content that ships: grade 8 and 25 words are errors."
)
def check_content(paths: tuple[Path, ...], as_json: bool, strict: bool) -> None:
    """Check guides and diagnostics: structure, links, placeholders, reading grade, pictures."""
    found = findings_in(paths, strict=strict)
    if as_json:
        show_json(
            [
                {
                    "path": str(path),
                    "line": finding.line,
                    "rule": finding.rule,
                    "level": finding.level,
                    "message": finding.message,
                    "where": finding.where,
                }
                for path, finding in found
            ]
        )
    else:
        for path, finding in found:
            click.echo(f"{path}:{finding.line} {finding.rule} {finding.level} {said(finding)}")
    errors = sum(finding.level == "error" for _, finding in found)
    if not as_json:
        click.echo(f"{errors} errors, {len(found) - errors} warnings and notes.", err=True)
    raise SystemExit(1 if errors else 0)


@click.command()
@click.argument("diagnostic")
@click.option("--answers", default="", help="node=option,node=option,…")
@click.option("--mode", default="normal", show_default=True)
@click.option("--json", "as_json", is_flag=True)
def walk(diagnostic: str, answers: str, mode: str, as_json: bool) -> None:
    """Replay a walk through a diagnostic, as its pages would."""
    parts = open_parts()
    pairs = dict(pair.split("=", 1) for pair in answers.split(",") if "=" in pair)
    with parts.database.reading() as session:
        library = library_of(session)
    tree = library.get(diagnostic)
    if tree is None:
        fail(
            f"There is no published diagnostic {diagnostic}. There are: {', '.join(sorted(library))}.", code=2
        )
    shown = walk_as_json(tree, rehearse(tree, pairs, mode, library=library))
    if as_json:
        show_json(shown)
        return
    for stop in shown["trail"]:
        click.echo(f"{stop['node']:32} {stop['answer']}")
    click.echo(f"→ {shown['outcome'] or shown['node']}")


def findings_in(paths: tuple[Path, ...], *, strict: bool) -> list[tuple[str, Finding]]:
    """The findings of our own content, of some of its files, or of other content folders."""
    own = content_folder().resolve()
    inside = [path for path in paths if path.resolve().is_relative_to(own)]
    found = check_folder(own, only=inside, strict=strict) if inside or not paths else []
    for path in paths:
        if path not in inside:
            folder = path if path.is_dir() else path.parent
            only = () if path.is_dir() else (path,)
            found += check_folder(folder, only=only, strict=strict)
    return found


def said(finding: Finding) -> str:
    """The message, after the part of the diagnostic that it is about: ``bulb.dark: "attic" is not there.``"""
    return f"{finding.where}: {finding.message}" if finding.where else finding.message


def reader_as(role: str) -> Reader:
    """A reader with one role, or a visitor."""
    if role == "visitor":
        return VISITOR
    name = role.replace("-", "_")
    if name not in [known.value for known in Role]:
        fail(f"There is no role {role}.", code=2)
    return Reader(user_id=0, roles=frozenset({Role(name)}))
