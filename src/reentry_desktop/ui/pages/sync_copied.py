"""A folder that was copied: what it means in one sentence, and the one button."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ...actions import parting
from ...actions.parting import Copied
from ...base.problems import Problem
from ...base.words import _
from .. import tokens as t
from ..layouts import Flow, Stack
from ..page import Page
from ..widgets import Button, Card, Notice


class CopiedCard(Card):
    """In sight only where another site has another history of a PC of this one."""

    def __init__(self, page: Page, done: Callable[[], object]) -> None:
        super().__init__(_("A copied folder"))
        self._page, self._done = page, done
        self._list = Stack(space=t.S3)
        self.add(self._list)
        self.buttons: list[Button] = []

    def refresh(self) -> None:
        """Show what is known now."""
        found = [one for one in self._page.shell.desk.read(parting.copied) if one.goes_on]
        while (item := self._list.box.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons = []
        for one in found:
            self._list.add(self._row(one))
        self.setVisible(bool(found))

    def _row(self, one: Copied) -> Stack:
        row = Stack(Notice(one.said, "warn"), space=t.S2)
        if one.ours or self._page.shell.desk.store.who.administrator:
            words = _("Go on as a new device") if one.ours else _("Give its work anew from here")
            go = Button(words, partial(self._go_on, one), icon_name="copy")
            go.setAccessibleName(f"{words}: {one.device}")
            self.buttons.append(go)
            row.add(Flow(go))
        return row

    def _go_on(self, one: Copied) -> None:
        """Beside the window: a backup is made before."""
        page = self._page
        for button in self.buttons:
            button.setEnabled(False)

        def done(device: str) -> None:
            page.shell.desk.tell(page)
            self._done()
            words = _(
                "Done. What was written here goes on as the device {device}, and a backup of before lies beside the "
                "records. Now copy a bundle for each site."
            )
            page.problem.say(words.format(device=device), "ok")
            page.ensureWidgetVisible(page.problem)

        def failed(error: BaseException) -> None:
            self.refresh()
            if not isinstance(error, Problem):
                raise error
            page.problem.show_problem(error)

        store = page.shell.desk.store
        page.later(lambda job: parting.go_on(store, "" if one.ours else one.device, job.reach), done, failed)
