"""One bundle taken in: run by ``test_kill`` and killed at any moment. Prints ``ready``, then what became of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from reentry_desktop.exchange import incoming
from reentry_desktop.store import open_store


def work(folder: Path, bundle: Path, user: str, passphrase: str) -> None:
    with open_store(folder, user, passphrase) as office:
        os.write(1, b"ready\n")
        os.write(1, f"{incoming.take_in(office, bundle).status}\n".encode())


if __name__ == "__main__":
    work(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
