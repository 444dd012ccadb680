"""Who works here: the site, the programs it runs, and its staff."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from ..base.ids import Id
from ..base.words import N_
from .base import Choice, Record, choice, day, flag, line, link, note, number


class SiteKind(Choice):
    """What a site does: works with women, or gathers what facilities send."""

    FACILITY = "facility", N_("Facility")
    OFFICE = "office", N_("Office")


class DueRule(Choice):
    """What makes a woman due at this site; a jail has no hearings."""

    HEARING_OR_RELEASE = "hearing_or_release", N_("The earlier of parole hearing and tentative release")
    RELEASE = "release", N_("Tentative release alone")


class PlanTitle(Choice):
    """What plans are called here; the trade name carries its notice."""

    NEUTRAL = "neutral", N_("Wellness plan")
    WRAP = "wrap", N_("WRAP, with its trademark notice")


class AfterMove(Choice):
    """What a facility keeps of a woman once another one has confirmed that it has all of her record."""

    KEEP = "keep", N_("A copy to read")
    DATES = "dates", N_("Her dates; her words are deleted")
    DELETE = "delete", N_("Nothing; all of it is deleted")


class OfficeKeeps(Choice):
    """Whether the office keeps this site's sealed backup, for the day its PC is lost."""

    NEWEST = "newest", N_("Yes, the newest one, up to 500 MB")
    NONE = "none", N_("No")


class SecondFactor(Choice):
    """Who unlocks with a second proof beside the passphrase: a key file, or a line of one-time words."""

    NONE = "none", N_("Nobody")
    ADMINISTRATORS = "administrators", N_("Administrators")
    ALL = "all", N_("Everybody")


class Site(Record):
    """A facility or an office."""

    __tablename__ = "site"
    title = N_("Site")

    name: Mapped[str] = line(N_("Name"), required=True)
    code: Mapped[str] = line(N_("Short code"), max=12)
    kind: Mapped[str] = choice(N_("Kind"), SiteKind, default=SiteKind.FACILITY, required=True)
    due_months: Mapped[int | None] = number(N_("Months before, when a woman is due"), least=1, most=60)
    due_rule: Mapped[str] = choice(N_("What makes her due"), DueRule, default=DueRule.HEARING_OR_RELEASE)
    listed_days: Mapped[int | None] = number(N_("Days kept after she left the list"), least=1, most=3650)
    plan_title: Mapped[str] = choice(N_("What plans are called"), PlanTitle, default=PlanTitle.NEUTRAL)
    banner: Mapped[str] = line(N_("Words on the unlock page"), max=400)
    lock_minutes: Mapped[int | None] = number(N_("Minutes before the program locks itself"), least=1, most=15)
    plan_pack: Mapped[str] = line(N_("Template pack for new plans"), max=40)
    keyboard_hers: Mapped[bool] = flag(N_("She may type herself when they sit together"))
    virtual_printers: Mapped[bool] = flag(N_("Printers that make a file or a fax are offered too"))
    safety_steps: Mapped[str] = note(N_("What to do if abuse or a wish to die comes up"), max=2000)
    safety_call: Mapped[str] = note(N_("Whom to call then"), max=400)
    backup_days: Mapped[int | None] = number(N_("Days a backup is kept"), least=1, most=3650)
    backup_daily: Mapped[int | None] = number(N_("Backups kept: the last days"), least=1, most=60)
    backup_weekly: Mapped[int | None] = number(N_("Backups kept: the last weeks"), least=0, most=60)
    backup_monthly: Mapped[int | None] = number(N_("Backups kept: the last months"), least=0, most=120)
    emergency_erase: Mapped[bool] = flag(N_("Two people together may erase this PC in an emergency"))
    registered_sticks_only: Mapped[bool] = flag(N_("Only registered sticks are taken"))
    after_move: Mapped[str] = choice(
        N_("What stays here of a woman who moved away"),
        AfterMove,
        default=AfterMove.KEEP,
        help=N_("What does not stay is deleted when the next bundle is brought in."),
    )
    office_keeps: Mapped[str] = choice(
        N_("The office keeps our sealed backup"), OfficeKeeps, default=OfficeKeeps.NEWEST
    )
    looks_years: Mapped[int | None] = number(N_("Years that views and searches are kept"), least=1, most=50)
    unlocks_years: Mapped[int | None] = number(N_("Years that unlocks are kept"), least=6, most=50)
    second_factor: Mapped[str] = choice(
        N_("Who unlocks with a second proof too"), SecondFactor, default=SecondFactor.NONE
    )
    scan_megabytes: Mapped[int | None] = number(N_("How large a scanned paper may be, in MB"), least=1, most=20)
    volunteers: Mapped[bool] = flag(N_("Cleared outside volunteers may have an account"))


class Program(Record):
    """A grant or program a woman is enrolled under."""

    __tablename__ = "program"
    title = N_("Program")

    name: Mapped[str] = line(N_("Name"), required=True)
    funder: Mapped[str] = line(N_("Funder"))
    starts_on: Mapped[dt.date | None] = day(N_("From"))
    ends_on: Mapped[dt.date | None] = day(N_("Until"))

    def problems(self) -> dict[str, str]:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            return {"ends_on": N_("This is before the first day.")}
        return {}


class Role(Choice):
    """What somebody does here, in words."""

    COORDINATOR = "coordinator", N_("Coordinator")
    PEER_SUPPORTER = "peer_supporter", N_("Peer supporter")
    SUPERVISOR = "supervisor", N_("Supervisor")
    PROGRAM_LEAD = "program_lead", N_("Program lead")
    OFFICE_DATA = "office_data", N_("Office data manager")
    VOLUNTEER = "volunteer", N_("Cleared outside volunteer")
    EVALUATOR = "evaluator", N_("Evaluator")
    AUDITOR = "auditor", N_("Auditor")
    IT = "it", N_("IT")


class Scope(Choice):
    """Whose records somebody sees."""

    OWN = "own", N_("Her own women")
    TEAM = "team", N_("The women of her group")
    SITE = "site", N_("All women of this site")
    ALL = "all", N_("All women whose records are here")


class Person(Record):
    """A member of staff. The sign-in name also stands on the unlock page, so it is never a participant's."""

    __tablename__ = "person"
    title = N_("Member of staff")

    name: Mapped[str] = line(N_("Sign-in name"), max=40, required=True)
    full_name: Mapped[str] = line(N_("Full name"))
    credential: Mapped[str] = line(N_("Certification, like CPSS"), max=40)
    role: Mapped[str] = choice(N_("Role"), Role, default=Role.COORDINATOR, required=True)
    scope: Mapped[str] = choice(N_("Whose records"), Scope)
    team: Mapped[str] = line(N_("Group"), max=60)
    administrator: Mapped[bool] = flag(N_("Administrator"))
    site: Mapped[Id] = link("site", N_("Site"), required=False)
    signing_key: Mapped[str] = line(N_("Public signing key"), max=64)
    disabled_on: Mapped[dt.date | None] = day(N_("Account closed on"))
    saves_open: Mapped[bool] = flag(N_("May save a print without a passphrase"))
    clearance_until: Mapped[dt.date | None] = day(N_("Cleared until"))
    prea_until: Mapped[dt.date | None] = day(N_("PREA training until"))
    copies_out: Mapped[bool] = flag(N_("May copy records out into a file"))


def open_administrators(site: Id) -> sa.Select[Person]:
    """The administrators of *site* whose accounts are open."""
    return sa.select(Person).where(
        Person.site == site, Person.administrator.is_(True), Person.disabled_on.is_(None), Person.removed.is_(False)
    )
