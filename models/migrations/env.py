"""Alembic's entry: runs the versions over a connection that `models.upgrading` hands in."""

from alembic import context

from models import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    render_as_batch=True,
    user_module_prefix="db.",
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
