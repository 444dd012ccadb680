"""Help: nine short topics in plain words; and what this program is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QWidget

from ... import __version__
from ...base.words import N_, _
from ..layouts import Columns, Flow, SplitLayout
from ..page import Page
from ..style import em
from ..widgets import Button, Card, Sentence

if TYPE_CHECKING:
    from ..window import MainWindow


class Topic(NamedTuple):
    """One topic: its title, its steps, and the pages whose help it is."""

    title: str
    steps: tuple[str, ...]
    pages: tuple[str, ...]


TOPICS = (
    Topic(
        N_("Each day"),
        (
            N_("Today shows who is due, who leaves soon, and whose plan is on which day."),
            N_("Leave the desk? Lock with Ctrl+L, or cover the screen with F12."),
            N_("Words are kept while they are typed. If the computer stops, they are there when you come back."),
            N_("Ctrl+K finds a participant from every page. Esc goes back."),
        ),
        ("today", "due"),
    ),
    Topic(
        N_("Find, register, offer"),
        (
            N_("Type the beginning of a name or a number. Accents do not matter."),
            N_("Two women may have one name. Check the number and the birth year before you open one."),
            N_("A woman on no list is registered by hand. The program shows who may be her already."),
            N_("Offer the program and note the day. A no is a choice to be respected."),
            N_("Before her first word, read to her what must be passed on, and note that you did."),
            N_("Ask what the office may have: dates only, or her words too. Dates only, until she says more."),
        ),
        ("participants", "participant", "register", "enrol", "callout", "same-woman"),
    ),
    Topic(
        N_("The plan"),
        (
            N_("Write it with her, in her own words. Any question can be left for another day."),
            N_("An idea is only an idea. It stands in the plan when she takes it or says it in her own way."),
            N_("Say who wrote: herself, together, or dictated. Read back what you wrote for her."),
            N_("When she says so, it is done for now. It can be changed at any time."),
        ),
        ("plan",),
    ),
    Topic(
        N_("Print"),
        (
            N_("Begin with who it is for. Her name is left out unless you ask for it."),
            N_("Choose the size and the language, look at the pages, then print."),
            N_("Take the pages from the printer at once."),
            N_("Ask her where the plan will be kept, and who may see it."),
        ),
        ("preview",),
    ),
    Topic(
        N_("Read a list"),
        (
            N_("Choose the list your department gives you. Nothing is changed before you looked at what it would do."),
            N_("The program remembers which column is which."),
            N_("Where the list and a record differ, you are asked. What a person wrote is never overwritten unseen."),
            N_("The last list can be taken back."),
        ),
        ("roster",),
    ),
    Topic(
        N_("Copy to USB, bring in from USB"),
        (
            N_("The first time, trade cards with the other site, and read the twelve words to each other by phone."),
            N_("If one word differs, stop, and tell your program office."),
            N_("Put the stick in, look at what goes and what is held back, then copy. Wait for the word “Done”."),
            N_("Bringing the same copy in twice does no harm."),
            N_("Did two people write different things? Both are kept until somebody writes what is right."),
        ),
        ("sync",),
    ),
    Topic(
        N_("Who sees what"),
        (
            N_("Each role sees and does what its work needs. Settings, Staff, shows who may do what."),
            N_("Some see only the women they work with. Her page names who works with her."),
            N_("Do you need the record of another woman now? Open it with a reason, under Participants."),
            N_("A supervisor looks at each of those, and says so with a name."),
            N_("A woman who is in prison never has an account. Her worksheets are on paper."),
        ),
        ("roles", "beyond", "opened"),
    ),
    Topic(
        N_("A forgotten passphrase"),
        (
            N_("Do not guess for long. Each wrong try makes the next wait longer, and five lock the account."),
            N_("Ask another administrator. You get a passphrase that works once, and choose your own."),
            N_("Locked, and nobody else is there? Your program office reads you eight words that release it."),
            N_("Nobody is left? Bring two parts of the recovery kit together. Everybody is told that it was used."),
            N_("No passphrase and only one part? Then nobody can open the records. We cannot either."),
        ),
        ("settings", "kit"),
    ),
    Topic(
        N_("Who gets an account"),
        (
            N_("Staff, and cleared volunteers from outside. Each has an own account, and shares it with nobody."),
            N_(
                "A woman in custody never gets an account, also not as a peer supporter. She works on paper: print a "
                "worksheet, and the coordinator enters it."
            ),
            N_("The second proof is a key file on a stick, or a sheet of words. Keep it with you, not at the PC."),
            N_("Who leaves: close the account the same day. Once a year look at every account."),
        ),
        ("settings",),
    ),
    Topic(
        N_("The computer is lost or broken"),
        (
            N_("Tell your program office and your IT officer today. Say whether it was locked."),
            N_("On a new computer, bring back the latest backup. You need your passphrase or two parts of the kit."),
            N_("No backup at hand? The office keeps one of each facility, locked. Ask it to copy it to a stick."),
            N_("Then copy for the office. Its next copy gives back what it has of the time after that backup."),
            N_("Never copy the folder of the store by hand."),
        ),
        (),
    ),
)


class HelpPage(Page):
    """F1 opens the topic of the page it was pressed on."""

    key = "help"
    title = N_("Help")
    icon = "circle-question-mark"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.set_head(_("Help"), _("Short and plain. The manual says more."))
        self.list = QListWidget()
        self.list.setAccessibleName(_("Topics"))
        self.list.addItems([_(topic.title) for topic in TOPICS])
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._show)
        self.card = Card(" ")
        whole = QWidget()
        split = SplitLayout(whole, ratio=(2, 5), narrow=40)
        split.addWidget(self.list)
        split.addWidget(self.card)
        self.add(whole, 1)
        self.add(
            Flow(
                Button(_("Health of the records"), lambda: self.shell.show_page("health"), icon_name="shield-check"),
                Button(_("Update from a stick"), lambda: self.shell.show_page("update"), icon_name="usb"),
            )
        )

    def open(self, page: str = "", **_args: object) -> None:
        found = next((n for n, topic in enumerate(TOPICS) if page in topic.pages), 0)
        self.list.setMinimumHeight(em(2.75) * len(TOPICS))
        self.list.setCurrentRow(found)
        self._show(found)

    def begin(self) -> None:
        self.list.setFocus()

    def _show(self, number: int) -> None:
        topic = TOPICS[max(number, 0)]
        self.card.heading.setText(_(topic.title))
        self.card.clear()
        for step in topic.steps:
            self.card.add(Sentence(f"• {_(step)}"))
        self.card.box.addStretch()


class AboutPage(Page):
    """The version, and whose work it stands on."""

    key = "about"
    title = N_("About this program")
    icon = "info"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        topics = Button(_("Help"), lambda: self.shell.show_page("help"), icon_name="circle-question-mark")
        self.set_head("Re-entry Desktop", _("Version {version}").format(version=__version__), topics)
        columns = Columns()
        columns.left.add(
            Card(
                _("What it is"),
                Sentence(_("Wellness plans and follow-up for re-entry peer-support offices.")),
                Sentence(_("It is not a medical record, and a wellness plan is not an advance directive.")),
                Sentence(
                    _("It sends nothing over a network. What leaves this computer does so on paper or on a stick.")
                ),
                Sentence(_("Apache License 2.0. Anybody may use, read, change and pass on this program.")),
            )
        )
        columns.left.add(
            Card(
                _("The name WRAP"),
                Sentence(
                    _(
                        "WRAP is a registered trademark of its owner. This program is not made by that owner. "
                        "The questions here are our own, and are not the text of WRAP."
                    )
                ),
            )
        )
        columns.right.add(
            Card(
                _("Made with"),
                Sentence(
                    _(
                        "Qt and PySide6, under the GNU Lesser General Public License 3. The Qt files lie beside the "
                        "program, and you may put your own in their place. Where to get their sources stands in the "
                        "folder “licenses”."
                    )
                ),
                Sentence(_("Python, SQLite, SQLCipher, OpenSSL, ReportLab, pikepdf and PDFium, each under its own.")),
                Sentence(
                    _(
                        "Spelling: spylls, under the MIT License. Its words are those of SCOWL, under its own, and of "
                        "LibreOffice for Spanish, under the Mozilla Public License 1.1."
                    )
                ),
                Sentence(_("Letters: Atkinson Hyperlegible Next and Noto Sans, under the SIL Open Font License.")),
                Sentence(_("Icons: Lucide, under the ISC License.")),
                Sentence(_("Every license is in the folder “licenses” of the program."), tone="muted"),
            )
        )
        self.add(columns)
