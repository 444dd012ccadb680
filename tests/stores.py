"""Stores for tests: made once with their passphrase, copied and opened with the key that was kept from then.

``Template.open`` saves the tenth of a second that a passphrase costs; everything else is the program's own way.
"""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from reentry_desktop.actions import checking, enrolling, setup, women
from reentry_desktop.base import places
from reentry_desktop.base.ids import Id
from reentry_desktop.base.locks import FolderLock
from reentry_desktop.bundle import DeviceKey, SiteKeys
from reentry_desktop.exchange import identity
from reentry_desktop.records import Plan, PlanVersion, kinds
from reentry_desktop.records.change import Change, fold
from reentry_desktop.records.standing import standing
from reentry_desktop.store import Store, Unit, check, log, vault
from reentry_desktop.store.engines import DATABASE, engine_for
from reentry_desktop.store.folder import LOCK
from reentry_desktop.store.moving import move_records
from reentry_desktop.store.projection import Intake
from reentry_desktop.store.unlocking import _look

IN_POSTGRES: list[bool] = []
"""Not empty where every store of a template lies in PostgreSQL."""
USER, PASSPHRASE = "lead", "correct horse battery"
START = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
DAY = START.date()


class Clock:
    """A clock that stands where it is put and ticks a millisecond at each look."""

    def __init__(self, now: dt.datetime = START) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(milliseconds=1)
        return self.now


@dataclass(frozen=True)
class Template:
    """A closed store, the keys that open it, and its recovery kit."""

    folder: Path
    keys: vault.Keys = field(repr=False)
    person: Id
    kit: setup.Kit

    def __repr__(self) -> str:
        return f"<Template {self.folder.name}>"

    @classmethod
    def make(cls, folder: Path, kind: str, name: str, code: str, *, tested: bool = True, **more: Any) -> Template:
        # As `init` on the command line; the wizard's stores have both off.
        more = {"copies_out": True, "details": {"volunteers": True}} | more
        new = setup.NewStore(folder, kind, name, USER, PASSPHRASE, code=code, **more)
        store, kit = setup.create(new, Clock())
        if tested:
            setup.test_kit(store, {part: kit.text(part).decode() for part in "ABC"})
        if IN_POSTGRES:  # a facility too: the statements are the same
            from . import postgres  # not for scripts, which take this file without its package

            move_records(store, postgres.server().database())
        keys, person = store.keys, store.who.id
        store.close()
        return cls(folder, keys, person, kit)

    def copy(self, folder: Path) -> Path:
        """The same store in another folder. Two that write would be one device twice: use one of them."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns(places.FILE))  # as if it were the original
        slots = vault.read_slots(folder)
        if here := vault.unseal_database(slots, self.keys):
            from . import postgres

            there = postgres.server().database(postgres.name_of(here))
            vault.write_slots(folder, vault.with_database(slots, self.keys, there))
        return folder

    def copy_of(self, store: Store, folder: Path) -> Path:
        """A copy of a store that was opened and is closed, past the program: one device twice."""
        return Template(store.folder, self.keys, self.person, self.kit).copy(folder)

    def open(self, folder: Path, clock: Any = None) -> Store:
        """Copied to *folder* where nothing is there yet, and opened."""
        if not folder.exists():
            self.copy(folder)
        store = Store(folder, vault.read_slots(folder), self.keys, FolderLock(folder / LOCK), clock or Clock())
        try:
            _look(store)
            store.sign_in(self.person, self.keys.signing)
        except BaseException:
            store.close()
            raise
        return store


def identity_of(store: Store) -> bytes:
    """The private keys of a store's site and device."""
    with store.read() as unit:
        return unit.identity


def keys_of(store: Store) -> tuple[SiteKeys, DeviceKey]:
    """The same, read."""
    with store.read() as unit:
        return identity.keys_of(unit)


def exchange_cards(*stores: Store) -> None:
    """Everybody trusts everybody."""
    for mine, other in itertools.permutations(stores, 2):
        card, data = identity.own_card(other)
        with mine.work("trust_card") as unit:
            identity.trust(unit, identity.check_card(mine, data), data, " ".join(card.fingerprint))


def enrolled(
    store: Store, number: str = "R1001", *, first: str = "Ana", last: str = "Núñez", share: str = "dates", **more: Any
) -> tuple[Id, Id]:
    """A woman who was registered and enrolled: her id and her episode's."""
    with store.work("enrol") as unit:
        program = enrolling.add_program(unit, name="Bridges")
        given = {
            "department_number": number,
            "first_name": first,
            "last_name": last,
            "date_of_birth": dt.date(1990, 1, 2),
        }
        woman = women.register(unit, **given | more)
        episode = enrolling.offer(unit, woman, program, DAY)
        enrolling.told_limits(unit, episode, DAY, "en")
        enrolling.enrol(unit, episode, agreed_on=DAY, on=DAY, office_has=share)
    return woman, episode


def write_as_newer(store: Store, *changes: Change) -> None:
    """Put entries into a store's own log that only another version of the program would write."""
    with store.work("newer") as unit:
        for change in changes:
            end = log.append(unit.connection, store.device, log.head(unit.connection, store.device), change)
            intake = Intake(unit.connection)
            intake.apply([((store.device, end.number), change)])
            intake.finish()


def too_long_a_name(store: Store, woman: Id) -> Change:
    """What a version that has room for longer names may say of her."""
    with store.read() as unit:
        ends = fold(log.history(unit.connection, woman)).heads["dates"]
    return Change(
        at="2031-01-01T00:00:00.000Z", act="correct", kind="participant", record=woman, participant=woman,
        share="dates", depth=ends.depth + 1, seen=ends.places,
        values=msgspec.Raw(msgspec.json.encode({"first_name": "x" * 400, "unit": "Ward 9"})),
    )  # fmt: skip


def done_for_now(unit: Unit, plan: Id) -> None:
    """She says it is done for now, however few words stand in it."""
    rows = unit.connection.exec_driver_sql("SELECT device, max(number) FROM entry GROUP BY device")
    entries = " ".join(f"{device}:{number}" for device, number in rows)
    woman = unit.get(Plan, plan).participant
    unit.create(PlanVersion, participant=woman, plan=plan, number=1, done_on=DAY, entries=entries)


def assert_whole(store: Store) -> None:
    """Pages, chains, signatures and tables are what they should be."""
    with store.read() as unit:
        assert check.check_pages(unit.connection) == []
        walked = check.check_log(unit)
        assert walked.bad == "", walked.faults
        assert walked.entries > 0
        assert check.check_tables(unit.connection) == []
        assert conflicts(unit.connection) == conflicts_by_log(unit.connection)


def assert_well(store: Store) -> None:
    """The check a person runs finds nothing."""
    assert [f.sentence for f in checking.check(store) if f.code not in ("disk", "folder")] == []


def conflicts(connection: sa.Connection) -> set[tuple[str, str, str]]:
    """kind, record and field of everything a person has to settle."""
    return set(map(tuple, connection.exec_driver_sql("SELECT kind, record, field FROM conflict").all()))  # type: ignore[arg-type]


def conflicts_by_log(connection: sa.Connection) -> set[tuple[str, str, str]]:
    """The same, folded from the log."""
    found = set()
    for record, entries in check._by_record(connection):
        kind = next(change.kind for _place, change in entries if change.depth)
        folded = fold(standing(entries).entries)
        if folded.born and kind in kinds():
            found |= {(kind, record, name) for name in folded.conflicts}
    return found


def tables(connection: sa.Connection, *, without: tuple[str, ...] = ()) -> dict[str, dict[str, dict[str, Any]]]:
    """Every record of every kind as plain values, and what is in conflict or waits."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for kind in kinds():
        rows = connection.exec_driver_sql(f'SELECT * FROM "{kind}"').mappings()
        found[kind] = {row["id"]: {k: v for k, v in row.items() if k not in without} for row in rows}
    found["conflict"] = {"/".join(row): {} for row in conflicts(connection)}
    waiting = connection.exec_driver_sql("SELECT record, kind, needs FROM waiting")
    found["waiting"] = {row[0]: {"kind": row[1], "needs": row[2]} for row in waiting}
    return found


def payloads(connection: sa.Connection) -> list[dict[str, Any]]:
    """Every entry of the log, opened."""
    rows = connection.exec_driver_sql("SELECT payload FROM entry WHERE payload IS NOT NULL ORDER BY seq").scalars()
    return [msgspec.json.decode(row) for row in rows]


def flip(file: Path, place: int) -> None:
    """Change one byte of a file."""
    with file.open("rb+") as opened:
        opened.seek(place)
        byte = opened.read(1)[0]
        opened.seek(place)
        opened.write(bytes([byte ^ 0x5A]))


def unread_page(folder: Path, key: bytes) -> int:
    """A place, in the file of the records, of a page that no day's work touches."""
    engine = engine_for(folder / DATABASE, key)
    try:
        with engine.connect() as connection:
            asked = "SELECT rootpage FROM sqlite_master WHERE name = 'roster_line'"
            return (int(connection.exec_driver_sql(asked).scalar_one()) - 1) * 4096 + 1000
    finally:
        engine.dispose()
