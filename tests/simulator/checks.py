"""What must be so at each moment, and once everything has been delivered; whatever the stores are made of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from reentry_desktop.base.ids import Id
from reentry_desktop.bundle import Card
from reentry_desktop.records.change import Change, Place

from . import oracle

ROUNDS = 8  # of everybody sending to everybody, after which a state must have come to rest


class Look(NamedTuple):
    """What one store shows and holds."""

    card: Card
    history: Mapping[Id, Mapping[Place, Change]]
    order: Mapping[Place, int]
    """When each entry came there, those too whose words are gone."""
    inbox: Collection[tuple[Id, str]]
    shown: Callable[[Id], Mapping[str, Any] | None]
    """What its pages show of a record; None where it cannot be shown yet."""
    ours: Collection[int]
    deleted: Collection[Place]
    """Words of others that were called back, and deleted there."""

    @property
    def held(self) -> set[Place]:
        """The entries whose values are there."""
        return {place for entries in self.history.values() for place in entries}

    def may_leave(self, to: Card) -> set[Place]:
        """What this site may give *to* now, by the rule as it is stated."""
        return oracle.may_leave(self.history, self.order, self.ours, Id(to.site), to.kind)


class Shown(Protocol):
    """What a store holds and shows."""

    @property
    def history(self) -> Mapping[Id, Mapping[Place, Change]]: ...

    @property
    def inbox(self) -> Collection[tuple[Id, str]]: ...

    @property
    def shown(self) -> Callable[[Id], Mapping[str, Any] | None]: ...


def inbox_is_whole(look: Shown, records: Iterable[Id], seen: oracle.Seen) -> None:
    """Each disagreement of which both sides are here is shown; where nothing in between is missing, nothing else."""
    for record in records:
        entries = look.history[record]
        asked = {name for of, name in look.inbox if of == record}
        shown = look.shown(record)
        if shown is None:
            assert not asked
            continue
        stated = oracle.disagreements(entries, seen)
        assert stated <= asked, f"nobody is shown {stated - asked} of {record}"
        whole = all(entries.keys() >= seen[place] for place in entries)
        assert not whole or stated == asked, f"nobody disagrees on {asked - stated} of {record}"
        last = oracle.values(entries)
        assert shown == {name: last[name] for name in last if name in shown}, f"{record} is not what was said last"


def come_to_rest(everybody_sends: Callable[[], int]) -> None:
    """Everybody sends to everybody until nobody has heard anything new twice: once may be a receipt alone."""
    quiet = 0
    for _round in range(ROUNDS):
        quiet = 0 if everybody_sends() else quiet + 1
        if quiet == 2:
            return
    raise AssertionError("there is always something new")


def has_what_it_may(sender: Look, receiver: Look, allowed: Collection[Place]) -> None:
    """The one has of the other all that it may have, and nothing that was not *allowed* at some moment."""
    held = receiver.held
    lacking = sender.may_leave(receiver.card) - held - set(receiver.deleted)
    assert not lacking, f"{receiver.card.code} never got of {sender.card.code}: {lacking}"
    theirs = {place for place in held if place[0] in sender.ours}
    more = theirs - set(allowed)
    assert not more, f"{receiver.card.code} has of {sender.card.code} what it may not: {more}"
    still = theirs & set(receiver.deleted)
    assert not still, f"{receiver.card.code} still has what it said it deleted: {still}"


def all_agree(looks: list[Look]) -> None:
    """A record of which two have the same entries is the same, and so is what is asked about it."""
    for place, one in enumerate(looks):
        for other in looks[place + 1 :]:
            for record, entries in one.history.items():
                if entries and entries.keys() == other.history.get(record, {}).keys():
                    mine, theirs = one.shown(record), other.shown(record)
                    assert mine == theirs, f"{record} is {mine} at {one.card.code}, {theirs} at {other.card.code}"
                    asked = ({name for of, name in look.inbox if of == record} for look in (one, other))
                    assert next(asked) == next(asked), f"not both are asked about {record}"


def copies_are_told(told: Collection[tuple[str, str, str]], name: str) -> None:
    """Both histories went everywhere, and everything came to both: somebody must have been told."""
    assert any(why in ("fork", "behind") for _receiver, _sender, why in told), f"nobody is told of {name}'s copy"
