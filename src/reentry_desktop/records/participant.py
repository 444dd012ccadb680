"""A woman who was offered the program, what she says she needs, and each time she was enrolled."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from ..base.ids import Id
from ..base.words import N_
from .base import Choice, Record, SensitiveBy, Sensitivity, Share, choice, day, flag, line, link, note
from .people import Program


class Language(Choice):
    """A language the program speaks to a participant."""

    ENGLISH = "en", N_("English")
    SPANISH = "es", N_("Spanish")


class ReleaseType(Choice):
    """How she left."""

    PAROLE = "parole", N_("Parole")
    EARNED_RELEASE = "earned_release", N_("Earned-release supervision")
    PROBATION = "probation", N_("Probation or split sentence")
    FLAT = "flat", N_("Full term served")
    HOUSE_ARREST = "house_arrest", N_("House arrest or intensive supervision")
    TRANSFER = "transfer", N_("Moved to another agency")
    MEDICAL = "medical", N_("Medical release")
    COURT_ORDER = "court_order", N_("Court order")
    DEATH = "death", N_("Death")


class Participant(Record):
    """Begins with her first offer; before that she only stands on a list (``records.local.Listed``)."""

    __tablename__ = "participant"
    title = N_("Participant")
    searched = ("department_number", "first_name", "middle_name", "last_name", "preferred_name", "aliases")

    department_number: Mapped[str] = line(N_("Department number"), max=20)
    first_name: Mapped[str] = line(N_("First name"), max=60)
    middle_name: Mapped[str] = line(N_("Middle name"), max=60)
    last_name: Mapped[str] = line(N_("Last name"), max=60)
    suffix: Mapped[str] = line(N_("Suffix"), max=10)
    preferred_name: Mapped[str] = line(N_("Preferred first name"), max=60)
    aliases: Mapped[str] = line(N_("Other names"), max=200)
    date_of_birth: Mapped[dt.date | None] = day(N_("Date of birth"))
    site: Mapped[Id] = link("site", N_("Facility"), required=False)
    unit: Mapped[str] = line(N_("Unit"), max=60)
    admitted_on: Mapped[dt.date | None] = day(N_("Admitted"), sensitive=Sensitivity.JUSTICE)
    parole_hearing: Mapped[dt.date | None] = day(N_("Parole hearing"), sensitive=Sensitivity.JUSTICE)
    expected_release: Mapped[dt.date | None] = day(N_("Tentative release"), sensitive=Sensitivity.JUSTICE)
    actual_release: Mapped[dt.date | None] = day(N_("Released on"), sensitive=Sensitivity.JUSTICE)
    release_type: Mapped[str] = choice(N_("Kind of release"), ReleaseType, sensitive=Sensitivity.JUSTICE)
    county_of_return: Mapped[str] = line(N_("County of return"), max=60)
    language: Mapped[str] = choice(N_("Language for the plan"), Language, default=Language.ENGLISH)
    large_print: Mapped[bool] = flag(N_("Large print"))

    @property
    def name(self) -> str:
        """Her name as a page shows it once her record is open."""
        first = self.preferred_name or self.first_name
        return " ".join(filter(None, (first, self.last_name, self.suffix)))

    @property
    def short_name(self) -> str:
        """First name and last initial: what a list shows that whoever sits down next can read."""
        return f"{self.preferred_name or self.first_name} {self.last_name[:1]}.".strip(" .") + "."

    def problems(self) -> dict[str, str]:
        found = {}
        if not (self.first_name or self.last_name):
            found["last_name"] = N_("Give a first or a last name.")
        if self.date_of_birth and self.admitted_on and self.admitted_on < self.date_of_birth:
            found["admitted_on"] = N_("This is before the date of birth.")
        if self.actual_release and self.admitted_on and self.actual_release < self.admitted_on:
            found["actual_release"] = N_("This is before the day of admission.")
        return found


class Need(Choice):
    """What she may want help with."""

    MENTAL_HEALTH = "mental_health_condition", N_("Says she lives with a mental health condition")
    SERIOUS_MENTAL_ILLNESS = "serious_mental_illness", N_("Serious mental illness")
    SUBSTANCE_USE = "substance_use", N_("Substance use")
    HOUSING = "housing_insecurity", N_("No safe place to live")
    PARENTING = "parenting", N_("Parenting")


class NeedSource(Choice):
    """Where a need was heard of."""

    SHE_SAID = "she_said", N_("She said so")
    SCREEN = "screen", N_("A screening")
    PROVIDER = "provider", N_("A provider")


class NeedTag(Record):
    """Something she may want help with, with who said so and when. Kept only if it may be recorded."""

    __tablename__ = "need_tag"
    title = N_("Need")
    share = Share.WORDS
    sensitive_by = SensitiveBy(
        "need",
        {
            Need.HOUSING: Sensitivity.NARRATIVE,
            Need.SUBSTANCE_USE: Sensitivity.SUBSTANCE_USE,
            Need.PARENTING: Sensitivity.CHILDREN,
        },
        otherwise=Sensitivity.HEALTH,
    )

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    need: Mapped[str] = choice(N_("Need"), Need, required=True)
    source: Mapped[str] = choice(N_("Who said so"), NeedSource, default=NeedSource.SHE_SAID, required=True)
    noted_on: Mapped[dt.date | None] = day(N_("Date"), required=True)
    may_be_recorded: Mapped[bool] = flag(N_("She agrees that this is written down"))

    def problems(self) -> dict[str, str]:
        return {} if self.may_be_recorded else {"may_be_recorded": N_("Ask her first. Without her yes it is not kept.")}


class NotEligible(Choice):
    """Why the program is not for her now."""

    RELEASE_TOO_FAR = "release_too_far", N_("Release is too far away")
    LEAVING_STATE = "leaving_state", N_("Leaves the state")
    OTHER_PROGRAM = "other_program", N_("Already in another program")
    OTHER = "other", N_("Another reason")


class Closure(Choice):
    """Why an episode ended."""

    COMPLETED = "completed", N_("Went through the program")
    MOVED = "moved", N_("Moved away")
    DECLINED = "declined", N_("Chose to stop")
    LOST_CONTACT = "lost_contact", N_("Lost contact")
    RETURNED = "returned", N_("Return to custody")
    TRANSFERRED = "transferred", N_("Moved to another facility")
    DIED = "died", N_("Died")
    OTHER = "other", N_("Another reason")


class WhatOfficeHas(Choice):
    """What she lets the office have."""

    DATES = "dates", N_("Dates only")
    WORDS = "words", N_("Her words too")


STATE_DATES = ("closed_on", "follow_up_on", "enrolled_on", "waiting_on", "not_eligible_on", "declined_on")


def state_of(episode: object) -> str:
    """The latest state of an episode, by its dates: a record, or a row with the columns ``STATE_DATES``."""
    return next((name.removesuffix("_on") for name in STATE_DATES if getattr(episode, name)), "offered")


class Enrolment(Record):
    """One episode. Each state has its date; the state shown is derived from them. A new offer is a new episode."""

    __tablename__ = "enrolment"
    title = N_("Enrollment")

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    program: Mapped[Id] = link(Program, N_("Program"))
    offered_on: Mapped[dt.date | None] = day(N_("Offered on"), required=True)
    declined_on: Mapped[dt.date | None] = day(N_("Declined on"))
    not_eligible_on: Mapped[dt.date | None] = day(N_("Found not eligible on"))
    not_eligible_reason: Mapped[str] = choice(N_("Why not eligible"), NotEligible)
    waiting_on: Mapped[dt.date | None] = day(N_("On the waiting list since"))
    limits_told_on: Mapped[dt.date | None] = day(N_("Told what must be passed on"))
    limits_told_by: Mapped[Id] = link("person", N_("Told by"), required=False)
    limits_language: Mapped[str] = choice(N_("Language it was told in"), Language)
    agreed_on: Mapped[dt.date | None] = day(N_("Agreed to take part on"))
    enrolled_on: Mapped[dt.date | None] = day(N_("Enrolled on"))
    follow_up_on: Mapped[dt.date | None] = day(N_("Follow-up since"))
    closed_on: Mapped[dt.date | None] = day(N_("Closed on"))
    closed_reason: Mapped[str] = choice(N_("Why closed"), Closure)
    office_has: Mapped[str] = choice(N_("What the office may have"), WhatOfficeHas, default=WhatOfficeHas.DATES)
    next_step: Mapped[str] = note(N_("Next step"), max=400, share=Share.WORDS)
    next_step_on: Mapped[dt.date | None] = day(N_("Next step on"))

    @property
    def state(self) -> str:
        """The latest state she is in, by the dates; release is the participant's own date."""
        return state_of(self)

    def problems(self) -> dict[str, str]:
        found = {}
        if self.closed_on and not self.closed_reason:
            found["closed_reason"] = N_("Say why it closed.")
        if self.not_eligible_on and not self.not_eligible_reason:
            found["not_eligible_reason"] = N_("Say why.")
        if self.enrolled_on and not self.agreed_on:
            found["agreed_on"] = N_("She agrees first; then she is enrolled.")
        if self.enrolled_on and self.offered_on and self.enrolled_on < self.offered_on:
            found["enrolled_on"] = N_("This is before the offer.")
        return found

    @classmethod
    def is_open(cls) -> sa.ColumnElement[bool]:
        """Episodes that still run: not closed, not declined, not found ineligible."""
        return sa.and_(
            cls.closed_on.is_(None), cls.declined_on.is_(None), cls.not_eligible_on.is_(None), cls.removed.is_(False)
        )
