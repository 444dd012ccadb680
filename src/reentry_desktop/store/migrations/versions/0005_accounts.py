"""Who unlocks with a second proof; until when a volunteer is cleared and trained."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    second = sa.Column("second_factor", sa.String(length=32), nullable=False, server_default="none")
    added = [
        ("site", second, "office_keeps"),
        ("person", sa.Column("clearance_until", sa.Date(), nullable=True), "saves_open"),
        ("person", sa.Column("prea_until", sa.Date(), nullable=True), "clearance_until"),
    ]
    for table, column, after in added:
        if op.get_bind().dialect.name == "sqlite":  # where a column has its place
            with op.batch_alter_table(table, recreate="always") as batch_op:
                batch_op.add_column(column, insert_after=after)
        else:
            op.add_column(table, column)
    with op.batch_alter_table("site") as batch_op:
        batch_op.alter_column("second_factor", server_default=None)
