"""Names and options of every command, exactly as scripts rely on them. What is not built yet is not named here."""

from __future__ import annotations

import argparse
from functools import cache
from pathlib import Path
from typing import Any

from .. import __version__
from ..records.participant import WhatOfficeHas
from ..records.people import SecondFactor, SiteKind
from . import (
    backups,
    closing,
    consent_parser,
    database,
    kept,
    lists,
    paper_parser,
    plan_parser,
    plans,
    practice,
    programs,
    records,
    sharing,
    site,
    staff_parser,
    stores,
    sync_parser,
    transfers,
    upkeep,
    upkeep_parser,
    use,
)  # fmt: skip
from .answers import Answer, Window
from .options import Parser, Parts, day, group, leaf, month, number, shared


@cache
def build() -> argparse.ArgumentParser:
    """The whole command line: the same for every command of a process."""
    parser = Parser(
        prog="reentry-desktop",
        description="Wellness plans and follow-up for re-entry peer-support offices. No command opens the window.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(metavar="command", parser_class=Parser)
    common = shared()
    for family in (
        _starting,
        _store,
        _women,
        plan_parser.add,
        consent_parser.add,
        paper_parser.add,
        _sharing,
        _transfers,
        _records,
        sync_parser.add,
        upkeep_parser.add,
    ):
        family(commands, common)
    return parser


def open_window(args: argparse.Namespace) -> Answer:
    """Ask for the window on a store."""
    return Answer(window=Window(args.store, args.user))


def _starting(commands: Any, common: Parts) -> None:
    made = leaf(commands, "open", open_window, [], "the window on that store (also the default)")
    made.add_argument("--store", type=Path, metavar="DIR", help="the store's folder")
    made.add_argument("--user", default="", metavar="NAME", help="who is chosen on the first page")
    made.set_defaults(json=False, lang="en")
    made = leaf(commands, "demo", practice.demo, common.plain, "two offices with invented women, in an empty folder")
    made.add_argument("folder", type=Path, metavar="DIR")
    made.add_argument(
        "--people", type=number(3, 2000), default=60, metavar="N", help="how many women are on the list (60)"
    )
    made.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed invents the same women")
    made.add_argument("--headless", action="store_true", help="open no window at the end")
    leaf(commands, "selftest", practice.selftest, common.plain, "store, plan, PDF, bundle there and back")


def _store(commands: Any, common: Parts) -> None:
    made = leaf(commands, "init", stores.init, common.store, "a new store and its first administrator")
    made.add_argument("--kind", choices=[str(kind) for kind in SiteKind], required=True)
    made.add_argument("--site", required=True, metavar="NAME")
    made.add_argument("--code", default="", metavar="CODE")
    made.add_argument(
        "--recovery-dir", type=Path, metavar="DIR", help="where the recovery kit goes (STORE-recovery beside the store)"
    )
    asked = [str(one) for one in SecondFactor]
    made.add_argument("--second-factor", choices=asked, default=asked[0], help="who unlocks with a second proof too")
    made.add_argument(
        "--database", default="", metavar="URL", help="of an office: the records go into this empty PostgreSQL database"
    )
    made.add_argument(
        "--successor", type=Path, metavar="CARD", help="this store is the same site as that card's, whose store is lost"
    )
    made.add_argument(
        "--part", type=Path, action="append", default=[], metavar="FILE",
        help="give it twice: two parts of the lost store's recovery kit vouch for the new keys",
    )  # fmt: skip
    made = leaf(
        commands,
        "join-file",
        stores.join_file,
        common.store,
        "what a second PC of this site needs, sealed",
    )
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
    made = leaf(commands, "join", stores.join, common.store, "a second PC of the site that a joining file is of")
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument("--words", required=True, metavar="WORDS", help="the twelve words that were shown with the file")
    made.add_argument(
        "--recovery-dir", type=Path, metavar="DIR", help="where this PC's recovery kit goes (STORE-recovery beside it)"
    )
    made = leaf(commands, "recover", stores.recover, common.store, "a new passphrase by two parts of the recovery kit")
    made.add_argument("--part", type=Path, action="append", required=True, metavar="FILE", help="give it twice")
    leaf(commands, "check", upkeep.check, common.store, "database, log, signatures, files, disk, clock")
    _backups(commands, common)
    made = leaf(commands, "restore", stores.restore, common.store, "a store from a backup, as a new device")
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument(
        "--part", type=Path, action="append", default=[], metavar="FILE",
        help="give it twice: with two parts of the recovery kit the passphrase is a new one",
    )  # fmt: skip
    made = leaf(
        commands, "new-device", stores.new_device, common.store,
        "go on as a new device, where another site said that this folder was copied",
    )  # fmt: skip
    made.add_argument(
        "--device", default="", metavar="PC", help="of another PC of this site, as K7Q2-M9XD, that is gone"
    )
    backups = group(commands, "kept", "the sealed backups of facilities that an office keeps; it cannot open them")
    leaf(backups, "list", kept.list_all, common.store, "whose lie here, since when, how large")
    made = leaf(backups, "hand-out", kept.hand_out, common.store, "a copy for the facility that lost its PC")
    made.add_argument("--site", required=True, metavar="NAME", help="its name or code")
    made.add_argument("--out", type=Path, required=True, metavar="DIR", help="a folder on the stick")
    values = group(commands, "site", "this site's own values")
    leaf(values, "show", site.show, common.store, "what this site has set")
    made = leaf(values, "set", site.set_values, common.store, "change values; an administrator does")
    made.add_argument("values", nargs="+", metavar="NAME=VALUE", help="as in site show; nothing after = empties it")
    _use(group(commands, "log", "the record of use"), common)
    _database(group(commands, "database", "where an office's records lie"), common)
    staff_parser.add(commands, common)


def _use(log: Any, common: Parts) -> None:
    made = leaf(log, "list", use.list_use, common.store, "who did what, the newest first")
    made.add_argument("--before", type=number(1, 1 << 60), metavar="N", help="go on where a list before ended")
    made.add_argument("--most", type=number(1, 10_000), default=100, metavar="N", help="how many (100)")
    _of_use(made)
    made = leaf(log, "verify", use.verify, common.store, "whether it is complete, by all that is known of it")
    made.add_argument(
        "--against", type=Path, metavar="FILE", help="a backup, or a bundle this PC made: compare with it"
    )
    made = leaf(log, "export", use.export, common.store, "every entry, as JSON lines")
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
    made.add_argument("--signed", action="store_true", help="with a signature that openssl checks")
    _of_use(made)
    made = leaf(log, "review", use.review, common.store, "what was counted, and who reviewed it; or review it")
    made.add_argument("--site", default="", metavar="SITE", help="at an office: a facility (its name or code)")
    made.add_argument(
        "--note", default="", metavar="WORDS", help="what was found: this review then stands with your name"
    )
    made = leaf(log, "let-go", use.let_go, common.store, "let go of views, searches and unlocks that are old enough")
    made.add_argument("--dry-run", action="store_true", help="say how many, change nothing")


def _of_use(made: Any) -> None:
    made.add_argument("--person", default="", metavar="NAME", help="what this user did")
    made.add_argument("--participant", default="", metavar="NUMBER", help="what was done about this woman")
    made.add_argument("--act", default="", metavar="ACT", help="one act, by its name in the log")
    made.add_argument("--from", dest="first_day", type=day, metavar="DATE")
    made.add_argument("--to", dest="last_day", type=day, metavar="DATE")


def _backups(commands: Any, common: Parts) -> None:
    words = "a whole encrypted copy in one file (--out); or: " + ", ".join(backups.WHAT[1:])
    made = leaf(commands, "backup", backups.backup, common.store, words)
    made.add_argument("what", nargs="?", choices=backups.WHAT, default="make", help=(
        "list the register; auto: today's, if none was made, here and at the second place; verify or drill FILE: open "
        "it with the key at hand, or as on the bad day; destroyed SHA256; place: choose the second place (--out)"
    ))  # fmt: skip
    made.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a backup, or how its SHA-256 begins")
    made.add_argument("--out", type=Path, metavar="PATH", help="where it goes: a file; of place a folder")
    made.add_argument("--by", default="", metavar="NAME", help="who saw that it is destroyed")
    made.add_argument("--on", type=day, metavar="DATE", help="when (today)")
    made.add_argument("--backup-passphrase-file", metavar="FILE", help="of drill: the passphrase of that day")
    made = leaf(commands, "rekey", backups.rekey, common.store, "a new key for the records, and a new recovery kit")
    made.add_argument("--recovery-dir", type=Path, metavar="DIR", help="where the kit goes (STORE-recovery-new)")
    made = leaf(commands, "erase-store", backups.erase_store, common.store, "two people erase the records on this PC")
    made.add_argument("--with", dest="with_person", required=True, metavar="NAME", help="the second person")
    made.add_argument("--with-passphrase-file", metavar="FILE", help="hers, as with --passphrase-file")
    made.add_argument("--with-second", type=Path, metavar="FILE", help="her second proof, as with --second")
    made.add_argument("--stick", type=Path, metavar="DIR", help="where the office's notice goes (none: by phone)")


def _database(where: Any, common: Parts) -> None:
    leaf(where, "show", database.show, common.store, "the folder, or the address of the database")
    made = leaf(where, "move", database.move, common.store, "all records into an empty PostgreSQL database")
    made.add_argument("--to", required=True, metavar="URL")
    made = leaf(where, "folder", database.folder, common.store, "a folder with keys and a login for one worker")
    made.add_argument("name", metavar="NAME", help="somebody who was added with `user add`")
    made.add_argument("--out", type=Path, required=True, metavar="DIR")


def _women(commands: Any, common: Parts) -> None:
    made = leaf(commands, "due", lists.due, common.store, "who is due, with why; who has no date; whose date is past")
    made.add_argument("--as-of", type=day, metavar="DATE")
    made = leaf(commands, "enrol", plans.enrol, common.store, "offer, agreement and enrollment in one step")
    made.add_argument("--participant", required=True, metavar="NUMBER")
    made.add_argument("--program", required=True, metavar="NAME")
    made.add_argument("--on", type=day, metavar="DATE")
    shares = [str(share) for share in WhatOfficeHas]
    made.add_argument("--share", choices=shares, default=str(WhatOfficeHas.DATES), help="what the office may have")
    made = leaf(commands, "measures", upkeep.measures, common.store, "the six program goals")
    made.add_argument("--as-of", type=day, metavar="DATE")
    made.add_argument("--site", default="", metavar="NAME")
    made.add_argument("--program", default="", metavar="NAME")
    made.add_argument("--cohort", type=month, metavar="YYYY-MM", help="enrolled in this month")


def _sharing(commands: Any, common: Parts) -> None:
    program = group(commands, "program", "the programs women are enrolled under")
    leaf(program, "list", programs.list_all, common.store, "every program of this site")
    made = leaf(program, "add", programs.add, common.store, "a further one; the same name twice is one")
    made.add_argument("name", metavar="NAME")
    made.add_argument("--funder", default="", metavar="NAME")
    share = group(commands, "share", "what other sites may have of a woman, and words that are called back")
    made = leaf(share, "status", sharing.status, common.store, "what each site has of her, and who deleted her words")
    made.add_argument("--participant", required=True, metavar="NUMBER")
    made = leaf(share, "set", sharing.set_share, common.store, "dates only, or her words too")
    made.add_argument("--participant", required=True, metavar="NUMBER")
    made.add_argument("what", choices=[str(one) for one in WhatOfficeHas])
    leaf(share, "asked", sharing.asked, common.store, "whose words are to be deleted here")
    made = leaf(share, "delete", sharing.delete, common.store, "delete the words of a woman who called them back")
    made.add_argument("--participant", required=True, metavar="NUMBER")


def _transfers(commands: Any, common: Parts) -> None:
    move = group(commands, "transfer", "moves of a woman between facilities, and who holds her record")
    made = leaf(move, "release", transfers.release, common.store, "seal her record for another facility")
    made.add_argument("--participant", required=True, metavar="NUMBER")
    made.add_argument("--to", required=True, metavar="SITE", help="its name or code")
    made.add_argument("--why", default="", metavar="WORDS")
    made.add_argument("--request", default="", metavar="ID", help="the request it answers, as transfer list gives it")
    made.add_argument("--dry-run", action="store_true", help="say what would go, change nothing")
    made = leaf(move, "ask", transfers.ask, common.store, "ask for the record of a woman who came before it")
    made.add_argument("--participant", required=True, metavar="NUMBER")
    made.add_argument("--of", default="", metavar="SITE", help="whom to ask (every facility if absent)")
    made = leaf(move, "refuse", transfers.refuse, common.store, "say no to what another facility asked for")
    made.add_argument("request", metavar="ID", help="as transfer list gives it")
    made.add_argument("--why", required=True, metavar="WORDS")
    made = leaf(move, "accept", transfers.accept, common.store, "take over a record that came to this site")
    made.add_argument("--participant", required=True, metavar="NUMBER")
    made = leaf(move, "call-off", transfers.call_off, common.store, "she stays after all, or is no longer asked for")
    made.add_argument("id", metavar="ID", help="as transfer list gives it")
    made = leaf(move, "again", transfers.again, common.store, "give a sealed record to the office once more")
    made.add_argument("id", metavar="ID", help="as transfer list gives it")
    made = leaf(move, "rest", transfers.rest, common.store, "an office gave it on from here: let go what only is here")
    made.add_argument("id", metavar="ID", help="as transfer list gives it")
    made = leaf(move, "holder", transfers.holder, common.store, "who holds her record")
    made.add_argument("--participant", required=True, metavar="NUMBER")
    leaf(move, "list", transfers.list_all, common.store, "out, in, asked for; what an office carries; the facilities")
    gone = group(commands, "closed", "facilities that are closed or gone for good; an office says so")
    leaf(gone, "list", closing.list_all, common.store, "each, and the women whose records it holds")
    made = leaf(gone, "note", closing.note, common.store, "a facility is closed; what still comes from it is taken in")
    made.add_argument("--site", required=True, metavar="SITE", help="its name or code")
    made.add_argument("--why", required=True, metavar="WORDS")
    made.add_argument("--on", type=day, metavar="DATE", help="since when (today)")
    made = leaf(gone, "open-again", closing.open_again, common.store, "take that back")
    made.add_argument("closure", metavar="ID", help="as closed list gives it")
    made = leaf(gone, "give", closing.give_on, common.store, "give its women's records on, as far as they are here")
    made.add_argument("--site", required=True, metavar="SITE", help="the closed one: its name or code")
    made.add_argument("--to", required=True, metavar="SITE", help="where they go: its name or code")
    whom = made.add_mutually_exclusive_group(required=True)
    whom.add_argument("--participant", action="append", default=[], metavar="NUMBER", help="may be given several times")
    whom.add_argument("--all", action="store_true", help="every record it holds")


def _records(commands: Any, common: Parts) -> None:
    roster = group(commands, "roster", "a department's lists")
    made = leaf(roster, "import", lists.roster_import, common.store, "read lists, CSV or XLSX, all of them or none")
    made.add_argument("files", type=Path, nargs="+", metavar="FILE")
    made.add_argument("--as-of", type=day, metavar="DATE")
    made.add_argument("--mapping", type=Path, metavar="FILE", help="JSON: heading -> field")
    made.add_argument("--dry-run", action="store_true", help="say what it would do, change nothing")
    files = group(commands, "records", "records as files for other programs")
    leaf(files, "types", records.types, common.plain, "every record type with its fields")
    made = leaf(files, "import", records.import_file, common.store, "CSV or JSON lines into records")
    made.add_argument("type", metavar="TYPE")
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument("--dry-run", action="store_true", help="say what it would do, change nothing")
    made = leaf(files, "export", records.export, common.store, "all records of a type")
    made.add_argument("type", metavar="TYPE")
    made.add_argument("--out", type=Path, metavar="FILE", help="standard output if absent")
    made.add_argument("--format", choices=["csv", "jsonl"], default="csv")
    paper_parser.add_copy(files, common)
    made = leaf(files, "history", records.history, common.store, "every change of a record")
    made.add_argument("type", metavar="TYPE")
    made.add_argument("id", metavar="ID", help="its id; of a participant also her number")
