"""Where a folder stands: a store's folder that was copied past the program is known by it.

A folder has an id from its file system, which moves with it and which a copy does not get. It also stands at a path of
one machine. A folder whose id is another one, at a place where it never stood, is a copy; or it was moved to another
disk, which cannot be told apart. Where the system says nothing of either, nothing is concluded.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from pathlib import Path

import msgspec

from .files import replace_file

FILE = "store.place"
KNOWN = 20  # places that are remembered


class Places(msgspec.Struct, frozen=True):
    """The folder's id, and the places where it stood, the latest last: hashed, so that the file tells them nobody."""

    folder: str = ""
    places: tuple[str, ...] = ()


def is_elsewhere(folder: Path) -> bool:
    """Whether *folder* was noted as another one at another place."""
    noted, here = _read(folder), _here(folder)
    if not (noted.folder and noted.places and here.folder):
        return False
    return here.folder != noted.folder and here.places[-1] not in noted.places


def note(folder: Path) -> None:
    """Note where *folder* stands. What cannot be read or written is not noted."""
    noted, here = _read(folder), _here(folder)
    others = tuple(place for place in noted.places if place not in here.places)
    places = Places(here.folder, (*others, *here.places)[-KNOWN:])
    if places != noted:
        with contextlib.suppress(OSError):
            replace_file(folder / FILE, msgspec.json.encode(places))


def note_nowhere(folder: Path) -> None:
    """Before a copy is laid out in *folder*: until it is noted, it stands where it never stood. Raises ``OSError``."""
    replace_file(folder / FILE, msgspec.json.encode(Places("-", ("-",))))


def _read(folder: Path) -> Places:
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Places)
    except (OSError, msgspec.DecodeError):
        return Places()


def _here(folder: Path) -> Places:
    try:
        number, path = folder.stat().st_ino, os.path.normcase(folder.resolve())
    except OSError:
        return Places()
    place = hashlib.sha256(f"{machine()}\n{path}".encode(errors="surrogateescape")).hexdigest()[:32]
    return Places(f"{number:x}" if number else "", (place,))


def machine() -> str:
    """What the system calls this machine, whatever its name; ``""`` where it does not say."""
    if sys.platform == "win32":
        import winreg

        with contextlib.suppress(OSError):
            key = r"SOFTWARE\Microsoft\Cryptography"
            access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key, 0, access) as opened:
                return str(winreg.QueryValueEx(opened, "MachineGuid")[0])
        return ""
    with contextlib.suppress(OSError):
        return Path("/etc/machine-id").read_text("ascii", errors="replace").strip()
    return ""
