"""Whether a store is whole: the database's pages, the log's chains and signatures, the tables against the log."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import msgspec
import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ..base.ids import Id
from ..base.progress import Progress, untold
from ..records.base import kinds
from ..records.change import Change, Place, fold, from_payload
from ..records.standing import UNREADABLE, UNTRUE, standing
from .engines import run, stream
from .folder import CHECKPOINT
from .log import REPAIRED, hash_known, partings, verify
from .mark import Fault
from .projection import read_row, shape
from .unit import Unit

_AT_ONCE = 200
"""Records that are folded between two looks at whoever waits."""


def check_pages(connection: sa.Connection) -> list[str]:
    """What SQLCipher and SQLite find wrong with the file; empty where all is well. PostgreSQL keeps its own."""
    if connection.dialect.name != "sqlite":
        return []
    found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA cipher_integrity_check")]
    if not found:  # what is not as it was written cannot be looked into further
        found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check") if row[0] != "ok"]
    return found


@dataclass(frozen=True)
class Chains:
    """What a walk along every chain found.

    ``unsigned`` counts, for each person, the entries that stand in her name and that she did not sign: the program
    was cut off before it could, or somebody else wrote them.
    """

    entries: int
    faults: list[Fault]
    unsigned: dict[Id, int]

    @property
    def bad(self) -> str:
        """The first place that is wrong, ``""`` where all is well."""
        for fault in self.faults:
            return f"{fault.device}/{fault.last + 1 if fault.code == 'missing' else fault.first}"
        return ""


def check_log(unit: Unit, progress: Progress = untold) -> Chains:
    """Walk every chain, check each signature under the key its signer had then, and whose entries it stands for."""
    connection = unit.connection
    whole = max(1, connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one())
    gaps = connection.exec_driver_sql("SELECT device, first, last, hash_after FROM gap").all()
    signed = _Signatures(connection, own=0 if unit.store.slots.database else unit.store.device)
    walked = verify(
        connection,
        [tuple(gap) for gap in gaps],
        heard=signed.hear,
        between=lambda count: progress(min(1.0, count / whole)),
    )
    return Chains(walked.entries, [*(Fault(*fault) for fault in walked.faults), *signed.faults], signed.unsigned)


_STARTS = frozenset({"unlock", "create_store", "recover", "restore", "go_on_elsewhere", "go_on_after_old"})
"""With what somebody comes to the desk."""
_LOOKED_AT = _STARTS | {"sign_off"}


class _Named(msgspec.Struct, gc=False):
    act: str
    by: Id = Id("")


_read_named = msgspec.json.Decoder(_Named).decode


class _Signatures:
    """Hears every entry, and keeps what stands between two signatures of the *own* device: whose entries those are.

    In a database several work at once under one device: there runs of several people lie in each other.
    """

    def __init__(self, connection: sa.Connection, own: int) -> None:
        self.connection, self.own = connection, own
        self.faults: list[Fault] = []
        self.unsigned: dict[Id, int] = {}
        self._keys = _keys_of_people(connection)
        asked = "SELECT 1 FROM setting WHERE key = ?"
        self._repaired = connection.exec_driver_sql(asked, (REPAIRED,)).first() is not None
        self._count: dict[Id, int] = {}  # by whom since the last signature
        self._first: dict[Id, int] = {}
        self._last: dict[Id, int] = {}
        self._begun: dict[Id, int] = {}  # when each came to the desk last
        self._by: Id | None = None  # who wrote the entries since the last look at the above, how many, and the last
        self._more = self._end = 0

    def hear(self, device: int, number: int, payload: bytes) -> None:
        """Of a million entries nearly all are by whoever wrote the one before: those are only counted."""
        if device != self.own and b'"sign_off"' not in payload:
            return
        try:
            read = _read_named(payload)
        except msgspec.DecodeError:
            self.faults.append(Fault("altered", device, number, number))
            return
        act, by = read.act, read.by
        if by == self._by and act not in _LOOKED_AT:
            self._more += 1
            self._end = number
        elif act == "sign_off":
            self._signed(device, number, payload)
        elif device == self.own:
            self._sum_up()
            if act in _STARTS:
                self._begun[by] = number
            self._by, self._more, self._end = by, 1, number
            self._first.setdefault(by, number)

    def _sum_up(self) -> None:
        if self._by is not None and self._more:
            self._count[self._by] = self._count.get(self._by, 0) + self._more
            self._last[self._by] = self._end
        self._by, self._more = None, 0

    def _signed(self, device: int, number: int, payload: bytes) -> None:
        change = from_payload(payload)
        asked = "SELECT seq FROM entry WHERE device = ? AND number = ?"
        ((seq,),) = run(self.connection, asked, (device, number)).fetchall()
        keys = self._keys_then(change.by, device, number, seq)
        try:
            told = _read_sign_off(change.values)
            kept = hash_known(self.connection, device, told.through)  # what she signed may have been taken back since
            if self._repaired and not (keys and kept):  # who she was, or what she signed, a damaged disk lost
                return
            signed = CHECKPOINT + device.to_bytes(8, "big") + told.through.to_bytes(8, "big") + kept
            true = any(_is_signed(key, bytes.fromhex(told.signature), signed) for key in keys)
        except ValueError:  # a DecodeError is one
            true = False
        if not true:
            self.faults.append(Fault("signature", device, number, number))
            return
        if device == self.own:
            self._end_run(change.by)

    def _keys_then(self, signer: Id, device: int, number: int, seq: int) -> list[str]:
        """The key somebody had at that place: by the device's own order, else by the order of arrival.

        What is here of a PC that was brought back may have come before what it had been until then, where her key
        is: then it is one of those that came later.
        """
        known = self._keys.get(signer, [])
        own = [one.key for one in known if one.device == device and one.number < number]
        if own:
            return own[-1:]
        before = [one.key for one in known if one.seq < seq]
        return [*before[-1:], *(one.key for one in known if one.seq > seq and one.device != device)]

    def _end_run(self, signer: Id) -> None:
        """Of others, what stands in a run before the signer came was left unsigned; what stands after is not theirs."""
        self._sum_up()
        came = max(self._begun.get(signer, 0), self._begun.get(Id(""), 0), self._first.get(signer, 0))
        for person, last in self._last.items():
            if person and person != signer:
                if last > came:
                    self.faults.append(Fault("name", self.own, max(came, self._first[person]), last))
                self.unsigned[person] = self.unsigned.get(person, 0) + self._count[person]
        for kept in (self._count, self._first, self._last, self._begun):
            kept.clear()


class _Key(NamedTuple):
    """A signing key, and the entry that says whose it is from then on."""

    seq: int
    device: int
    number: int
    key: str


def _keys_of_people(connection: sa.Connection) -> dict[Id, list[_Key]]:
    """The signing keys of everybody, in the order of arrival.

    A reset passphrase brings a new key; what the old one signed stays signed.
    """
    keys: dict[Id, list[_Key]] = {}
    rows = connection.exec_driver_sql(
        "SELECT seq, device, number, payload FROM entry WHERE record IN (SELECT id FROM person) "
        "AND payload IS NOT NULL ORDER BY seq"
    )
    for seq, device, number, payload in rows:
        change = from_payload(payload)
        if change.kind == "person" and isinstance(key := change.read_values().get("signing_key"), str):
            keys.setdefault(change.record, []).append(_Key(seq, device, number, key))
    return keys


def _is_signed(key: str, signature: bytes, what: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, what)
    except (InvalidSignature, ValueError):
        return False
    return True


class _SignOff(msgspec.Struct):
    through: Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]
    signature: str


_read_sign_off = msgspec.json.Decoder(_SignOff).decode


def check_tables(connection: sa.Connection, progress: Progress = untold) -> list[str]:
    """Records whose row is not the fold of their changes, as ``kind/id``; empty where the tables equal the log."""
    wrong: list[str] = []
    whole = max(1, connection.exec_driver_sql("SELECT count(DISTINCT record) FROM entry").scalar_one())
    waiting: dict[Id, str] = dict(connection.exec_driver_sql("SELECT record, needs FROM waiting").all())
    seen: dict[str, int] = {}
    for place, (record, entries) in enumerate(_by_record(connection)):
        if not place % _AT_ONCE:
            progress(min(1.0, place / whole))
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
