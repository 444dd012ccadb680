"""How long records are kept, what must not be erased, and that a woman's whole record is erased for good.

An erasure is about nobody: it names a registration, so it outlives what it erased and travels to every copy. It is
made of what people said of it: a proposal, the yes of a second one, and that it was done at each site.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from ..base.ids import Id, named_id
from ..base.words import N_, _
from .base import Choice, Record, Share, choice, day, line, link, note, number
from .participant import Participant
from .safety import SafetyReport


class Kept(Choice):
    """What has a time to be kept that a site sets. Lists and backups have theirs among the site's values."""

    RECORD = "record", N_("Her record: plan, goals, needs, dates")
    REPORT = "report", N_("That something had to be passed on")


YEARS = {Kept.RECORD: 7, Kept.REPORT: 10}
"""How long a kind is kept where the site has not said."""


class RetentionRule(Record):
    """What a site decided of one kind of record. Its id is made of site and kind."""

    __tablename__ = "retention_rule"
    title = N_("Time to be kept")
    share = Share.SITE

    site: Mapped[Id] = link("site", N_("Site"))
    what: Mapped[str] = choice(N_("What is kept"), Kept, required=True)
    years: Mapped[int | None] = number(N_("Years"), least=1, most=100)
    authority: Mapped[str] = line(N_("Who says so: the rule or the schedule"), max=200, required=True)

    def problems(self) -> dict[str, str]:
        return {} if self.years else {"years": N_("Please fill this in.")}


class LegalHold(Record):
    """A woman's record must not be erased, whatever else is decided, until a person lifts the hold.

    ``until`` is the day to ask again; no day that passes and no clock lifts it. Why stays at its site.
    """

    __tablename__ = "legal_hold"
    title = N_("Legal hold")

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    authority: Mapped[str] = line(N_("Who asks for it"), max=200, required=True)
    reason: Mapped[str] = line(N_("Why"), max=400, share=Share.SITE)
    since: Mapped[dt.date | None] = day(N_("Since"), required=True)
    until: Mapped[dt.date | None] = day(N_("Ask again on"))
    lifted_on: Mapped[dt.date | None] = day(N_("Lifted on"))
    lifted_why: Mapped[str] = line(N_("Why it was lifted"), max=400, share=Share.SITE)

    def problems(self) -> dict[str, str]:
        if self.until and self.since and self.until < self.since:
            return {"until": N_("This is before the first day.")}
        return {}


class WhyErased(Choice):
    """Why a woman's record is erased."""

    TIME_OVER = "time_over", N_("The time it is kept is over")
    SHE_ASKED = "she_asked", N_("She asked for it")
    ORDER = "order", N_("A court or an authority ordered it")
    MISTAKE = "mistake", N_("Registered by mistake")


class Erasure(Record):
    """Somebody proposes to erase all of a woman's record."""

    __tablename__ = "erasure"
    title = N_("Erasing of a whole record")

    woman: Mapped[Id] = link("participant", N_("Registration"), required=False, indexed=True)
    why: Mapped[str] = choice(N_("Why"), WhyErased, required=True)
    authority: Mapped[str] = line(N_("On what authority"), max=200, required=True)
    proposed_on: Mapped[dt.date | None] = day(N_("Proposed on"), required=True)
    sites: Mapped[str] = note(N_("Where else she was"), max=2000)  # ids: who has to be told, once her moves are erased
    called_off_on: Mapped[dt.date | None] = day(N_("Called off on"))


class SaidOfErasure(Choice):
    """What was said of it."""

    YES = "yes", N_("Agreed")
    NO = "no", N_("Did not agree")
    HELD = "held", N_("Not erased: a legal hold stands, or it has to be kept longer")
    DONE = "done", N_("Erased")


class ErasureAnswer(Record):
    """What one site said of an erasure, or did. By whom and where is what the log says of this entry, and no field."""

    __tablename__ = "erasure_answer"
    title = N_("Answer to an erasing")

    erasure: Mapped[Id] = link("erasure", N_("Erasing of a whole record"), indexed=True)
    site: Mapped[Id] = link("site", N_("Site"))
    said: Mapped[str] = choice(N_("What was said"), SaidOfErasure, required=True)
    said_on: Mapped[dt.date | None] = day(N_("On"), required=True)
    entries: Mapped[int | None] = number(N_("Entries erased"), least=0, most=10_000_000)


def on_hold(connection: sa.Connection, woman: Id) -> bool:
    """Whether a legal hold stands on a woman, under whichever of her registrations."""
    return any(
        connection.exec_driver_sql(
            "SELECT 1 FROM legal_hold WHERE participant = ? AND lifted_on IS NULL AND NOT removed", (one,)
        ).first()
        for one in registrations(connection, woman)
    )


def why_held(connection: sa.Connection, woman: Id) -> str:
    """Why nothing of a woman's record is erased; ``""`` where no hold stands."""
    if not on_hold(connection, woman):
        return ""
    return _(
        "A legal hold stands on her record, so nothing of it is erased. Nothing was changed. An administrator can lift "
        "the hold when whoever asked for it says so."
    )


def rule_id(site: Id, what: str) -> Id:
    """Of what a site decided of a kind: one, wherever it is set."""
    return named_id(site, f"kept {what}")


def reports_until(connection: sa.Connection, site: Id, woman: Id) -> dt.date | None:
    """Until when *site* has to keep that something about her was passed on, whoever asks and may not see it."""
    hers = registrations(connection, woman)
    made = connection.scalar(sa.select(sa.func.max(SafetyReport.made_on)).where(SafetyReport.participant.in_(hers)))
    said = sa.select(RetentionRule.years).where(
        RetentionRule.id == rule_id(site, Kept.REPORT), RetentionRule.removed.is_(False)
    )
    return after(made, connection.scalar(said) or YEARS[Kept.REPORT]) if made else None


def after(day: dt.date, years: int) -> dt.date:
    """So many years later."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the last of February
        return day.replace(year=day.year + years, day=28)


def registrations(connection: sa.Connection, woman: Id) -> set[Id]:
    """Every registration that is said to be hers, also one that is not here any more."""
    found, look = {woman}, [woman]
    while look:
        one = look.pop()
        tied = connection.exec_driver_sql(
            "SELECT participant, other FROM same_woman "
            "WHERE (participant = ? OR other = ?) AND said IN ('first', 'second') AND NOT removed",
            (one, one),
        ).all()
        more = {Id(id) for pair in tied for id in pair} - found
        found |= more
        look += more
    return found
