"""Enrolling a woman, and where her plan stands: each state with its date, its versions, what happened to it."""

from __future__ import annotations

import argparse
from typing import Any, NamedTuple

from ..actions import enrolling, plan_states, plan_versions, plans, women
from ..base.ids import Id
from ..base.problems import Problem
from ..base.words import _, ngettext
from ..records.access import part_of_hers
from ..records.base import choice_label
from ..records.people import Person
from ..records.plan import EventKind, HowConfirmed, Plan, PlanVersion
from ..store import Store, Unit
from .answers import Answer, as_values, opened, typed_id


def enrol(args: argparse.Namespace) -> Answer:
    """Offer, agreement and enrolment in one step."""
    with opened(args) as store, store.work("enrol") as unit:
        on = args.on or unit.today()
        episode = enrolling.enrol_by_number(unit, args.participant, args.program, on, args.share)
        number = women.by_number(unit, args.participant).department_number
    args.say(_("{number} is enrolled in {program} since {on}.").format(number=number, program=args.program, on=on))
    return Answer({"enrolment": episode, "participant": number, "program": args.program, "on": on, "share": args.share})


class Hers(NamedTuple):
    """Whose plan it is, in plain values: a record that was read must be read again after each write."""

    number: str
    woman: Id
    plan: Id
    language: str

    def data(self, **more: Any) -> dict[str, Any]:
        """What every command about a plan says, and *more*."""
        return {"participant": self.number, "plan": self.plan, **more}


def her_plan(unit: Unit, number: str) -> Hers:
    """The plan of the participant with that number. Raises ``Problem`` where none was offered yet."""
    woman = women.by_number(unit, number)
    plan = women.current_plan(unit, woman.id)
    if plan is None:
        raise Problem(
            _("There is no plan of {number} yet. Nothing was changed. Offer or start one first.").format(number=number),
            code="no-plan",
        )
    return Hers(woman.department_number, woman.id, plan.id, str(plan.language))


def looked_at(unit: Unit, args: argparse.Namespace) -> Hers:
    """The same, to show her words: opening her page is an entry of the log, here as in the window.

    Whoever sees a part of her record is told so first; as JSON it is ``part``.
    """
    hers = her_plan(unit, args.participant)
    women.open_page(unit, hers.woman)
    if told := part_of_hers(unit.store.who):
        args.in_part = True
        args.say(told)
    return hers


# Where it stands


def offer(args: argparse.Namespace) -> Answer:
    """Note that a plan was offered."""
    with opened(args) as store:
        with store.work("offer_plan") as unit:
            plan_states.offer_plan(unit, women.by_number(unit, args.participant).id, args.on)
        return _state(store, args)


def decline(args: argparse.Namespace) -> Answer:
    """Note that she chose not to write one."""
    with opened(args) as store:
        with store.work("decline_plan") as unit:
            plan_states.decline_plan(unit, women.by_number(unit, args.participant).id, args.on)
        return _state(store, args)


def not_now(args: argparse.Namespace) -> Answer:
    """Note that she wants to wait."""
    with opened(args) as store:
        with store.work("not_now") as unit:
            plan_states.not_now(unit, women.by_number(unit, args.participant).id, args.on)
        return _state(store, args)


def start(args: argparse.Namespace) -> Answer:
    """Begin her plan, or go on with it."""
    with opened(args) as store:
        with store.work("start_plan") as unit:
            plans.start_plan(unit, women.by_number(unit, args.participant).id, args.language, args.on)
        return _state(store, args)


def done(args: argparse.Namespace) -> Answer:
    """Done for now: a version."""
    with opened(args) as store:
        with store.work("done_for_now") as unit:
            plan_states.done_for_now(
                unit, her_plan(unit, args.participant).plan, args.on, how=args.how, look_again_on=args.look_again,
                read_aloud=args.read_aloud,
            )  # fmt: skip
        return _state(store, args)


def not_done_yet(args: argparse.Namespace) -> Answer:
    """Take the last "done for now" back."""
    with opened(args) as store:
        with store.work("not_done_yet") as unit:
            plan = her_plan(unit, args.participant).plan
            if not unit.get(Plan, plan).done_on:
                raise Problem(_("Her plan is not done for now. Nothing was changed."), code="not-done")
            plan_states.not_done_yet(unit, plan)
        return _state(store, args)


def withdraw(args: argparse.Namespace) -> Answer:
    """Note that she took her plan back."""
    with opened(args) as store:
        with store.work("withdraw_plan") as unit:
            plan_states.withdraw_plan(unit, her_plan(unit, args.participant).plan, args.on)
        return _state(store, args)


def set_language(args: argparse.Namespace) -> Answer:
    """The language of the program's words around hers."""
    with opened(args) as store:
        with store.work("set_language") as unit:
            plans.set_language(unit, her_plan(unit, args.participant).plan, args.language)
        return _state(store, args)


def _state(store: Store, args: argparse.Namespace) -> Answer:
    with store.read() as unit:
        hers = her_plan(unit, args.participant)
        plan = unit.get(Plan, hers.plan)
        key = plan_states.state(unit, plan)
        made = plan_states.versions(unit, hers.plan)
    args.say(f"{hers.number}: {_(plan_states.STATES[key])}")
    return Answer(as_values(plan) | hers.data(state=key, version=(made[-1].number or 0) if made else 0))


# Versions


def versions(args: argparse.Namespace) -> Answer:
    """Every "done for now"."""
    with opened(args) as store, store.read() as unit:
        hers = her_plan(unit, args.participant)
        found = [_version(unit, version) for version in plan_states.versions(unit, hers.plan)]
    for one in found:
        how = choice_label(HowConfirmed, one["how_confirmed"])
        args.say("  ".join(filter(None, (str(one["number"]), str(one["done_on"]), how, one["confirmed_by"]))))
    if not found:
        args.say(_("It was not done for now yet."))
    return Answer(hers.data(versions=found))


def _version(unit: Unit, version: PlanVersion) -> dict[str, Any]:
    person = unit.find(Person, version.confirmed_by) if version.confirmed_by else None
    return {
        "id": version.id, "number": version.number, "done_on": version.done_on,
        "confirmed_by": person.name if person else version.confirmed_by, "how_confirmed": version.how_confirmed,
    }  # fmt: skip


def compare(args: argparse.Namespace) -> Answer:
    """What changed between two versions, in her words."""
    with opened(args) as store, store.work("open_page") as unit:
        hers = looked_at(unit, args)
        found = plan_versions.compare(unit, hers.plan, args.earlier, args.later)
    shown = [_difference(one) for one in found]
    signs = {"added": "+", "removed": "-", "changed": "*"}
    for one in shown:
        args.say(f"{signs[one['how']]} {one['part']}: {one['before'] or one['after']}")
        if one["how"] == "changed" and one["before"] != one["after"]:
            args.say(f"  {one['after']}")
        for field in one["fields"]:
            args.say(f"  {field['name']}: {field['before']} > {field['after']}")
    if not found:
        args.say(_("Nothing is different."))
    return Answer(hers.data(differences=shown) | {"from": args.earlier, "to": args.later})


def _difference(one: plan_versions.Difference) -> dict[str, Any]:
    return {
        "part": one.part, "kind": one.kind, "record": one.record, "how": one.how, "before": one.before,
        "after": one.after, "words": plan_versions.word_changes(one.before, one.after),
        "fields": [{"name": name, "before": was, "after": now} for name, was, now in one.fields],
    }  # fmt: skip


# What happened to it


def event(args: argparse.Namespace) -> Answer:
    """Note a crisis, or the time after one."""
    with opened(args) as store, store.work("log_event") as unit:
        hers = her_plan(unit, args.participant)
        made = plan_states.log_event(unit, hers.plan, args.kind, args.on)
        found = next(one for one in plan_states.events(unit, hers.plan) if one.id == made)
        data = as_values(found) | {"participant": hers.number}
    what = choice_label(EventKind, args.kind)
    args.say(_("{what}. Look at the plan again, together, by {day}.").format(what=what, day=data["review_by"]))
    return Answer(data)


def events(args: argparse.Namespace) -> Answer:
    """What happened to her plan, the latest first."""
    with opened(args) as store, store.read() as unit:
        hers = her_plan(unit, args.participant)
        found = [as_values(one) for one in plan_states.events(unit, hers.plan)]
    for one in found:
        looked = _("looked at again on {day}") if one["reviewed_on"] else _("look at the plan again by {day}")
        day = one["reviewed_on"] or one["review_by"]
        args.say(f"{one['happened_on']}  {choice_label(EventKind, one['kind'])}  {looked.format(day=day)}")
    return Answer(hers.data(events=found))


def reviewed(args: argparse.Namespace) -> Answer:
    """Note that the plan was looked at again, after every event that waits for it or after one."""
    with opened(args) as store, store.work("reviewed") as unit:
        hers = her_plan(unit, args.participant)
        waiting = [one.id for one in plan_states.events(unit, hers.plan) if not one.reviewed_on]
        going = [one for one in waiting if one == typed_id(args.event)] if args.event else waiting
        if not going:
            raise Problem(_("Nothing waits for a look at her plan. Nothing was changed."), code="no-event")
        for one in going:
            plan_states.reviewed(unit, one, args.on)
        on = args.on or unit.today()
    n = len(going)
    words = ngettext("Looked at again after {n} event, on {day}.", "Looked at again after {n} events, on {day}.", n)
    args.say(words.format(n=n, day=on))
    return Answer(hers.data(reviewed=going, on=on))


# Names under it


def sign(args: argparse.Namespace) -> Answer:
    """A name under the plan."""
    with opened(args) as store, store.work("sign") as unit:
        hers = her_plan(unit, args.participant)
        plan_states.sign(unit, hers.plan, args.role, args.name, args.on, args.phone)
        found = [as_values(one) for one in plan_states.signatures(unit, hers.plan)]
    for one in found:
        args.say(f"{one['signed_on']}  {one['name']}")
    return Answer(hers.data(signatures=found))
