"""Test data from the declarations: whatever field a record type gets, it is filled here without a further line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Refused
from reentry_desktop.records import Field, Record, fields
from reentry_desktop.records.base import check_record, check_values, clean, defaults
from reentry_desktop.records.plan_item import ITEM_COLUMNS

# Letters people have, and those that break programs: quotes, formulas, separators, line ends in disguise, astral signs.
ODD = "áÉñüß’'\"`;,=+-@|<>&%\\/\n\t\u2028\u2029\u00a0\u200b\u202e\ufeff\U0001f338e\u0301\x1f\x85"
LETTERS = st.one_of(
    st.sampled_from("abcxyzABC 0129"),
    st.sampled_from(ODD),
    st.characters(exclude_categories=("Cs",), max_codepoint=0x1FFFF),
)
IDS = st.integers(0, 2**128 - 1).map(lambda n: Id(f"{n:032x}"))

# What a type's own rules ask of a field, where its declaration alone does not say so.
RULES: dict[tuple[str, str], st.SearchStrategy[Any]] = {
    ("plan_item", "kind"): st.sampled_from(sorted(ITEM_COLUMNS)),
    ("plan_item", "words"): st.just("Walk with Luz"),
    ("participant", "first_name"): st.just("Ana"),
    ("need_tag", "may_be_recorded"): st.just(True),
    ("information_request", "participant"): st.just(Id("")),  # said at the beginning or never
}


def text(most: int) -> st.SearchStrategy[str]:
    """Text as a person may type or paste it, that is still short enough once it is cleaned."""
    some = st.text(LETTERS, max_size=min(most, 30)).filter(lambda t: len(clean(t)) <= most and len(t) <= most)
    telling = st.sampled_from(["=1+1", "'=1+1", "''-1", "'tis", "-5", "a\u2028b", '"', "{", "NULL", "true", "0"])
    return st.one_of(
        some, telling.filter(lambda t: len(t) <= most), some.map(lambda t: (t + "wörd ")[:most]), st.just("x" * most)
    )


def value_of(cls: type[Record], name: str, spec: Field, links: Mapping[str, Id]) -> st.SearchStrategy[Any]:
    """A value this field takes. *links*: kind -> the id of a record there is."""
    if (cls.__tablename__, name) in RULES:
        return RULES[cls.__tablename__, name]
    if spec.editor == "day":
        days = st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31))
        return days if spec.required else st.none() | days
    if spec.editor == "flag":
        return st.booleans()
    if spec.editor == "number":
        least, most = spec.least if spec.least is not None else -(2**31), spec.most if spec.most is not None else 2**31
        return st.none() | st.integers(least, most)
    if spec.link:
        there = st.just(links[spec.link]) if spec.link in links else IDS
        return there if spec.required else there | st.just("")
    if spec.choices:
        some = st.sampled_from(list(spec.choices))
        return some if spec.required else some | st.just("")
    some = text(spec.max or 200)
    return some.filter(clean) if spec.required else some


@st.composite
def values(draw: st.DrawFn, cls: type[Record], links: Mapping[str, Id]) -> dict[str, Any]:
    """What a person may save as a new record of this type: any fields, all rules kept."""
    full = {
        name: draw(value_of(cls, name, spec, links), label=name)
        for name, spec in fields(cls).items()
        if name != "removed" and (spec.required or (cls.__tablename__, name) in RULES or draw(st.booleans()))
    }
    for _round in full.copy():  # a rule across fields broken: leave fields out until none is
        try:
            check_values(cls, full)
            blank = {k: v for k, v in defaults(cls).items() if k in fields(cls)}
            check_record(cls(id="0" * 32, heads="{}", **blank | {k: _as_kept(v) for k, v in full.items()}))
            return full
        except Refused as refused:
            loose = [k for k in full if not fields(cls)[k].required and (cls.__tablename__, k) not in RULES]
            named = [k for k in loose if k in refused.fields]
            assume(bool(loose))
            del full[(named or loose)[0]]
    assume(False)
    return full


def _as_kept(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def change_of(cls: type[Record], links: Mapping[str, Id]) -> st.SearchStrategy[dict[str, Any]]:
    """Wire values of some of its fields, as an entry of any program may carry them; rules across fields may break."""
    from reentry_desktop.records.base import to_wire

    each = {name: value_of(cls, name, spec, links) for name, spec in fields(cls).items()}
    few = {name: strategy.map(lambda v, n=name: to_wire(cls, {n: v})[n]) for name, strategy in each.items()}
    return st.fixed_dictionaries({}, optional=few)
