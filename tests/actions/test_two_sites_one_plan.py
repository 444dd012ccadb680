"""Two sites write one plan: what one says "done for now" of is not what the other wrote since, and marks name words."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import (
    conflicts,
    enrolling,
    plan_states,
    plan_versions,
    plans,
    printing,
    recalling,
    safety,
    staff,
    taking_back,
)
from reentry_desktop.actions.drafts import draft_of, save_draft
from reentry_desktop.actions.use_export import log_lines
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.records import Enrolment, PlanItem
from reentry_desktop.records.plan import SignerRole
from reentry_desktop.store import Store, open_store

from ..stores import Clock, assert_whole, enrolled, exchange_cards
from .test_plan_versions import fill


@pytest.fixture
def shared(facility: Store, office: Store, tmp_path: Path) -> tuple[Store, Store, Id, Id]:
    """A plan that was done for now at the facility and is at the office too: stores, woman, plan."""
    exchange_cards(facility, office)
    woman, _episode = enrolled(facility, share="words")
    with facility.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)
        fill(unit, plan)
        plan_states.done_for_now(unit, plan)
    carry(facility, office, tmp_path / "first")
    return facility, office, woman, plan


def carry(sender: Store, receiver: Store, stick: Path) -> None:
    stick.mkdir()
    to = "OFFICE" if receiver.slots.kind == "office" else "NORTH"
    assert incoming.take_in(receiver, outgoing.send(sender, to, stick).file).status == incoming.APPLIED


def done(store: Store, plan: Id) -> None:
    with store.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan)


def write(store: Store, plan: Id, words: str, part: str = "tools") -> Id:
    with store.work("add_item") as unit:
        return plans.add_item(unit, plan, part, words=words)


def test_the_other_sites_done_for_now_lets_nothing_out(shared: tuple[Store, Store, Id, Id], tmp_path: Path) -> None:
    facility, office, woman, plan = shared
    secret = write(facility, plan, "Quetzalsecret")
    enrolled(facility, "R2002", first="Luz")  # later entries, of somebody else
    carry(facility, office, tmp_path / "second")
    done(office, plan)
    carry(office, facility, tmp_path / "third")
    with facility.read() as unit:
        assert taking_back.can_take_back(unit, woman, secret)
    carry(facility, office, tmp_path / "fourth")
    with office.read() as unit:
        assert unit.find(PlanItem, secret) is None
    with facility.work("take_back") as unit:
        taking_back.take_back(unit, woman, secret)
    assert_whole(facility)


def test_what_left_with_a_version_cannot_be_erased_by_calling_it_a_slip(
    shared: tuple[Store, Store, Id, Id], tmp_path: Path
) -> None:
    facility, office, woman, plan = shared
    sent = write(facility, plan, "Sing")
    done(facility, plan)
    carry(facility, office, tmp_path / "second")
    with facility.work("not_done_yet") as unit:
        plan_states.not_done_yet(unit, plan)
    with facility.work("take_back") as unit, pytest.raises(Problem) as told:
        taking_back.take_back(unit, woman, sent)
    assert told.value.code == "released"
    kept = write(facility, plan, "Hum")
    done(facility, plan)
    with facility.work("not_done_yet") as unit:
        plan_states.not_done_yet(unit, plan)
        taking_back.take_back(unit, woman, kept)  # that slip went nowhere


def test_what_an_office_wrote_about_her_goes_home_whatever_she_shares(
    shared: tuple[Store, Store, Id, Id], tmp_path: Path
) -> None:
    """Her yes is about what the office may have. A settled disagreement over her words goes home too, at once."""
    facility, office, woman, plan = shared
    walk = write(facility, plan, "I walk")
    done(facility, plan)
    carry(facility, office, tmp_path / "second")
    for store, words in ((facility, "I walk at dawn"), (office, "I walk at noon")):
        with store.work("revise_item") as unit:
            plans.revise_item(unit, walk, words=words)
    done(facility, plan)
    carry(facility, office, tmp_path / "third")
    with office.work("settle") as unit:
        conflicts.settle_conflict(unit, walk, "words", conflicts.BOTH)
    with facility.work("share") as unit:
        recalling.share(unit, unit.first(sa.select(Enrolment.id)), "dates")
    with office.work("set_next_step") as unit:
        enrolling.set_next_step(unit, unit.first(sa.select(Enrolment.id)), "Call her sister", None)
    carry(office, facility, tmp_path / "fourth")
    with facility.read() as unit:
        assert conflicts.count(unit) == 0
        assert sorted(unit.get(PlanItem, walk).words.split("\n\n")) == ["I walk at dawn", "I walk at noon"]
        assert unit.first(sa.select(Enrolment.next_step)) == "Call her sister"
    with office.work("take_back") as unit, pytest.raises(Problem) as told:
        taking_back.take_back(unit, woman, walk)
    assert told.value.code == "released"
    for store in (facility, office):
        assert_whole(store)


def test_a_mark_for_her_room_is_for_the_words_it_was_given_for(
    shared: tuple[Store, Store, Id, Id], tmp_path: Path
) -> None:
    facility, office, _woman, plan = shared
    walk = write(facility, plan, "I take a walk")
    done(facility, plan)
    carry(facility, office, tmp_path / "second")
    with facility.work("fine_in_my_room") as unit:
        plans.fine_in_my_room(unit, walk, on=True)
        plans.set_other_wording(unit, plan, walk, "es", "Camino con mi celador")
        made = printing.plan_print(unit, plan, layout="keep-with-me", language="es")
        assert made.lines == ((walk, "I take a walk"),)
    with office.work("revise_item") as unit:
        plans.revise_item(unit, walk, words="I run from the guards")
    done(office, plan)
    carry(office, facility, tmp_path / "third")
    with facility.read() as unit:
        assert unit.get(PlanItem, walk).words == "I run from the guards"
        assert not unit.get(PlanItem, walk).in_my_room
        with pytest.raises(Problem):
            printing.plan_print(unit, plan, layout="keep-with-me")


def test_words_written_into_a_removed_entry_bring_it_back(shared: tuple[Store, Store, Id, Id]) -> None:
    facility, _office, _woman, plan = shared
    item = write(facility, plan, "Sing")
    with facility.work("write") as unit:
        plans.remove_item(unit, item)
        plans.revise_item(unit, item, words="Sing low")
        assert [i.words for i in plans.contents(unit, plan).items["tools"]][-1] == "Sing low"


def test_a_half_sentence_is_no_part_of_another_act(shared: tuple[Store, Store, Id, Id]) -> None:
    facility, _office, woman, plan = shared
    with facility.work("draft") as unit:
        save_draft(unit, f"{plan}/tools", "words", woman, "My own half")
        plans.add_item(unit, plan, "tools", words="Copied from elsewhere")
        assert draft_of(unit, f"{plan}/tools", "words") == "My own half"
        plans.add_item(unit, plan, "tools", words="My own half sentence")
        assert draft_of(unit, f"{plan}/tools", "words") == ""


def test_what_was_moved_and_worded_is_a_difference(shared: tuple[Store, Store, Id, Id]) -> None:
    facility, _office, _woman, plan = shared
    second = write(facility, plan, "Second")
    done(facility, plan)
    with facility.work("move_item") as unit:
        plans.move_item(unit, second, None)
        plans.set_other_wording(unit, plan, second, "es", "Lo segundo")
        assert not printing.plan_print(unit, plan).version  # the page is not version 2 any more
        (found,) = plan_versions.compare(unit, plan, 2)
        assert (found.record, found.fields) == (second, (("wording", "", "Lo segundo"), ("place", 2, 1)))
        assert [record for _part, record, _words in plan_versions.find_words(plans.contents(unit, plan), "segundo")]


def test_a_name_stands_under_the_version_it_was_set_under(shared: tuple[Store, Store, Id, Id]) -> None:
    facility, _office, _woman, plan = shared
    with facility.work("sign") as unit:
        witness = plan_states.sign(unit, plan, SignerRole.WITNESS, "Odette Marchetti")
        write_second = plans.add_item(unit, plan, "tools", words="Hum")
    done(facility, plan)
    with facility.work("take_name_off") as unit:
        taking_back.take_name_off(unit, witness)
    with facility.read() as unit:
        assert [n.name for n in plan_versions.at_version(unit, plan, 2).signatures] == ["Odette Marchetti"]
        assert plans.contents(unit, plan).signatures == []
        assert write_second


def test_two_entries_in_one_place_can_be_put_in_order(shared: tuple[Store, Store, Id, Id]) -> None:
    facility, _office, woman, plan = shared
    with facility.work("write") as unit:
        place = {"plan": plan, "participant": woman, "part": "every_day", "kind": "habit", "position": "x"}
        first, second, third = sorted(unit.create(PlanItem, words=words, **place) for words in "ABC")
        plans.move_item(unit, third, first)
        assert [i.id for i in plans.contents(unit, plan).items["every_day"]][-3:] == [first, third, second]


def test_only_its_author_and_administrators_read_a_report_in_the_log(facility: Store) -> None:
    woman, _episode = enrolled(facility)
    with facility.work("pass_on") as unit:
        safety.pass_on(unit, woman, "PREA line Quokka")
    staff.add_user(facility, name="bo", passphrase="seven green boats at noon")
    folder = facility.folder
    with facility.read() as unit:
        assert "Quokka" in repr(list(log_lines(unit)))
    facility.close()
    with open_store(folder, "bo", "seven green boats at noon", Clock()) as store, store.read() as unit:
        lines = list(log_lines(unit))
        assert "Quokka" not in repr(lines)
        assert sum("kept_back" in line for line in lines) == 1
        assert safety.reports_of(unit, woman) == []


def test_an_earlier_plans_supporter_is_asked_anew(facility: Store) -> None:
    woman, episode = enrolled(facility)
    with facility.work("first") as unit:
        first = plans.start_plan(unit, woman)
        plans.add_supporter(unit, first, name="Odette Marchetti", agreed=True, agreed_to_copy=True)
        program, day = unit.get(Enrolment, episode).program, unit.today()
        enrolling.close(unit, episode, day, "completed")
        again = enrolling.offer(unit, woman, program, day)
        enrolling.told_limits(unit, again, day, "en")
        enrolling.enrol(unit, again, agreed_on=day, on=day)
        second = plans.start_plan(unit, woman)
        assert plan_versions.copy_from(unit, second, first, ["crisis_supporters"]) == 1
        (one,) = plans.contents(unit, second).supporters
        assert (one.name, one.agreed, one.agreed_to_copy) == ("Odette Marchetti", False, False)


def test_a_wording_is_for_the_words_it_was_written_for(shared: tuple[Store, Store, Id, Id]) -> None:
    facility, _office, _woman, plan = shared
    item = write(facility, plan, "I take a walk")
    with facility.work("write") as unit:
        plans.set_other_wording(unit, plan, item, "es", "Camino un rato")
        assert plans.contents(unit, plan).wordings == {(item, "es"): "Camino un rato"}
        plans.revise_item(unit, item, words="I call my sister")
        assert plans.contents(unit, plan).wordings == {}
        plans.revise_item(unit, item, words="I take a walk")
        assert plans.contents(unit, plan).wordings == {(item, "es"): "Camino un rato"}
