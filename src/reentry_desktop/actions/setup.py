"""Making a store and its recovery kit."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from .. import reports
from ..base.clock import Clock, system_clock
from ..base.files import replace_file
from ..base.ids import Id, new_device, new_id
from ..base.problems import Problem, Refused
from ..base.slots import PAIR
from ..base.wordlist import from_words, to_words
from ..base.words import _, language
from ..bundle import CARD_SIZE, Card, Link, SiteKeys, kit_private, kit_public, read_card, vouch
from ..exchange import news, succeeding
from ..exchange.identity import SITE_SIZE, new_identity
from ..exchange.joining import Joining, meet, settle_in
from ..exchange.knowledge import BEGAN_ANEW
from ..records.people import Person, Role, SecondFactor, Site, SiteKind
from ..store import Store, Unit, create_store, vault
from ..store.folder import KIT_NUMBER
from ..store.unlocking import discard
from ..store.vault import signing_pair
from .backup_register import kit_number
from .database import check_kind
from .staff import new_slot


@dataclass
class NewStore:
    """What a first-run wizard has asked. ``folder`` must be empty or not there yet."""

    folder: Path
    kind: str
    site: str
    user: str
    passphrase: str
    code: str = ""
    full_name: str = ""
    practice: bool = False
    database: str = ""  # of an office: the address of an empty PostgreSQL database for its records
    saves_open: bool = False  # whether the first administrator may save a print without a passphrase
    copies_out: bool = False  # whether the first administrator may copy records out into a file
    details: dict[str, object] = field(default_factory=dict)  # further fields of the site
    before: bytes = b""  # the card of the site whose store and keys are lost: this store is the same site's
    joining: Joining | None = None  # from the site's first PC: this is a second one
    parts: Sequence[str] = ()  # two parts of that store's recovery kit, which vouch for the new keys


@dataclass(frozen=True)
class Kit:
    """The three parts of a recovery kit, each 24 words. Any two of them open the store."""

    store: Id
    parts: dict[str, tuple[str, ...]]

    def __repr__(self) -> str:
        return "<Kit>"

    def file_name(self, part: str) -> str:
        return part_file(part)

    def text(self, part: str) -> bytes:
        """One part as a file: what it is, then its words."""
        return (
            f"Re-entry Desktop recovery part {part}\nstore {self.store[:12]}\n{' '.join(self.parts[part])}\n".encode()
        )


def create(new: NewStore, clock: Clock = system_clock) -> tuple[Store, Kit]:
    """A new store with its first administrator, and its recovery kit.

    No record of a woman can be written before the kit was tested (``test_kit``). Raises ``Problem`` or ``Refused``;
    nothing is left behind then.
    """
    _check(new)
    card = read_card(new.before) if new.before else None
    site, device = Id(card.site) if card else new_id(), new_device()
    made = new_identity(site, device)
    if (joining := new.joining) is not None:
        site, made = joining.site, joining.identity(device)
    link = _vouched(card, new.parts, made) if card and new.parts else None
    store, parts = create_store(
        new.folder, kind=new.kind, site=site, identity=made, device=device,
        practice=new.practice, database=new.database, clock=clock,
    )  # fmt: skip
    person = new_id()
    seed, public = signing_pair()
    with store.work("create_store") as unit:
        if card is not None:
            unit.set_setting(BEGAN_ANEW, "yes")
        if card is not None and link is not None:
            way = [one for one in card.links if one.signing == link.by or one.signing not in card.kit_keys]
            succeeding.note_links(unit, [*way, link])
        values: dict[str, object] = {"due_months": 12, "listed_days": 365, "lock_minutes": 5} | new.details
        values |= {"name": new.site, "code": new.code, "kind": new.kind}
        if joining is not None:  # the same values as there: nobody has to choose between them
            values = joining.site_values()
            settle_in(unit, joining)
        unit.create(Site, site, **values)
        unit.create(
            Person, person, name=new.user, full_name=new.full_name, role=Role.PROGRAM_LEAD, administrator=True,
            site=site, signing_key=public, saves_open=new.saves_open, copies_out=new.copies_out,
        )  # fmt: skip
    slot = new_slot(store, person, new.user, new.passphrase, seed)
    store.save_slots(msgspec.structs.replace(store.slots, slots=(*store.slots.slots, slot)))
    store.sign_in(person, seed)
    if joining is not None:
        with store.work("join_site") as unit:
            meet(unit, store)
            unit.tell("site", store.site)
    return store, Kit(store.slots.store, {name: to_words(secret) for name, secret in parts.items()})


def _vouched(card: Card, texts: Sequence[str], identity: bytes) -> Link:
    """Two parts of the lost store's kit vouch for the keys of the new one. Raises ``Problem``."""
    secrets = dict(read_part(text) for text in texts)
    signing = SiteKeys.from_bytes(identity[:SITE_SIZE]).signing_public
    for names in itertools.permutations(vault.PARTS, 2):
        if len(secrets) < 2 or any(name not in secrets and "" not in secrets for name in names):
            continue
        pair = "".join(sorted(names))
        secret = b"".join(secrets[name] for name in sorted(names) if name in secrets)
        if kit_public(card.site, pair, secret) in card.kit_keys:
            return vouch(card.site, signing, kit_private(card.site, pair, secret))
    raise Problem(
        _(
            "These two parts are not of the recovery kit that this card names. Nothing was made. Check the parts. "
            "Or set up without them: then every other site compares the twelve words by phone."
        ),
        code="wrong-parts",
    )


def _kit_keys(site: Id, parts: dict[str, bytes]) -> list[bytes]:
    """What stands in the card of the kit: a key for each pair of its parts."""
    pairs = itertools.combinations(vault.PARTS, 2)
    return [kit_public(site, a + b, parts[a] + parts[b]) for a, b in pairs]


def _check(new: NewStore) -> None:
    found = {}
    if not new.site.strip():
        found["site"] = _("Please fill this in.")
    if not new.user.strip():
        found["user"] = _("Please fill this in.")
    if new.kind not in set(SiteKind):
        found["kind"] = _("Choose one of the list.")
    if found:
        raise Refused(found)
    check_kind(new.kind, new.database)
    vault.check_passphrase(new.passphrase, new.user, new.full_name, new.site, new.code)


def read_own_card(file: Path) -> tuple[Card, bytes]:
    """The card of a site whose store is lost, and its bytes, for ``successor``. Raises ``Problem``."""
    try:
        with file.open("rb") as opened:
            data = opened.read(CARD_SIZE + 1)
    except OSError as error:
        raise Problem(
            _("This file cannot be read. Nothing was changed. Put the stick in again."), code="stick"
        ) from error
    return read_card(data), data


def successor(
    folder: Path, card: bytes, user: str, passphrase: str, full_name: str = "", parts: Sequence[str] = ()
) -> NewStore:
    """What makes the site of *card*, whose store is lost, start again: for ``create``. Raises ``Problem``.

    With two *parts* of its recovery kit other sites take the new keys by themselves; without, they compare words.
    """
    of = read_card(card)
    return NewStore(
        folder, of.kind, of.name, user, passphrase, code=of.code, full_name=full_name, practice=of.practice,
        before=card, parts=parts, details={"second_factor": str(SecondFactor.ADMINISTRATORS)},
    )  # fmt: skip


def second_pc(
    folder: Path, joining: Joining, user: str, passphrase: str, full_name: str = ""
) -> NewStore:  # fmt: skip
    """What makes a second PC of the site that *joining* is of: for ``create`` or ``create_with_kit``."""
    site = joining.values
    return NewStore(
        folder, joining.kind, site["name"], user, passphrase, code=site["code"], full_name=full_name,
        practice=joining.practice, joining=joining, saves_open=True, copies_out=True,
    )  # fmt: skip


def create_with_kit(new: NewStore, kit_folder: Path, clock: Clock = system_clock) -> Store:
    """A new store whose kit is written into *kit_folder*, read again, and tried with each pair.

    For scripts and practice: the parts lie together until somebody parts them. Raises ``Problem``; neither store nor
    kit is left behind then.
    """
    if kit_folder.resolve().is_relative_to(new.folder.resolve()):
        raise Problem(_("The recovery kit must not lie in the store's own folder. Nothing was changed."), code="kit")
    if any((kit_folder / part_file(part)).exists() for part in vault.PARTS):
        raise Problem(
            _("Another recovery kit already lies in {folder}. Nothing was changed.").format(folder=kit_folder),
            code="kit",
        )
    store, kit = create(new, clock)
    try:
        paths = {part: save_part(kit, part, kit_folder) for part in vault.PARTS}
        test_kit(store, {part: path.read_text("utf-8") for part, path in paths.items()})
    except BaseException:
        for part in vault.PARTS:
            with contextlib.suppress(OSError):
                (kit_folder / part_file(part)).unlink()
        store.close()
        discard(new.folder)
        raise
    return store


def part_file(part: str) -> str:
    """What the file of one part is called."""
    return f"recovery-part-{part}.txt"


def save_part(kit: Kit, part: str, folder: Path) -> Path:
    """Write one part of the kit into *folder*. Raises ``Problem``."""
    path = folder / kit.file_name(part)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(path, kit.text(part))
    except OSError as error:
        raise Problem(
            _("This part of the recovery kit could not be written there. Nothing is lost. Choose another place."),
            code="kit",
        ) from error
    return path


def read_part(text: str) -> tuple[str, bytes]:
    """A part's letter and secret from its file or from words somebody typed. Raises ``Problem``."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    name = next((line.rsplit(" ", 1)[-1] for line in lines if line.startswith("Re-entry Desktop recovery part")), "")
    words = " ".join(lines[2:] if name else lines).split()
    return name, from_words(words)


def test_kit(store: Store, written: dict[str, str]) -> None:
    """Open the store with each pair of the parts as they were written or typed back. Raises ``Problem``.

    *written* is each part's text by its letter. Only after this may a record be written.
    """
    parts = {name: read_part(text)[1] for name, text in written.items()}
    if set(parts) != set(vault.PARTS):
        raise Problem(_("All three parts are needed for the test. Nothing was changed."), code="kit")
    for pair in itertools.combinations(vault.PARTS, 2):
        vault.open_recovery(store.slots, {name: parts[name] for name in pair})
    with store.work("test_kit") as unit:
        unit.set_setting("kit_tested", "yes")
        succeeding.note_kit(unit, _kit_keys(store.site, parts))
        unit.tell("site", store.site)
    store.kit_tested = True


def new_kit(store: Store) -> Kit:
    """A fresh recovery kit; the old one opens nothing any more. It has to be tested before the next record.

    Raises ``Problem`` for anybody but an administrator.
    """
    store.only_administrators("new_kit")
    parts, slots = vault.new_recovery(store.slots.store, store.keys)
    with store.work("new_kit") as unit:
        unit.set_setting("kit_tested", "no")
        unit.set_setting(KIT_NUMBER, str(kit_number(unit) + 1))
        news.add(unit, news.KIT_NEW)
        unit.tell("site", store.site)
    others = tuple(slot for slot in store.slots.slots if slot.kind != PAIR)
    store.save_slots(msgspec.structs.replace(store.slots, slots=(*others, *slots)))
    store.kit_tested = False
    return Kit(store.slots.store, {name: to_words(secret) for name, secret in parts.items()})


def kit_sheet(store: Store, part: str, words: Sequence[str], keeper: str) -> bytes:
    """One part of the kit as a page to print, with its keeper's name."""
    with store.read() as unit:
        site, day = unit.get(Site, store.site).name, unit.today()
    return reports.recovery_sheet(part, words, keeper=keeper, site=site, language=language(), made_on=day).data


def note_keepers(store: Store, keepers: dict[str, str]) -> None:
    """Write down who keeps which part."""
    with store.work("note_keepers") as unit:
        unit.tell("site", store.site, keepers=keepers)
        for part, keeper in keepers.items():
            unit.set_setting(f"keeper/{part}", keeper)


def keepers(unit: Unit) -> dict[str, str]:
    """Who keeps which part of the recovery kit, as it was written down when it was tested."""
    return {part: unit.setting(f"keeper/{part}") for part in vault.PARTS}


def keep_kit_apart(folders: dict[str, Path]) -> None:
    """Raise ``Refused`` where two parts of the kit would lie on one drive."""
    seen: dict[object, str] = {}
    for part, folder in folders.items():
        there = next(p for p in (folder, *folder.parents) if p.exists())
        drive = there.drive or there.stat().st_dev
        if drive in seen:
            raise Refused(
                {part: _("Part {other} already lies on this drive. Put them on two.").format(other=seen[drive])}
            )
        seen[drive] = part


__all__ = [
    "Kit", "NewStore", "create", "create_with_kit", "keep_kit_apart", "keepers", "kit_sheet", "new_kit", "note_keepers",
    "part_file", "read_own_card", "read_part", "save_part", "successor",
    "test_kit",
]  # fmt: skip
