"""One's own second proof: a key file on a stick, a printed sheet of one-time words, and taking them out again."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from .. import reports
from ..base.files import replace_file
from ..base.problems import NotFound, Problem
from ..base.slots import KEY_FILE, LINE, Slot, label_of
from ..base.wordlist import read_words
from ..base.words import _, language
from ..records.people import Person, Site
from ..reports import Printed
from ..store import Store, accounts, second, vault
from . import media


class Proofs(NamedTuple):
    """What somebody has: key files, by the name each was given, and a sheet."""

    files: list[str]
    lines: int
    """How many lines of it are left."""
    required: bool
    """Whether the site asks for a second proof."""


def proofs(store: Store) -> Proofs:
    """The second proofs of whoever is at the desk."""
    hers = store.slots.seconds(store.who.id)
    with store.read() as unit:
        asked = accounts.asks_second(unit.get(Site, store.site), unit.get(Person, store.who.id))
    return Proofs([label_of(slot) for slot in hers if slot.kind == KEY_FILE], sum(s.kind == LINE for s in hers), asked)


def add_key_file(store: Store, passphrase: str, folder: Path, label: str = "") -> Path:
    """Write a new key file into *folder*, and let it open the account beside the passphrase. Raises ``Problem``.

    Where only registered sticks are taken here, it must be one. *label* is what it is called in lists.
    """
    with store.read() as unit:
        media.check_folder(unit, folder)
        label = (label or unit.today().isoformat())[:40].replace("/", "-")
    secret = _secret(store, passphrase)
    slot, text = second.new_key_file(store.slots.store, store.who.id, label, secret)
    path = folder / store.slots.key_file_name(store.who.id)
    if path.exists():
        raise Problem(
            _("A key file of yours is on this stick already. Nothing was changed. Delete it, or use another stick."),
            code="exists",
        )
    try:
        replace_file(path, text.encode())
    except OSError as error:
        raise Problem(
            _("The key file could not be written there. Nothing was changed. Put the stick in again."), code="stick"
        ) from error
    _keep(store, passphrase, secret, [*_kept(store, KEY_FILE, LINE), slot], what="key file")
    return path


class Sheet(NamedTuple):
    """A sheet that was made and counts once it is kept: when it is on paper."""

    pdf: Printed
    last: str
    """The words of its last line, to be compared with the paper."""
    slots: list[Slot]
    secret: bytes

    def __repr__(self) -> str:
        return "<Sheet>"


def make_sheet(store: Store, passphrase: str, count: int = second.LINES) -> Sheet:
    """A sheet of one-time words, as a page to print once. It opens nothing before ``keep_sheet``."""
    secret = _secret(store, passphrase)
    slots, lines = second.new_lines(store.slots.store, store.who.id, secret, count)
    with store.read() as unit:
        site, day = unit.get(Site, store.site).name, unit.today()
    pdf = reports.word_sheet(lines, name=store.who.name, site=site, language=language(), made_on=day)
    return Sheet(pdf, lines[-1], slots, secret)


def keep_sheet(store: Store, passphrase: str, sheet: Sheet) -> None:
    """From now on its lines open the account; an earlier sheet opens nothing any more."""
    _keep(store, passphrase, sheet.secret, [*_kept(store, KEY_FILE), *sheet.slots], what="sheet")


def is_on_paper(sheet: Sheet, typed: str) -> bool:
    """Whether *typed* are the words of its last line. Raises ``Problem`` where a word is none of the list."""
    return " ".join(read_words(typed)) == sheet.last


def drop(store: Store, passphrase: str, label: str = "") -> None:
    """Take a key file out, or with no *label* the sheet: for what was lost. Raises ``Problem``.

    The last one stays where the site asks for one: set the new one up first.
    """
    hers = store.slots.seconds(store.who.id)
    gone = [s for s in hers if (s.kind == KEY_FILE and label_of(s) == label) or (not label and s.kind == LINE)]
    if not gone:
        raise NotFound(_("You have no second proof of that name. Nothing was changed."))
    left = [slot for slot in hers if slot not in gone]
    if not left and proofs(store).required:
        raise Problem(
            _(
                "This is your last second proof, and this site asks for one. Nothing was changed. "
                "Set up another one first."
            ),
            code="last",
        )
    secret = _secret(store, passphrase)
    _keep(store, passphrase, secret if left else b"", left, what="taken out")


def _secret(store: Store, passphrase: str) -> bytes:
    """Her second secret; a new one where she has none. The passphrase is asked for: the slot is sealed anew."""
    store.prove(passphrase)
    return store.keys.second or second.new_secret()


def _kept(store: Store, *kinds: str) -> list[Slot]:
    return [slot for slot in store.slots.seconds(store.who.id) if slot.kind in kinds]


def _keep(store: Store, passphrase: str, secret: bytes, seconds: list[Slot], **told: Any) -> None:
    """Her slot, sealed for passphrase and *secret*, and all that proves it, in one step."""
    own = next(slot for slot in store.slots.users() if slot.id == store.who.id)
    keys = msgspec.structs.replace(store.keys, second=secret)
    fresh = own if secret == store.keys.second else vault.new_user_slot(
        store.slots.store, store.who.id, own.name, passphrase, keys
    )  # fmt: skip
    with store.work("add_second") as unit:
        unit.tell("person", store.who.id, **told)
    store.save_slots(msgspec.structs.replace(store.slots, slots=(*store.slots.without(store.who.id), fresh, *seconds)))
    store.keys = keys
    store.sign_in(store.who.id)
