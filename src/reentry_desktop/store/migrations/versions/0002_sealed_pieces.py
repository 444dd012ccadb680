"""What a database of an office has besides the tables of every store is made by ``postgres.guard``: sealed files."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """In PostgreSQL who sees all is kept apart from the records, which a worker's login may write."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute('CREATE TABLE sees_all (person TEXT COLLATE "C" PRIMARY KEY)')
        op.execute(
            "INSERT INTO sees_all SELECT id FROM person "
            "WHERE administrator AND 'reentry_' || id IN (SELECT rolname FROM pg_roles)"
        )
