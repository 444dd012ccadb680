"""Accounts that close by themselves: nobody used one for 90 days, or a volunteer's clearance or training ran out.

Idle days are days on which the program was opened by anybody: a PC that stood still, or whose clock jumped, closes
nothing. The last administrator's account stays open, so that nobody is locked out of the records; so does the one whose
passphrase lies in a sealed envelope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from ..base.ids import Id
from ..base.words import N_
from ..records.people import Person, Role, SecondFactor, Site
from . import vault
from .unit import Unit

if TYPE_CHECKING:
    import datetime as dt

    from .folder import Store

IDLE_DAYS = 90
DAYS_OPEN = "days_open"
"""The setting of how many days the program was opened on, and the day counted last."""
SEEN = "seen/{}"
"""The setting of a person: how many those were when she unlocked last."""
WHY = "closed_why/{}"
REASONS = {
    "idle": N_("not used for {n} days on which the program was opened"),
    "clearance": N_("the clearance has run out"),
    "prea": N_("the PREA training has run out"),
    "policy": N_("this site has no accounts for volunteers"),
}
SLIP, SLIP_USED = "slip", "slip_used"
"""The settings of whose passphrase lies in a sealed envelope, and of the day it was used; that is "" while sealed."""
SLIP_OPEN = "slip_open"
"""The setting that is "yes" from when a slip is made until somebody says that it is in its envelope."""
ONE_TIME = "one_time/{}"
"""The setting of a person whose passphrase was given to her: "yes" by a script or a person, "slip" by the program."""


def count_day(unit: Unit, person: Id) -> None:
    """*person* unlocks: the day counts once for the store, and she was seen on it."""
    day, (count, last) = unit.today().isoformat(), _days(unit)
    if day != last:  # one more, however far the clock went, either way
        count += 1
        unit.set_setting(DAYS_OPEN, f"{count} {day}")
    unit.set_setting(SEEN.format(person), str(count))
    unit.connection.exec_driver_sql(  # of whom an earlier program did not count: from today on
        "INSERT INTO setting (key, value) SELECT ? || id, ? FROM person "
        "WHERE site = ? AND disabled_on IS NULL AND NOT removed ON CONFLICT (key) DO NOTHING",
        (SEEN.format(""), str(count), unit.store.site),
    )


def _days(unit: Unit) -> tuple[int, str]:
    count, _space, day = unit.setting(DAYS_OPEN, "0 ").partition(" ")
    return int(count), day


def ran_out(site: Site, person: Person, day: dt.date) -> str:
    """Why a volunteer's account may not be used on *day*: a key of ``REASONS``, else ``""``."""
    if person.role != Role.VOLUNTEER:
        return ""
    if not site.volunteers:
        return "policy"
    for why, until in (("clearance", person.clearance_until), ("prea", person.prea_until)):
        if until is not None and until < day:
            return why
    return ""


def close_what_is_due(store: Store) -> None:
    """Close each account whose time has run out; its slot in this folder goes too."""
    with store.read() as unit:
        due = _due(unit)
    if not due:
        return
    with store.work("account_ran_out") as unit:
        for person, why in due:
            unit.revise(Person, person, disabled_on=unit.today())
            unit.tell("person", person, why=why)
            unit.set_setting(WHY.format(person), why)
    slots = store.slots
    for person, _why in due:
        slots = msgspec.structs.replace(slots, slots=slots.without(person))
    store.save_slots(slots)


def sealed_slip(unit: Unit) -> str:
    """Whom the sealed slip is for, while it lies in its envelope: nobody works with that account. ``""``: nobody."""
    return "" if unit.setting(SLIP_USED) else unit.setting(SLIP)


def close_ended_logins(store: Store) -> None:
    """In an office's database: nobody whose account is closed has a login. Only whoever owns the tables can do that."""
    from . import seats

    if not seats.is_hers(vault.unseal_database(store.slots, store.keys), store.who.id):
        with store.work("account_ran_out") as unit:
            seats.close_ended(unit.connection)


def _due(unit: Unit) -> list[tuple[Id, str]]:
    count, _day = _days(unit)
    site = unit.get(Site, unit.store.site)
    people = unit.all(
        sa.select(Person).where(Person.site == unit.store.site, Person.disabled_on.is_(None), Person.removed.is_(False))
    )
    sealed = sealed_slip(unit)
    people = [person for person in people if person.id != sealed]
    administrators = {p.id for p in people if p.administrator}
    found = []
    for person in people:
        why = ran_out(site, person, unit.today())
        seen = unit.setting(SEEN.format(person.id))
        if not why and seen and count - int(seen) >= IDLE_DAYS:
            why = "idle"
        if why and administrators != {person.id}:
            administrators.discard(person.id)
            found.append((person.id, why))
    return found


def asks_second(site: Site, person: Person) -> bool:
    """Whether the site asks *person* for a second proof."""
    return site.second_factor == SecondFactor.ALL or (
        site.second_factor == SecondFactor.ADMINISTRATORS and person.administrator
    )
