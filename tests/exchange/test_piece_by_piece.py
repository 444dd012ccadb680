"""How a bundle is read and written: piece by piece beside each other, whole or not at all, and stopped at any time."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reentry_desktop.base.problems import Problem
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.exchange.incoming import APPLIED
from reentry_desktop.store import Store, log

from ..stores import enrolled
from .test_bundles import opened, plan_of, send, state


class Stop(Exception):
    """What whoever waits raises, to stop."""


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert not set(threading.enumerate()) - before


def stopping_at(step: int) -> Callable[[float], None]:
    steps = itertools.count()

    def progress(_share: float) -> None:
        if next(steps) == step:
            raise Stop

    return progress


@pytest.mark.parametrize("size", [1, 2, 5])
def test_it_does_not_matter_how_many_entries_are_read_at_once(
    pair: tuple[Store, Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    facility, office = pair
    for number, share in enumerate(("words", "dates", "words", "dates")):
        woman, _episode = enrolled(facility, f"R{number}", share=share)
        plan_of(facility, woman, "one", "two")
    whole = outgoing.send(facility, "OFFICE", tmp_path)
    monkeypatch.setattr(log, "_PIECE", size)
    sent = outgoing.send(facility, "OFFICE", tmp_path)
    assert sent.held_back == whole.held_back > 0
    assert (sent.changes, sent.records) == (whole.changes, whole.records)
    assert opened(sent.file, office)[1] == opened(whole.file, office)[1]
    assert incoming.take_in(office, sent.file).status == APPLIED


@pytest.mark.embedded
def test_a_log_in_which_an_entry_is_missing_is_not_sent(pair: tuple[Store, Store], tmp_path: Path) -> None:
    facility, _office = pair
    enrolled(facility)
    with facility.work("damage") as unit:
        unit.connection.exec_driver_sql("DELETE FROM entry WHERE device = ? AND number = 3", (facility.device,))
    stick = tmp_path / "stick"
    with pytest.raises(Problem) as problem:
        send(facility, stick)
    assert problem.value.code == "own-chain"
    assert not list(stick.iterdir())


def test_a_copy_may_be_stopped_until_it_is_finished(
    pair: tuple[Store, Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facility, office = pair
    enrolled(facility)
    monkeypatch.setattr(log, "_PIECE", 2)
    shares: list[float] = []
    for with_backup in (True, False):  # the backup for the office goes along with the first, in steps of its own
        shares.clear()
        outgoing.send(facility, "OFFICE", tmp_path, progress=shares.append)
        assert shares == sorted(shares)
        assert (shares[0], shares[-1]) == (0, 1)
        assert (shares.count(0) > 1) is with_backup
    stick = tmp_path / "stick"
    stick.mkdir()
    for step in range(len(shares)):
        with pytest.raises(Stop):
            outgoing.send(facility, "OFFICE", stick, progress=stopping_at(step))
        assert not list(stick.iterdir())
    sent = outgoing.send(facility, "OFFICE", stick)
    assert sent.number == 3  # nothing that was stopped counts as sent
    assert incoming.take_in(office, sent.file).status == APPLIED


def test_what_is_stopped_while_it_comes_in_changes_nothing(pair: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = pair
    enrolled(facility)
    file, before = send(facility, tmp_path), state(office)
    shares: list[float] = []
    incoming.take_in(office, file, trial=True, progress=shares.append)
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)
    for step in range(len(shares)):
        with pytest.raises(Stop):
            incoming.take_in(office, file, progress=stopping_at(step))
        assert state(office) == before
    assert incoming.take_in(office, file).status == APPLIED
