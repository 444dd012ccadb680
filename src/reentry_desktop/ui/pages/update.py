"""An update that came on a stick: what it is, what it changes, and what the program and what IT does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ... import __version__
from ...actions import updating
from ...base.media import show_size
from ...base.problems import Problem
from ...base.words import N_, _
from ..choosing import choose_file
from ..page import Page
from ..widgets import Button, Card, Notice, PrimaryButton, Sentence

if TYPE_CHECKING:
    from ..worker import Job


class UpdatePage(Page):
    """Nothing is done before the file was proved and its words were read."""

    key = "update"
    title = N_("Update from a stick")
    icon = "usb"
    under = "settings"

    def open(self, **_args: object) -> None:
        self.refresh()

    def refresh(self) -> None:
        self.clear()
        self.problem.clear()
        about = _("Version {version} runs here.").format(version=__version__)
        if not updating.known_publisher():
            self.set_head(_(self.title), about, back=_("Health"))
            self.add(Card("", Notice(updating.no_publisher(), "info")))
            return
        choose = PrimaryButton(_("Choose the update"), self._choose, icon_name="usb")
        self.set_head(_(self.title), about, choose, back=_("Health"))
        proved = _(
            "The file is proved against the publisher's key before anything of it is used. The records are not touched."
        )
        who = _(
            "Staff may not replace the program on most PCs. Then it is laid out here, and your IT officer puts it in "
            "place."
        )
        self.add(Card(_("How it goes"), Sentence(proved), Sentence(who)))

    def go_back(self) -> None:
        self.shell.show_page("health")

    def _choose(self) -> None:
        file = choose_file(self, _("Which update?"), _("Updates (*.release)"))
        if file is not None:
            self.look_at(file)

    def look_at(self, file: Path) -> None:
        """Show what a release file is."""
        self.refresh()
        try:
            found = updating.inspect(file)
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        card = Card(_("Version {version}, of {day}").format(version=found.version, day=found.made))
        tone = "ok" if found.against == updating.NEWER else "info"
        card.add(Notice(_("Signed by the publisher. {sentence}").format(sentence=found.sentence()), tone))
        card.add(Sentence(found.changes))
        card.add(Sentence(show_size(found.size), tone="muted"))
        if found.against == updating.NEWER:
            self.lay_out = Button(_("Lay it out"), lambda: self._stage(file), icon_name="check")
            card.add(self.lay_out)
        self.add(card)

    def _stage(self, file: Path) -> None:
        def work(job: Job) -> updating.Staged:
            return updating.stage(file, progress=job.reach)

        def done(staged: updating.Staged) -> None:
            self.refresh()
            title = _("Version {version} is ready").format(version=staged.version)
            self.add(Card(title, Notice(staged.what_it_does(), "ok")))

        def failed(error: BaseException) -> None:
            if not isinstance(error, Problem):
                raise error
            self.problem.show_problem(error)

        self.later(work, done, failed, waits=self.lay_out)
