"""The command line of the people: who may open a store, who works with whom, and looking beyond that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..records.people import Role, Scope
from . import accounts_parser, staff, workers
from .options import Parts, day, group, leaf


def add(commands: Any, common: Parts) -> None:
    """The commands of this family."""
    _workers(commands, common)
    user = group(commands, "user", "the people who may open this store")
    roles, scopes = [str(role) for role in Role], [str(scope) for scope in Scope]
    leaf(user, "roles", staff.roles, common.plain, "who may do what, in sentences")
    made = leaf(user, "list", staff.list_users, common.store, "everybody who has or had an account")
    made.add_argument("--site", default="", metavar="SITE", help="at an office: a facility's staff (its name or code)")
    made = leaf(user, "add", staff.add, common.store, "a new user")
    made.add_argument("name", metavar="NAME")
    made.add_argument("--full-name", default="", metavar="NAME")
    made.add_argument("--credential", default="", metavar="WORDS", help="a certification, like CPSS")
    made.add_argument("--role", choices=roles, default=str(Role.COORDINATOR))
    made.add_argument("--scope", choices=scopes, default="", help="whose records (as the role if absent)")
    made.add_argument("--team", default="", metavar="NAME", help="the group she works in")
    made.add_argument("--administrator", action="store_true")
    new = made.add_argument
    new("--new-passphrase-file", metavar="FILE", help="the new user's passphrase, as with --passphrase-file")
    new("--slip", type=Path, metavar="FILE", help="make a passphrase that works once, on this PDF and nowhere else")
    _dates(made)
    made = leaf(user, "passphrase", staff.new_passphrase, common.store, "one's own, or as administrator another's")
    made.add_argument("name", nargs="?", default="", metavar="NAME", help="whose (one's own if absent)")
    made.add_argument("--new-passphrase-file", metavar="FILE", help="the new one, as with --passphrase-file")
    made.add_argument("--slip", type=Path, metavar="FILE", help="of another: made here, on this PDF and nowhere else")
    made = leaf(user, "slip", staff.slip, common.store, "a one-time passphrase for a sealed envelope")
    made.add_argument("--out", type=Path, metavar="FILE", help="its sheet to print, as PDF")
    made = leaf(user, "disable", staff.disable, common.store, "close an account")
    made.add_argument("name", metavar="NAME")
    made.add_argument("--site", default="", metavar="SITE", help="at an office: an account of this facility")
    made = leaf(user, "enable", staff.enable, common.store, "open an account again that was closed")
    made.add_argument("name", metavar="NAME")
    made.add_argument("--site", default="", metavar="SITE", help="at an office: an account of this facility")
    made.add_argument("--new-passphrase-file", metavar="FILE", help="one that works once, as with --passphrase-file")
    made.add_argument("--slip", type=Path, metavar="FILE", help="made here, on this PDF and nowhere else")
    made = leaf(user, "role", staff.role, common.store, "give a user another role")
    made.add_argument("name", metavar="NAME")
    made.add_argument("role", choices=roles)
    made.add_argument("--scope", choices=scopes, help="whose records (unchanged if absent)")
    made.add_argument("--team", metavar="NAME", help="the group she works in (unchanged if absent)")
    made.add_argument("--administrator", choices=["yes", "no"], help="whether she is one (unchanged if absent)")
    _dates(made)
    made = leaf(user, "saves-open", staff.saves_open, common.store, "who may save prints without a passphrase")
    made.add_argument("name", metavar="NAME")
    made.add_argument("answer", choices=["yes", "no"])
    accounts_parser.add(user, commands, common)
    made = leaf(user, "copies-out", staff.copies_out, common.store, "who may copy records out into a file")
    made.add_argument("name", metavar="NAME")
    made.add_argument("answer", choices=["yes", "no"])


def _dates(made: Any) -> None:
    made.add_argument("--clearance-until", type=day, metavar="DATE", help="a volunteer's: then the account closes")
    made.add_argument("--prea-until", type=day, metavar="DATE", help="a volunteer's: the PREA training, likewise")


def _workers(commands: Any, common: Parts) -> None:
    """Who works with a woman, and opening a record beyond that."""
    who = group(commands, "worker", "who works with a woman")
    for name, act, about in (
        ("add", workers.add, "somebody works with her: her record is among this person's own"),
        ("end", workers.end, "somebody no longer works with her"),
        ("list", workers.list_all, "who works with her"),
    ):
        made = leaf(who, name, act, common.store, about)
        made.add_argument("--participant", required=True, metavar="NUMBER")
        if name != "list":
            made.add_argument("name", metavar="NAME", help="the sign-in name")
    beyond = group(commands, "beyond", "records of women one does not work with, opened with a reason")
    made = leaf(beyond, "open", workers.open_beyond, common.store, "see her record until the end of the day")
    made.add_argument("--participant", required=True, metavar="NUMBER")
    made.add_argument("--reason", required=True, metavar="WORDS")
    leaf(beyond, "list", workers.list_beyond, common.store, "what was opened so, and who looked at it")
    made = leaf(beyond, "looked", workers.looked, common.store, "note that you looked at one of them")
    made.add_argument("id", metavar="ID", help="as beyond list gives it")
    made.add_argument("--finding", default="", metavar="WORDS", help="what you found")
