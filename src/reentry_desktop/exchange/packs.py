"""Template packs on their way between sites: signed with a site's key, taken in only from a site trusted here.

The file is one DSSE envelope, as a card is; its payload is the pack's JSON.
"""

from __future__ import annotations

import sqlalchemy as sa

from ..base.ids import Id
from ..base.problems import Problem
from ..base.words import _
from ..bundle import envelope, read_card
from ..records.local import Peer
from ..records.people import Site
from ..store import Store, Unit
from .identity import keys_of

KIND = "application/vnd.reentry-desktop.pack+json"


def sign_pack(store: Store, text: bytes) -> bytes:
    """The file that carries a pack to other sites: *text* with this site's signature."""
    with store.read() as unit:
        return envelope.write(KIND, text, keys_of(unit)[0].signing)


def open_pack(unit: Unit, data: bytes) -> tuple[bytes, Id]:
    """The pack's JSON and the site that signed it. Raises ``Problem`` for a file that is not signed by a known one."""
    try:
        signed = envelope.read(data.strip(), KIND)
    except ValueError as error:
        raise Problem(
            _(
                "This file is not a signed template pack. Nothing was changed. "
                "Ask the office for the pack as a signed file."
            ),
            code="pack-unsigned",
        ) from error
    own = keys_of(unit)[0].signing_public
    if signed.signed_by(own):
        return signed.payload, unit.store.site
    for peer in unit.session.scalars(sa.select(Peer).where(Peer.introduced_by == "")):
        if signed.signed_by(read_card(peer.card).signing):
            return signed.payload, peer.site
    raise Problem(
        _(
            "This template pack was signed by nobody this site knows, or was changed since. Nothing was changed. "
            "Exchange cards with the site it comes from, then take it in."
        ),
        code="pack-stranger",
    )


def pack_inside(data: bytes) -> bytes:
    """The JSON of a pack that was taken in before, whoever is trusted today. Raises ``Problem`` for no envelope."""
    try:
        return envelope.read(data.strip(), KIND).payload
    except ValueError as error:
        raise Problem(_("This template pack cannot be read. Her words are safe."), code="pack-malformed") from error


def signer_name(unit: Unit, site: Id) -> str:
    """What a site that signed is called here."""
    found = unit.find(Site, site)
    peer = unit.session.get(Peer, site)
    return found.name if found else peer.name if peer else ""
