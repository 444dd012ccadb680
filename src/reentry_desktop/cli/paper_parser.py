"""Names and options of the commands about scanned papers, her own copy, and requests for information."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..actions.printing import SIZES
from ..base.words import LANGUAGES
from ..records.attachment import PaperKind
from ..records.request import Asker, Authority, Decision
from . import attachments, records, requests
from .consent_parser import ground
from .options import Parts, day, group, leaf


def add(commands: Any, common: Parts) -> None:
    """All of them but her copy, which is one of the commands about records."""
    _attachments(group(commands, "attachment", "scanned papers, kept encrypted with the records"), common)
    _requests(group(commands, "request", "who asks for information about a woman, and what was given"), common)


def add_copy(files: Any, common: Parts) -> None:
    """``records copy``: her right to a copy."""
    made = leaf(files, "copy", records.copy, common.store, "all that is kept about her and that she may have, as PDF")
    made.add_argument("--participant", required=True, metavar="NUMBER", help="her department number")
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
    made.add_argument("--size", choices=SIZES, default="large")
    made.add_argument("--language", choices=list(LANGUAGES), default="", help="hers if absent")
    made.add_argument("--protect-file", metavar="FILE", help="its first line opens the PDF")


def _attachments(family: Any, common: Parts) -> None:
    made = leaf(family, "add", attachments.add, common.store, "a paper from a file: PDF, JPEG or PNG")
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument("--participant", required=True, metavar="NUMBER", help="her department number")
    made.add_argument("--name", required=True, metavar="WORDS")
    made.add_argument("--what", choices=[str(one) for one in PaperKind], default=str(PaperKind.OTHER))
    made.add_argument("--on", type=day, metavar="DATE", help="scanned on (today)")
    made.add_argument("--of", default="", metavar="TYPE/ID", help="the record of hers that it belongs to")
    made = leaf(family, "list", attachments.list_all, common.store, "her papers, and how much room they take")
    made.add_argument("--participant", required=True, metavar="NUMBER")
    made = leaf(family, "save", attachments.save, common.store, "a paper as a locked PDF")
    made.add_argument("id", metavar="ID", help="as attachment list gives it")
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
    made.add_argument("--protect-file", metavar="FILE", help="its first line opens the PDF")
    ground(made, "it may go to somebody outside")
    made = leaf(family, "remove", attachments.remove, common.store, "take a paper out, with a reason")
    made.add_argument("id", metavar="ID")
    made.add_argument("--why", required=True, metavar="WORDS")
    for name, run, help in (
        ("bring-back", attachments.bring_back, "it was taken out by mistake"),
        ("erase", attachments.erase, "erase a paper that was taken out, for good"),
    ):
        leaf(family, name, run, common.store, help).add_argument("id", metavar="ID")


def _requests(family: Any, common: Parts) -> None:
    made = leaf(family, "add", requests.add, common.store, "note who asks for what")
    made.add_argument("--participant", default="", metavar="NUMBER", help="whom it is about, where she has a record")
    made.add_argument("--about", default="", metavar="WORDS", help="whom it is about, as they said it")
    made.add_argument("--asker", choices=[str(one) for one in Asker], required=True)
    made.add_argument("--who", required=True, metavar="WORDS", help="name and office")
    made.add_argument("--what", required=True, metavar="WORDS")
    made.add_argument("--authority", choices=[str(one) for one in Authority], default=str(Authority.NONE))
    made.add_argument("--on", type=day, metavar="DATE", help="asked on (today)")
    made.add_argument("--by", type=day, metavar="DATE", help="answer by")
    made = leaf(family, "decide", requests.decide, common.store, "what was decided, by whom, and what was given")
    made.add_argument("id", metavar="ID", help="as request list gives it")
    made.add_argument("decision", choices=[str(one) for one in Decision])
    made.add_argument("--by", default="", metavar="NAME", help="who decided (whoever is at the desk)")
    made.add_argument("--on", type=day, metavar="DATE", help="decided on (today)")
    made.add_argument("--why", default="", metavar="WORDS", help="needed to refuse")
    made.add_argument("--given", default="", metavar="WORDS", help="what was given")
    made.add_argument("--given-on", type=day, metavar="DATE")
    made = leaf(family, "list", requests.list_all, common.store, "the register, what waits for an answer first")
    made.add_argument("--participant", default="", metavar="NUMBER")
    made.add_argument("--open", action="store_true", help="only what is not decided")
    made = leaf(family, "print", requests.print_out, common.store, "the answer to one request, or the whole register")
    made.add_argument("id", nargs="?", default="", metavar="ID")
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
    made.add_argument("--language", choices=list(LANGUAGES), default="en")
    made.add_argument("--protect-file", metavar="FILE", help="its first line opens the PDF")
    made = leaf(family, "guide", requests.guide, common.plain, "what the rule says of them; no legal advice")
    made.add_argument("--asker", choices=[str(one) for one in Asker], required=True)
    made.add_argument("--authority", choices=[str(one) for one in Authority], default=str(Authority.NONE))
