"""The whole way once, with invented women: a facility, an office, a stick between them."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from ..base.files import replace_file
from ..base.slots import FILE
from ..base.words import _, ngettext
from ..exchange import identity, incoming, outgoing
from ..store import Store
from ..store.unlocking import make_folder
from . import measures, printing, setup
from .measures import Measure
from .opening import unlock
from .practice import FIRST_DAY, SITE, MovedClock, Practice, Tell, begin, live, make_practice, read_the_list
from .staff import one_time_passphrase

OFFICE, OFFICE_CODE, OFFICE_USER = "Northfield Practice Office", "NORTH", "imogen"


@dataclass(frozen=True)
class Demo:
    """What was made, and where. The passphrases stand in ``readme`` alone."""

    facility: Path
    office: Path
    facility_user: str
    participants: int
    enrolled: int
    plans: int
    roster: Path
    prints: list[Path]
    bundle: Path
    readme: Path
    measures: dict[str, Measure]


def make_demo(folder: Path, people: int, seed: int, tell: Tell) -> Demo:
    """Both offices in *folder*, which must be empty or not there; *tell* hears the story, step by step.

    Raises ``Problem``; the folder is then empty again.
    """
    make_folder(folder)
    try:
        return _make(folder, people, seed, tell)
    except BaseException:
        for path in folder.iterdir():
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        raise


def _make(folder: Path, people: int, seed: int, tell: Tell) -> Demo:
    usb, prints = folder / "usb", folder / "print"
    usb.mkdir()
    prints.mkdir()
    tell(_("All women and places here are invented."))
    made = begin(folder / "facility", people, seed)
    with made.store as facility:
        office, office_said = _begin_office(folder / "office", made.clock)
        with office:
            _exchange_cards(facility, office, usb)
            tell(_("A facility and an office were set up. Each trusts the other's card: the twelve words matched."))
            roster = usb / "practice-list.csv"
            read_the_list(made, roster, tell)
            live(made, tell)
            printed = _print(made, prints)
            tell(
                ngettext(
                    "{n} print is in the folder “print”: a plan, or who is called tomorrow.",
                    "{n} prints are in the folder “print”: plans, and who is called tomorrow.",
                    len(printed),
                ).format(n=len(printed))
            )
            sent = outgoing.send(facility, OFFICE, usb)
            tell(
                ngettext(
                    "One bundle was copied to USB: {n} change.",
                    "One bundle was copied to USB: {n} changes.",
                    sent.changes,
                ).format(n=sent.changes)
                + " "
                + ngettext(
                    "{n} stays at the facility, as the women said.",
                    "{n} stay at the facility, as the women said.",
                    sent.held_back,
                ).format(n=sent.held_back)
            )
            taken = incoming.take_in(office, sent.file)
            assert taken.status == incoming.APPLIED, taken.status
            tell(
                ngettext(
                    "The office took it in: {n} record. These are its measures:",
                    "The office took it in: {n} records. These are its measures:",
                    taken.records,
                ).format(n=taken.records)
            )
            with office.read() as unit:
                found = measures.measures(unit)
    readme = folder / "README.txt"
    replace_file(readme, _readme(made, office_said).encode())
    return Demo(
        folder / "facility", folder / "office", made.user, len(made.people), len(made.enrolled), len(made.plans),
        roster, printed, sent.file, readme, found,
    )  # fmt: skip


def open_practice(folder: Path, people: int = 60, seed: int = 1, tell: Tell = lambda _sentence: None) -> Store:
    """The practice facility in *folder*, open: made when it is first asked for, or when its README is gone.

    Its passphrase stands in the README beside it, because nobody in it exists. Raises ``Problem``.
    """
    store, readme = folder / "facility", folder / "README.txt"
    if readme.exists() and (store / FILE).exists():
        text = readme.read_text("utf-8")
        if found := re.search(r"^facility: user (\S+) passphrase (.+)$", text, re.MULTILINE):
            return unlock(store, found[1], found[2])
    for part in (store, folder / "facility-recovery"):  # what a stopped making left behind
        shutil.rmtree(part, ignore_errors=True)
    made = make_practice(store, people, seed, tell)
    replace_file(readme, _practice_readme(made).encode())
    return made.store


def practice_passphrase(folder: Path) -> str:
    """What opens a practice store, from the README beside its folder; ``""`` where there is none."""
    try:
        text = (folder.parent / "README.txt").read_text("utf-8")
    except OSError:
        return ""
    found = re.search(rf"^{re.escape(folder.name)}: user \S+ passphrase (.+)$", text, re.MULTILINE)
    return found[1] if found else ""


def _practice_readme(made: Practice) -> str:
    return f"""Re-entry Desktop: practice with invented women

Nobody here exists. A practice office never exchanges anything with a real one.

facility: user {made.user} passphrase {made.passphrase}

To begin again, delete this folder.
"""


def _begin_office(folder: Path, clock: MovedClock) -> tuple[Store, str]:
    said = one_time_passphrase()
    new = setup.NewStore(
        folder, "office", OFFICE, OFFICE_USER, said, code=OFFICE_CODE, full_name="Imogen Vandersteen", practice=True,
        saves_open=True, copies_out=True,
    )  # fmt: skip
    return setup.create_with_kit(new, folder.with_name(folder.name + "-recovery"), clock), said


def _exchange_cards(one: Store, other: Store, usb: Path) -> None:
    for own, trusting in ((one, other), (other, one)):
        card, data = identity.own_card(own)
        replace_file(usb / f"{card.code}.card", data)
        read = identity.check_card(trusting, (usb / f"{card.code}.card").read_bytes())
        with trusting.work("trust") as unit:
            identity.trust(unit, read, data, " ".join(card.fingerprint))


def _print(made: Practice, folder: Path) -> list[Path]:
    """The whole plans, one in large print, and tomorrow's call-out sheet."""
    written = []
    whole = [(woman, course) for woman, course in made.enrolled if course.plan == "full"]
    for (woman, course), size in zip(whole, ("standard", "large"), strict=False):
        with made.store.work("print_plan") as unit:
            done = printing.plan_print(unit, made.plans[woman], size=size)
            path = folder / f"plan-{course.language}-{size}-{done.number}.pdf"
            printing.record_print(unit, done, how="saved", to=path.name)
            replace_file(path, done.pdf.data)
        written.append(path)
    tomorrow = made.today + dt.timedelta(days=1)
    still = [woman for woman, course in made.enrolled if course.released is None][:6]
    with made.store.work("print_call_out") as unit:
        rows = [(woman, f"{9 + place // 2}:{30 * (place % 2):02}") for place, woman in enumerate(still)]
        pdf = printing.call_out_sheet(unit, rows, tomorrow)
        printing.record_call_out(unit, pdf, still, how="saved")
        path = folder / f"call-out-{tomorrow.isoformat()}.pdf"
        replace_file(path, pdf.data)
    return [*written, path]


def _readme(made: Practice, office_said: str) -> str:
    return f"""Re-entry Desktop: practice with invented women

Nobody here exists. The two practice offices never exchange anything with real ones.

facility: user {made.user} passphrase {made.passphrase}
office: user {OFFICE_USER} passphrase {office_said}

facility           the store of {SITE}, {FIRST_DAY} days old
office             the store of {OFFICE}
facility-recovery  the facility's recovery kit; a real one is parted at once
office-recovery    the office's recovery kit
usb                what traveled: the list, both cards, one bundle
print              what was printed

To open a store:   reentry-desktop open --store facility --user {made.user}
To remove it all:  delete this folder.
"""
