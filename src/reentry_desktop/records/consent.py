"""Her consent that something about her is told to somebody: every element of 42 CFR 2.31, and what became of it."""

from __future__ import annotations

import datetime as dt
import hashlib

import msgspec
from sqlalchemy.orm import Mapped

from ..base.ids import Id
from ..base.words import N_
from .base import Choice, Record, Sensitivity, Share, choice, day, flag, line, link, note
from .participant import Language, Participant

SOON = 30
"""Days before its last day in which a consent is said to end soon."""


class Form(Choice):
    """Which paper it is. Counseling notes and legal matters are papers of their own, never part of another one."""

    ORDINARY = "ordinary", N_("Consent")
    COUNSELING = "counseling", N_("Consent for counseling notes alone")
    LEGAL = "legal", N_("Consent for a court or a hearing alone")


class Told(Choice):
    """A kind of information that the program keeps or knows."""

    PART = "taking_part", N_("That she takes part in the program")
    DATES = "dates", N_("Her dates: hearing, release, enrollment")
    PLAN = "plan", N_("Her whole plan")
    CRISIS = "crisis", N_("The crisis parts of her plan")
    FIRST_72 = "first_72", N_("Her first 72 hours")
    GOALS = "goals", N_("Her recovery support plan")
    NEEDS = "needs", N_("What she wants help with")
    HEALTH = "health", N_("Her health and her medicine")
    SUBSTANCE_USE = "substance_use", N_("Alcohol or drug use, and treatment for it")
    COUNSELING = "counseling", N_("Notes of counseling talks")


class ToWhom(Choice):
    """What kind of person or place may be told."""

    SUPPORTER = "supporter", N_("A supporter or relative")
    PROVIDER = "provider", N_("A clinic or another provider")
    AGENCY = "agency", N_("An agency or a landlord")
    EMPLOYER = "employer", N_("An employer or a school")
    OFFICER = "officer", N_("A supervision officer")
    WARDEN = "warden", N_("Warden")
    PAROLE_BOARD = "parole-board", N_("Parole board")
    COURT = "court", N_("Court or lawyer")
    SITE = "site", N_("This program’s office")
    OTHER = "other", N_("Somebody else")


LEGAL_MATTERS = frozenset({str(ToWhom.PAROLE_BOARD), str(ToWhom.COURT)})


class Revoked(Choice):
    """How she took it back."""

    WRITTEN = "written", N_("In writing")
    SAID = "said", N_("She said so")


class Status(Choice):
    """What a consent is worth on a day."""

    DRAFT = "draft", N_("Not signed yet")
    ACTIVE = "active", N_("In force")
    EXPIRING = "expiring", N_("Ends soon")
    EXPIRED = "expired", N_("Ended")
    REVOKED = "revoked", N_("Taken back")
    SUPERSEDED = "superseded", N_("A newer one took its place")


IN_FORCE = frozenset({Status.ACTIVE, Status.EXPIRING})
SIGNED_FOR = (
    "participant", "form", "discloser", "kinds", "what", "recipient", "to_whom", "place", "supporter",
    "purpose", "revoke_how", "expires_on", "expires_event", "refusing", "language",
)  # fmt: skip
"""The fields that she signs for: none of them changes once she did."""


class Consent(Record):
    """One paper. It stays with the site, and goes along where she moves.

    ``kinds`` are words of ``Told``, one blank between. ``strokes`` are a signature drawn on the screen
    (``base.strokes``); a paper signed by hand is known by where it is kept and who saw it. ``signed_mark`` stands for
    what she signed for: where it is not that of the fields any more, she has not signed this.
    """

    __tablename__ = "consent"
    title = N_("Consent")
    share = Share.SITE
    sensitive = Sensitivity.HEALTH

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    form: Mapped[str] = choice(N_("Which paper"), Form, default=Form.ORDINARY, required=True)
    language: Mapped[str] = choice(N_("Language it is read in"), Language, default=Language.ENGLISH, required=True)
    discloser: Mapped[str] = line(N_("Who may tell"), max=200)
    kinds: Mapped[str] = line(N_("What may be told"), max=200)
    what: Mapped[str] = note(N_("What exactly, in her words"), max=1000)
    to_whom: Mapped[str] = choice(N_("What kind of person or place"), ToWhom)
    recipient: Mapped[str] = line(N_("Who may be told"))
    place: Mapped[str] = line(N_("Phone or address"), max=200)
    supporter: Mapped[Id] = link("supporter", N_("Supporter"), required=False)
    purpose: Mapped[str] = line(N_("What for"), max=300)
    expires_on: Mapped[dt.date | None] = day(N_("Last day it is good for"))
    expires_event: Mapped[str] = line(N_("Or what ends it"), max=200)
    revoke_how: Mapped[str] = note(N_("How she can take it back"), max=600)
    refusing: Mapped[str] = note(N_("What happens if she says no"), max=600)
    read_to_her: Mapped[bool] = flag(N_("It was read to her"))
    signed_on: Mapped[dt.date | None] = day(N_("Signed on"))
    signed_mark: Mapped[str] = line(N_("Stands for what was signed"), max=64)
    strokes: Mapped[str] = note(N_("Signature on the screen"), max=12_000)
    paper_kept: Mapped[str] = line(N_("Where the signed paper is kept"), max=200)
    seen_by: Mapped[str] = line(N_("Who saw her sign"))
    event_on: Mapped[dt.date | None] = day(N_("What ends it happened on"))
    revoked_on: Mapped[dt.date | None] = day(N_("Taken back on"))
    revoked_how: Mapped[str] = choice(N_("How she took it back"), Revoked)
    superseded_on: Mapped[dt.date | None] = day(N_("A newer one since"))
    replaces: Mapped[Id] = link("consent", N_("Takes the place of"), required=False)

    def told(self) -> list[str]:
        """The kinds of information, as words of ``Told``."""
        return self.kinds.split()

    def mark(self) -> str:
        """What stands for all that she signs for."""
        said = [getattr(self, name) for name in SIGNED_FOR]
        plain = [value.isoformat() if isinstance(value, dt.date) else str(value or "") for value in said]
        return hashlib.sha256(msgspec.json.encode(plain)).hexdigest()

    @property
    def signed(self) -> bool:
        """Whether she signed what stands here."""
        return self.signed_on is not None and self.signed_mark == self.mark()

    def status(self, today: dt.date) -> Status:
        """What it is worth on *today*: worked out from its dates, never kept."""
        if not self.signed or (self.signed_on and self.signed_on > today):
            return Status.DRAFT
        if self.revoked_on is not None:  # whatever the clock says now: a clock set back brings none back
            return Status.REVOKED
        if self.superseded_on is not None:
            return Status.SUPERSEDED
        if self.event_on is not None and self.event_on <= today:
            return Status.EXPIRED
        if self.expires_on is not None:
            left = (self.expires_on - today).days
            return Status.EXPIRED if left < 0 else Status.EXPIRING if left <= SOON else Status.ACTIVE
        return Status.ACTIVE

    def was_in_force(self, day: dt.date) -> bool:
        """Whether it held on some part of *day*, which may be long ago: on its last day it did."""
        ends = (self.revoked_on, self.superseded_on, self.event_on, self.expires_on)
        began = self.signed_on is not None and self.signed and self.signed_on <= day
        return began and all(end is None or day <= end for end in ends)

    def problems(self) -> dict[str, str]:
        found = {}
        told = set(self.told())
        if self.form == Form.COUNSELING and told - {Told.COUNSELING}:
            found["kinds"] = N_("A consent for counseling notes names nothing else. Make a second one for the rest.")
        elif self.form != Form.COUNSELING and Told.COUNSELING in told:
            found["kinds"] = N_("Counseling notes need a consent of their own, for these notes alone.")
        if (self.form == Form.LEGAL) != (self.to_whom in LEGAL_MATTERS) and self.to_whom:
            found["to_whom"] = N_("A court, a lawyer or a parole board needs a paper of its own, for that alone.")
        return found
