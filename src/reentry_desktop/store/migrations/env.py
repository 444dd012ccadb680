"""Run by Alembic: migrates over the connection it is handed, so that no key stands in a URL."""

from alembic import context

from reentry_desktop.records import local  # noqa: F401
from reentry_desktop.records.base import Record
from reentry_desktop.store import log  # noqa: F401

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Record.metadata, render_as_batch=True
)
context.run_migrations()
