"""One woman moves: where to, what goes with her, and the one button; or her record is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from ...actions import moves, transfers
from ...actions.transfers import Facility
from ...base.ids import Id
from ...base.problems import Problem
from ...base.words import N_, _, ngettext
from ...records.base import Right, fields
from ...records.participant import Participant
from ...records.transfer import Transfer
from .. import tokens as t
from ..form import RecordForm
from ..kept import Kept, keep_typed
from ..layouts import Flow, Stack
from ..page import Page
from ..widgets import Button, Card, LinkButton, Notice, PrimaryButton, Sentence
from .sync_out import Counts

if TYPE_CHECKING:
    from ..window import MainWindow


class MovePage(Page):
    """``show_page("move", participant=…)``; with ``ask=True`` her record is asked for; *request* is answered by it."""

    key = "move"
    title = N_("Move to another facility")
    needs = Right.MOVE
    icon = "send"
    under = "participants"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.facilities: list[Facility] = []
        self.whom = QButtonGroup(self)

    def open(self, participant: Id = Id(""), request: Id = Id(""), ask: bool = False, **_args: object) -> None:
        self.woman, self.request, self.ask = participant, request, ask
        self.refresh()

    def refresh(self) -> None:
        desk = self.shell.desk
        keep_typed(self)
        self.clear()
        self.problem.clear()
        name = desk.read(lambda unit: unit.get(Participant, self.woman)).name
        title = _("Ask for her record") if self.ask else _(self.title)
        self.set_head(title, name, way_back=_("Back"))
        self.facilities = desk.read(transfers.other_facilities)
        self.whom = QButtonGroup(self)
        if not self.facilities:
            words = _(
                "No other facility is known here. Bring in a bundle of your office first: it brings the cards of the "
                "facilities it trusts."
            )
            self.add(Card(_("Where to?"), Notice(words, "info")))
        elif self.ask:
            self._show_ask()
        else:
            self._show_release()

    def go_back(self) -> None:
        self.shell.show_page("participant", participant=self.woman)

    def begin(self) -> None:
        button = self.whom.checkedButton() or next(iter(self.whom.buttons()), None)
        if button is not None:
            button.setFocus()
        else:
            super().begin()

    def _choices(self, first: str = "") -> list[QWidget]:
        """Every facility with its fingerprint; *first* stands for all of them."""
        found: list[QWidget] = []
        if first:
            found.append(self._choice(first, -2, chosen=True))
        asked = self.shell.desk.read(transfers.asked_by, self.request) if self.request else ""
        for place, site in enumerate(self.facilities):
            chosen = site.site == asked or (not first and len(self.facilities) == 1)
            by = _("card brought by {site}").format(site=site.introduced_by) if site.introduced_by else _("compared")
            words = f"{' '.join(site.fingerprint)} ({by})"
            found.append(
                Stack(
                    self._choice(site.name, place, chosen=chosen), Sentence(words, tone="muted", role="small"),
                    space=t.S1,
                )
            )  # fmt: skip
        return found

    def _choice(self, words: str, place: int, *, chosen: bool) -> QRadioButton:
        button = QRadioButton(words.replace("&", "&&"))
        button.setChecked(chosen)
        self.whom.addButton(button, place)
        return button

    def _chosen(self) -> Facility | None:
        place = self.whom.checkedId()
        return self.facilities[place] if 0 <= place < len(self.facilities) else None

    # Release

    def _show_release(self) -> None:
        going = self.shell.desk.read(moves.preview, self.woman)
        self.form = RecordForm(fields(Transfer), only=("why",))
        self._kept = Kept(self, self.form.editors).show(f"{self.key}/{self.woman}", self.woman)
        self.add(Card(_("Where to?"), *self._choices(), self.form))
        counts = Counts(
            (_("Goes along"), _("{n} entries of {records} records").format(n=going.entries, records=going.records)),
            (_("Stays here"), ngettext("{n} entry", "{n} entries", going.stays).format(n=going.stays)),
        )
        told: list[QWidget] = [
            Sentence(_("All that is here of her goes: dates, words, plan, history, who looked at it. It is sealed for "
                       "that facility alone; the office carries it unopened. Reports that were passed on stay."))
        ]  # fmt: skip
        if going.conflicts:
            words = ngettext(
                "{n} thing of hers stands in two versions. Both go along; they choose there.",
                "{n} things of hers stand in two versions. Both go along; they choose there.", going.conflicts,
            )  # fmt: skip
            told.append(Sentence(words.format(n=going.conflicts)))
        if going.drafts:
            words = _("Something that was typed about her is not finished. Drafts stay here: finish them first.")
            told.append(Notice(words, "warn"))
        if going.waiting:
            told.append(Notice(_("Something of hers waits here and cannot be shown yet. It goes along."), "info"))
        means = _(
            "From then on her record can be read here and not changed. It goes with the next copy for the office. "
            "You can call it off until they took it over."
        )
        self.go = PrimaryButton(_("Release her record"), self._release, icon_name="send")
        back = LinkButton(_("Back"), self.go_back, icon_name="arrow-left")
        self.add(Card(_("What goes with her"), counts, *told, Notice(means, "warn"), Flow(self.go, back, space=t.S3)))

    def _release(self) -> None:
        to = self._chosen()
        if to is None:
            self.problem.show_problem(_("Choose the facility she moves to."))
            return
        try:
            why = self.form.values()["why"]
            self.shell.desk.do(self, transfers.release_record, self.woman, to.site, why, self.request or None)
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        self._kept.done()
        self.go_back()
        self.shell.toast(_("Released to {site}. Copy for the office now, so that it goes.").format(site=to.name))

    # Ask

    def _show_ask(self) -> None:
        words = _(
            "She came before her record. Her number, name and birth date are sealed for the facilities that are "
            "asked. Whoever has her record compares, and releases it or says no."
        )
        go = PrimaryButton(_("Ask for her record"), self._ask, icon_name="send")
        back = Button(_("Back"), self.go_back, icon_name="arrow-left")
        self.add(Card(_("Whom to ask?"), Sentence(words), *self._choices(_("Every facility known here")),
                      Flow(go, back, space=t.S3)))  # fmt: skip

    def _ask(self) -> None:
        of = self._chosen()
        try:
            self.shell.desk.do(self, transfers.ask_for_record, self.woman, of.site if of else "")
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        self.go_back()
        self.shell.toast(_("Asked. Copy for the office now, so that it goes."))
