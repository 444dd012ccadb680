"""What was told about her to somebody outside, on what ground; and whom she wants never to be told."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped

from ..base.ids import Id
from ..base.words import N_
from .base import Choice, Record, Sensitivity, Share, choice, day, line, link, note
from .participant import Participant


class Ground(Choice):
    """What allowed it."""

    CONSENT = "consent", N_("Her consent")
    COURT_ORDER = "court_order", N_("A court order")
    EMERGENCY = "emergency", N_("A medical emergency")
    CHILD_REPORT = "child_report", N_("A report to protect a child")
    AUDIT = "audit", N_("An audit or an inspection")
    LAW = "law", N_("A law that asks for it")
    NONE = "none", N_("No consent and no other ground")


class How(Choice):
    """How it was told."""

    PRINTED = "printed", N_("On paper")
    SAVED = "saved", N_("As a file")
    SPOKEN = "spoken", N_("By word of mouth or by phone")
    SENT = "sent", N_("By mail or fax")
    SHOWN = "shown", N_("Shown, not left there")


class Disclosure(Record):
    """One time that something was told. It stays with the site, and goes along where she moves.

    ``why`` is needed where the ground is not her consent. ``letter_on`` is the day a letter was printed that asks
    for it back, ``back_on`` the day it came back or was destroyed.
    """

    __tablename__ = "disclosure"
    title = N_("Disclosure")
    share = Share.SITE
    sensitive = Sensitivity.HEALTH

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    told_on: Mapped[dt.date | None] = day(N_("When"), required=True)
    told_by: Mapped[str] = line(N_("Who told it"), required=True)
    recipient: Mapped[str] = line(N_("Who was told"), required=True)
    place: Mapped[str] = line(N_("Phone or address"), max=200)
    what: Mapped[str] = line(N_("What was told"), max=400, required=True)
    purpose: Mapped[str] = line(N_("What for"), max=300)
    how: Mapped[str] = choice(N_("How"), How, default=How.PRINTED)
    ground: Mapped[str] = choice(N_("What allowed it"), Ground, default=Ground.CONSENT, required=True)
    why: Mapped[str] = note(N_("Why without her consent"), max=1000)
    consent: Mapped[Id] = link("consent", N_("Consent"), required=False)
    copy: Mapped[Id] = link("copy_given", N_("Copy"), required=False)
    print_number: Mapped[str] = line(N_("Print number"), max=24)
    letter_on: Mapped[dt.date | None] = day(N_("Asked for back on"))
    back_on: Mapped[dt.date | None] = day(N_("Back or destroyed on"))

    def problems(self) -> dict[str, str]:
        if self.ground and self.ground != Ground.CONSENT and not self.why:
            return {"why": N_("Say why. It stays on the list.")}
        return {}


class Withheld(Record):
    """Somebody, or a place, that must never be told or given anything about her.

    The name goes to the office with her dates: whoever asks there is not told either. Why has no field: it is hers to
    tell, and not needed to obey.
    """

    __tablename__ = "withheld"
    title = N_("Never to be told")

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    name: Mapped[str] = line(N_("Name of the person or place"), required=True)
    phone: Mapped[str] = line(N_("Phone"), max=40)
    since: Mapped[dt.date | None] = day(N_("Since"))
