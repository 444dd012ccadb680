"""What is known of each PC of a site: order without a clock, codes by phone, gaps, age, and PCs that were revoked."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from reentry_desktop.actions import checking, restoring, sites, sync, trust
from reentry_desktop.base.ids import show_device
from reentry_desktop.base.problems import NotFound, Problem
from reentry_desktop.exchange import outgoing
from reentry_desktop.exchange.incoming import APPLIED
from reentry_desktop.records import Participant
from reentry_desktop.store import Store

from ..stores import PASSPHRASE, USER, Clock, assert_whole, enrolled
from .test_bundles import send
from .test_receipts import number_of, rename, state, take
from .test_revoking import revoke

OTHER = "North Facility, other PC"


def code(store: Store, pc: str = "") -> tuple[int, str]:
    with store.read() as unit:
        return sync.phone_code(unit, "NORTH", pc)


def confirm(store: Store, typed: str) -> int:
    with store.work("receipt_by_phone") as unit:
        return sync.receipt_by_phone(unit, "OFFICE", typed)


def set_back(store: Store, days: int) -> None:
    assert isinstance(store.clock, Clock)
    store.clock.now -= dt.timedelta(days=days)


# Order


def test_the_newest_bundle_is_told_by_its_number(pair: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = pair
    woman, _episode = enrolled(facility)
    stick = tmp_path / "stick"
    files = []
    for ward in ("Ward 1", "Ward 2", "Ward 3", "Ward 4"):
        rename(facility, woman, ward)
        files.append(send(facility, stick))
    for place in (0, 1, 3, 2):
        assert take(office, files[place]).status == APPLIED
    came = state(office).last_received
    assert came is not None
    assert came.number == 4
    number, said = code(office)
    assert (number, confirm(facility, said)) == (4, 4)
    assert number_of(office, send(facility, stick)) == 0


def test_a_clock_that_is_set_back_by_years_changes_no_order(pair: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = pair
    woman, _episode = enrolled(facility)
    stick = tmp_path / "stick"
    take(office, send(facility, stick))
    set_back(office, 36 * 365)
    rename(facility, woman, "Ward 2")
    take(office, send(facility, stick))
    came = state(office).last_received
    assert came is not None
    assert came.number == 2
    number, said = code(office)
    assert (number, confirm(facility, said)) == (2, 2)


def test_the_pc_that_came_last_is_given_what_it_lacks_whatever_the_clock_says(
    pair: tuple[Store, Store], tmp_path: Path
) -> None:
    """The office's clock stands in 1990 when the facility's new PC comes."""
    facility, office = pair
    woman, _episode = enrolled(facility)
    stick = tmp_path / "stick"
    checking.backup(facility, tmp_path / "facility.backup")
    rename(facility, woman, "Written after the backup")
    take(office, send(facility, stick))
    facility.close()
    set_back(office, 36 * 365)
    with restoring.restore(tmp_path / "facility.backup", tmp_path / "back", USER, PASSPHRASE, Clock()) as back:
        take(office, send(back, stick))
        assert take(back, send(office, stick, "NORTH")).own > 0


def test_a_code_is_over_what_that_bundle_left(pair: tuple[Store, Store], second: Store, tmp_path: Path) -> None:
    """The second PC brings more of the first one's chain than the first one's own bundle did."""
    facility, office = pair
    woman, _episode = enrolled(facility)
    stick = tmp_path / "stick"
    take(office, send(facility, stick))
    rename(facility, woman, "Ward 1")
    take(second, send(facility, stick, OTHER))
    take(office, send(second, stick))
    number, said = code(office, show_device(facility.device))
    assert (number, confirm(facility, said)) == (1, 1)


# Several PCs


def test_each_pc_is_told_apart(pair: tuple[Store, Store], second: Store, tmp_path: Path) -> None:
    facility, office = pair
    woman, _episode = enrolled(facility)
    stick = tmp_path / "stick"
    take(office, send(facility, stick))
    take(facility, send(office, stick, "NORTH"))
    lost = send(facility, stick)
    rename(facility, woman, "Ward 1")
    take(office, send(facility, stick))
    for _number in (1, 2):
        take(office, send(second, stick))
    assert lost.exists()
    now = state(office)
    other, first = now.pcs
    assert (other.device, other.acknowledged, other.gaps) == (show_device(second.device), None, ())
    assert (first.device, first.acknowledged, first.gaps) == (show_device(facility.device), 1, (2,))
    assert (first.last_received.number, other.last_received.number, now.gaps) == (3, 2, (2,))
    for store, pc in ((facility, first.device), (second, other.device.lower())):
        number, said = code(office, pc)
        assert confirm(store, said) == number
    assert code(office) == code(office, other.device)
    with pytest.raises(NotFound, match="No PC AAAA-AAAA"):
        code(office, "aaaa-aaaa")


def test_two_pcs_that_take_turns_get_what_each_lacks_and_not_all_of_it_again(
    pair: tuple[Store, Store], second: Store, tmp_path: Path
) -> None:
    facility, office = pair
    woman, _episode = enrolled(facility)
    stick = tmp_path / "stick"
    take(office, send(facility, stick))
    for number in range(30):
        rename(office, woman, f"Ward {number}")

    def turn(store: Store) -> int:
        """A stick there and back; how many changes came."""
        take(office, send(store, stick))
        sent = outgoing.send(office, "NORTH", stick)
        take(store, sent.file)
        return sent.changes

    assert turn(facility) > 30
    assert turn(second) > 30
    for store in (second, facility, second, facility):
        rename(office, woman, f"Ward of {store.device}")
        assert turn(store) < 8
        assert turn(store) < 4


def test_an_office_gives_back_nothing_that_a_pc_says_it_has(
    pair: tuple[Store, Store], second: Store, tmp_path: Path
) -> None:
    """Where the other PC is known ends among what stays at the site: the office has no hash of that place."""
    facility, office = pair
    woman, _episode = enrolled(second)
    stick = tmp_path / "stick"
    take(facility, send(second, stick, OTHER))
    take(office, send(second, stick))
    take(office, send(facility, stick))
    with office.read() as unit:
        assert outgoing.preview(unit, "NORTH").changes < 4
    sent = outgoing.send(office, "NORTH", stick)
    assert sent.changes < 4
    assert take(facility, sent.file).status == APPLIED
    rename(second, woman, "Ward 2")
    take(office, send(second, stick))
    take(office, send(facility, stick))  # heard last
    assert take(facility, send(office, stick, "NORTH")).status == APPLIED
    with facility.read() as unit:
        assert unit.get(Participant, woman).unit == "Ward 2"
    for store in (facility, second, office):
        assert_whole(store)


# How old


@pytest.mark.parametrize(
    ("days", "words", "silent"),
    [(0, "today", ""), (1, "1 day ago", ""), (9, "9 days ago", ""), (21, "3 weeks ago", ""),
     (22, "3 weeks ago", "Silent for 3 weeks"), (36, "5 weeks ago", "Silent for 5 weeks"), (-900, "", "")],
)  # fmt: skip
def test_how_long_ago_something_came_is_said_in_words(
    pair: tuple[Store, Store], tmp_path: Path, days: int, words: str, silent: str
) -> None:
    facility, office = pair
    take(office, send(facility, tmp_path / "stick"))
    set_back(office, -days)
    now = state(office)
    assert sites.how_old(now) == words
    assert (sites.silent_words(now) if now.silent else "") == silent


def test_a_site_that_never_sent_anything_is_silent_since_it_is_trusted(pair: tuple[Store, Store]) -> None:
    _facility, office = pair
    assert not state(office).silent
    set_back(office, -30)
    assert (state(office).days, sites.silent_words(state(office))) == (None, "Silent for 4 weeks")


# Revoked


def test_nothing_is_copied_for_a_site_that_was_revoked(pair: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = pair
    enrolled(facility)
    stick = tmp_path / "stick"
    take(office, send(facility, stick))
    made = revoke(office, "NORTH", None)
    assert "is not trusted since Nov 23, 2026" in state(office).refused
    with office.read() as unit, pytest.raises(Problem, match="Nothing is copied for it") as told:
        outgoing.preview(unit, "NORTH")
    assert told.value.code == "revoked"
    with pytest.raises(Problem, match="trust it again: USB sync, Who is trusted"):
        outgoing.send(office, "NORTH", stick)
    assert len(list(stick.iterdir())) == 1
    with office.work("trust_again") as unit:
        trust.trust_again(unit, made)
    assert take(facility, send(office, stick, "NORTH")).status == APPLIED


def test_a_stolen_pc_gets_nothing_and_the_other_one_goes_on(
    pair: tuple[Store, Store], second: Store, tmp_path: Path
) -> None:
    facility, office = pair
    enrolled(facility)
    stick = tmp_path / "stick"
    take(office, send(facility, stick))
    revoke(office, "NORTH", facility.device)
    with pytest.raises(Problem, match="Bring in a bundle of another PC of North Facility first"):
        outgoing.send(office, "NORTH", stick)
    take(office, send(second, stick))
    assert state(office).refused == ""
    assert [pc.device for pc in state(office).pcs] == [show_device(second.device)]
    answer = send(office, stick, "NORTH")
    assert take(second, answer).status == APPLIED
    assert take(facility, answer).status == APPLIED  # whoever has it can open it: it is told that it is revoked
    with pytest.raises(Problem, match="This PC was revoked on Nov 23, 2026") as told:
        outgoing.send(facility, "OFFICE", stick)
    assert told.value.code == "revoked"
