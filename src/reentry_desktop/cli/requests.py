"""The register of requests for information."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from ..actions import printing, requests, withholding, women
from ..actions.requests import Asked
from ..actions.what_may_be_given import ANSWERS, AS_OF, COUNSEL, PHONE, guidance
from ..base.ids import Id
from ..base.words import _, language
from ..records.base import choice_label
from ..records.request import Asker, Authority, Decision
from ..store import Store
from .answers import Answer, as_values, opened, seen, typed_id, write_file
from .prints import check_protection, hear_protection


def add(args: argparse.Namespace) -> Answer:
    """Note who asks for what, on what authority, until when."""
    with opened(args) as store:
        with store.work("add_request") as unit:
            woman = women.by_number(unit, args.participant).id if args.participant else Id("")
            made = requests.add_request(
                unit, woman, about=args.about, asker=args.asker, who=args.who, what=args.what,
                authority=args.authority, by_when=args.by, **({"asked_on": args.on} if args.on else {}),
            )  # fmt: skip
        return _shown(store, args, made)


def decide(args: argparse.Namespace) -> Answer:
    """Note what was decided, by whom, why, and what was given."""
    with opened(args) as store:
        with store.work("decide_request") as unit:
            said = {"decided_by": args.by, "decided_on": args.on, "why": args.why, "given": args.given,
                    "given_on": args.given_on}  # fmt: skip
            known = {name: value for name, value in said.items() if value}  # what is not named stays as it was
            requests.decide_request(unit, typed_id(args.id), decision=args.decision, **known)
        return _shown(store, args, typed_id(args.id))


def list_all(args: argparse.Namespace) -> Answer:
    """The register, what waits for an answer first."""
    with seen(args, "decide_request", entry="open_page") as unit:
        woman = women.open_page(unit, women.by_number(unit, args.participant).id).woman.id if args.participant else ""
        found = [_values(one) for one in requests.requests(unit, Id(woman), open_only=args.open)]
    for one in found:
        state = choice_label(Decision, one["decision"]) or _("open")
        until = _("answer by {day}").format(day=one["by_when"]) if one["by_when"] and not one["decision"] else ""
        whom = one["participant_number"] or one["about"]
        args.say("  ".join(filter(None, (str(one["asked_on"]), one["who"], whom, state, until, one["id"]))))
    if not found:
        args.say(_("Nobody has asked for information."))
    return Answer({"requests": found})


def print_out(args: argparse.Namespace) -> Answer:
    """The letter that answers one request, or the whole register, as PDF."""
    said = hear_protection(args)
    with opened(args) as store, store.work("print_answer" if args.id else "print_register") as unit:
        check_protection(unit, said)
        if args.id:
            pdf = requests.answer_letter(unit, typed_id(args.id), args.language)
        else:
            pdf = requests.register_sheet(unit, args.language)
        requests.record_sheet(unit, pdf, [typed_id(args.id)] if args.id else [], how="saved", to=args.out.name)
        sha256 = write_file(args.out, printing.protected(pdf.data, said) if said else pdf.data)
    args.say(_("Saved as {file}.").format(file=args.out))
    return Answer({"file": str(args.out), "pages": pdf.pages, "sha256": sha256, "protected": bool(said)})


def guide(args: argparse.Namespace) -> Answer:
    """What the rule says of an asker and an authority: facts, not legal advice."""
    found = [
        {"answer": one.answer, "words": [_(words) for words in one.words], "source": one.source}
        for one in guidance(args.asker, args.authority)
    ]
    args.say(f"{choice_label(Asker, args.asker)}; {choice_label(Authority, args.authority)}")
    for one in found:
        args.say(f"{_(ANSWERS[str(one['answer'])])} ({one['source']})")
        for words in one["words"]:
            args.say(f"  {words}")
    args.say(_(PHONE))
    args.say(_(COUNSEL))
    return Answer({"as_of": AS_OF, "language": language(), "rules": found, "phone": _(PHONE), "counsel": _(COUNSEL)})


def _shown(store: Store, args: argparse.Namespace, request: Id) -> Answer:
    """The request as it stands now; on standard error, who asks may be somebody who must never be told."""
    with store.read() as unit:
        asked = requests.request(unit, request)
        values, woman = _values(asked), asked.record.participant
        warned = [one.sentence for one in withholding.matches(unit, woman, asked.record.who)] if woman else []
    for sentence in warned:
        print(sentence, file=sys.stderr, flush=True)
    state = choice_label(Decision, values["decision"]) or _("open")
    args.say("  ".join(filter(None, (str(values["asked_on"]), values["who"], state))))
    return Answer(values | {"warnings": warned})


def _values(one: Asked) -> dict[str, Any]:
    return as_values(one.record) | {"participant_number": one.number, "reference": requests.reference(one.record)}
