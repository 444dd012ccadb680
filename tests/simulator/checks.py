"""What must be so in a state in memory, at each moment and once everything has been delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reentry_desktop.base.ids import Id
from reentry_desktop.exchange.recalled import CLASSES
from reentry_desktop.records.change import Place
from reentry_desktop.store import log

from . import oracle

if TYPE_CHECKING:
    from .desk import Desk
    from .memory import State

ROUNDS = 8  # of everybody sending to everybody, after which a state must have come to rest


def inbox_is_whole(state: State, desk: Desk, record: Id) -> None:
    """Each disagreement of which both sides are here is shown; where nothing in between is missing, nothing else."""
    entries = desk.kept.history[record]
    shown = {name for of, name in desk.kept.inbox if of == record}
    if not any(change.new for change in entries.values()):
        assert not shown
        return
    stated = oracle.disagreements(entries, state.seen)
    assert stated <= shown, f"nobody is shown {stated - shown} of {record}"
    whole = all(entries.keys() >= state.seen[place] for place in entries)
    assert not whole or stated == shown, f"nobody disagrees on {shown - stated} of {record}"
    assert desk.kept.folded[record].values == oracle.values(entries)


def come_to_rest(state: State) -> None:
    """Everybody sends to everybody until nobody has heard anything new twice: once may be a receipt alone."""
    quiet = 0
    for _round in range(ROUNDS):
        brought = 0
        for name, to in state.links:
            letter = state.send(state.desks[name], to)
            brought += 1 if letter is None else state.deliver(letter)
            state.look()
        quiet = 0 if brought else quiet + 1
        if quiet == 2 or state.copied:
            return
    raise AssertionError("there is always something new")


def all_is_well(state: State) -> None:
    """Everything has been delivered: nothing is lost, nothing is where it must not be, and all agree."""
    for desk in state.desks.values():
        _chains_hold(desk)
    if state.copy is not None:
        _copies_are_told(state)
    else:
        assert not state.told, f"somebody was told of what is not so: {state.told}"
    if state.copied:  # a copy was believed before its origin: a person must begin anew, and both were told
        return
    for sender, receiver in state.links:
        _has_what_it_may(state, sender, receiver)
    for desk in state.desks.values():
        assert not state.erased & state.held(desk), "what was taken back is there"
        for record in desk.kept.history:
            inbox_is_whole(state, desk, record)
    _all_agree(state)


def _chains_hold(desk: Desk) -> None:
    gaps = [(device, first, last, after) for device, of in desk.kept.gaps.items() for first, last, _b, after in of]
    count, bad = log.verify(_Walked(desk), gaps)  # type: ignore[arg-type]
    assert count == len(desk.kept.order), "entries have gone"
    assert not bad, f"the chain breaks at {bad}"
    for device, first, last, _after in gaps:
        assert not {(device, number) for number in range(first, last + 1)} & desk.kept.order.keys()


class _Walked:
    """The log as ``verify`` walks it."""

    def __init__(self, desk: Desk) -> None:
        self.exec_driver_sql = desk.connection.exec_driver_sql

    def execution_options(self, **_options: bool) -> _Walked:
        return self


def _has_what_it_may(state: State, sender: str, receiver: str) -> None:
    desk, there = state.desks[sender], state.desks[receiver]
    held = state.held(there)
    deleted = _deleted(there)
    may = state.may_leave(desk, receiver)
    lacking = may - held
    assert lacking <= deleted, f"{receiver} never got of {sender}: {lacking - deleted}"
    had = {place for place in held if place[0] in state.own_devices(desk)}
    more = had - state.allowed.get((sender, receiver), set())
    assert not more, f"{receiver} has of {sender} what it may not: {more}"
    assert not had & deleted, f"{receiver} still has what it said it deleted"


def _deleted(desk: Desk) -> set[Place]:
    """Entries of others that were called back and deleted here, whatever may come of them."""
    women = {
        desk.value(recall, "participant") for recall in desk.standing_recalls() if desk.answer_to(recall) is not None
    }
    return {
        (device, number)
        for device, number, woman, share in desk.connection.execute(
            "SELECT device, number, participant, share FROM entry WHERE participant IS NOT NULL"
        )
        if woman in women and share in CLASSES and not desk.is_ours(device)
    }


def _all_agree(state: State) -> None:
    """A record of which two have the same entries is the same, and so is what is asked about it."""
    desks = list(state.desks.values())
    for one, other in zip(desks, desks[1:], strict=False):
        for record, entries in one.kept.history.items():
            if entries and entries.keys() == other.kept.history.get(record, {}).keys():
                mine, theirs = one.kept.folded[record], other.kept.folded[record]
                assert (mine.values, mine.conflicts, mine.born) == (theirs.values, theirs.conflicts, theirs.born)


def _copies_are_told(state: State) -> None:
    """Both histories go everywhere, and everything comes to both: somebody must have been told."""
    assert state.copy is not None
    name, copy = state.copy
    for to in [to for sender, to in state.links if sender == name]:
        for desk in (state.desks[name], copy):
            state.do_believe("", desk, 0, 0)
            if (letter := state.send(desk, to)) is not None:
                state.deliver(letter)
            if (answer := state.send(state.desks[to], name)) is not None:
                state.deliver(answer, desk)
    assert any(why in ("fork", "behind") for _receiver, _sender, why in state.told), f"nobody is told of {name}'s copy"
