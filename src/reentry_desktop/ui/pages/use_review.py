"""The weekly review on the page of the record of use: what was counted, who looked, and one more look with a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...actions import use_review
from ...base.ids import Id
from ...base.problems import Problem
from ...base.words import _
from ..days import show_moment
from ..editors import ChoiceBox, Line
from ..form import FieldRow
from ..kept import Kept
from ..layouts import Flow, Stack
from ..widgets import Button, Card, LinkButton, Sentence

if TYPE_CHECKING:
    from .use import UsePage

SHOWN = 4
"""Reviews in sight."""


class ReviewCard(Card):
    """Hidden for whoever does not review."""

    def __init__(self, page: UsePage) -> None:
        note = _("Look through the last week. Look for odd hours, names you do not know, and many records in one day.")
        super().__init__(_("Weekly review"), note=note)
        self.page = page
        self.state = Sentence("")
        self.site = ChoiceBox([], required=True)
        self.site_row = FieldRow(_("Which site"), self.site)
        self.counted = Stack()
        self.note = Line(most=400)
        self._kept = Kept(page, {"note": self.note}).show("use/review")
        shell = page.shell
        self.also = Flow(
            LinkButton(_("Opened with a reason"), lambda: shell.show_page("opened"), icon_name="key-round"),
            LinkButton(
                _("Told without a consent"), lambda: shell.show_page("told-without"), icon_name="message-circle"
            ),
        )
        self.done = Button(_("I have looked at it"), self._review, icon_name="check")
        self.past = Stack()
        self.site.changed.connect(self._show)
        found = FieldRow(_("What you found"), self.note, help=_("For example: Nothing unusual."))
        for widget in (self.state, self.site_row, self.counted, self.also, found, Flow(self.done), self.past):
            self.add(widget)

    def refresh(self) -> None:
        """Read again what is due, what was counted, and who looked."""
        desk = self.page.shell.desk
        self.setVisible(desk.may("review_use"))
        if not desk.may("review_use"):
            return
        due = desk.read(use_review.due)
        alone = desk.read(use_review.works_alone)
        if due:
            names = ", ".join(one.name for one in due)
            self.state.setText(_("A review is due: {sites}").format(sites=names))
        elif alone:
            self.state.setText(_("You work here alone, so the office reviews this from your bundles."))
        else:
            self.state.setText(_("No review is due."))
        sites = desk.read(use_review.reviewable)
        for site, name in sites:
            if self.site.box.findData(site) < 0:
                self.site.box.addItem(name, site)
        self.site_row.setVisible(len(sites) > 1)
        if not self.site.get():
            self.site.set(next((one.site for one in due), desk.store.site))
        self._show()

    def _show(self) -> None:
        desk, site = self.page.shell.desk, self.site.get() or self.page.shell.desk.store.site
        self.counted.clear()
        for counted in desk.read(use_review.counts, site)[:1]:
            first, last = show_moment(counted.first), show_moment(counted.last)
            self.counted.add(
                Sentence(_("Counted from {first} to {last}:").format(first=first, last=last), role="strong")
            )
            self.counted.add(Sentence(" · ".join(use_review.told(counted))))
            for at, who, why in desk.read(use_review.opened, counted):
                words = _("{moment}, {who} opened a record with a reason: {why}")
                self.counted.add(Sentence(words.format(moment=show_moment(at), who=who, why=why)))
        self.past.clear()
        for review in desk.read(use_review.reviews, site)[:SHOWN]:
            words = _("{moment}, {who}: {note}").format(moment=show_moment(review.at), who=review.who, note=review.note)
            self.past.add(Sentence(words, tone="muted"))

    def _review(self) -> None:
        try:
            self.page.shell.desk.do(self, use_review.review_use, self.note.get(), Id(self.site.get()))
        except Problem as problem:
            self.page.problem.show_problem(problem)
            self.note.target().setFocus()
            return
        self._kept.done()
        self.note.set("")
        self.page.problem.clear()
        self.refresh()
