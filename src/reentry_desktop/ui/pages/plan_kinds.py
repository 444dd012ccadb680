"""What an entry of each kind asks for, what its fields are called, and the words it is known by."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from ...base.words import N_, in_language
from ...records.base import Field, Record, fields
from ...records.plan import Supporter
from ...records.plan_item import ITEM_COLUMNS, PlanItem
from ..days import show_day

if TYPE_CHECKING:
    from ...records.pack import Part

IN_HER_WORDS = N_("In her own words")
SUPPORTER = ("name", "relation", "phone", "role", "asked_on", "agreed", "agreed_to_copy")
PERSON_FIRST = {"contact", "child"}
"""Kinds whose entries are a person: the name is asked first, and the entry is known by it."""
# What a field is called where the kind says it better than the declaration, which serves all kinds.
_LABELS = {
    ("contact", "words"): N_("Anything to add"),
    ("child", "words"): N_("Anything to add"),
    ("child", "person"): N_("Initials of the child"),
    ("task", "words"): N_("What needs to be done"),
    ("task", "person"): N_("Who does it"),
    ("duty", "words"): N_("Which duty"),
    ("standing", "words"): N_("Which one"),
    ("visit", "words"): N_("What the visit is for"),
    ("visit", "person"): N_("Which desk or office there"),
    ("paper", "words"): N_("Which paper"),
    ("influence", "words"): N_("Who, where or what"),
    ("condition", "words"): N_("What the rule says"),
    ("condition", "on_day"): N_("Next on"),
    ("condition", "person"): N_("Which office answers for it"),
    ("option", "words"): N_("What it is"),
    ("option", "person"): N_("Whom to ask for"),
    ("sum", "words"): N_("What the money is for"),
    ("sum", "on_day"): N_("Due on"),
}
# The fields a new entry asks for at once; the others wait behind "Say more about it".
_FIRST = {
    "visit": ("words", "address", "on_day", "at_time"),
    "paper": ("words", "paper_state"),
    "influence": ("words", "influence"),
    "child": ("person", "custody", "contact_allowed"),
    "condition": ("words", "on_day", "how_often"),
    "option": ("words", "option_state"),
    "sum": ("words", "cost"),
}


def columns(part: Part) -> tuple[str, ...]:
    """The fields of an entry of *part*, in the order they are asked."""
    if part.kind == "supporter":
        return SUPPORTER
    rest = ITEM_COLUMNS.get(part.kind, ())
    if part.kind in PERSON_FIRST:
        return (*rest, "words")
    return ("words", *rest)


def asked_first(part: Part) -> tuple[str, ...]:
    """Those of them that a new entry asks for at once."""
    every = columns(part)
    if part.kind in ("contact", "supporter"):
        return every
    return _FIRST.get(part.kind, every[:1])


def specs(part: Part, language: str) -> Mapping[str, Field]:
    """The declarations of those fields, labelled in *language*."""
    return _specs(part.kind, columns(part), language)


@cache
def _specs(kind: str, keys: tuple[str, ...], language: str) -> Mapping[str, Field]:
    say = in_language(language).gettext
    cls: type[Record] = Supporter if kind == "supporter" else PlanItem
    found = {}
    for key in keys:
        spec = fields(cls)[key]
        label = _LABELS.get((kind, key), IN_HER_WORDS if key == "words" else spec.label)
        changed: dict[str, Any] = {"label": say(label)}
        if spec.choices:
            changed["choices"] = [(member.value, say(member.label)) for member in spec.choices]
        found[key] = dataclasses.replace(spec, **changed)
    return found


def headline(part: Part, record: Any) -> str:
    """The words an entry is known by."""
    if part.kind == "supporter":
        return str(record.name)
    if part.kind in PERSON_FIRST:
        return str(record.person or record.words)
    return str(record.words or record.person)


def details(part: Part, record: Any, language: str) -> str:
    """What is known of an entry besides its headline, on one line."""
    shown, found = headline(part, record), []
    for key, spec in specs(part, language).items():
        value = getattr(record, key)
        if value in ("", None, False) or (key in ("words", "person", "name") and value == shown):
            continue
        if value is True:
            found.append(spec.label)
        elif key == "words":
            found.append(str(value))
        elif key == "helpful":
            found.append(in_language(language).gettext(N_("Helps: {number} of 5")).format(number=value))
        else:
            choices: Any = spec.choices
            said = show_day(value, language) if isinstance(value, dt.date) else str(value)
            found.append(f"{spec.label}: {dict(choices).get(said, said) if choices else said}")
    return " · ".join(found)
