"""Pictures of every screen, in English and Spanish, at 100 % and 150 %: ``screens.py FOLDER``.

They are made from the practice run on a fixed day, without a screen, so that two runs give the same pictures but
for what is random in a store.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["TZ"] = "America/Chicago"
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from reentry_desktop.base import clock

NOW = dt.datetime(2026, 11, 23, 15, 5, tzinfo=dt.UTC)
# Before anything else takes it by name: every store of this process stands on that day.
clock.system_clock = lambda: NOW

import time  # noqa: E402

time.tzset()
import sqlalchemy as sa  # noqa: E402
from PIL import Image  # noqa: E402
from PySide6.QtCore import QCoreApplication, QEvent, QThread  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

import moving_screens  # noqa: E402
from reentry_desktop import reports  # noqa: E402
from reentry_desktop.actions import attachments, consents, demo, disclosures, same_woman, told_without, women  # noqa: E402
from reentry_desktop.actions.consent_papers import consent_print  # noqa: E402
from reentry_desktop.actions.disclosures import Allowed  # noqa: E402
from reentry_desktop.app import Program  # noqa: E402
from reentry_desktop.base import words  # noqa: E402
from reentry_desktop.base.ids import Id  # noqa: E402
from reentry_desktop.exchange import outgoing  # noqa: E402
from reentry_desktop.records.attachment import PaperKind  # noqa: E402
from reentry_desktop.records.local import Listed  # noqa: E402
from reentry_desktop.records.participant import Enrolment, Participant  # noqa: E402
from reentry_desktop.records.plan import Plan  # noqa: E402
from reentry_desktop.store import Store, Unit, open_store, vault  # noqa: E402
from reentry_desktop.ui import style  # noqa: E402
from reentry_desktop.ui.pages.plan_done import ask_done  # noqa: E402
from reentry_desktop.ui.pages.sit_way import Screen  # noqa: E402
from reentry_desktop.ui.settings import WindowSettings  # noqa: E402
from reentry_desktop.ui.window import MainWindow  # noqa: E402

SIZE = (1366, 768)
SIZES = (100, 150)
PLACE = r"C:\ProgramData\Re-entry Desktop\store"


def settle(app: QApplication) -> None:
    """Let everything that was asked for happen."""
    for _round in range(6):
        app.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


class Pictures:
    """The window, and where its pictures go."""

    def __init__(self, app: QApplication, folder: Path, store: Path) -> None:
        self.app, self.folder = app, folder
        self.program = Program(app, WindowSettings(store.parent / "window.ini"), store)
        self.window: MainWindow = self.program.window
        self.window.resize(*SIZE)
        self.window.show()
        self.language = "en"
        self.tail = ""

    def take(self, name: str) -> None:
        """Write what the window shows as NAME.png."""
        settle(self.app)
        if self.window.isFullScreen():  # the screen of a run without one is small
            self.window.resize(*SIZE)
            settle(self.app)
        folder = self.folder / self.language  # a page may speak the language of her plan
        folder.mkdir(parents=True, exist_ok=True)
        if self.window.session is not None:
            self.window.status.say_saved(NOW.astimezone())
        made = Image.fromqpixmap(self.window.grab()).convert("RGB")
        made.quantize(128, dither=Image.Dither.NONE).save(folder / f"{name}{self.tail}.png", optimize=True)

    def dress(self, language: str, percent: int) -> None:
        """Language and size of everything from now on."""
        self.language = language
        words.use(language)
        self.window.settings.language = language
        style.apply(self.app, percent, plain=False)
        self.tail = "" if percent == 100 else f"-{percent}"
        settle(self.app)


def opened(folder: Path, readme: Path, which: str) -> Store:
    """One of the demo's stores, with the passphrase its README tells."""
    line = next(line for line in readme.read_text("utf-8").splitlines() if line.startswith(f"{which}: user "))
    user, said = line.removeprefix(f"{which}: user ").split(" passphrase ")
    return open_store(folder, user, said, clock.system_clock)


def before_work(pictures: Pictures, scratch: Path) -> None:
    """The wizard, and the kit of a new store."""
    from reentry_desktop.actions import setup
    from reentry_desktop.records.people import SiteKind
    from reentry_desktop.ui.pages import kit

    program, window = pictures.program, pictures.window
    here, program.folder = program.folder, scratch / f"new-{words.language()}{pictures.tail}"
    program.start()
    pictures.take("welcome")
    page: Any = window.stack.currentWidget()
    page.lost.show()
    pictures.take("lost")
    page.show_form()
    page.site.show_values({"kind": SiteKind.FACILITY, "site": "Larkspur Facility", "code": "LARK"})
    page.person.show_values({"user": "rosalind", "full_name": "Rosalind Ferrante"})
    page.place.setText(PLACE)
    pictures.take("wizard")
    new = setup.NewStore(program.folder, "facility", "Larkspur Facility", "rosalind", "invented words only", "LARK")
    store, made = setup.create(new)
    kit.keep(store, made)
    program.opened(store, "kit")
    for card, keeper in zip(window.page.cards, ("Odette Marchetti", "Reverend Amaro", "Tamsin Oyelaran"), strict=True):  # type: ignore[union-attr]
        card.keeper.setText(keeper)
    pictures.take("kit")
    window.lock()
    program.folder = program._home = here


def walk(pictures: Pictures, made: demo.Demo) -> None:
    """Every page of the open program."""
    window = pictures.window
    pictures.program.start()
    pictures.take("unlock")
    pictures.program.opened(opened(made.facility, made.readme, "facility"), "today")
    pictures.take("today")

    def find(unit: Unit) -> tuple[Id, Id, Id]:
        planned = sa.select(Participant.id).join(Plan, Plan.participant == Participant.id)
        done = unit.first(planned.where(Plan.done_on.is_not(None), Plan.language == "en").order_by(Plan.started_on))
        begun = unit.first(
            planned.where(
                Plan.started_on.is_not(None), Plan.done_on.is_(None), Plan.declined_on.is_(None), Plan.language == "en"
            ).order_by(Plan.started_on)
        )
        listed = unit.first(sa.select(Listed.id).where(Listed.participant.is_(False)).order_by(Listed.last_name))
        return done, begun, listed

    done, begun, listed = window.desk.read(find)
    with window.desk.store.work("draft_consent") as unit:
        consent = consents.draft_consent(unit, done, recipient="Bright River Clinic", kinds="plan")
        scan = reports.read_scan(consent_print(unit, consent).pdf.data, attachments.most_bytes(unit))
        paper = attachments.attach(unit, done, scan, "Bright River Clinic", what=PaperKind.CONSENT)
        if not told_without.told_without(unit):
            disclosures.note_disclosure(
                unit, done, by=Allowed(ground="court_order", why="Order 26-113 of the county court"),
                recipient="Judge Ames", what="Whether she takes part", purpose="A hearing",
            )  # fmt: skip
    show = window.show_page
    for name, page, args in (
        ("due", "due", {}),
        ("participants", "participants", {}),
        ("participant", "participant", {"participant": done}),
        ("register", "register", {"name": "Al"}),
        ("enrol", "enrol", {"participant": listed}),
        ("callout", "callout", {"participant": done}),
        ("plan", "plan", {"participant": begun}),
        ("plan-home", "plan", {"participant": done, "part": "housing"}),
        ("limits", "plan", {"participant": done}),
        ("versions", "versions", {"participant": done}),
        ("versions-compare", "versions", {"participant": done, "earlier": 1, "later": 0}),
        ("recovery", "recovery", {"participant": done}),
        ("leaving", "leaving", {"participant": done}),
        ("copies", "copies", {"participant": done}),
        ("safety", "safety", {"participant": done}),
        ("goals", "goals", {}),
        ("settings", "settings", {}),
        ("settings-staff", "settings", {"tab": "staff"}),
        ("settings-site", "settings", {"tab": "site"}),
        ("settings-plans", "settings", {"tab": "plans"}),
        ("settings-safety", "settings", {"tab": "safety"}),
        ("sync", "sync", {}),
        ("trust", "trust", {}),
        ("sticks", "sticks", {}),
        ("use", "use", {}),
        ("roles", "roles", {}),
        ("opened", "opened", {}),
        ("beyond", "beyond", {}),
        ("consents", "consents", {"participant": done}),
        ("consent", "consent", {"participant": done, "consent": consent}),
        ("disclosures", "disclosures", {"participant": done}),
        ("told-without", "told-without", {}),
        ("papers", "papers", {"participant": done}),
        ("paper", "paper", {"paper": paper}),
        ("her-copy", "her-copy", {"participant": done}),
        ("requests", "requests", {}),
        ("answer", "answer", {}),
        ("backups", "backups", {}),
        ("rekey", "rekey", {}),
        ("second-way", "second_way", {}),
        ("health", "health", {}),
        ("retention", "retention", {}),
        ("erase-pc", "erase_pc", {}),
        ("update", "update", {}),
        ("help", "help", {}),
        ("about", "about", {}),
        ("shortcuts", "shortcuts", {}),
    ):
        show(page, **args)
        if name == "settings-safety":
            window.page.safety.place.words.setText(PLACE)  # type: ignore[union-attr]
        if name == "limits":
            window.page.show_limits()  # type: ignore[union-attr]
        pictures.take(name)
    show("preview", participant=done)
    here: Any = window.page
    pictures.take("preview-who")
    for name, reader in (("preview", "property"), ("preview-room", "keep"), ("preview-wallet", "wallet")):
        here.choose(reader)
        wait(pictures.app, lambda: here.made is not None)
        pictures.take(name)
    here._ask_save()
    pictures.take("preview-save")
    show("roster")
    here = window.page
    here.look([made.roster])
    wait(pictures.app, lambda: here.stage != "reading")
    pictures.take("roster")
    show("sync-out")
    here = window.page
    here.choice.take(made.roster.parent)
    here.next.click()
    wait(pictures.app, lambda: hasattr(here, "copy"))
    pictures.take("sync-out")
    sit_together(pictures, begun, done)
    window.lock()


def sit_together(pictures: Pictures, begun: Id, done: Id) -> None:
    """The whole way of a sitting: told, asked, a kind word, read back, finished; and every way out of it."""
    window = pictures.window
    for name, part in (("sit", "well"), ("sit-tools", "tools"), ("sit-crisis", "crisis_signs")):
        window.show_page("sit", participant=begun, part=part)
        pictures.take(name)
    here: Any = window.page
    here._go(Screen("kind", "crisis_well"))
    pictures.take("sit-kind")
    here.show_limits()
    pictures.take("sit-limits")
    here._go(here.way.question("well"))
    here._serious()
    pictures.take("sit-serious")
    window.show_page("sit", participant=done, part="well")
    here = window.page
    here._read_back()
    pictures.take("sit-read")
    here._go(Screen("finish"))
    pictures.take("sit-finish")
    window.cover()
    pictures.take("cover")
    window._uncover()
    window.show_page("plan", participant=done)
    here = window.page
    ask_done(here)
    pictures.take("plan-done")


def walk_office(pictures: Pictures, made: demo.Demo) -> None:
    """What the office sees when a stick comes, with a woman whose unit both changed, and one who is there twice."""
    for which, folder in (("office", made.office), ("facility", made.facility)):
        with opened(folder, made.readme, which) as store, store.work("correct") as unit:
            both = sa.select(Enrolment.participant).where(Enrolment.agreed_on.is_not(None))
            woman = unit.first(both.order_by(Enrolment.participant))
            women.correct(unit, woman, unit=f"{which[0].upper()}-{len(words.language() + pictures.tail)}")
            if which == "office" and not same_woman.registered_twice(unit).count:
                her = unit.get(Participant, woman)
                women.register(
                    unit, department_number="904417", first_name=her.first_name, last_name=her.last_name,
                    date_of_birth=her.date_of_birth,
                )  # fmt: skip
    facility = opened(made.facility, made.readme, "facility")
    sent = outgoing.send(facility, demo.OFFICE, made.roster.parent)
    facility.close()
    program = pictures.program
    here_before, program.folder = program.folder, made.office
    program.opened(opened(made.office, made.readme, "office"), "today")
    pictures.window.show_page("sync-in")
    here: Any = pictures.window.page
    here.look_into([sent.file])
    wait(pictures.app, lambda: hasattr(here, "go"))
    pictures.take("sync-in")
    here.write()
    wait(pictures.app, lambda: hasattr(here, "finished"))
    pictures.window.show_page("conflicts")
    pictures.take("conflicts")
    pictures.window.show_page("same-woman")
    pictures.take("same-woman")
    pictures.window.show_page("goals")
    pictures.take("office-goals")
    pictures.window.lock()
    program.folder = here_before


def wait(app: QApplication, ready: Callable[[], bool]) -> None:
    """Until the work beside the window is done."""
    for _turn in range(600):
        settle(app)
        if ready():
            settle(app)
            return
        QThread.msleep(20)
    raise SystemExit("A page was not ready within twelve seconds.")


def main(folder: Path) -> int:
    """Make the demo, and take every picture."""
    vault.TARGET_SECONDS = 0.01
    app = QApplication([])
    app.setCursorFlashTime(0)
    style.load_fonts()
    style.load_fallbacks()
    style.apply(app, SIZES[0], plain=False)  # as the program does, before there is a window
    with tempfile.TemporaryDirectory() as scratch:
        made = demo.make_demo(Path(scratch) / "demo", 60, 1, lambda _sentence: None)
        pictures = Pictures(app, folder, made.facility)
        between = moving_screens.prepare(made, Path(scratch) / "between")
        for language in words.LANGUAGES:
            for percent in SIZES:
                pictures.dress(language, percent)
                before_work(pictures, Path(scratch))
                walk(pictures, made)
                walk_office(pictures, made)
                moving_screens.walk(pictures, between)
        pictures.window.close()
    sys.stdout.write(f"The pictures are in {folder}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/screens")))
