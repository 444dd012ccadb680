"""An unlock, a scanned paper, a backup, a restore or a new key: ``test_cut_keys`` cuts it off at one call to the disk.

Prints ``ready`` before it begins and ``done`` when it is; each is a promise. A new key is then printed as its number.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

from reentry_desktop.actions import attachments, automatic_backups, rekeying, restoring, women
from reentry_desktop.store import open_store, vault

vault.TARGET_SECONDS = 0.01  # the floor of 64 MiB stays, as in the other tests


def say(text: str, out: int = 1) -> None:
    """By another call than files are written with: that one may be told that the disk is full."""
    os.writev(out, [f"{text}\n".encode()])


def work(base: Path, job: str, user: str, passphrase: str) -> None:
    if job == "backup":
        with open_store(base / "store", user, passphrase) as store:
            say("ready")
            automatic_backups.make_now(store)
            say("done")
    elif job == "unlock":
        say("ready")
        open_store(base / "store", user, passphrase).close()
        say("done")
    elif job == "scan":
        with open_store(base / "store", user, passphrase) as store:
            scan = attachments.read_file(base / "paper.png", 5 << 20)
            with store.read() as unit:
                (woman,) = women.search(unit).rows
            say("ready")
            with store.work("attach") as unit:
                attachments.attach(unit, woman.id, scan, "Letter from Judge Marlowe")
            say("done")
    elif job == "restore":
        say("ready")
        restoring.restore(base / "one.backup", base / "back", user, passphrase).close()
        say("done")
    else:
        say("ready")
        store, _made = rekeying.renew(base / "store", user, passphrase)
        say("done")
        store.close()


if __name__ == "__main__":
    try:
        work(Path(sys.argv[1]), *sys.argv[2:5])
    except BaseException:  # noqa: BLE001  (told on the other side)
        say(traceback.format_exc(), 2)
        sys.exit(1)
