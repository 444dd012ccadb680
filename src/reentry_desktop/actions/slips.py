"""A second way in: another administrator, or the one-time passphrase of an emergency one in a sealed envelope."""

from __future__ import annotations

from .. import reports
from ..base.ids import Id
from ..base.words import _, language
from ..exchange import news
from ..records.people import Role, Site
from ..store import Store, Unit
from ..store.accounts import SLIP, SLIP_OPEN, SLIP_USED
from . import staff

NAME = "emergency"
"""The sign-in name of the emergency administrator; it stands on the unlock page."""


def make(store: Store) -> str:
    """A new passphrase for the envelope, instead of the one before. Raises ``Problem``.

    It is no second way in before ``seal_slip``: a lock in between takes the words with it.
    """
    store.may("make_slip")
    words = staff.one_time_passphrase()
    with store.read() as unit:
        person = unit.setting(SLIP)
        name = next((slot.name for slot in store.slots.users() if slot.id == person), "")
        taken = {slot.name.casefold() for slot in store.slots.users()}
    if name:
        staff.reset_passphrase(store, name, words)
    else:
        name = next(n for n in (NAME, *(f"{NAME} {number}" for number in range(2, 100))) if n not in taken)
        person = staff.add_user(
            store, name=name, passphrase=words, full_name=_("Emergency administrator"), role=Role.PROGRAM_LEAD,
            administrator=True,
        )  # fmt: skip
    with store.work("make_slip") as unit:
        unit.set_setting(SLIP, person)
        unit.set_setting(SLIP_USED, "")
        unit.set_setting(SLIP_OPEN, "yes")
        unit.tell("person", Id(person))
    return words


def seal_slip(unit: Unit) -> None:
    """The slip that was made last lies in its envelope."""
    unit.set_setting(SLIP_OPEN, "")
    unit.tell("person", Id(unit.setting(SLIP)))


def name_on(unit: Unit) -> str:
    """The sign-in name that the slip is for; "" where none was made."""
    person = unit.setting(SLIP)
    return next((slot.name for slot in unit.store.slots.users() if slot.id == person), "")


def sheet(store: Store, words: str) -> bytes:
    """The slip as a page to print."""
    with store.read() as unit:
        site, day, name = unit.get(Site, store.site).name, unit.today(), name_on(unit)
    return reports.slip_sheet(words.split(), name=name, site=site, language=language(), made_on=day).data


def note_use(store: Store) -> None:
    """Whoever has just unlocked took the slip out of its envelope: an entry, and everybody is told."""
    with store.read() as unit:
        if unit.setting(SLIP) != store.who.id or unit.setting(SLIP_USED):
            return
    with store.work("use_slip") as unit:
        unit.set_setting(SLIP_USED, unit.today().isoformat())
        unit.tell("person", store.who.id)
        news.add(unit, news.SLIP_USED)


def is_sealed(unit: Unit) -> bool:
    """Whether a slip lies in its envelope."""
    return bool(name_on(unit)) and not unit.setting(SLIP_USED) and not is_open(unit)


def is_open(unit: Unit) -> bool:
    """Whether a slip was made, and nobody said that it is in its envelope."""
    return unit.setting(SLIP_OPEN) == "yes"


def has_second(unit: Unit) -> bool:
    """Whether there is a second way in besides one administrator. One who never came in is none."""
    slip = unit.setting(SLIP)
    able = [one for one in staff.administrators(unit) if one.id != slip and not staff.has_not_come(unit, one.id)]
    return len(able) > 1 or is_sealed(unit)


__all__ = ["has_second", "is_open", "is_sealed", "make", "name_on", "note_use", "seal_slip", "sheet"]
