"""Finding women, registering one by hand, and what her page shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from ..base.folding import fold, plain_number
from ..base.ids import Id, new_id
from ..base.problems import NotFound, Refused
from ..base.words import N_, _
from ..records.local import Listed, Roll
from ..records.participant import Enrolment, NeedTag, Participant
from ..records.people import Site
from ..records.plan import Plan
from ..store import Unit
from ..store.projection import index_words

STATES = {
    "listed": N_("On the list"),
    "registered": N_("Registered"),
    "offered": N_("Offered"),
    "declined": N_("Declined"),
    "not_eligible": N_("Not eligible"),
    "waiting": N_("Waiting"),
    "enrolled": N_("Enrolled"),
    "released": N_("Released"),
    "follow_up": N_("Follow-up"),
    "closed": N_("Closed"),
}
MOST_COUNTED = 2000  # beyond this a search says "more than"


@dataclass(frozen=True, slots=True)
class Woman:
    """One row of the list of women. No health word, no tag: whoever sits down next reads it too."""

    id: Id
    department_number: str
    first_name: str
    last_name: str
    birth_year: int | None
    unit: str
    hearing: dt.date | None
    release: dt.date | None
    status: str
    twin: bool = False  # another row of the same name: the page marks both

    @property
    def name(self) -> str:
        return f"{self.last_name}, {self.first_name}"


@dataclass(frozen=True)
class Found:
    """A page of a search: its rows, how many there are, and whether there are more than were counted."""

    rows: list[Woman]
    count: int
    more: bool


def search(unit: Unit, words: str = "", *, state: str = "", offset: int = 0, limit: int = 200) -> Found:
    """Women whose names or number begin with each of *words*, accents and case ignored, in the order of their names.

    ``state`` keeps only "listed" or "participant"s. An empty search is the whole list.
    """
    terms: list[str] = []
    for word in fold(words).replace(",", " ").split():  # a number may be typed with hyphens, a name has them
        terms += [plain_number(word).lower()] if any(c.isdigit() for c in word) else word.replace("-", " ").split()
    where = ""
    given: list[Any] = []
    for term in terms:
        where += " AND id IN (SELECT participant FROM participant_word WHERE word >= ? AND word < ?)"
        given += [term[:60], term[:60] + "\U0010ffff"]
    if state:
        where += " AND listed = ?"
        given.append(state == "listed")
    run = unit.connection.exec_driver_sql
    inner = f"SELECT id, sort_key FROM roll WHERE 1 = 1{where}"
    if terms:
        count = run(f"SELECT count(*) FROM (SELECT 1 FROM ({inner}) LIMIT ?)", (*given, MOST_COUNTED + 1)).scalar_one()
    else:
        count = run(f"SELECT count(*) FROM roll WHERE 1 = 1{where}", tuple(given)).scalar_one()
    more = bool(terms) and count > MOST_COUNTED
    if more:  # many: walk the alphabet and look each woman's words up, until the page is full
        where = "".join(
            " AND EXISTS (SELECT 1 FROM participant_word WHERE participant = roll.id AND word >= ? AND word < ?)"
            for _term in terms
        ) + (" AND listed = ?" if state else "")
        inner = f"SELECT id, sort_key FROM roll WHERE 1 = 1{where}"
    ids = [Id(row[0]) for row in run(f"{inner} ORDER BY sort_key, id LIMIT ? OFFSET ?", (*given, limit, offset))]
    return Found(_rows(unit, ids), min(count, MOST_COUNTED) if more else count, more)


def _rows(unit: Unit, ids: list[Id]) -> list[Woman]:
    if not ids:
        return []
    found: dict[Id, Woman] = {}
    for p in unit.all(sa.select(Participant).where(Participant.id.in_(ids))):
        found[p.id] = Woman(
            p.id, p.department_number, p.preferred_name or p.first_name, p.last_name,
            p.date_of_birth.year if p.date_of_birth else None, p.unit, p.parole_hearing,
            p.actual_release or p.expected_release, "registered",
        )  # fmt: skip
    for woman, status in states(unit, list(found)).items():
        found[woman] = replace(found[woman], status=status)
    for w in unit.session.scalars(sa.select(Listed).where(Listed.id.in_([i for i in ids if i not in found]))):
        found[w.id] = Woman(
            w.id, w.department_number, w.first_name, w.last_name, w.date_of_birth.year if w.date_of_birth else None,
            w.unit, w.parole_hearing, w.expected_release, "listed",
        )  # fmt: skip
    rows = [found[i] for i in ids if i in found]
    names = [fold(row.name) for row in rows]
    return [replace(row, twin=names.count(name) > 1) for row, name in zip(rows, names, strict=True)]


def states(unit: Unit, ids: list[Id]) -> dict[Id, str]:
    """The state of each participant: that of her latest episode; "released" once she is out and no follow-up began."""
    latest: dict[Id, Enrolment] = {}
    for episode in unit.all(
        sa.select(Enrolment)
        .where(Enrolment.participant.in_(ids), Enrolment.removed.is_(False))
        .order_by(Enrolment.offered_on, Enrolment.id)
    ):
        latest[episode.participant] = episode
    out = set(
        unit.session.scalars(
            sa.select(Participant.id).where(Participant.id.in_(ids), Participant.actual_release.is_not(None))
        )
    )
    return {
        woman: "released" if episode.state == "enrolled" and woman in out else episode.state
        for woman, episode in latest.items()
    }


def by_number(unit: Unit, number: str) -> Participant:
    """The participant with this department number. Raises ``NotFound`` with a sentence that says what to try."""
    found = unit.all(
        sa.select(Participant).where(
            Participant.department_number == plain_number(number), Participant.removed.is_(False)
        )
    )
    if not found:
        raise NotFound(_("No participant has the number {number}. Nothing was changed.").format(number=number))
    if len(found) > 1:
        raise NotFound(_("Two participants have the number {number}. Nothing was changed.").format(number=number))
    return found[0]


def find_woman(unit: Unit, number: str) -> Participant | Listed:
    """The participant or, where there is none, the listed woman with this number. Raises ``NotFound``."""
    try:
        return by_number(unit, number)
    except NotFound:
        listed = unit.first(sa.select(Listed).where(Listed.department_number == plain_number(number)))
        if listed is None:
            raise
        return listed  # type: ignore[no-any-return]


FROM_LIST = (
    "department_number", "first_name", "middle_name", "last_name", "suffix", "date_of_birth", "unit", "admitted_on",
    "parole_hearing", "expected_release", "county_of_return",
)  # fmt: skip


def become_participant(unit: Unit, woman: Id) -> Id:
    """The record of a listed woman begins, with what the list says and under the same id. Does nothing twice."""
    if unit.find(Participant, woman) is not None:
        return woman
    listed = unit.session.get(Listed, woman)
    if listed is None:
        raise NotFound(_("This woman is not on the list (any more). Nothing was changed."))
    values = {name: getattr(listed, name) for name in FROM_LIST}
    unit.local(sa.update(Listed).where(Listed.id == woman).values(participant=True))
    return unit.create(Participant, woman, site=site_named(unit, listed.site), **values)


def site_named(unit: Unit, name: str) -> Id:
    """The site a list names, or this one."""
    if name:
        for site in unit.all(sa.select(Site)):
            if fold(name) in (fold(site.name), fold(site.code)):
                return site.id
    return unit.store.site


def register(unit: Unit, /, **values: Any) -> Id:
    """A woman who is on no list. Raises ``Refused`` where a number is already here, or nothing identifies her."""
    number = plain_number(str(values.get("department_number", "")))
    if number and unit.first(sa.select(Participant.id).where(Participant.department_number == number)):
        raise Refused({"department_number": _("A woman with this number is already here.")})
    born = values.get("date_of_birth")
    if isinstance(born, dt.date) and born > unit.today():
        raise Refused({"date_of_birth": _("This day has not come yet.")})
    if not number and born is None:
        raise Refused({"department_number": _("Give her number, or her date of birth.")})
    listed = unit.first(sa.select(Listed).where(Listed.department_number == number)) if number else None
    values = {"site": unit.store.site, **values, "department_number": number}
    if listed is not None:
        unit.local(sa.update(Listed).where(Listed.id == listed.id).values(participant=True))
    return unit.create(Participant, listed.id if listed else new_id(), **values)


def likely_same(unit: Unit, *, first: str, last: str, born: dt.date | None, number: str = "") -> list[Woman]:
    """Who may be the woman that is being registered: the same number, or names that begin alike, or the birth date."""
    ids: list[Id] = []
    number = plain_number(number)
    if number:
        for table in (Participant, Listed):
            ids += unit.session.scalars(sa.select(table.id).where(table.department_number == number).limit(5))
    if last.strip():
        ids += [w.id for w in search(unit, f"{last} {first}"[:60], limit=8).rows]
    if born:
        for table in (Participant, Listed):
            ids += unit.session.scalars(sa.select(table.id).where(table.date_of_birth == born).limit(20))
    rows = _rows(unit, list(dict.fromkeys(ids)))
    initial = fold(last)[:2]
    return [
        r for r in rows if not born or not initial or fold(r.last_name)[:2] == initial or r.department_number == number
    ][:8]


def correct(unit: Unit, woman: Id, /, **values: Any) -> bool:
    """Change what is known of her. Such a value is not overwritten by a list without being asked."""
    return unit.revise(Participant, woman, **values)


@dataclass(frozen=True)
class Page:
    """What a participant's page shows at once."""

    woman: Participant
    state: str
    episode: Enrolment | None
    plan: Plan | None
    needs: list[NeedTag]
    facility: str
    conflicts: int


def open_page(unit: Unit, woman: Id) -> Page:
    """Her page. Opening it is an entry of the log; use within ``store.work``."""
    participant = unit.get(Participant, woman)
    unit.tell("participant", woman, woman)
    return page(unit, participant)


def page(unit: Unit, participant: Participant) -> Page:
    """The same, to show again what was opened already."""
    episode = current_episode(unit, participant.id)
    plan = current_plan(unit, participant.id)
    needs = unit.all(sa.select(NeedTag).where(NeedTag.participant == participant.id, NeedTag.removed.is_(False)))
    facility = unit.find(Site, participant.site) if participant.site else None
    conflicts = unit.connection.exec_driver_sql(
        "SELECT count(DISTINCT record) FROM conflict WHERE participant = ?", (participant.id,)
    ).scalar_one()
    state = states(unit, [participant.id]).get(participant.id, "registered")
    return Page(participant, state, episode, plan, list(needs), facility.name if facility else "", conflicts)


def current_episode(unit: Unit, woman: Id) -> Enrolment | None:
    """Her latest episode, open or not."""
    return unit.first(  # type: ignore[no-any-return]
        sa.select(Enrolment)
        .where(Enrolment.participant == woman, Enrolment.removed.is_(False))
        .order_by(Enrolment.offered_on.desc(), Enrolment.id.desc())
    )


def current_plan(unit: Unit, woman: Id) -> Plan | None:
    """The living plan of her latest episode that has one."""
    return unit.first(  # type: ignore[no-any-return]
        sa.select(Plan)
        .where(Plan.participant == woman, Plan.removed.is_(False))
        .order_by(Plan.started_on.desc(), Plan.id.desc())
    )


def index_listed(unit: Unit, ids: list[Id]) -> None:
    """Make listed women findable, or no longer."""
    index_words(unit.connection, "listed", ids)


def count_women(unit: Unit) -> dict[str, int]:
    """How many women stand on lists and how many are participants."""
    rows = unit.rows(sa.select(Roll.listed, sa.func.count()).group_by(Roll.listed))
    counts = {bool(listed): int(n) for listed, n in rows}
    return {"listed": counts.get(True, 0), "participants": counts.get(False, 0)}
