"""Whether a store can stand in a folder: not on a stick, a network share, or where a program copies files away.

SQLite's log needs one PC's own disk; a synchronized folder is copied while it is written, and both copies go on.
The rules look at paths and at what the system says of the disk, so that Windows' are tested everywhere.
"""

from __future__ import annotations

import ntpath
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import media
from .problems import Problem
from .words import _

LONGEST = 240  # characters of the folder's path on Windows: what lies in it needs some more, and 260 is the old end
_SYNCHRONIZED = (
    "onedrive", "dropbox", "google drive", "googledrive", "icloud drive", "iclouddrive", "box sync", "nextcloud",
)  # fmt: skip
_VARIABLES = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
_ROAMING = ("APPDATA",)
_NETWORK = frozenset({"cifs", "smb3", "smbfs", "nfs", "nfs4", "afpfs", "9p", "fuse.sshfs", "davfs", "fuse.rclone"})


def why_not(path: str, environment: Mapping[str, str], *, windows: bool, remote: bool, removable: bool | None) -> str:
    """Why a store cannot stand at *path*; ``""`` where it can. *remote* and *removable* are what the system says."""
    join = ntpath if windows else os.path
    plain = join.normpath(path)
    if windows and len(plain) > LONGEST and not plain.startswith("\\\\?\\"):
        return _(
            "The path of this folder is too long: {n} characters, and {most} fit. Nothing was made. "
            "Choose a folder nearer to the top of the disk."
        ).format(n=len(plain), most=LONGEST)
    if remote or (windows and plain.startswith("\\\\") and not plain.startswith("\\\\?\\")):
        return _(
            "This folder lies on another computer. Records that are written over a network are damaged sooner or "
            "later. Nothing was made. Choose a folder on this PC's own disk."
        )
    if removable:
        return _(
            "This folder lies on a stick or a card. Records there are lost when it is pulled out. Nothing was made. "
            "Choose a folder on this PC's own disk; use sticks for bundles and backups."
        )
    parts = (
        {part.casefold() for part in plain.replace("\\", "/").split("/")}
        if windows
        else {part.casefold() for part in plain.split("/")}
    )
    told = [environment[name] for name in _VARIABLES if environment.get(name)]
    if any(part.startswith(_SYNCHRONIZED) for part in parts) or any(_is_in(join, plain, one) for one in told):
        return _(
            "This folder is copied to the internet by OneDrive, Dropbox or the like. Records must not leave this PC "
            "so, and two copies would drift apart. Nothing was made. Choose another folder."
        )
    roaming = [environment[name] for name in _ROAMING if windows and environment.get(name)]
    if any(_is_in(join, plain, one) for one in roaming):
        return _(
            "This folder belongs to a profile that moves from PC to PC. Nothing was made. "
            "Choose a folder that stays on this PC, like the one that is offered."
        )
    return ""


def _is_in(module: Any, path: str, folder: str) -> bool:
    here, there = str(module.normcase(path)), str(module.normcase(module.normpath(folder)))
    return here == there or here.startswith(there.rstrip("\\/") + module.sep)


def refuse(folder: Path) -> None:
    """Raise ``Problem`` where no store may be made in *folder*, which need not be there yet."""
    if words := told(folder):
        raise Problem(words, code="place")


def told(folder: Path) -> str:
    """Why a store cannot stand in *folder*; ``""`` where it can."""
    there = _nearest(folder)
    return why_not(
        str(folder.absolute()), os.environ, windows=sys.platform == "win32", remote=is_remote(there),
        removable=media.look(there).removable,
    )  # fmt: skip


def refuse_remote(folder: Path) -> None:
    """Raise ``Problem`` where the store in *folder* would be written over a network. Of other places health tells."""
    if is_remote(_nearest(folder)):
        raise Problem(
            _(
                "These records lie on another computer. Written over a network they are damaged sooner or later, so "
                "they were not opened. Nothing was changed. Ask your IT officer to move the folder to this PC's disk."
            ),
            code="place",
        )


def _nearest(folder: Path) -> Path:
    return next((one for one in (folder, *folder.parents) if one.exists()), folder)


def is_remote(folder: Path) -> bool:
    """Whether the disk of *folder* is another computer's, as far as the system says."""
    if sys.platform == "win32":
        import ctypes

        root = ctypes.create_unicode_buffer(512)
        kernel = ctypes.WinDLL("kernel32")
        if not kernel.GetVolumePathNameW(str(folder), root, len(root)):
            return False
        return bool(kernel.GetDriveTypeW(root) == 4)  # DRIVE_REMOTE
    try:
        mounts = Path("/proc/mounts").read_text("utf-8", errors="replace")
    except OSError:
        return False
    return file_system(str(folder.resolve()), mounts) in _NETWORK


def file_system(path: str, mounts: str) -> str:
    """What kind of file system *path* lies on, by the lines of ``/proc/mounts``; ``""`` where they do not say."""
    found = ("", "")
    for line in mounts.splitlines():
        words = line.split(" ")
        if len(words) < 3:
            continue
        at = words[1].replace("\\040", " ")
        inside = path == at or path.startswith(at.rstrip("/") + "/")
        if inside and len(at) >= len(found[0]):
            found = (at, words[2])
    return found[1]
