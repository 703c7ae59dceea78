"""orders: the kind of day that a suggested order comes from, what it may miss, and a second test."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("order_suggestions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mode", sa.String(length=20), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("missed", sa.Double(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("apart", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("order_suggestions", schema=None) as batch_op:
        batch_op.drop_column("apart")
        batch_op.drop_column("missed")
        batch_op.drop_column("mode")
