"""Records and their values in words, from the declarations: what a choice, a link or a place in a list is called."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from ..base.ids import Id
from ..base.words import _, language
from ..records.base import Record, choice_label, fields, kinds
from ..records.participant import Participant
from ..records.plan import Plan, PlanAnswer, words_mark
from ..records.plan_item import PlanItem
from ..records.same_woman import SameWoman
from ..store import Unit
from .packs import pack_named

_NAMES = ("full_name", "name", "words", "person", "need", "print_number")
"""The fields a record is known by, the best first."""
_LISTS = {"plan_item": ("plan", "part"), "supporter": ("plan",), "goal": ("participant",), "goal_step": ("goal",)}
"""kind -> the fields that name the list in which a record has its position."""


class RecordWords:
    """What it has looked up once it knows: one is made for a page."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self._links: dict[tuple[str, Id], str] = {}
        self._parts: dict[Id, dict[str, str]] = {}

    def about(self, record: Record, beside: str = "") -> str:
        """What tells a record from others of its type, without the field *beside*; a woman has a name of her own."""
        if isinstance(record, Participant):
            return ""
        if isinstance(record, SameWoman):
            first, second = (self._link("participant", one) for one in (record.participant, record.other))
            return _("First: {first}. Second: {second}.").format(first=first, second=second)
        known = next((words for name in _NAMES if name != beside and (words := self._text(record, name))), "")
        return " · ".join(filter(None, (self._part(record), known)))

    def value(self, record: Record, name: str, value: Any) -> str:
        """A value as a person reads it; a day as ISO date, nothing as ``""``."""
        spec = fields(type(record))[name]
        if name == "room_mark":
            if value and value != words_mark(getattr(record, "words", "")):
                return _("Yes, for other words")
            return _("Yes") if value else _("No")
        if name == "position":
            return _("Place {n} in the list").format(n=self._place(record, value))
        if value in ("", None):
            return ""
        if spec.link:
            return self._link(spec.link, value)
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if spec.choices:
            return choice_label(spec.choices, value)
        return value.isoformat() if isinstance(value, dt.date) else str(value)

    def _text(self, record: Record, name: str) -> str:
        return self.value(record, name, getattr(record, name)) if name in fields(type(record)) else ""

    def _part(self, record: Record) -> str:
        """The title of the part of a plan that a record stands in."""
        if not isinstance(record, PlanAnswer | PlanItem):
            return ""
        if record.plan not in self._parts:
            plan = self.unit.find(Plan, record.plan)
            pack = pack_named(self.unit, plan.pack if plan is not None else "")
            titles = {key: part.title for key, part in pack.parts().items()}
            self._parts[record.plan] = {key: title.get(language(), title["en"]) for key, title in titles.items()}
        return self._parts[record.plan].get(record.part, "")

    def _place(self, record: Record, position: str) -> int:
        """Where in its list a record stands with this position."""
        cls: Any = type(record)
        near = [getattr(cls, name) == getattr(record, name) for name in _LISTS.get(cls.__tablename__, ())]
        before = sa.select(sa.func.count()).select_from(cls)
        before = before.where(*near, cls.removed.is_(False), cls.id != record.id, cls.position < position)
        return 1 + int(self.unit.first(before) or 0)

    def _link(self, kind: str, record: Id) -> str:
        """The name of what a link points to."""
        if (kind, record) not in self._links:
            found = self.unit.find(kinds()[kind], record) if kind in kinds() else None
            known = "" if found is None else getattr(found, "full_name", "") or getattr(found, "name", "")
            if isinstance(found, Participant):
                known = ", ".join(filter(None, (known, found.department_number)))
            known = known or ("" if found is None else self.about(found) or _(type(found).title))
            self._links[kind, record] = known or _("not here")
        return self._links[kind, record]
