"""Who works with a woman, and whose records somebody sees."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "assignment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("participant", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("heads", sa.Text(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["participant"], ["participant.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("assignment") as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_participant"), ["participant"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_person"), ["person"], unique=False)

    op.create_table(
        "break_glass",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("participant", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("through", sa.Date(), nullable=True),
        sa.Column("looked_at_on", sa.Date(), nullable=True),
        sa.Column("looked_at_by", sa.String(length=32), nullable=False),
        sa.Column("finding", sa.String(length=400), nullable=False),
        sa.Column("heads", sa.Text(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["participant"], ["participant.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("break_glass") as batch_op:
        batch_op.create_index(batch_op.f("ix_break_glass_participant"), ["participant"], unique=False)
        batch_op.create_index(batch_op.f("ix_break_glass_person"), ["person"], unique=False)

    op.execute("DELETE FROM person")  # its rows come back from the log, as those of every kind do
    scope = sa.Column("scope", sa.String(length=32), nullable=False)
    team = sa.Column("team", sa.String(length=60), nullable=False)
    if op.get_bind().dialect.name == "sqlite":  # where a column has its place
        with op.batch_alter_table("person", recreate="always") as batch_op:
            batch_op.add_column(scope, insert_after="role")
            batch_op.add_column(team, insert_after="scope")
    else:
        op.add_column("person", scope)
        op.add_column("person", team)
