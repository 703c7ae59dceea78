"""Quality is measured through the product's own pipeline, and guarded where the judged sets are at hand."""

import json
import os
from pathlib import Path

import pytest

from search.evaluation import evaluate

KEYS = ["docs", "queries", "ndcg@10", "success@3", "recall@10", "mrr@10", "p50_ms", "p99_ms", "build_s"]


@pytest.fixture
def folder(tmp_path):
    docs = [
        {"id": "a#1 ä", "title": "Clear a paper jam", "text": "Open the cover."},
        {"id": "b\u2028c", "title": "Reset a password", "text": "Call the desk."},
        {"id": "c", "title": "", "text": ""},
    ]
    asked = [
        {"id": "q 1", "text": "paper stuck jam"},
        {"id": "q2", "text": "password"},
        {"id": "q3", "text": "none"},
    ]
    (tmp_path / "docs.jsonl").write_text(
        "\n".join(json.dumps(row, ensure_ascii=False) for row in docs), "utf-8"
    )
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, asked)) + "\n\n", "utf-8")
    (tmp_path / "qrels.tsv").write_text("q 1\ta#1 ä\t1\nq2\tb\u2028c\t2\nq2\tc\t0\n", "utf-8")
    return tmp_path


def test_the_report_has_exactly_these_figures(folder):
    report = evaluate(folder, None)
    assert list(report) == KEYS
    assert (report["docs"], report["queries"]) == (3, 2)
    assert report["ndcg@10"] == report["success@3"] == report["recall@10"] == report["mrr@10"] == 1.0
    assert report["p50_ms"] > 0 and report["build_s"] >= 0


def test_fewer_queries_can_be_asked(folder):
    assert evaluate(folder, 1)["queries"] == 1
    assert evaluate(folder, 0)["ndcg@10"] == 0.0


def test_a_missing_file_is_an_error_that_names_it(tmp_path):
    with pytest.raises(OSError, match="qrels"):
        evaluate(tmp_path, None)


def test_a_line_of_another_shape_is_refused_by_its_number(folder):
    (folder / "qrels.tsv").write_text("q 1\ta\t1\nq 1 a 1\n")
    with pytest.raises(ValueError, match="line 2"):
        evaluate(folder, None)


@pytest.mark.outside("SIGNPOST_JUDGED_SETS")
@pytest.mark.parametrize(
    ("name", "least"), [("doc2dial-val", 0.77), ("stackfaq-threads", 0.88), ("cacm", 0.45)]
)
def test_finding_is_as_good_as_it_was(name, least):
    assert evaluate(Path(os.environ["SIGNPOST_JUDGED_SETS"]) / name, None)["ndcg@10"] >= least
