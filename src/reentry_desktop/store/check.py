"""Whether a store is whole: the database's pages, the log's chains and signatures, the tables against the log."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ..base.ids import Id
from ..records.base import kinds
from ..records.change import Change, Place, fold, from_payload
from ..records.standing import UNREADABLE, UNTRUE, standing
from .engines import stream
from .folder import CHECKPOINT
from .log import REPAIRED, partings, verify
from .projection import read_row, shape
from .unit import Unit


def check_pages(connection: sa.Connection) -> list[str]:
    """What SQLCipher and SQLite find wrong with the file; empty where all is well. PostgreSQL keeps its own."""
    if connection.dialect.name != "sqlite":
        return []
    found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA cipher_integrity_check")]
    if not found:  # what is not as it was written cannot be looked into further
        found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check") if row[0] != "ok"]
    return found


def check_log(unit: Unit) -> tuple[int, str]:
    """How many entries the log has, and the first that breaks its chain or carries a false signature."""
    connection = unit.connection
    gaps = connection.exec_driver_sql("SELECT device, first, last, hash_after FROM gap").all()
    count, bad = verify(connection, [tuple(gap) for gap in gaps])
    return count, bad or _false_signature(connection)


def _false_signature(connection: sa.Connection) -> str:
    """The first run of entries whose signature is not of the key its signer had then, or ``""``."""
    keys: dict[Id, str] = {}  # a reset passphrase brings a new key; what the old one signed stays signed
    repaired = connection.exec_driver_sql("SELECT 1 FROM setting WHERE key = ?", (REPAIRED,)).first() is not None
    rows = connection.exec_driver_sql(
        "SELECT seq, device, number, payload FROM entry "
        "WHERE record IN (SELECT id FROM person) AND payload IS NOT NULL UNION ALL "
        "SELECT seq, device, number, payload FROM entry "
        "WHERE record IS NULL AND payload LIKE '%\"sign_off\"%' ORDER BY seq"
    )
    for _seq, device, number, payload in rows:
        change = from_payload(payload)
        if change.kind == "person" and isinstance(key := change.read_values().get("signing_key"), str):
            keys[change.record] = key
        if change.act != "sign_off":
            continue
        if repaired and change.by not in keys:  # who she was is among what a damaged disk lost
            continue
        try:
            told = _read_sign_off(change.values)
            kept = connection.exec_driver_sql(
                "SELECT hash FROM entry WHERE device = ? AND number = ?", (device, told.through)
            ).scalar()
            if repaired and kept is None:
                continue
            signed = CHECKPOINT + device.to_bytes(8, "big") + told.through.to_bytes(8, "big") + (kept or b"")
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(keys.get(change.by, ""))).verify(
                bytes.fromhex(told.signature), signed
            )
        except (InvalidSignature, ValueError):
            return f"{device}/{number}"
    return ""


class _SignOff(msgspec.Struct):
    through: Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]
    signature: str


_read_sign_off = msgspec.json.Decoder(_SignOff).decode


def check_tables(connection: sa.Connection) -> list[str]:
    """Records whose row is not the fold of their changes, as ``kind/id``; empty where the tables equal the log."""
    wrong: list[str] = []
    waiting: dict[Id, str] = dict(connection.exec_driver_sql("SELECT record, needs FROM waiting").all())
    seen: dict[str, int] = {}
    for record, entries in _by_record(connection):
        kind = next((c.kind for _p, c in entries if c.depth), "")
        try:
            form = shape(kind)
        except KeyError:
            continue
        stands = standing(entries)
        folded = fold(stands.entries)
        needs = waiting.get(record)
        if (stands.why and needs is None) or (needs in (UNREADABLE, UNTRUE) and needs != stands.why):
            wrong.append(f"{kind}/{record}")
        if not folded.born or (needs and "/" in needs):  # then it has no row: the count below would tell
            continue
        row = read_row(connection, kind, record)
        seen[kind] = seen.get(kind, 0) + 1
        want: dict[str, Any] = {**form.blank, **{k: v for k, v in folded.values.items() if k in form.known}}
        del want["heads"]
        if row is None or row[1] != folded.heads or any(row[0][name] != value for name, value in want.items()):
            wrong.append(f"{kind}/{record}")
    counts = {kind: connection.exec_driver_sql(f'SELECT count(*) FROM "{kind}"').scalar_one() for kind in kinds()}
    return [*dict.fromkeys(wrong)] + [f"{kind}/*" for kind, count in counts.items() if count != seen.get(kind, 0)]


def _by_record(connection: sa.Connection) -> Iterator[tuple[Id, list[tuple[Place, Change]]]]:
    rows = stream(
        connection,
        "SELECT record, device, number, payload FROM entry "
        "WHERE record IS NOT NULL AND payload IS NOT NULL ORDER BY record",
    )
    known = partings(connection)
    for record, group in itertools.groupby(rows, key=lambda row: row[0]):
        entries = [
            (place := (device, number), known.read(place, from_payload(payload)))
            for _r, device, number, payload in group
        ]
        if any(change.depth for _place, change in entries):
            yield Id(record), entries
