"""Who this site is to others: its keys, its card, and the cards it trusts."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from ..base.clock import stamp
from ..base.ids import Id
from ..base.problems import NotFound, Problem
from ..base.words import _
from ..bundle import Card, DeviceKey, Link, SiteKeys, make_card, read_card, write_card
from ..records.local import Device, Peer
from ..records.people import Site
from ..store import Store, Unit, vault
from ..store.vault import SlotFile
from .revoking import revoked

SITE_SIZE = 168
KIT, LINKS, KIT_LINKS = "kit_keys", "succession", "kit_succession"
"""The settings of what stands in this site's card besides its keys: its kit, how its key follows, and how its kit."""
DEVICE_END = SITE_SIZE + 128
"""Of the sealed bytes: the site's keys, the device's; after them the keys the site had before."""
MOST_CARDS = 200  # of 3 kB each: a manifest is a line of one MiB at most


def new_identity(site: Id, device: int) -> bytes:
    """Fresh keys of a site and its first device, for the vault to seal."""
    keys = SiteKeys.generate(site)
    return keys.to_bytes() + keys.new_device(device).to_bytes()


def renewed_identity(identity: bytes, device: int) -> bytes:
    """The same site with a new device: after a restore, two histories must never share one device."""
    keys = SiteKeys.from_bytes(identity[:SITE_SIZE])
    return keys.to_bytes() + keys.new_device(device).to_bytes() + identity[DEVICE_END:]


def as_device(unit: Unit, device: int) -> SlotFile:
    """The key file of this store as another device of the same site."""
    store = unit.store
    slots = vault.with_identity(
        msgspec.structs.replace(store.slots, device=device), store.keys, renewed_identity(unit.identity, device)
    )
    address = vault.unseal_database(store.slots, store.keys)
    return vault.with_database(slots, store.keys, address) if address else slots


def keys_of(unit: Unit) -> tuple[SiteKeys, DeviceKey]:
    """The private keys of this site and device."""
    identity = unit.identity
    return SiteKeys.from_bytes(identity[:SITE_SIZE]), DeviceKey.from_bytes(identity[SITE_SIZE:DEVICE_END])


def links_of(unit: Unit, key: str = LINKS) -> list[Link]:
    """How this site's key follows from earlier ones; with ``KIT_LINKS``, how its recovery kit follows from its key."""
    return msgspec.json.decode(unit.setting(key, "[]"), type=list[Link])


def own_card(store: Store) -> tuple[Card, bytes]:
    """This site's card, and the file that carries it to others."""
    with store.read() as unit:
        keys, _device = keys_of(unit)
        site = unit.get(Site, store.site)
        name, code, kind = site.name, site.code, str(site.kind)
        kit = msgspec.json.decode(unit.setting(KIT, "[]"), type=list[bytes])
        links = [link for key in (LINKS, KIT_LINKS) for link in links_of(unit, key)]
    card = make_card(
        keys, name=name, code=code, kind=kind, made=store.clock(), practice=store.practice, kit=kit, links=links  # type: ignore[arg-type]
    )  # fmt: skip
    return card, write_card(card, keys)


def check_card(store: Store, data: bytes) -> Card:
    """The card in a file, if this store may trust it at all. Raises ``Problem``."""
    card = read_card(data)
    if card.site == store.site:
        raise Problem(
            _("This is this site's own card. Nothing was changed. Choose the other site's card."), code="own-card"
        )
    if card.practice != store.practice:
        raise Problem(
            _("A practice site and a real site never exchange cards. Nothing was changed. Choose another card."),
            code="practice",
        )
    return card


def trust(unit: Unit, card: Card, data: bytes, typed: str, *, new_keys: bool = False) -> None:
    """Trust a card, if *typed* are the twelve words its site reads out. Raises ``Problem``.

    Other keys of a site that is known need that somebody says so: with *new_keys* they take the place of the old ones.
    """
    if not card.has_fingerprint(typed):
        raise Problem(
            _(
                "These twelve words are not those of the card. The card was not trusted and nothing was changed. "
                "Call the other site and read the words to each other again."
            ),
            code="fingerprint",
        )
    known = unit.session.get(Peer, Id(card.site))
    other = known is not None and not known.introduced_by and read_card(known.card).signing != card.signing
    if other and not new_keys:
        raise Problem(
            _(
                "This site is known here with another key. Nothing was changed. Ask the site by phone whether it has "
                "new keys. If so, say here that its keys are new, and trust this card."
            ),
            code="other-key",
        )
    has = known.has_number if known is not None and other else 0
    if known is not None:
        unit.local(sa.delete(Peer).where(Peer.site == card.site))
    unit.local(
        sa.insert(Peer).values(
            site=card.site, name=card.name, code=card.code, kind=card.kind, card=data,
            trusted_at=stamp(unit.store.clock()), trusted_by=unit.store.who.id, has_number=has,
        )
    )  # fmt: skip
    unit.session.expire_all()
    unit.tell("site", Id(card.site), fingerprint=" ".join(card.fingerprint))


def peers(unit: Unit) -> list[tuple[Peer, Card]]:
    """The sites whose cards are trusted here: people compared the words. Bundles go to them."""
    return _known(unit, sa.and_(Peer.introduced_by == "", Peer.site != unit.store.site))


def own_other(unit: Unit) -> list[tuple[Peer, Card]]:
    """This site itself, where it has another PC that bundles go to."""
    return _known(unit, Peer.site == unit.store.site)


def introduced(unit: Unit) -> list[tuple[Peer, Card]]:
    """The facilities whose cards an office brought: a woman's record may be sealed for them, and come from them."""
    return _known(unit, Peer.introduced_by != "")


def facilities(unit: Unit) -> list[tuple[Peer, Card]]:
    """Every other facility whose card is here, trusted or introduced."""
    return [(peer, card) for peer, card in _known(unit, Peer.site != unit.store.site) if card.kind == "facility"]


def _known(unit: Unit, where: sa.ColumnElement[bool]) -> list[tuple[Peer, Card]]:
    found = unit.session.scalars(sa.select(Peer).where(where).order_by(Peer.name))
    return [(peer, read_card(peer.card)) for peer in found]


def introductions(unit: Unit, to: Card) -> list[bytes]:
    """The cards an office brings to a facility: of every other facility it trusts itself."""
    if unit.store.slots.kind != "office" or to.kind != "facility":
        return []
    found = [
        peer.card
        for peer, card in peers(unit)
        if card.kind == "facility" and card.site != to.site and revoked(unit, peer.site, 0) is None
    ]
    return found[:MOST_CARDS]


def introduce(unit: Unit, by: Peer, cards: Iterable[bytes]) -> None:
    """Take in the cards of facilities that an office, trusted here, brings.

    What people compared is never overwritten; nor is another key believed for a site that is known: people settle that.
    """
    if by.introduced_by or read_card(by.card).kind != "office" or unit.store.slots.kind != "facility":
        return
    for data in cards:
        try:
            card = check_card(unit.store, data)
        except Problem:
            continue
        known = unit.session.get(Peer, Id(card.site))
        if card.kind != "facility" or (known is not None and not known.introduced_by):
            continue
        if known is None:
            values = {"trusted_at": stamp(unit.store.clock()), "introduced_by": by.site}
            named = {"name": card.name, "code": card.code[:12], "kind": card.kind, "card": data}
            unit.local(sa.insert(Peer).values(site=card.site, trusted_by="", **named, **values))
        elif read_card(known.card).signing != card.signing:
            from .succeeding import take_over

            if not take_over(unit, known, data):
                unit.tell("site", Id(card.site), other_key=True)
        elif known.card != data:
            unit.local(sa.update(Peer).where(Peer.site == card.site).values(name=card.name, card=data))
    unit.session.expire_all()


def peer_named(unit: Unit, name: str) -> tuple[Peer, Card]:
    """The trusted site of that name or code. Raises ``NotFound``."""
    for peer, card in (*peers(unit), *own_other(unit)):
        if name.casefold() in (peer.name.casefold(), peer.code.casefold() or None):
            return peer, card
    raise NotFound(
        _("No trusted card here is of a site called {name}. Nothing was changed. Exchange cards first.").format(
            name=name
        )
    )


def belongs(unit: Unit, device: int, site: Id) -> bool:
    """Whether *device* is *site*'s; a device seen for the first time belongs to whoever sends it."""
    known = unit.session.get(Device, device)
    if known is None:
        unit.local(sa.insert(Device).values(device=device, site=site))
        return device != unit.store.device
    return known.site == site
