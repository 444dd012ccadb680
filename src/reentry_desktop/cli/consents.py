"""Her consents: begun, read, signed, printed, taken back."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from ..actions import consent_papers, consents, printing, women
from ..actions.consent_papers import SheetPrint
from ..base.ids import Id
from ..base.problems import Problem
from ..base.words import _, ngettext
from ..records.base import choice_label, fields
from ..records.consent import Consent, Status, ToWhom
from ..records.participant import Participant
from ..store import Store, Unit
from .answers import Answer, as_values, opened, read_file, seen, typed_fields, typed_id, write_file
from .options import day
from .prints import check_protection, hear_protection


def add(args: argparse.Namespace) -> Answer:
    """Begin a consent."""
    with opened(args) as store:
        with store.work("draft_consent") as unit:
            woman = women.by_number(unit, args.participant).id
            more = {"language": args.language} if args.language else {}
            made = consents.draft_consent(
                unit, woman, form=args.form, recipient=args.to, to_whom=args.to_whom, place=args.place,
                supporter=typed_id(args.supporter), kinds=args.kinds.replace(",", " "), what=args.what,
                purpose=args.purpose, expires_on=args.until, expires_event=args.until_event, **more,
            )  # fmt: skip
        return _shown(store, args, made)


def change(args: argparse.Namespace) -> Answer:
    """Change what is not signed yet."""
    values: dict[str, Any] = dict(typed_fields(args.values))
    for name in [name for name in values if name in fields(Consent) and fields(Consent)[name].editor == "day"]:
        values[name] = _day(values[name])
    with opened(args) as store:
        with store.work("revise_consent") as unit:
            consent = _hers(unit, args)
            consents.revise_consent(unit, consent, **values)
        return _shown(store, args, consent)


def _day(text: str) -> dt.date | None:
    try:
        return day(text) if text else None
    except argparse.ArgumentTypeError as error:
        raise Problem(_("Nothing was changed: {why}.").format(why=error), code="format") from error


def drop(args: argparse.Namespace) -> Answer:
    """Throw away what was never signed."""
    with opened(args) as store, store.work("drop_consent") as unit:
        consent = _hers(unit, args)
        consents.drop_consent(unit, consent)
    args.say(_("Thrown away. It was never signed."))
    return Answer({"consent": consent})


def _ending(args: argparse.Namespace) -> Answer:
    with seen(args, "draft_consent") as unit:
        ending, count = consents.ending(unit, 10_000)
        found = [
            {"participant": unit.get(Participant, one.participant).department_number, "on": one.on} for one in ending
        ]
    for one in found:
        args.say(f"{one['participant']}  {one['on']}")
    if not found:
        args.say(_("No consent ends within 30 days."))
    return Answer({"ending": found, "count": count})


def list_all(args: argparse.Namespace) -> Answer:
    """Hers, each with what it is worth today; without a woman, whose consents end soon."""
    if not args.participant:
        return _ending(args)
    with opened(args) as store, store.work("open_page") as unit:
        woman = women.open_page(unit, women.by_number(unit, args.participant).id).woman
        papers = consents.consents_of(unit, woman.id)
        told = [_values(paper) for paper in papers]
    for paper in papers:
        args.say("  ".join((paper.consent.id, choice_label(Status, paper.status), paper.consent.recipient)))
    if not papers:
        args.say(_("She has no consent yet."))
    return Answer({"participant": args.participant, "consents": told})


def show(args: argparse.Namespace) -> Answer:
    """The words of one, as they are read to her."""
    with opened(args) as store, store.work("open_page") as unit:
        woman = women.open_page(unit, women.by_number(unit, args.participant).id).woman
        paper = consents.consent_named(unit, woman.id, typed_id(args.consent))
        words = consent_papers.elements(paper.consent)
        lacking = consents.missing(paper.consent)
    for heading, said in words:
        args.say(f"{heading}: {said}")
    for sentence in lacking.values():
        args.say(_("Missing: {what}").format(what=sentence))
    return Answer(_values(paper) | {"words": [list(pair) for pair in words], "missing": lacking})


def print_one(args: argparse.Namespace) -> Answer:
    """The paper to sign, or as it was signed."""
    said = hear_protection(args)
    with opened(args) as store, store.work("save_consent") as unit:
        consent = _hers(unit, args)
        made = consent_papers.consent_print(unit, consent, size=args.size)
        return saved(unit, args, made, said)


def letters(args: argparse.Namespace) -> Answer:
    """A letter to each who was told something under a consent that was taken back."""
    said = hear_protection(args)
    with opened(args) as store, store.work("save_letters") as unit:
        consent = _hers(unit, args)
        return saved(unit, args, consent_papers.letters_print(unit, consent, args.language), said)


def saved(unit: Unit, args: argparse.Namespace, made: SheetPrint, said: str) -> Answer:
    """Write a paper into the log, then to its file: in this order no file is anywhere that the log does not know of."""
    check_protection(unit, said)
    consent_papers.note_sheet(unit, made, how="saved")
    data = printing.protected(made.pdf.data, said) if said else made.pdf.data
    sha256 = write_file(args.out, data)
    n = made.pdf.pages
    args.say(ngettext("{n} page in {file}.", "{n} pages in {file}.", n).format(n=n, file=args.out))
    return Answer(
        {"pages": n, "number": made.number, "sha256": sha256, "protected": bool(said), "file": str(args.out)}
    )  # fmt: skip


def sign(args: argparse.Namespace) -> Answer:
    """She signed."""
    strokes = read_file(args.strokes_file).decode("ascii", "replace").strip() if args.strokes_file else ""
    with opened(args) as store:
        with store.work("sign_consent") as unit:
            consent = _hers(unit, args)
            consents.sign_consent(
                unit, consent, on=args.on, strokes=strokes, paper_kept=args.paper_kept, seen_by=args.seen_by,
                read_to_her=args.read_to_her,
            )  # fmt: skip
        return _shown(store, args, consent)


def revoke(args: argparse.Namespace) -> Answer:
    """She takes it back."""
    with opened(args) as store:
        with store.work("revoke_consent") as unit:
            consent = _hers(unit, args)
            consents.revoke_consent(unit, consent, args.how, args.on)
        return _shown(store, args, consent)


def event(args: argparse.Namespace) -> Answer:
    """What was to end it happened."""
    with opened(args) as store:
        with store.work("note_ending_event") as unit:
            consent = _hers(unit, args)
            consents.note_ending_event(unit, consent, args.on)
        return _shown(store, args, consent)


def renew(args: argparse.Namespace) -> Answer:
    """A new one with its words."""
    with opened(args) as store:
        with store.work("renew_consent") as unit:
            made = consents.renew_consent(unit, _hers(unit, args))
        return _shown(store, args, made)


def _hers(unit: Unit, args: argparse.Namespace) -> Id:
    """The consent that was named, of the woman that was named. Raises ``Problem``."""
    woman = women.by_number(unit, args.participant).id
    return Id(consents.consent_named(unit, woman, typed_id(args.consent)).consent.id)


def _values(paper: consents.Paper) -> dict[str, Any]:
    return as_values(paper.consent) | {"status": str(paper.status), "kinds": paper.consent.told()}


def _shown(store: Store, args: argparse.Namespace, consent: Id) -> Answer:
    with store.read() as unit:
        woman = women.by_number(unit, args.participant).id
        paper = consents.consent_named(unit, woman, consent)
        values = _values(paper)
    who = paper.consent.recipient or choice_label(ToWhom, paper.consent.to_whom)
    args.say(f"{consent}  {choice_label(Status, paper.status)}  {who}")
    return Answer(values)
