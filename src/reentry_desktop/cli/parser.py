"""Names and options of every command, exactly as scripts rely on them. What is not built yet is not named here."""

from __future__ import annotations

import argparse
import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from .. import __version__
from ..actions.printing import LAYOUTS, SIZES
from ..base.words import LANGUAGES
from ..records.participant import WhatOfficeHas
from ..records.people import Role, SiteKind
from . import lists, plans, practice, records, staff, stores, sync, upkeep
from .answers import Answer, Window

Run = Callable[[argparse.Namespace], Answer]


class _Parser(argparse.ArgumentParser):
    """Options are written in full, so that a new one never changes what an old script meant."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{"allow_abbrev": False, **more})


class _Parts(NamedTuple):
    """The options that several commands share, as parents of a command's parser."""

    plain: list[argparse.ArgumentParser]  # --json, --lang
    store: list[argparse.ArgumentParser]  # and those of every command that opens a store


def day(text: str) -> dt.date:
    """An ISO date."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2026-11-23")
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day of the calendar") from error


def month(text: str) -> str:
    """A month like ``2026-11``."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a month like 2026-11")
    return text


def people(text: str) -> int:
    """How many invented women: enough for the story, few enough for a minute."""
    if not text.isascii() or not text.isdigit() or not 3 <= int(text) <= 2000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 3 to 2000")
    return int(text)


def build() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = _Parser(
        prog="reentry-desktop",
        description="Wellness plans and follow-up for re-entry peer-support offices. No command opens the window.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(metavar="command", parser_class=_Parser)
    shared = _shared()
    for family in (_starting, _store, _women, _records, _exchange):
        family(commands, shared)
    return parser


def _shared() -> _Parts:
    plain = _Parser(add_help=False)
    plain.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else there")
    plain.add_argument("--lang", choices=list(LANGUAGES), default="en", help="the language of the words")
    store = _Parser(add_help=False)
    store.add_argument("--store", type=Path, required=True, metavar="DIR", help="the store's folder")
    store.add_argument("--user", required=True, metavar="NAME", help="who opens it")
    store.add_argument(
        "--passphrase-file", metavar="FILE", help="its first line; - is standard input; asked at the terminal if absent"
    )
    return _Parts([plain], [plain, store])


def _leaf(commands: Any, name: str, run: Run, parents: list[argparse.ArgumentParser], help: str) -> Any:
    made = commands.add_parser(name, parents=parents, help=help, description=help)
    made.set_defaults(run=run)
    return made


def _group(commands: Any, name: str, help: str) -> Any:
    made = commands.add_parser(name, help=help, description=help)
    return made.add_subparsers(metavar="what", required=True, parser_class=_Parser)


def open_window(args: argparse.Namespace) -> Answer:
    """Ask for the window on a store."""
    return Answer(window=Window(args.store, args.user))


def _starting(commands: Any, shared: _Parts) -> None:
    made = _leaf(commands, "open", open_window, [], "the window on that store (also the default)")
    made.add_argument("--store", type=Path, metavar="DIR", help="the store's folder")
    made.add_argument("--user", default="", metavar="NAME", help="who is chosen on the first page")
    made.set_defaults(json=False, lang="en")
    made = _leaf(commands, "demo", practice.demo, shared.plain, "two offices with invented women, in an empty folder")
    made.add_argument("folder", type=Path, metavar="DIR")
    made.add_argument("--people", type=people, default=60, metavar="N", help="how many women are on the list (60)")
    made.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed invents the same women")
    made.add_argument("--headless", action="store_true", help="open no window at the end")
    _leaf(commands, "selftest", practice.selftest, shared.plain, "store, plan, PDF, bundle there and back")


def _store(commands: Any, shared: _Parts) -> None:
    made = _leaf(commands, "init", stores.init, shared.store, "a new store and its first administrator")
    made.add_argument("--kind", choices=[str(kind) for kind in SiteKind], required=True)
    made.add_argument("--site", required=True, metavar="NAME")
    made.add_argument("--code", default="", metavar="CODE")
    made.add_argument(
        "--recovery-dir", type=Path, metavar="DIR", help="where the recovery kit goes (STORE-recovery beside the store)"
    )
    made = _leaf(commands, "recover", stores.recover, shared.store, "a new passphrase by two parts of the recovery kit")
    made.add_argument("--part", type=Path, action="append", required=True, metavar="FILE", help="give it twice")
    _leaf(commands, "check", upkeep.check, shared.store, "database, log, signatures, files, disk, clock")
    made = _leaf(commands, "backup", stores.backup, shared.store, "a whole encrypted copy in one file")
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
    made = _leaf(commands, "restore", stores.restore, shared.store, "a store from a backup, as a new device")
    made.add_argument("file", type=Path, metavar="FILE")
    log = _group(commands, "log", "the record of use")
    _leaf(log, "verify", upkeep.log_verify, shared.store, "whether every chain and signature holds")
    made = _leaf(log, "export", upkeep.log_export, shared.store, "every entry, as JSON lines")
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
    _staff(_group(commands, "user", "the people who may open this store"), shared)


def _staff(user: Any, shared: _Parts) -> None:
    roles = [str(role) for role in Role]
    _leaf(user, "list", staff.list_users, shared.store, "everybody who has or had an account")
    made = _leaf(user, "add", staff.add, shared.store, "a new user")
    made.add_argument("name", metavar="NAME")
    made.add_argument("--full-name", default="", metavar="NAME")
    made.add_argument("--role", choices=roles, default=str(Role.COORDINATOR))
    made.add_argument("--administrator", action="store_true")
    new = made.add_argument
    new("--new-passphrase-file", metavar="FILE", help="the new user's passphrase, as with --passphrase-file")
    made = _leaf(user, "passphrase", staff.new_passphrase, shared.store, "one's own, or as administrator another's")
    made.add_argument("name", nargs="?", default="", metavar="NAME", help="whose (one's own if absent)")
    made.add_argument("--new-passphrase-file", metavar="FILE", help="the new one, as with --passphrase-file")
    made = _leaf(user, "disable", staff.disable, shared.store, "close an account")
    made.add_argument("name", metavar="NAME")
    made = _leaf(user, "role", staff.role, shared.store, "give a user another role")
    made.add_argument("name", metavar="NAME")
    made.add_argument("role", choices=roles)


def _women(commands: Any, shared: _Parts) -> None:
    made = _leaf(commands, "due", lists.due, shared.store, "who is due, with why; who has no date; whose date is past")
    made.add_argument("--as-of", type=day, metavar="DATE")
    made = _leaf(commands, "enrol", plans.enrol, shared.store, "offer, agreement and enrollment in one step")
    made.add_argument("--participant", required=True, metavar="NUMBER")
    made.add_argument("--program", required=True, metavar="NAME")
    made.add_argument("--on", type=day, metavar="DATE")
    shares = [str(share) for share in WhatOfficeHas]
    made.add_argument("--share", choices=shares, default=str(WhatOfficeHas.DATES), help="what the office may have")
    made = _leaf(_group(commands, "plan", "her plan"), "print", plans.print_plan, shared.store, "the plan as PDF")
    made.add_argument("--participant", required=True, metavar="NUMBER")
    made.add_argument("--layout", choices=LAYOUTS, default=LAYOUTS[0])
    made.add_argument("--size", choices=SIZES, default=SIZES[0])
    made.add_argument("--language", choices=list(LANGUAGES), default="", help="of the program's words (as her plan)")
    made.add_argument("--with-name", action="store_true", help="her name on the first page")
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
    made = _leaf(commands, "measures", upkeep.measures, shared.store, "the six program goals")
    made.add_argument("--as-of", type=day, metavar="DATE")
    made.add_argument("--site", default="", metavar="NAME")
    made.add_argument("--program", default="", metavar="NAME")
    made.add_argument("--cohort", type=month, metavar="YYYY-MM", help="enrolled in this month")


def _records(commands: Any, shared: _Parts) -> None:
    roster = _group(commands, "roster", "a department's lists")
    made = _leaf(roster, "import", lists.roster_import, shared.store, "read lists, CSV or XLSX, all of them or none")
    made.add_argument("files", type=Path, nargs="+", metavar="FILE")
    made.add_argument("--as-of", type=day, metavar="DATE")
    made.add_argument("--mapping", type=Path, metavar="FILE", help="JSON: heading -> field")
    made.add_argument("--dry-run", action="store_true", help="say what it would do, change nothing")
    group = _group(commands, "records", "records as files for other programs")
    _leaf(group, "types", records.types, shared.plain, "every record type with its fields")
    made = _leaf(group, "import", records.import_file, shared.store, "CSV or JSON lines into records")
    made.add_argument("type", metavar="TYPE")
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument("--dry-run", action="store_true", help="say what it would do, change nothing")
    made = _leaf(group, "export", records.export, shared.store, "all records of a type")
    made.add_argument("type", metavar="TYPE")
    made.add_argument("--out", type=Path, metavar="FILE", help="standard output if absent")
    made.add_argument("--format", choices=["csv", "jsonl"], default="csv")
    made = _leaf(group, "history", records.history, shared.store, "every change of a record")
    made.add_argument("type", metavar="TYPE")
    made.add_argument("id", metavar="ID", help="its id; of a participant also her number")


def _exchange(commands: Any, shared: _Parts) -> None:
    card = _group(commands, "card", "public cards of sites")
    made = _leaf(card, "export", sync.card_export, shared.store, "this site's public card")
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
    made = _leaf(card, "trust", sync.card_trust, shared.store, "trust another site's card")
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument("--fingerprint", required=True, metavar="WORDS", help="the twelve words its site reads out")
    bundle = _group(commands, "bundle", "what travels on the stick")
    made = _leaf(bundle, "export", sync.bundle_export, shared.store, "write one bundle, read it back, compare")
    made.add_argument("--to", required=True, metavar="SITE", help="its name or code")
    made.add_argument("--out", type=Path, required=True, metavar="DIR")
    made = _leaf(
        bundle, "inspect", sync.bundle_inspect, shared.plain, "what can be known of a bundle before importing it"
    )
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument("--card", type=Path, metavar="FILE", help="the sender's card, to check the signature")
    made.add_argument("--store", type=Path, metavar="DIR", help="with --user: also whether this store can open it")
    made.add_argument("--user", default="", metavar="NAME")
    made.add_argument("--passphrase-file", metavar="FILE")
    made = _leaf(bundle, "import", sync.bundle_import, shared.store, "verify, preview, apply")
    made.add_argument("files", type=Path, nargs="+", metavar="FILE")
    made.add_argument("--dry-run", action="store_true", help="say what it would do, change nothing")
    _leaf(bundle, "status", sync.bundle_status, shared.store, "how it stands with each other site")
