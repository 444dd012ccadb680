"""A second PC of a site: it gets the site's keys in a sealed file, and a device of its own.

The two are one site with two devices. They meet through the office, as any site's devices do, or by a stick between
them: then everything goes, also what stays with the site, because it is the same site.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from ..base.clock import stamp
from ..base.files import replace_file
from ..base.ids import Id
from ..base.problems import Problem
from ..base.wordlist import fingerprint_words, read_words
from ..base.words import _
from ..bundle import SiteKeys, read_card
from ..records.base import fields
from ..records.local import Peer
from ..records.people import Site
from ..store import Store, Unit, vault
from .identity import DEVICE_END, KIT, KIT_LINKS, LINKS, SITE_SIZE, own_card
from .succeeding import JOINED, NEWS, RENEWED

FORMAT = b"reentry-joining/1\n"
_SETTINGS = (LINKS, KIT, KIT_LINKS, NEWS, RENEWED)
SIZE = 4 * 1024 * 1024


class Joining(msgspec.Struct, frozen=True):
    """What the second PC gets: the site's private keys (those of before too), its values, and whom it trusts."""

    site: Id
    kind: str
    practice: bool
    keys: bytes
    older: bytes
    values: dict[str, Any]
    settings: dict[str, str]
    peers: list[dict[str, Any]]

    def __repr__(self) -> str:
        return "<Joining>"

    def identity(self, device: int) -> bytes:
        """The identity of the new device, for the vault to seal."""
        keys = SiteKeys.from_bytes(self.keys)
        return self.keys + keys.new_device(device).to_bytes() + self.older

    def site_values(self) -> dict[str, Any]:
        """The site's values as a record's: days as days."""
        days = {name for name, spec in fields(Site).items() if spec.editor == "day"}
        return {
            name: dt.date.fromisoformat(value) if name in days and value else value
            for name, value in self.values.items()
        }


def write_file(store: Store, path: Path) -> tuple[str, ...]:
    """Seal the joining file; the twelve words that open it, to be shown once. Raises ``Problem``.

    Who has both, file and words, is this site.
    """
    store.only_administrators("make_joining_file")
    with store.read() as unit:
        site = unit.get(Site, store.site)
        values = {name: getattr(site, name) for name in fields(Site) if name != "removed"}
        peers = [
            {column.key: getattr(peer, column.key) for column in sa.inspect(Peer).columns if column.key != "has_number"}
            for peer in unit.session.scalars(sa.select(Peer).where(Peer.site != store.site))
        ]
        settings = {key: unit.setting(key) for key in _SETTINGS}
        identity = unit.identity
    made = Joining(
        store.site, store.slots.kind, store.practice, identity[:SITE_SIZE], identity[DEVICE_END:], values, settings,
        peers,
    )  # fmt: skip
    words = fingerprint_words(os.urandom(32))
    sealed = vault.seal_with_words(words, msgspec.msgpack.encode(made), FORMAT)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, FORMAT + sealed)
    except OSError as error:
        raise Problem(
            _("The file could not be written there. Nothing was changed. Choose another place."), code="disk"
        ) from error
    with store.work("make_joining_file") as unit:
        meet(unit, store)
        unit.tell("site", store.site)
    return words


def read_file(data: bytes, typed: str) -> Joining:
    """Open a joining file with its twelve words. Raises ``Problem``."""
    words = read_words(typed)
    if len(data) > SIZE or not data.startswith(FORMAT):
        raise Problem(
            _("This file is not for a second PC of a site. Nothing was changed. Choose another file."),
            code="not-joining",
        )
    try:
        opened = vault.unseal_with_words(words, data[len(FORMAT) :], FORMAT)
        return msgspec.msgpack.decode(opened, type=Joining)
    except (ValueError, msgspec.DecodeError) as error:
        raise Problem(
            _("These twelve words do not open this file. Nothing was changed. Look at each word again."), code="words"
        ) from error


def settle_in(unit: Unit, joining: Joining) -> None:
    """At the new PC: whom the first one trusts, and what stands in the site's card."""
    for peer in joining.peers:
        unit.local(sa.insert(Peer).values(**peer | {"kind": read_card(peer["card"]).kind}))
    for key, value in joining.settings.items():
        if value:
            unit.set_setting(key, value)
    unit.set_setting(JOINED, "yes")
    unit.session.expire_all()


def meet(unit: Unit, store: Store) -> None:
    """Both PCs know each other as one more site to copy for: their own."""
    if unit.session.get(Peer, store.site) is None:
        card, data = own_card(store)
        name = _("{site}, other PC").format(site=card.name[:100])
        unit.local(
            sa.insert(Peer).values(
                site=store.site, name=name, code=card.code[:12], kind=card.kind, card=data,
                trusted_at=stamp(store.clock()), trusted_by=store.who.id,
            )
        )  # fmt: skip
        unit.session.expire_all()
