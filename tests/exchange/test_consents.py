"""Consents between sites: they stay, and go along where she moves; who is never told is known wherever she is."""

from __future__ import annotations

import datetime as dt

import pytest

from reentry_desktop.actions import consents, disclosures, recalling, sync, withholding
from reentry_desktop.actions.disclosures import Allowed
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem
from reentry_desktop.records import Consent, Enrolment
from reentry_desktop.records.consent import Status
from reentry_desktop.store import Store

from ..actions.test_taking_back import everywhere
from ..consents import consented
from ..stores import DAY, Clock, assert_whole
from . import moves as m


def test_the_office_gets_no_consent_and_no_account_but_the_names_that_are_never_told(
    facility: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    woman, _episode = her
    with facility.work("sign_consent") as unit:
        made = consented(unit, woman, recipient="Zinnia Clinic")
        disclosures.note_disclosure(unit, woman, by=Allowed(made), recipient="Zinnia Clinic", what="Her plan")
        withholding.withhold(unit, woman, "Raymond Quartz", "601-555-0199")
    state.up(facility)
    office = state.office
    assert b"Zinnia" not in everywhere(office)
    with office.read() as unit:
        assert [match.sure for match in withholding.matches(unit, woman, "raymond quartz")] == [True]
        assert consents.consents_of(unit, woman) == []
    with pytest.raises(Problem) as told, office.work("sign_consent") as unit:
        consented(unit, woman, recipient="Raymond Quartz")
    assert told.value.code == "withheld"


def test_all_of_it_goes_along_where_she_moves_and_the_account_stays(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    woman, _episode = her
    with facility.work("sign_consent") as unit:
        made = consented(unit, woman)
        disclosures.note_disclosure(unit, woman, by=Allowed(made), recipient="Magnolia Clinic", what="Her plan")
        withholding.withhold(unit, woman, "Raymond Quartz")
    state.up(facility)
    m.release(facility, woman, "SOUTH", "Closer to her children")
    state.carry(facility, south)
    m.accept(south)
    with south.read() as unit:
        assert [paper.status for paper in consents.consents_of(unit, woman)] == [Status.ACTIVE]
        assert [one.what for one in disclosures.disclosures_of(unit, woman)] == ["Her plan"]
        assert len(withholding.withheld_from(unit, woman)) == 1
    assert_whole(south)
    state.carry(south, facility)
    with south.work("revoke_consent") as unit:
        consents.revoke_consent(unit, made)
    with pytest.raises(Problem) as told, facility.work("revoke_consent") as unit:
        consents.revoke_consent(unit, made)
    assert told.value.code == "moved"
    with facility.work("note_disclosure") as unit:  # what is told there all the same has its line
        disclosures.note_disclosure(
            unit, woman, by=Allowed(ground="law", why="Rule 3"), recipient="An auditor", what="Her dates"
        )
    with facility.read() as unit:
        assert len(disclosures.disclosures_of(unit, woman)) == 2


def test_a_paper_for_the_office_that_has_ended_ends_sharing_before_the_next_bundle(
    facility: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    woman, episode = her
    with facility.work("sign_consent") as unit:
        paper = consented(unit, woman, to_whom="site", recipient="State Office", expires_on=DAY + dt.timedelta(days=10))
    state.up(facility)
    clock = facility.clock
    assert isinstance(clock, Clock)
    clock.now += dt.timedelta(days=11)
    state.stick.mkdir(exist_ok=True)
    sync.send(facility, "State Office", state.stick)
    with facility.read() as unit:
        assert unit.get(Enrolment, episode).office_has == "dates"
        assert recalling.called_back(unit, woman) is not None
        assert unit.get(Consent, paper).status(unit.today()) == Status.EXPIRED
