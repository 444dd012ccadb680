"""Confirming by phone, where sticks only ever leave the building: a code is read out, and one is typed in."""

from __future__ import annotations

from collections.abc import Callable

from ...actions import sync
from ...actions.sites import SiteState
from ...base.problems import Problem
from ...base.words import _
from ..desk import Desk
from ..editors import ChoiceBox, Line
from ..form import FieldRow
from ..layouts import Columns, Flow, Stack
from ..widgets import Button, Card, Heading, LinkButton, Sentence

CODE_MOST = 20


class PhoneCard(Card):
    """What to read out to one site, and where its code goes. ``confirmed(number)`` once a code was right."""

    def __init__(self, desk: Desk, confirmed: Callable[[int], object]) -> None:
        super().__init__()
        self._desk, self._confirmed = desk, confirmed
        self._site = ""
        self.title = Heading()
        self.said = Sentence(wide=True)
        self.code = Sentence(role="strong", wide=True)
        self.code.setAccessibleName(_("The code to read out"))
        self.editor = Line(most=CODE_MOST)
        self.row = FieldRow(_("The code they read out"), self.editor)
        self.take = Button(_("Confirm"), self._take, icon_name="check")
        self.editor.edit.returnPressed.connect(self._take)
        self.pcs = ChoiceBox([])
        self.pcs.changed.connect(self._show_code)
        self.which = FieldRow(_("Which of their PCs"), self.pcs)
        columns = Columns()
        columns.left.add(Stack(self.which, self.said, self.code))
        columns.right.add(Stack(self.row, Flow(self.take)))
        self.add(self.title)
        self.add(columns)
        self.add(LinkButton(_("Close"), self.hide, icon_name="x"))

    def show_site(self, state: SiteState) -> None:
        """Show the code for what came from it last, and an empty box for its own."""
        self._site = state.site
        self.title.setText(_("By phone with {site}").format(site=state.site))
        self.editor.set("")
        self.row.show_problem("")
        self.pcs.box.clear()
        for pc in state.pcs:
            self.pcs.box.addItem(pc.device, pc.device)
        self.which.setVisible(len(state.pcs) > 1)
        self._show_code()
        self.show()
        self.editor.setFocus()

    def _show_code(self) -> None:
        try:
            number, code = self._desk.read(sync.phone_code, self._site, self.pcs.get())
        except Problem as problem:
            self.said.setText(problem.sentence)
            self.code.setText("")
        else:
            self.said.setText(_("Read this code to them. It confirms their bundle {n}.").format(n=number))
            self.code.setText(code)

    def _take(self) -> None:
        try:
            number = self._desk.do(self, sync.receipt_by_phone, self._site, self.editor.typed())
        except Problem as problem:
            self.row.show_problem(problem.sentence)
            return
        self.hide()
        self._confirmed(number)
