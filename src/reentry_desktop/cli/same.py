"""Women who may be registered twice, and what is said of two registrations."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from ..actions import same_woman, women
from ..actions.registrations import ids_of
from ..actions.same_woman import Decided, Side
from ..base.ids import Id
from ..base.words import _
from ..records.base import choice_label
from ..records.same_woman import FoundBy, Said, SameWoman
from ..store import Unit
from .answers import Answer, opened, typed_id


def list_all(args: argparse.Namespace) -> Answer:
    """Who may be registered twice, and what was said before. Looking is an entry too."""
    with opened(args) as store, store.work("show_registered_twice") as unit:
        found = same_woman.show_registered_twice(unit)
        said = same_woman.decided(unit)
    for pair in found.pairs:
        args.say(choice_label(FoundBy, pair.found_by))
        for side in pair.sides:
            args.say("  " + "  ".join(filter(None, map(str, _side(side).values()))))
    if not found.pairs:
        args.say(_("Nobody seems to be registered twice."))
    for one in said:
        args.say("  ".join((choice_label(Said, one.said), *one.sides, one.who, one.at, one.id)))
    pairs = [{"found_by": pair.found_by, "registrations": list(map(_side, pair.sides))} for pair in found.pairs]
    return Answer({"pairs": pairs, "said": list(map(_said, said))})


def _side(side: Side) -> dict[str, Any]:
    return {
        "id": side.id, "number": side.number, "name": side.name, "born": side.born, "site": side.site,
        "state": side.state, "enrolled_on": side.enrolled_on, "plan": side.plan, "others": side.others,
    }  # fmt: skip


def _said(one: Decided) -> dict[str, Any]:
    return {
        "id": one.id, "said": one.said, "found_by": one.found_by, "registrations": list(one.sides), "who": one.who,
        "at": one.at,
    }  # fmt: skip


def merge(args: argparse.Namespace) -> Answer:
    """They are one woman; the registration named first stands."""
    return _say(args, same_woman.same_woman, _("Noted: one woman. Nothing she wrote was changed."))


def two(args: argparse.Namespace) -> Answer:
    """They are two women: they are not listed again."""
    return _say(args, same_woman.two_women, _("Noted: two women."))


def _say(args: argparse.Namespace, act: Callable[[Unit, Id, Id], Id], words: str) -> Answer:
    with opened(args) as store, store.work(act.__name__) as unit:
        link = act(unit, same_woman.registration(unit, args.one), same_woman.registration(unit, args.other))
        said = str(unit.get(SameWoman, link).said)
        stopped = said != Said.TWO and women.words_stopped(unit, ids_of(unit, unit.get(SameWoman, link).participant))
    args.say(words)
    if stopped:
        args.say(_(women.WORDS_STOPPED))
    return Answer({"id": link, "said": said})


def part(args: argparse.Namespace) -> Answer:
    """What was said of two registrations holds no longer: each stands for itself again."""
    with opened(args) as store, store.work("take_apart") as unit:
        same_woman.take_apart(unit, typed_id(args.id))
    args.say(_("Each stands for itself again."))
    return Answer({"id": typed_id(args.id)})
