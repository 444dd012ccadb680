"""Names and options of the commands about her plan, her goals, her copies, reports and template packs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..actions.printing import FOR_WHOM, LAYOUTS, OFFICIALS, SIZES
from ..base.words import LANGUAGES
from ..records.paper import Became
from ..records.plan import EventKind, HowConfirmed, HowWritten, SignerRole
from ..records.recovery import Domain, GoalState
from . import goals, packs, plan_words, plans, prints, safety
from .consent_parser import ground
from .options import Parts, day, group, leaf, number


def add(commands: Any, common: Parts) -> None:
    """All of them."""
    hers = argparse.ArgumentParser(add_help=False)
    hers.add_argument("--participant", required=True, metavar="NUMBER", help="her department number")
    her_store = [*common.store, hers]
    plan = group(commands, "plan", "her plan")
    _states(plan, her_store)
    _words(plan, her_store)
    _versions(plan, her_store)
    _print(plan, her_store)
    _goals(group(commands, "goal", "her recovery support plan"), common, her_store)
    copy = group(commands, "copy", "who has which print")
    leaf(copy, "list", prints.list_copies, her_store, "every print of hers, and what became of it")
    made = leaf(copy, "became", prints.became, her_store, "what became of a copy")
    made.add_argument("--copy", required=True, metavar="ID", help="its id or its print number")
    made.add_argument("--became", required=True, choices=[str(one) for one in Became])
    made.add_argument("--on", type=day, metavar="DATE")
    _reports(group(commands, "report", "that something had to be passed on: three facts, nothing else"), common)
    _packs(group(commands, "pack", "template packs: the words around a plan"), common)


def _states(plan: Any, her_store: Any) -> None:
    for name, run, help in (
        ("offer", plans.offer, "note that a plan was offered"),
        ("decline", plans.decline, "note that she chose not to write one"),
        ("not-now", plans.not_now, "note that she wants to wait"),
        ("start", plans.start, "begin her plan, or go on with it"),
        ("done", plans.done, "done for now: a version"),
        ("withdraw", plans.withdraw, "note that she took her plan back"),
    ):
        made = leaf(plan, name, run, her_store, help)
        made.add_argument("--on", type=day, metavar="DATE", help="the day it was (today)")
        if name == "start":
            made.add_argument("--language", choices=list(LANGUAGES), default="", help="of a new plan (hers if absent)")
        if name == "done":
            hows = [str(how) for how in HowConfirmed]
            made.add_argument("--how", choices=hows, default=str(HowConfirmed.SAID), help="how she said so (said)")
            made.add_argument("--read-aloud", action="store_true", help="it was read aloud with her")
            made.add_argument("--look-again", type=day, metavar="DATE", help="when the two want to look at it again")
    leaf(plan, "not-done-yet", plans.not_done_yet, her_store, "take the last “done for now” back")
    made = leaf(plan, "language", plans.set_language, her_store, "the language of the program's words around hers")
    made.add_argument("language", choices=list(LANGUAGES))
    made = leaf(plan, "event", plans.event, her_store, "a crisis, or the time after one; the plan is then looked at")
    made.add_argument("--kind", required=True, choices=[str(kind) for kind in EventKind])
    made.add_argument("--on", type=day, metavar="DATE")
    leaf(plan, "events", plans.events, her_store, "what happened to her plan")
    made = leaf(plan, "reviewed", plans.reviewed, her_store, "the plan was looked at again after an event")
    made.add_argument("--event", default="", metavar="ID", help="after this one alone (all that wait)")
    made.add_argument("--on", type=day, metavar="DATE")
    made = leaf(plan, "sign", plans.sign, her_store, "a name under the plan")
    made.add_argument("--role", choices=[str(role) for role in SignerRole], default=str(SignerRole.HERSELF))
    made.add_argument("--name", required=True, metavar="NAME")
    made.add_argument("--phone", default="", metavar="PHONE")
    made.add_argument("--on", type=day, metavar="DATE")


def _her_words(made: Any) -> None:
    which = made.add_mutually_exclusive_group(required=True)
    which.add_argument("--words", metavar="TEXT", help="other programs may see what stands on a command line")
    which.add_argument("--file", type=Path, metavar="FILE", help="a text file (UTF-8); - is standard input")


def _record(made: Any, help: str = "the id of an answer, entry or supporter, as plan show gives it") -> None:
    made.add_argument("--record", required=True, metavar="ID", help=help)


def _words(plan: Any, her_store: Any) -> None:
    made = leaf(plan, "show", plan_words.show, her_store, "the whole plan")
    then = made.add_mutually_exclusive_group()
    then.add_argument("--version", type=number(0, 9999), default=0, metavar="N", help="as it was then (as it stands)")
    then.add_argument("--on", type=day, metavar="DATE", help="as it was at the end of that day")
    made.add_argument("--language", choices=list(LANGUAGES), default="", help="of the program's words (as her plan)")
    made = leaf(
        plan, "write", plan_words.write, her_store, "an answer, a new entry, a supporter; or other words for one"
    )
    where = made.add_mutually_exclusive_group(required=True)
    where.add_argument("--part", metavar="KEY", help="a part of the plan, as pack show names it")
    where.add_argument("--record", metavar="ID", help="what stands there already, as plan show gives it")
    _her_words(made)
    made.add_argument("--field", action="append", default=[], metavar="NAME=VALUE", help="further fields of an entry")
    hows = [str(how) for how in HowWritten]
    made.add_argument("--how", choices=hows, default="", help="who wrote it down (together)")
    made = leaf(plan, "find", plan_words.find, her_store, "where words stand in her plan")
    made.add_argument("--words", required=True, metavar="TEXT")
    _record(leaf(plan, "remove", plan_words.remove, her_store, "take an entry out; it stays in the history"))
    made = leaf(plan, "link", plan_words.link, her_store, "name a tool in a step")
    _record(made, "the step's id")
    made.add_argument("--tool", required=True, metavar="ID", help="the tool's id")
    made.add_argument("--off", action="store_true", help="take it out of there")
    made = leaf(plan, "room", plan_words.in_my_room, her_store, "whether she is fine with it on paper in her room")
    _record(made)
    made.add_argument("answer", choices=["yes", "no"])
    made = leaf(plan, "wording", plan_words.wording, her_store, "the same words in the other language, by a person")
    _record(made)
    made.add_argument("--language", choices=list(LANGUAGES), required=True)
    _her_words(made)
    _record(leaf(plan, "take-back", plan_words.take_back, her_store, "erase words for good, with their history"))
    made = leaf(plan, "copy-from", plan_words.copy_from, her_store, "her words of an earlier plan, behind these")
    made.add_argument("--plan", default="", metavar="ID", help="which (the latest one)")
    made.add_argument("--parts", type=keys, default=(), metavar="A,B", help="only these parts")


def _versions(plan: Any, her_store: Any) -> None:
    leaf(plan, "versions", plans.versions, her_store, "every “done for now”")
    made = leaf(plan, "compare", plans.compare, her_store, "what changed between two versions")
    made.add_argument("--from", dest="earlier", type=number(1, 9999), required=True, metavar="N")
    made.add_argument("--to", dest="later", type=number(0, 9999), default=0, metavar="N", help="(as it stands)")
    made = leaf(plan, "restore", plan_words.restore, her_store, "earlier words again, as a new change")
    _record(made)
    made.add_argument("--version", type=number(1, 9999), required=True, metavar="N", help="the version they are from")


def _print(plan: Any, her_store: Any) -> None:
    made = leaf(plan, "print", prints.print_plan, her_store, "the plan as PDF")
    made.add_argument("--layout", choices=LAYOUTS, default=LAYOUTS[0])
    made.add_argument("--size", choices=SIZES, default=SIZES[0])
    made.add_argument("--language", choices=list(LANGUAGES), default="", help="of the program's words (as her plan)")
    made.add_argument("--with-name", action="store_true", help="her name on the first page")
    made.add_argument("--supporter", default="", metavar="ID", help="whose copy it is (layout supporter)")
    made.add_argument("--version", type=number(0, 9999), default=0, metavar="N", help="as it was then (as it stands)")
    made.add_argument("--pictures", action="store_true", help="drawings and few words")
    made.add_argument("--days", type=int, choices=[7, 31], default=7, help="of a check-in sheet (7)")
    made.add_argument("--sections", type=keys, default=(), metavar="A,B", help="of a worksheet (all)")
    made.add_argument(
        "--protect-file", metavar="FILE", help="its first line is the passphrase that opens the PDF; - standard input"
    )
    made.add_argument("--for", dest="for_whom", choices=list(FOR_WHOM), default="her", help="whom it is for (her)")
    made.add_argument("--signed-on", type=day, metavar="DATE", help="the day she signed for this very print")
    made.add_argument(
        "--official",
        choices=[str(one) for one in OFFICIALS],
        default="",
        help="which official (--for official)",
    )
    ground(made, "it may go to somebody outside")
    made.add_argument("--out", type=Path, required=True, metavar="FILE")


def _goals(goal: Any, common: Parts, her_store: Any) -> None:
    leaf(goal, "list", goals.list_goals, her_store, "every goal with its steps")
    made = leaf(goal, "add", goals.add, her_store, "a new goal, in her own words")
    made.add_argument("--domain", required=True, choices=[str(domain) for domain in Domain], help="the part of life")
    _her_words(made)
    made = leaf(goal, "step", goals.step, common.store, "a step to a goal")
    made.add_argument("--goal", required=True, metavar="ID")
    _her_words(made)
    made.add_argument("--owner", default="", metavar="NAME", help="who does it")
    made.add_argument("--due", type=day, metavar="DATE", help="until when")
    made.add_argument("--tool", default="", metavar="ID", help="the tool of her plan that helps")
    made = leaf(goal, "done", goals.done, common.store, "a step is done, or a goal is reached")
    _goal_or_step(made)
    made.add_argument("--on", type=day, metavar="DATE")
    made = leaf(goal, "state", goals.state, common.store, "how far a goal is")
    made.add_argument("--goal", required=True, metavar="ID")
    made.add_argument("state", choices=[str(state) for state in GoalState])
    _goal_or_step(leaf(goal, "remove", goals.remove, common.store, "take a goal or a step out"))


def _goal_or_step(made: Any) -> None:
    which = made.add_mutually_exclusive_group(required=True)
    which.add_argument("--step", metavar="ID")
    which.add_argument("--goal", metavar="ID")


def _reports(report: Any, common: Parts) -> None:
    leaf(report, "steps", safety.steps, common.store, "what this facility wants done, and whom to call")
    made = leaf(report, "list", safety.list_reports, common.store, "those you may see that were not handed over yet")
    made.add_argument("--participant", default="", metavar="NUMBER", help="all about her instead")
    made = leaf(report, "pass-on", safety.pass_on, common.store, "a report was made: when, and to whom")
    made.add_argument("--participant", required=True, metavar="NUMBER")
    made.add_argument("--to", required=True, metavar="WHOM")
    made.add_argument("--on", type=day, metavar="DATE")
    made.add_argument("--at", default="", metavar="TIME")
    made = leaf(report, "hand-over", safety.hand_over, common.store, "somebody else has taken it on")
    made.add_argument("--report", required=True, metavar="ID")
    made.add_argument("--on", type=day, metavar="DATE")


def _packs(pack: Any, common: Parts) -> None:
    leaf(pack, "list", packs.list_packs, common.store, "the packs here, who signed them, which one new plans use")
    made = leaf(pack, "show", packs.show, common.store, "its sections and parts, with the fields of their entries")
    made.add_argument("name", nargs="?", default="", metavar="NAME", help="the one for new plans if absent")
    made = leaf(pack, "sign", packs.sign, common.store, "sign a pack with this site's key")
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
    made = leaf(pack, "load", packs.load, common.store, "take a signed pack in")
    made.add_argument("file", type=Path, metavar="FILE")
    made = leaf(pack, "use", packs.use, common.store, "begin new plans with that pack")
    made.add_argument("name", metavar="NAME", help="its name and version, like wellness/1")


def keys(text: str) -> tuple[str, ...]:
    """Some names with commas between them."""
    found = tuple(name.strip() for name in text.split(","))
    if not all(found):
        raise argparse.ArgumentTypeError(f"{text!r} is not a list like tools,well")
    return found
