"""The sealed backups of facilities that an office keeps, and giving one to the facility that lost its PC."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from ..base.files import in_file_name
from ..base.ids import Id
from ..base.problems import NotFound
from ..base.progress import Progress, untold
from ..base.words import N_, _
from ..exchange import kept
from ..records.local import Peer
from ..records.transfer import site_name
from ..store import Store, Unit


@dataclass(frozen=True)
class KeptBackup:
    """A backup of a facility. ``at`` is when it came (UTC); ``state`` a key of ``STATES``. Nobody here can open it."""

    site: Id
    name: str
    code: str
    size: int
    at: str
    sha256: str
    state: str


STATES = {
    "whole": N_("It is whole."),
    "damaged": N_("It was damaged on this PC. The next one that comes takes its place."),
}


def backups(unit: Unit) -> list[KeptBackup]:
    """What an office keeps, the oldest first; nothing at a facility."""
    found = []
    for row in kept.backups(unit):
        peer = unit.session.get(Peer, row.from_site)
        state = "damaged" if row.damaged else "whole"
        name = peer.name if peer else site_name(unit.connection, row.from_site)
        found.append(KeptBackup(row.from_site, name, peer.code if peer else "", row.size, row.at, row.sha256, state))
    return found


def file_name(one: KeptBackup) -> str:
    """What it is called on a stick."""
    day = dt.datetime.fromisoformat(one.at).date().isoformat()
    return f"{in_file_name(one.code) or one.site[:8]}-{day}.backup"


def hand_out(store: Store, site: str, folder: Path, progress: Progress = untold) -> tuple[Path, str]:
    """Copy the backup of *site*, a name or code, into *folder*; the file, and its SHA-256.

    Raises ``Problem``, or what *progress* raises to stop it.
    """
    with store.read() as unit:
        said = site.casefold()
        one = next((b for b in backups(unit) if said in (b.name.casefold(), b.code.casefold() or None)), None)
    if one is None:
        raise NotFound(_("No backup of a site called {name} is kept here. Nothing was written.").format(name=site))
    out = folder / file_name(one)
    return out, kept.hand_out(store, one.site, out, progress)


__all__ = ["STATES", "KeptBackup", "backups", "file_name", "hand_out"]
