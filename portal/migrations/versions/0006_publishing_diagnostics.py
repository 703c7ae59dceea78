"""publishing diagnostics: test walks whose new end a person accepted, and the reason given beside warnings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accepted_walks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=2000), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name=op.f("fk_accepted_walks_article_id_articles"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_accepted_walks_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accepted_walks")),
    )
    with op.batch_alter_table("accepted_walks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accepted_walks_article_id"), ["article_id"], unique=False)
    with op.batch_alter_table("publications", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.String(length=500), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("publications", schema=None) as batch_op:
        batch_op.drop_column("reason")
    with op.batch_alter_table("accepted_walks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accepted_walks_article_id"))
    op.drop_table("accepted_walks")
