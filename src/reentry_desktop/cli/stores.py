"""Making a store, coming back into one, copying it whole."""

from __future__ import annotations

import argparse
import hashlib
from dataclasses import asdict
from pathlib import Path

from ..actions import checking, parting, repairing, restoring, setup
from ..base.ids import show_device
from ..base.problems import Problem
from ..base.words import _
from ..exchange import joining
from .answers import DONE, PARTLY, Answer, hear, opened, passphrase, read_file, shown


def init(args: argparse.Namespace) -> Answer:
    """A new store, its first administrator, and the recovery kit: written, read again, tried with each pair."""
    kit_folder = args.recovery_dir or args.store.with_name(args.store.name + "-recovery")
    said = hear(args.passphrase_file, _("New passphrase of {name}: ").format(name=args.user), twice=True)
    new = setup.NewStore(
        args.store, args.kind, args.site, args.user, said, code=args.code, saves_open=True, copies_out=True,
        database=args.database, details={"second_factor": args.second_factor, "volunteers": True},
        before=read_file(args.successor) if args.successor else b"", parts=[_part(path) for path in args.part],
    )  # fmt: skip
    with setup.create_with_kit(new, kit_folder) as store:
        data = {
            "site": args.site, "code": args.code, "kind": args.kind, "device": show_device(store.device),
            "site_id": store.site, "store": str(args.store), "recovery_dir": str(kit_folder),
        }  # fmt: skip
    args.say(_("The store is ready in {folder}.").format(folder=args.store))
    args.say(
        _(
            "The recovery kit is in {folder}: three parts, and any two of them open the store. Each pair was tried. "
            "Now part them: give each part to another keeper, and leave none on this PC."
        ).format(folder=kit_folder)
    )
    return Answer(data)


def join_file(args: argparse.Namespace) -> Answer:
    """What a second PC of this site needs, sealed; its words are shown once."""
    with opened(args) as store:
        words = " ".join(joining.write_file(store, args.out))
    args.say(_("The file for the second PC is {file}. These twelve words open it; they are not shown again:").format(
        file=args.out))  # fmt: skip
    args.say(words)
    args.say(_("Who has the file and the words is this site. Delete the file when the second PC is set up."))
    return Answer({"file": str(args.out), "words": words})


def join(args: argparse.Namespace) -> Answer:
    """A second PC of a site."""
    kit_folder = args.recovery_dir or args.store.with_name(args.store.name + "-recovery")
    found = joining.read_file(read_file(args.file), args.words)
    said = hear(args.passphrase_file, _("New passphrase of {name}: ").format(name=args.user), twice=True)
    new = setup.second_pc(args.store, found, args.user, said)
    with setup.create_with_kit(new, kit_folder) as store:
        data = {"site": new.site, "site_id": store.site, "device": show_device(store.device), "store": str(args.store),
                "recovery_dir": str(kit_folder)}  # fmt: skip
    args.say(_("This is a PC of {site} now. Bring in a bundle from the first one: it has all records.").format(
        site=new.site))  # fmt: skip
    return Answer(data)


def recover(args: argparse.Namespace) -> Answer:
    """A new passphrase by two parts of the kit."""
    if len(args.part) < 2:
        raise Problem(_("Two parts of the recovery kit are needed. Nothing was changed."), code="kit")
    texts = [_part(path) for path in args.part]
    said = hear(args.passphrase_file, _("New passphrase of {name}: ").format(name=args.user), twice=True)
    user = restoring.recover(args.store, texts, args.user, said)
    args.say(_("{name} has a new passphrase. Everybody who unlocks is told once.").format(name=user))
    return Answer({"user": user})


def _part(path: Path) -> str:
    try:
        return read_file(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(
            _("{name} is not a part of a recovery kit. Nothing was changed.").format(name=path.name), code="kit"
        ) from error


def repair(args: argparse.Namespace) -> Answer:
    """Save what can be saved of a store whose file is damaged."""
    done = repairing.repair(args.store, args.user, passphrase(args), shown=shown(args), backups=args.backup)
    if done.kept is not None:
        told = _("Saved: {n} entries. The damaged file is kept as {file}.")
        args.say(told.format(n=done.entries, file=done.kept.name))
    for sentence in done.told():
        args.say(sentence)
    if done.missing:
        args.say(_("Missing:"))
    for one in done.missing:
        args.say("  " + one.words())
    for name in done.women:
        args.say("  " + _("about {name}").format(name=name))
    if done.kept is not None:
        args.say(
            _("What was written last may be missing too. Copy a bundle for the office; its next one brings it back.")
        )
    data = {"entries": done.entries, "missing": [asdict(one) for one in done.missing], "women": done.women,
            "lists_lost": done.lists, "kept": str(done.kept) if done.kept else None, "device": done.device,
            "key_file": asdict(done.stale) if done.stale else None}  # fmt: skip
    return Answer(data, PARTLY if done.missing else DONE)


def new_device(args: argparse.Namespace) -> Answer:
    """Where this folder was copied: what was written here since is a new device's."""
    with opened(args) as store:
        device = parting.go_on(store, args.device)
    args.say(_("What was written here since the copy was made is the new device {device}'s.").format(device=device))
    args.say(_("Now copy a bundle for each site."))
    return Answer({"device": device})


def restore(args: argparse.Namespace) -> Answer:
    """A store from a backup; it takes a new device identity."""
    if len(args.part) == 1:
        raise Problem(_("Two parts of the recovery kit are needed. Nothing was changed."), code="kit")
    texts = [_part(path) for path in args.part]
    ask = _("New passphrase of {name}: ") if texts else _("Passphrase of {name}: ")
    said = hear(args.passphrase_file, ask.format(name=args.user), twice=bool(texts))
    read = hashlib.sha256()
    try:
        with args.file.open("rb") as file:
            while block := file.read(1 << 20):
                read.update(block)
    except OSError as error:
        raise Problem(
            _("The file {name} cannot be read. Nothing was changed. Check its name.").format(name=args.file.name),
            code="no-file",
        ) from error
    with restoring.restore(args.file, args.store, args.user, said, texts=texts, shown=shown(args)) as store:
        entries = checking.verify_log(store)["entries"]
        device = show_device(store.device)
    args.say(_("The store is back in {folder}, as the new device {device}.").format(folder=args.store, device=device))
    return Answer({"sha256": read.hexdigest(), "entries": entries, "device": device, "store": str(args.store)})
