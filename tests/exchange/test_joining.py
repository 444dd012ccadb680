"""A second PC of a site: it joins, both write at once, and they meet by a stick and by way of the office."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import checking, conflicts, plans, restoring, sync, taking_back
from reentry_desktop.base.problems import Problem
from reentry_desktop.exchange import joining, outgoing
from reentry_desktop.exchange.incoming import Taken
from reentry_desktop.records import Participant, Plan, PlanItem, Site
from reentry_desktop.store import Store

from ..stores import PASSPHRASE, USER, assert_whole, done_for_now, enrolled, identity_of, tables
from . import moves as m
from .test_receipts import rename


def told(connection: sa.Connection) -> dict[str, dict[str, dict[str, str]]]:
    """Every record but the bundles copied since, as words: one store may lie in a database that knows days."""
    found = tables(connection)
    found.pop("carriage")
    return {
        k: {i: {f: str(v + 0 if isinstance(v, bool) else v) for f, v in row.items()} for i, row in rows.items()}
        for k, rows in found.items()
    }


def give(sender: Store, to: str, receiver: Store, stick: Path) -> Taken:
    stick.mkdir(exist_ok=True)
    taken = sync.take_in(receiver, [sync.send(sender, to, stick).file])[0]
    assert taken.status in ("applied", "already-applied"), taken
    return taken


def add(store: Store, words: str) -> None:
    with store.work("add_item") as unit:
        plans.add_item(unit, unit.first(sa.select(Plan.id)), "tools", words=words)


def done(store: Store) -> None:
    with store.work("done_for_now") as unit:
        done_for_now(unit, unit.first(sa.select(Plan.id)))


OTHER = "North Facility, other PC"


def test_both_write_at_once_and_meet_by_a_stick(pair: tuple[Store, Store], second: Store, tmp_path: Path) -> None:
    facility, office = pair
    assert (second.site, second.device != facility.device) == (facility.site, True)
    woman, _episode = enrolled(facility)
    m.plan_of(facility, woman, "Only at this site")
    give(facility, OTHER, second, tmp_path / "stick")
    assert "Only at this site" in m.said(second)
    other, _episode = enrolled(second, "R2", first="Luz", last="Ortega")
    m.plan_of(second, other, "Written at the second")
    with facility.work("write") as unit:
        unit.revise(Participant, woman, first_name="Lucia")
    for _round in range(2):
        give(second, OTHER, facility, tmp_path / "stick")
        give(facility, OTHER, second, tmp_path / "stick")
    with facility.read() as a, second.read() as b:
        mine, theirs = (told(u.connection) for u in (a, b))
        assert mine == theirs
        assert tables(a.connection)["conflict"] == {}
        assert b.get(Site, second.site).due_months == 9
    # Once all is confirmed, little goes.
    assert sync.send(facility, OTHER, tmp_path).changes < 12
    # Both are one site to the office.
    give(facility, "OFFICE", office, tmp_path / "stick")
    give(second, "OFFICE", office, tmp_path / "stick")
    assert m.women(office) == ["R1001", "R2"]
    for store in (facility, second, office):
        assert_whole(store)


def test_what_was_taken_back_before_it_came_leaves_its_signature_true(
    pair: tuple[Store, Store], second: Store, tmp_path: Path
) -> None:
    """The last of what she signed that day is her words that she took back: its place in the chain stands for them."""
    facility, _office = pair
    woman, _episode = enrolled(facility)
    with facility.work("plan") as unit:
        item = plans.add_item(unit, plans.start_plan(unit, woman), "tools", words="Gone by then")
    facility.sign_off()
    with facility.work("take_back") as unit:
        taking_back.take_back(unit, woman, item)
    give(facility, OTHER, second, tmp_path / "stick")
    assert "Gone by then" not in m.said(second)
    assert_whole(second)


def test_what_was_taken_back_after_it_came_goes_at_the_other_pc_too(
    pair: tuple[Store, Store], second: Store, tmp_path: Path
) -> None:
    """But for what a version says that was made there since: it was hers to give, and may have left."""
    facility, _office = pair
    woman, _episode = enrolled(facility)
    with facility.work("plan") as unit:
        plan = plans.start_plan(unit, woman)
        item, kept = (plans.add_item(unit, plan, "tools", words=words) for words in ("Gone by then", "Given there"))
    give(facility, OTHER, second, tmp_path / "stick")
    give(second, OTHER, facility, tmp_path / "stick")
    assert "Gone by then" in m.said(second)
    with facility.work("take_back") as unit:
        taking_back.take_back(unit, woman, item)
        plans.revise_item(unit, kept, words="Said again")
    give(facility, OTHER, second, tmp_path / "stick")
    assert "Gone by then" not in m.said(second)
    with second.read() as unit:
        assert [one.words for one in unit.all(sa.select(PlanItem))] == ["Said again"]
        assert conflicts.inbox(unit) == []
    with second.work("done") as unit:
        done_for_now(unit, plan)
    with facility.work("take_back") as unit:
        taking_back.take_back(unit, woman, kept)
    give(facility, OTHER, second, tmp_path / "stick")
    assert "Said again" in m.said(second)
    assert "Said again" not in m.said(facility)
    for store in (facility, second):
        assert_whole(store)


def test_what_the_other_pc_said_is_done_lets_no_later_words_of_this_one_out(
    pair: tuple[Store, Store], second: Store, tmp_path: Path
) -> None:
    """It may never have seen them: she has not said of those words that they may go."""
    facility, office = pair
    woman, _episode = enrolled(facility, share="words")
    m.plan_of(facility, woman, "Quetzalwalk")
    give(facility, OTHER, second, tmp_path / "stick")
    done(second)
    add(facility, "Zebrasong")
    give(second, OTHER, facility, tmp_path / "stick")
    give(facility, "OFFICE", office, tmp_path / "stick")
    assert "Zebrasong" not in m.said(office)
    give(second, "OFFICE", office, tmp_path / "stick")
    assert "Quetzalwalk" in m.said(office)
    assert "Zebrasong" not in m.said(office)
    done(facility)
    give(facility, "OFFICE", office, tmp_path / "stick")
    assert "Zebrasong" in m.said(office)


def test_they_meet_by_way_of_the_office_and_then_by_a_stick(
    pair: tuple[Store, Store], second: Store, tmp_path: Path
) -> None:
    facility, office = pair
    woman, _episode = enrolled(facility, share="words")
    m.plan_of(facility, woman, "For the office too")
    with facility.work("count_list") as unit:
        unit.tell("site", facility.site, note="Stays with the site")
    give(facility, "OFFICE", office, tmp_path / "stick")
    other, _episode = enrolled(second, "R2", first="Luz", last="Ortega", share="words")
    give(second, "OFFICE", office, tmp_path / "stick")
    assert give(office, "NORTH", second, tmp_path / "stick").own > 0
    assert m.women(second) == ["R1001", "R2"]
    assert "For the office too" in m.said(second)
    assert "Stays with the site" not in m.said(second)
    give(facility, "OFFICE", office, tmp_path / "stick")
    give(office, "NORTH", facility, tmp_path / "stick")
    assert m.women(facility) == ["R1001", "R2"]
    # What the office may not have comes by the stick, into the gaps it left.
    give(facility, OTHER, second, tmp_path / "stick")
    assert "Stays with the site" in m.said(second)
    give(second, OTHER, facility, tmp_path / "stick")
    assert m.story(facility, woman) == m.story(second, woman)
    assert m.story(facility, other) == m.story(second, other)
    for store in (facility, second, office):
        assert_whole(store)


def test_what_goes_after_a_gap_is_held_back_by_name_and_leaves_once_she_lets_it_out(
    pair: tuple[Store, Store], second: Store, tmp_path: Path
) -> None:
    """While the first PC's entries have a gap at the second one, and once it is closed."""
    facility, office = pair
    woman, _episode = enrolled(facility, share="words")
    m.plan_of(facility, woman, "Quetzalwalk")
    give(facility, OTHER, second, tmp_path / "stick")
    add(facility, "Zebrasong")
    rename(facility, woman, "Ward 2")
    give(facility, "OFFICE", office, tmp_path / "stick")
    give(second, "OFFICE", office, tmp_path / "stick")
    give(office, "NORTH", second, tmp_path / "stick")
    assert "Zebrasong" not in m.said(second)  # its place is a gap
    with second.read() as unit:
        stays = outgoing.preview(unit, "OFFICE").held_back
        assert [(one.name, one.why) for one in stays] == [("Ana Núñez", "not-done")]
        assert stays[0].changes == m.said(second).count("plan_item") == 1
    give(second, "OFFICE", office, tmp_path / "stick")
    give(office, "NORTH", second, tmp_path / "stick")  # confirms it
    give(facility, OTHER, second, tmp_path / "stick")
    done(second)
    give(second, "OFFICE", office, tmp_path / "stick")
    for words in ("Quetzalwalk", "Zebrasong"):
        assert words in m.said(office)
    for store in (facility, second, office):
        assert_whole(store)


def test_a_joining_file_opens_with_its_words_alone(facility: Store, tmp_path: Path) -> None:
    words = joining.write_file(facility, tmp_path / "join")
    data = (tmp_path / "join").read_bytes()
    wrong = [*words[1:], words[0]]
    for typed, given in ((" ".join(wrong), data), (" ".join(words), data[:-1]), (" ".join(words), b"junk")):
        with pytest.raises(Problem, match="Nothing was changed"):
            joining.read_file(given, typed)
    assert identity_of(facility)[24:56] not in data
    facility.who = facility.who._replace(administrator=False)
    with pytest.raises(Problem, match="Only an administrator"):
        joining.write_file(facility, tmp_path / "other")


def test_a_pc_does_not_read_its_own_bundle(second: Store, tmp_path: Path) -> None:
    file = sync.send(second, OTHER, tmp_path).file
    (taken,) = sync.take_in(second, [file])
    assert (taken.status, taken.code) == ("quarantined", "own-bundle")


@pytest.mark.embedded
def test_signatures_of_a_pc_that_was_brought_back_are_true_where_they_come_before_her_key(
    facility: Store, second: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two devices in a bundle the one with the smaller number comes first: here the one that went on."""
    checking.backup(facility, tmp_path / "a.backup")
    facility.close()
    random = os.urandom
    monkeypatch.setattr(os, "urandom", lambda size: bytes(size) if size == 5 else random(size))  # a device's number
    back = restoring.restore(tmp_path / "a.backup", tmp_path / "back", USER, PASSPHRASE, facility.clock)
    with back:
        assert back.device < facility.device
        for _time in range(2):
            give(back, OTHER, second, tmp_path / "stick")
        assert_whole(second)
