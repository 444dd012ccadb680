"""What the system tells of a stick, put where a test wants it: a folder lies on a stick of this serial from now on."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from reentry_desktop.base import media


def plug_in(patch: pytest.MonkeyPatch, folder: Path, serial: str, volume: str = "BLUE") -> Path:
    """*folder*, made if need be. All of a drive has one serial: a later call speaks for the folders of earlier ones."""
    folder.mkdir(exist_ok=True)
    if sys.platform == "win32":
        patch.setattr(media, "_windows", lambda _folder: (serial, volume, True))
        return folder
    device = folder.stat().st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    sys_folder, udev = folder.parent / "sys", folder.parent / "udev"
    stick = sys_folder / "devices" / "usb1" / "1-2"
    disk = stick / "host6" / "block" / "sdb"
    disk.mkdir(parents=True, exist_ok=True)
    (stick / "idVendor").write_text("0951\n")
    (stick / "serial").write_text(f"{serial}\n")
    (disk / "removable").write_text("1\n")
    block = sys_folder / "dev" / "block"
    block.mkdir(parents=True, exist_ok=True)
    if not (block / number).exists():
        (block / number).symlink_to(disk)
    udev.mkdir(exist_ok=True)
    (udev / f"b{number}").write_text(f"S:disk/by-label/{volume}\nE:ID_FS_LABEL={volume}\n")
    patch.setattr(media, "SYS", sys_folder)
    patch.setattr(media, "UDEV", udev)
    return folder
