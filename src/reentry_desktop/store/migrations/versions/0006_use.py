"""How long a site keeps views, searches and unlocks."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    looks = sa.Column("looks_years", sa.Integer(), nullable=True)
    unlocks = sa.Column("unlocks_years", sa.Integer(), nullable=True)
    if op.get_bind().dialect.name == "sqlite":  # where a column has its place
        with op.batch_alter_table("site", recreate="always") as batch_op:
            batch_op.add_column(looks, insert_after="office_keeps")
            batch_op.add_column(unlocks, insert_after="looks_years")
    else:
        op.add_column("site", looks)
        op.add_column("site", unlocks)
