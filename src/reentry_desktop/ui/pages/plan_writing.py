"""Her plan while somebody writes in it: what stands there, the drafts, and the way to keep both."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from ...actions import drafts, plans
from ...base.ids import Id, named_id
from ...base.words import N_, in_language
from ...records.base import Field, Record, fields
from ...records.plan import HowWritten, Supporter
from ...records.plan_item import ITEM_COLUMNS, PlanItem

if TYPE_CHECKING:
    from ...actions.plans import Contents
    from ...records.pack import Part, Section, Text
    from ..page import Page

T = TypeVar("T")

IN_HER_WORDS = N_("In her own words")
EMPTY, STARTED, WRITTEN = "empty", "started", "written"
SUPPORTER = ("name", "relation", "phone", "role", "asked_on", "agreed", "agreed_to_copy")
# What her words are called, where an entry is more than a line.
_WORDS = {
    "contact": N_("Anything to add"),
    "task": N_("What needs to be done"),
    "duty": N_("Which duty"),
    "standing": N_("Which one"),
}
PERSON_FIRST = {"contact"}


class Writing(QObject):
    """One plan, one page that writes in it. Words of the program are in the plan's language, hers as she said them."""

    kept = Signal()
    """Something she typed is safe now."""

    def __init__(self, page: Page, plan: Id) -> None:
        super().__init__(page)
        self.page, self.plan = page, plan
        self.how = ""
        """How the last words were written, as somebody chose on this page."""
        self.whole: Contents
        self.drafts: dict[tuple[str, str], str]
        self.read()

    def read(self) -> None:
        """Read plan and drafts again."""
        desk = self.page.shell.desk
        self.whole = desk.read(plans.contents, self.plan)
        self.drafts = {(d.record, d.field): d.text for d in desk.read(drafts.unfinished)}

    def do(self, command: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        """Carry out a command and read again."""
        result = self.page.shell.desk.do(self.page, command, *args, **kwargs)
        self.read()
        self.kept.emit()
        return result

    # Drafts

    def keep(self, record: str, field: str, text: str) -> None:
        """Keep what is being typed."""
        if text.strip() == self.drafts.get((record, field), "").strip():
            return
        self.page.shell.desk.do(self.page, drafts.save_draft, record, field, self.whole.plan.participant, text)
        if text.strip():
            self.drafts[record, field] = text
        else:
            self.drafts.pop((record, field), None)
        self.kept.emit()

    def forget(self, record: str) -> None:
        """Drop every draft of a record: its words became an entry, or are not wanted."""
        for known, field in list(self.drafts):
            if known == record:
                self.page.shell.desk.do(self.page, drafts.drop_draft, record, field)
                del self.drafts[known, field]

    def drafts_of(self, record: str) -> dict[str, str]:
        """Field to text of what was being typed."""
        return {field: text for (known, field), text in self.drafts.items() if known == record}

    def answer_id(self, part: str) -> Id:
        """The record of an answer, also before it is there."""
        return named_id(self.plan, part)

    def new_id(self, part: str) -> str:
        """What the drafts of a part's new entry are kept under."""
        return f"{self.plan}/{part}"

    # Words of the program

    @property
    def language(self) -> str:
        """The plan's language."""
        return str(self.whole.plan.language) or "en"

    def say(self, words: str) -> str:
        """A word of the program, in the plan's language."""
        return in_language(self.language).gettext(words) if words else ""

    def text(self, text: Text) -> str:
        """Words of the pack, in the plan's language."""
        return text.get(self.language) or text.get("en", "")

    # What stands where

    def section_of(self, part: str) -> Section:
        """The section a part stands in."""
        return next(s for s in self.whole.pack.sections if any(p.key == part for p in s.parts))

    def state(self, part: str) -> str:
        """Empty, started (only a draft) or written."""
        if self.whole.written(part):
            return WRITTEN
        return STARTED if {self.answer_id(part), self.new_id(part)} & {record for record, _f in self.drafts} else EMPTY

    def records(self, part: Part) -> list[Any]:
        """The entries of a part, in order."""
        return list(self.whole.supporters if part.kind == "supporter" else self.whole.items.get(part.key, ()))

    def how_written(self, part: str) -> str:
        """Who wrote here last; else who wrote last anywhere."""
        if part in self.whole.answers:
            return str(self.whole.answers[part].how_written)
        if self.whole.items.get(part):
            return str(self.whole.items[part][-1].how_written)
        return self.how or str(HowWritten.TOGETHER)

    def columns(self, part: Part) -> tuple[str, ...]:
        """The fields of an entry of this part, in the order they are asked."""
        if part.kind == "supporter":
            return SUPPORTER
        rest = ITEM_COLUMNS.get(part.kind, ())
        return (*rest, "words") if part.kind in PERSON_FIRST else ("words", *rest)

    def specs(self, part: Part) -> Mapping[str, Field]:
        """The declarations of those fields, labelled in the plan's language."""
        cls: type[Record] = Supporter if part.kind == "supporter" else PlanItem
        found = {}
        for key in self.columns(part):
            spec = fields(cls)[key]
            label = _WORDS.get(part.kind, IN_HER_WORDS) if key == "words" else spec.label
            changed: dict[str, Any] = {"label": self.say(label)}
            if spec.choices:
                changed["choices"] = [(member.value, self.say(member.label)) for member in spec.choices]
            found[key] = dataclasses.replace(spec, **changed)
        return found

    def details(self, part: Part, record: Any) -> str:
        """What is known of an entry besides its words, on one line."""
        from ..days import show_day

        found = []
        for key, spec in self.specs(part).items():
            value = getattr(record, key)
            if key in ("words", "name") or value in ("", None, False) or (key == "person" and not record.words):
                continue
            if value is True:
                found.append(spec.label)
                continue
            choices: Any = spec.choices
            shown = show_day(value, self.language) if isinstance(value, dt.date) else str(value)
            found.append(f"{spec.label}: {dict(choices).get(shown, shown) if choices else shown}")
        return " · ".join(found)

    def today(self) -> dt.date:
        """The day it is for this store."""
        return self.page.shell.desk.read(lambda unit: unit.today())


def headline(part: Part, record: Any) -> str:
    """The words an entry is known by."""
    if part.kind == "supporter":
        return str(record.name)
    return str(record.words or record.person)
