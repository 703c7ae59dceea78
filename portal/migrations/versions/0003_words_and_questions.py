"""words and questions: the history of the word list, each asking of the test questions, and an office's own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("synonyms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shipped_key", sa.String(length=160), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
    op.execute("UPDATE synonyms SET shipped_key = key WHERE shipped_hash <> ''")
    op.create_table(
        "word_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("synonym_id", sa.Integer(), nullable=False),
        sa.Column("old", sa.JSON(), nullable=True),
        sa.Column("new", sa.JSON(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_word_changes_by_id_users")),
        sa.ForeignKeyConstraint(
            ["synonym_id"],
            ["synonyms.id"],
            name=op.f("fk_word_changes_synonym_id_synonyms"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_changes")),
    )
    with op.batch_alter_table("word_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_word_changes_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_word_changes_synonym_id"), ["synonym_id"], unique=False)
    op.create_table(
        "question_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("release", sa.String(length=64), nullable=False),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("success_1", sa.Double(), nullable=False),
        sa.Column("success_3", sa.Double(), nullable=False),
        sa.Column("mrr", sa.Double(), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("causes", sa.JSON(), nullable=False),
        sa.Column("standing", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_runs")),
    )
    with op.batch_alter_table("question_runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_runs_at"), ["at"], unique=False)
    op.create_table(
        "local_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=260), nullable=False),
        sa.Column("ask", sa.String(length=260), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_local_questions_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_questions")),
        sa.UniqueConstraint("key", name=op.f("uq_local_questions_key")),
    )


def downgrade() -> None:
    op.drop_table("local_questions")
    with op.batch_alter_table("question_runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_runs_at"))
    op.drop_table("question_runs")
    with op.batch_alter_table("word_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_word_changes_synonym_id"))
        batch_op.drop_index(batch_op.f("ix_word_changes_at"))
    op.drop_table("word_changes")
    with op.batch_alter_table("synonyms", schema=None) as batch_op:
        batch_op.drop_column("number")
        batch_op.drop_column("shipped_key")
