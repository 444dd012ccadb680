"""Pictures of what happens between facilities: moves, and a closed facility. ``screens.py`` takes them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from reentry_desktop.actions import closing, demo, setup, sync, transfers, women
from reentry_desktop.base import clock
from reentry_desktop.base.ids import Id
from reentry_desktop.exchange import outgoing
from reentry_desktop.records.participant import Enrolment, Participant
from reentry_desktop.records.people import Site
from reentry_desktop.store import Store, open_store
from stores import exchange_cards

if TYPE_CHECKING:
    from screens import Pictures

SAID = "invented words only"
HILL = "Hillcrest Facility"


@dataclass(frozen=True)
class Between:
    """Three sites in a folder, as they are when she is on her way; and the demo's passphrases."""

    folder: Path
    made: demo.Demo
    here: Id
    """A woman who was released at the demo's facility."""
    asked: Id
    """A woman who was asked for there: she was registered in the night at the other one."""

    def open(self, which: str) -> Store:
        """One of the three."""
        if which == "hill":
            return open_store(self.folder / "hill", "odette", SAID, clock.system_clock)
        line = next(
            line for line in self.made.readme.read_text("utf-8").splitlines() if line.startswith(f"{which}: user ")
        )
        user, said = line.removeprefix(f"{which}: user ").split(" passphrase ")
        return open_store(self.folder / which, user, said, clock.system_clock)


def send(store: Store, to: Store, stick: Path) -> None:
    """A bundle from one to the other."""
    with to.read() as unit:
        name = unit.get(Site, to.site).name
    file = outgoing.send(store, name, stick).file
    sync.take_in(to, [file])
    file.unlink()


def prepare(made: demo.Demo, folder: Path) -> Between:
    """Copies of the demo's two sites, and a second facility that a woman moves to."""
    stick = folder / "stick"
    stick.mkdir(parents=True)
    for which, place in (("facility", made.facility), ("office", made.office)):
        shutil.copytree(place, folder / which)
    new = setup.NewStore(folder / "hill", "facility", HILL, "odette", SAID, code="HILL", practice=True)
    setup.create_with_kit(new, folder / "kit", clock.system_clock).close()
    between = Between(folder, made, Id(""), Id(""))
    with between.open("facility") as facility, between.open("office") as office, between.open("hill") as hill:
        exchange_cards(hill, office)
        send(office, hill, stick)
        send(office, facility, stick)
        with facility.read() as unit:
            enrolled = sa.select(Participant).join(Enrolment, Enrolment.participant == Participant.id)
            found = unit.all(
                enrolled.where(Enrolment.agreed_on.is_not(None), Participant.date_of_birth.is_not(None))
                .order_by(Participant.last_name, Participant.id)
            )  # fmt: skip
        her, asked = (one.id for one in dict.fromkeys(found[:2]))
        with facility.read() as unit:
            other = unit.get(Participant, asked)
        with facility.work("release_record") as unit:
            transfers.release_record(unit, her, HILL, "Closer to her children")
        with hill.work("register") as unit:
            there = women.register(
                unit, department_number=other.department_number, first_name=other.first_name,
                last_name=other.last_name, date_of_birth=other.date_of_birth,
            )  # fmt: skip
            transfers.ask_for_record(unit, there)
        send(facility, office, stick)
        send(hill, office, stick)
        send(office, hill, stick)
        send(office, facility, stick)
    return Between(folder, made, her, asked)


def walk(pictures: Pictures, between: Between) -> None:
    """Each site's pages; what changes the stores is done on copies."""
    program, window = pictures.program, pictures.window
    home = program.folder

    def begin(which: str) -> None:
        program.folder = between.folder / which
        program.opened(between.open(which), "today")

    def show(name: str, page: str, **args: Any) -> Any:
        window.show_page(page, **args)
        pictures.take(name)
        return window.page

    begin("facility")
    show("transfers", "transfers")
    show("move", "move", participant=between.asked, request=_request(window.desk))
    window.lock()
    begin("hill")
    show("transfers-in", "transfers")
    window.lock()
    there = replace(between, folder=between.folder / f"closed-{pictures.language}{pictures.tail}")
    shutil.copytree(between.folder / "office", there.folder / "office")
    program.folder = there.folder / "office"
    program.opened(there.open("office"), "today")
    _close(pictures)
    window.lock()
    program.folder = home


def _request(desk: Any) -> Id:
    from reentry_desktop.actions import moves

    return next(one.id for one in desk.read(moves.moves).asked_here)


def _close(pictures: Pictures) -> None:
    window = pictures.window
    peers = window.desk.read(closing.facilities_open)
    old = next(peer for peer in peers if peer.name != HILL)
    window.show_page("closed", note=old.site)
    page: Any = window.page
    why = {"en": "The wing was shut", "es": "Cerraron el edificio"}[pictures.language]
    page.form.show_values({"why": why, "closed_on": page._today()})
    page._go_on()
    pictures.take("closed")
    page.go.click()
    window.page.every.click()  # type: ignore[union-attr]
    pictures.take("closed-give")
