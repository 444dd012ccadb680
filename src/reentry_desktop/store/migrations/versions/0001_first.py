"""The first release. ``schema.create`` makes its tables; every later file starts from here."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Nothing: no store is older."""
