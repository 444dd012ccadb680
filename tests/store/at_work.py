"""Works without end at a facility and an office, and says what is done: run by ``test_kill`` and cut off by it.

Each line printed is a promise: whatever happens next, this is kept.
"""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

from reentry_desktop.actions import drafts, enrolling, plans, women
from reentry_desktop.base.ids import Id
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.store import open_store


def say(what: str, text: str) -> None:
    os.write(1, f"{what} {text}\n".encode())


def work(base: Path, round_: int, user: str, passphrase: str) -> None:
    facility = open_store(base / "facility", user, passphrase)
    office = open_store(base / "office", user, passphrase)
    plan, woman = Id((base / "plan").read_text()), Id((base / "woman").read_text())
    say("ready", "")
    for number in itertools.count():
        name = f"{round_}-{number}"
        text = f"typing {name} " + "word " * 40
        with facility.work("draft") as unit:
            drafts.save_draft(unit, f"{plan}/tools", "words", woman, text)
        say("draft", text.strip())
        with facility.work("register") as unit:
            women.register(unit, department_number=f"K{round_:03}{number:05}", first_name="Ana", last_name="Sol")
        say("woman", f"K{round_:03}{number:05}")
        with facility.work("write") as unit:
            for line in range(10):
                plans.add_item(unit, plan, "every_day", words=f"item {name} {line}")
            enrolling.add_program(unit, name=f"program {name}")
        say("items", name)
        if number % 3 == 0:
            sent = outgoing.send(facility, "OFFICE", base / "stick")
            say("sent", sent.file.name)
            taken = incoming.take_in(office, sent.file)
            say("taken", f"{taken.status} {sent.file.name}")


if __name__ == "__main__":
    work(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4])
