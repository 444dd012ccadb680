"""Enrolling a woman and printing her plan."""

from __future__ import annotations

import argparse

from ..actions import enrolling, printing, women
from ..base.words import _, ngettext
from .answers import Answer, opened, write_file


def enrol(args: argparse.Namespace) -> Answer:
    """Offer, agreement and enrolment in one step."""
    with opened(args) as store, store.work("enrol") as unit:
        on = args.on or unit.today()
        episode = enrolling.enrol_by_number(unit, args.participant, args.program, on, args.share)
        number = women.by_number(unit, args.participant).department_number
    args.say(_("{number} is enrolled in {program} since {on}.").format(number=number, program=args.program, on=on))
    return Answer({"enrolment": episode, "participant": number, "program": args.program, "on": on, "share": args.share})


def print_plan(args: argparse.Namespace) -> Answer:
    """The plan as PDF, saved where it was asked for; the log says so."""
    with opened(args) as store, store.work("print_plan") as unit:
        woman = women.by_number(unit, args.participant)
        done = printing.plan_print(
            unit, printing.plan_of(unit, woman.id), layout=args.layout, size=args.size, language=args.language,
            with_name=args.with_name,
        )  # fmt: skip
        printing.record_print(unit, done, how="saved", to=args.out.name)
        write_file(args.out, done.pdf.data)
    n = done.pdf.pages
    args.say(ngettext("{n} page in {file}.", "{n} pages in {file}.", n).format(n=n, file=args.out))
    return Answer(
        {
            "pages": done.pdf.pages, "sha256": done.sha256, "layout": done.layout, "size": args.size,
            "number": done.number, "file": str(args.out),
        }
    )  # fmt: skip
