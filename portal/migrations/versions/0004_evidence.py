"""evidence: how each run ended, counts by day that outlive the runs, and suggested orders of steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("result", sa.String(length=20), nullable=False, server_default=""))
        batch_op.create_index("ix_runs_result_touched", ["result", "touched_at"], unique=False)
    op.create_table(
        "node_days",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_node_days_article_id_articles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["revisions.id"],
            name=op.f("fk_node_days_revision_id_revisions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "article_id", "revision_id", "address", "mode", "day", name=op.f("pk_node_days")
        ),
    )
    with op.batch_alter_table("node_days", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_node_days_day"), ["day"], unique=False)
    op.create_table(
        "order_suggestions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(length=60), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("minutes_saved", sa.Double(), nullable=False),
        sa.Column("sure", sa.Double(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name=op.f("fk_order_suggestions_article_id_articles"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_order_suggestions_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_suggestions")),
    )
    with op.batch_alter_table("order_suggestions", schema=None) as batch_op:
        batch_op.create_index("ix_order_suggestions_article_state", ["article_id", "state"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("order_suggestions", schema=None) as batch_op:
        batch_op.drop_index("ix_order_suggestions_article_state")
    op.drop_table("order_suggestions")
    with op.batch_alter_table("node_days", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_node_days_day"))
    op.drop_table("node_days")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index("ix_runs_result_touched")
        batch_op.drop_column("result")
