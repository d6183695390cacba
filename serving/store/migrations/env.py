"""Alembic's entry: migrations run on the connection that serving.store.schema passes in."""

from alembic import context

from serving.store.everything import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
