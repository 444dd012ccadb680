"""New keys of a site: renewed here, or made by a new store of the same site; and whose new keys are believed.

A card shows how its key follows from earlier ones. Of two cards that follow from one, the one that the recovery kit
vouches for is believed, not the one that the old key vouches for: a thief may have the key. The kit that counts is
that of the card whose words people compared, or of a card that such a kit vouched for.
"""

from __future__ import annotations

import datetime as dt
from base64 import b64decode, b64encode

import msgspec
import sqlalchemy as sa

from ..base.ids import Id
from ..bundle import MOST_LINKS, Card, Header, Link, SiteKeys, certifies, leads_to, read_card, vouch
from ..records.local import ParcelHere, Peer
from ..store import Store, Unit, vault
from .identity import DEVICE_END, KIT, KIT_LINKS, LINKS, SITE_SIZE, keys_of, links_of, peers
from .knowledge import last_sent

KEPT_DAYS = 60
"""So long bundles that were sealed to the keys before can be opened."""
RENEWED, NEWS = "keys_renewed", "card_news"
JOINED = "joined"
"""Set where this PC is a second one of its site."""


def renew(store: Store) -> None:
    """New keys for this site, vouched for by those it has; the old ones open what is on its way.

    Raises ``Problem`` for anybody but an administrator.
    """
    store.only_administrators("renew_keys")
    new = SiteKeys.generate(store.site)
    with store.work("renew_keys") as unit:
        old, _device = keys_of(unit)
        note_links(unit, [*links_of(unit), vouch(store.site, new.signing_public, old.signing)])
        unit.set_setting(RENEWED, unit.today().isoformat())
        under_way = sa.select(ParcelHere.to_site).where(
            ParcelHere.from_site == store.site, ParcelHere.to_site != store.site
        )
        for to in unit.session.scalars(under_way).all():
            unit.set_setting(reseal_key(to), "yes")
        for peer, _card in peers(unit):
            sent = last_sent(unit, peer.site)
            unit.set_setting(_before(unit, peer.site), str(sent.number if sent else 0))
        unit.tell("site", store.site, signing=new.signing_public.hex())
        device = new.new_device(store.device)
        _seal(unit, new.to_bytes() + device.to_bytes() + old.to_bytes() + unit.identity[DEVICE_END:])
    store.take_over_keys()


def drop_old(store: Store, *, now: bool = False) -> bool:
    """Let go of the keys before, *now* or once they are old; whether any went. What is sealed to them stays closed."""
    with store.read() as unit:
        if not _to_drop(unit, now=now):
            return False
    if now:
        store.only_administrators("drop_old_keys")
    with store.work("drop_old_keys") as unit:
        if not _to_drop(unit, now=now):  # another worker was first, or has renewed them meanwhile
            return False
        unit.tell("site", store.site)
        _seal(unit, unit.identity[:DEVICE_END])
    store.take_over_keys()
    return True


def _to_drop(unit: Unit, *, now: bool) -> bool:
    if not older_keys(unit):
        return False
    since = dt.date.fromisoformat(unit.setting(RENEWED))
    return now or (unit.today() - since).days >= KEPT_DAYS


def _seal(unit: Unit, identity: bytes) -> None:
    """With this transaction they count, for every worker, also one who is at work; her folder gets them when opened."""
    slots = vault.with_identity(unit.store.slots, unit.store.keys, identity)
    unit.set_setting(vault.IDENTITY, b64encode(slots.identity).decode())


def older_keys(unit: Unit) -> list[SiteKeys]:
    """The keys this site had before, as long as they are kept; the latest first."""
    rest = unit.identity[DEVICE_END:]
    return [SiteKeys.from_bytes(rest[at : at + SITE_SIZE]) for at in range(0, len(rest), SITE_SIZE)]


def not_told(unit: Unit) -> list[Peer]:
    """The sites that are not known to have this site's new keys: what they copy next may be sealed to those before."""
    if not older_keys(unit):
        return []
    return [peer for peer, _card in peers(unit) if peer.has_number <= int(unit.setting(_before(unit, peer.site), "0"))]


def _before(unit: Unit, site: Id) -> str:
    """The setting that keeps the last bundle of this device for *site* that was made before the keys were new."""
    return f"keys before {unit.store.device} {site}"


def reseal_key(site: Id) -> str:
    """The setting that says: what is sealed for *site* was signed by a key of before, and is to be sealed anew."""
    return f"reseal {site}"


def note_links(unit: Unit, links: list[Link]) -> None:
    """How this site's key follows, for its card and its bundles; of a very long way the latest part."""
    kit = 3  # the links to its kit stand in a card as well
    unit.set_setting(LINKS, msgspec.json.encode(links[kit - MOST_LINKS :]).decode())
    unit.set_setting(NEWS, "yes")


def note_kit(unit: Unit, keys: list[bytes]) -> None:
    """The public keys of the recovery kit that was tested: they stand in the card from now on.

    Where people compared a card with another kit, or with none of this key, the site's key vouches for the kit: who has
    not heard of it yet when this PC is lost then follows all the same. It stays the word of a key, which the kit that
    people compared outranks.
    """
    said = msgspec.json.encode(keys).decode()
    if unit.setting(JOINED):
        return  # the kit of the site's first PC stands in the card of both
    other = unit.setting(KIT) not in ("", said)
    if other:
        unit.set_setting(NEWS, "yes")
    if other or unit.setting(LINKS):
        own, _device = keys_of(unit)
        vouched = [vouch(own.site, key, own.signing) for key in keys]
        unit.set_setting(KIT_LINKS, msgspec.json.encode(vouched).decode())
    unit.set_setting(KIT, said)


# Of other sites


def root(peer: Peer) -> Card:
    """The card whose recovery kit counts."""
    return read_card(peer.root or peer.card)


def follows(peer: Peer, card: Card) -> str:
    """Whether *card* follows from the one that is believed: by ``key`` or ``kit``; ``""`` where it does not."""
    return leads_to(card.site, card.signing, card.links, read_card(peer.card).signing, root(peer).kit_keys)


def take_over(unit: Unit, peer: Peer, data: bytes) -> bool:
    """Believe the card that a site sends of itself, where it follows; whether its keys are new. Raises ``Problem``."""
    card, known = read_card(data), read_card(peer.card)
    if card.site != peer.site or card.practice != known.practice:
        return False
    if card.signing == known.signing:
        unit.local(
            sa.update(Peer).where(Peer.site == peer.site).values(name=card.name, card=data, root=peer.root or peer.card)
        )
        unit.session.expire_all()
        return False
    how = follows(peer, card)
    if not how:
        return False
    kept = data if how == "kit" else peer.root or peer.card
    unit.local(sa.update(Peer).where(Peer.site == peer.site).values(name=card.name, card=data, root=kept))
    unit.set_setting(f"{RENEWED} {peer.site}", unit.today().isoformat())
    unit.tell("site", peer.site, fingerprint=" ".join(card.fingerprint), by=how)
    unit.session.expire_all()
    return True


def of_before(peer: Peer, header: Header) -> bool:
    """Whether a bundle was signed under a key that the one believed now follows from."""
    before = {link.by for link in read_card(peer.card).links}
    signed = (header.site, header.device, header.device_public, header.certificate)
    return any(certifies(key, *signed) for key in before)


def take_card(unit: Unit, card: Card, data: bytes) -> bool:
    """Believe a card from a file without comparing words, where it follows from one that is known; whether it did."""
    peer = unit.session.get(Peer, Id(card.site))
    return peer is not None and take_over(unit, peer, data)


def card_said(more: dict[str, object]) -> bytes:
    """The sender's own card in a manifest's ``more``; nothing where none is there."""
    try:
        return b64decode(str(more.get("card", "")), validate=True)
    except ValueError:
        return b""


def renewed_on(unit: Unit, site: str) -> str:
    """The day on which new keys of another site were taken over here (ISO); ``""`` where that never was."""
    return unit.setting(f"{RENEWED} {site}")
