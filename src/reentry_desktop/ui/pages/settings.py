"""Settings: one's own passphrase and language, the staff, the site's values, and what keeps the records safe."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from ...actions import slips, staff
from ...base.problems import Problem, Refused
from ...base.words import LANGUAGES, N_, _, language
from .. import tokens as t
from ..layouts import Columns, Flow, Stack
from ..page import Page
from ..passphrase import PassphraseEdit
from ..tabs import Tab, Tabs
from ..widgets import Card, Chip, LinkButton, Notice, PrimaryButton, Sentence, reveal
from .settings_plans import PlansTab
from .settings_safety import SafetyTab
from .settings_second import SecondCard
from .settings_site import SiteTab
from .settings_staff import StaffTab

if TYPE_CHECKING:
    from ..window import MainWindow


class YouTab(Tab):
    """What each person sets for herself: passphrase, language, size of the text."""

    def __init__(self, page: SettingsPage) -> None:
        super().__init__()
        self.page = page
        self.one_time = Notice("", "warn")
        columns = Columns()
        self.phrase = self._passphrase()
        columns.left.add(self.phrase)
        self.second = SecondCard(page)
        columns.left.add(self.second)
        columns.right.add(self._language())
        columns.right.add(self._size())
        columns.right.add(
            Card(
                _("This program"),
                Flow(
                    LinkButton(_("Help"), lambda: page.shell.show_page("help"), icon_name="circle-question-mark"),
                    LinkButton(_("Keyboard shortcuts"), lambda: page.shell.show_page("shortcuts"), icon_name="info"),
                    LinkButton(_("About and licenses"), lambda: page.shell.show_page("about"), icon_name="file-text"),
                ),
            )
        )
        self.add(self.one_time)
        self.add(columns)

    def refresh(self) -> None:
        words, store = "", self.page.shell.desk.store
        one_time = self.page.shell.desk.read(staff.has_one_time)
        reveal(self.phrase, one_time or not store.owes)  # one thing after the other
        reveal(self.second, not one_time)
        if one_time:
            words = _("You came in with a passphrase that works once. Choose your own now.")
        elif store.owes:
            words = _("This site asks for a second proof from you. Set it up now; then you can work.")
        self.one_time.say(words, "warn")
        self.second.refresh()

    def leave(self) -> None:
        """No passphrase stays in a line."""
        for editor in (self.old, self.new, self.again, self.second.passphrase):
            editor.clear()

    def put_away(self) -> None:
        self.second.forget()

    def _passphrase(self) -> Card:
        self.old, self.new, self.again = PassphraseEdit(), PassphraseEdit(), PassphraseEdit()
        self.state = Notice("", "ok")
        self.go = PrimaryButton(_("Change the passphrase"), self._change, icon_name="key-round")
        card = Card(
            _("My passphrase"),
            note=_("At least 12 characters. Four words that do not belong together are good."),
        )
        for label, editor in (
            (_("The one you have"), self.old),
            (_("The new one"), self.new),
            (_("The new one again"), self.again),
        ):
            words = Sentence(label, role="strong")
            words.setBuddy(editor.edit)
            editor.edit.setAccessibleName(label)
            card.add(Stack(words, editor, space=t.S1))
        for editor in (self.old, self.new):  # one box shows all three
            editor.show_typed.hide()
            self.again.show_typed.toggled.connect(editor.show_typed.setChecked)
        card.add(self.state)
        card.add(self.go)
        return card

    def _change(self) -> None:
        if not self.new.edit.text() or not self.old.edit.text():
            self.state.say(_("Type the one you have, and the new one twice."), "danger")
            return
        if self.new.edit.text() != self.again.edit.text():
            self.state.say(_("The two new ones are not the same. Nothing was changed. Type them again."), "danger")
            self.new.edit.setFocus()
            return
        old, new = self.old.take(), self.new.take()
        self.again.clear()
        desk = self.page.shell.desk
        self.state.say(_("Changing…"), "info")

        def done(_nothing: None) -> None:
            self.state.say(staff.changed_words(desk.store), "ok")
            self.refresh()
            self.page.go_on()

        def failed(error: BaseException) -> None:
            if not isinstance(error, Problem):
                raise error
            if error.code == "locked":
                self.page.shell.lock()
                return
            words = " ".join(error.fields.values()) if isinstance(error, Refused) else error.sentence
            if error.code == "wrong-passphrase":
                words = _("The passphrase you have is another one. Nothing was changed. Check Caps Lock and try again.")
            self.state.say(words, "danger")
            self.old.edit.setFocus()

        self.page.later(lambda _job: staff.change_passphrase(desk.store, old, new), done, failed, waits=self.go)

    def _speak(self, code: str) -> None:
        try:
            self.page.shell.speak(code)
        except Problem as problem:
            self._tongues[language()].setChecked(True)
            self.page.problem.show_problem(problem)

    def _language(self) -> Card:
        self._tongues = dict[str, Chip]()
        flow = Flow()
        for code, name in LANGUAGES.items():
            chip = Chip(name, checkable=True)
            chip.setAutoExclusive(True)
            chip.setChecked(code == language())
            chip.setAccessibleName(_("Language: {name}").format(name=name))
            chip.clicked.connect(lambda _on=False, code=code: self._speak(code))
            self._tongues[code] = chip
            flow.add(chip)
        note = _("The language of the screen. A woman's plan has a language of its own.")
        return Card(_("Language"), flow, note=note)

    def _size(self) -> Card:
        flow = Flow()
        for percent in t.SCALES:
            chip = Chip(_("{n} %").format(n=percent), checkable=True)
            chip.setAutoExclusive(True)
            chip.setChecked(percent == self.page.shell.text.percent())
            chip.setAccessibleName(_("Size of the text: {n} %").format(n=percent))
            chip.clicked.connect(lambda _on=False, percent=percent: self.page.shell.text.choose(percent))
            flow.add(chip)
        return Card(_("Size of the text"), flow, note=_("Ctrl and + or - change it from every page."))


TABS = {"you": N_("You"), "staff": N_("Staff"), "site": N_("This site"), "plans": N_("Plans"), "safety": N_("Safety")}


class SettingsPage(Page):
    """Five tabs. What needs an administrator says so to everybody else."""

    key = "settings"
    title = N_("Settings")
    icon = "settings"
    sidebar = True

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.tabs = Tabs(_("Settings"), {key: _(title) for key, title in TABS.items()})
        for key, tab in self.tabs.pages.items():
            tab.begin(partial(self._make, key))
        self.add(self.tabs, 1)
        for number in range(1, self.tabs.count()):
            self.tabs.setTabVisible(number, not self._owes())

    @cached_property
    def you(self) -> YouTab:
        return YouTab(self)

    @cached_property
    def staff(self) -> StaffTab:
        return StaffTab(self)

    @cached_property
    def site(self) -> SiteTab:
        return SiteTab(self)

    @cached_property
    def plans(self) -> PlansTab:
        return PlansTab(self)

    @cached_property
    def safety(self) -> SafetyTab:
        return SafetyTab(self)

    def _make(self, key: str) -> Tab:
        tab: Tab = getattr(self, key)
        tab.refresh()
        return tab

    def _made(self) -> list[Tab]:
        """The tabs that were in sight."""
        return [vars(self)[key] for key in TABS if key in vars(self)]

    def _owes(self) -> bool:
        """Whether there is something she has to do before all else."""
        return bool(self.shell.desk.store.owes) or self.shell.desk.read(staff.has_one_time)

    def go_on(self) -> None:
        """What had to be done first is done: every page is there again."""
        session = self.shell.session
        if session is not None and session.must and not self._owes():
            QTimer.singleShot(0, self.shell, partial(_renew, self.shell))

    def open(self, tab: str = "", **_args: object) -> None:
        self.refresh()
        self.tabs.turn_to(tab)

    def refresh(self) -> None:
        for tab in self._made():
            tab.refresh()

    def leave(self) -> None:
        for tab in self._made():
            tab.leave()

    def put_away(self) -> None:
        for tab in self._made():
            tab.put_away()


def _renew(shell: MainWindow) -> None:
    """Every page is there; where nobody else could get in, that comes next."""
    shell.renew()
    if shell.session is not None and shell.desk.may("make_slip") and not shell.desk.read(slips.has_second):
        shell.show_page("second_way", step="yes")
