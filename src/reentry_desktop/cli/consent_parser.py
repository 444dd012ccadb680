"""Names and options of the commands about consents, the account of what was told, and who is never told."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..actions.disclosures import YEARS
from ..actions.printing import SIZES
from ..base.words import LANGUAGES
from ..records.consent import Form, Revoked, Told, ToWhom
from ..records.disclosure import Ground, How
from . import consents, disclosures
from .options import Parts, day, group, leaf


def add(commands: Any, common: Parts) -> None:
    """All of them."""
    hers = argparse.ArgumentParser(add_help=False)
    hers.add_argument("--participant", required=True, metavar="NUMBER", help="her department number")
    her_store = [*common.store, hers]
    one = argparse.ArgumentParser(add_help=False)
    one.add_argument("--consent", required=True, metavar="ID", help="as consent list gives it")
    _consents(
        group(commands, "consent", "her consents: what may be told about her, and to whom"), common, her_store, one
    )
    _disclosures(group(commands, "disclosure", "the account of what was told about her"), common, her_store)
    _withheld(group(commands, "withhold", "whom she wants never to be told"), her_store)


def ground(made: Any, what: str) -> None:
    """The options that say on what *what*."""
    made.add_argument("--consent", default="", metavar="ID", help=f"the consent under which {what}")
    made.add_argument(
        "--ground", choices=[str(one) for one in Ground], default=str(Ground.CONSENT),
        help="or another ground than her consent; not for peer supporters",
    )  # fmt: skip
    made.add_argument("--why", default="", metavar="WORDS", help="why without her consent; it stays on the list")
    made.add_argument("--to-name", default="", metavar="NAME", help="who gets it, where no consent says so")


def _saved(made: Any) -> None:
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
    made.add_argument(
        "--protect-file", metavar="FILE", help="its first line is the passphrase that opens the PDF; - standard input"
    )


def _consents(consent: Any, common: Parts, her_store: Any, one: argparse.ArgumentParser) -> None:
    made = leaf(consent, "add", consents.add, her_store, "begin a consent; it allows nothing until she signs")
    made.add_argument("--form", choices=[str(form) for form in Form], default=str(Form.ORDINARY))
    made.add_argument("--to", required=True, metavar="NAME", help="who may be told")
    made.add_argument("--to-whom", required=True, choices=[str(whom) for whom in ToWhom], help="what kind of person")
    made.add_argument("--place", default="", metavar="WORDS", help="phone or address")
    made.add_argument("--supporter", default="", metavar="ID", help="where it is a supporter of hers")
    made.add_argument(
        "--kinds", required=True, metavar="A,B", help=f"what may be told: {', '.join(str(kind) for kind in Told)}"
    )
    made.add_argument("--what", required=True, metavar="WORDS", help="what exactly, in her words")
    made.add_argument("--purpose", required=True, metavar="WORDS")
    made.add_argument("--until", type=day, metavar="DATE", help="the last day it is good for")
    made.add_argument("--until-event", default="", metavar="WORDS", help="or what ends it")
    made.add_argument("--language", choices=list(LANGUAGES), default="", help="it is read in (as her plan)")
    made = leaf(consent, "change", consents.change, [*her_store, one], "change what is not signed yet")
    made.add_argument("values", nargs="+", metavar="NAME=VALUE", help="a day as YYYY-MM-DD")
    leaf(consent, "drop", consents.drop, [*her_store, one], "throw away what was never signed")
    made = leaf(consent, "list", consents.list_all, common.store, "hers, each with what it is worth today")
    made.add_argument("--participant", default="", metavar="NUMBER", help="absent: whose consents end within 30 days")
    leaf(consent, "show", consents.show, [*her_store, one], "the words of one, as they are read to her")
    made = leaf(
        consent, "print", consents.print_one, [*her_store, one], "the paper to sign, or as it was signed, as PDF"
    )
    made.add_argument("--size", choices=SIZES, default="", help="of the letters (large, or as she reads)")
    _saved(made)
    made = leaf(consent, "sign", consents.sign, [*her_store, one], "she signed: on paper, or strokes from a file")
    made.add_argument("--on", type=day, metavar="DATE")
    made.add_argument("--paper-kept", default="", metavar="WORDS", help="where the signed paper is kept")
    made.add_argument("--seen-by", default="", metavar="NAME", help="who saw her sign")
    made.add_argument("--strokes-file", type=Path, metavar="FILE", help="a signature as text: x,y x,y;x,y x,y")
    made.add_argument("--read-to-her", action="store_true")
    made = leaf(consent, "revoke", consents.revoke, [*her_store, one], "she takes it back; nothing more is told")
    made.add_argument("--how", choices=[str(how) for how in Revoked], default=str(Revoked.SAID))
    made.add_argument("--on", type=day, metavar="DATE")
    made = leaf(consent, "event", consents.event, [*her_store, one], "what was to end it happened")
    made.add_argument("--on", type=day, metavar="DATE")
    leaf(consent, "renew", consents.renew, [*her_store, one], "a new one with its words, to take its place")
    made = leaf(consent, "letters", consents.letters, [*her_store, one], "a letter to each who was told, as PDF")
    made.add_argument("--language", choices=list(LANGUAGES), default="en")
    _saved(made)


def _disclosures(disclosure: Any, common: Parts, her_store: Any) -> None:
    made = leaf(disclosure, "add", disclosures.add, her_store, "something was told outside the program")
    made.add_argument("--to", required=True, metavar="NAME", help="who was told")
    made.add_argument("--place", default="", metavar="WORDS", help="phone or address")
    made.add_argument("--what", required=True, metavar="WORDS", help="what was told")
    made.add_argument("--purpose", default="", metavar="WORDS")
    made.add_argument("--on", type=day, metavar="DATE")
    made.add_argument("--by", default="", metavar="NAME", help="who told it (whoever notes it)")
    made.add_argument("--how", choices=[str(how) for how in How], default=str(How.SPOKEN))
    made.add_argument("--consent", default="", metavar="ID", help="the consent that allowed it")
    made.add_argument("--ground", choices=[str(one) for one in Ground], default=str(Ground.CONSENT))
    made.add_argument("--why", default="", metavar="WORDS", help="why without her consent")
    made = leaf(disclosure, "list", disclosures.list_all, common.store, "what was told, to whom, on what ground")
    made.add_argument("--participant", default="", metavar="NUMBER", help="absent: all that had no consent")
    made.add_argument("--years", choices=list(YEARS), default="", help="of the last 3 or 6 years (all)")
    made = leaf(disclosure, "looked", disclosures.looked, common.store, "you looked at what was told without a consent")
    made.add_argument("id", metavar="ID", help="as disclosure list gives it")
    made.add_argument("--finding", default="", metavar="WORDS", help="what you found")
    made = leaf(disclosure, "print", disclosures.print_account, her_store, "the account, for her, as PDF")
    made.add_argument("--years", choices=list(YEARS), default="6")
    made.add_argument("--language", choices=list(LANGUAGES), default="", help="as her plan")
    made.add_argument("--size", choices=SIZES, default="", help="of the letters (large, or as she reads)")
    _saved(made)
    made = leaf(disclosure, "back", disclosures.back, her_store, "it came back, or was destroyed")
    made.add_argument("--disclosure", required=True, metavar="ID", help="as disclosure list gives it")
    made.add_argument("--on", type=day, metavar="DATE")


def _withheld(withheld: Any, her_store: Any) -> None:
    made = leaf(withheld, "add", disclosures.withhold, her_store, "a person or place that must never be told")
    made.add_argument("name", metavar="NAME")
    made.add_argument("--phone", default="", metavar="NUMBER")
    leaf(withheld, "list", disclosures.withheld, her_store, "everybody on her list")
    made = leaf(withheld, "remove", disclosures.unwithhold, her_store, "she wants it otherwise")
    made.add_argument("id", metavar="ID", help="as withhold list gives it")
