"""What stays apart is told by comparisons: of a list SQLite makes a table at every entry, a seventh of its cost."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_APART = sa.text("participant IS NULL OR share <> 'dates' AND share <> 'words' AND share <> 'plan'")


def upgrade() -> None:
    table = "entry" if op.get_bind().dialect.name == "sqlite" else "log_entry"  # there entry is a view of it
    op.drop_index("entry_apart", table)
    op.create_index("entry_apart", table, ["device", "number"], sqlite_where=_APART, postgresql_where=_APART)
