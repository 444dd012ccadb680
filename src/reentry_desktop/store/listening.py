"""What other workers write in the same PostgreSQL database, heard as they commit it."""

from __future__ import annotations

import secrets
from typing import Any

import msgspec
import sqlalchemy as sa

from ..base.ids import Id
from .driver import psycopg
from .postgres import checked_url

_CHANNEL = "records"
_MOST = 7_900  # bytes of a notice, of 8,000 that PostgreSQL carries

Touched = dict[str, set[Id]]


class Ear:
    """Tells others what this store wrote, and hears what they wrote. It listens from the first ``heard`` on."""

    def __init__(self, address: str) -> None:
        url = checked_url(address)  # as the engine takes it apart: written out it would refuse a space in a password
        self._where: Any = url.get_dialect()().create_connect_args(url)[1]
        self._name = secrets.token_hex(8)
        self._line: psycopg.Connection | None = None

    def tell(self, connection: sa.Connection, touched: Touched) -> None:
        """With the commit of this transaction the others are told. Too much to say is said as nothing in particular."""
        said = msgspec.json.encode((self._name, touched)).decode()
        if len(said.encode()) > _MOST:
            said = msgspec.json.encode((self._name, {})).decode()
        connection.exec_driver_sql("SELECT pg_notify(?, ?)", (_CHANNEL, said))

    def heard(self) -> Touched | None:
        """What others wrote since the last call: kind -> records, none named where it is too much; None for nothing."""
        try:
            if self._line is None:
                self._line = psycopg.connect(**self._where, autocommit=True)
                self._line.execute(f"LISTEN {_CHANNEL}")
                return None
            notices = [msgspec.json.decode(n.payload, type=tuple[str, Touched]) for n in self._line.notifies(timeout=0)]
        except psycopg.OperationalError:  # what was said meanwhile is not known
            self.close()
            return {}
        others = [touched for name, touched in notices if name != self._name]
        if not others:
            return None
        found: Touched = {}
        for touched in others:
            if not touched:
                return {}
            for kind, records in touched.items():
                found.setdefault(kind, set()).update(records)
        return found

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()
            self._line = None
