"""Backups, trying them, a new key for the records, and erasing a PC by two people."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Any

from ..actions import automatic_backups, checking, emergency, rekeying, restore_drill, setup
from ..actions import backup_register as register
from ..base.problems import Problem
from ..base.words import _, ngettext
from ..records.local import Backup
from ..store import Store, vault
from .answers import USAGE, Answer, check_out, hear, opened, read_file, shown

WHAT = ("make", "list", "auto", "verify", "drill", "destroyed", "place")


def backup(args: argparse.Namespace) -> Answer:
    """A whole encrypted copy; or what else is done about backups."""
    needed = {"make": args.out, "verify": args.file, "drill": args.file, "destroyed": args.file and args.by}
    if not needed.get(args.what, True):
        return Answer({}, USAGE, _("More is needed to do this. See: reentry-desktop backup --help"))
    check_out(args.out, "DIR" if args.what == "place" else "FILE")
    with opened(args) as store:
        return {
            "make": _make, "list": _list, "auto": _auto, "verify": _verify, "drill": _drill, "destroyed": _destroyed,
            "place": _place,
        }[args.what](store, args)  # fmt: skip


def _make(store: Store, args: argparse.Namespace) -> Answer:
    sha256, entries = checking.backup(store, args.out)
    words = ngettext(
        "The backup is written and read back: {n} entry.", "The backup is written and read back: {n} entries.", entries
    )
    args.say(words.format(n=entries))
    return Answer({"sha256": sha256, "entries": entries, "file": str(args.out)})


def _list(store: Store, args: argparse.Namespace) -> Answer:
    with store.read() as unit:
        holding = register.holding_erased(unit)
        found = [
            _row(one, register.generation(unit), register.kit_number(unit)) | {"holds_erased": one in holding}
            for one in register.backups(unit)
        ]
        health = register.health(unit)
        place = unit.setting(register.PLACE)
    for row in found:
        gone = _("destroyed on {day} by {name}").format(
            day=row["destroyed_on"], name=row["destroyed_by"] or _("the program")
        ) if row["destroyed_on"] else ""  # fmt: skip
        old = _("opens with the key of before") if row["older_key"] and not gone else ""
        holds = _("may hold a record that was erased") if row["holds_erased"] else ""
        args.say("  ".join(filter(None, (row["made_at"][:16], row["sha256"][:12], row["file"], old, holds, gone))))
    args.say(health.sentence)
    return Answer({"backups": found, "place": place, "health": {"sentence": health.sentence, "do": health.act}})


def _row(one: Backup, generation: int, kit: int) -> dict[str, Any]:
    return {
        "file": str(Path(one.place) / one.file_name), "sha256": one.sha256, "made_at": one.made_at, "how": one.how,
        "size": one.size, "entries": one.entries, "opened_at": one.verified_at or None,
        "older_key": one.generation < generation, "older_kit": one.kit < kit,
        "destroyed_on": one.destroyed_on, "destroyed_by": one.destroyed_by,
    }  # fmt: skip


def _auto(store: Store, args: argparse.Namespace) -> Answer:
    made = automatic_backups.run(store)
    files = [str(file) for file in (made.here, made.second) if file is not None]
    for file in files:
        args.say(_("The backup was made and opened: {file}").format(file=file))
    args.say(made.sentence or ("" if files else _("Today's backup was made before.")))
    return Answer({"files": files, "sentence": made.sentence})


def _verify(store: Store, args: argparse.Namespace) -> Answer:
    sha256 = _sha256(args.file)
    entries = checking.verify_backup(store, args.file, sha256)
    args.say(ngettext("It opens: {n} entry.", "It opens: {n} entries.", entries).format(n=entries))
    return Answer({"ok": True, "entries": entries, "sha256": sha256})


def _sha256(file: Path) -> str:
    try:
        with file.open("rb") as read:
            return hashlib.file_digest(read, "sha256").hexdigest()
    except OSError as error:
        raise Problem(
            _("The file {name} cannot be read. Nothing was changed. Check its name.").format(name=file.name),
            code="no-file",
        ) from error


def _drill(store: Store, args: argparse.Namespace) -> Answer:
    said = hear(args.backup_passphrase_file, _("Passphrase of {name} on that day: ").format(name=args.user))
    found = restore_drill.drill(store, args.file, args.user, said)
    args.say(found.words())
    return Answer({
        "ok": True, "women": found.women, "entries": found.entries, "women_now": found.women_now,
        "entries_now": found.entries_now, "newer": found.newer,
    })  # fmt: skip


def _destroyed(store: Store, args: argparse.Namespace) -> Answer:
    with store.work("backup_destroyed") as unit:
        count = register.destroyed(unit, str(args.file), args.by, args.on)
        left, holding = len(register.to_destroy(unit)), len(register.holding_erased(unit))
    args.say(ngettext(
        "{n} backup still opens with the key of before.", "{n} backups still open with the key of before.", left
    ).format(n=left))  # fmt: skip
    if holding:
        args.say(ngettext(
            "{n} backup may still hold a record that was erased.",
            "{n} backups may still hold a record that was erased.", holding,
        ).format(n=holding))  # fmt: skip
    return Answer({"destroyed": count, "older": left, "holding_erased": holding})


def _place(store: Store, args: argparse.Namespace) -> Answer:
    sentence = automatic_backups.choose_place(store, args.out)
    args.say(sentence or _("The second place for backups is noted."))
    return Answer({"place": str(args.out.resolve()) if args.out else "", "sentence": sentence})


def rekey(args: argparse.Namespace) -> Answer:
    """A new key for the records, and a new recovery kit."""
    kit_folder = args.recovery_dir or args.store.with_name(args.store.name + "-recovery-new")
    if any((kit_folder / setup.part_file(part)).exists() for part in vault.PARTS):
        raise Problem(
            _("Another recovery kit already lies in {folder}. Nothing was changed.").format(folder=kit_folder),
            code="kit",
        )
    said = hear(args.passphrase_file, _("Passphrase of {name}: ").format(name=args.user))
    store, made = rekeying.renew(args.store, args.user, said, shown=shown(args), say=args.say)
    with store:
        paths = {part: setup.save_part(made.kit, part, kit_folder) for part in vault.PARTS}
        setup.test_kit(store, {part: path.read_text("utf-8") for part, path in paths.items()})
        with store.read() as unit:
            generation = register.generation(unit)
    args.say(_("The records have a new key. The old one opens them no more."))
    args.say(_(
        "The new recovery kit is in {folder}; each pair was tried. Part it now, and destroy the old sheets."
    ).format(folder=kit_folder))  # fmt: skip
    for name, words in made.one_time.items():
        args.say(_("{name} gets a passphrase that works once: {words}").format(name=name, words=words))
    if made.no_backup:
        args.say(made.no_backup)
    args.say(ngettext(
        "{n} backup still opens with the key of before.", "{n} backups still open with the key of before.", made.older
    ).format(n=made.older))  # fmt: skip
    return Answer({
        "generation": generation, "one_time": made.one_time, "older": made.older, "recovery_dir": str(kit_folder),
        "backup": str(made.backup) if made.backup else "", "sentence": made.no_backup,
    })  # fmt: skip


def erase_store(args: argparse.Namespace) -> Answer:
    """Two people erase the records on this PC; its office is told."""
    first = emergency.Somebody(
        args.user, hear(args.passphrase_file, _("Passphrase of {name}: ").format(name=args.user)), shown(args)
    )
    proof = read_file(args.with_second).decode("utf-8-sig", "replace") if args.with_second else ""
    said = hear(args.with_passphrase_file, _("Passphrase of {name}: ").format(name=args.with_person))
    second = emergency.Somebody(args.with_person, said, proof)
    made = emergency.erase(args.store, first, second, args.stick)
    args.say(_("The records on this PC are erased."))
    if made.notice is not None:
        args.say(_("Bring the stick to your office: {file} tells it.").format(file=made.notice.name))
    if made.phone:
        args.say(made.phone)
    for file in made.elsewhere:
        args.say(_("This backup may still be somewhere: {file}").format(file=file))
    if made.left:
        words = _("Another program holds what is left of them. Nothing opens it; delete it: {files}")
        args.say(words.format(files=", ".join(made.left)))
    return Answer({
        "erased": True, "left": list(made.left), "notice": str(made.notice) if made.notice else "", "phone": made.phone,
        "elsewhere": list(made.elsewhere),
    })  # fmt: skip
