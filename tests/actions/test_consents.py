"""Consents: every element or no signature, what each is worth on a day, and nothing told without one that covers it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from reentry_desktop.actions import (
    attachments,
    consents,
    copies,
    disclosures,
    her_copy,
    plans,
    printing,
    recalling,
    requests,
    staff,
    told_without,
    withholding,
)
from reentry_desktop.actions.consent_papers import account_print, consent_print, elements, letters_print, note_sheet
from reentry_desktop.actions.disclosures import Allowed
from reentry_desktop.base import strokes
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem, Refused
from reentry_desktop.records import Consent, Disclosure, Enrolment
from reentry_desktop.records.consent import Status
from reentry_desktop.records.participant import WhatOfficeHas
from reentry_desktop.records.people import Role
from reentry_desktop.records.plan import Supporter
from reentry_desktop.records.request import InformationRequest
from reentry_desktop.reports import read_scan
from reentry_desktop.store import Store

from .. import papers
from ..consents import SIGNED, WHOLE, consented, drafted, for_an_official
from ..reports.reading import metadata, squeezed, texts
from ..stores import DAY, Clock, enrolled, payloads

LONG = "These rules prohibit you from using or disclosing this record"
SHORT = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
ELEMENTS = ("discloser", "kinds", "what", "to_whom", "recipient", "purpose", "revoke_how", "refusing")


@pytest.fixture
def hers(facility: Store) -> tuple[Store, Id, Id, Id]:
    """A store, a woman, her plan of a few words, and a supporter who may have a copy."""
    woman, _episode = enrolled(facility)
    with facility.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)
        plans.answer(unit, plan, "well", "I sing early")
        plans.answer(unit, plan, "crisis_signs", "I stop eating")
        luz = plans.add_supporter(unit, plan, name="Luz Marsh", phone="601-555-0134", agreed=True, agreed_to_copy=True)
    return facility, woman, plan, luz


def read_back(data: bytes) -> str:
    """All that stands on a print, in either language."""
    return squeezed(" ".join(texts(data)))


def later(store: Store, days: int) -> None:
    """So many days pass."""
    assert isinstance(store.clock, Clock)
    store.clock.now += dt.timedelta(days=days)


def status_of(store: Store, consent: Id) -> str:
    with store.read() as unit:
        return str(unit.get(Consent, consent).status(unit.today()))


# Every element


@pytest.mark.controls("2.31")
@pytest.mark.parametrize("element", ELEMENTS)
def test_without_one_of_its_elements_it_cannot_be_signed(hers: tuple[Store, Id, Id, Id], element: str) -> None:
    store, woman, _plan, _luz = hers
    with store.work("draft_consent") as unit:
        made = drafted(unit, woman)
    with store.work("revise_consent") as unit:
        consents.revise_consent(unit, made, **{element: ""})
    with pytest.raises(Refused) as told, store.work("sign_consent") as unit:
        consents.sign_consent(unit, made, paper_kept="Binder", seen_by="J. Reyes")
    assert list(told.value.fields) == [element]
    assert status_of(store, made) == Status.DRAFT


@pytest.mark.controls("2.31")
def test_it_ends_on_a_day_or_with_an_event_and_has_a_signature_somebody_saw(hers: tuple[Store, Id, Id, Id]) -> None:
    store, woman, _plan, _luz = hers
    with store.work("draft_consent") as unit:
        endless = drafted(unit, woman, expires_on=None)
        past = drafted(unit, woman, expires_on=DAY - dt.timedelta(days=1))
        whole = drafted(unit, woman)
    signed: dict[str, Any] = {"paper_kept": "Binder", "seen_by": "J. Reyes"}
    for consent, how, field in (
        (endless, signed, "expires_on"), (past, signed, "expires_on"), (whole, {}, "paper_kept"),
        (whole, {"paper_kept": "Binder"}, "seen_by"), (whole, {"strokes": "1,1 2,2"}, "strokes"),
        (whole, {"strokes": "not strokes"}, "strokes"),
        (whole, signed | {"on": DAY + dt.timedelta(days=1)}, "signed_on"),
    ):  # fmt: skip
        with pytest.raises(Refused) as told, store.work("sign_consent") as unit:
            consents.sign_consent(unit, consent, **how)
        assert list(told.value.fields) == [field]
    with store.work("sign_consent") as unit:
        consents.sign_consent(unit, whole, strokes=SIGNED)
    with store.read() as unit:
        kept = unit.get(Consent, whole)
        assert (kept.strokes, kept.signed_on, kept.seen_by) == (SIGNED, DAY, "lead")


@pytest.mark.controls("2.31")
def test_counseling_notes_and_legal_matters_are_never_on_another_paper(hers: tuple[Store, Id, Id, Id]) -> None:
    store, woman, _plan, _luz = hers
    for more in (
        {"kinds": "plan counseling"}, {"form": "counseling", "kinds": "counseling plan"},
        {"to_whom": "court"}, {"to_whom": "parole-board"}, {"form": "legal"},
    ):  # fmt: skip
        with pytest.raises(Refused), store.work("draft_consent") as unit:
            drafted(unit, woman, **more)
    with store.work("draft_consent") as unit:
        drafted(unit, woman, form="counseling", kinds="counseling")
        drafted(unit, woman, form="legal", to_whom="court")


def test_in_another_language_the_usual_words_are_said_anew_and_her_own_stay(hers: tuple[Store, Id, Id, Id]) -> None:
    store, woman, _plan, _luz = hers
    with store.work("draft_consent") as unit:
        made = drafted(unit, woman, refusing="Then nothing is told.")
    with store.work("revise_consent") as unit:
        consents.revise_consent(unit, made, language="es")
        paper = unit.get(Consent, made)
        assert paper.revoke_how.startswith("Dígalo o escríbalo")
        assert paper.refusing == "Then nothing is told."


def test_what_she_signed_for_never_changes(hers: tuple[Store, Id, Id, Id]) -> None:
    store, woman, _plan, _luz = hers
    with store.work("sign_consent") as unit:
        made = consented(unit, woman)
    with pytest.raises(Problem) as told, store.work("revise_consent") as unit:
        consents.revise_consent(unit, made, recipient="Somebody else")
    assert told.value.code == "signed"
    for act, what in (("drop_consent", consents.drop_consent), ("sign_consent", consents.sign_consent)):
        with pytest.raises(Problem), store.work(act) as unit:
            what(unit, made)
    assert status_of(store, made) == Status.ACTIVE
    with store.work("revise_consent") as unit:  # past the program, as a forged bundle or another program would
        unit.revise(Consent, made, recipient="Ray Dunn")
    assert status_of(store, made) == Status.DRAFT
    with store.read() as unit:
        assert consents.covering(unit, woman, "plan") == []


# What it is worth on a day


def test_words_that_were_changed_after_the_paper_was_printed_are_not_what_she_signed(
    hers: tuple[Store, Id, Id, Id],
) -> None:
    store, woman, _plan, _luz = hers
    with store.work("print_consent") as unit:
        made = drafted(unit, woman)
        note_sheet(unit, consent_print(unit, made), how="printed")
        consents.revise_consent(unit, made, kinds="plan goals health")
    with pytest.raises(Problem) as told, store.work("sign_consent") as unit:
        consents.sign_consent(unit, made, paper_kept="Binder 3", seen_by="J. Reyes")
    assert told.value.code == "printed"
    with store.work("sign_consent") as unit:
        consents.revise_consent(unit, made, kinds=str(WHOLE["kinds"]))
        consents.sign_consent(unit, made, paper_kept="Binder 3", seen_by="J. Reyes")
    assert status_of(store, made) == Status.ACTIVE


def test_a_supporter_who_became_somebody_else_in_her_plan_gets_nothing_under_it(hers: tuple[Store, Id, Id, Id]) -> None:
    store, woman, plan, luz = hers
    with store.work("sign_consent") as unit:
        made = consented(unit, woman, kinds="crisis", to_whom="supporter", recipient="Luz Marsh", supporter=luz)
        for name, good in (("Luz Marsh-Cole", [made]), ("Ray Cole", [])):
            unit.revise(Supporter, luz, name=name)
            assert [one.id for one in consents.covering(unit, woman, "crisis", supporter=luz)] == good
    with pytest.raises(Problem):
        saved(store, plan, "supporter", Allowed(made), layout="supporter", supporter=luz)


def test_its_status_is_worked_out_on_the_day(hers: tuple[Store, Id, Id, Id]) -> None:
    store, woman, _plan, _luz = hers
    with store.work("sign_consent") as unit:
        made = consented(unit, woman, expires_on=DAY + dt.timedelta(days=40))
        event = consented(unit, woman, expires_on=None, expires_event="When she has a home")
    found = []
    for days in (0, 9, 1, 29, 1, 1):
        later(store, days)
        found.append(status_of(store, made))
    assert found == ["active", "active", "expiring", "expiring", "expiring", "expired"]
    assert status_of(store, event) == Status.ACTIVE
    with store.work("note_ending_event") as unit:
        consents.note_ending_event(unit, event)
    assert status_of(store, event) == Status.EXPIRED
    with store.read() as unit:
        entries = len(payloads(unit.connection))
    later(store, 400)
    status_of(store, made)
    with store.read() as unit:
        assert len(payloads(unit.connection)) == entries, "nothing is written because time passes"


def test_what_ends_soon_is_on_a_list(hers: tuple[Store, Id, Id, Id]) -> None:
    store, woman, _plan, _luz = hers
    with store.work("sign_consent") as unit:
        consented(unit, woman, expires_on=DAY + dt.timedelta(days=60))
        consented(unit, woman, expires_on=DAY + dt.timedelta(days=20))
        drafted(unit, woman, expires_on=DAY + dt.timedelta(days=5))
        gone = consented(unit, woman, expires_on=DAY + dt.timedelta(days=3))
        consents.revoke_consent(unit, gone)
    with store.read() as unit:
        found, count = consents.ending(unit, 100)
        assert count == 1
        assert [(one.short_name, one.on) for one in found] == [("Ana N.", DAY + dt.timedelta(days=20))]


def test_a_newer_one_takes_the_place_of_the_old_once_it_is_signed(hers: tuple[Store, Id, Id, Id]) -> None:
    store, woman, _plan, _luz = hers
    with store.work("sign_consent") as unit:
        old = consented(unit, woman)
    with store.work("renew_consent") as unit:
        new = consents.renew_consent(unit, old)
        assert unit.get(Consent, new).what == unit.get(Consent, old).what
        assert unit.get(Consent, new).expires_on is None
    assert (status_of(store, old), status_of(store, new)) == (Status.ACTIVE, Status.DRAFT)
    with store.work("sign_consent") as unit:
        consents.revise_consent(unit, new, expires_on=DAY + dt.timedelta(days=365))
        consents.sign_consent(unit, new, strokes=SIGNED)
    assert (status_of(store, old), status_of(store, new)) == (Status.SUPERSEDED, Status.ACTIVE)


def test_a_clock_that_is_set_back_brings_no_revoked_consent_back(hers: tuple[Store, Id, Id, Id]) -> None:
    store, woman, _plan, _luz = hers
    with store.work("sign_consent") as unit:
        made = consented(unit, woman)
    later(store, 20)
    with store.work("revoke_consent") as unit:
        consents.revoke_consent(unit, made)
    later(store, -15)
    assert status_of(store, made) == Status.REVOKED
    later(store, -10)  # before she signed
    assert status_of(store, made) not in ("active", "expiring")


# What is told needs one that covers it


def saved(store: Store, plan: Id, for_whom: str, allowed: Allowed, **more: Any) -> Id:
    with store.work("print_plan") as unit:
        layout = {k: more.pop(k) for k in ("layout", "supporter") if k in more}
        done = printing.plan_print(unit, plan, allowed=allowed, **layout)
        return printing.record_print(unit, done, how="saved", for_whom=for_whom, **more)


def accounted(store: Store, woman: Id) -> list[tuple[str, str, str]]:
    with store.read() as unit:
        return [(one.recipient, one.what, str(one.ground)) for one in disclosures.disclosures_of(unit, woman)]


@pytest.mark.controls("2.13", "2.31", "2.33")
def test_a_print_for_somebody_outside_needs_a_consent_for_that_recipient_and_that_kind(
    hers: tuple[Store, Id, Id, Id],
) -> None:
    store, woman, plan, luz = hers
    with store.work("sign_consent") as unit:
        clinic = consented(unit, woman)
        goals = consented(unit, woman, kinds="goals")
        court = for_an_official(unit, woman)
        for_luz = consented(unit, woman, kinds="crisis", to_whom="supporter", recipient="luz marsh", place="")
        draft = drafted(unit, woman)
    copy: dict[str, Any] = {"layout": "supporter", "supporter": luz}
    official = {"signed_on": DAY, "to": "court"}
    for for_whom, consent, more in (
        ("other", Id(""), {}), ("other", goals, {}), ("other", draft, {}), ("official", clinic, official),
        ("official", court, official | {"to": "warden"}), ("supporter", clinic, copy), ("her", Id(""), copy),
        ("supporter", Id("0" * 32), copy),
    ):  # fmt: skip
        with pytest.raises(Problem) as told:
            saved(store, plan, for_whom, Allowed(consent), **more)
        assert told.value.code in ("consent", "no-consent"), (for_whom, consent)
    assert accounted(store, woman) == []
    with store.read() as unit:
        assert copies.copies_of(unit, woman) == []
    saved(store, plan, "other", Allowed(clinic))
    saved(store, plan, "official", Allowed(court), **official)
    saved(store, plan, "supporter", Allowed(for_luz), **copy)
    assert accounted(store, woman) == [
        ("luz marsh", "For one supporter", "consent"), ("Hinds County Court", "The whole plan", "consent"),
        ("Magnolia Clinic", "The whole plan", "consent"),
    ]  # fmt: skip


def test_what_is_for_her_own_hands_goes_to_nobody_else(hers: tuple[Store, Id, Id, Id]) -> None:
    store, woman, plan, _luz = hers
    with store.work("sign_consent") as unit:
        clinic = consented(unit, woman)
        plans.add_item(unit, plan, "tools", words="Walk")
        plans.add_item(unit, plan, "every_day", words="Drink water")
    for layout in ("wallet", "check-in"):
        with pytest.raises(Problem) as told:
            saved(store, plan, "other", Allowed(clinic), layout=layout)
        assert told.value.code == "layout"


@pytest.mark.controls("2.32")
def test_the_notice_is_on_what_is_told_and_never_on_her_own_copies(hers: tuple[Store, Id, Id, Id]) -> None:
    store, woman, plan, luz = hers
    with store.work("sign_consent") as unit:
        clinic = consented(unit, woman, kinds="plan goals first_72")
        for_luz = consented(unit, woman, kinds="crisis", to_whom="supporter", recipient="Luz Marsh", supporter=luz)
        plans.add_item(unit, plan, "tools", words="Walk")
        plans.fine_in_my_room(unit, plans.contents(unit, plan).answers["well"].id, on=True)
    with store.read() as unit:
        told = read_back(printing.plan_print(unit, plan, allowed=Allowed(clinic)).pdf.data)
        assert LONG in told
        assert "Magnolia Clinic, for this: So that they can help me on day one." in told
        assert "Her whole plan; Her first 72 hours; Her recovery support plan" in told
        supporter = printing.plan_print(unit, plan, layout="supporter", supporter=luz, allowed=Allowed(for_luz))
        assert SHORT in read_back(supporter.pdf.data)
        spanish = printing.plan_print(unit, plan, language="es", allowed=Allowed(clinic))
        assert "protegido por las reglas federales" in read_back(spanish.pdf.data)
        for layout in ("full", "keep-with-me", "wallet", "worksheet"):
            hers_alone = read_back(printing.plan_print(unit, plan, layout=layout).pdf.data)
            assert "42 CFR" not in hers_alone
            assert "disclos" not in hers_alone
            assert "About this copy" not in hers_alone
    with store.work("print_plan") as unit:  # pages that say so are not given out as hers
        done = printing.plan_print(unit, plan, allowed=Allowed(clinic))
        with pytest.raises(Problem) as refused:
            printing.record_print(unit, done, how="printed", for_whom="her")
        assert refused.value.code == "for-whom"


@pytest.mark.controls("2.31")
def test_a_consent_taken_back_between_the_preview_and_the_printer_stops_the_print(
    hers: tuple[Store, Id, Id, Id],
) -> None:
    store, woman, plan, _luz = hers
    with store.work("sign_consent") as unit:
        clinic = consented(unit, woman)
        done = printing.plan_print(unit, plan, allowed=Allowed(clinic))
    with store.work("revoke_consent") as unit:
        consents.revoke_consent(unit, clinic, "written")
    with pytest.raises(Problem) as told, store.work("print_plan") as unit:
        printing.record_print(unit, done, how="printed", for_whom="other")
    assert told.value.code == "consent"
    assert accounted(store, woman) == []


def test_without_a_consent_it_takes_a_ground_and_a_reason_and_is_listed(hers: tuple[Store, Id, Id, Id]) -> None:
    store, _woman, plan, _luz = hers
    order = Allowed(ground="court_order", why="Order 26-113 of the county court", recipient="Judge Ames")
    for allowed, code in (
        (Allowed(ground="court_order", recipient="Judge Ames"), "why"),
        (Allowed(ground="whim", why="x", recipient="Judge Ames"), "ground"),
        (Allowed(ground="court_order", why="Order 26-113"), "for-whom"),
    ):
        with pytest.raises(Problem) as told:
            saved(store, plan, "other", allowed)
        assert told.value.code == code
    saved(store, plan, "other", order)
    with store.read() as unit:
        (one,) = told_without.told_without(unit)
        assert (one.short_name, one.disclosure.recipient, one.disclosure.why) == (
            "Ana N.", "Judge Ames", "Order 26-113 of the county court",
        )  # fmt: skip
        assert (one.own, one.here, one.looked_at_by) == (True, True, "")
        assert told_without.told_without(unit, open_only=True) == [], "nobody looks at her own"
    with pytest.raises(Problem) as told, store.work("look_at_telling") as unit:
        told_without.look_at_telling(unit, one.disclosure.id)
    assert told.value.code == "own"
    store.who = store.who._replace(id=Id("5" * 32), name="sol")
    with store.work("look_at_telling") as unit:
        (seen,) = told_without.told_without(unit, open_only=True)
        told_without.look_at_telling(unit, seen.disclosure.id, "The order is in the binder.")
    with store.read() as unit:
        assert told_without.told_without(unit, open_only=True) == []
        (seen,) = told_without.told_without(unit)
        assert seen.finding == "The order is in the binder."
        assert seen.looked_at_by
        assert unit.get(Disclosure, one.disclosure.id).why == one.disclosure.why, "the account stands as it was"


@pytest.mark.parametrize("role", [Role.PEER_SUPPORTER, Role.VOLUNTEER])
def test_a_peer_supporter_tells_nothing_without_her_consent(hers: tuple[Store, Id, Id, Id], role: str) -> None:
    store, woman, plan, _luz = hers
    with store.work("set_role") as unit:
        staff.set_role(
            unit, "lead", role=role, **dict.fromkeys(("clearance_until", "prea_until"), DAY + dt.timedelta(days=30))
        )
    store.sign_in(store.who.id)
    order = Allowed(ground="court_order", why="Order 26-113", recipient="Judge Ames")
    with pytest.raises(Problem):
        saved(store, plan, "other", order)
    assert accounted(store, woman) == []


# Taking it back


@pytest.mark.controls("2.31")
def test_a_letter_goes_to_each_who_was_told_until_it_is_back(hers: tuple[Store, Id, Id, Id]) -> None:
    store, woman, plan, _luz = hers
    with store.work("sign_consent") as unit:
        clinic = consented(unit, woman)
    saved(store, plan, "other", Allowed(clinic))
    with store.work("note_disclosure") as unit:
        spoken = disclosures.note_disclosure(
            unit, woman, by=Allowed(clinic), recipient="Magnolia Clinic", what="Her release day", how="spoken"
        )
        other = disclosures.note_disclosure(
            unit, woman, by=Allowed(clinic), recipient="Dr. Ames", what="Her plan", how="sent"
        )
    with pytest.raises(Problem) as told, store.read() as unit:
        letters_print(unit, clinic)
    assert told.value.code == "not-revoked"
    with store.work("revoke_consent") as unit:
        consents.revoke_consent(unit, clinic, "said")
        made = letters_print(unit, clinic)
        note_sheet(unit, made, how="printed", printer="Office")
    pages = [squeezed(page) for page in texts(made.pdf.data)]
    assert len(pages) == 2
    assert "Magnolia Clinic" in pages[0]
    assert "Her release day" in pages[0]
    assert "Dr. Ames" in pages[1]
    assert "send all of it back" in pages[1]
    with store.work("came_back") as unit:
        assert "cannot be called back" in disclosures.cannot_come_back(unit.get(Disclosure, spoken))
        assert all(one.letter_on == DAY for one in disclosures.told_under(unit, clinic))
        disclosures.came_back(unit, other)
        assert len(texts(letters_print(unit, clinic, "es").pdf.data)) == 1
    with pytest.raises(Problem), store.work("revoke_consent") as unit:
        consents.revoke_consent(unit, clinic)


def test_what_was_told_under_the_paper_before_is_asked_for_back_too(hers: tuple[Store, Id, Id, Id]) -> None:
    store, woman, _plan, _luz = hers
    with store.work("sign_consent") as unit:
        clinic = consented(unit, woman)
    with store.work("note_disclosure") as unit:
        disclosures.note_disclosure(
            unit, woman, by=Allowed(clinic), recipient="Magnolia Clinic", what="Her plan", how="sent"
        )
    with store.work("sign_consent") as unit:
        newer, other = consented(unit, woman, replaces=clinic), consented(unit, woman, recipient="Dr. Ames")
        consents.revoke_consent(unit, newer)
        consents.revoke_consent(unit, other)
        assert "Her plan" in read_back(letters_print(unit, newer).pdf.data)
        with pytest.raises(Problem):
            letters_print(unit, other)


def test_her_consent_for_the_office_is_what_her_page_says_and_the_other_way(facility: Store, office: Store) -> None:
    woman, episode = enrolled(facility)

    def office_has() -> str:
        with facility.read() as unit:
            return str(unit.get(Enrolment, episode).office_has)

    def sign(**more: Any) -> Id:
        with facility.work("sign_consent") as unit:
            return consented(unit, woman, **{"to_whom": "site", "recipient": "Central office"} | more)

    paper = sign()
    assert office_has() == WhatOfficeHas.WORDS
    with facility.work("revoke_consent") as unit:
        consents.revoke_consent(unit, paper)
    assert office_has() == WhatOfficeHas.DATES
    paper = sign()
    with facility.work("share") as unit:
        recalling.share(unit, episode, "dates")
    assert status_of(facility, paper) == Status.REVOKED
    paper = sign(expires_on=DAY + dt.timedelta(days=10))
    later(facility, 11)
    with facility.read() as unit:
        assert consents.ended_for_office(unit) == [woman]
    with facility.work("end_for_office") as unit:
        consents.end_for_office(unit)
    assert (office_has(), status_of(facility, paper)) == (WhatOfficeHas.DATES, Status.EXPIRED)
    paper = sign()
    with facility.work("sign_consent") as unit:
        consents.sign_consent(
            unit,
            consents.draft_consent(unit, woman, **WHOLE, replaces=paper),
            paper_kept="Binder 3",
            seen_by="J. Reyes",
        )
    assert office_has() == WhatOfficeHas.DATES, "what took its place is for somebody else"


# The account


@pytest.mark.controls("2.25", "164.528")
def test_the_account_says_who_when_what_to_whom_why_and_on_what_ground(hers: tuple[Store, Id, Id, Id]) -> None:
    store, woman, plan, _luz = hers
    with store.work("sign_consent") as unit:
        clinic = consented(unit, woman)
    saved(store, plan, "other", Allowed(clinic))
    with store.work("note_disclosure") as unit:
        for years, what in ((2, "That she takes part"), (5, "Her old plan"), (7, "Long ago")):
            disclosures.note_disclosure(
                unit, woman, by=Allowed(ground="audit", why="Yearly audit"), recipient="State auditor", what=what,
                told_on=DAY.replace(year=DAY.year - years), told_by="J. Reyes", purpose="Audit",
            )  # fmt: skip
    with store.read() as unit:
        told = {years: [one.what for one in disclosures.disclosures_of(unit, woman, years)] for years in (3, 6, 0)}
        paper = read_back(account_print(unit, woman, years=6).pdf.data)
        spanish = read_back(account_print(unit, woman, years=3, language="es").pdf.data)
    assert told[3] == ["The whole plan", "That she takes part"]
    assert told[6] == [*told[3], "Her old plan"]
    assert told[0] == [*told[6], "Long ago"]
    for words in (
        "November 23, 2026: The whole plan", "To: Magnolia Clinic", "By: lead", "So that they can help me",
        "Her consent of November 23, 2026", "State auditor", "J. Reyes", "An audit or an inspection", "Yearly audit",
        "The office of the program has my name and my dates.",
    ):  # fmt: skip
        assert words in paper
    assert "42 CFR" not in paper
    assert "Long ago" not in paper
    assert "Magnolia Clinic" in spanish


def test_what_is_noted_by_hand_needs_a_ground_too(hers: tuple[Store, Id, Id, Id]) -> None:
    store, woman, _plan, _luz = hers
    other, _episode = enrolled(store, "R1002", first="Bea", last="Ott")
    with store.work("sign_consent") as unit:
        mine, hers_not = consented(unit, woman), consented(unit, other)
    said: dict[str, Any] = {"recipient": "A clinic", "what": "Her release day"}
    for by, more, problem in (
        (Allowed(), {}, Refused), (Allowed(ground="law"), {}, Refused), (Allowed(hers_not), {}, Problem),
        (Allowed(mine), {"told_on": DAY - dt.timedelta(days=1)}, Refused),
        (Allowed(mine), {"told_on": DAY + dt.timedelta(days=1)}, Refused),
        (Allowed(mine), {"recipient": ""}, Refused),
    ):  # fmt: skip
        with pytest.raises(problem), store.work("note_disclosure") as unit:
            disclosures.note_disclosure(unit, woman, by=by, **said | more)
    with store.work("note_disclosure") as unit:
        disclosures.note_disclosure(unit, woman, by=Allowed(mine), **said)


# On paper


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_paper_has_every_element_and_lines_or_the_signature(hers: tuple[Store, Id, Id, Id], language: str) -> None:
    store, woman, _plan, _luz = hers
    with store.work("draft_consent") as unit:
        made = drafted(unit, woman, language=language)
        blank = consent_print(unit, made)
    with store.work("sign_consent") as unit:
        consents.sign_consent(unit, made, strokes=SIGNED)
        signed = consent_print(unit, made, size="standard")
        paper = unit.get(Consent, made)
        words = elements(paper)
    for printed in (blank, signed):
        read = read_back(printed.pdf.data)
        assert "Ana Núñez" in read
        for heading, said in words:
            assert squeezed(heading) in read
            assert squeezed(said) in read
        assert "Núñez" not in str(metadata(printed.pdf.data)), "the file tells nobody whose it is"
        last = squeezed(texts(printed.pdf.data)[-1])
        assert {"en": "I sign because I want to", "es": "Firmo porque quiero"}[language] in last, "no page of it alone"
    signature = {"en": "My signature", "es": "Mi firma"}[language]
    assert signature in read_back(blank.pdf.data)
    assert signature not in read_back(signed.pdf.data)
    assert {"en": "Signed by Ana Núñez on", "es": "Firmado por Ana Núñez"}[language] in read_back(signed.pdf.data)


def test_a_signature_is_short_text_and_bad_text_is_none() -> None:
    drawn = [[(x, 150 + x % 7) for x in range(1000)], [(5000, -20), (3, 3)]]
    text = strokes.to_text(drawn)
    assert len(text) <= strokes.MOST
    assert strokes.from_text(text)[1] == [(999, 0), (3, 3)]
    assert strokes.is_signature(text)
    dense = [[(x % 1000, (x * 7) % 300) for x in range(20_000)]]
    assert len(strokes.to_text(dense)) <= strokes.MOST
    for bad in ("1", "a,b", "1,2 ", "1,2;;", "1,999", "1000,1", "1,1 " * 9000, "<svg/>", "1,1) Tj ET", "1,1"):
        assert not strokes.is_signature(bad)


def test_a_forged_signature_reaches_no_pdf(hers: tuple[Store, Id, Id, Id]) -> None:
    """A bundle may bring any text: what is no signature is not drawn, and nothing else breaks."""
    store, woman, _plan, _luz = hers
    with store.work("sign_consent") as unit:
        made = consented(unit, woman)
        unit.revise(Consent, made, strokes="1,1) Tj ET Q /Evil Do")
        assert b"Evil" not in consent_print(unit, made).pdf.data


# Whom she wants never to be told


def test_a_name_on_her_list_is_known_however_it_is_spelled(hers: tuple[Store, Id, Id, Id]) -> None:
    """In part too: a stranger at the phone is “Mr. Dunn”, and a number has no area code."""
    store, woman, _plan, _luz = hers
    with store.work("withhold") as unit:
        withholding.withhold(unit, woman, "Raymond Dunn", "601-555-0199")
        for name, phone, sure in (
            ("Raymond Dunn", "", True), ("RAYMOND  DÚNN", "", True), ("Mr. Dunn, Raymond", "", True),
            ("Ray Dunn", "", False), ("Raymund Dunn", "", False), ("Raymond Dun", "", False),
            ("Mr. Dunn", "", False), ("Sheriff Dunn", "", False), ("R. Dunn", "", False),
            ("Raymond", "", False), ("A friend", "555-0199", False),
            ("A friend", "(601) 555-0199", True), ("Luz Dunn", "", None), ("J. Dunn", "", None), ("", "", None),
            ("Magnolia Clinic", "601-555-0142", None),
        ):  # fmt: skip
            found = withholding.matches(unit, woman, name, phone)
            assert [match.sure for match in found] == ([] if sure is None else [sure]), (name, phone)
            assert all("Raymond Dunn" in match.sentence for match in found)


def test_who_is_never_told_gets_no_consent_and_no_copy_until_off_the_list(hers: tuple[Store, Id, Id, Id]) -> None:
    store, woman, plan, luz = hers
    with store.work("sign_consent") as unit:
        for_luz = consented(unit, woman, kinds="crisis", to_whom="supporter", recipient="Luz Marsh", supporter=luz)
    with store.work("withhold") as unit:
        entry = withholding.withhold(unit, woman, "Luz Marsh")
    with pytest.raises(Problem) as told, store.work("sign_consent") as unit:
        consented(unit, woman, recipient="Luz Marsh")
    assert told.value.code == "withheld"
    with pytest.raises(Problem) as told:
        saved(store, plan, "supporter", Allowed(for_luz), layout="supporter", supporter=luz)
    assert told.value.code == "withheld"
    with pytest.raises(Problem):
        saved(store, plan, "other", Allowed(ground="law", why="x", recipient="LUZ MARSH"))
    assert accounted(store, woman) == []
    with store.work("take_off_withheld") as unit:
        withholding.take_off_withheld(unit, entry)
    saved(store, plan, "supporter", Allowed(for_luz), layout="supporter", supporter=luz)


# What is given to somebody who asked


def given(store: Store, woman: Id, authority: str, who: str = "Dr. Ada Lowe, Magnolia Clinic", **more: Any) -> Id:
    with store.work("add_request") as unit:
        made = requests.add_request(
            unit, woman, asker=more.pop("asker", "other"), who=who, what="Her plan", authority=authority
        )
    with store.work("decide_request") as unit:
        requests.decide_request(unit, made, **{"decision": "given", "given": "Her dates", "given_on": DAY} | more)
    return made


@pytest.mark.controls("2.25", "164.528")
def test_what_is_given_on_request_is_in_the_account_with_its_ground(hers: tuple[Store, Id, Id, Id]) -> None:
    store, woman, plan, _luz = hers
    with store.work("sign_consent") as unit:
        clinic = consented(unit, woman)
    under = given(store, woman, "consent")
    elsewhere = given(store, woman, "consent", "The Delta Herald")
    given(store, woman, "policy", "Warden Holloway", why="He insisted")
    secret = given(store, woman, "part2_order", "Judge Ames")
    given(store, woman, "none", "Ana", asker="herself")
    order = Allowed(ground="court_order", why="Order 26-113", recipient="Judge Quill")
    with store.work("note_disclosure") as unit:  # nobody noted the request
        by_hand = disclosures.note_disclosure(unit, woman, by=order, recipient=order.recipient, what="Her dates")
    saved(store, plan, "other", order)
    with store.read() as unit:
        told = {one.id: one for one in disclosures.disclosures_of(unit, woman)}
        line = told[requests.line_of(under)]
        number = requests.reference(unit.get(InformationRequest, under))
        assert (line.recipient, line.what, line.consent, line.told_on, line.print_number) == (
            "Dr. Ada Lowe, Magnolia Clinic", "Her dates", clinic, DAY, number,
        )  # fmt: skip
        assert len(told) == 6, "her own copy is no telling"
        open_ones = {one.disclosure.recipient: str(one.disclosure.ground) for one in told_without.told_without(unit)}
        assert open_ones == {"The Delta Herald": "consent", "Warden Holloway": "none", "Judge Ames": "court_order",
                             "Judge Quill": "court_order"}  # fmt: skip
        paper = read_back(account_print(unit, woman).pdf.data)
        assert "Warden Holloway" in paper
        assert "Judge" not in paper, "an order may forbid telling her"
        assert "Where a court has ordered that something stays secret, it is not on this paper." in paper
        assert by_hand in told, "the screen has it"
        answer = read_back(requests.answer_letter(unit, under).data)
        assert "The consent is for this and no more: Her whole plan; Her recovery support plan" in answer
        assert told[requests.line_of(secret)].why
    with store.work("open_request") as unit:
        requests.open_request(unit, secret)
        copy = read_back(her_copy.her_copy(unit, woman).pdf.data)
        assert "Opened a request" not in copy, "that somebody asked, too"
        assert "Judge" not in copy
        assert "For somebody else" not in copy, "nor that it was printed for somebody"
        requests.open_request(unit, under)
        assert "Opened a request" in read_back(her_copy.her_copy(unit, woman).pdf.data)
    with store.work("revoke_consent") as unit:
        consents.revoke_consent(unit, clinic)
        assert "Dr. Ada Lowe" in read_back(letters_print(unit, clinic).pdf.data), "it is asked for back"
        with pytest.raises(Problem) as refused:
            requests.answer_letter(unit, under)
        assert refused.value.code == "revoked"
    after = given(store, woman, "consent")
    with store.read() as unit:
        assert unit.get(Disclosure, requests.line_of(after)).consent == "", "she took it back before that"
    with store.work("decide_request") as unit:  # it was never sent after all
        requests.decide_request(unit, elsewhere, decision="withdrawn", given="", given_on=None)
        assert requests.line_of(elsewhere) not in {one.id for one in disclosures.disclosures_of(unit, woman)}


def test_nothing_goes_to_who_is_never_told_by_any_way(hers: tuple[Store, Id, Id, Id]) -> None:
    """By another name with the same number, by the name in her plan, on request, by letter, as a scanned paper."""
    store, woman, plan, luz = hers
    with store.work("sign_consent") as unit:
        clinic = consented(unit, woman, recipient="Magnolia Clinic", place="601-555-0142")
        by_id = consented(unit, woman, kinds="crisis", to_whom="supporter", recipient="Lucia", supporter=luz)
        paper = attachments.attach(unit, woman, read_scan(papers.pdf(), 5 << 20), "Birth certificate")
    saved(store, plan, "other", Allowed(clinic))
    asked = given(store, woman, "consent", "Raymond Dunn, Magnolia Clinic")
    with store.work("withhold") as unit:
        withholding.withhold(unit, woman, "A place she fears", "601-555-0142")
        withholding.withhold(unit, woman, "Luz Marsh")
        withholding.withhold(unit, woman, "Raymond Dunn")
    before = accounted(store, woman)
    ways: list[Callable[[], object]] = [
        lambda: saved(store, plan, "other", Allowed(clinic)),
        lambda: saved(store, plan, "supporter", Allowed(by_id), layout="supporter", supporter=luz),
        lambda: given(store, woman, "consent", "Mr. Dunn, Raymond"),
        lambda: _scan_out(store, paper, Allowed(clinic)),
        lambda: _scan_out(store, paper, Allowed(ground="law", why="x", recipient="luz marsh")),
        lambda: _answer(store, asked),
    ]
    for number, way in enumerate(ways):
        with pytest.raises(Problem) as told:
            way()
        assert told.value.code == "withheld", number
    assert accounted(store, woman) == before
    with store.work("revoke_consent") as unit:
        consents.revoke_consent(unit, clinic)
        with pytest.raises(Problem) as told:  # a letter would name her to them
            letters_print(unit, clinic)
        assert told.value.code == "withheld"


def _scan_out(store: Store, paper: Id, by: Allowed) -> None:
    with store.work("print_paper") as unit:
        attachments.print_paper(unit, paper, how="saved", by=by, outside=True)


def _answer(store: Store, asked: Id) -> None:
    with store.read() as unit:
        requests.answer_letter(unit, asked)


@pytest.mark.controls("2.32")
def test_a_scanned_paper_goes_outside_under_a_consent_with_the_notice_and_a_line(
    hers: tuple[Store, Id, Id, Id],
) -> None:
    store, woman, _plan, _luz = hers
    with store.work("sign_consent") as unit:
        clinic = consented(unit, woman)
        draft = drafted(unit, woman)
        paper = attachments.attach(unit, woman, read_scan(papers.pdf(pages=2), 5 << 20), "Birth certificate")
    for by in (Allowed(), Allowed(draft), Allowed(ground="law", why="Rule 3")):
        with pytest.raises(Problem):
            _scan_out(store, paper, by)
    with store.work("print_paper") as unit:
        hers_alone = attachments.print_paper(unit, paper, how="printed")
        out = attachments.print_paper(unit, paper, how="printed", by=Allowed(clinic), outside=True)
    assert len(texts(hers_alone)) == 2
    assert len(texts(out)) == 3
    assert LONG in read_back(out)
    assert LONG not in read_back(hers_alone)
    assert accounted(store, woman) == [("Magnolia Clinic", "Birth certificate", "consent")]


def test_her_list_is_on_nothing_that_is_printed(hers: tuple[Store, Id, Id, Id]) -> None:
    store, woman, plan, _luz = hers
    with store.work("sign_consent") as unit:
        clinic = consented(unit, woman)
        plans.add_item(unit, plan, "tools", words="Walk")
        withholding.withhold(unit, woman, "Raymond Quetzal", "601-555-0199")
        consents.revoke_consent(unit, consented(unit, woman))
    saved(store, plan, "other", Allowed(clinic))
    with store.work("revoke_consent") as unit:
        consents.revoke_consent(unit, clinic)
        made = [printing.plan_print(unit, plan, layout=layout).pdf for layout in ("full", "wallet", "worksheet")]
        papers = (consent_print(unit, clinic), account_print(unit, woman), letters_print(unit, clinic))
        made += [paper.pdf for paper in papers]
    for pdf in made:
        assert "Quetzal" not in " ".join(texts(pdf.data))
        assert "0199" not in " ".join(texts(pdf.data))
