"""A second way in, for a site of one person: another administrator, or a slip in a sealed envelope."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ...actions import slips, staff
from ...base.problems import Problem, Refused
from ...base.words import N_, _
from ...records.base import Field
from ...records.people import Role
from ..form import RecordForm
from ..layouts import Columns, Flow
from ..page import Page, Stepper
from ..widgets import Button, Card, Notice, PrimaryButton, Sentence

T = TypeVar("T")
_NEW = {
    "name": Field(N_("Sign-in name"), "line", True, 40, help=N_("It stands on the unlock page, so keep it short.")),
    "full_name": Field(N_("Full name"), "line", False, 120),
}


class SecondWayPage(Page):
    """The last step of setting up; Today reminds while neither is there."""

    key = "second_way"
    title = N_("A second way in")
    icon = "users"
    under = "settings"
    setting_up = False
    shows_once = False
    """Whether words stand there that are shown only now: nothing may take their place but what she does."""

    def open(self, step: str = "", **_args: object) -> None:
        self.setting_up = bool(step)
        self._lay_out()

    def go_back(self) -> None:
        self.shell.show_page("settings", tab="safety")

    def refresh(self) -> None:
        if not self.shows_once:
            self._lay_out()

    def _lay_out(self) -> None:
        self.shows_once = False
        self.clear()
        desk = self.shell.desk
        self.set_head(
            _("A second way in"),
            _("If you are ill or your passphrase is gone, somebody else must be able to help."),
            back="" if self.setting_up else _("Settings"),
        )
        if self.setting_up:
            steps = Stepper([_("Site and you"), _("Recovery kit"), _("A second way in"), _("Ready")])
            steps.show_step(2)
            self.add(steps)
        self.said = Notice("")
        self.add(self.said)
        if desk.read(slips.has_second):
            self.said.say(_("There is a second way in."), "ok")
        elif names := [one["name"] for one in desk.read(staff.users) if one["administrator"] and one["one_time"]]:
            words = _(
                "Not in yet: {names}. Until she has chosen a passphrase of her own, nobody else can get in. "
                "If the paper is lost, give her a new passphrase under Settings, Staff."
            )
            self.said.say(words.format(names=", ".join(names)), "info")
        self.form = RecordForm(_NEW)
        make: Button = PrimaryButton(_("Make the slip"), self.make_slip, icon_name="file-text")
        what = _("A passphrase that works once, on paper, in an envelope that you sign across the flap.")
        if desk.read(slips.is_sealed):
            make = Button(_("Make a new slip"), self.make_slip, icon_name="file-text")
            what = _("A slip lies in its envelope. A new one takes its place: the old one opens nothing then.")
        elif desk.read(slips.is_open):
            what = _("A slip was made, and nobody said that it is in its envelope. Make a new one: it takes its place.")
        self.slip = Card(
            _("A sealed slip"),
            Sentence(what),
            make,
            note=_("Lock it up away from the PC. Its use is written down, and everybody is told."),
        )
        columns = Columns()
        columns.left.add(self.slip)
        columns.right.add(
            Card(
                _("A second administrator"),
                self.form,
                Button(_("Add"), self._add, icon_name="user-plus"),
                note=_("You get a passphrase to hand over; it works once."),
            )
        )
        self.add(columns)
        words = _("Go on to Today") if desk.read(slips.has_second) else _("Later")
        self.add(Flow(Button(words, lambda: self.shell.show_page("today"), icon_name="arrow-right")))

    def make_slip(self) -> None:
        """Show the words once, with a way to print them."""
        store = self.shell.desk.store
        self._later(lambda: slips.make(store), self._show_slip)

    def _show_slip(self, words: str) -> None:
        self._lay_out()
        self.shows_once = True
        self.slip.clear()
        name = self.shell.desk.read(slips.name_on)
        self.slip.add(Sentence(_("For {name}, to be used once:").format(name=name)))
        said = Sentence(words, role="h2")
        said.setAccessibleName(words)
        self.slip.add(said)
        self.slip.add(Sentence(_("It is shown only now. Print it, or write it on paper."), tone="muted"))
        self.slip.add(
            Flow(
                Button(_("Print the slip"), lambda: self._print(words), icon_name="printer"),
                PrimaryButton(_("It is in its envelope"), self._sealed, icon_name="check"),
            )
        )
        self.said.say("")

    def _sealed(self) -> None:
        try:
            self.shell.desk.do(self, slips.seal_slip)
        except Problem as problem:
            self.said.say(problem.sentence, "danger")
            return
        self._lay_out()

    def _print(self, words: str) -> None:
        from ..printing import print_words

        store = self.shell.desk.store

        def made(data: bytes) -> None:
            try:
                print_words(self, self.shell.desk, data, "sealed slip")
            except Problem as problem:
                self.said.say(problem.sentence, "warn")

        self.later(lambda _job: slips.sheet(store, words), made, self._failed, waits=self)

    def _add(self) -> None:
        try:
            values = self.form.values()
        except Refused as refused:
            self.form.show_problems(refused.fields)
            return
        if not values["name"]:
            self.form.show_problems({"name": _("Please fill this in.")})
            return
        said, store = staff.one_time_passphrase(), self.shell.desk.store

        def done(_person: object) -> None:
            self._lay_out()
            self.shows_once = True
            words = _("For {name}, to be used once: {words}. Write it on paper and hand it over. It is shown only now.")
            self.said.say(words.format(name=values["name"], words=said), "info")

        self._later(
            lambda: staff.add_user(
                store, name=values["name"], full_name=values["full_name"], passphrase=said, role=Role.PROGRAM_LEAD,
                administrator=True, slip=True,
            ),
            done,
        )  # fmt: skip

    def _later(self, work: Callable[[], T], done: Callable[[T], object]) -> None:
        self.said.say(_("One moment…"), "info")
        self.later(lambda _job: work(), done, self._failed, waits=self)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self.form.show_problems(error.fields)
            self.said.say("")
        elif isinstance(error, Problem):
            self.said.say(error.sentence, "danger")
        else:
            raise error
