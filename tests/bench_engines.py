"""Search engines to measure beside: each as it comes, two fields, any word of the question, ten titles back."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tantivy
from bench_texts import Text
from whoosh import analysis, fields, query
from whoosh.index import create_in

Ask = Callable[[str], Any]
LIMIT = 10


def whoosh(folder: Path, texts: list[Text]) -> Ask:
    """Whoosh with stemmed words and its own BM25F."""
    folder.mkdir()
    analyzer = analysis.StemmingAnalyzer()
    title, text = fields.TEXT(analyzer, stored=True), fields.TEXT(analyzer)
    index: Any = create_in(str(folder), fields.Schema(title=title, text=text))
    writer = index.writer(limitmb=256)
    for one in texts:
        writer.add_document(title=one.title, text=one.text)
    writer.commit()
    searcher = index.searcher()

    def ask(question: str) -> list[str]:
        terms = [
            query.Term(name, token.text)
            for name in ("title", "text")
            for token in index.schema[name].analyzer(question)
        ]
        return [hit["title"] for hit in searcher.search(query.Or(terms), limit=LIMIT)]

    return ask


def sqlite(folder: Path, texts: list[Text]) -> Ask:
    """SQLite's FTS5 with Porter's stems and its own BM25."""
    folder.mkdir()
    base = sqlite3.connect(folder / "fts.db")
    base.execute("CREATE VIRTUAL TABLE docs USING fts5(title, text, tokenize='porter unicode61')")
    base.executemany("INSERT INTO docs VALUES (?, ?)", ((one.title, one.text) for one in texts))
    base.commit()
    base.execute("INSERT INTO docs(docs) VALUES ('optimize')")
    base.commit()

    def ask(question: str) -> list[Any]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question)) or '""'
        wanted = "SELECT title FROM docs WHERE docs MATCH ? ORDER BY bm25(docs, 2.0, 1.0) LIMIT ?"
        return base.execute(wanted, (words, LIMIT)).fetchall()

    return ask


def tantivy_engine(folder: Path, texts: list[Text]) -> Ask:
    """Tantivy with English stems."""
    folder.mkdir()
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("title", stored=True, tokenizer_name="en_stem")
    builder.add_text_field("text", tokenizer_name="en_stem")
    index = tantivy.Index(builder.build(), path=str(folder))
    writer = index.writer(heap_size=100_000_000, num_threads=1)
    for one in texts:
        writer.add_document(tantivy.Document(title=one.title, text=one.text))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(question: str) -> list[Any]:
        words = " ".join(re.findall(r"\w+", question))
        parsed, _ = index.parse_query_lenient(words, ["title", "text"])
        hits = searcher.search(parsed, LIMIT).hits
        return [searcher.doc(address)["title"] for _, address in hits]

    return ask


ENGINES: dict[str, Callable[[Path, list[Text]], Ask]] = {
    "raw Whoosh, any word": whoosh,
    "raw SQLite FTS5, any word": sqlite,
    "raw tantivy, any word": tantivy_engine,
}
