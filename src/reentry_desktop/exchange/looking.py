"""What can be known of a bundle before it is taken in: without a store, with a card, with a store."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa

from ..base import pieces
from ..base.ids import Id
from ..base.problems import Problem
from ..base.words import _, ngettext
from ..bundle import Card, Header, begin_of, check_size, inspect, open_bundle, read_card, verify
from ..bundle.faults import fault
from ..records.local import Peer, ReceivedBundle
from ..records.people import Site
from ..store import Store, Unit
from .identity import keys_of, own_card
from .succeeding import older_keys


@dataclass(frozen=True)
class Looked:
    """``signed`` is None where no card was there to check it; ``can_open`` is None without a store.

    ``sender`` and ``to`` are sites' ids, ``names`` those of them that are known here.
    """

    problems: tuple[Problem, ...] = ()
    sender: Id | None = None
    device: int = 0
    to: tuple[Id, ...] = ()
    number: int = 0
    bytes: int = 0
    signed: bool | None = None
    can_open: bool | None = None
    names: tuple[tuple[Id, str], ...] = ()


def look(path: Path, cards: Sequence[Card] = (), store: Store | None = None) -> Looked:
    """Look at a file; nothing is changed. One of the *cards* is the sender's; with *store* the one it trusts is taken.

    What is wrong with the file is told in ``problems``. Raises ``Problem`` where it cannot be read at all.
    """
    try:
        with pieces.open_whole(path) as file:
            return _look(path, file, cards, store)
    except OSError as error:
        raise Problem(
            _("The file {name} cannot be read. Nothing was changed. Check its name.").format(name=path.name),
            code="no-file",
        ) from error


def read_header(path: Path, file: BinaryIO) -> Header:
    """The header of a bundle. Raises ``Problem`` where not all of it is there."""
    header = begin_of(file)
    check_whole(path, file, header)
    return header


def check_whole(path: Path, file: BinaryIO, header: Header) -> None:
    """Raise ``Problem`` where less of a bundle is there than its header says, or more."""
    if path.exists():  # a sealed file in the store lies in one
        check_pieces(path, header.body_start + header.body_size)
    check_size(file, header)


def check_pieces(path: Path, size: int) -> None:
    """Raise ``Problem``, and name them, where some of the files are missing in which a bundle of *size* bytes lies."""
    absent = (name for name in pieces.names(path, size) if not path.with_name(name).exists())
    missing = list(itertools.islice(absent, 5))  # what a forged header says may be any number
    if not missing:
        return
    words = ngettext(
        "This bundle lies in several files, and {files} is missing. Nothing was read in, and the records here are "
        "safe. Put it beside the others, or ask the sender to copy the bundle again.",
        "This bundle lies in several files, and {files} are missing. Nothing was read in, and the records here are "
        "safe. Put them beside the others, or ask the sender to copy the bundle again.",
        len(missing),
    )
    raise Problem(words.format(files=", ".join(missing)), code="piece-missing")


def headers_of(paths: Iterable[Path]) -> dict[Path, Header]:
    """The headers of those that are bundles, and are there still: a quick look at each."""
    found = {}
    for path in paths:
        with suppress(OSError, Problem), pieces.open_whole(path) as file:
            found[path] = inspect(file)
    return found


def taken_in(unit: Unit, headers: Mapping[Path, Header]) -> set[Path]:
    """Which of these bundles were taken in here before."""
    digests = {path: header.digest.hex() for path, header in headers.items()}
    known = sa.select(ReceivedBundle.header_digest).where(ReceivedBundle.header_digest.in_(digests.values()))
    came = set(unit.session.scalars(known))
    return {path for path, digest in digests.items() if digest in came}


def not_taken_in(unit: Unit, paths: Iterable[Path]) -> list[Path]:
    """Those of other sites that were not taken in here: the ones for this site, and those that go to another one."""
    headers = headers_of(paths)
    came = taken_in(unit, headers)
    return [path for path, header in headers.items() if header.site != unit.store.site and path not in came]


def is_own(store: Store, header: Header, peer: Peer | None) -> bool:
    """Whether this site made that bundle: this PC, or one before it where the site has no other PC (*peer*)."""
    return header.site == store.site and (header.device == store.device or peer is None)


def not_for_here(unit: Unit, header: Header) -> Problem | None:
    """What to say of a bundle that is for another site, as where one stick carries those of several; else None."""
    if unit.store.site in header.to:
        return None
    known = unit.session.scalars(sa.select(Peer.name).where(Peer.site.in_(header.to)).order_by(Peer.name))
    sites = ", ".join(known) or _("another site")
    words = _("This bundle is for {site}. Nothing was read in, and the records here are safe. Bring it there.")
    return Problem(words.format(site=sites), code="wrong-receiver")


def _look(path: Path, file: BinaryIO, cards: Sequence[Card], store: Store | None) -> Looked:
    try:
        header = read_header(path, file)
    except Problem as problem:
        return Looked((problem,), can_open=False if store else None)
    found = Looked((), header.site, header.device, header.to, header.number, header.body_start + header.body_size)
    names: dict[Id, str] = {}
    peer: Peer | None = None
    elsewhere: Problem | None = None
    card = next((card for card in cards if card.site == header.site), cards[0] if cards else None)
    if store is not None:
        with store.read() as unit:
            names[store.site] = unit.get(Site, store.site).name
            peer, elsewhere = unit.session.get(Peer, header.site), not_for_here(unit, header)
            names |= {known.site: known.name for known in unit.session.scalars(sa.select(Peer))}
        if peer is not None:
            card = card or read_card(peer.card)
        elif header.site == store.site:
            card = own_card(store)[0]
    for known in cards:
        names.setdefault(Id(known.site), known.name)
    found = replace(found, names=tuple(names.items()))
    try:
        signed = _check(file, header, card)
    except Problem as problem:
        return replace(found, problems=(problem,), signed=False if card else None, can_open=False if store else None)
    found = replace(found, signed=signed)
    if store is not None and is_own(store, header, peer):
        return replace(found, problems=(fault("own-bundle"),), can_open=False)
    if elsewhere is not None:
        return replace(found, problems=(elsewhere,), can_open=False)
    return found if store is None else _open(file, found, card, store)


def _check(file: BinaryIO, header: Header, card: Card | None) -> bool | None:
    """Whether the sender's site signed it; None without a card, and then its body alone is checked."""
    if card is None:
        file.seek(header.body_start)
        body = hashlib.sha256()
        while block := file.read(1 << 20):
            body.update(block)
        if body.digest() != header.body_sha256:
            raise fault("altered")
        return None
    if card.site != header.site:
        raise Problem(
            _("This card is of another site than the one that made this bundle. Nothing was changed."),
            code="other-card",
        )
    verify(file, card)
    return True


def _open(file: BinaryIO, found: Looked, card: Card | None, store: Store) -> Looked:
    if card is None:
        return replace(found, problems=(fault("unknown-sender"),), can_open=False)
    try:
        with store.read() as unit:
            open_bundle(file, verify(file, card), keys_of(unit)[0], older_keys(unit))
    except Problem as problem:
        return replace(found, problems=(problem,), can_open=False)
    return replace(found, can_open=True)
