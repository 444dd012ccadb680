"""Facilities and the office that carries between them, for tests of moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from reentry_desktop.actions import moves as moving_acts
from reentry_desktop.actions import setup, sync, transfers
from reentry_desktop.base.ids import Id
from reentry_desktop.exchange import joining, outgoing
from reentry_desktop.exchange.incoming import Taken
from reentry_desktop.records import Participant
from reentry_desktop.store import Store

from ..stores import PASSPHRASE, payloads
from .test_bundles import plan_of


@dataclass
class State:
    """One office and its facilities; a stick goes between an office and a facility, never between two facilities."""

    office: Store
    stick: Path
    codes: dict[Id, str] = field(default_factory=dict)

    def out(self, store: Store, to: Store) -> Path:
        """A bundle on the stick."""
        self.stick.mkdir(exist_ok=True)
        with store.read() as unit:
            name = next(p.name for p, _card in outgoing_peers(unit) if p.site == to.site)
        return outgoing.send(store, name, self.stick).file

    def up(self, store: Store) -> list[Taken]:
        """A facility's bundle to the office, taken in there."""
        return sync.take_in(self.office, [self.out(store, self.office)])

    def down(self, store: Store) -> list[Taken]:
        """The office's bundle to a facility, taken in there."""
        return sync.take_in(store, [self.out(self.office, store)])

    def carry(self, old: Store, new: Store) -> list[Taken]:
        """From one facility to the other, by way of the office."""
        self.up(old)
        return self.down(new)


@contextmanager
def joined(first: Store, folder: Path) -> Iterator[Store]:
    """A second PC of a site."""
    words = joining.write_file(first, folder / "join")
    found = joining.read_file((folder / "join").read_bytes(), " ".join(words))
    store, kit = setup.create(setup.second_pc(folder / "second", found, "second", PASSPHRASE), first.clock)
    with store:
        setup.test_kit(store, {part: kit.text(part).decode() for part in "ABC"})
        yield store


def outgoing_peers(unit: Any) -> Any:
    from reentry_desktop.exchange.identity import peers

    return peers(unit)


def release(store: Store, woman: Id, to: str, why: str = "", request: Id | None = None) -> Id:
    with store.work("release_record") as unit:
        return transfers.release_record(unit, woman, to, why, request)


def accept(store: Store) -> None:
    """Take over whatever has come."""
    with store.work("take_over") as unit:
        for one in moving_acts.moves(unit).coming:
            if one.state == "here":
                transfers.take_over(unit, one.id)


def moves(store: Store) -> moving_acts.Moves:
    with store.read() as unit:
        return moving_acts.moves(unit)


def held(store: Store, woman: Id) -> moving_acts.Held:
    with store.read() as unit:
        return moving_acts.held(unit, woman)


def story(store: Store, woman: Id) -> list[tuple[int, int, bytes]]:
    """Every entry about her that is here, word for word, but for those that say who looked since."""
    rows = store_rows(store, woman)
    return sorted((device, number, bytes(payload)) for device, number, payload in rows)


def store_rows(store: Store, woman: Id) -> list[Any]:
    with store.read() as unit:
        return list(
            unit.connection.exec_driver_sql(
                "SELECT device, number, payload FROM entry WHERE participant = ? AND payload IS NOT NULL", (woman,)
            )
        )


def women(store: Store) -> list[str]:
    with store.read() as unit:
        return sorted(unit.session.scalars(sa.select(Participant.department_number)))


def said(store: Store) -> str:
    """Every word of a store's log."""
    with store.read() as unit:
        return repr(payloads(unit.connection))


__all__ = ["plan_of"]
