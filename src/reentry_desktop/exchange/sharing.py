"""What may leave this site, for whom: the rule, in one expression, and what it holds back.

What is of this site alone stays. To an office a woman's dates go once she agreed to take part, and her words if her
latest episode says so too, those in a plan only as they stood when it was last done for now. Where she was registered
twice, no later episode of another registration may say less. What an office wrote goes
to a facility for its own women, all of it: her yes is about what the office may have, not about what her own site may.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from ..base.ids import Id, named_id
from ..base.words import N_, _
from ..bundle import Card
from ..records.local import Device, Gap
from ..records.participant import Participant
from ..records.transfer import moves_of
from ..store import Unit
from ..store.log import APART, devices

_AGREED = "SELECT participant FROM enrolment WHERE agreed_on IS NOT NULL AND NOT removed"
# Registrations of one woman of which another one has a later episode that lets dates out alone: her last word holds for
# all that is hers. CROSS JOIN keeps SQLite from walking all episodes to find those of the few registered twice.
_NARROWED = (
    "WITH RECURSIVE side (one, another) AS (SELECT participant, other FROM same_woman WHERE said <> 'two' "
    "AND NOT removed UNION SELECT other, participant FROM same_woman WHERE said <> 'two' AND NOT removed), "
    "reach (one, another) AS (SELECT one, another FROM side UNION "
    "SELECT reach.one, side.another FROM reach JOIN side ON side.one = reach.another) "
    "SELECT reach.one FROM reach CROSS JOIN enrolment l "
    "WHERE l.participant = reach.another AND reach.another <> reach.one AND NOT l.removed "
    "AND l.office_has <> 'words' AND NOT EXISTS "
    "(SELECT 1 FROM enrolment e WHERE e.participant = reach.one AND NOT e.removed "
    "AND (coalesce(CAST(e.offered_on AS TEXT), ''), e.id) > (coalesce(CAST(l.offered_on AS TEXT), ''), l.id))"
)
SHARING = (
    "SELECT e.participant FROM enrolment e WHERE NOT e.removed AND e.office_has = 'words' "
    "AND EXISTS (SELECT 1 FROM enrolment a WHERE a.participant = e.participant AND a.agreed_on IS NOT NULL "
    f"AND NOT a.removed) AND e.participant NOT IN ({_NARROWED}) AND NOT EXISTS "
    "(SELECT 1 FROM enrolment l WHERE l.participant = e.participant AND NOT l.removed "
    "AND (coalesce(CAST(l.offered_on AS TEXT), ''), l.id) > (coalesce(CAST(e.offered_on AS TEXT), ''), e.id))"
)
_DONE_BEFORE = "coalesce((SELECT place FROM done WHERE woman = participant), 0)"
_OFFICE = (
    "(payload IS NOT NULL AND (share = 'dates' AND (participant IS NULL OR participant IN ({agreed}))"
    " OR share IN ('words', 'plan') AND participant IN ({sharing}) AND (share = 'words' OR seq <= {done})))"
)
# True for an entry that goes to an office, in a statement that begins with ``done``.
_RULE = _OFFICE.format(agreed=_AGREED, sharing=SHARING, done=_DONE_BEFORE)
# The same where an office writes to a facility. What it wrote about another one's staff is no business of this one.
_HOME = (
    "(payload IS NOT NULL AND share IN ('dates', 'words', 'plan') AND (participant IN ({hers})"
    " OR participant IS NULL AND (record IS NULL OR record NOT IN ({others}))))"
)
# True for an entry of this site's devices: those of others are theirs to send. The ? is this site.
OURS = "device NOT IN (SELECT device FROM device WHERE site <> ?)"


def done() -> str:
    """Who has a plan that was done for now, and the place in the log where it last was: stands before a statement.

    Only what this PC said: of what another one said it, of this site too, that one may not have seen all that is
    written here. CROSS JOIN keeps SQLite from walking the log to find the few versions in it.
    """
    return (
        "WITH done AS MATERIALIZED (SELECT v.participant AS woman, max(e.seq) AS place FROM plan_version v "
        "CROSS JOIN entry e WHERE e.record = v.id AND NOT v.removed AND e.device NOT IN (SELECT device FROM device) "
        "GROUP BY v.participant) "
    )


def shares_words(unit: Unit, women: Iterable[Id]) -> bool:
    """Whether any of these lets her words out: the registrations of one woman."""
    hers = msgspec.json.encode(list(women)).decode()
    asked = f"{SHARING} AND e.participant IN (SELECT value FROM json_each(?)) LIMIT 1"
    return unit.connection.exec_driver_sql(asked, (hers,)).first() is not None


def own_devices(unit: Unit) -> list[int]:
    """This site's devices that have entries here; those of others are theirs to send."""
    others = set(unit.session.scalars(sa.select(Device.device).where(Device.site != unit.store.site)))
    return [device for device in devices(unit.connection) if device not in others]


def with_gaps(unit: Unit) -> list[int]:
    """Those of them that are not whole here: an office gave back what it held of them."""
    gaps = set(unit.session.scalars(sa.select(Gap.device).distinct()))
    return [device for device in own_devices(unit) if device in gaps]


def rule_for(unit: Unit, to: Card) -> str:
    """The rule for one receiver: an office, or a facility that an office writes to."""
    return (
        _RULE
        if to.kind == "office"
        else _HOME.format(hers=_women_for(unit, to), others=_staff_but(to) + _use_but(unit, to))
    )


def rule_for_few(unit: Unit, to: Card) -> str:
    """The same for a statement over few entries of ``entry``, which names their women first: ``WITH few (woman) AS``.

    It looks at those women's episodes alone, and looks up each one's plan.
    """
    if to.kind != "office":
        return rule_for(unit, to)
    few = "IN (SELECT woman FROM few)"
    done_before = (
        "coalesce((SELECT max(e.seq) FROM plan_version v CROSS JOIN entry e WHERE v.participant = entry.participant "
        "AND NOT v.removed AND e.record = v.id AND e.device NOT IN (SELECT device FROM device)), 0)"
    )
    agreed, shared = f"{_AGREED} AND participant {few}", f"{SHARING} AND e.participant {few}"
    return _OFFICE.format(agreed=agreed, sharing=shared, done=done_before)


def _women_of(to: Card) -> str:
    return f"SELECT id FROM participant WHERE site = '{to.site}'"  # a card's site is 32 hexadecimal digits


def _women_for(unit: Unit, to: Card) -> str:
    """Those whose record names it as her facility, and those this office gave it in place of a closed one."""
    return _women_of(to) + "".join(f" UNION SELECT '{woman}'" for woman in sorted(given_out(unit, Id(to.site))))


def given_out(unit: Unit, site: Id) -> set[Id]:
    """The women this office released to *site* in place of a closed facility, as long as that stands."""
    own = unit.store.site
    women = unit.connection.exec_driver_sql(
        "SELECT DISTINCT participant FROM transfer WHERE to_site = ? AND released_by <> ''", (site,)
    )
    return {
        woman
        for woman in list(women.scalars())
        for move in moves_of(unit.connection, woman, own)
        if move.by == own and move.to_site == site and (move.accepted or not move.called_off)
    }


def _staff_but(to: Card) -> str:
    """Who works at other facilities."""
    return f"SELECT p.id FROM person p JOIN site s ON s.id = p.site WHERE s.kind = 'facility' AND s.id <> '{to.site}'"


def _use_but(unit: Unit, to: Card) -> str:
    """What was counted and reviewed of other sites' record of use (``actions/use_review.py``)."""
    sites = unit.connection.exec_driver_sql("SELECT id FROM site WHERE id NOT IN (?, ?)", (to.site, unit.store.site))
    return "".join(f" UNION SELECT '{named_id(Id(site), 'use')}'" for site in sites.scalars())


def staying() -> str:
    """The entries of a device that stay here, not for an office, and whether they are about a woman; ? is the device.

    Each part goes through an index to what stays, and reads nothing else: what was erased; what is apart; of a woman
    who holds something back all that is no exception; of the others what her plan says since it was last done for
    now. SQLite left to itself would walk the whole device, which costs half as much as sending it: it is told the
    indexes, and the + keeps it from another one.
    """
    all_of_her_goes = f"{SHARING} INTERSECT {_AGREED}"
    return (
        f"{done()}SELECT number, CASE WHEN {APART} THEN 0 ELSE 1 END FROM entry INDEXED BY entry_erased "
        "WHERE device = ? AND payload IS NULL "
        f"UNION ALL SELECT number, 0 FROM entry INDEXED BY entry_apart WHERE device = ? AND ({APART}) "
        f"AND {_RULE} IS NOT TRUE AND payload IS NOT NULL "
        "UNION ALL SELECT number, 1 FROM entry WHERE participant IN (SELECT participant FROM entry "
        f"WHERE participant IS NOT NULL EXCEPT SELECT * FROM ({all_of_her_goes}) AS them) "
        f"AND +device = ? AND NOT ({APART}) AND NOT {_RULE} AND payload IS NOT NULL "
        f"UNION ALL SELECT e.number, 1 FROM ({all_of_her_goes}) AS hers CROSS JOIN entry e INDEXED BY entry_plan "
        "WHERE e.share = 'plan' AND e.participant = hers.participant "
        "AND e.seq > coalesce((SELECT place FROM done WHERE woman = hers.participant), 0) "
        "AND +e.device = ? AND e.payload IS NOT NULL"
    )


REASONS = {
    "not-agreed": N_("She has not agreed to take part."),
    "dates-only": N_("She shares her dates only."),
    "not-done": N_("Her plan has words since it was last done for now."),
    "elsewhere": N_("She is at another site."),
}
"""Why entries of a woman stay, by the code that travels in a manifest."""


@dataclass(frozen=True)
class HeldBack:
    """What stays here of one woman, and why: a code of ``REASONS``."""

    name: str
    changes: int
    why: str

    @property
    def reason(self) -> str:
        return _(REASONS[self.why])


def staying_of_hers(unit: Unit, to: Card, hers: Mapping[int, Iterable[tuple[int, int]]]) -> list[tuple[Id, int, str]]:
    """The women of whom something stays: how many entries, and why, a code of ``REASONS``.

    *hers*: device -> the runs, first and last, that stay for them.
    """
    runs = [(device, first, last) for device, ranges in hers.items() for first, last in ranges]
    why = "'elsewhere'"
    if to.kind == "office":
        why = (
            f"CASE WHEN participant NOT IN ({_AGREED}) THEN 'not-agreed' "
            f"WHEN participant IN ({SHARING}) THEN 'not-done' ELSE 'dates-only' END"
        )
    rows = unit.connection.exec_driver_sql(
        f"SELECT participant, count(*), {why} "
        "FROM json_each(?) AS run CROSS JOIN entry WHERE device = json_extract(run.value, '$[0]') "
        "AND number BETWEEN json_extract(run.value, '$[1]') AND json_extract(run.value, '$[2]') "
        f"AND payload IS NOT NULL AND NOT ({APART}) GROUP BY participant",
        (msgspec.json.encode(runs).decode(),),
    )
    return [(Id(woman), count, why) for woman, count, why in rows]


def held_back(unit: Unit, staying: Iterable[tuple[Id, int, str]]) -> Iterator[HeldBack]:
    """The same, with her name, for whoever looks before anything is written."""
    for woman, changes, why in staying:
        found = unit.find(Participant, woman)
        yield HeldBack(found.name if found else "", changes, why)
