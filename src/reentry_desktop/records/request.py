"""The register of requests: who asked for what about whom, on what authority, who decided, and what was given."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped

from ..base.ids import Id
from ..base.words import N_
from .base import Choice, Record, Sensitivity, Share, choice, day, line, link, note


class Asker(Choice):
    """Who asks. It decides nothing by itself; with the authority it says what to look at."""

    WARDEN = "warden", N_("Warden or other prison staff")
    BOARD = "board", N_("Parole board or supervision officer")
    COURT = "court", N_("Court or judge")
    POLICE = "police", N_("Police, sheriff or prosecutor")
    CHILD_PROTECTION = "child_protection", N_("Child protection")
    HER_LAWYER = "her_lawyer", N_("Her own lawyer")
    LAWYER = "lawyer", N_("Another lawyer")
    MEDICAL = "medical", N_("Medical staff")
    FUNDER = "funder", N_("Auditor, evaluator or funder")
    FAMILY = "family", N_("Family or friends")
    HERSELF = "herself", N_("She herself")
    OTHER = "other", N_("Somebody else")


class Authority(Choice):
    """What the one who asks shows for it."""

    NONE = "none", N_("Nothing was shown")
    CONSENT = "consent", N_("Her written consent")
    SUBPOENA = "subpoena", N_("A subpoena")
    PART2_ORDER = "part2_order", N_("A court order under 42 CFR Part 2 (2.61 to 2.67)")
    OTHER_ORDER = "other_order", N_("Another court order or a warrant")
    EMERGENCY = "emergency", N_("A medical emergency")
    CHILD_ABUSE = "child_abuse", N_("A report of child abuse or neglect")
    AUDIT = "audit", N_("An audit or evaluation")
    POLICY = "policy", N_("A rule or policy of the prison")


class Decision(Choice):
    """What was decided."""

    GIVEN = "given", N_("Given")
    PART = "part", N_("Given in part")
    REFUSED = "refused", N_("Refused")
    WITHDRAWN = "withdrawn", N_("They no longer ask")


class InformationRequest(Record):
    """One request. It may be about somebody who is not in the records: then nobody is linked."""

    __tablename__ = "information_request"
    title = N_("Request for information")
    share = Share.SITE
    sensitive = Sensitivity.JUSTICE

    participant: Mapped[Id] = link("participant", N_("Participant"), required=False, indexed=True)
    about: Mapped[str] = line(N_("About whom, as they said it"))
    asker: Mapped[str] = choice(N_("Who asks"), Asker, required=True)
    who: Mapped[str] = line(N_("Name and office"), required=True)
    what: Mapped[str] = note(N_("What they ask for"), max=2000, required=True)
    authority: Mapped[str] = choice(N_("What they showed"), Authority, default=Authority.NONE, required=True)
    asked_on: Mapped[dt.date | None] = day(N_("Asked on"), required=True)
    by_when: Mapped[dt.date | None] = day(N_("Answer by"))
    decision: Mapped[str] = choice(N_("Decision"), Decision)
    decided_on: Mapped[dt.date | None] = day(N_("Decided on"))
    decided_by: Mapped[str] = line(N_("Decided by"))
    why: Mapped[str] = note(N_("Why"), max=2000)
    given: Mapped[str] = note(N_("What was given"), max=2000)
    given_on: Mapped[dt.date | None] = day(N_("Given on"))

    def problems(self) -> dict[str, str]:
        found = {}
        if self.asked_on and self.by_when and self.by_when < self.asked_on:
            found["by_when"] = N_("This is before they asked.")
        if self.asked_on and self.decided_on and self.decided_on < self.asked_on:
            found["decided_on"] = N_("This is before they asked.")
        if self.asked_on and self.given_on and self.given_on < self.asked_on:
            found["given_on"] = N_("This is before they asked.")
        if self.decision and not self.decided_by:
            found["decided_by"] = N_("Write who decided.")
        if self.decision and not self.decided_on:
            found["decided_on"] = N_("Give the day.")
        if self.decision == Decision.REFUSED and not self.why:
            found["why"] = N_("Write why it was refused.")
        if self.decision in (Decision.REFUSED, Decision.WITHDRAWN) and (self.given or self.given_on):
            found["given"] = N_("Nothing is given where the answer is no. Take this out, or change the decision.")
        if self.decision in (Decision.GIVEN, Decision.PART):
            found |= {} if self.given else {"given": N_("Write what was given.")}
            found |= {} if self.given_on else {"given_on": N_("Give the day.")}
        return found
