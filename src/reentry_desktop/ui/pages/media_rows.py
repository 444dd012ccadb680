"""One stick of the register, and one bundle of the transport log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...actions import media
from ...base.problems import Problem
from ...base.words import _, language
from ...records.base import choice_label
from ...records.media import StickBecame
from .. import tokens as t
from ..days import show_day
from ..editors import ChoiceBox
from ..form import FieldRow
from ..layouts import Flow, Stack
from ..widgets import Button, LinkButton, Notice, Rule, Sentence, reveal
from .gate import GateSheetBox, print_sheet

if TYPE_CHECKING:
    from ...records.media import Stick
    from ...store import Unit
    from .media import SticksPage


class StickRow(Stack):
    """A stick of the register: its label to print, and taking it out of use."""

    def __init__(self, page: SticksPage, stick: Stick) -> None:
        super().__init__(space=t.S2)
        self.page, self.stick = page, stick.id
        self.name, self.about, self.gone = Sentence(role="strong", wide=True), Sentence(wide=True), Sentence(wide=True)
        self.label = LinkButton(_("Print its label"), self._print, icon_name="printer")
        self.retire = LinkButton(_("Take it out of use"), self._ask, icon_name="x")
        for act in (self.label, self.retire):
            act.setAccessibleName(_("{act}: {stick}").format(act=act.text(), stick=stick.label))
        self.became = ChoiceBox(StickBecame, required=True)
        self.row = FieldRow(_("What became of the stick"), self.became)
        self.go = Button(_("Out of use from today"), self._retire, icon_name="check")
        self.stay = Button(_("Keep it in use"), self._keep)
        self.asking = Stack(self.row, Flow(self.go, self.stay, space=t.S3), space=t.S2)
        self.asking.hide()
        self.wrong = Notice("", "danger")
        acts = Flow(self.label, self.retire, space=t.S3)
        self.rule = Rule()
        for widget in (self.name, self.about, self.gone, acts, self.asking, self.wrong, self.rule):
            self.add(widget)

    def show_stick(self, stick: Stick) -> None:
        """Show it as it is written down."""
        self.name.setText(stick.label)
        day = show_day(stick.registered_on) if stick.registered_on else ""
        pieces = (stick.serial or _("serial not known"), stick.volume, stick.capacity, day)
        self.about.setText(" · ".join(filter(None, pieces)))
        used = stick.retired_on is None
        if stick.retired_on is not None:
            became = choice_label(StickBecame, stick.became)
            self.gone.setText(_("{became}, since {day}").format(became=became, day=show_day(stick.retired_on)))
        reveal(self.gone, not used)
        reveal(self.label, used)
        reveal(self.retire, used and self.page.shell.desk.store.who.administrator)
        if not used:
            self.asking.hide()

    def _print(self) -> None:
        stick, desk = self.stick, self.page.shell.desk
        try:
            pdf = desk.read(media.label_sheet, [stick], language())

            def print_label(unit: Unit, printer: str) -> None:
                media.record_sheet(unit, "stick", [stick], pdf, how="printed", printer=printer)

            if print_sheet(self.page, pdf, print_label):
                self.page.shell.toast(_("Printed. Take it from the printer now."))
        except Problem as problem:
            self.wrong.say(problem.sentence, "danger")

    def _ask(self) -> None:
        self.asking.show()
        self.became.setFocus()

    def _keep(self) -> None:
        self.asking.hide()
        self.retire.setFocus()

    def _retire(self) -> None:
        try:
            self.page.shell.desk.do(self.page, media.retire_stick, self.stick, self.became.get())
        except Problem as problem:
            self.row.show_problem(problem.sentence)
            self.became.setFocus()
        else:
            self.page.refresh()
            self.page.begin()


class CarriageRow(Stack):
    """A bundle that was copied: on which stick, with whom, and whether the stick came back."""

    def __init__(self, page: SticksPage, one: media.Carried) -> None:
        super().__init__(space=t.S2)
        self.page, self.carriage = page, one.carriage.id
        self.name, self.about, self.way = Sentence(role="strong", wide=True), Sentence(wide=True), Sentence(wide=True)
        self.open = LinkButton(_("Carrier and gate sheet"), self._toggle, icon_name="file-text")
        self.back = LinkButton(_("The stick came back"), self._returned, icon_name="undo-2")
        for act in (self.open, self.back):
            act.setAccessibleName(_("{act}: {stick}").format(act=act.text(), stick=one.carriage.file))
        self.gate = GateSheetBox(page, one.carriage)
        self.gate.kept.connect(page.refresh)
        self.gate.hide()
        self.wrong = Notice("", "danger")
        acts = Flow(self.open, self.back, space=t.S3)
        self.rule = Rule()
        for widget in (self.name, self.about, self.way, acts, self.gate, self.wrong, self.rule):
            self.add(widget)

    def show_carried(self, one: media.Carried) -> None:
        """Show it as it is written down."""
        bundle = one.carriage
        self.name.setText(bundle.file)
        to_whom = _("for {site}").format(site=bundle.to_site)
        stick = one.label or bundle.serial or _("stick not known")
        copied = _("copied on {day}").format(day=show_day(bundle.copied_on)) if bundle.copied_on else ""
        self.about.setText(" · ".join(filter(None, (to_whom, stick, copied))))
        left = ""
        if bundle.left_on:
            moment = " ".join(filter(None, (show_day(bundle.left_on), bundle.left_at)))
            left = _("left on {day} with {name}").format(day=moment, name=bundle.carrier)
        back = _("back on {day}").format(day=show_day(bundle.returned_on)) if bundle.returned_on else ""
        wiped = _("wiped on {day}").format(day=show_day(bundle.wiped_on)) if bundle.wiped_on else ""
        self.way.setText(" · ".join(filter(None, (left, back, wiped))) or _("Nobody is named who carries it."))
        reveal(self.back, bool(bundle.left_on) and bundle.returned_on is None)

    def keep(self) -> None:
        """Keep the carrier's name that was typed."""
        self.gate.keep()

    def _toggle(self) -> None:
        if self.gate.isVisibleTo(self):
            self.gate.keep()
            self.gate.hide()
        else:
            self.gate.show()
            self.gate.carrier.setFocus()

    def _returned(self) -> None:
        self.gate.keep()
        try:
            self.page.shell.desk.do(self.page, media.returned, self.carriage)
        except Problem as problem:
            self.wrong.say(problem.sentence, "danger")
        else:
            self.page.refresh()
            self.open.setFocus()
