"""What stays apart is told by comparisons: SQLite makes a table of a list at every row, a seventh of what it costs."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_APART = sa.text("participant IS NULL OR share <> 'dates' AND share <> 'words' AND share <> 'plan'")


def upgrade() -> None:
    op.drop_index("entry_apart", "entry")
    op.create_index("entry_apart", "entry", ["device", "number"], sqlite_where=_APART, postgresql_where=_APART)
