"""How long the record of use is kept: views and searches may be let go of, what changed a record never.

The site says for how many years. What is let go of loses its words; its place in the chain stays provable, like
everything that is erased (``store/erasing.py``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from ..base.problems import Problem
from ..base.words import _
from ..records.change import from_payload
from ..records.entry import digest
from ..records.people import Site
from ..records.retention import registrations
from ..store import Store, Unit
from ..store.erasing import SEARCH, finds, names_of, note_erasing
from ..store.projection import words_of
from .checking import clock_sentence
from .retention import holds, refuse_part
from .taking_back import finish_taking_back
from .use import LOOKS, SEARCHES, Wanted

UNLOCKS = frozenset({"uncover", "unlock", "unlock_failed"})
_YEAR = 366  # days: a day too long rather than one too short
_BATCH = 20_000


def old_use(unit: Unit) -> dict[int, bytes]:
    """What may go by the years the site has set: the place in the log of each entry, and its digest.

    While a legal hold stands on a woman, who looked at her record and who searched for her stays.
    """
    site = unit.get(Site, unit.store.site)
    found: dict[int, bytes] = {}
    for years, acts in ((site.looks_years, LOOKS | SEARCHES), (site.unlocks_years, UNLOCKS)):
        if years:
            last = unit.today() - dt.timedelta(days=years * _YEAR)
            found |= _before(unit, Wanted(last=last).range[1], acts)
    return found


def _before(unit: Unit, moment: str, acts: Iterable[str]) -> dict[int, bytes]:
    acts, found, last = frozenset(acts), {}, 0
    women = {one for hold in holds(unit) for one in registrations(unit.connection, hold.participant)}
    names = [words_of(names_of(unit.connection, woman)) for woman in women]
    statement = (
        "SELECT seq, salt, payload FROM entry WHERE seq > ? AND payload IS NOT NULL AND share = 'site' "
        "ORDER BY seq LIMIT ?"
    )
    while rows := unit.connection.exec_driver_sql(statement, (last, _BATCH)).all():
        last = rows[-1][0]
        for seq, salt, payload in rows:
            change = from_payload(payload)
            if change.act not in acts or change.depth or change.at >= moment or change.participant in women:
                continue
            if change.act != SEARCH or not any(finds(change.values, hers) for hers in names):
                found[seq] = digest(bytes(salt), bytes(payload))
    return found


def let_use_go(store: Store) -> int:
    """Let go of what is older than the site keeps. Returns how many entries lost their words.

    Raises ``Problem`` where this PC's clock cannot be right: a clock that is ahead must erase nothing; and for whoever
    does not see every woman, and so not every hold.
    """
    with store.work("let_use_go") as unit:
        refuse_part(unit)
        if wrong := clock_sentence(unit):
            raise Problem(wrong, code="clock")
        old = old_use(unit)
        for seq, kept in old.items():
            unit.connection.exec_driver_sql(
                "UPDATE entry SET digest = ?, salt = NULL, payload = NULL WHERE seq = ?", (kept, seq)
            )
        note_erasing(unit.connection)
        unit.tell("site", store.site, let_go=len(old))
    finish_taking_back(store)  # what was typed into a search stays in no older page of the file
    return len(old)


def years_words(unit: Unit) -> str:
    """How long what is kept, in a sentence."""
    site = unit.get(Site, unit.store.site)
    if not site.looks_years and not site.unlocks_years:
        return _("Everything is kept. An administrator may set years for views, searches and unlocks.")
    parts = []
    if site.looks_years:
        parts.append(_("Views and searches are kept {n} years.").format(n=site.looks_years))
    if site.unlocks_years:
        parts.append(_("Unlocks are kept {n} years.").format(n=site.unlocks_years))
    return " ".join([*parts, _("Changes of records are kept for good.")])


__all__ = ["let_use_go", "old_use", "years_words"]
