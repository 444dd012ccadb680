"""What was told about women without a consent that is kept here: for a supervisor, who looks at each with a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from ..base.ids import Id
from ..base.problems import Problem
from ..base.words import _
from ..records.change import Change, from_payload
from ..records.disclosure import Disclosure, Ground
from ..records.participant import Participant
from ..records.people import Person
from ..store import Unit
from .registrations import joined

LOOKED = "look_at_telling"
"""The act of looking at one. It is an entry about the line and changes nothing of it: the account stands as it is."""


@dataclass(frozen=True)
class Telling:
    """One time that something was told without a consent that is kept here.

    ``own`` is whether whoever is at the desk wrote it down, ``here`` whether somebody of this site did.
    ``looked_at_by`` is "" until somebody looked, ``looked_at`` is when (UTC).
    """

    disclosure: Disclosure
    short_name: str
    department_number: str
    own: bool
    here: bool
    looked_at_by: str
    looked_at: str
    finding: str


def told_without(unit: Unit, *, open_only: bool = False) -> list[Telling]:
    """All of them, the latest first. *open_only*: those that whoever is at the desk should look at."""
    select = joined(sa.select(Disclosure, Participant).select_from(Disclosure), Disclosure.participant).where(
        Disclosure.removed.is_(False),
        sa.or_(Disclosure.ground != str(Ground.CONSENT), Disclosure.consent == ""),
    )
    rows = unit.rows(select.order_by(Disclosure.told_on.desc(), Disclosure.id.desc()))
    written = _written(unit, [one.id for one, _her in rows])
    staff: dict[str, str] = {
        id: full or name
        for id, full, name in unit.rows(
            sa.select(Person.id, Person.full_name, Person.name).where(Person.site == unit.store.site)
        )
    }
    found = []
    for one, her in rows:
        changes = written.get(one.id, [])
        by = next((change.by for change in changes if change.new), Id(""))
        looked = next((change for change in reversed(changes) if change.act == LOOKED), None)
        telling = Telling(
            one, her.short_name, her.department_number, own=by == unit.store.who.id, here=by in staff,
            looked_at_by=staff.get(looked.by, looked.by) if looked else "", looked_at=looked.at if looked else "",
            finding=str(looked.read_values().get("finding", "")) if looked else "",
        )  # fmt: skip
        if not open_only or (telling.here and not telling.own and not telling.looked_at_by):
            found.append(telling)
    return found


def _written(unit: Unit, lines: Sequence[Id]) -> dict[Id, list[Change]]:
    """The entries about those lines, in the order of arrival."""
    found: dict[Id, list[Change]] = {}
    for (payload,) in unit.connection.exec_driver_sql(
        "SELECT payload FROM entry WHERE record IN (SELECT value FROM json_each(?)) AND payload IS NOT NULL "
        "ORDER BY seq",
        (msgspec.json.encode(list(lines)).decode(),),
    ):
        change = from_payload(payload)
        found.setdefault(change.record, []).append(change)
    return found


def look_at_telling(unit: Unit, disclosure: Id, finding: str = "") -> None:
    """Whoever is at the desk has looked at it, and what was found. Nobody looks at their own.

    Raises ``Problem`` for one's own, and for a line that had a consent.
    """
    one = next((telling for telling in told_without(unit) if telling.disclosure.id == disclosure), None)
    if one is None:
        raise Problem(_("Nothing of that kind was told without a consent. Nothing was changed."), code="no-telling")
    if one.own:
        raise Problem(_("This was you. Somebody else has to look at it. Nothing was changed."), code="own")
    finding = " ".join(finding.split())[:400]
    unit.tell("disclosure", one.disclosure.id, one.disclosure.participant, finding=finding)
