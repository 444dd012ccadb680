"""Bundles and cards, as the window asks for them: the exchange behind plain functions."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from .. import reports
from ..base.crashes import this_program
from ..base.files import replace_file
from ..base.ids import Id, show_device
from ..base.media import look
from ..base.pieces import is_further_piece
from ..base.problems import NotFound, Problem
from ..base.progress import Progress, untold
from ..base.wordlist import read_words, word_list
from ..base.words import _, language
from ..bundle import CARD_SIZE, Card
from ..exchange import aside, identity, incoming, knowledge, outgoing, parcels, pcs, succeeding
from ..exchange.incoming import ALREADY, APPLIED, SET_ASIDE, WAITING, Taken
from ..exchange.looking import headers_of, taken_in
from ..exchange.outgoing import Preview, Sent
from ..exchange.sharing import HeldBack
from ..records.base import choice_label
from ..records.local import SetAside
from ..records.people import SiteKind
from ..store import Store, Unit, schema
from . import aside_words, consents, media, taking_back, use_review

CARD_ENDING, BUNDLE_ENDING, _UNFINISHED = ".card", ".bundle", ".part"
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
        ended = consents.ended_for_office(unit)
    if ended:
        with store.work("end_for_office") as unit:
            consents.end_for_office(unit)
    if store.slots.kind == SiteKind.FACILITY:
        with store.work("tell_use") as unit:
            use_review.tell_use(unit)
    medium = look(folder)  # before: once it is written, the stick may be pulled at any moment
    sent = outgoing.send(store, to, folder, progress=progress)
    with store.work("note_carriage") as unit:
        media.note_carriage(unit, sent, medium)
    return sent


def bundles_in(folder: Path) -> list[Path]:
    """The bundles lying in a folder, the newest first; one in several files too of which the first is missing."""
    try:
        found = [
            (path.stat().st_mtime, path.with_name(path.name.removesuffix(".2")))
            for path in (*folder.glob(f"*{BUNDLE_ENDING}"), *folder.glob(f"*{BUNDLE_ENDING}.2"))
            if path.is_file() and not path.name.startswith(".")  # a Mac leaves one beside each file it copies
        ]
    except OSError:
        return []
    return list(dict.fromkeys(path for _moment, path in sorted(found, reverse=True)))


def here_already(unit: Unit, paths: Sequence[Path]) -> set[Path]:
    """Which of these bundles were taken in here before, by their headers: a quick look at each."""
    return taken_in(unit, headers_of(paths))


def other_files_in(folder: Path) -> bool:
    """Whether more lies in a folder than bundles and cards of ours, but for what systems leave on every stick."""
    try:
        found = [
            path
            for path in folder.iterdir()
            if path.suffix not in (BUNDLE_ENDING, CARD_ENDING, _UNFINISHED)
            and not (is_further_piece(path) and Path(path.stem).suffix in (BUNDLE_ENDING, _UNFINISHED))
        ]
    except OSError:
        return False
    return any(path.name not in _OF_SYSTEMS and not path.name.startswith(".") for path in found)


def take_in(store: Store, paths: Sequence[Path], *, trial: bool = False, progress: Progress = untold) -> list[Taken]:
    """Take bundles in, the earlier ones of a site first; as a *trial* only say what that does.

    What waits for another file of these is tried again after it. The answers stand in the order of *paths*, then those
    of sealed files that an office brought, and of files that had waited here and could be taken in now. What cannot be
    is set aside. Where *progress* stops it, the bundles already taken in stay, and what follows from them is done.
    Raises ``Problem``, before any is looked at, where one lies on a stick that this site does not take.
    """
    with store.read() as unit:
        for folder in sorted({path.resolve().parent for path in paths}):
            media.check_folder(unit, folder)
    found: dict[Path, Taken] = {}
    left = sorted(dict.fromkeys(paths), key=lambda path: path.name)
    more: list[Taken] = []
    try:
        while left:
            for place, path in enumerate(left):
                found[path] = incoming.take_in(store, path, trial=trial, progress=_part(progress, place, len(left)))
            waiting = [path for path in left if found[path].status == WAITING]
            moved = any(found[path].status == APPLIED for path in left) and not trial
            left = waiting if moved else []
    finally:  # also where it was stopped: what stays is not to lie there half dealt with
        if not trial:
            for path, taken in found.items():
                with suppress(OSError):  # a stick that was pulled: it still has the file
                    aside.keep(store, path, taken)
            more = _what_follows(store, list(found.values()))
    return [found[path] for path in paths] + more


def _what_follows(store: Store, answers: Sequence[Taken]) -> list[Taken]:
    """What comes after bundles were taken in, however that was: sealed files are opened, what waited is tried again.

    The backup before one that came, and what was deleted, leave nothing behind.
    """
    if any(taken.backup for taken in answers):
        parcels.sweep(store)
    more: list[Taken] = []
    new = list(answers)
    while True:
        more += (opened := _open_sealed(store))
        new += opened
        if any(taken.parted for taken in new):
            aside.try_again(store, code="fork")  # another history can be taken in now, or came under other numbers
        if not any(taken.status == APPLIED for taken in new):
            break
        new = [taken for taken in aside.try_again(store, only_waiting=True) if taken.status == APPLIED]
        more += new
    gone = any(taken.deleted for taken in (*answers, *more))
    if any(taken.status == APPLIED for taken in (*answers, *more)):
        gone |= _obey_other_pcs(store)
    if gone:
        taking_back.finish_taking_back(store)
    return more


def _obey_other_pcs(store: Store) -> bool:
    """What was taken back at another PC of this site goes here too; whether anything did."""
    with store.read() as unit:
        if not identity.own_other(unit):
            return False
    with store.work("obey_taken_back") as unit:
        return taking_back.obey_taken_back(unit) > 0


def _open_sealed(store: Store) -> list[Taken]:
    """Open the sealed files that an office brought for this site; one that is not in order is set aside."""
    with store.read() as unit:
        came = parcels.unopened(unit)
    answers = []
    for sha256 in came:
        taken = incoming.take_in_sealed(store, sha256)
        aside.keep_sealed(store, sha256, taken)
        with store.work("open_sealed") as unit:
            parcels.forget(unit, sha256)
            unit.tell(file=sha256, code=taken.code)
        name = _("Sealed file of {site}").format(site=taken.sender) if taken.sender else _("Sealed file")
        answers.append(taken.named(name))
    if came:
        parcels.sweep(store)
    return answers


def set_aside(unit: Unit) -> list[SetAside]:
    """The files that wait or could not be taken in, the oldest first."""
    return aside.kept(unit)


def try_again(store: Store) -> list[Taken]:
    """Try everything again that was set aside. The answers stand as those of ``take_in``."""
    tried = aside.try_again(store)
    return tried + _what_follows(store, tried)


def look_inside(store: Store, sha256: str) -> Taken:
    """What a file that was set aside would bring, though its sender is not believed any more. Nothing is changed.

    Raises ``Problem`` for anybody but an administrator, and ``NotFound`` for a file that was not set aside.
    """
    store.only_administrators("import_bundle")
    with store.work("look_inside") as unit:
        _kept(unit, sha256)
        unit.tell(file=sha256)
    return incoming.take_in_sealed(store, sha256, trial=True, revoked_too=True)


def let_go(store: Store, sha256: str) -> str:
    """Let go of a file that was set aside; what went with it, in a sentence. Raises ``NotFound``."""
    with store.read() as unit:
        went = aside_words.what_goes(unit, _kept(unit, sha256))
    aside.forget(store, sha256)
    return went


def _kept(unit: Unit, sha256: str) -> SetAside:
    found = unit.session.get(SetAside, sha256)
    if found is None:
        raise NotFound(_("No such file was set aside here. Nothing was changed."))
    return found


def support_report(unit: Unit) -> str:
    """What a helper may see of what was set aside: codes, sizes and checksums; no site, nobody, no word."""
    lines = [f"{this_program()}, tables {schema.HEAD}"]
    lines += [
        f"{file.at[:10]}  {file.status}  {file.code}  {file.size} bytes  sha256 {file.sha256}"
        for file in aside.kept(unit)
    ]
    return "\n".join(lines) + "\n"


def phone_code(unit: Unit, site: str, pc: str = "") -> tuple[int, str]:
    """The number of the newest bundle that came from *site*, and the code to read out to it, as ``ABCDE-FGHJK``.

    It confirms the bundles of one PC: of *pc*, as in ``K7Q2-M9XD``, or of the one that was heard last. Raises
    ``NotFound`` for a PC that nothing came from, ``Problem`` where nothing came at all.
    """
    came = pcs.newest(unit, identity.peer_named(unit, site)[0].site)
    if not came:
        raise Problem(_("Nothing came from this site yet, so there is nothing to confirm."), code="nothing")
    named = pc.strip().upper()
    bundle = next((one for one in reversed(came) if named in ("", show_device(one.device))), None)
    if bundle is None:
        raise NotFound(_("No PC {device} of that site is known here. Nothing was changed.").format(device=named))
    code = knowledge.code_for(unit, bundle)
    return bundle.number, f"{code[:5]}-{code[5:]}"


def pcs_heard(unit: Unit, site: str) -> list[str]:
    """The PCs of *site* that a bundle came from, as ``K7Q2-M9XD``; the one that was heard last first."""
    return [show_device(one.device) for one in reversed(pcs.newest(unit, identity.peer_named(unit, site)[0].site))]


def receipt_by_phone(unit: Unit, site: str, typed: str) -> int:
    """Take in a code that *site* read out; the number of the bundle it confirms. Raises ``Problem``."""
    return knowledge.confirm_by_code(unit, identity.peer_named(unit, site)[0].site, typed)


def _part(progress: Progress, place: int, count: int) -> Progress:
    return lambda share: progress((place + share) / count)


def own_card(store: Store) -> tuple[Card, bytes]:
    """This site's card, and the bytes of its file."""
    return identity.own_card(store)


def card_sheet(store: Store) -> bytes:
    """The twelve words of this site's card on a sheet, as PDF."""
    card, _data = identity.own_card(store)
    with store.read() as unit:
        day = unit.today()
    kind = choice_label(SiteKind, card.kind)
    made = reports.card_sheet(
        card.fingerprint, site=card.name, code=card.code, kind=kind, language=language(), made_on=day
    )
    return made.data


def save_card(store: Store, path: Path, of: str = "") -> Card:
    """Write this site's card to *path*, or the card *of* a trusted site that lost its own. Raises ``Problem``."""
    if of:
        with store.read() as unit:
            peer, card = identity.peer_named(unit, of)
            data = peer.card
    else:
        card, data = identity.own_card(store)
    with store.work("export_card") as unit:
        unit.tell("site", Id(card.site))
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


def trust_card(unit: Unit, card: Card, data: bytes, typed: str, *, new_keys: bool = False) -> None:
    """Trust a card, if *typed* are the twelve words its site reads out. Raises ``Problem``.

    With *new_keys* it takes the place of one with other keys: the site said so by phone.
    """
    identity.trust(unit, card, data, typed, new_keys=new_keys)


def take_card(unit: Unit, card: Card, data: bytes) -> bool:
    """Believe a card without comparing words, where its keys follow from those known; whether they do."""
    return succeeding.take_card(unit, card, data)


def has_other_keys(unit: Unit, card: Card) -> bool:
    """Whether its site is trusted here with other keys."""
    return any(peer.site == card.site and known.signing != card.signing for peer, known in identity.peers(unit))


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
