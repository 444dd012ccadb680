"""What an office's database itself holds its workers to is made anew by ``seats.guard``, after every migration."""

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """No table of a store is another."""
