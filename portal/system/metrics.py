"""Metrics: counts of the whole system as Prometheus reads them, text format 0.0.4. No names, no words, no addresses."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.mail.delivery import waiting_and_quarantined
from portal.reports.events import SearchMade
from portal.tickets.ticket import Ticket
from portal.vocabulary import OPEN_STATES, PRIORITIES
from search.index import Index, IndexDamaged

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# The moment this file was first read is, to a second, the start of the process.
STARTED = time.time()


@dataclass(frozen=True)
class Metric:
    """One name with its samples: the label's value, or an empty text, and the number."""

    name: str
    kind: str
    help: str
    samples: Mapping[str, float]
    label: str = ""

    def lines(self) -> list[str]:
        """The metric as text. Label values are our own words and need no escaping."""
        shown = [f"# HELP {self.name} {self.help}", f"# TYPE {self.name} {self.kind}"]
        for value, number in self.samples.items():
            label = f'{{{self.label}="{value}"}}' if self.label else ""
            shown.append(f"{self.name}{label} {number:.15g}")
        return shown


def metrics_text(session: Session, index: Index) -> str:
    """Everything that is counted. Five queries, each on an index or a small table."""
    metrics = (
        Metric(
            "signpost_tickets_open",
            "gauge",
            "Tickets that are new, in work or waiting.",
            tickets_open(session),
            "priority",
        ),
        Metric(
            "signpost_mails", "gauge", "Mails that have not left.", waiting_and_quarantined(session), "state"
        ),
        Metric("signpost_searches_total", "counter", "Searches made since set-up.", {"": _searches(session)}),
        Metric(
            "signpost_index_documents",
            "gauge",
            "Articles in the index; -1 when it is damaged.",
            {"": _documents(index)},
        ),
        Metric(
            "process_start_time_seconds",
            "gauge",
            "When this web process started, in Unix time.",
            {"": STARTED},
        ),
    )
    return "\n".join(line for metric in metrics for line in metric.lines()) + "\n"


def tickets_open(session: Session) -> dict[str, float]:
    """How many open tickets there are of each priority, zeros included."""
    counted = (
        select(Ticket.priority, func.count()).where(Ticket.state.in_(OPEN_STATES)).group_by(Ticket.priority)
    )
    return dict.fromkeys(PRIORITIES, 0.0) | {
        priority: float(count) for priority, count in session.execute(counted)
    }


def _searches(session: Session) -> float:
    # Ids only grow, so this is the number ever made and costs one look instead of a count of the table.
    return float(session.scalar(select(func.max(SearchMade.id))) or 0)


def _documents(index: Index) -> float:
    try:
        return float(index.documents())
    except (IndexDamaged, OSError):
        return -1.0
