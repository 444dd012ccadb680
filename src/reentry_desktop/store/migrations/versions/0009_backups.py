"""The register of backups; how many are kept; whether two people may erase a PC in an emergency."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "backup",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("made_at", sa.String(length=30), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("kit", sa.Integer(), nullable=False),
        sa.Column("verified_at", sa.String(length=30), nullable=False),
        sa.Column("destroyed_on", sa.Date(), nullable=True),
        sa.Column("destroyed_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "place"),
    )
    op.execute("DELETE FROM site")  # its row comes back from the log, as those of every kind do
    columns = [
        sa.Column("backup_daily", sa.Integer(), nullable=True),
        sa.Column("backup_weekly", sa.Integer(), nullable=True),
        sa.Column("backup_monthly", sa.Integer(), nullable=True),
        sa.Column("emergency_erase", sa.Boolean(), nullable=False),
    ]
    if op.get_bind().dialect.name == "sqlite":  # where a column has its place
        after = "backup_days"
        with op.batch_alter_table("site", recreate="always") as batch_op:
            for column in columns:
                batch_op.add_column(column, insert_after=after)
                after = column.name
    else:
        for column in columns:
            op.add_column("site", column)
