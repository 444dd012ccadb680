"""She says the plan is done for now, or that this was a slip: how she said so, and the names under it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QRadioButton, QWidget

from ...actions import plan_states, print_pages, taking_back
from ...base.ids import Id
from ...base.problems import Refused
from ...base.words import N_, _
from ...records.base import choice_label, fields
from ...records.plan import HowConfirmed, Plan, PlanSignature, SignerRole
from .. import tokens as t
from ..days import show_day
from ..form import RecordForm
from ..layouts import Flow, Stack
from ..widgets import Button, Heading, Icon, InlineProblem, LinkButton, PrimaryButton, Rule, Sentence
from .plan_form import IconButton
from .plan_steps import Step

if TYPE_CHECKING:
    from .plan import PlanPage
    from .plan_writing import Writing

WAYS = {
    HowConfirmed.SAID: N_("She told me"),
    HowConfirmed.SIGNED: N_("She signed it on paper"),
    HowConfirmed.MARKED: N_("She made her mark on paper"),
}
_ASKED = ("role", "name", "phone", "signed_on")


class Names(Stack):
    """The names under the plan: hers, a witness's, an attorney's. None of them is needed."""

    def __init__(self, writing: Writing, *, heading: bool = True) -> None:
        super().__init__(space=t.S3)
        self.writing = writing
        self._list = Stack(space=t.S1)
        if heading:
            self.add(Heading(_("Names under the plan")))
        self.add(Sentence(_("A name is not needed. Add one if she wants it there."), tone="muted"))
        self.add(self._list)
        self.form = RecordForm(fields(PlanSignature), only=_ASKED, today=writing.today)
        self.open_button = Button(_("Add a name"), self._open, icon_name="plus")
        self.add_button = Button(_("Add this name"), self.add_name, icon_name="check")
        self.close_button = LinkButton(_("Close"), self._close, icon_name="x")
        self.waits = InlineProblem()
        self._fields = Stack(self.form, self.waits, Flow(self.add_button, self.close_button, space=t.S3), space=t.S3)
        self.add(self._fields)
        self.add(self.open_button)
        self._fields.hide()
        self.show_names()

    def show_names(self) -> None:
        """List the names that stand there."""
        for child in self._list.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            self._list.box.removeWidget(child)
            child.hide()
            child.deleteLater()
        desk = self.writing.page.shell.desk
        for name in desk.read(plan_states.signatures, self.writing.plan):
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(t.S2)
            row.addWidget(Icon("user", t.MUTED, size=1))
            told = [choice_label(SignerRole, str(name.role)), name.name, name.phone, show_day(name.signed_on)]
            row.addWidget(Sentence(" · ".join(filter(None, told)), wide=True), 1)
            off = _("Take this name off: {name}").format(name=name.name)
            row.addWidget(IconButton("trash-2", off, partial(self._take_off, Id(name.id))))
            self._list.add(line)
            line.show()

    def _open(self) -> None:
        self.form.show_values({"role": "", "signed_on": self.writing.today()})
        self.waits.clear()
        self._fields.show()
        self.open_button.hide()
        self.form.editors["role"].setFocus()

    def _close(self) -> None:
        self.open_button.show()
        self.open_button.setFocus()
        self._fields.hide()

    @property
    def begun(self) -> bool:
        """Whether a name is being filled in, and not added yet."""
        typed = self.form.typed()
        return not self._fields.isHidden() and any(typed[key].strip() for key in ("role", "name", "phone"))

    def ask_first(self) -> bool:
        """Where a name was begun: say that it waits, and go to it. Whether there is one."""
        if self.begun:
            self.waits.show_problem(_("This name is not added yet. Add it, or close it."))
            self.form.editors["role" if not self.form.editors["role"].typed() else "name"].setFocus()
        return self.begun

    def around(self, inside: QWidget) -> list[list[QWidget]]:
        """What should be in sight with *inside*: the whole of a name that is being filled in."""
        return [[self._fields], [inside]] if self._fields.isAncestorOf(inside) else [[inside]]

    def keep(self) -> None:
        """The page is left: what was begun here is not kept, and said so."""
        if self.begun:
            self.writing.page.shell.toast(_("The name that was begun was not added."))

    def add_name(self) -> None:
        """Put a name under the plan."""
        try:
            values = self.form.values()
            self.writing.do(
                plan_states.sign, self.writing.plan, values["role"], values["name"], values["signed_on"],
                values["phone"],
            )  # fmt: skip
        except Refused as refused:
            self.form.show_problems(refused.fields)
            return
        self.show_names()
        self._close()

    def _take_off(self, record: Id) -> None:
        self.open_button.setFocus()
        if self.writing.do(taking_back.take_name_off, record):
            page = self.writing.page
            page.later(lambda _job: taking_back.finish_taking_back(page.shell.desk.store), lambda _done: None)
        self.show_names()


def ask_done(page: PlanPage) -> None:
    """Ask how she says so; where parts ask for a few words first, name them, each a way to it."""
    writing, body = page.writing, page.body
    if writing is None or body is None:
        return
    page.leave()
    body.notice.hide()
    if missing := writing.whole.missing():
        page.missing_links = []
        for key in missing:
            link = LinkButton(writing.text(writing.parts[key].title).replace("&", "&&"), icon_name="arrow-right")
            link.clicked.connect(lambda _on=False, key=key: body.choose(key))
            page.missing_links.append(link)
        words = _("Her words are safe. Before it is done for now, these parts ask for a few words:")
        body.notice.say(words, "info", acts=page.missing_links)
        page.missing_links[0].setFocus()
        return

    def done(how: str, more: dict[str, Any]) -> None:
        try:
            act = writing.acts.done(how, **more)
        except Refused as refused:
            step.fields.show_problems(refused.fields)
            if not refused.fields.keys() & step.fields.editors.keys():
                page.problem.show_problem(refused)
            return
        page.to_plan()
        page.done_button.setFocus()
        page.shell.toast(_("The plan is done for now."), lambda: page.acts.undo_this(act), act=act.text())

    step = DoneStep(writing, done)
    page.show_step(step)


def ask_not_done(page: PlanPage) -> None:
    """The latest "done for now" may have been a slip: say what taking it back means, and take it back."""
    writing = page.writing
    if writing is None:
        return

    def not_done() -> None:
        page.acts.forget_named(_("done for now"))  # else undoing it would take an older version away
        if page.attempt(lambda: writing.do(plan_states.not_done_yet, writing.plan)):
            page.to_plan()
            page.done_button.setFocus()
            page.shell.toast(_("The latest version is taken back. Her words are as they were."))

    page.show_step(NotDoneStep(not_done))


class DoneStep(Step):
    """How she said so, the names, and the act itself."""

    def __init__(self, writing: Writing, act: Callable[[str, dict[str, Any]], object]) -> None:
        words = _("It is done when she says so, and it can be changed any day. Each time becomes a version of its own.")
        super().__init__(_("She says her plan is done for now"), words)
        stands = writing.page.shell.desk.read(print_pages.standing, writing.plan)
        if stands.version and not stands.newer:
            same = _("No word was changed since version {number}.").format(number=stands.version)
            self.stack.add(Sentence(same, tone="muted"))
        ways = Stack(space=0)
        ways.add(Sentence(_("How did she say so?"), role="strong"))
        self._group = QButtonGroup(self)
        self.ask = InlineProblem()
        self.ways: dict[str, QRadioButton] = {}
        for way, label in WAYS.items():
            button = QRadioButton(_(label))
            button.toggled.connect(lambda _on: self.ask.clear())
            self._group.addButton(button)
            self.ways[way.value] = button
            ways.add(button)
        label = fields(Plan)["read_aloud"].label
        self.read_aloud = QCheckBox(_(label))
        self.fields = RecordForm(fields(Plan), only=("look_again_on",), today=writing.today)
        self.names = Names(writing)
        self._act = act
        self.act_button = PrimaryButton(_("Done for now"), self._done, icon_name="circle-check")
        self.stack.add(ways)
        self.stack.add(self.ask)
        self.stack.add(self.read_aloud)
        self.stack.add(self.fields)
        self.stack.add(Rule())
        self.stack.add(self.names)
        self.stack.add(Rule())
        self.acts(self.act_button)

    def way(self) -> str:
        """How she said so; nothing until somebody chose it."""
        return next((way for way, button in self.ways.items() if button.isChecked()), "")

    def _done(self) -> None:
        if self.names.ask_first():
            return
        if self.way():
            try:
                self._act(self.way(), self.fields.values() | {"read_aloud": self.read_aloud.isChecked()})
            except Refused as refused:  # a day that has no meaning
                self.fields.show_problems(refused.fields)
            return
        self.ask.show_problem(_("Please choose how she said so. Nothing was changed."))
        self.begin()

    def begin(self) -> None:
        next(iter(self.ways.values())).setFocus()

    def leave(self) -> None:
        if not self.names.ask_first():
            super().leave()

    def around(self, inside: QWidget) -> list[list[QWidget]]:
        return self.names.around(inside)

    def keep(self) -> None:
        self.names.keep()


class NotDoneStep(Step):
    """That it was done for now was a slip."""

    def __init__(self, act: Callable[[], object]) -> None:
        slip = _("Only where it was a slip: this takes the latest version back. No word of her plan is changed by it.")
        changed = _("Was the plan changed since? Then say “Done for now” once more. That makes a new version.")
        super().__init__(_("Not done yet after all"), slip, changed)
        self.act_button = PrimaryButton(_("Take the latest version back"), act, icon_name="undo-2")
        self.acts(self.act_button)


class NamesStep(Step):
    """The names alone, where a witness signs another day."""

    def __init__(self, writing: Writing) -> None:
        super().__init__(_("Names under the plan"))
        self.names = Names(writing, heading=False)
        self.stack.add(self.names)
        self.acts()

    def leave(self) -> None:
        if not self.names.ask_first():
            super().leave()

    def around(self, inside: QWidget) -> list[list[QWidget]]:
        return self.names.around(inside)

    def keep(self) -> None:
        self.names.keep()
