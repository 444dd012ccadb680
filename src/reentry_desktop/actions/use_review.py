"""The weekly review of the record of use: what was counted, who looked at it, and when it is due.

Most of what the record of use holds stays with its site. Each week its bundle for the office takes a count along, and
an office may review a facility by that: where one person works alone, nobody else could. Nothing waits for a review.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from ..base.ids import Id, named_id, show_device
from ..base.problems import NotFound, Problem
from ..base.words import N_, _
from ..records.access import Who, may
from ..records.base import Share
from ..records.change import Change, from_payload
from ..records.local import Peer
from ..records.people import Person, Site, SiteKind
from ..store import Unit, accounts
from ..store.folder import REFUSED
from ..store.log import devices, head
from ..store.mark import FOUND
from .use import LOOKS, SEARCHES

WEEK = 7  # days from one review to the next, and from one count to the next
KIND = "use"
"""What reviews and counts are about: nothing that has a table, so that older programs pass over them."""
GROUPS = {
    "unlocks": N_("Unlocks"),
    "failed": N_("Failed unlocks"),
    "looks": N_("Records and lists opened"),
    "searches": N_("Searches and commands"),
    "changes": N_("Changes of records"),
    "prints": N_("Prints"),
    "out": N_("Copied out"),
    "in": N_("Brought in"),
    "accounts": N_("Accounts and rights"),
    "beyond": N_("Opened with a reason"),
    "unconsented": N_("Told without a consent"),
    "refused": N_("Refused"),
    "found": N_("Found wrong with the record of use"),
}
_GROUP_OF = {
    "unlock": "unlocks", "uncover": "unlocks", "unlock_failed": "failed", "break_glass": "beyond", "log_found": "found",
    "export_bundle": "out", "export_log": "out", "export_card": "out", "records_export": "out", "backup": "out",
    "hand_out_backup": "out", "import_bundle": "in", "records_import": "in", "read_list": "in", "add_user": "accounts",
    "disable_user": "accounts", "set_role": "accounts", "set_scope": "accounts", "reset_passphrase": "accounts",
    "change_own_passphrase": "accounts", "recover": "accounts", "new_kit": "accounts", "make_folder": "accounts",
    **dict.fromkeys(LOOKS, "looks"), **dict.fromkeys(SEARCHES, "searches"),
}  # fmt: skip


def group_of(change: Change) -> str:
    """What an entry counts as: a key of ``GROUPS``, or ``""``."""
    if not change.depth and change.read_values().get("outcome") == REFUSED:
        return "refused"
    if change.new and change.kind == "disclosure" and not change.read_values().get("consent"):
        return "unconsented"
    if (found := _GROUP_OF.get(change.act)) is not None:
        return found
    if change.act.startswith(("print_", "save_")) and not change.depth:
        return "prints"
    return "changes" if change.depth else ""


def use_id(site: Id) -> Id:
    """What reviews and counts of a site are kept under."""
    return named_id(site, KIND)


@dataclass(frozen=True)
class Count:
    """What was done on one PC of a site in some days: by group, and by group for each person.

    ``opened`` are the records opened beyond one's own list that nobody else there may look at: (when, who, why).
    """

    device: str
    first: str
    last: str
    counts: dict[str, int]
    people: dict[str, dict[str, int]]
    opened: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Review:
    """One review: when, who, what was noted, and the site where whoever did it works."""

    at: str
    who: str
    note: str


def tell_use(unit: Unit) -> bool:
    """Count what was done on this PC since the last count, where that is a week ago: the count goes with the bundle."""
    device = unit.store.device
    key = f"use_counted/{device}"
    through, day = msgspec.json.decode(unit.setting(key, '[0,""]'), type=tuple[int, str])
    today = unit.today()
    if not day:  # counted from now on
        unit.set_setting(key, msgspec.json.encode((through, today.isoformat())).decode())
        return False
    if abs((today - dt.date.fromisoformat(day)).days) < WEEK:
        return False
    made = count(unit, device, through)
    unit.tell(
        KIND, use_id(unit.store.site), share=Share.DATES, device=device, first=made.first, last=made.last,
        counts=made.counts, people=made.people, opened=made.opened,
    )  # fmt: skip
    end = head(unit.connection, device).number
    unit.set_setting(key, msgspec.json.encode((end, today.isoformat())).decode())
    return True


def count(unit: Unit, device: int, after: int) -> Count:
    """What the entries of *device* after that number were."""
    rows = unit.connection.exec_driver_sql(
        "SELECT payload FROM entry WHERE device = ? AND number > ? AND payload IS NOT NULL ORDER BY number",
        (device, after),
    )
    counts: Counter[str] = Counter()
    people: dict[str, Counter[str]] = {}
    opened: list[tuple[str, str, str]] = []
    lookers = _lookers(unit)
    first = last = ""
    for (payload,) in rows:
        change = from_payload(payload)
        first, last = first or change.at, change.at
        if group := group_of(change):
            counts[group] += 1
            if change.by:
                people.setdefault(change.by, Counter())[group] += 1
        if change.act == "break_glass" and change.new and lookers <= {change.by}:
            opened.append((change.at, change.by, str(change.read_values().get("reason", ""))))
    by_person = {who: dict(of) for who, of in people.items()}
    return Count(show_device(device), first, last, dict(counts), by_person, opened)


def _lookers(unit: Unit) -> set[str]:
    """Who of this site may look at what others opened with a reason."""
    people = _working(unit, sa.select(Person))
    return {
        p.id for p in unit.all(people)
        if may(Who(p.id, p.name, p.administrator, str(p.role), str(p.scope)), "look_at_break_glass")
    }  # fmt: skip


def _working(unit: Unit, asked: sa.Select[Any]) -> sa.Select[Any]:
    """Of whose accounts are open here; whom the sealed slip is for is nobody yet."""
    return asked.where(
        Person.site == unit.store.site,
        Person.id != accounts.sealed_slip(unit),
        Person.disabled_on.is_(None),
        Person.removed.is_(False),
    )


def _told(unit: Unit, site: Id) -> list[Change]:
    """Reviews and counts of *site*, the latest to come first."""
    rows = unit.connection.exec_driver_sql(
        "SELECT payload FROM entry WHERE record = ? AND payload IS NOT NULL ORDER BY seq DESC LIMIT 200",
        (use_id(site),),
    )
    return [from_payload(payload) for payload in rows.scalars()]


def counts(unit: Unit, site: Id) -> list[Count]:
    """What a site counted, the latest first."""
    found = []
    for change in _told(unit, site):
        if change.act == "tell_use":
            try:
                told = msgspec.convert(change.read_values(), _Counted)
            except msgspec.ValidationError:  # of a newer program
                continue
            found.append(Count(show_device(told.device), told.first, told.last, told.counts, told.people, told.opened))
    return found


class _Counted(msgspec.Struct):
    device: int
    first: str
    last: str
    counts: dict[str, int]
    people: dict[str, dict[str, int]]
    opened: list[tuple[str, str, str]] = []


def reviews(unit: Unit, site: Id = Id("")) -> list[Review]:
    """The reviews of a site, the latest first; of this one where none is named."""
    names: dict[str, str] = dict(unit.rows(sa.select(Person.id, Person.name)))
    return [
        Review(change.at, names.get(change.by, ""), str(change.read_values().get("note", "")))
        for change in _told(unit, site or unit.store.site)
        if change.act == "review_use"
    ]


def review_use(unit: Unit, note: str, site: Id = Id("")) -> None:
    """Whoever is at the desk has looked at what was done, here or at a facility, and says what came of it."""
    note = " ".join(note.split())[:400]
    if not note:
        raise Problem(_("Write what you found, or “Nothing unusual”. Nothing was changed."), code="empty")
    site = site or unit.store.site
    through = {str(device): head(unit.connection, device).number for device in devices(unit.connection)}
    unit.tell(KIND, use_id(site), share=Share.DATES, site=site, note=note, through=through)
    if site == unit.store.site:  # what was found at unlocks was looked at, and the note says what came of it
        unit.set_setting(FOUND, "")


def works_alone(unit: Unit) -> bool:
    """Whether one person alone works here: then the office reviews."""
    return (unit.first(_working(unit, sa.select(sa.func.count(Person.id)))) or 0) < 2


@dataclass(frozen=True)
class Due:
    """A site whose review is due: how many days ago the last one was, None where there was none."""

    site: Id
    name: str
    days: int | None


def due(unit: Unit) -> list[Due]:
    """Whose review whoever is at the desk should do now: of this site, and at an office of facilities that counted."""
    if not may(unit.store.who, "review_use"):
        return []
    found = []
    here = unit.get(Site, unit.store.site)
    if not works_alone(unit) and _is_due(unit, here.id):
        found.append(Due(here.id, here.name, _days(unit, here.id)))
    if unit.store.slots.kind == SiteKind.OFFICE:
        peers = unit.session.scalars(sa.select(Peer).where(Peer.introduced_by == "").order_by(Peer.name)).all()
        found += [
            Due(peer.site, peer.name, _days(unit, peer.site))
            for peer in peers
            if peer.kind == SiteKind.FACILITY and _counted_since_review(unit, peer.site) and _is_due(unit, peer.site)
        ]
    return found


def reviewable(unit: Unit) -> list[tuple[Id, str]]:
    """The sites whose record of use can be reviewed here: this one, and at an office the facilities that counted."""
    here = unit.get(Site, unit.store.site)
    found = [(here.id, here.name)]
    if unit.store.slots.kind == SiteKind.OFFICE:
        peers = unit.session.scalars(sa.select(Peer).where(Peer.introduced_by == "").order_by(Peer.name)).all()
        found += [(peer.site, peer.name) for peer in peers if peer.kind == SiteKind.FACILITY and _told(unit, peer.site)]
    return found


def _days(unit: Unit, site: Id) -> int | None:
    last = next(iter(reviews(unit, site)), None)
    return None if last is None else (unit.today() - dt.datetime.fromisoformat(last.at).astimezone().date()).days


def _is_due(unit: Unit, site: Id) -> bool:
    days = _days(unit, site)
    return days is None or not 0 <= days < WEEK


def _counted_since_review(unit: Unit, site: Id) -> bool:
    latest = next(iter(_told(unit, site)), None)
    return latest is not None and latest.act == "tell_use"


def site_named(unit: Unit, name: str) -> Id:
    """The facility with that name or code whose counts are here; this site for ``""``. Raises ``NotFound``."""
    if not name:
        return unit.store.site
    said = name.casefold()
    for site in unit.all(sa.select(Site)):
        if said in (site.name.casefold(), site.code.casefold() or None):
            return site.id
    raise NotFound(_("No site called {name} is known here. Nothing was changed.").format(name=name))


def told(counted: Count) -> list[str]:
    """A count in words, a line for each group: for people."""
    return [f"{_(words)}: {counted.counts[key]:,}" for key, words in GROUPS.items() if counted.counts.get(key)]


def opened(unit: Unit, counted: Count) -> list[tuple[str, str, str]]:
    """The records that were opened with a reason there, for the office to look at: (when, by whom, why)."""
    names: dict[str, str] = dict(unit.rows(sa.select(Person.id, Person.name)))
    return [(at, names.get(who, ""), why) for at, who, why in counted.opened]


def as_json(counted: Count) -> dict[str, Any]:
    """The same for the command line."""
    return msgspec.to_builtins(counted)  # type: ignore[no-any-return]
