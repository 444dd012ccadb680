"""A day's work with words that must be readable nowhere: run by ``test_nothing_readable`` with every folder watched.

Prints a line at each moment at which somebody may look at the disk, and waits for one.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from reentry_desktop import reports
from reentry_desktop.actions import (
    attachments,
    checking,
    consents,
    disclosures,
    drafts,
    enrolling,
    her_copy,
    lists,
    plans,
    printing,
    requests,
    restore_drill,
    setup,
    staff,
    use,
    withholding,
    women,
)  # fmt: skip
from reentry_desktop.actions.disclosures import Allowed
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem
from reentry_desktop.exchange import identity, incoming, outgoing
from reentry_desktop.store import Store, open_store

SCAN = (
    b"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n"
    b"3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>> endobj\n"
    b"4 0 obj <</Length 20>> stream\n% Scanwalrus writes \nendstream endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
)
LIST = """MDOC #,Last Name,First Name,DOB,Housing,Parole Hearing,County
{number},Quixotewell,Xiomarabel,01/02/1990,Wingzebra-4,03/04/2027,Countyquokka
R70002,Yarrowgate,Peregrinella,05/06/1985,Wingzebra-5,,Countyquokka
"""


def look(moment: str) -> None:
    print(moment, flush=True)  # noqa: T201
    sys.stdin.readline()


def consents_and_papers(facility: Store, woman: Id) -> None:
    """What is told, to whom, on what; who asks; a scanned paper; a search."""
    with facility.work("sign_consent") as unit:
        paper = consents.draft_consent(
            unit, woman, to_whom="provider", recipient="Consentheron Clinic", kinds="plan", what="All",
            purpose="So that Consentheron helps", expires_event="When I say so",
        )  # fmt: skip
        consents.sign_consent(unit, paper, paper_kept="Binder", seen_by="Staffiguana")
        disclosures.note_disclosure(
            unit, woman, by=Allowed(paper), recipient="Consentheron Clinic", what="Disclosedtern"
        )  # fmt: skip
        withholding.withhold(unit, woman, "Withheldgrebe", "601-555-0142")
        requests.add_request(unit, woman, asker="warden", who="Askedpuffin", what="Everything about her")
        attachments.attach(unit, woman, reports.read_scan(SCAN, 5 << 20), "Scanwalrus letter")
    with facility.work("find") as unit:
        use.find(unit, "Searchedosprey", 0)
    with facility.read() as unit:
        assert her_copy.her_copy(unit, woman).pdf.pages


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
    consents_and_papers(facility, woman)
    checking.check(facility)
    look("at work, everything open")

    (home / "stick").mkdir()
    sent = outgoing.send(facility, "OFF", home / "stick")
    incoming.take_in(office, sent.file)
    checking.backup(facility, home / "stick" / "one.backup")
    tried = restore_drill.drill(facility, home / "stick" / "one.backup", "ana", "copper mitten sailor")
    assert tried.women == 1, tried
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
