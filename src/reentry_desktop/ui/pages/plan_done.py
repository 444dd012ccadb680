"""She says the plan is done for now: how she said so, and the names under it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QWidget

from ...actions import plan_states
from ...base.ids import Id
from ...base.problems import Refused
from ...base.words import N_, _
from ...records.base import choice_label, fields
from ...records.plan import HowConfirmed, PlanSignature, SignerRole
from .. import tokens as t
from ..days import show_day
from ..form import RecordForm
from ..layouts import Flow, Stack
from ..widgets import Button, Heading, Icon, LinkButton, PrimaryButton, Rule, Sentence
from .plan_form import IconButton
from .plan_steps import Step

if TYPE_CHECKING:
    from .plan_writing import Writing

WAYS = {
    HowConfirmed.SAID: N_("She said so"),
    HowConfirmed.SIGNED: N_("She signed it on paper"),
    HowConfirmed.MARKED: N_("She made her mark on paper"),
}
_ASKED = ("role", "name", "phone", "signed_on")


class Names(Stack):
    """The names under the plan: hers, a witness's, an attorney's. None of them is needed."""

    def __init__(self, writing: Writing) -> None:
        super().__init__(space=t.S3)
        self.writing = writing
        self._list = Stack(space=t.S1)
        self.add(Heading(_("Names under the plan")))
        self.add(Sentence(_("A name is not needed. Add one if she wants it there."), tone="muted"))
        self.add(self._list)
        self.form = RecordForm(fields(PlanSignature), only=_ASKED, today=writing.today)
        self.open_button = Button(_("Add a name"), self._open, icon_name="plus")
        self.add_button = Button(_("Add this name"), self.add_name, icon_name="check")
        self.close_button = LinkButton(_("Close"), self._close, icon_name="x")
        self._fields = Stack(self.form, Flow(self.add_button, self.close_button, space=t.S3), space=t.S3)
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
            row.addWidget(Icon("pencil", t.MUTED, size=1))
            told = [choice_label(SignerRole, str(name.role)), name.name, name.phone, show_day(name.signed_on)]
            row.addWidget(Sentence(" · ".join(filter(None, told)), wide=True), 1)
            off = _("Take this name off: {name}").format(name=name.name)
            row.addWidget(IconButton("trash-2", off, partial(self._take_off, Id(name.id))))
            self._list.add(line)
            line.show()

    def _open(self) -> None:
        self.form.show_values({"role": "", "signed_on": self.writing.today()})
        self._fields.show()
        self.open_button.hide()
        self.form.editors["role"].setFocus()

    def _close(self) -> None:
        self.open_button.show()
        self.open_button.setFocus()
        self._fields.hide()

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
        self.writing.do(plan_states.unsign, record)
        self.show_names()


class DoneStep(Step):
    """How she said so, the names, and the act itself."""

    def __init__(self, writing: Writing, act: Callable[[str], object]) -> None:
        words = _("It is done when she says so, and it can be changed any day. Each time becomes a version of its own.")
        super().__init__(_("She says her plan is done for now"), words)
        ways = Stack(space=0)
        ways.add(Sentence(_("How did she say so?"), role="strong"))
        self._group = QButtonGroup(self)
        self.ways: dict[str, QRadioButton] = {}
        for way, label in WAYS.items():
            button = QRadioButton(_(label))
            button.setChecked(way is HowConfirmed.SAID)
            self._group.addButton(button)
            self.ways[way.value] = button
            ways.add(button)
        self.names = Names(writing)
        self.act_button = PrimaryButton(_("Done for now"), lambda: act(self.way()), icon_name="circle-check")
        self.stack.add(ways)
        self.acts(self.act_button)
        self.stack.add(Rule())
        self.stack.add(self.names)

    def way(self) -> str:
        """How she said so."""
        return next(way for way, button in self.ways.items() if button.isChecked())

    def begin(self) -> None:
        self.act_button.setFocus()


class NamesStep(Step):
    """The names alone, where a witness signs another day."""

    def __init__(self, writing: Writing) -> None:
        super().__init__(_("Her plan, and who put a name under it"))
        self.names = Names(writing)
        self.stack.add(self.names)
        self.acts()
