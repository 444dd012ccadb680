"""Whether a site has accounts for volunteers; what an office's database holds its workers to (``policies.guard``)."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute("DELETE FROM site")  # its row comes back from the log, as those of every kind do
    column = sa.Column("volunteers", sa.Boolean(), nullable=False)
    if op.get_bind().dialect.name == "sqlite":  # where a column has its place
        with op.batch_alter_table("site", recreate="always") as batch_op:
            batch_op.add_column(column, insert_after="scan_megabytes")
    else:
        op.add_column("site", column)
