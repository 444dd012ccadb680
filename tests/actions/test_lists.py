"""Lists over time: who leaves and comes back, what a person corrected, what is asked, what is taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import enrolling, lists, staff, women
from reentry_desktop.actions.lists import Outcome
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import NotFound, Problem
from reentry_desktop.records.local import Listed
from reentry_desktop.records.participant import Participant
from reentry_desktop.rosters import Unrecognized
from reentry_desktop.store import Store

from ..stores import DAY
from .listing import ANA, BEA, CAL, read, row, women_of, write_list

Rows = tuple[tuple[str, ...], ...]
Reader = Callable[..., Outcome]


@pytest.fixture
def take(facility: Store, tmp_path: Path) -> Reader:
    """Read the facility's own list anew, with these lines."""
    return lambda *rows, **more: read(facility, tmp_path / "list.csv", *rows, **more)


def listed(store: Store, number: str) -> Listed | None:
    with store.read() as unit:
        return lists.on_list(unit, number)


def participant(store: Store, number: str) -> Participant:
    with store.read() as unit:
        return women.by_number(unit, number)


def offered(store: Store, number: str) -> Id:
    with store.work("offer") as unit:
        woman = women.find_woman(unit, number).id
        enrolling.offer(unit, woman, enrolling.add_program(unit, name="Bridges"), DAY)
    return woman


def undo(store: Store) -> str:
    with store.work("undo_last_reading") as unit:
        return lists.undo_last_reading(unit)


# Who stands on it


def test_who_leaves_is_named_and_dated_and_who_comes_back_is_whole_again(facility: Store, take: Reader) -> None:
    take(ANA, BEA)
    outcome = take(ANA)
    assert outcome.left_list == ["R1002"]
    assert listed(facility, "R1002").left_on == DAY
    assert listed(facility, "R1001").left_on is None
    back = take(ANA, BEA)
    assert back.left_list == []
    assert [line.department_number for line in back.files[0].changes.new] == ["R1002"]
    assert listed(facility, "R1002").left_on is None


def test_who_left_one_list_and_stands_on_another_has_not_left(facility: Store, tmp_path: Path, take: Reader) -> None:
    take(ANA, BEA)
    other = tmp_path / "parole.csv"
    other.write_text("Last Name;First Name;Inmate Number;Date of Birth\nOkoro;Bea;R1002;03/04/1985\n", "utf-8")
    lists.read_lists(facility, [other])
    take(ANA)
    assert listed(facility, "R1002").left_on is None


def test_dates_that_changed_are_reported(facility: Store, take: Reader) -> None:
    take(ANA, BEA)
    outcome = take(row("R1001", "Núñez", "Ana", hearing="06/15/2027"), BEA)
    (moved,) = outcome.files[0].changes.moved_dates
    assert (moved.before.parole_hearing, moved.after.parole_hearing) == (dt.date(2027, 5, 1), dt.date(2027, 6, 15))
    assert (outcome.files[0].counts["updated"], outcome.files[0].counts["unchanged"]) == (1, 1)
    assert listed(facility, "R1001").parole_hearing == dt.date(2027, 6, 15)


def test_the_sites_days_after_she_left_a_listed_woman_is_forgotten(facility: Store, take: Reader) -> None:
    with facility.work("set_site") as unit:
        staff.set_site(unit, listed_days=30)
    take(ANA, BEA, CAL)
    offered(facility, "R1003")
    take(ANA)
    take(ANA, row("R1009", "New", "Eva"), as_of=DAY + dt.timedelta(30))
    assert listed(facility, "R1002") is not None
    take(ANA, as_of=DAY + dt.timedelta(31))
    assert listed(facility, "R1002") is None
    with facility.read() as unit:
        assert women.search(unit, "okoro").rows == []
        assert women.search(unit, "callie").count == 1  # a participant is never forgotten
    assert women_of(facility).keys() == {"R1001", "R1003", "R1009"}


# Participants


def test_a_participant_follows_a_later_list(facility: Store, take: Reader) -> None:
    take(ANA, BEA)
    offered(facility, "R1001")
    outcome = take(row("R1001", "Núñez", "Ana", hearing="09/01/2027", unit="C"), BEA)
    assert outcome.questions == []
    assert outcome.total("updated") == 1
    ana = participant(facility, "R1001")
    assert (ana.parole_hearing, ana.unit) == (dt.date(2027, 9, 1), "C")


def corrected(facility: Store, take: Reader) -> Id:
    """A person moved her hearing; then the list names a third day."""
    take(ANA)
    woman = offered(facility, "R1001")
    with facility.work("correct") as unit:
        women.correct(unit, woman, parole_hearing=dt.date(2027, 7, 7))
    return woman


def test_what_a_person_corrected_is_asked_and_not_overwritten(facility: Store, take: Reader) -> None:
    woman = corrected(facility, take)
    outcome = take(row("R1001", "Núñez", "Ana", hearing="08/08/2027", unit="B"))
    assert outcome.questions == [
        lists.Question(woman, "R1001", "parole_hearing", dt.date(2027, 7, 7), dt.date(2027, 8, 8))
    ]
    ana = participant(facility, "R1001")
    assert ana.parole_hearing == dt.date(2027, 7, 7)
    assert ana.unit == "B"  # what nobody corrected follows the list


def test_a_correction_is_asked_about_also_where_the_list_says_what_it_said(facility: Store, take: Reader) -> None:
    woman = corrected(facility, take)
    outcome = take(ANA, BEA)
    assert [(q.woman, q.theirs) for q in outcome.questions] == [(woman, dt.date(2027, 5, 1))]


def test_ours_stays_until_the_list_says_something_new(facility: Store, take: Reader) -> None:
    woman = corrected(facility, take)
    take(row("R1001", "Núñez", "Ana", hearing="08/08/2027"))
    with facility.work("answer_question") as unit:
        lists.answer_question(unit, woman, "parole_hearing", keep_ours=True)
        assert lists.questions(unit) == []
    assert take(row("R1001", "Núñez", "Ana", hearing="08/08/2027", unit="Z")).questions == []
    assert participant(facility, "R1001").parole_hearing == dt.date(2027, 7, 7)
    assert [q.theirs for q in take(row("R1001", "Núñez", "Ana", hearing="09/09/2027")).questions] == [
        dt.date(2027, 9, 9)
    ]


def test_theirs_is_taken_and_followed_from_then_on(facility: Store, take: Reader) -> None:
    woman = corrected(facility, take)
    take(row("R1001", "Núñez", "Ana", hearing="08/08/2027"))
    with facility.work("answer_question") as unit:
        lists.answer_question(unit, woman, "parole_hearing", keep_ours=False)
        assert lists.questions(unit) == []
    assert participant(facility, "R1001").parole_hearing == dt.date(2027, 8, 8)
    assert take(row("R1001", "Núñez", "Ana", hearing="10/10/2027")).questions == []
    assert participant(facility, "R1001").parole_hearing == dt.date(2027, 10, 10)


def test_a_question_about_nobody_is_refused(facility: Store) -> None:
    with pytest.raises(NotFound), facility.work("answer_question") as unit:
        lists.answer_question(unit, Id("0" * 32), "unit", keep_ours=True)


def test_a_list_that_says_nothing_of_a_field_takes_nothing_away(facility: Store, take: Reader) -> None:
    take(ANA)
    offered(facility, "R1001")
    assert take(row("R1001", "Núñez", "Ana", unit="")).questions == []
    ana = participant(facility, "R1001")
    assert (ana.parole_hearing, ana.unit) == (dt.date(2027, 5, 1), "A")


def test_a_woman_registered_by_hand_is_known_when_a_list_has_her(facility: Store, take: Reader) -> None:
    with facility.work("register") as unit:
        woman = women.register(
            unit, department_number="r-1001", first_name="Anna", last_name="Núñez", date_of_birth=dt.date(1990, 1, 2)
        )
    outcome = take(ANA, BEA)
    ana = participant(facility, "R1001")
    assert ana.id == woman
    assert ana.parole_hearing == dt.date(2027, 5, 1)  # what nobody had written is filled
    assert ana.first_name == "Anna"
    assert [(q.field, q.ours, q.theirs) for q in outcome.questions] == [("first_name", "Anna", "Ana")]
    assert (outcome.total("added"), outcome.total("updated")) == (1, 1)
    assert women_of(facility).keys() == {"R1001", "R1002"}
    with facility.read() as unit:
        assert women.count_women(unit) == {"listed": 1, "participants": 1}


# Taking back


def test_undo_brings_back_who_had_left_and_takes_who_had_come(facility: Store, take: Reader) -> None:
    take(ANA, BEA)
    take(row("R1001", "Núñez", "Ana", hearing="06/15/2027"), CAL)
    assert undo(facility) == "list.csv"
    assert women_of(facility).keys() == {"R1001", "R1002"}
    assert listed(facility, "R1002").left_on is None
    assert listed(facility, "R1001").parole_hearing == dt.date(2027, 5, 1)
    with facility.read() as unit:
        assert women.search(unit, "callie").rows == []


def test_undo_gives_a_participant_the_dates_she_had(facility: Store, take: Reader) -> None:
    take(ANA)
    woman = offered(facility, "R1001")
    take(row("R1001", "Núñez", "Ana", hearing="06/15/2027"), CAL)
    offered(facility, "R1003")
    undo(facility)
    assert participant(facility, "R1001").parole_hearing == dt.date(2027, 5, 1)
    assert participant(facility, "R1001").id == woman
    assert participant(facility, "R1003").first_name == "Callie"  # she was offered the program: she stays


def test_undo_leaves_a_correction_made_since(facility: Store, take: Reader) -> None:
    take(ANA)
    woman = offered(facility, "R1001")
    take(row("R1001", "Núñez", "Ana", hearing="06/15/2027"))
    with facility.work("correct") as unit:
        women.correct(unit, woman, parole_hearing=dt.date(2027, 7, 7))
    undo(facility)
    assert participant(facility, "R1001").parole_hearing == dt.date(2027, 7, 7)


def test_undo_twice_goes_back_two_readings_or_says_that_it_cannot(facility: Store, take: Reader) -> None:
    """Of each list the last two readings are kept: the second undo of three must not take every woman away."""
    take(ANA)
    take(ANA, BEA)
    take(ANA, BEA, CAL)
    undo(facility)
    assert women_of(facility).keys() == {"R1001", "R1002"}
    with pytest.raises(Problem, match="Nothing was changed") as told:
        undo(facility)
    assert told.value.code == "too-old"
    assert women_of(facility).keys() == {"R1001", "R1002"}
    take(ANA, CAL)
    undo(facility)
    assert women_of(facility).keys() == {"R1001", "R1002"}


def test_the_same_list_after_its_undo_is_read_again(facility: Store, take: Reader) -> None:
    take(ANA)
    take(ANA, BEA)
    undo(facility)
    assert take(ANA, BEA).total("added") == 1
    assert women_of(facility).keys() == {"R1001", "R1002"}
    undo(facility)
    undo(facility)
    assert women_of(facility) == {}
    with pytest.raises(Problem, match="No list was read yet"):
        undo(facility)


# What is no list


def test_all_files_or_none(facility: Store, tmp_path: Path) -> None:
    good, bad = write_list(tmp_path / "good.csv", ANA), tmp_path / "bad.csv"
    bad.write_text("nothing,of,this\nis,a,list\n", "utf-8")
    with pytest.raises(Unrecognized) as told:
        lists.read_lists(facility, [good, bad])
    assert told.value.path == str(bad)
    assert women_of(facility) == {}


def test_a_list_of_which_no_line_can_be_read_sends_nobody_away(facility: Store, take: Reader) -> None:
    take(ANA, BEA)
    with pytest.raises(Problem, match=r"No line of list\.csv can be taken in") as told:
        take(("", "", "", "", "13/45/1999", "", "", ""), ("R1", "Future", "Eva", "", "01/01/2090", "", "", ""))
    assert told.value.code == "nothing-read"
    assert listed(facility, "R1001").left_on is None


def test_two_numbers_that_may_be_one_woman_are_shown_and_never_merged(facility: Store, take: Reader) -> None:
    outcome = take(ANA, row("R7777", "Nunez", "Ana"))
    assert [(pair.a.department_number, pair.b.department_number) for pair in outcome.possible_duplicates] == [
        ("R1001", "R7777")
    ]
    with facility.read() as unit:
        assert unit.first(sa.select(sa.func.count()).select_from(Listed)) == 2


def test_a_trial_says_the_same_and_leaves_nothing(facility: Store, take: Reader) -> None:
    take(ANA, BEA)
    before = women_of(facility)
    outcome = take(CAL, trial=True)
    assert outcome.left_list == ["R1001", "R1002"]
    assert outcome.total("added") == 1
    assert women_of(facility) == before
    with facility.read() as unit:
        assert len(lists.readings(unit)) == 1
