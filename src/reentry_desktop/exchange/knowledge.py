"""What each site knows the other has: receipts that travel in bundles, and a short code for the phone.

A receipt names the last bundle that was taken in. Whoever wrote that bundle kept what it left behind, so knows all
that the other site holds; the next bundle begins there. A receipt that is behind an earlier one (the other site was
brought back from a backup) is believed: the next bundle then brings again what was lost.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa

from ..base.clock import stamp
from ..base.ids import Id
from ..base.problems import Problem
from ..base.words import _
from ..bundle import is_receipt_code, receipt_code
from ..bundle.cards import HexId
from ..bundle.header import HexHash
from ..records.entry import first_hash
from ..records.local import Device, Gap, Peer, ReceivedBundle, SentBundle
from ..records.parting import Parting
from ..store import Unit
from ..store.engines import run
from ..store.log import Head, head
from .news import News
from .pcs import newest, said_to_have
from .recalled import lacks_words

BEGAN_ANEW = "began_anew"
"""Set where this PC goes on from a backup, or in the place of one that was lost: others may think it has more."""

REMEMBERED = 10
"""Of so many bundles before the confirmed one it is still known what they left behind."""

Range = tuple[int, int]
_Scans = Annotated[tuple[tuple[HexId, HexHash], ...], msgspec.Meta(max_length=1000)]


class Receipt(msgspec.Struct, frozen=True):
    """The last bundle of a device that was taken in: its number, and the SHA-256 of its header in hexadecimal."""

    device: int
    number: int
    header: str


class End(msgspec.Struct, frozen=True):
    """How far a device's chain is known: its last number and the hash there, in hexadecimal."""

    device: int
    number: int
    hash: str


class Told(msgspec.Struct, frozen=True):
    """What a bundle's manifest says under ``more``: of the receiver's own bundles and entries, and of what stays.

    ``stays`` counts the entries that women hold back from the receiver, by the reason: a code of ``REASONS``.
    """

    receipts: tuple[Receipt, ...] = ()
    ends: tuple[End, ...] = ()
    stays: dict[str, Annotated[int, msgspec.Meta(ge=0)]] = msgspec.field(default_factory=dict)
    devices: dict[Annotated[int, msgspec.Meta(ge=0, lt=1 << 40)], HexId] = msgspec.field(default_factory=dict)
    """The devices of other sites than the sender's that have a run, and whose they are."""
    cards: tuple[bytes, ...] = ()
    """From an office to a facility: the cards of the other facilities it trusts."""
    own: tuple[End, ...] = ()
    """From a facility to an office: how far the other devices of the sender's own site are known to it."""
    partings: tuple[Parting, ...] = ()
    """Which devices of the sender went on as which."""
    parted: tuple[End, ...] = ()
    """Of devices of the receiver that have two histories: where the one that the sender has was, the latest first."""
    scans: _Scans | None = None
    """Which scanned papers the sender lacks, by record and SHA-256; None where its program knows nothing of them."""
    news: tuple[News, ...] = ()
    """From a facility to an office: what happened there."""

    @classmethod
    def of(cls, more: Mapping[str, Any]) -> Told:
        """What is understood of a manifest's ``more``; a later version may say it in a way that is not."""
        try:
            return msgspec.convert(dict(more), cls, str_keys=True)
        except msgspec.ValidationError:
            return cls()


@dataclass(frozen=True)
class Known:
    """What another site holds of this site's devices: all up to ``heads`` but the numbers ``held`` back.

    ``hers`` are those of the held ones that a woman holds back: what she lets out later is among them.
    """

    heads: dict[int, Head] = field(default_factory=dict)
    held: dict[int, list[Range]] = field(default_factory=dict)
    hers: dict[int, list[Range]] = field(default_factory=dict)

    @classmethod
    def after(cls, bundle: SentBundle | None) -> Known:
        """What it holds once it took *bundle* in; nothing where there is none."""
        if bundle is None or not bundle.held:
            return cls()
        heads = msgspec.json.decode(bundle.heads, type=dict[str, tuple[int, str]])
        held = msgspec.json.decode(bundle.held, type=dict[str, tuple[list[Range], list[Range]]])
        return cls(
            {int(device): Head(number, bytes.fromhex(chained)) for device, (number, chained) in heads.items()},
            {int(device): ranges for device, (ranges, _hers) in held.items()},
            {int(device): hers for device, (_ranges, hers) in held.items()},
        )

    def lacks(self, device: int, number: int) -> bool:
        """Whether it does not have that entry."""
        if device not in self.heads or number > self.heads[device].number:
            return True
        return run_with(self.held.get(device, []), number) is not None


def run_with(runs: list[Range], number: int) -> Range | None:
    """The one of *runs*, in order, that *number* is in."""
    place = bisect_right(runs, (number, 1 << 62)) - 1
    return runs[place] if place >= 0 and number <= runs[place][1] else None


def known_by(unit: Unit, site: Id) -> Known:
    """What *site* has confirmed to hold."""
    return Known.after(confirmed(unit, site))


def last_sent(unit: Unit, site: Id) -> SentBundle | None:
    """The last bundle this device made for *site*."""
    return unit.session.scalars(
        sa.select(SentBundle)
        .where(SentBundle.site == site, SentBundle.device == unit.store.device)
        .order_by(SentBundle.number.desc())
        .limit(1)
    ).first()


def may_be_known_by(unit: Unit, site: Id) -> list[Known]:
    """What *site* has if it took in the bundle it confirmed last, or any since: each of them may have come."""
    peer = unit.session.get(Peer, site)
    sent = sa.select(SentBundle).where(
        SentBundle.site == site, SentBundle.device == unit.store.device, SentBundle.held != "",
        SentBundle.number >= (peer.has_number if peer is not None else 0),
    )  # fmt: skip
    return [Known.after(bundle) for bundle in unit.session.scalars(sent)]


def confirmed(unit: Unit, site: Id) -> SentBundle | None:
    """The bundle of this device that *site* confirmed last."""
    peer = unit.session.get(Peer, site)
    if peer is None or not peer.has_number:
        return None
    return unit.session.get(SentBundle, (site, unit.store.device, peer.has_number))


def ranges_of(numbers: Iterable[int]) -> list[Range]:
    """Numbers, in order, as runs without gaps: (first, last)."""
    found: list[Range] = []
    for number in numbers:
        if found and found[-1][1] + 1 == number:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


# Receipts in a bundle


def tell(unit: Unit, site: Id, stays: Mapping[str, int]) -> dict[str, Any]:
    """What a bundle for *site* says of that site's own bundles and entries, and what *stays*: for ``more``.

    Where words of it were deleted here and are shared again, no receipt is given: then they come again.
    """
    came = sorted(newest(unit, site), key=lambda bundle: bundle.device)
    receipts = [Receipt(bundle.device, bundle.number, bundle.header_digest) for bundle in came]
    devices = unit.rows(sa.select(Device.device).where(Device.site == site).order_by(Device.device))
    ends = [(device, end_of(unit, device)) for (device,) in devices]
    anew = site != unit.store.site and lacks_words(unit, site)  # what this site erased itself is gone for good
    return {
        "receipts": [] if anew else [msgspec.to_builtins(receipt) for receipt in receipts],
        "ends": [msgspec.to_builtins(End(device, end.number, end.hash.hex())) for device, end in ends if end.number],
        "stays": dict(stays),
    }


def end_of(unit: Unit, device: int) -> Head:
    """How far a device's chain is known here, with what stayed at its site."""
    last = "SELECT last, hash_after FROM gap WHERE device = ? ORDER BY first DESC LIMIT 1"
    gap = run(unit.connection, last, (device,)).fetchone()
    return max(head(unit.connection, device), Head(gap[0], bytes(gap[1])) if gap else Head(0, first_hash(device)))


def sure_end(unit: Unit, device: int) -> Head:
    """The same, but no further than to where entries were lost here: what comes after that is asked for again."""
    lost = sa.select(Gap).where(Gap.device == device, Gap.hash_after == b"").order_by(Gap.first)
    gap = unit.first(lost)
    return Head(gap.first - 1, gap.hash_before) if gap else end_of(unit, device)


def hear(unit: Unit, peer: Peer, told: Told) -> None:
    """Take in what a bundle of *peer* says of what it has."""
    receipts = [receipt for receipt in told.receipts if receipt.device == unit.store.device]
    if not receipts:  # it has none of this device's bundles, or none any more: a backup may be older than the first
        unit.local(sa.update(Peer).where(Peer.site == peer.site).values(has_number=0))
        unit.session.expire_all()
    for receipt in receipts:
        sent = unit.session.get(SentBundle, (peer.site, receipt.device, receipt.number))
        if sent is not None and sent.header_digest == receipt.header:
            _confirm(unit, sent)


def never_behind(unit: Unit, peer: Peer, told: Told) -> None:
    """Raises ``Problem`` where *peer* has what this device never wrote: then this store is a copy of an earlier day."""
    for end in told.ends:
        if end.device == unit.store.device:
            _never_behind(unit, end, peer.name)


def _never_behind(unit: Unit, end: End, site: str) -> None:
    row = unit.connection.exec_driver_sql(
        "SELECT hash FROM entry WHERE device = ? AND number = ?", (end.device, end.number)
    ).first()
    if row is None or bytes(row[0]).hex() != end.hash:
        raise Problem(
            _(
                "{site} has later entries of this PC than this PC itself, as if an old copy of its folder had been put "
                "back. Nothing was read in. Make a backup here, then bring it back with “restore”: "
                "the records then go on as a new device."
            ).format(site=site),
            code="behind",
        )


def _confirm(unit: Unit, sent: SentBundle) -> None:
    now = stamp(unit.store.clock())
    unit.local(
        sa.update(SentBundle)
        .where(
            SentBundle.site == sent.site, SentBundle.device == sent.device, SentBundle.number <= sent.number,
            SentBundle.acknowledged_at == "",
        )
        .values(acknowledged_at=now)
    )  # fmt: skip
    unit.local(sa.update(Peer).where(Peer.site == sent.site).values(has_number=sent.number))
    # What much earlier ones left behind is needed no more. Of two PCs that take turns the other may have had one of the
    # last; of later ones, one may be the next to be confirmed.
    unit.local(
        sa.update(SentBundle)
        .where(
            SentBundle.site == sent.site, SentBundle.device == sent.device,
            SentBundle.number < sent.number - REMEMBERED,
            SentBundle.number.not_in(said_to_have(unit, sent.site).values()),
        )
        .values(held="")
    )  # fmt: skip
    unit.session.expire_all()


# A receipt by phone


def code_for(unit: Unit, bundle: ReceivedBundle) -> str:
    """The code that confirms a bundle that was taken in, to be read out: over the end of its chain as it left it."""
    left = (end for end in msgspec.json.decode(bundle.own, type=list[End]) if end.device == bundle.device)
    if (end := next(left, None)) is not None:
        return receipt_code(bundle.secret, bundle.device, end.number, bytes.fromhex(end.hash))
    known = end_of(unit, bundle.device)  # it was taken in before its own end was kept
    return receipt_code(bundle.secret, bundle.device, known.number, known.hash)


def confirm_by_code(unit: Unit, site: Id, typed: str) -> int:
    """Take a code that *site* read out. Returns the number of the bundle it confirms. Raises ``Problem``.

    One on an old slip cannot be told from one of a site that was brought back: only a bundle takes back what was
    confirmed.
    """
    before = confirmed(unit, site)
    sent = unit.session.scalars(
        sa.select(SentBundle)
        .where(SentBundle.site == site, SentBundle.device == unit.store.device)
        .order_by(SentBundle.number.desc())
        .limit(100)
    ).all()
    for bundle in sent:
        heads = msgspec.json.decode(bundle.heads, type=dict[str, tuple[int, str]])
        number, chained = heads.get(str(bundle.device), (0, ""))
        if is_receipt_code(typed, receipt_code(bundle.secret, bundle.device, number, bytes.fromhex(chained))):
            if before is not None and bundle.number < before.number:
                raise Problem(
                    _(
                        "This code is older than what is confirmed already: it is for bundle {n}, and bundle {last} is "
                        "confirmed. Nothing was changed. If that site lost something, its next bundle says so."
                    ).format(n=bundle.number, last=before.number),
                    code="older",
                )
            _confirm(unit, bundle)
            unit.tell("site", site, number=bundle.number)
            return bundle.number
    raise Problem(
        _(
            "This code confirms none of the bundles that were made here for that site. Nothing was changed. "
            "Ask for it again, letter by letter."
        ),
        code="code",
    )
