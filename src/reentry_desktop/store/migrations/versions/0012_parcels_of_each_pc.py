"""A sealed file is named by its bytes: of two PCs of a site each has its own on the way to another facility."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":  # in its place, with what the database's roles may do with it
        op.drop_constraint("parcel_pkey", "parcel", type_="primary")
        op.create_primary_key("parcel_pkey", "parcel", ["sha256"])
        return
    op.rename_table("parcel", "parcel_before")
    op.create_table(
        "parcel",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("from_site", sa.String(length=32), nullable=False),
        sa.Column("to_site", sa.String(length=32), nullable=False),
        sa.Column("device", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.String(length=30), nullable=False),
        sa.Column("by_site", sa.String(length=32), nullable=False),
        sa.Column("by_number", sa.Integer(), nullable=False),
        sa.Column("damaged", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    columns = "sha256, from_site, to_site, device, number, size, at, by_site, by_number, damaged"
    op.execute(f"INSERT INTO parcel ({columns}) SELECT {columns} FROM parcel_before")
    op.drop_table("parcel_before")
