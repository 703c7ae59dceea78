"""search as a record: how each search ended, what it led to, and the questions that authors set aside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("searches", schema=None) as batch_op:
        batch_op.add_column(sa.Column("offered", sa.String(length=260), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("way", sa.String(length=20), nullable=False, server_default="page"))
        batch_op.add_column(sa.Column("office_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("is_staff", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("asked_again", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("ending", sa.String(length=20), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("ticket_id", sa.Integer(), nullable=True))
        batch_op.create_index("ix_searches_at", ["at"], unique=False)
    with op.batch_alter_table("openings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("search_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("place", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_openings_search_id"), ["search_id"], unique=False)
        batch_op.create_index("ix_openings_at", ["at"], unique=False)
    with op.batch_alter_table("answers_wanted", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shown", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "solved_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visitor", sa.String(length=40), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("search_id", sa.Integer(), nullable=True),
        sa.Column("said_on", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_solved_answers")),
    )
    with op.batch_alter_table("solved_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_solved_answers_article_id"), ["article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_solved_answers_search_id"), ["search_id"], unique=False)
        batch_op.create_index("ix_solved_answers_at", ["at"], unique=False)
        batch_op.create_index("ix_solved_answers_visitor_at", ["visitor", "at"], unique=False)
    op.create_table(
        "questions_set_aside",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=260), nullable=False),
        sa.Column("wordings", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_questions_set_aside_article_id_articles")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_questions_set_aside_by_id_users")),
        sa.ForeignKeyConstraint(
            ["taken_back_by_id"], ["users.id"], name=op.f("fk_questions_set_aside_taken_back_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions_set_aside")),
    )


def downgrade() -> None:
    op.drop_table("questions_set_aside")
    op.drop_table("solved_answers")
    with op.batch_alter_table("answers_wanted", schema=None) as batch_op:
        batch_op.drop_column("shown")
    with op.batch_alter_table("openings", schema=None) as batch_op:
        batch_op.drop_index("ix_openings_at")
        batch_op.drop_index(batch_op.f("ix_openings_search_id"))
        batch_op.drop_column("place")
        batch_op.drop_column("search_id")
    with op.batch_alter_table("searches", schema=None) as batch_op:
        batch_op.drop_index("ix_searches_at")
        for name in ("ticket_id", "ending", "asked_again", "is_staff", "office_id", "way", "offered"):
            batch_op.drop_column(name)
