"""What became of a file that was brought in: and of one that was not taken in, why, and what it waits for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa

from ..base.ids import Id
from ..base.problems import Problem
from ..base.words import _, ngettext
from ..bundle import Header
from ..records.change import from_payload
from ..records.local import Peer, ReceivedBundle
from ..records.participant import Participant
from ..store import Store, Unit
from .forks import Noted

APPLIED, ALREADY, WAITING, SET_ASIDE = "applied", "already-applied", "waiting", "quarantined"
NOT_KEPT = {"not-a-bundle", "wrong-receiver", "no-file", "keys-before", "own-bundle", "piece-missing"}
"""Why a file is not taken in that nothing could change, neither an update nor another file: it is not kept."""


@dataclass(frozen=True)
class Inside:
    """What a bundle would bring about one woman, or about nobody (``name`` and ``number`` are empty then).

    ``kinds``: how many entries of each kind of record.
    """

    name: str
    number: str
    kinds: dict[str, int]


def inside(unit: Unit, before: int) -> tuple[Inside, ...]:
    """What came into the log after the entry in the place *before*, woman by woman."""
    found: dict[str, Counter[str]] = {}
    rows = unit.connection.exec_driver_sql(
        "SELECT participant, payload FROM entry WHERE seq > ? AND record IS NOT NULL AND payload IS NOT NULL", (before,)
    )
    for woman, payload in rows.all():
        if (change := from_payload(bytes(payload))).depth:
            found.setdefault(woman or "", Counter())[change.kind] += 1
    women = {woman: unit.find(Participant, Id(woman)) for woman in found if woman}
    told = [
        Inside(her.name if her else "?", her.department_number if her else "", dict(found[woman]))
        for woman, her in women.items()
    ]
    return (*sorted(told, key=lambda one: one.name), *([Inside("", "", dict(found[""]))] if "" in found else ()))


@dataclass(frozen=True)
class Taken:
    """What became of one file. ``reason`` is a sentence where it was not applied."""

    file: str
    status: str
    reason: str = ""
    sender: str = ""
    number: int = 0
    made: str = ""
    changes: int = 0
    records: int = 0
    conflicts: int = 0
    waiting: int = 0
    about: frozenset[Id] = frozenset()
    """The women that its changes are about."""
    code: str = ""
    site: Id = Id("")
    missing_from: int = 0
    """Of a file that waits: the first of that site's bundles before it that is not here; 0 where none is missing."""
    name: str = ""
    """What the file was called when it was first brought, where it was set aside since."""
    deleted: int = 0
    """Entries that this site did not keep: of women who moved away, once all was confirmed, and what came late."""
    late: int = 0
    """Of those, words that a woman called back before this bundle came: they were deleted as they came."""
    sealed: int = 0
    """How many sealed files it brought: for this site, or to be carried on."""
    backup: bool = False
    """Whether it brought that site's sealed backup, to be kept."""
    new_keys: bool = False
    """Whether its site has new keys, which are believed from now on."""
    parted: bool = False
    """Whether it says that a PC which was copied went on as a new device."""
    inside: tuple[Inside, ...] = ()
    """What it would bring, where somebody only looks into it."""
    own: int = 0
    """Of the changes, those that other PCs of this site wrote: they came back."""

    @property
    def women(self) -> int:
        """How many women its changes are about."""
        return len(self.about)

    @property
    def is_dropped(self) -> bool:
        """Whether it was not taken in and is not kept either: to try it again would change nothing."""
        return self.status == SET_ASIDE and self.code in NOT_KEPT

    def named(self, name: str) -> Taken:
        """The same, of a file that was called *name*."""
        return replace(self, name=name)


def refused(store: Store, path: Path, header: Header | None, problem: Problem) -> Taken:
    """Why a file was not taken in, and of one that waits, what it waits for."""
    if header is None:
        return Taken(str(path), SET_ASIDE, problem.sentence, code=problem.code)
    if isinstance(problem, Noted):  # of a trial too: nobody goes on to bring in what is refused
        with store.work("note_parting") as unit:
            unit.set_setting(problem.key, problem.value)
    with store.read() as unit:
        peer = unit.session.get(Peer, header.site)
        newest = newest_of(unit, header)
    if problem.code == "old-key" and newest > header.number:  # a later one began before it: all of it has come
        return Taken(str(path), ALREADY, "", peer.name if peer else "", header.number)
    told = Taken(
        str(path), SET_ASIDE, problem.sentence, peer.name if peer else "", header.number, code=problem.code,
        site=header.site,
    )  # fmt: skip
    if problem.code != "waiting":
        return told
    missing_from = newest + 1 if newest + 1 < header.number else 0
    sentence = _waits(told.sender, header.number, missing_from, sealed=bool(peer and peer.introduced_by))
    return replace(told, status=WAITING, reason=sentence, missing_from=missing_from)


def _waits(sender: str, number: int, missing_from: int, *, sealed: bool) -> str:
    """A gap is named: which bundles are missing, and which one waits for them.

    To a site whose card an office brought no bundles go by themselves: what is *sealed* for it goes with the office's.
    """
    if sealed:
        words = _(
            "Sealed file {n} of {site} goes on from what is not on this PC. Nothing was read in, and the records here "
            "are safe. Copy a bundle for your office: it tells {site} what is here, and their next sealed file brings "
            "the rest. If another PC of this site has it, a bundle of that PC brings it too."
        )
    elif missing_from:
        words = ngettext(
            "Bundle {first} of {site} is missing; number {n} waits for it. Nothing was read in, and the records here "
            "are safe. Bring the missing one in. Or copy a bundle for {site}: their next one then brings it again.",
            "Bundles {first} to {last} of {site} are missing; number {n} waits for them. Nothing was read in, and the "
            "records here are safe. Bring the missing ones in. Or copy a bundle for {site}: their next one then "
            "brings them again.",
            number - missing_from,
        )
    else:
        words = _(
            "Bundle {n} of {site} goes on from entries that are not here. Nothing was read in, and the records here "
            "are safe. Copy a bundle for {site}: it says what is here, and their next one brings the rest."
        )
    return words.format(first=missing_from, last=number - 1, site=sender, n=number)


def newest_of(unit: Unit, header: Header) -> int:
    """The greatest number of that device's bundles taken in here; 0 before the first."""
    same = (ReceivedBundle.site == header.site, ReceivedBundle.device == header.device)
    return unit.first(sa.select(sa.func.max(ReceivedBundle.number)).where(*same)) or 0
