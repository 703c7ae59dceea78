"""How Alembic meets the database: on a connection that the caller opened, one transaction for all steps."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from portal.tables import metadata


def run_on(connection: Connection) -> None:
    """Run the steps that were asked for."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


run_on(context.config.attributes["connection"])
