"""Words called back: sharing stops, the office is asked to delete them, deletes and says so; late bundles too."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import checking, enrolling, plans, recalling, restoring, sync, taking_back, women
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import NotFound, Problem
from reentry_desktop.exchange.incoming import APPLIED
from reentry_desktop.records import Participant, Plan, PlanItem
from reentry_desktop.records.local import Peer
from reentry_desktop.store import Store

from ..actions.test_taking_back import everywhere
from ..newer import write_as_newer
from ..stores import DAY, PASSPHRASE, USER, Clock, assert_well, assert_whole, done_for_now, enrolled
from . import moves as m
from .test_bundles import plaintext, plan_of, send
from .test_receipts import number_of, rename, take

SECRET = "Quetzalwalk"


@pytest.fixture
def met(pair: tuple[Store, Store], tmp_path: Path) -> tuple[Store, Store, Id, Id, Path]:
    """Her words are at the office, which confirmed them; the office wrote a next step of its own."""
    facility, office = pair
    woman, episode = enrolled(facility, share="words")
    plan_of(facility, woman, SECRET, f"{SECRET} again")
    stick = tmp_path / "stick"
    assert take(office, send(facility, stick)).status == APPLIED
    assert take(facility, send(office, stick, "NORTH")).status == APPLIED
    assert SECRET.encode() in everywhere(office)
    return facility, office, woman, episode, stick


def share(store: Store, episode: Id, what: str) -> None:
    with store.work("share") as unit:
        recalling.share(unit, episode, what)


def delete(store: Store) -> int:
    """What the office does when it is asked."""
    with store.work("delete_here") as unit:
        (asked,) = recalling.to_delete(unit)
        count = recalling.delete_here(unit, asked.recall)
    taking_back.finish_taking_back(store)
    return count


def called(store: Store, woman: Id) -> recalling.Called | None:
    with store.read() as unit:
        return recalling.called_back(unit, woman)


def test_the_office_is_asked_deletes_and_says_so(met: tuple[Store, Store, Id, Id, Path]) -> None:
    facility, office, woman, episode, stick = met
    share(facility, episode, "dates")
    assert called(facility, woman) == recalling.Called(DAY, (recalling.Asked("State Office", None),))
    take(office, send(facility, stick))
    with office.read() as unit:
        (asked,) = recalling.to_delete(unit)
        assert (asked.participant, asked.asked_on) == (woman, DAY)
    with facility.read() as unit:
        assert not recalling.to_delete(unit)  # it is hers to ask, not to be asked
    assert delete(office) == 2
    assert SECRET.encode() not in everywhere(office)
    with office.read() as unit:
        assert not recalling.to_delete(unit)
        assert unit.get(Participant, woman).name == "Ana Núñez"
        assert unit.all(sa.select(Plan))
        assert not unit.all(sa.select(PlanItem))
    assert_whole(office)
    assert_well(office)
    take(facility, send(office, stick, "NORTH"))
    assert called(facility, woman) == recalling.Called(DAY, (recalling.Asked("State Office", DAY),))
    with facility.read() as unit:
        assert len(unit.all(sa.select(PlanItem))) > 1  # here they are hers still


def test_words_of_a_stick_that_comes_late_do_not_come_in(met: tuple[Store, Store, Id, Id, Path]) -> None:
    facility, office, woman, episode, stick = met
    plan_of(facility, woman, "Zebrasong")
    late = send(facility, stick)
    assert b"Zebrasong" in plaintext(late, office)
    share(facility, episode, "dates")
    take(office, send(facility, stick))
    delete(office)
    (taken,) = sync.take_in(office, [late])
    assert (taken.status, taken.waiting, taken.late, taken.deleted) == (APPLIED, 0, 0, 0)
    assert b"Zebrasong" not in everywhere(office)
    assert_whole(office)


def test_what_was_offered_again_and_comes_late_is_deleted_as_it_comes(
    met: tuple[Store, Store, Id, Id, Path],
) -> None:
    facility, office, woman, episode, stick = met
    plan_of(facility, woman, "Zebrasong")
    share(facility, episode, "dates")
    take(office, send(facility, stick))
    delete(office)
    take(facility, sync.send(office, "NORTH", stick).file)
    share(facility, episode, "words")
    late = send(facility, stick)
    assert b"Zebrasong" in plaintext(late, office)
    share(facility, episode, "dates")
    take(office, send(facility, stick))
    (taken,) = sync.take_in(office, [late])
    assert (taken.status, taken.waiting) == (APPLIED, 0)
    assert taken.late == taken.deleted > 0
    assert "It was deleted as it came." in recalling.late_words(1)
    assert b"Zebrasong" not in everywhere(office)
    assert_whole(office)


def test_what_was_never_sent_is_not_called_back(pair: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = pair
    woman, episode = enrolled(facility, share="words")
    plan_of(facility, woman, SECRET)
    share(facility, episode, "dates")
    assert called(facility, woman) is None
    take(office, send(facility, tmp_path / "stick"))
    with office.read() as unit:
        assert not recalling.to_delete(unit)


def test_she_shares_them_again_and_all_is_there_once_more(met: tuple[Store, Store, Id, Id, Path]) -> None:
    facility, office, woman, episode, stick = met
    share(facility, episode, "dates")
    take(office, send(facility, stick))
    delete(office)
    take(facility, send(office, stick, "NORTH"))
    share(facility, episode, "words")
    assert called(facility, woman) is None
    plan_of(facility, woman, "Zebrasong")
    assert take(office, send(facility, stick)).status == APPLIED
    with office.read() as unit:
        words = {item.words for item in unit.all(sa.select(PlanItem))}
        assert not recalling.to_delete(unit)
    assert {SECRET, f"{SECRET} again", "Zebrasong"} <= words
    assert_whole(office)
    assert_well(office)


def test_shared_again_before_the_answer_came(met: tuple[Store, Store, Id, Id, Path]) -> None:
    """The office deleted them meanwhile: what it says then of bundles it took in must not keep the words away."""
    facility, office, _woman, episode, stick = met
    share(facility, episode, "dates")
    take(office, send(facility, stick))
    delete(office)
    answer = send(office, stick, "NORTH")
    share(facility, episode, "words")
    take(facility, answer)
    for _round in range(2):
        take(office, send(facility, stick))
        take(facility, send(office, stick, "NORTH"))
    assert SECRET.encode() in everywhere(office)
    assert_whole(office)
    assert number_of(office, send(facility, stick)) == 0


def test_what_the_office_wrote_itself_stays(met: tuple[Store, Store, Id, Id, Path]) -> None:
    facility, office, _woman, episode, stick = met
    with office.work("set_next_step") as unit:
        enrolling.set_next_step(unit, episode, "Call the clinic", DAY)
    share(facility, episode, "dates")
    take(office, send(facility, stick))
    delete(office)
    assert b"Call the clinic" in everywhere(office)
    assert_whole(office)
    with office.work("delete_here") as unit, pytest.raises(NotFound):
        recalling.delete_here(unit, Id("0" * 32))


def test_sharing_stops_at_once(met: tuple[Store, Store, Id, Id, Path]) -> None:
    facility, office, woman, episode, stick = met
    share(facility, episode, "dates")
    with facility.work("write") as unit:
        plan = plans.start_plan(unit, woman)
        plans.add_item(unit, plan, "tools", words="Xylophone")
        done_for_now(unit, plan)
    rename(facility, woman, "Ward 3")
    file = send(facility, stick)
    assert b"Xylophone" not in plaintext(file, office)
    assert b"Ward 3" in plaintext(file, office)


# Who may have them


def asked(store: Store, woman: Id) -> list[recalling.Asked]:
    found = called(store, woman)
    return list(found.sites) if found else []


def test_a_restored_pc_asks_whom_the_one_before_it_may_have_sent_them(
    met: tuple[Store, Store, Id, Id, Path], tmp_path: Path
) -> None:
    facility, office, woman, episode, stick = met
    checking.backup(facility, tmp_path / "facility.backup")
    facility.close()
    with restoring.restore(tmp_path / "facility.backup", tmp_path / "back", USER, PASSPHRASE, Clock()) as back:
        share(back, episode, "dates")
        assert asked(back, woman) == [recalling.Asked("State Office", None)]
        take(office, send(back, stick))
        assert delete(office) == 2
        assert SECRET.encode() not in everywhere(office)
        take(back, send(office, stick, "NORTH"))
        assert asked(back, woman) == [recalling.Asked("State Office", DAY)]


def test_a_second_pc_asks_before_its_first_bundle(met: tuple[Store, Store, Id, Id, Path], second: Store) -> None:
    facility, office, woman, episode, stick = met
    take(second, send(facility, stick, "North Facility, other PC"))
    share(second, episode, "dates")
    assert asked(second, woman) == [recalling.Asked("State Office", None)]
    take(office, send(second, stick))
    assert delete(office) == 2
    assert SECRET.encode() not in everywhere(office)


def test_who_never_had_them_says_so_at_once(pair: tuple[Store, Store], second: Store, tmp_path: Path) -> None:
    """The second PC cannot know what the first one sent: it asks, and nobody at the office has to decide anything."""
    facility, office = pair
    stick = tmp_path / "stick"
    woman, episode = enrolled(second, share="words")
    share(second, episode, "dates")
    take(office, send(second, stick))
    with office.read() as unit:
        assert not recalling.to_delete(unit)
    take(second, send(office, stick, "NORTH"))
    assert asked(second, woman) == [recalling.Asked("State Office", DAY, had_none=True)]
    assert_whole(office)
    assert facility.site == second.site


def test_the_facility_she_came_from_deletes_its_copy(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    woman, episode = her
    with facility.work("share") as unit:
        recalling.share(unit, episode, "words")
    m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    m.accept(south)
    state.carry(south, facility)
    assert SECRET.encode() in everywhere(facility)
    share(south, episode, "dates")
    assert {one.site for one in asked(south, woman)} == {"North Facility", "State Office"}
    state.carry(south, facility)
    assert delete(facility) > 2
    assert SECRET.encode() not in everywhere(facility)
    assert_whole(facility)
    assert_well(facility)
    state.carry(facility, south)
    assert recalling.Asked("North Facility", DAY) in asked(south, woman)
    assert SECRET in m.said(south)


@pytest.mark.parametrize("answered", [True, False])
def test_what_she_called_back_while_she_was_away_stays_when_she_comes_back(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id], answered: bool
) -> None:
    """The facility holds her record again: nothing is deleted as it comes, nor asked to be."""
    woman, episode = her
    with facility.work("share") as unit:
        recalling.share(unit, episode, "words")
    m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    m.accept(south)
    plan_of(south, woman, "Marigold road")
    state.carry(south, facility)
    share(south, episode, "dates")
    state.carry(south, facility)
    if answered:
        delete(facility)
    m.release(south, woman, "NORTH")
    state.carry(south, facility)
    m.accept(facility)
    state.carry(south, facility)
    for words in (SECRET, "Marigold road"):
        assert words in m.said(facility)
    with facility.read() as unit:
        assert not recalling.to_delete(unit)
    assert_whole(facility)


def test_a_copy_is_not_deleted_before_it_is_certain_that_nothing_is_lost(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    """What the facility that took her over confirmed is not known any more, as after a backup was brought back."""
    woman, episode = her
    with facility.work("share") as unit:
        recalling.share(unit, episode, "words")
    m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    m.accept(south)
    share(south, episode, "dates")
    state.carry(south, facility)
    with facility.work("lose") as unit:
        unit.local(sa.update(Peer).where(Peer.site == south.site).values(has_number=0))
    with pytest.raises(Problem, match="has not confirmed yet"):
        delete(facility)
    assert SECRET.encode() in everywhere(facility)


def test_what_a_newer_program_wrote_is_deleted_too(met: tuple[Store, Store, Id, Id, Path]) -> None:
    """Words in a kind of record that this program does not know, and in a field of one it knows."""
    facility, office, woman, episode, stick = met
    with facility.work("write") as unit:
        write_as_newer(unit, "letter_of_2031", Id("7" * 32), woman, "words", {"text": "Dear Vireo"})
        write_as_newer(unit, "enrolment", episode, woman, "words", {"mood_of_2031": "Vireo"})
    take(office, send(facility, stick))
    assert b"Vireo" in everywhere(office)
    share(facility, episode, "dates")
    take(office, send(facility, stick))
    delete(office)
    assert b"Vireo" not in everywhere(office)
    assert_whole(office)


def test_words_of_who_has_not_agreed_do_not_leave(pair: tuple[Store, Store], tmp_path: Path) -> None:
    """An offer she has not answered, for which somebody chose "Her words too"."""
    facility, office = pair
    with facility.work("offer") as unit:
        program = enrolling.add_program(unit, name="Bridges")
        woman = women.register(unit, department_number="R9", first_name="Ana", last_name="Sol")
        episode = enrolling.offer(unit, woman, program, DAY)
        recalling.share(unit, episode, "words")
        enrolling.set_next_step(unit, episode, SECRET, DAY)
    file = send(facility, tmp_path / "stick")
    assert SECRET.encode() not in plaintext(file, office)
    with facility.work("enrol") as unit:
        enrolling.enrol(unit, episode, agreed_on=DAY, on=DAY, office_has="words")
    assert SECRET.encode() in plaintext(send(facility, tmp_path / "more"), office)
