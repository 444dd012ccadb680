"""Offering the program and enrolling her: each state with its date, each step hers to refuse."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from ..base.ids import Id
from ..base.problems import NotFound, Problem
from ..base.words import _
from ..records.participant import Enrolment, NeedTag, Participant, WhatOfficeHas
from ..records.people import Program
from ..store import Unit
from .registrations import ids_of, stands_for
from .women import become_participant, find_woman, written_under


def programs(unit: Unit) -> list[Program]:
    """The programs women are enrolled under here."""
    return list(unit.all(sa.select(Program).where(Program.removed.is_(False)).order_by(Program.name)))


def add_program(unit: Unit, *, name: str, funder: str = "") -> Id:
    """A further program; the same name twice is one."""
    found = unit.first(sa.select(Program.id).where(sa.func.lower(Program.name) == name.strip().lower()))
    return found or unit.create(Program, name=name.strip(), funder=funder)


def offer(unit: Unit, woman: Id, program: Id, on: dt.date) -> Id:
    """Offer the program; a listed woman's record begins here. Raises ``Problem`` where an episode still runs."""
    become_participant(unit, woman)
    hers = ids_of(unit, woman)
    if unit.first(sa.select(Enrolment.id).where(Enrolment.participant.in_(hers), Enrolment.is_open())):
        raise Problem(
            _("She already has an open episode. Nothing was changed. Close it first, or go on with it."), code="open"
        )
    return unit.create(Enrolment, participant=hers[0], program=program, offered_on=on)


def decline(unit: Unit, episode: Id, on: dt.date) -> None:
    """She said no: a choice to be respected, with its date."""
    unit.revise(Enrolment, episode, declined_on=on)


def not_eligible(unit: Unit, episode: Id, on: dt.date, reason: str) -> None:
    """The program is not for her now, and why."""
    unit.revise(Enrolment, episode, not_eligible_on=on, not_eligible_reason=reason)


def wait(unit: Unit, episode: Id, on: dt.date) -> None:
    """She said yes, and there is no place yet."""
    unit.revise(Enrolment, episode, waiting_on=on)


def told_limits(unit: Unit, episode: Id, on: dt.date, language: str) -> None:
    """She was told what may be kept between us and what must be passed on, in her language, before her first word."""
    unit.revise(Enrolment, episode, limits_told_on=on, limits_told_by=unit.store.who.id, limits_language=language)


def enrol(unit: Unit, episode: Id, *, agreed_on: dt.date, on: dt.date, office_has: str = WhatOfficeHas.DATES) -> None:
    """She agreed to take part, and begins. ``office_has`` is hers to say: dates only unless she says more."""
    unit.revise(Enrolment, episode, agreed_on=agreed_on, enrolled_on=on, office_has=office_has)


def follow_up(unit: Unit, episode: Id, on: dt.date) -> None:
    """The year after release begins."""
    unit.revise(Enrolment, episode, follow_up_on=on)


def close(unit: Unit, episode: Id, on: dt.date, reason: str) -> None:
    """End an episode. A later offer begins a new one."""
    unit.revise(Enrolment, episode, closed_on=on, closed_reason=reason)


def set_next_step(unit: Unit, episode: Id, words: str, on: dt.date | None) -> None:
    """The next step on this day; empty words end it."""
    unit.revise(Enrolment, episode, next_step=words, next_step_on=on if words else None)


def release(unit: Unit, woman: Id, on: dt.date, kind: str) -> None:
    """She left, on this day, in this way."""
    unit.revise(Participant, stands_for(unit, woman), actual_release=on, release_type=kind)


def note_need(unit: Unit, woman: Id, need: str, source: str, on: dt.date, *, may_be_recorded: bool) -> Id:
    """What she may want help with. Raises ``Refused`` without her yes."""
    return unit.create(
        NeedTag, participant=written_under(unit, woman), need=need, source=source, noted_on=on,
        may_be_recorded=may_be_recorded,
    )  # fmt: skip


def drop_need(unit: Unit, need: Id) -> None:
    """She no longer wants this noted."""
    unit.remove(NeedTag, need)


def enrol_by_number(unit: Unit, number: str, program: str, on: dt.date, share: str = WhatOfficeHas.DATES) -> Id:
    """Offer, agreement and enrolment in one step, for scripts. Raises ``Problem``; nothing is half done."""
    woman = find_woman(unit, number)
    found = unit.first(
        sa.select(Program.id).where(sa.func.lower(Program.name) == program.lower(), Program.removed.is_(False))
    )
    if found is None:
        names = ", ".join(p.name for p in programs(unit)) or _("none yet")
        raise NotFound(
            _("There is no program called {name} here. Nothing was changed. Programs: {names}.").format(
                name=program, names=names
            )
        )
    woman_id = woman.id
    language = "en"
    episode = offer(unit, woman_id, found, on)
    language = unit.get(Participant, woman_id).language or language
    told_limits(unit, episode, on, str(language))
    enrol(unit, episode, agreed_on=on, on=on, office_has=share)
    return episode
