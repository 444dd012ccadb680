"""Bundles and cards, as the window asks for them: the exchange behind plain functions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..base.files import replace_file
from ..base.media import look
from ..base.problems import Problem
from ..base.progress import Progress, untold
from ..base.wordlist import read_words, word_list
from ..base.words import _
from ..bundle import CARD_SIZE, Card
from ..exchange import identity, incoming, outgoing
from ..exchange.incoming import ALREADY, APPLIED, SET_ASIDE, WAITING, Taken
from ..exchange.outgoing import Preview, Sent
from ..exchange.sharing import HeldBack
from ..store import Store, Unit
from . import media

CARD_ENDING, BUNDLE_ENDING = ".card", ".bundle"
_OF_SYSTEMS = {"System Volume Information", "$RECYCLE.BIN", "lost+found"}


def preview(unit: Unit, to: str) -> Preview:
    """What a bundle for the site *to* would carry, and what would stay here."""
    return outgoing.preview(unit, to)


def send(store: Store, to: str, folder: Path, *, progress: Progress = untold) -> Sent:
    """Write a bundle for the site *to* into *folder*, read it back, and begin its line in the transport log.

    Raises ``Problem``; then nothing was sent.
    """
    with store.read() as unit:
        media.check_folder(unit, folder)
    medium = look(folder)  # before: once it is written, the stick may be pulled at any moment
    sent = outgoing.send(store, to, folder, progress=progress)
    with store.work("note_carriage") as unit:
        media.note_carriage(unit, sent, medium)
    return sent


def bundles_in(folder: Path) -> list[Path]:
    """The bundles lying in a folder, the newest first."""
    try:
        found = [(path.stat().st_mtime, path) for path in folder.glob(f"*{BUNDLE_ENDING}") if path.is_file()]
    except OSError:
        return []
    return [path for _moment, path in sorted(found, reverse=True)]


def other_files_in(folder: Path) -> bool:
    """Whether more lies in a folder than bundles and cards of ours, but for what systems leave on every stick."""
    try:
        found = [path for path in folder.iterdir() if path.suffix not in (BUNDLE_ENDING, CARD_ENDING, ".part")]
    except OSError:
        return False
    return any(path.name not in _OF_SYSTEMS and not path.name.startswith(".") for path in found)


def take_in(store: Store, paths: Sequence[Path], *, trial: bool = False, progress: Progress = untold) -> list[Taken]:
    """Take bundles in, the earlier ones of a site first; as a *trial* only say what that does.

    What waits for another file of these is tried again after it. The answers stand in the order of *paths*. Where
    *progress* stops it, the bundles already taken in stay. Raises ``Problem``, before any is looked at, where one lies
    on a stick that this site does not take.
    """
    with store.read() as unit:
        for folder in sorted({path.resolve().parent for path in paths}):
            media.check_folder(unit, folder)
    found: dict[Path, Taken] = {}
    left = sorted(dict.fromkeys(paths), key=lambda path: path.name)
    while left:
        for place, path in enumerate(left):
            found[path] = incoming.take_in(store, path, trial=trial, progress=_part(progress, place, len(left)))
        waiting = [path for path in left if found[path].status == WAITING]
        moved = any(found[path].status == APPLIED for path in left) and not trial
        left = waiting if moved else []
    return [found[path] for path in paths]


def _part(progress: Progress, place: int, count: int) -> Progress:
    return lambda share: progress((place + share) / count)


def own_card(store: Store) -> tuple[Card, bytes]:
    """This site's card, and the bytes of its file."""
    return identity.own_card(store)


def save_card(store: Store, path: Path) -> Card:
    """Write this site's card to *path*. Raises ``Problem``."""
    card, data = identity.own_card(store)
    try:
        replace_file(path, data)
    except OSError as error:
        raise Problem(outgoing.stick_sentence(error), code="stick") from error
    return card


def read_card(store: Store, path: Path) -> tuple[Card, bytes]:
    """Another site's card from a file, checked but not trusted yet. Raises ``Problem``."""
    try:
        with path.open("rb") as file:
            data = file.read(CARD_SIZE + 1)
    except OSError as error:
        raise Problem(
            _("This file cannot be read. Nothing was changed. Put the stick in again."), code="stick"
        ) from error
    return identity.check_card(store, data), data


def trust_card(unit: Unit, card: Card, data: bytes, typed: str) -> None:
    """Trust a card, if *typed* are the twelve words its site reads out. Raises ``Problem``."""
    identity.trust(unit, card, data, typed)


def full_word(typed: str) -> str:
    """The word of the list that *typed* (its first four letters at least) means, or ``""``."""
    try:
        found = read_words(typed)
    except Problem:
        return ""
    return found[0] if len(found) == 1 else ""


__all__ = [
    "ALREADY", "APPLIED", "BUNDLE_ENDING", "CARD_ENDING", "SET_ASIDE", "WAITING", "Card", "HeldBack",
    "Preview", "Sent", "Taken", "bundles_in", "full_word", "other_files_in", "own_card", "preview", "read_card",
    "save_card", "send", "take_in", "trust_card", "word_list",
]  # fmt: skip
