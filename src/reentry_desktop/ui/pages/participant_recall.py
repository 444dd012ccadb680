"""Words she called back: who was asked to delete them, and deleting them where this site was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...actions import recalling, taking_back
from ...actions.recalling import Called, ToDelete
from ...base.words import _, ngettext
from .. import tokens as t
from ..days import show_day
from ..layouts import Flow, Stack
from ..widgets import Button, Card, Notice, Pill, Sentence

if TYPE_CHECKING:
    from .participant import ParticipantPage


def called_back(called: Called) -> Stack:
    """Who was asked to delete her words, and who said that it did; and what nobody can call back."""
    said = Stack(
        Sentence(_("She called her words back on {day}.").format(day=show_day(called.asked_on)), role="strong"),
        space=t.S2,
    )
    for asked in called.sites:
        if asked.had_none:
            words = _("{site} had none of them.").format(site=asked.site)
            said.add(Flow(Pill(words, "ok", icon_name="circle-check")))
        elif asked.deleted_on is not None:
            words = _("{site} deleted them on {day}.").format(site=asked.site, day=show_day(asked.deleted_on))
            said.add(Flow(Pill(words, "ok", icon_name="circle-check")))
        else:
            words = _("{site} is asked with the next copy, and has not said so yet.").format(site=asked.site)
            said.add(Flow(Pill(words, "info", icon_name="clock")))
    rest = _("Paper that was printed, and what was done because of it, cannot be called back.")
    said.add(Sentence(rest, tone="muted"))
    return said


class DeletePanel(Card):
    """Another site asks, for her, that her words be deleted here."""

    def __init__(self, page: ParticipantPage, asked: ToDelete) -> None:
        super().__init__(_("She called her words back"))
        self._page, self._asked = page, asked
        if asked.moved:
            words = _(
                "Since {day} she shares her dates only. Another facility holds her record now. She asks that her words "
                "be deleted here, with their history, those written here too. Her dates stay. Destroy what was printed "
                "of them."
            )
        else:
            words = _(
                "Since {day} she shares her dates only. She asks that her words be deleted here, with their history. "
                "Her dates stay, and so does what this office wrote itself. Destroy what was printed of them."
            )
        self.add(Notice(words.format(day=show_day(asked.asked_on)), "warn"))
        self.delete = Button(_("Delete her words here"), self._delete, kind="danger")
        self.add(Flow(self.delete))

    def _delete(self) -> None:
        page, desk = self._page, self._page.shell.desk
        count = desk.do(page, recalling.delete_here, self._asked.recall)
        words = ngettext("{n} entry is deleted.", "{n} entries are deleted.", count).format(n=count)
        said = " ".join((words, _("The next copy tells her site.")))
        page.later(lambda _job: taking_back.finish_taking_back(desk.store), lambda _done: page.shell.toast(said))
        page.refresh()
