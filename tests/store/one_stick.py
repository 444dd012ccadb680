"""A draft, a save of fifty lines, a bundle, a file that is set aside, the bundle taken in: ``test_cut`` runs it.

It is cut off at one call to the disk.

Each line printed is a promise: whatever happens next, this is kept. Prints ``ready`` before the first.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

from reentry_desktop.actions import drafts, plans, sync
from reentry_desktop.base.ids import Id
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.records import PlanVersion
from reentry_desktop.store import open_store


def say(text: str, out: int = 1) -> None:
    """By another call than files are written with: that one may be told that the disk is full."""
    os.writev(out, [f"{text}\n".encode()])


def work(base: Path, stick: Path, name: str, user: str, passphrase: str) -> None:
    plan, woman = Id((base / "plan").read_text()), Id((base / "woman").read_text())
    with open_store(base / "facility", user, passphrase) as facility, open_store(
        base / "office", user, passphrase
    ) as office:  # fmt: skip
        say("ready")
        with facility.work("draft") as unit:
            drafts.save_draft(unit, f"{plan}/tools", "words", woman, f"typing {name}")
        say("draft")
        with facility.work("write") as unit:
            for line in range(50):
                plans.add_item(unit, plan, "every_day", words=f"item {name} {line}")
            unit.create(PlanVersion, participant=woman, plan=plan, number=1, done_on=unit.today())
        say("saved")
        sent = outgoing.send(facility, "OFFICE", stick)
        say("sent")
        say(f"looked {sync.take_in(office, [base / 'torn.bundle'])[0].status}")
        say(f"taken {incoming.take_in(office, sent.file).status}")


if __name__ == "__main__":
    try:
        work(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
    except BaseException:
        say(traceback.format_exc().rstrip(), 2)
        raise
