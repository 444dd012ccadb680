"""Two sites change one thing without knowing of each other: what is shown, and how a person settles it."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

import pytest
from sqlalchemy import event

from reentry_desktop.actions import conflicts, plan_states, plans, safety, staff, women
from reentry_desktop.actions.conflicts import BOTH, OURS, THEIRS, Disagreement
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import NotFound, Problem, Refused
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.records import Enrolment, Participant, PlanItem
from reentry_desktop.records.plan import OtherWording
from reentry_desktop.records.safety import SafetyReport
from reentry_desktop.store import Store, log, open_store

from ..disagreeing import all_know, beside, next_steps, pass_on, shared, units
from ..stores import DAY, Clock, Template, assert_whole, enrolled, tables
from .test_plan_versions import fill


def waiting(store: Store, woman: Id = Id("")) -> list[Disagreement]:
    with store.read() as unit:
        return conflicts.inbox(unit, woman)


def settle(store: Store, found: Disagreement, keep: str = "", **more: object) -> conflicts.Settlement:
    with store.work("settle_conflict") as unit:
        return conflicts.settle_conflict(unit, found.record, found.field, keep, **more)  # type: ignore[arg-type]


def unit_of(store: Store, woman: Id) -> str:
    with store.read() as unit:
        return unit.get(Participant, woman).unit


@pytest.fixture
def two(facility: Store, office: Store) -> tuple[Store, Store, Id, Id]:
    """A facility and an office that have one woman: stores, woman, episode."""
    woman, episode = shared(facility, office)
    return facility, office, woman, episode


@pytest.fixture
def third(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Store:
    made = Template.make(tmp_path_factory.mktemp("template") / "second", "office", "Second Office", "SECOND")
    return made.open(tmp_path / "second")


# What is shown


def test_two_dates_stand_side_by_side_with_who_where_and_when(two: tuple[Store, Store, Id, Id]) -> None:
    facility, office, woman, episode = two
    days = {facility: dt.date(2026, 12, 1), office: dt.date(2026, 12, 9)}
    for store, day in days.items():
        with store.work("correct") as unit:
            unit.revise(Enrolment, episode, next_step_on=day)
    all_know(facility, office)
    for store in (facility, office):
        (found,) = waiting(store)
        assert (found.kind, found.title, found.field, found.label) == (
            "enrolment", "Enrollment", "next_step_on", "Next step on",
        )  # fmt: skip
        assert (found.participant, found.number, found.name) == (woman, "R1001", "Ana Núñez")
        assert {(v.value, v.site) for v in found.versions} == {
            (days[facility], "North Facility"),
            (days[office], "State Office"),
        }
        assert [v.stands for v in found.versions] == [True, False]
        for version in found.versions:
            assert version.who == "lead"
            assert version.at.startswith("2026-11-23T")
            assert version.words == version.value.isoformat()
        with store.read() as unit:
            assert unit.get(Enrolment, episode).next_step_on == found.versions[0].value
            assert conflicts.count(unit) == conflicts.count(unit, woman) == 1
        assert waiting(store, Id("0" * 32)) == []


def test_nothing_to_settle_is_an_empty_list(facility: Store) -> None:
    enrolled(facility)
    assert waiting(facility) == []


def test_a_choice_a_link_and_a_yes_are_shown_in_words(two: tuple[Store, Store, Id, Id]) -> None:
    facility, office, woman, episode = two
    said = {facility: ("en", True, facility.site, facility.who.id), office: ("es", False, office.site, office.who.id)}
    for store, (language, large, site, person) in said.items():
        with store.work("correct") as unit:
            women.correct(unit, woman, large_print=not large, site=Id(""))
            women.correct(unit, woman, language="es")
            women.correct(unit, woman, language=language, large_print=large, site=site)
            unit.revise(Enrolment, episode, limits_told_by=Id(""))
            unit.revise(Enrolment, episode, limits_told_by=person)
    all_know(facility, office)
    found = {d.field: {v.words for v in d.versions} for d in waiting(office)}
    assert found["language"] == {"English", "Spanish"}
    assert found["large_print"] == {"Yes", "No"}
    assert found["site"] == {"North Facility", "State Office"}
    assert found["limits_told_by"] == {"lead"}


def test_they_come_by_woman_then_by_record(two: tuple[Store, Store, Id, Id]) -> None:
    facility, office, woman, episode = two
    first, _episode = enrolled(facility, "R0002", first="Zoe", last="Abbott")
    all_know(facility, office)
    for store, words in ((facility, "A"), (office, "B")):
        with store.work("correct") as unit:
            unit.revise(Enrolment, episode, next_step=words)
            women.correct(unit, woman, unit=words, county_of_return=words)
            women.correct(unit, first, unit=words)
    all_know(facility, office)
    assert [(d.participant, d.kind, d.field) for d in waiting(office)] == [
        (woman, "participant", "unit"),
        (woman, "participant", "county_of_return"),
        (woman, "enrolment", "next_step"),
        (first, "participant", "unit"),
    ]


# How it is settled


@pytest.mark.parametrize("keep", [OURS, THEIRS])
def test_a_settlement_travels_and_ends_it_at_the_other_site(two: tuple[Store, Store, Id, Id], keep: str) -> None:
    facility, office, woman, _episode = two
    units(facility, office, woman)
    (found,) = waiting(facility)
    kept = found.versions[keep == THEIRS].value
    before = tables_of(facility)
    settled = settle(facility, found, keep)
    assert (settled.kind, settled.before) == ("participant", {"unit": found.versions[0].value})
    assert waiting(facility) == []
    assert len(waiting(office)) == 1
    assert before != tables_of(facility)
    pass_on(facility, office)
    for store in (facility, office):
        assert waiting(store) == []
        assert unit_of(store, woman) == kept
        assert_whole(store)
    with office.read() as unit:
        assert [c.act for _p, c in log.history(unit.connection, woman) if c.depth][-1] == "settle_conflict"


def tables_of(store: Store) -> object:
    with store.read() as unit:
        return tables(unit.connection)


def test_another_value_is_written_and_undone_as_a_new_change(two: tuple[Store, Store, Id, Id]) -> None:
    facility, office, woman, _episode = two
    units(facility, office, woman)
    (found,) = waiting(facility)
    settled = settle(facility, found, value="Ward 9")
    assert unit_of(facility, woman) == "Ward 9"
    with facility.work("undo_settlement") as unit:
        conflicts.undo_settlement(unit, settled)
    assert unit_of(facility, woman) == found.versions[0].value
    assert waiting(facility) == []  # somebody has seen both: it stays settled
    all_know(facility, office)
    assert waiting(office) == []
    assert unit_of(office, woman) == found.versions[0].value


def test_of_long_notes_both_texts_are_kept_the_same_at_each_site(two: tuple[Store, Store, Id, Id]) -> None:
    facility, office, _woman, episode = two
    next_steps(facility, office, episode, "Call her sister.\nThen the clinic.", "Ask for the birth certificate.")
    for store in (facility, office):  # both settle it, and neither knows of the other
        (found,) = waiting(store)
        assert found.long
        settle(store, found, BOTH)
    all_know(facility, office)
    for store in (facility, office):
        assert waiting(store) == []
        with store.read() as unit:
            kept = unit.get(Enrolment, episode).next_step
        assert "Call her sister.\nThen the clinic." in kept
        assert "Ask for the birth certificate." in kept
        assert_whole(store)


def test_both_texts_that_are_too_long_together_are_refused(two: tuple[Store, Store, Id, Id]) -> None:
    facility, office, _woman, episode = two
    next_steps(facility, office, episode, "a" * 300, "b" * 300)
    (found,) = waiting(facility)
    with pytest.raises(Refused) as told:
        settle(facility, found, BOTH)
    assert "Too long" in told.value.fields["next_step"]
    assert waiting(facility) == [found]


def test_three_sites_give_three_values(facility: Store, office: Store, third: Store) -> None:
    with third:
        woman, _episode = shared(facility, office, third)
        for store, name in ((facility, "A"), (office, "B"), (third, "C")):
            with store.work("correct") as unit:
                women.correct(unit, woman, unit=name)
        all_know(facility, office, third)
        (found,) = waiting(office)
        assert {(v.value, v.site) for v in found.versions} == {
            ("A", "North Facility"), ("B", "State Office"), ("C", "Second Office"),
        }  # fmt: skip
        for pick in (0, 3):
            with pytest.raises(Problem, match="2 other versions"):
                settle(office, found, THEIRS, pick=pick)
        assert waiting(office) == [found]
        settle(office, found, THEIRS, pick=2)
        pass_on(office, facility)
        pass_on(office, third)
        for store in (facility, office, third):
            assert waiting(store) == []
            assert unit_of(store, woman) == found.others[1].value
            assert_whole(store)


def test_the_order_of_delivery_does_not_matter(
    facility: Store, office: Store, third: Store, office_template: Template, tmp_path: Path
) -> None:
    with third:
        woman, _episode = shared(facility, office, third)
        sent = []
        for store, name in ((facility, "A"), (third, "C")):
            with store.work("correct") as unit:
                women.correct(unit, woman, unit=name)
            sent.append(outgoing.send(store, "OFFICE", store.folder.parent).file)
        with office.work("correct") as unit:
            women.correct(unit, woman, unit="B")
        told = []
        folder = office.folder
        office.close()
        for order in itertools.permutations(sent):
            copied = Template(folder, office_template.keys, office_template.person, office_template.kit)
            with copied.open(tmp_path / f"copy{len(told)}") as store:
                for file in order:
                    assert incoming.take_in(store, file).status == incoming.APPLIED
                told.append(waiting(store))
        assert told[0] == told[1]
        assert len(told[0][0].versions) == 3


# Removal against change


@pytest.mark.parametrize("keep", [OURS, THEIRS])
def test_a_removal_against_a_change_is_asked_and_nothing_is_lost(two: tuple[Store, Store, Id, Id], keep: str) -> None:
    facility, office, woman, _episode = two
    with facility.work("remove") as unit:
        unit.remove(Participant, woman)
    for words in ({"unit": "Ward 1"}, {"county_of_return": "Hinds"}):  # two changes, one after the other
        with office.work("correct") as unit:
            women.correct(unit, woman, **words)
    all_know(facility, office)
    (found,) = waiting(facility)
    assert found.field == "removed"
    assert [v.words for v in found.versions] == ["removed", "changed: Unit: Ward 1; County of return: Hinds"]
    assert [(one.label, one.value) for one in found.versions[1].changed] == [
        ("Unit", "Ward 1"),
        ("County of return", "Hinds"),
    ]
    with pytest.raises(Problem):
        settle(facility, found, value=False)
    with pytest.raises(Problem):
        settle(facility, found, BOTH)
    settled = settle(facility, found, keep)
    all_know(facility, office)
    for store in (facility, office):
        with store.read() as unit:
            assert unit.get(Participant, woman).removed == (keep == OURS)
            assert unit.get(Participant, woman).unit == "Ward 1"
        assert waiting(store) == []
        assert_whole(store)
    with facility.work("undo_settlement") as unit:
        conflicts.undo_settlement(unit, settled)
        assert unit.get(Participant, woman).removed


def test_whether_it_stays_is_asked_before_what_it_says(two: tuple[Store, Store, Id, Id]) -> None:
    facility, office, woman, _episode = two
    with facility.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 3")
        unit.remove(Participant, woman)
    with office.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 7")
    all_know(facility, office)
    (found,) = waiting(facility)
    assert found.field == "removed"
    with facility.work("settle_conflict") as unit, pytest.raises(NotFound):
        conflicts.settle_conflict(unit, woman, "unit", OURS)
    settle(facility, found, THEIRS)
    (found,) = waiting(facility)
    assert found.field == "unit"


def test_a_removed_record_asks_nothing_more_and_two_who_removed_it_agree(two: tuple[Store, Store, Id, Id]) -> None:
    facility, office, woman, episode = two
    next_steps(facility, office, episode, "A", "B")
    for store in (facility, office):
        with store.work("remove") as unit:
            unit.remove(Enrolment, episode)
            unit.remove(Participant, woman)
    all_know(facility, office)
    for store in (facility, office):
        assert waiting(store) == []


# Words of a plan


def test_her_words_of_a_plan_and_a_place_in_the_list(two: tuple[Store, Store, Id, Id]) -> None:
    facility, office, woman, _episode = two
    with facility.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)
        fill(unit, plan)
        item = plans.add_item(unit, plan, "tools", words="Sing")
        last = plans.add_item(unit, plan, "tools", words="Walk")
        plan_states.done_for_now(unit, plan)
    all_know(facility, office)
    for store, words, after in ((facility, "Sing low", last), (office, "Sing in the choir", None)):
        with store.work("revise_item") as unit:
            plans.revise_item(unit, item, words=words, in_my_room=True)
            plans.set_other_wording(unit, plan, item, "es", f"{words} (es)")
            plans.move_item(unit, item, after)
            plan_states.done_for_now(unit, plan)
    all_know(facility, office)
    found = {(d.kind, d.field): d for d in waiting(facility)}
    places = found["plan_item", "position"]
    assert {v.words for v in places.versions} >= {"Place 1 in the list"}
    assert not places.writable
    assert {v.words for v in found["plan_item", "room_mark"].versions} == {"Yes", "Yes, for other words"}
    words = found["plan_item", "words"]
    wording = found["other_wording", "words"]
    assert ("other_wording", "written_for") not in found
    settle(facility, words, THEIRS)
    settle(facility, wording, THEIRS)
    with facility.read() as unit:
        kept, other = unit.get(PlanItem, item), unit.get(OtherWording, wording.record)
        assert other.words == f"{kept.words} (es)"
        assert plans.contents(unit, plan).wordings == {(item, "es"): other.words}  # it is for the words that were kept
    assert_whole(facility)


# What is refused


def test_what_nobody_disagrees_on_is_refused(two: tuple[Store, Store, Id, Id]) -> None:
    facility, office, woman, episode = two
    units(facility, office, woman)
    (found,) = waiting(facility)
    for record, field in ((woman, "first_name"), (woman, "nothing"), (episode, "unit"), (Id("0" * 32), "unit")):
        with facility.work("settle_conflict") as unit, pytest.raises(NotFound):
            conflicts.settle_conflict(unit, record, field, OURS)
    for keep, more in ((BOTH, {}), (THEIRS, {"pick": 2}), ("", {"value": "x" * 200})):
        with pytest.raises(Problem):
            settle(facility, found, keep, **more)
    assert waiting(facility) == [found]
    settle(facility, found, THEIRS)
    with pytest.raises(NotFound):
        settle(facility, found, OURS)


def test_a_rule_that_is_broken_keeps_it_open(two: tuple[Store, Store, Id, Id]) -> None:
    facility, office, _woman, episode = two
    for store, day in ((facility, DAY), (office, DAY + dt.timedelta(days=1))):
        with store.work("correct") as unit:
            unit.revise(Enrolment, episode, enrolled_on=day + dt.timedelta(days=2))
    all_know(facility, office)
    (found,) = waiting(facility)
    with pytest.raises(Refused, match="before the offer"):
        settle(facility, found, value=DAY - dt.timedelta(days=9))
    assert waiting(facility) == [found]


def test_a_form_that_is_saved_whole_settles_nothing_it_did_not_change(two: tuple[Store, Store, Id, Id]) -> None:
    facility, office, woman, _episode = two
    units(facility, office, woman)
    (found,) = waiting(facility)
    with facility.work("correct") as unit:
        women.correct(unit, woman, unit=found.versions[0].value, county_of_return="Hinds")
    assert waiting(facility) == [found]
    all_know(facility, office)
    assert len(waiting(office)) == 1
    with facility.work("correct") as unit:  # but whoever writes another value has decided
        women.correct(unit, woman, unit="Ward 9")
    assert waiting(facility) == []


def test_looking_is_an_entry(two: tuple[Store, Store, Id, Id]) -> None:
    facility, office, woman, _episode = two
    units(facility, office, woman)
    with facility.work("show_conflicts") as unit:
        assert len(conflicts.show_conflicts(unit, woman)) == 1
    with facility.read() as unit:
        rows = unit.connection.exec_driver_sql("SELECT payload FROM entry WHERE participant = ?", (woman,)).scalars()
        assert any(b"show_conflicts" in bytes(row) for row in rows)


def test_a_report_of_another_author_is_not_shown(facility: Store, clock: Clock) -> None:
    woman, _episode = enrolled(facility)
    with facility.work("pass_on") as unit:
        report = safety.pass_on(unit, woman, "the nurse")
    with facility.work("correct") as unit:
        unit.revise(SafetyReport, report, to_whom="the warden")
        beside(unit, facility.device ^ 1, SafetyReport, report, to_whom="the hotline")
    assert [d.kind for d in waiting(facility)] == ["safety_report"]
    staff.add_user(facility, name="bo", passphrase="seven green boats at noon")
    folder = facility.folder
    facility.close()
    with open_store(folder, "bo", "seven green boats at noon", clock) as store:
        assert waiting(store) == []
        with store.work("settle_conflict") as unit, pytest.raises(NotFound):
            conflicts.settle_conflict(unit, report, "to_whom", OURS)


def test_thirty_take_as_many_questions_as_three(facility: Store) -> None:
    """Each of a woman of her own: as after months apart."""
    asked: list[str] = []
    event.listen(facility.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    took = []
    for number in range(30):
        with facility.work("register") as unit:
            woman = women.register(unit, department_number=f"R{number}", first_name="Ana", last_name=f"Núñez {number}")
            women.correct(unit, woman, unit="Ward 3")
            beside(unit, facility.device ^ 1, Participant, woman, unit="Ward 7")
        if number in (2, 29):
            asked.clear()
            assert len(waiting(facility)) == number + 1
            took.append(len(asked))
    assert took[0] == took[1] > 0
