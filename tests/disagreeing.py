"""Sites that change the same thing without knowing of each other, for tests of what a person then has to settle."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec

from reentry_desktop.actions import women
from reentry_desktop.base.ids import Id
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.records import Enrolment, Site
from reentry_desktop.records.base import Record, strands
from reentry_desktop.records.change import Change
from reentry_desktop.store import Store, Unit, log
from reentry_desktop.store.projection import Intake

from .stores import enrolled, exchange_cards


def pass_on(sender: Store, receiver: Store) -> None:
    """One bundle from *sender* to *receiver*, taken in there."""
    with receiver.read() as unit:
        code = unit.get(Site, receiver.site).code
    sent = outgoing.send(sender, code, sender.folder.parent)
    assert incoming.take_in(receiver, sent.file).status == incoming.APPLIED
    sent.file.unlink()


def all_know(*stores: Store) -> None:
    """Everybody has what everybody else wrote."""
    for sender, receiver in itertools.permutations(stores, 2):
        pass_on(sender, receiver)


def shared(*stores: Store, share: str = "words") -> tuple[Id, Id]:
    """A woman whom every one of *stores* has: her id, and her episode's. The first enrolled her."""
    exchange_cards(*stores)
    woman, episode = enrolled(stores[0], share=share)
    all_know(*stores)
    return woman, episode


def units(first: Store, second: Store, woman: Id, mine: str = "Ward 3", theirs: str = "Ward 7") -> None:
    """Each writes another unit for her; then both know of both."""
    for store, unit_name in ((first, mine), (second, theirs)):
        with store.work("correct") as unit:
            women.correct(unit, woman, unit=unit_name)
    all_know(first, second)


def next_steps(first: Store, second: Store, episode: Id, mine: str, theirs: str) -> None:
    """Each writes another next step; then both know of both."""
    for store, words in ((first, mine), (second, theirs)):
        with store.work("set_next_step") as unit:
            unit.revise(Enrolment, episode, next_step=words)
    all_know(first, second)


def beside(unit: Unit, device: int, cls: type[Record], record: Id, /, **wire: Any) -> None:
    """An entry of another *device*, whose author had not seen the last one of the same strand here."""
    share = strands(cls)[next(iter(wire))]
    strand = [change for _place, change in log.history(unit.connection, record) if change.share == share]
    last = max((change for change in strand if change.depth), key=lambda change: change.depth)
    change = Change(
        at=last.at, act="correct", by=last.by, kind=last.kind, record=record, participant=last.participant, share=share,
        depth=last.depth, seen=last.seen, values=msgspec.Raw(msgspec.json.encode(wire)),
    )  # fmt: skip
    end = log.append(unit.connection, device, log.head(unit.connection, device), change)
    intake = Intake(unit.connection)
    intake.apply([((device, end.number), change)])
    intake.finish()
