"""The first page of all, where this PC has no store yet: make one, open another, bring one back, or practice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal

from ...base.clock import Clock, system_clock
from ...base.paths import machine_folder
from ...base.problems import Problem, Refused
from ...base.slots import FILE
from ...base.words import LANGUAGES, N_, _, language
from ...records.base import Choice, Field
from ...records.people import SecondFactor, SiteKind
from ..address import AddressForm
from ..choosing import choose_file, choose_folder
from ..form import RecordForm
from ..layouts import Columns
from ..page import ScrollPage, Stepper
from ..passphrase import NewPassphrase
from ..widgets import Button, Card, LinkButton, Notice, PrimaryButton, Sentence
from ..worker import Worker
from .lost_pc import LostPc
from .restoring import Restoring

if TYPE_CHECKING:
    from ...store import Store
    from ..window import MainWindow

SITE = {
    "kind": Field(N_("What is done here"), "choice", True, choices=SiteKind),
    "site": Field(N_("Name of this site"), "line", True, 120, help=N_("As others know it, for example the facility.")),
    "code": Field(N_("Short code"), "line", False, 12, help=N_("A few letters, used in the names of bundles.")),
}
DATABASE = Field(
    N_("Address of a PostgreSQL database"), "line", False, 400,
    help=N_("Only where your IT officer gave you one. Left empty, the records lie in the folder."),
)  # fmt: skip
PERSON = {
    "user": Field(N_("Sign-in name"), "line", True, 40, help=N_("It stands on the unlock page, so keep it short.")),
    "full_name": Field(N_("Full name"), "line", False, 120),
}


class _Asked(Choice):
    """Of a new store an administrator is always asked."""

    ADMINISTRATORS = str(SecondFactor.ADMINISTRATORS), SecondFactor.ADMINISTRATORS.label
    ALL = str(SecondFactor.ALL), SecondFactor.ALL.label


SECOND = {"second_factor": Field(N_("Who unlocks with a second proof too"), "choice", True, choices=_Asked)}


class WelcomePage(ScrollPage):
    """``opened(store, first page)`` comes with a store that was made; ``chosen(folder)`` with one to unlock."""

    opened = Signal(object, str)
    chosen = Signal(object, str)
    ended = Signal()
    """Back to where she came from."""
    PERSON = PERSON

    def __init__(self, window: MainWindow, folder: Path, clock: Clock = system_clock) -> None:
        super().__init__()
        self.shell = window
        self.folder, self.clock = folder, clock
        self._back: Callable[[], object] = self.show_ways
        self._worker = Worker(self)
        self.lost, self.restoring = LostPc(self), Restoring(self)
        self.show_ways()

    # The ways to begin

    def show_ways(self) -> None:
        """What can be done first."""
        self.clear()
        tongues = []
        for code, name in LANGUAGES.items():
            button = Button(name)
            button.setCheckable(True)
            button.setChecked(code == language())
            button.clicked.connect(lambda _on=False, code=code: self._speak(code))
            tongues.append(button)
        self.set_head(_("Welcome"), _("Everything stays on this computer, locked with your passphrase."), *tongues)
        columns = Columns()
        columns.left.add(
            Card(
                _("Set up this computer"),
                PrimaryButton(_("Set up"), self.show_form, icon_name="sprout"),
                note=_("Make the locked place where your site keeps its records. It takes about ten minutes."),
            )
        )
        columns.left.add(
            Card(
                _("Practice with invented women"),
                Button(_("Practice"), self.practice, icon_name="book-open"),
                note=_("Try everything. Nobody in there is real, and nothing can reach a real site."),
            )
        )
        columns.left.add(
            Card(
                _("Our PC was lost"),
                Button(_("Find the way back"), self.lost.show, icon_name="undo-2"),
                note=_("Stolen, or broken for good. With a backup or without one, your site goes on."),
            )
        )
        columns.right.add(
            Card(
                _("Open a store in another folder"),
                Button(_("Choose the folder"), self._choose, icon_name="archive"),
                note=_("Where this computer has one already."),
            )
        )
        columns.right.add(
            Card(
                _("A second PC of your site"),
                Button(_("Choose the file from the first PC"), self._join, icon_name="key-round"),
                note=_("Somebody makes it there under “Who is trusted”. You need its twelve words."),
            )
        )
        columns.right.add(
            Card(
                _("Bring back a backup"),
                Button(_("Choose the backup"), self.restoring.choose, icon_name="history"),
                note=_("You need the passphrase of that store, or two parts of its recovery kit."),
            )
        )
        self.add(columns)

    def turn(self, title: str, subtitle: str, back: Callable[[], object], way_back: str) -> None:
        """An empty page with a heading, and where the way back leads."""
        self.clear()
        self.problem.clear()
        self._back = back
        self.set_head(title, subtitle, way_back=way_back)
        self.verticalScrollBar().setValue(0)

    def _speak(self, code: str) -> None:
        self.shell.speak(code)
        self.show_ways()

    def _choose(self) -> None:
        folder = choose_folder(self, _("Choose the folder of the store"), self.folder.parent)
        if folder is None:
            return
        if (folder / FILE).exists():
            self.chosen.emit(folder, "")
        else:
            self.problem.show_problem(
                _("There is no store in this folder. Nothing was changed. Choose the folder of your store.")
            )

    # Setting up

    def show_form(self) -> None:
        """Ask for the site, the place, and the first administrator."""
        self.turn(_("Set up this computer"), "", self.show_ways, _("Back to the beginning"))
        self.steps = Stepper([_("Site and you"), _("Recovery kit"), _("A second way in"), _("Ready")])
        self.add(self.steps)
        self.site = RecordForm(SITE)
        self.site.show_values({"kind": SiteKind.FACILITY})
        self.person = RecordForm(PERSON)
        self.new = NewPassphrase()
        self.place = Sentence(str(self.folder), role="small", tone="muted")
        self.database = AddressForm(DATABASE)
        self.database.hide()  # a facility's PC has no network, ever
        self.site.changed.connect(lambda _key: self.database.setVisible(self.site.typed()["kind"] == SiteKind.OFFICE))
        columns = Columns()
        columns.left.add(Card(_("Your site"), self.site))
        columns.left.add(
            Card(
                _("Where the records lie"),
                self.place,
                LinkButton(_("Another folder"), self._place, icon_name="archive"),
                self.database,
                note=_("One folder for all staff of this computer. Never a USB stick, never a network drive."),
            )
        )
        columns.right.add(Card(_("You, the first administrator"), self.person, self.new))
        self.second = RecordForm(SECOND)
        self.second.show_values({"second_factor": SecondFactor.ADMINISTRATORS})
        note = _("A key file on a stick, or a printed sheet of words, beside the passphrase. You set it up next.")
        columns.right.add(Card(_("Second proof"), self.second, note=note))
        self.go = PrimaryButton(_("Make the store"), self._make, icon_name="lock")
        columns.right.add(self.go)
        columns.right.box.setAlignment(self.go, Qt.AlignmentFlag.AlignLeft)
        self.add(columns)
        self.site.editors["site"].setFocus()

    def go_back(self) -> None:
        self.problem.clear()
        self._back()

    def begin(self) -> None:
        """Put the focus on the first thing to do."""
        if (first := next(iter(self.findChildren(PrimaryButton)), None)) is not None:
            first.setFocus()

    def _place(self) -> None:
        folder = choose_folder(self, _("Choose an empty folder"), self.folder.parent)
        if folder is not None:
            self.folder = folder
            self.place.setText(str(folder))

    def _make(self) -> None:
        from ...actions import setup

        self.problem.clear()
        try:
            values = self.site.values() | self.person.values()
            database = self.database.whole() if values["kind"] == SiteKind.OFFICE else ""
        except Refused as refused:
            self._wrong(refused)
            return
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        if wrong := self.new.differ():
            self.problem.show_problem(wrong)
            return
        new = setup.NewStore(
            self.folder,
            str(values["kind"]),
            values["site"],
            values["user"],
            self.new.first.edit.text(),
            values["code"],
            values["full_name"],
            database=database,
            details={"second_factor": str(self.second.values()["second_factor"])},
        )

        self.later(lambda _job: setup.create(new, self.clock), self.made, _("Making the store…"))

    def made(self, made: Any) -> None:
        """A store and its recovery kit: the kit comes first."""
        from . import kit as kit_page

        store, kit = made
        kit_page.keep(store, kit)
        self.opened.emit(store, "kit")

    def _wrong(self, refused: Refused) -> None:
        self.site.show_problems(refused.fields)
        self.person.show_problems(refused.fields)
        rest = [words for key, words in refused.fields.items() if key not in SITE and key not in PERSON]
        if rest:
            self.problem.show_problem(" ".join(rest))

    # A second PC

    def _join(self) -> None:
        kinds = _("Files for a second PC (*.joining);;All files (*)")
        file = choose_file(self, _("Choose the file from the first PC"), kinds)
        if file is not None:
            self.show_join(file)

    def show_join(self, file: Path) -> None:
        """Ask for the file's words, and who works here first."""
        self.turn(_("A second PC of your site"), file.name, self.show_ways, _("Back to the beginning"))
        self.words = RecordForm({"words": Field(N_("The twelve words of the file"), "line", True, 200)})
        self.person = RecordForm(PERSON)
        self.new = NewPassphrase()
        card = Card(_("You, the first administrator"), self.words, self.person, self.new)
        card.add(PrimaryButton(_("Set up this PC"), lambda: self._joined(file), icon_name="lock"))
        self.add(card)

    def _joined(self, file: Path) -> None:
        from ...actions import joining

        self.problem.clear()
        words, person, phrase = str(self.words.typed()["words"]), self.person.typed(), self.new.first.edit.text()
        user, full_name = str(person["user"]).strip(), str(person["full_name"])
        if not words.strip() or not user:
            self.problem.show_problem(_("Fill in the words and your name."))
            return
        if wrong := self.new.differ():
            self.problem.show_problem(wrong)
            return
        self.later(
            lambda _job: joining.join(file, words, self.folder, user, phrase, full_name, self.clock),
            self.made,
            _("Making the store…"),
        )

    # Practice

    def practice(self) -> None:
        """Make the practice records, or go to them."""
        from ...actions import demo

        folder = machine_folder() / "practice"
        self.later(lambda _job: demo.open_practice(folder), self._practicing, _("Inventing women who never lived…"))

    def _practicing(self, store: Store) -> None:
        self.opened.emit(store, "today")

    def later(self, work: Callable[[Any], Any], done: Callable[[Any], object], words: str) -> None:
        """Do *work* beside the window, with every button waiting."""
        notice = Notice(words)
        self.add(notice)
        self.setEnabled(False)

        def failed(error: BaseException) -> None:
            self.setEnabled(True)
            notice.say("")
            if isinstance(error, Refused):
                self.problem.show_problem(error.sentence)
                if hasattr(self, "site"):
                    self._wrong(error)
            elif isinstance(error, Problem):
                self.problem.show_problem(error)
            else:
                raise error
            self.ensureWidgetVisible(self.problem)

        def ended(result: Any) -> None:
            self.setEnabled(True)
            done(result)

        self._worker.run(work, ended, failed)
