"""All tables in one place: importing this file makes the metadata complete."""

from __future__ import annotations

import auth.audit
import auth.resets
import auth.second_factor
import auth.sessions
import auth.throttle
import auth.tokens
import auth.users
import kb.articles
import kb.local_questions
import kb.question_runs
import kb.trees.editing.accepted
import kb.trees.figures.day_counts
import kb.trees.figures.orders
import kb.trees.recalls
import kb.trees.runs
import kb.words
import portal.account.kept
import portal.mail.outbox
import portal.reports.events
import portal.reports.setting_aside
import portal.running.lease
import portal.site.settings
import portal.status.notices
import portal.tickets.ticket
from auth.base import Base

metadata = Base.metadata

__all__ = ["auth", "kb", "metadata", "portal"]
