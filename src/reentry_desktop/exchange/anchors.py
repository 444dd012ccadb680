"""What lies outside a log and shows whether it is still the one it was: a log that was written anew is whole in itself.

The marks in the folder, the bundles that were made here, what other sites confirmed of them, and a backup or a bundle
that somebody brings. Each knew how far a device's chain went, and the hash there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from ..base.problems import Problem
from ..base.words import _
from ..bundle import inspect
from ..records.local import Peer, SentBundle
from ..store import Store, Unit, mark
from ..store.backup import read_heads
from ..store.mark import Fault, Mark


class Anchor(NamedTuple):
    """What knew how far chains went. ``what``: ``bundle``, ``receipt`` or ``backup``; ``name`` whose it is."""

    what: str
    name: str
    number: int
    at: str
    ends: tuple[Mark, ...]

    @property
    def by(self) -> str:
        """How a ``Fault`` names it: the parts, each on a line."""
        return "\n".join((self.what, self.name, str(self.number), self.at))


def anchors(unit: Unit) -> Iterator[Anchor]:
    """The last bundle for each site, and the last that each confirmed."""
    for peer in unit.session.scalars(sa.select(Peer).order_by(Peer.name)).all():
        sent = unit.session.scalars(
            sa.select(SentBundle).where(SentBundle.site == peer.site).order_by(SentBundle.made_at)
        ).all()
        confirmed = [bundle for bundle in sent if bundle.acknowledged_at]
        for what, bundles in (("receipt", confirmed), ("bundle", sent)):
            if bundles:
                last = bundles[-1]
                yield Anchor(what, peer.name, last.number, last.acknowledged_at or last.made_at, _ends(last))


def _ends(bundle: SentBundle) -> tuple[Mark, ...]:
    heads = msgspec.json.decode(bundle.heads, type=dict[str, tuple[int, str]])
    return tuple(Mark(int(device), number, chained, bundle.made_at) for device, (number, chained) in heads.items())


def against_what_is_known(unit: Unit) -> list[Fault]:
    """What the marks, the bundles and the receipts know otherwise than the log here."""
    found = mark.compare_here(unit.store)
    for anchor in anchors(unit):
        found += mark.compare(unit.connection, anchor.ends, anchor.by)
    return found


def against_file(store: Store, path: Path) -> list[Fault]:
    """What a backup of this store, or a bundle that this PC made, knows otherwise. Raises ``Problem`` for another."""
    try:
        with path.open("rb") as file:
            is_backup = file.read(2) == b"PK"
    except OSError as error:
        raise Problem(_("This file cannot be read. Nothing was changed. Check its name."), code="no-file") from error
    return _against_backup(store, path) if is_backup else _against_bundle(store, path)


def _against_backup(store: Store, path: Path) -> list[Fault]:
    heads, slots = read_heads(path, store.keys.records)
    if slots.store != store.slots.store:
        raise Problem(_("This is a backup of another store. Nothing was compared."), code="foreign")
    at = ""
    ends = tuple(Mark(device, number, chained.hex(), at) for device, number, chained in heads)
    with store.everything.connect() as connection:
        return mark.compare(connection, ends, Anchor("backup", path.name, 0, at, ends).by)


def _against_bundle(store: Store, path: Path) -> list[Fault]:
    """A bundle is sealed for its receiver: its signed first line says its number, and what this store should know."""
    with path.open("rb") as file:
        header = inspect(file)
    if header.site != store.site:
        raise Problem(_("Another site made this bundle. Nothing was compared."), code="foreign")
    with store.read() as unit:
        for site in header.to:
            row = unit.session.get(SentBundle, (site, header.device, header.number))
            peer = unit.session.get(Peer, site)
            by = Anchor("bundle", peer.name if peer else "", header.number, "", ()).by
            if row is None:
                return [Fault("cut" if header.device == store.device else "missing", header.device, 0, 0, by)]
            if row.header_digest != header.digest.hex():
                return [Fault("rewritten", header.device, 0, 0, by)]
            if found := mark.compare(unit.connection, _ends(row), by):
                return found
    return []


__all__ = ["Anchor", "against_file", "against_what_is_known", "anchors"]
