"""Prints of her plan, and what became of each copy."""

from __future__ import annotations

import argparse
from typing import Any

from ..actions import copies, printing, women
from ..base.ids import Id
from ..base.problems import NotFound, Problem
from ..base.words import _, ngettext
from ..records.base import choice_label
from ..records.paper import Became, CopyGiven, Layout
from ..store import Unit
from .answers import Answer, as_values, hear, opened, typed_id, write_file


def print_plan(args: argparse.Namespace) -> Answer:
    """The plan as PDF, saved where it was asked for; the log says so, and its copy begins."""
    said = hear(args.protect_file, _("Passphrase of the print: "), twice=True) if args.protect_file else ""
    with opened(args) as store, store.work("print_plan") as unit:
        woman = women.by_number(unit, args.participant)
        if not said and not printing.may_save_open(unit):
            raise unprotected()
        done = printing.plan_print(
            unit, printing.plan_of(unit, woman.id), layout=args.layout, size=args.size, language=args.language,
            with_name=args.with_name, supporter=typed_id(args.supporter), version=args.version, pictures=args.pictures,
            days=args.days, sections=args.sections,
        )  # fmt: skip
        copy = printing.record_print(
            unit, done, how="saved", to=args.out.name, for_whom=args.for_whom, signed_on=args.signed_on
        )
        data = printing.protected(done.pdf.data, said) if said else done.pdf.data
        sha256 = write_file(args.out, data)
    n = done.pdf.pages
    args.say(ngettext("{n} page in {file}.", "{n} pages in {file}.", n).format(n=n, file=args.out))
    for words, why in done.left_out:
        args.say(_("Left out: “{words}”. {why}").format(words=words, why=why))
    return Answer(
        {
            "pages": n, "sha256": sha256, "layout": done.layout, "size": args.size, "number": done.number,
            "version": done.version, "left_out": [{"words": words, "why": why} for words, why in done.left_out],
            "protected": bool(said), "for_whom": args.for_whom, "copy": copy, "file": str(args.out),
        }
    )  # fmt: skip


def unprotected() -> Problem:
    """What to say to whoever may save prints with a passphrase only and named none."""
    return Problem(
        _(
            "You may save a print only with a passphrase. Nothing was saved. Name a file that holds one with "
            "--protect-file, or ask an administrator for the right to save without."
        ),
        code="unprotected",
    )


def list_copies(args: argparse.Namespace) -> Answer:
    """Every print of hers, and what became of it."""
    with opened(args) as store, store.work("open_page") as unit:
        woman = women.open_page(unit, women.by_number(unit, args.participant).id).woman
        names = copies.receivers(unit, woman.id)
        found = [as_values(copy) | {"to_whom": names[copy.id]} for copy in copies.copies_of(unit, woman.id)]
    for copy in found:
        became = choice_label(Became, copy["became"]) or _("not known")
        layout = choice_label(Layout, copy["layout"])
        told = (str(copy["printed_on"]), copy["print_number"], layout, copy["to_whom"], became)
        args.say("  ".join(filter(None, told)))
    if not found:
        args.say(_("Nothing was printed yet."))
    return Answer({"participant": woman.department_number, "copies": found})


def became(args: argparse.Namespace) -> Answer:
    """Write down what became of a copy."""
    with opened(args) as store:
        with store.work("copy_became") as unit:
            copy = _copy(unit, women.by_number(unit, args.participant).id, args.copy)
            copies.copy_became(unit, copy, args.became, args.on)
        with store.read() as unit:
            now: dict[str, Any] = as_values(unit.get(CopyGiven, copy))
    args.say(f"{now['print_number']}: {choice_label(Became, now['became'])}, {now['became_on']}")
    return Answer(now)


def _copy(unit: Unit, woman: Id, typed: str) -> Id:
    """The copy of that id, or the latest one of that print number. Raises ``NotFound``."""
    for copy in copies.copies_of(unit, woman):
        if copy.id == typed_id(typed) or copy.print_number == typed.strip().upper():
            return copy.id
    raise NotFound(_("She has no print {number}. Nothing was changed.").format(number=typed))
