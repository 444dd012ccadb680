"""Options of the commands of what travels: cards, bundles, what people settle afterwards, and sticks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..actions.conflicts import BOTH, OURS, THEIRS
from ..records.media import StickBecame
from . import conflicts, same, sticks, sync
from .options import Parts, day, group, leaf, number


def add(commands: Any, common: Parts) -> None:
    """Every command of them."""
    for family in (_cards, _bundles, _decisions, _sticks):
        family(commands, common)


def _cards(commands: Any, common: Parts) -> None:
    card = group(commands, "card", "public cards of sites")
    made = leaf(card, "export", sync.card_export, common.store, "this site's public card")
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
    made.add_argument("--of", default="", metavar="NAME", help="the card of a trusted site, which lost its own")
    made.add_argument("--sheet", type=Path, metavar="FILE", help="its twelve words to print, as PDF")
    made = leaf(card, "trust", sync.card_trust, common.store, "trust another site's card")
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument(
        "--fingerprint", default="", metavar="WORDS",
        help="the twelve words its site reads out; none are needed where its keys follow from those known here",
    )  # fmt: skip
    made.add_argument("--new-keys", action="store_true", help="the site said by phone that its keys are new")
    leaf(card, "renew", sync.card_renew, common.store, "new keys for this site; the old ones vouch for them")
    leaf(card, "drop-old-keys", sync.card_drop_old, common.store, "what is sealed to the keys before opens no more")
    leaf(card, "list", sync.card_list, common.store, "every site with its PCs, and what was revoked")
    made = leaf(card, "revoke", sync.card_revoke, common.store, "believe nothing more that comes from a PC or a site")
    made.add_argument("--site", required=True, metavar="SITE", help="its name or code; this site's own too")
    made.add_argument("--device", default="", metavar="PC", help="like K7Q2-M9XD; every PC of the site if absent")
    made.add_argument("--why", required=True, metavar="WORDS")
    made.add_argument("--on", type=day, metavar="DATE", help="since when (today)")
    made = leaf(card, "trust-again", sync.card_trust_again, common.store, "take a revocation back")
    made.add_argument("revocation", metavar="ID", help="as card list gives it")


def _bundles(commands: Any, common: Parts) -> None:
    bundle = group(commands, "bundle", "what travels on the stick")
    made = leaf(bundle, "export", sync.bundle_export, common.store, "write one bundle, read it back, compare")
    made.add_argument("--to", required=True, metavar="SITE", help="its name or code")
    made.add_argument("--out", type=Path, metavar="DIR", help="a folder on the stick (needed but for --dry-run)")
    made.add_argument("--dry-run", action="store_true", help="say what would go and what would stay, and why")
    made = leaf(
        bundle, "inspect", sync.bundle_inspect, common.plain, "what can be known of a bundle before importing it"
    )
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument(
        "--card", type=Path, action="append", default=[], metavar="FILE",
        help="the sender's card, to check the signature; again for each further site that is to be named",
    )  # fmt: skip
    made.add_argument("--store", type=Path, metavar="DIR", help="with --user: also whether this store can open it")
    made.add_argument("--user", default="", metavar="NAME")
    made.add_argument("--passphrase-file", metavar="FILE")
    made.add_argument("--second", type=Path, metavar="FILE")
    made = leaf(bundle, "import", sync.bundle_import, common.store, "verify, preview, apply")
    made.add_argument("files", type=Path, nargs="+", metavar="FILE")
    made.add_argument("--dry-run", action="store_true", help="say what it would do, change nothing")
    leaf(bundle, "status", sync.bundle_status, common.store, "how it stands with each other site")
    made = leaf(bundle, "receipt", sync.bundle_receipt, common.store, "the code that confirms a site's last bundle")
    made.add_argument("--site", required=True, metavar="SITE", help="whose bundle it is")
    made.add_argument("--pc", default="", metavar="PC", help="of which of its PCs, where it has several; as K7Q2-M9XD")
    made = leaf(bundle, "confirm", sync.bundle_confirm, common.store, "a code that another site read out by phone")
    made.add_argument("--site", required=True, metavar="SITE", help="who read it out")
    made.add_argument("--code", required=True, metavar="CODE")
    made = leaf(bundle, "aside", sync.bundle_aside, common.store, "what was set aside, and trying it again")
    made.add_argument("--again", action="store_true", help="try everything again")
    made.add_argument(
        "--look", default="", metavar="SHA256", help="what it holds; an administrator, of a revoked PC too"
    )
    made.add_argument("--drop", default="", metavar="SHA256", help="let this file go")
    made.add_argument("--report", type=Path, metavar="FILE", help="what a helper may see: no site, nobody, no word")


def _decisions(commands: Any, common: Parts) -> None:
    family = group(commands, "conflicts", "what people set without knowing of each other")
    leaf(family, "list", conflicts.list_all, common.store, "every value of each, with who, where and when")
    made = leaf(family, "settle", conflicts.settle, common.store, "say which value is to stand")
    made.add_argument("id", type=conflicts.conflict_id, metavar="ID", help="RECORD/FIELD, as conflicts list names it")
    made.add_argument(
        "--keep", required=True, choices=[OURS, THEIRS, BOTH],
        help="what stands here, another value, or both texts one after another",
    )  # fmt: skip
    made.add_argument("--value", metavar="TEXT", help="write this instead; a day as YYYY-MM-DD, a choice by its word")
    made.add_argument("--pick", type=number(1, 99), default=0, metavar="N", help="which of several other values")
    family = group(commands, "same", "women who may be registered twice, and what a person says of two registrations")
    leaf(family, "list", same.list_all, common.store, "who may be registered twice, and what was said before")
    made = leaf(family, "merge", same.merge, common.store, "two registrations are one woman; nothing is rewritten")
    made.add_argument("one", metavar="STANDS", help="the registration that stands: its number or its id")
    made.add_argument("other", metavar="OTHER", help="the other one")
    made = leaf(family, "two", same.two, common.store, "they are two women, and are not listed again")
    made.add_argument("one", metavar="ONE", help="a number or an id, as same list gives it")
    made.add_argument("other", metavar="OTHER")
    made = leaf(family, "part", same.part, common.store, "take back what was said of two registrations")
    made.add_argument("id", metavar="ID", help="as same list gives it")


def _sticks(commands: Any, common: Parts) -> None:
    stick = group(commands, "stick", "the sticks of this site, and who carries what on them")
    leaf(stick, "list", sticks.list_sticks, common.store, "the register, and the transport log")
    made = leaf(stick, "register", sticks.register, common.store, "a stick that is in; an administrator does")
    made.add_argument("folder", type=Path, metavar="DIR", help="a folder on the stick")
    made.add_argument("--label", default="", metavar="LABEL", help="what is printed on it (the next free S-number)")
    made = leaf(stick, "retire", sticks.retire, common.store, "a stick is not used any more; an administrator does")
    made.add_argument("label", metavar="LABEL")
    made.add_argument("--became", choices=[str(became) for became in StickBecame], required=True)
    made.add_argument("--on", type=day, metavar="DATE")
    made = leaf(stick, "carry", sticks.carry, common.store, "who carries a bundle, and when it left")
    made.add_argument("bundle", metavar="BUNDLE", help="its file's name")
    made.add_argument("--carrier", required=True, metavar="NAME")
    made.add_argument("--on", type=day, metavar="DATE")
    made.add_argument("--at", default="", metavar="TIME")
    made = leaf(stick, "returned", sticks.returned, common.store, "the stick came back")
    made.add_argument("bundle", metavar="BUNDLE", help="its file's name")
    made.add_argument("--on", type=day, metavar="DATE")
    made = leaf(stick, "wiped", sticks.wiped, common.store, "delete the bundles on a stick; other files stay")
    made.add_argument("folder", type=Path, metavar="DIR", help="the stick's folder")
    made.add_argument("--all", action="store_true", help="also bundles that were not brought in here")
    made = leaf(stick, "label", sticks.label, common.store, "labels to print, as PDF")
    made.add_argument("labels", nargs="+", metavar="LABEL")
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
    made = leaf(stick, "gate-sheet", sticks.gate_sheet, common.store, "what goes with a bundle to the gate, as PDF")
    made.add_argument("bundle", metavar="BUNDLE", help="its file's name")
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
