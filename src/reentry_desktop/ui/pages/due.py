"""Everybody who is due, who has no date, and whose date is past: three lists."""

from __future__ import annotations

from ...actions.due import Due, due
from ...base.words import N_, _
from ...records.base import Right
from ..days import show_day
from ..page import Page
from ..table import Column, Table
from ..widgets import Card, Sentence


class DuePage(Page):
    """The rule is the site's: within so many months of the earlier of hearing and release."""

    key = "due"
    title = N_("Who is due")
    needs = Right.MEET
    of_several = True
    icon = "calendar"
    under = "today"

    def refresh(self) -> None:
        lists = self.shell.desk.read(due)
        self.clear()
        self.set_head(_("Who is due"), _("Enter opens the offer."), back=_("Today"))
        for title, note, rows in (
            (_("Due for an offer"), "", lists.due),
            (_("Check the date"), _("The date is past, and she is still on the list."), lists.check_date),
            (_("No date"), _("The list gives neither a hearing nor a release."), lists.no_date),
        ):
            if rows:
                table = Table(_COLUMNS, title, least_rows=min(len(rows), 8))
                table.opened.connect(self._open)
                table.show_rows(rows)
                self.add(Card(f"{title} ({len(rows)})", table, note=note))
        if not (lists.due or lists.check_date or lists.no_date):
            self.add(Card("", Sentence(_("Nobody is due now."))))

    def _open(self, row: Due) -> None:
        self.shell.show_page("enrol", participant=row.id)


_COLUMNS: list[Column[Due]] = [
    Column(N_("Name"), lambda d: f"{d.last_name}, {d.first_name}", 9.5, stretch=True),
    Column(N_("Number"), lambda d: d.department_number, 6, spare=2),
    Column(N_("Unit"), lambda d: d.unit, 7.5, spare=3),
    Column(N_("Why"), lambda d: _(d.why), 16.5, spare=1),
    Column(N_("Date"), lambda d: show_day(d.on), 8),
]
