"""shared runs: who of the desk is in a run and gave which answer, and versions that were recalled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("turn", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("helper_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("helped_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_runs_helper_id_users"), "users", ["helper_id"], ["id"])
    with op.batch_alter_table("run_answers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("turn", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_foreign_key(batch_op.f("fk_run_answers_by_id_users"), "users", ["by_id"], ["id"])
    op.create_table(
        "recalls",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_recalls_article_id_articles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_recalls_by_id_users")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_recalls_revision_id_revisions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_recalls")),
    )
    with op.batch_alter_table("recalls", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recalls_article_id"), ["article_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("recalls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recalls_article_id"))
    op.drop_table("recalls")
    with op.batch_alter_table("run_answers", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_run_answers_by_id_users"), type_="foreignkey")
        batch_op.drop_column("turn")
        batch_op.drop_column("by_id")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_runs_helper_id_users"), type_="foreignkey")
        batch_op.drop_column("helped_at")
        batch_op.drop_column("helper_id")
        batch_op.drop_column("turn")
