"""Accounts that were locked, ran out or are reviewed; and the second proof of whoever asks."""

from __future__ import annotations

import argparse

from ..actions import accounts, second_proof
from ..base.words import _, ngettext
from ..store import Store
from .answers import Answer, opened, passphrase, unlocked, write_file


def release(args: argparse.Namespace) -> Answer:
    """Let somebody try again whose account was locked."""
    with opened(args) as store:
        accounts.release_account(store, args.name)
    args.say(_("Released. {name} can try again.").format(name=args.name))
    return Answer({"user": args.name})


def dates(args: argparse.Namespace) -> Answer:
    """Until when a volunteer is cleared and trained."""
    with opened(args) as store, store.work("set_dates") as unit:
        accounts.set_dates(unit, args.name, args.clearance_until, args.prea_until)
    return Answer({"user": args.name, "clearance_until": args.clearance_until, "prea_until": args.prea_until})


def review(args: argparse.Namespace) -> Answer:
    """Note that an administrator looked at every account."""
    with opened(args) as store:
        with store.work("review_accounts") as unit:
            accounts.review_accounts(unit)
        with store.read() as unit:
            last = accounts.last_review(unit)
    return Answer({"on": last.on, "by": last.by, "due": last.due})


def challenge(args: argparse.Namespace) -> Answer:
    """What to read out to the office."""
    said = accounts.challenge(args.store)
    args.say(_("Read this to your office: {said}").format(said=said))
    return Answer({"challenge": said})


def release_by_phone(args: argparse.Namespace) -> Answer:
    """Release a locked account with the words of the office."""
    accounts.release_by_phone(args.store, args.name, args.words)
    args.say(_("Released. {name} can try again.").format(name=args.name))
    return Answer({"user": args.name})


def answer(args: argparse.Namespace) -> Answer:
    """The words to read out to a site whose account is locked."""
    with opened(args) as store, store.work("answer_by_phone") as unit:
        found = accounts.answer_by_phone(unit, args.challenge)
    words = " ".join(found.words)
    args.say(_("Of {site}. Read out these words; they release one account there, once:").format(site=found.site))
    args.say(words)
    return Answer({"site": found.site, "words": words})


def list_seconds(args: argparse.Namespace) -> Answer:
    """What there is, and whether the site asks for one."""
    with opened(args, owing=True) as store:
        return _told(store, args)


def add_file(args: argparse.Namespace) -> Answer:
    """A new key file on a stick."""
    said = passphrase(args)
    with unlocked(args, said) as store:
        path = second_proof.add_key_file(store, said, args.out, args.label)
        args.say(_("The key file is {file}. From now on it is asked for beside the passphrase.").format(file=path))
        told = _told(store, args)
    return Answer(told.data | {"file": str(path)})


def add_sheet(args: argparse.Namespace) -> Answer:
    """A new sheet of one-time words."""
    said = passphrase(args)
    with unlocked(args, said) as store:
        sheet = second_proof.make_sheet(store, said)
        sha256 = write_file(args.out, sheet.pdf.data)
        second_proof.keep_sheet(store, said, sheet)
        args.say(_("The sheet is {file}. Print it, then delete the file.").format(file=args.out))
        told = _told(store, args)
    return Answer(told.data | {"file": str(args.out), "sha256": sha256})


def drop(args: argparse.Namespace) -> Answer:
    """What was lost opens nothing any more."""
    said = passphrase(args)
    with unlocked(args, said) as store:
        second_proof.drop(store, said, args.label)
        return _told(store, args)


def _told(store: Store, args: argparse.Namespace) -> Answer:
    found = second_proof.proofs(store)
    for label in found.files:
        args.say(_("Key file: {label}").format(label=label))
    if found.lines:
        words = ngettext("Sheet: {n} line is left.", "Sheet: {n} lines are left.", found.lines)
        args.say(words.format(n=found.lines))
    if not found.files and not found.lines:
        args.say(_("No second proof is set up."))
    return Answer({"key_files": found.files, "lines": found.lines, "required": found.required})
