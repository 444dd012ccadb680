"""She leaves tomorrow: five questions on one page, in fifteen minutes, printed at once."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from ...actions import drafts, plans
from ...actions.leaving import First72, first_72, write_first_72
from ...base.ids import Id, named_id
from ...base.problems import Problem, Refused
from ...base.words import N_, _, in_language, ngettext
from ...records.base import Field, Record, Right, fields
from ...records.pack import Part, Text
from ...records.plan import PlanAnswer
from ...records.plan_item import ITEM_COLUMNS, PlanItem
from .. import tokens as t
from ..days import show_day
from ..editors import ChoiceBox, Note
from ..form import RecordForm
from ..layouts import Flow, Reading, Stack
from ..page import Page
from ..widgets import Button, Card, EmptyState, Heading, Icon, LinkButton, Notice, PrimaryButton, Sentence
from .leaving_first import ComesFirst

if TYPE_CHECKING:
    from ..window import MainWindow

# The fields that matter on the first day, in the order they are asked; the plan itself has the others.
ASKED = {
    "option": ("words", "person", "phone", "address", "option_state"),
    "visit": ("words", "address", "phone", "on_day", "at_time"),
    "contact": ("person", "phone", "words"),
}
ICONS = {"h72_bed": "house", "h72_ride": "arrow-right", "h72_medicine": "heart-handshake",
         "h72_report": "calendar-days", "h72_call": "phone"}  # fmt: skip
LAYOUT = "first-72-hours"
FAR = 30
"""Days from which on a date is too far for this page, so that somebody asks whether it has changed."""


class LeavingPage(Page):
    """``show_page("leaving", participant=ID)``. Each key is a draft; it is in her plan once the field is left."""

    key = "leaving"
    title = N_("She leaves tomorrow")
    needs = Right.PLAN
    icon = "house"
    under = "participants"
    of_one = True
    writes_her = True

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.woman = Id("")
        self.found: First72
        self.questions: dict[str, Question] = {}

    def open(self, **args: Any) -> None:
        self.woman = Id(args["participant"])
        self._build()

    def refresh(self) -> None:
        """Read again; what is being typed is kept and stays, with the focus."""
        self.flush()
        here = self._where()
        self._build()
        if here is not None:
            QTimer.singleShot(0, self, lambda: self._back_to(*here))

    def flush(self) -> None:
        """Keep every key as a draft, now."""
        for question in self.questions.values():
            question.form.flush()

    def leave(self) -> None:
        for question in self.questions.values():
            question.keep()

    def attempt(self, act: Callable[[], object]) -> bool:
        """Carry out *act*; why it cannot be is said on the page. Whether it was done. Raises ``Refused``."""
        try:
            act()
        except Refused:
            raise
        except Problem as problem:
            self.problem.show_problem(problem)
            return False
        return True

    def begin(self) -> None:
        QTimer.singleShot(0, self, self._begin)

    def _begin(self) -> None:
        if self.questions:
            next(iter(self.questions.values())).begin()
        else:
            super().begin()

    def print_page(self) -> None:
        """What stands here becomes paper at once."""
        self.leave()
        self.shell.show_page("preview", participant=self.woman, layout=LAYOUT, back=self.key)

    # Showing

    def _build(self) -> None:
        place = self.verticalScrollBar().value()
        self.found = found = self.shell.desk.read(first_72, self.woman)
        self.clear()
        self.questions = {}
        said = [found.woman.name]
        if found.woman.expected_release and not found.woman.actual_release:
            said.append(_("Leaves {day}").format(day=show_day(found.woman.expected_release)))
        ready = not (found.first or found.resting) and bool(found.parts)
        acts = [PrimaryButton(_("Print at once"), self.print_page, icon_name="printer")] if ready else []
        self.set_head(_(self.title), " · ".join(said), *acts, way_back=_("Back"))
        self._ask_about_date()
        if found.first:
            self.add(ComesFirst(self, self.woman, found.first, self._go_on))
        elif found.resting:
            self.add(self._ask_her())
        elif not found.parts:
            self.add(self._no_pages())
        else:
            self._ask()
        QTimer.singleShot(0, self, lambda: self.verticalScrollBar().setValue(place))

    def _ask_about_date(self) -> None:
        """This page is for the last days: where her date is far away, or past, it may have changed."""
        woman = self.found.woman
        day = woman.expected_release
        if day is None or woman.actual_release is not None or 0 <= (day - self.today()).days <= FAR:
            return
        correct = LinkButton(
            _("Correct the date on her page"),
            lambda: self.shell.show_page("participant", participant=self.woman, tab="details"),
            icon_name="pencil",
        )
        asked = Notice()
        asked.say(_("Her date is {day}. Has it changed?").format(day=show_day(day)), "warn", acts=[correct])
        self.add(Reading(asked, width=48))

    def _ask(self) -> None:
        found, say = self.found, in_language(self.found.language).gettext
        column = Stack(
            Sentence(_("Five short questions, about 15 minutes. Skip what she likes. Each word is kept as you type.")),
            Notice(say(N_("Day or night you can call or text 988. It is free, and somebody listens.")), "info"),
        )
        typed = {(d.record, d.field): d.text for d in self.shell.desk.read(drafts.unfinished)}
        for number, part in enumerate(found.parts, 1):
            question = self.questions[part.key] = Question(self, part, number, typed)
            column.add(question)
        out = Button(_("Print at once"), self.print_page, icon_name="printer")
        whole = LinkButton(_("Go on with the whole plan"), self._whole_plan, icon_name="book-open")
        column.add(Flow(out, whole, space=t.S4))
        self.add(Reading(column, width=48))

    def _ask_her(self) -> Card:
        """She said no, or not now: it is hers to say yes to this."""
        go = PrimaryButton(_("She wants to write it now"), self._start, icon_name="pencil")
        more = _("She said no to a plan, or not now. That is her choice. These few lines can still be written.")
        return Card("", EmptyState("heart-handshake", _("Ask her first."), go, more=more))

    def _no_pages(self) -> Card:
        go = Button(_("Open the plan"), self._whole_plan, icon_name="book-open")
        blank = Button(
            _("Print blank pages"),
            lambda: self.shell.show_page("preview", participant=self.woman, layout="worksheet", back=self.key),
            icon_name="printer",
        )
        more = _("The template pack of her plan was made without them. Write what she needs in the plan, or on paper.")
        return Card(
            "", EmptyState("file-text", _("This plan has no pages for the first 72 hours."), go, blank, more=more)
        )

    def _go_on(self) -> None:
        self._build()
        self.begin()

    def _start(self) -> None:
        self.shell.desk.do(self, plans.start_plan, self.woman)
        self._go_on()

    def _whole_plan(self, part: str = "") -> None:
        more = {"part": part} if part else {}
        self.shell.show_page("plan", participant=self.woman, **more)

    def today(self) -> dt.date:
        """The day it is."""
        return self.shell.desk.read(lambda unit: unit.today())

    # Focus

    def _where(self) -> tuple[str, str] | None:
        inside = QApplication.focusWidget()
        for part, question in self.questions.items():
            for key, editor in question.form.editors.items():
                if inside is not None and editor.isAncestorOf(inside):
                    return part, key
        return None

    def _back_to(self, part: str, key: str) -> None:
        if (question := self.questions.get(part)) is not None:
            question.form.editors[key].setFocus()


class Question(Card):
    """One question: the pack's words, and fields that are kept as they are left."""

    def __init__(self, page: LeavingPage, part: Part, number: int, typed: dict[tuple[str, str], str]) -> None:
        super().__init__()
        self.page, self.part = page, part
        record = page.found.record(part)
        self.record: Id | None = record.id if record is not None else None
        self._drafts = set()
        self.add(self._head(number))
        self.form = RecordForm(_specs(part, page.found.language), today=page.today)
        for key, editor in self.form.editors.items():
            self._speak(key)
            if isinstance(editor, Note):
                editor.lines = 2
                editor._grow()
        stands = {key: getattr(record, key) for key in self.form.editors} if record is not None else {}
        here = {key: typed[self._draft_of, key] for key in self.form.editors if (self._draft_of, key) in typed}
        self._drafts = set(here)
        self.form.show_values(stands | here)
        self._stands = self._values() if not here else None
        self.form.settled.connect(self._keep_draft)
        for editor in self.form.editors.values():
            editor.left.connect(self.keep)
        self.add(self.form)
        if more := page.found.more(part):
            words = ngettext("{n} more is in the plan", "{n} more are in the plan", more).format(n=more)
            self.add(LinkButton(words, lambda: page._whole_plan(part.key), icon_name="arrow-right"))

    def _head(self, number: int) -> QWidget:
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(t.S3)
        row.addWidget(Icon(ICONS[self.part.key], t.PRIMARY, size=1.5))
        row.addWidget(Heading(f"{number}. {self._text(self.part.title)}"), 1)
        words = Stack(head, Sentence(self._text(self.part.prompt), role="strong"), space=t.S2)
        if self.part.help:
            words.add(Sentence(self._text(self.part.help), tone="muted", role="small"))
        return words

    def _speak(self, key: str) -> None:
        """The words beside a field are in the plan's language, whatever the screen speaks."""
        spec, row = self.form.specs[key], self.form.rows[key]
        row.label.setText(spec.label)
        row.editor.name(spec.label)
        if isinstance(row.editor, ChoiceBox):
            choices: Any = spec.choices or ()
            names = dict(choices)
            none = in_language(self.page.found.language).gettext(N_("Not chosen"))
            for place in range(row.editor.box.count()):
                row.editor.box.setItemText(place, names.get(row.editor.box.itemData(place)) or none)

    def _text(self, text: Text) -> str:
        return text.get(self.page.found.language) or text.get("en", "")

    @property
    def _draft_of(self) -> str:
        """What the drafts are kept under: the same as on the page of the plan, so that it shows them too."""
        if self.part.kind == "answer":
            return named_id(self.page.found.plan, self.part.key)
        return self.record or f"{self.page.found.plan}/{self.part.key}"

    def begin(self) -> None:
        """Put the focus into the first field."""
        next(iter(self.form.editors.values())).setFocus()

    def _values(self) -> dict[str, Any] | None:
        try:
            return self.form.values()
        except Refused:
            return None

    def _keep_draft(self, key: str, text: str) -> None:
        if self._stands is not None and self._values() == self._stands:
            return
        self._drafts.add(key)
        page = self.page
        page.attempt(lambda: page.shell.desk.do(page, drafts.save_draft, self._draft_of, key, page.woman, text))

    def keep(self) -> None:
        """What stands here becomes part of the plan; what has no words yet, or no meaning, stays a draft."""
        self.form.flush()
        values = self._values()
        if values is None or values == self._stands:
            return
        if values.get("words") or values.get("person"):
            self._do(write_first_72, self.page.woman, self.part, self.record, values)
        elif self.record is not None:
            self._take_out(values)

    def _do(self, command: Callable[..., Id], *args: Any) -> None:
        page, before = self.page, self._draft_of

        def do() -> None:
            self.record = page.shell.desk.do(page, command, *args)
            self._stands = self._values()
            for key in sorted(self._drafts):
                page.shell.desk.do(page, drafts.drop_draft, before, key)
            self._drafts = set()

        try:
            page.attempt(do)  # where the episode was closed meanwhile, the words stay a draft
        except Refused as refused:
            self.form.show_problems(refused.fields)

    def _take_out(self, values: dict[str, Any]) -> None:
        """The words were taken out of the field: the entry goes too, and Undo brings it back."""
        page, gone = self.page, self.record
        assert gone is not None
        if self.part.kind == "answer":
            self._do(write_first_72, page.woman, self.part, gone, values)
            return
        if not page.attempt(lambda: page.shell.desk.do(page, plans.remove_item, gone)):
            return
        self.record, self._stands = None, values

        def back() -> None:
            page.shell.desk.do(page, plans.restore_item, gone)
            page.refresh()

        page.shell.toast(_("Removed one entry."), back, act=_("remove an entry"))


def _specs(part: Part, language: str) -> dict[str, Field]:
    """The declarations of the fields that are asked, labelled in the plan's language."""
    say = in_language(language).gettext
    cls: type[Record] = PlanAnswer if part.kind == "answer" else PlanItem
    keys = ("words",) if part.kind == "answer" else ASKED.get(part.kind, ("words", *ITEM_COLUMNS.get(part.kind, ())))
    found = {}
    for key in keys:
        spec = fields(cls)[key]
        label = spec.label
        if key == "words":
            label = N_("In her own words") if keys[0] == "words" else N_("Anything to add")
        changed: dict[str, Any] = {"label": say(label)}
        if spec.choices:
            changed["choices"] = [(member.value, say(member.label)) for member in spec.choices]
        found[key] = dataclasses.replace(spec, **changed)
    return found
