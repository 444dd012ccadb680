"""Of all accounts: the yearly look at each of them, and an office's words for an account locked elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...actions import accounts
from ...base.problems import Problem
from ...base.words import _
from ..days import show_day
from ..editors import Line
from ..form import FieldRow
from ..widgets import Button, Card, Notice, Sentence

if TYPE_CHECKING:
    from .settings import SettingsPage


class ReviewCard(Card):
    """When the accounts were looked at last, and by whom."""

    def __init__(self, page: SettingsPage) -> None:
        super().__init__(
            _("Once a year"),
            note=_("Look at each account: who is it, is the role right, is it still needed? Close what is not."),
        )
        self.page = page
        self.last = Notice("", "info")
        self.add(self.last)
        self.add(Button(_("I have looked at every account"), self._looked, icon_name="check"))

    def refresh(self) -> None:
        """Say how it stands."""
        last = self.page.shell.desk.read(accounts.last_review)
        if last.on is None:
            words = _("The accounts were not reviewed yet.")
        else:
            words = _("Reviewed on {day} by {name}.").format(day=show_day(last.on), name=last.by)
        self.last.say(words, "warn" if last.due else "info")

    def _looked(self) -> None:
        self.page.shell.desk.do(self.page, accounts.review_accounts)
        self.refresh()
        self.page.shell.toast(_("Noted."))


class AnswerCard(Card):
    """An office reads out the words that release an account on another PC, once."""

    def __init__(self, page: SettingsPage) -> None:
        super().__init__(
            _("A locked account on another PC"),
            note=_("Be sure who is calling: ring back at the number you know. The words work once."),
        )
        self.page = page
        self.editor = Line(most=40)
        self.editor.edit.returnPressed.connect(self._answer)
        self.row = FieldRow(_("What their program shows"), self.editor, help=_("Like K7Q2-M9XD 3"))
        self.of = Sentence()
        self.words = Sentence(role="h2", wide=True)
        for widget in (self.row, Button(_("Show the words"), self._answer, icon_name="phone"), self.of, self.words):
            self.add(widget)
        self.of.hide()
        self.words.hide()

    def _answer(self) -> None:
        try:
            found = self.page.shell.desk.do(self.page, accounts.answer_by_phone, self.editor.typed())
        except Problem as problem:
            self.row.show_problem(problem.sentence)
            return
        self.row.show_problem("")
        self.of.setText(_("Read these words to {site}:").format(site=found.site))
        self.words.setText(" ".join(found.words))
        self.of.show()
        self.words.show()
