"""Makes the golden files: ``PYTHONPATH=src:tests python tests/golden/make.py FOLDER``, once for each version.

A backup of the facility as it stands then, and what its tables hold: each later version must open it. Two bundles of
that facility for an invented office: the second goes on after a receipt, and offers again what the first had to leave
out. With them what opens them (the office's keys: nobody real has them), the facility's card, and what the office's
records must be afterwards.

In ``state`` what three sites of a state write to each other, and the office's own store as it is at the end.
"""

from __future__ import annotations

import itertools
import json
import shutil
import sys
import tempfile
from pathlib import Path

from reentry_desktop.actions import (
    checking,
    enrolling,
    moves,
    plans,
    recalling,
    recovery,
    restoring,
    sync,
    transfers,
    women,
)
from reentry_desktop.exchange import identity, succeeding
from reentry_desktop.records.people import OfficeKeeps, Site
from reentry_desktop.store import Store, vault
from stores import DAY, PASSPHRASE, USER, Clock, Template, done_for_now, enrolled, exchange_cards, identity_of, tables


def tell(facility: Store, office: Store, folder: Path) -> None:
    """Play it, and write every file into *folder*."""
    exchange_cards(facility, office)
    with facility.work("set_site") as unit:  # the backup stands beside the bundles, not in them too
        unit.revise(Site, facility.site, office_keeps=OfficeKeeps.NONE)
    quiet, episode = enrolled(facility, share="dates", language="es")
    open_, _episode = enrolled(facility, "R1002", first="Luz", last="Ortega", share="words")
    for woman, language in ((quiet, "es"), (open_, "en")):
        with facility.work("start_plan") as unit:
            plan = plans.start_plan(unit, woman, language)
            tool = plans.add_item(unit, plan, "tools", words="Caminar por el patio", in_custody="ask", helpful=4)
            plans.link_tool(unit, plans.add_item(unit, plan, "early_steps", words="Salir a tomar aire"), tool)
            plans.answer(unit, plan, "well", "I hum “De Colores” – and laugh")
            plans.add_supporter(unit, plan, name="Delphine Marchetti", agreed=True, agreed_to_copy=True)
            recovery.add_goal(unit, woman, "housing", "My own door")
            done_for_now(unit, plan)
    (folder / "north-0001.bundle").write_bytes(sync.send(facility, "OFFICE", folder).file.read_bytes())
    sync.take_in(office, [folder / "north-0001.bundle"])
    sync.take_in(facility, [sync.send(office, "NORTH", folder).file])
    with facility.work("share") as unit:
        recalling.share(unit, episode, "words")
    with facility.work("set_next_step") as unit:
        enrolling.set_next_step(unit, episode, "Bring the papers", DAY)
    (folder / "north-0002.bundle").write_bytes(sync.send(facility, "OFFICE", folder).file.read_bytes())
    sync.take_in(office, [folder / "north-0002.bundle"])
    with office.read() as unit:
        found = tables(unit.connection)
    del found["carriage"]  # who carried what is the office's own
    (folder / "records.json").write_text(json.dumps(found, indent=1, ensure_ascii=False, default=str), "utf-8")
    (folder / "north.card").write_bytes(identity.own_card(facility)[1])
    checking.backup(facility, folder / "north.backup")
    with facility.read() as unit:
        held = tables(unit.connection)
    (folder / "north.json").write_text(json.dumps(held, indent=1, ensure_ascii=False, default=str), "utf-8")
    keys = {"site": office.site, "device": office.device, "identity": identity_of(office).hex()}
    (folder / "office.json").write_text(json.dumps(keys, indent=1), "utf-8")
    for file in folder.glob("*.bundle"):
        if not file.name.startswith("north-0"):
            file.unlink()


def tell_state(north: Store, south: Store, office: Store, folder: Path) -> None:
    """What a state of this version writes beyond that, each file as it was taken in there, in the order of its number.

    A record that moves, in a parcel that the office carries; what the new facility hands on; new keys; a PC that was
    lost, and what the office gives back.
    """
    for store in (north, south):
        with store.work("set_site") as unit:
            unit.revise(Site, store.site, office_keeps=OfficeKeeps.NONE)
        exchange_cards(store, office)
    numbers = itertools.count(1)

    def carry(sender: Store, to: str, receiver: Store) -> None:
        sent = sync.send(sender, to, folder)
        names = {north.site: "north", south.site: "south", office.site: "office"}
        name = f"{next(numbers):02}-{names[sender.site]}-{names[receiver.site]}.bundle"
        file = sent.file.rename(folder / name)
        for taken in sync.take_in(receiver, [file]):
            assert taken.status == sync.APPLIED, taken

    (folder / "north-before.card").write_bytes(identity.own_card(north)[1])
    woman, _episode = enrolled(north, share="words")
    with north.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman, "es")
        plans.add_item(unit, plan, "tools", words="Caminar por el patio")
        done_for_now(unit, plan)
    carry(north, "OFFICE", office)
    carry(office, "NORTH", north)
    carry(office, "SOUTH", south)
    with north.work("release_record") as unit:
        transfers.release_record(unit, woman, "SOUTH")
    carry(north, "OFFICE", office)
    carry(office, "SOUTH", south)
    with south.work("take_over") as unit:
        for one in moves.moves(unit).coming:
            transfers.take_over(unit, one.id)
    with south.work("correct") as unit:
        women.correct(unit, woman, unit="B-2")
    carry(south, "OFFICE", office)
    succeeding.renew(north)
    with north.work("add_program") as unit:
        enrolling.add_program(unit, name="After new keys")
    carry(north, "OFFICE", office)
    checking.backup(north, folder / "before.backup")
    with north.work("add_program") as unit:
        enrolling.add_program(unit, name="After the backup")
    carry(north, "OFFICE", office)
    north.close()  # and gone
    with restoring.restore(folder / "before.backup", folder / "back", USER, PASSPHRASE, Clock()) as back:
        (folder / "before.backup").unlink()
        carry(back, "OFFICE", office)
        carry(office, "NORTH", back)
        _write_json(folder / "north.json", back)
        _write_keys(folder / "north-keys.json", back)
        (folder / "north.card").write_bytes(identity.own_card(back)[1])
    shutil.rmtree(folder / "back")
    for name, store in (("south", south), ("office", office)):
        _write_json(folder / f"{name}.json", store)
        _write_keys(folder / f"{name}-keys.json", store)
        (folder / f"{name}.card").write_bytes(identity.own_card(store)[1])
    checking.backup(office, folder / "office.backup")


def _write_json(file: Path, store: Store) -> None:
    with store.read() as unit:
        found = tables(unit.connection)
    for kind in ("carriage", "stick"):  # each site has its own
        found.pop(kind, None)
    file.write_text(json.dumps(found, indent=1, ensure_ascii=False, default=str), "utf-8")


def _write_keys(file: Path, store: Store) -> None:
    keys = {"site": store.site, "device": store.device, "identity": identity_of(store).hex()}
    file.write_text(json.dumps(keys, indent=1), "utf-8")


def main(folder: Path) -> int:
    vault.TARGET_SECONDS = 0.01
    (folder / "state").mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch)
        north = Template.make(made / "north-made", "facility", "North Facility", "NORTH")
        office = Template.make(made / "office-made", "office", "State Office", "OFFICE")
        with north.open(made / "north") as one, office.open(made / "office") as other:
            tell(one, other, folder)
        south = Template.make(made / "south-made", "facility", "South Facility", "SOUTH")
        stores = north.open(made / "one"), south.open(made / "two"), office.open(made / "three")
        with stores[0], stores[1], stores[2]:
            tell_state(*stores, folder / "state")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
