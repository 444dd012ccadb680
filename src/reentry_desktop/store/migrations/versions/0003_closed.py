"""Closed facilities; who released a record in their place; the kind of each other site."""

import base64
import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "site_closure",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("heads", sa.Text(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute("DELETE FROM transfer")  # its rows come back from the log, as those of every kind do
    released_by = sa.Column("released_by", sa.String(length=32), nullable=False)
    if op.get_bind().dialect.name == "sqlite":  # where a column has its place
        with op.batch_alter_table("transfer", recreate="always") as batch_op:
            batch_op.add_column(released_by, insert_after="released_on")
    else:
        op.add_column("transfer", released_by)
    with op.batch_alter_table("peer") as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=12), nullable=False, server_default=""))
    with op.batch_alter_table("peer") as batch_op:
        batch_op.alter_column("kind", server_default=None)
    connection = op.get_bind()
    for site, card in connection.execute(sa.text("SELECT site, card FROM peer")).all():
        said = json.loads(base64.b64decode(json.loads(bytes(card))["payload"]))
        connection.execute(
            sa.text("UPDATE peer SET kind = :kind WHERE site = :site"), {"kind": said["kind"], "site": site}
        )
