"""Makes the golden files: ``PYTHONPATH=src:tests python tests/golden/make.py FOLDER``, once for each version.

A backup of the facility as it stands then, and what its tables hold: each later version must open it. Two bundles of
that facility for an invented office: the second goes on after a receipt, and offers again what the first had to leave
out. With them what opens them (the office's keys: nobody real has them), the facility's card, and what the office's
records must be afterwards.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from reentry_desktop.actions import checking, enrolling, plans, recalling, recovery, sync
from reentry_desktop.exchange import identity
from reentry_desktop.records.people import OfficeKeeps, Site
from reentry_desktop.store import Store, vault
from stores import DAY, Template, done_for_now, enrolled, exchange_cards, identity_of, tables


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


def main(folder: Path) -> int:
    vault.TARGET_SECONDS = 0.01
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch)
        north = Template.make(made / "north-made", "facility", "North Facility", "NORTH")
        office = Template.make(made / "office-made", "office", "State Office", "OFFICE")
        with north.open(made / "north") as one, office.open(made / "office") as other:
            tell(one, other, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
