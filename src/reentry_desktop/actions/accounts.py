"""What becomes of accounts: released after a lock, also by phone, opened again, their dates, the yearly review."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from .. import reports
from ..base import tries
from ..base.clock import Clock, system_clock
from ..base.ids import Id
from ..base.problems import NotFound, Problem
from ..base.slots import read_slots
from ..base.words import _, language
from ..records.change import from_payload
from ..records.people import Person, Site
from ..reports import Printed
from ..store import Store, Unit, accounts, releasing
from .staff import check_dates, give_passphrase, no_volunteers, person_named
from .staff_elsewhere import closed_here

YEAR = 365
"""Days from one review of the accounts to the next."""
_REVIEWED = "accounts_reviewed"


def release_account(store: Store, name: str) -> None:
    """An administrator lets somebody try again whose account was locked by wrong passphrases. Raises ``Problem``."""
    slot = store.slots.user(name)
    if slot is None:
        raise NotFound(_("There is no user of that name in this store. Nothing was changed."))
    if slot.id not in tries.read(store.folder).locked:
        words = _("This account is not locked. Nothing was changed.")
        if store.slots.database:
            words = _(
                "This account is not locked in this folder. Nothing was changed. "
                "Where it is locked on another PC, let them read to you what that PC shows, and type it here."
            )
        raise Problem(words, code="not-locked")
    with store.work("release_account") as unit:
        unit.tell("person", Id(slot.id))
    tries.release(store.folder, slot.id)


def challenge(folder: Path) -> str:
    """What a locked program reads out to its office. Raises ``Problem`` where the office knows nothing of it yet."""
    said = tries.challenge(folder)
    if not said:
        raise Problem(
            _(
                "The office cannot release this PC by phone: no bundle for it was made here since, or the list of "
                "answers is missing. Use two parts of the recovery kit."
            ),
            code="no-challenge",
        )
    return said


def release_by_phone(folder: Path, name: str, words: str, clock: Clock = system_clock) -> None:
    """Release a locked account with the eight words that the office read out. It needs no passphrase."""
    slot = read_slots(folder).user(name)
    if slot is None:
        raise NotFound(_("There is no user of that name in this store. Nothing was changed."))
    challenge(folder)
    tries.release_by_words(folder, slot.id, words, clock)


@dataclass(frozen=True)
class Answered:
    """What is read out to a site whose account is locked."""

    site: str
    words: tuple[str, ...]


def answer_by_phone(unit: Unit, said: str) -> Answered:
    """The words for what a locked program shows, like ``K7Q2-M9XD 3``. Raises ``Problem``. It is an entry."""
    found = re.fullmatch(r"\s*([0-9A-Za-z]{4})[-\s]?([0-9A-Za-z]{4})[\s,.]+(\d{1,6})\s*", said)
    if found is None:
        raise Problem(
            _("This is not what a locked program shows. It is like K7Q2-M9XD 3. Ask them to read it again."),
            code="format",
        )
    device = f"{found[1]}-{found[2]}".upper().translate(str.maketrans("OIL", "011"))
    known = releasing.known(unit, device)
    if known is None:
        raise Problem(
            _("No bundle told of this PC yet, so nobody here knows its words. The site uses its recovery kit."),
            code="unknown-pc",
        )
    site, secret = known
    number = int(found[3])
    unit.tell("site", Id(site), device=device, number=number)
    named = unit.find(Site, Id(site))
    return Answered(named.name if named else "", releasing.answer(secret, device, number))


def open_again(store: Store, name: str, passphrase: str, *, slip: bool = False) -> None:
    """Open an account that was closed here, with a passphrase that works once. Raises ``Problem``.

    What an office closed, an office opens again.
    """
    with store.read() as unit:
        person = person_named(unit, name)
        if person.disabled_on is None:
            raise Problem(_("This account is open. Nothing was changed."), code="open")
        if not closed_here(unit, person.id):
            raise Problem(
                _("The office closed this account. Nothing was changed. Ask the office to open it again."),
                code="office",
            )
        ran_out = accounts.ran_out(unit.get(Site, unit.store.site), person, unit.today())
    if ran_out == "policy":
        raise no_volunteers()
    if ran_out:
        raise Problem(
            _("The dates of this account have run out. Nothing was changed. Note new dates first."), code="ran-out"
        )
    give_passphrase(store, person, passphrase, "open_account", slip=slip)


def set_dates(unit: Unit, name: str, clearance_until: dt.date | None, prea_until: dt.date | None) -> None:
    """Until when a volunteer is cleared and trained; after the earlier day the account closes by itself.

    Raises ``Refused`` where one is missing or past.
    """
    person = person_named(unit, name)
    check_dates(unit, person.role, clearance_until, prea_until)
    unit.revise(Person, person.id, clearance_until=clearance_until, prea_until=prea_until)


# The yearly review


@dataclass(frozen=True)
class Review:
    """When the accounts were looked at last, by whom, and whether it is time again."""

    on: dt.date | None
    by: str
    due: bool


def review_accounts(unit: Unit) -> None:
    """An administrator has looked at every account: who it is, what she may do, whether she still needs it."""
    people = unit.all(sa.select(Person).where(Person.site == unit.store.site, Person.disabled_on.is_(None)))
    unit.tell("site", unit.store.site, accounts=sorted(person.id for person in people))
    unit.set_setting(_REVIEWED, f"{unit.today().isoformat()} {unit.store.who.id}")


def last_review(unit: Unit) -> Review:
    """How it stands with the review. Before the first one the year begins with the first account."""
    day, _space, by = unit.setting(_REVIEWED).partition(" ")
    if day:
        on, who = dt.date.fromisoformat(day), unit.find(Person, Id(by))
        return Review(on, who.name if who else "", (unit.today() - on).days >= YEAR)
    first = unit.connection.exec_driver_sql(
        "SELECT payload FROM entry WHERE payload IS NOT NULL ORDER BY seq LIMIT 1"
    ).scalar()
    began = dt.date.fromisoformat(from_payload(first).at[:10]) if first else unit.today()
    return Review(None, "", (unit.today() - began).days >= YEAR)


def slip(store: Store, name: str, passphrase: str) -> Printed:
    """A one-time passphrase as a slip to print, once."""
    with store.read() as unit:
        site, day = unit.get(Site, store.site).name, unit.today()
    return reports.passphrase_slip(passphrase, name=name, site=site, language=language(), made_on=day)


def why_closed(why: str) -> str:
    """Why an account closed by itself, in words; ``""`` where somebody closed it."""
    return _(accounts.REASONS[why]).format(n=accounts.IDLE_DAYS) if why in accounts.REASONS else ""
