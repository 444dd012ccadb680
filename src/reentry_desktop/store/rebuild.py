"""Makes the tables anew from the log: after an update that brought new types or fields, or to mend a damaged table.

The log keeps what a newer program wrote as it came; only now, with the tables for it, can it be shown.
"""

from __future__ import annotations

import sqlalchemy as sa

from ..records.base import kinds
from ..records.change import from_payload
from .projection import Intake

_BATCH = 10_000


def rebuild(connection: sa.Connection) -> None:
    """Empty every table that is made from the log and fill it again, within the caller's transaction."""
    run = connection.exec_driver_sql
    for kind in reversed(kinds()):
        run(f'DELETE FROM "{kind}"')
    for table in ("conflict", "waiting"):
        run(f"DELETE FROM {table}")
    intake = Intake(connection)
    last = 0
    while rows := run(
        "SELECT seq, device, number, payload FROM entry WHERE seq > ? ORDER BY seq LIMIT ?", (last, _BATCH)
    ).all():
        last = rows[-1][0]
        intake.apply([((device, number), from_payload(payload)) for _seq, device, number, payload in rows if payload])
    intake.finish()
