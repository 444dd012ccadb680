"""Names and options of the commands about accounts: released, dated, reviewed; and the second proof of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import accounts
from .options import Parts, day, group, leaf


def add(user: Any, commands: Any, common: Parts) -> None:
    """All of them; *user* is the group of the people who may open this store."""
    made = leaf(user, "release", accounts.release, common.store, "let somebody try again whose account was locked")
    made.add_argument("name", metavar="NAME")
    made = leaf(user, "dates", accounts.dates, common.store, "until when a volunteer is cleared and trained")
    made.add_argument("name", metavar="NAME")
    made.add_argument("--clearance-until", type=day, required=True, metavar="DATE")
    made.add_argument("--prea-until", type=day, required=True, metavar="DATE")
    leaf(user, "review", accounts.review, common.store, "note that an administrator looked at every account")

    locked = group(commands, "locked", "a locked account at a site with one administrator, released by phone")
    made = leaf(locked, "challenge", accounts.challenge, common.plain, "what to read out to the office")
    made.add_argument("--store", type=Path, required=True, metavar="DIR", help="the store's folder")
    made = leaf(locked, "release", accounts.release_by_phone, common.plain, "release it with the words of the office")
    made.add_argument("name", metavar="NAME")
    made.add_argument("--store", type=Path, required=True, metavar="DIR", help="the store's folder")
    made.add_argument("--words", required=True, metavar="WORDS", help="the eight words; they work once")
    made = leaf(locked, "answer", accounts.answer, common.store, "at an office: the words to read out")
    made.add_argument("challenge", metavar="CHALLENGE", help="what the locked program shows, like 'K7Q2-M9XD 3'")

    second = group(commands, "second", "one's own second proof: a key file, or a sheet of one-time words")
    leaf(second, "list", accounts.list_seconds, common.store, "what there is, and whether the site asks for one")
    made = leaf(second, "file", accounts.add_file, common.store, "a new key file on a stick")
    made.add_argument("--out", type=Path, required=True, metavar="DIR", help="a folder on the stick")
    made.add_argument("--label", default="", metavar="WORDS", help="what it is called here (today's date)")
    made = leaf(second, "sheet", accounts.add_sheet, common.store, "a new sheet of one-time words, as PDF; print it")
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
    made = leaf(second, "drop", accounts.drop, common.store, "what was lost opens nothing any more")
    made.add_argument("--label", default="", metavar="WORDS", help="the key file's (the sheet if absent)")
