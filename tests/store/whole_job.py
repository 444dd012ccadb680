"""A day's work with words that must be readable nowhere: run by ``test_nothing_readable`` with every folder watched.

Prints a line at each moment at which somebody may look at the disk, and waits for one.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from reentry_desktop.actions import checking, drafts, enrolling, lists, plans, printing, setup, staff, women
from reentry_desktop.base.problems import Problem
from reentry_desktop.exchange import identity, incoming, outgoing
from reentry_desktop.store import open_store

LIST = """MDOC #,Last Name,First Name,DOB,Housing,Parole Hearing,County
{number},Quixotewell,Xiomarabel,01/02/1990,Wingzebra-4,03/04/2027,Countyquokka
R70002,Yarrowgate,Peregrinella,05/06/1985,Wingzebra-5,,Countyquokka
"""


def look(moment: str) -> None:
    print(moment, flush=True)  # noqa: T201
    sys.stdin.readline()


def work(home: Path, outside: Path) -> None:
    new = setup.NewStore(
        home / "facility", "facility", "Sitenarwhal North", "lead", "plum violet anchor drum", code="NORTH"
    )
    new.full_name = "Staffiguana Overwood"
    facility, kit = setup.create(new)
    setup.test_kit(facility, {part: kit.text(part).decode() for part in "ABC"})
    (outside / "parts").write_text("\n".join(kit.text(part).decode() for part in "ABC"))
    office, office_kit = setup.create(
        setup.NewStore(home / "office", "office", "Office", "boss", "quiet lemon harbor", code="OFF")
    )
    setup.test_kit(office, {part: office_kit.text(part).decode() for part in "ABC"})
    for mine, other in ((facility, office), (office, facility)):
        card, data = identity.own_card(other)
        with mine.work("trust") as unit:
            identity.trust(unit, identity.check_card(mine, data), data, " ".join(card.fingerprint))
    staff.add_user(facility, name="ana", passphrase="copper mitten sailor", full_name="Staffpangolin Delroy")

    roster = outside / "list.csv"
    roster.write_text(LIST.format(number="R70001"))
    lists.read_lists(facility, [roster])
    with facility.work("program") as unit:
        enrolling.add_program(unit, name="Bridges")
    with facility.work("enrol") as unit:
        enrolling.enrol_by_number(unit, "R70001", "Bridges", unit.today(), share="dates")
        woman = women.by_number(unit, "R70001").id
        plan = plans.start_plan(unit, woman)
    with facility.work("add_item") as unit:
        plans.add_item(unit, plan, "tools", words="Toolwombat in the yard")
        plans.answer(unit, plan, "well", "Answernarcissus when I am well")
        plans.add_supporter(unit, plan, name="Supporterlynx Amadou", phone="601-555-0142")
    for typed in ("Draftocelot one", "Draftocelot one, and Takenbackibis more", "Draftocelot kept"):
        with facility.work("save_draft") as unit:
            drafts.save_draft(unit, f"{plan}/tools", "words", woman, typed)
    with facility.work("save_draft") as unit:
        drafts.save_draft(unit, f"{plan}/early_signs", "words", woman, "Droppedheron for ever")
    with facility.work("save_draft") as unit:
        drafts.drop_draft(unit, f"{plan}/early_signs", "words")
    with facility.work("print_plan") as unit:
        printed = printing.plan_print(unit, plan, with_name=True)
        printing.record_print(unit, printed, how="printed", printer="Office")
    checking.check(facility)
    look("at work, everything open")

    (home / "stick").mkdir()
    sent = outgoing.send(facility, "OFF", home / "stick")
    incoming.take_in(office, sent.file)
    checking.backup(facility, home / "stick" / "one.backup")
    look("sent and backed up")

    facility.close()
    with contextlib.suppress(Problem):
        open_store(home / "facility", "Wronguserkiwi", "Wrongpassfalcon and more")
    with contextlib.suppress(Problem):
        open_store(home / "facility", "ana", "Wrongpassfalcon and more")
    look("locked, after a wrong passphrase")

    facility = open_store(home / "facility", "ana", "copper mitten sailor")
    with facility.work("save_draft") as unit:
        drafts.save_draft(unit, f"{plan}/tools", "words", woman, "Draftocelot as the power went")
    try:
        with facility.work("add_item") as unit:
            plans.add_item(unit, plan, "tools", words="Halfgazelle, never saved")
            os._exit(9)  # the power goes
    finally:
        facility.close()


if __name__ == "__main__":
    work(Path(sys.argv[1]), Path(sys.argv[2]))
