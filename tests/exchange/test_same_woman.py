"""Two registrations of one woman, at several sites: what is said of them travels, and all sites come to the same."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import conflicts, measures, recalling, registrations, same_woman, transfers, women
from reentry_desktop.base.ids import Id
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.records import Enrolment, Participant, SameWoman
from reentry_desktop.records.same_woman import id_of
from reentry_desktop.store import Store

from ..disagreeing import all_know, pass_on
from ..stores import Template, assert_well, assert_whole, exchange_cards, tables
from ..twice import BEGAN, apart, enrol, merge, offered, registered
from . import moves as m
from .test_bundles import plaintext


@pytest.fixture
def south(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Store]:
    made = Template.make(tmp_path_factory.mktemp("template") / "south", "facility", "South Facility", "SOUTH")
    with made.open(tmp_path / "south") as store:
        yield store


@pytest.fixture
def two_facilities(facility: Store, south: Store, office: Store) -> tuple[Store, Store, Store, Id, Id]:
    """One woman, registered and enrolled at each of two facilities; the office has both: stores, then the ids."""
    exchange_cards(facility, office)
    exchange_cards(south, office)
    first, second = registered(facility, "R1001"), registered(south, "R2002", "Anna", "Nunez")
    for store, woman in ((facility, first), (south, second)):
        enrol(store, woman)
        pass_on(store, office)
    return facility, south, office, first, second


@pytest.fixture
def both(facility: Store, office: Store) -> tuple[Store, Store, Id, Id]:
    """A facility that registered one woman twice, and its office: stores, then the ids."""
    exchange_cards(facility, office)
    first, second = registered(facility, "R1001"), registered(facility, "R2002", "Anna", "Nunez")
    for woman in (first, second):
        enrol(facility, woman)
    all_know(facility, office)
    return facility, office, first, second


def stands(store: Store, *ids: Id) -> set[Id]:
    with store.read() as unit:
        return {registrations.stands_for(unit, one) for one in ids}


def said(store: Store) -> object:
    """What is said of registrations, and what is in conflict or waits."""
    with store.read() as unit:
        found = tables(unit.connection)
        return found["same_woman"], found["conflict"], found["waiting"]


def test_the_office_finds_who_two_facilities_registered(two_facilities: tuple[Store, Store, Store, Id, Id]) -> None:
    facility, south, office, first, second = two_facilities
    assert offered(facility) == offered(south) == []
    assert offered(office) == [({first, second}, "sound_and_birth")]
    with office.read() as unit:
        (pair,) = same_woman.registered_twice(unit).pairs
        assert {side.site for side in pair.sides} == {"North Facility", "South Facility"}
        assert measures.measures(unit)["wrap_30_days"].denominator == 2
    merge(office, second, first)
    with office.read() as unit:
        assert measures.measures(unit)["wrap_30_days"].denominator == 1
        assert [row.id for row in women.search(unit, "R1001").rows] == [second]


def test_a_merge_whose_other_half_a_site_may_not_see(two_facilities: tuple[Store, Store, Store, Id, Id]) -> None:
    facility, south, office, first, second = two_facilities
    link = merge(office, second, first)  # the one that stands is not at the first facility
    for store in (facility, south):
        pass_on(office, store)
        assert_whole(store)
    for store, mine, other in ((facility, first, second), (south, second, first)):
        assert stands(store, mine) == {mine}
        with store.read() as unit:
            assert [row.id for row in women.search(unit).rows] == [mine]
            assert women.page(unit, unit.get(Participant, mine)).registrations == {}
            assert unit.find(Participant, other) is None
            assert unit.connection.exec_driver_sql("SELECT count(*) FROM waiting").scalar() == 0
    with facility.read() as unit:  # it goes with the one registered first
        assert unit.get(SameWoman, link).other == second
    with south.read() as unit:
        assert unit.find(SameWoman, link) is None
    exchange_cards(facility, south)
    with facility.work("release_record") as unit:  # she moves: her registration goes, and what was said with it
        transfers.release_record(unit, first, "SOUTH")
    for sender, receiver in ((facility, office), (office, south), (facility, south)):
        pass_on(sender, receiver)
    assert stands(south, first, second) == {second}
    with south.read() as unit:
        assert unit.get(SameWoman, link).said == "second"
        assert [row.id for row in women.search(unit).rows] == [second]
    for store in (facility, south, office):
        assert_whole(store)


def test_nothing_but_an_id_of_the_other_leaves(
    two_facilities: tuple[Store, Store, Store, Id, Id], tmp_path: Path
) -> None:
    facility, _south, office, first, second = two_facilities
    merge(office, first, second)
    stick = tmp_path / "stick"
    stick.mkdir()
    text = plaintext(outgoing.send(office, "NORTH", stick).file, facility)
    assert second.encode() in text
    for word in (b"Anna", b"Nunez", b"R2002"):
        assert word not in text


def test_of_who_has_not_agreed_nothing_is_said_elsewhere(facility: Store, office: Store, tmp_path: Path) -> None:
    exchange_cards(facility, office)
    first, second = registered(facility, "R1001"), registered(facility, "R2002")
    enrol(facility, second)
    merge(facility, second, first)
    stick = tmp_path / "stick"
    stick.mkdir()
    file = outgoing.send(facility, "OFFICE", stick).file
    assert first.encode() not in plaintext(file, office)
    assert incoming.take_in(office, file).status == incoming.APPLIED
    with office.read() as unit:
        assert unit.all(sa.select(SameWoman)) == []


def test_it_travels_to_the_office_and_back(both: tuple[Store, Store, Id, Id]) -> None:
    facility, office, first, second = both
    link = merge(facility, second, first)
    pass_on(facility, office)
    assert stands(office, first, second) == {second}
    assert offered(office) == []
    apart(office, link)
    pass_on(office, facility)
    for store in (facility, office):
        assert stands(store, first, second) == {first, second}
        assert len(offered(store)) == 1
        assert_whole(store)
        assert_well(store)
    merge(facility, first, second)  # said anew, of the same two: the same record
    pass_on(facility, office)
    assert stands(office, first, second) == {first}
    assert said(facility) == said(office)
    assert conflict_count(office) == 0


def conflict_count(store: Store) -> int:
    with store.read() as unit:
        return conflicts.count(unit)


@pytest.mark.parametrize("same", [True, False], ids=["alike", "opposite"])
@pytest.mark.parametrize("order", [0, 1])
def test_merged_at_two_sites_at_once(both: tuple[Store, Store, Id, Id], same: bool, order: int) -> None:
    facility, office, first, second = both
    merge(facility, first, second)
    merge(office, *((first, second) if same else (second, first)))
    there_and_back = [(facility, office), (office, facility)]
    for sender, receiver in there_and_back if order else reversed(there_and_back):
        pass_on(sender, receiver)
    assert said(facility) == said(office)
    assert stands(facility, first, second) == stands(office, first, second)
    assert len(stands(facility, first, second)) == 1
    for store in (facility, office):
        assert conflict_count(store) == (0 if same else 1)
        assert_whole(store)
    if not same:
        with facility.work("settle_conflict") as unit:
            (found,) = conflicts.inbox(unit)
            conflicts.settle_conflict(unit, found.record, found.field, conflicts.THEIRS)
        pass_on(facility, office)
        assert conflict_count(office) == 0
        assert said(facility) == said(office)


def test_one_says_one_woman_the_other_two(both: tuple[Store, Store, Id, Id]) -> None:
    facility, office, first, second = both
    merge(facility, first, second)
    with office.work("two_women") as unit:
        same_woman.two_women(unit, first, second)
    all_know(facility, office)
    assert said(facility) == said(office)
    for store in (facility, office):
        with store.read() as unit:
            (found,) = conflicts.inbox(unit)
            assert "Two women" in {version.words for version in found.versions}
            assert conflicts.inbox(unit, first) == conflicts.inbox(unit, second) == [found]
            assert (found.kind, found.field, found.record) == ("same_woman", "said", id_of(first, second))


def test_taken_apart_here_and_said_again_there(both: tuple[Store, Store, Id, Id]) -> None:
    facility, office, first, second = both
    link = merge(facility, first, second)
    all_know(facility, office)
    apart(facility, link)
    apart(office, link)
    merge(office, second, first)
    all_know(facility, office)
    assert said(facility) == said(office)
    assert stands(facility, first, second) == stands(office, first, second)
    assert conflict_count(facility) == conflict_count(office) == 1
    with office.work("settle_conflict") as unit:
        (found,) = conflicts.inbox(unit)
        conflicts.settle_conflict(unit, found.record, found.field, conflicts.OURS)
    all_know(facility, office)
    assert conflict_count(facility) == conflict_count(office) == 0
    assert said(facility) == said(office)


def test_a_third_registration_merged_elsewhere_at_the_same_time(both: tuple[Store, Store, Id, Id]) -> None:
    facility, office, first, second = both
    third = registered(facility, "R3003", "Ana", "Nunes")
    enrol(facility, third)
    pass_on(facility, office)
    merge(facility, second, first)  # the first gives way to the second here
    merge(office, third, first)  # and to the third there
    for sender, receiver in itertools.permutations((facility, office), 2):
        pass_on(sender, receiver)
    for store in (facility, office):
        assert stands(store, first, second, third) == {second}  # of the two that give way nowhere the earlier one
        assert conflict_count(store) == 0
        assert offered(store) == []
    assert said(facility) == said(office)


@pytest.mark.parametrize("first_stands", [True, False])
def test_her_last_word_of_what_the_office_may_have_holds_for_all_of_her_registrations(
    facility: Store, office: Store, tmp_path: Path, first_stands: bool
) -> None:
    """She let her words out once, and said dates only under another number since. Whichever stands, no more go."""
    exchange_cards(facility, office)
    first, second = registered(facility, "R1001"), registered(facility, "R2002", "Anna", "Nunez")
    episode = enrol(facility, first, BEGAN - dt.timedelta(30), "words")
    later = enrol(facility, second, BEGAN, "dates")

    def note(words: str) -> None:
        with facility.work("plan") as unit:
            unit.revise(Enrolment, episode, next_step=words)

    def said_to_office() -> str:
        pass_on(facility, office)
        return m.said(office)

    note("Quillfeather once")
    assert "Quillfeather once" in said_to_office()
    link = merge(facility, first, second) if first_stands else merge(facility, second, first)
    note("Wrenfeather since")
    with facility.read() as unit:
        assert women.words_stopped(unit, registrations.ids_of(unit, second))
        assert [one.why for one in outgoing.preview(unit, "OFFICE").held_back] == ["dates-only"]
    assert "Wrenfeather since" not in said_to_office()
    with facility.work("share") as unit:  # she may call back what went before, whichever number she is asked under
        recalling.share(unit, later, "dates")
    with facility.read() as unit:
        called = recalling.called_back(unit, second)
        assert called is not None
        assert [site.site for site in called.sites] == ["State Office"]
    with facility.work("share") as unit:  # and her yes lets out what another number would hold back
        recalling.share(unit, episode, "words")
    for _round in range(2):
        all_know(facility, office)
    assert "Wrenfeather since" in m.said(office)
    apart(facility, link)
