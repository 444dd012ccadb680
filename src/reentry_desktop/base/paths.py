"""Where things are: the program's own files, and the machine-wide folder of stores."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def resource(*parts: str) -> Path:
    """A file of ``resources/``, in a checkout, an installed package or the packaged program."""
    packaged = getattr(sys, "_MEIPASS", None)
    root = Path(packaged) if packaged else Path(__file__).resolve().parents[3]
    return root.joinpath("resources", *parts)


def machine_folder() -> Path:
    """Where stores lie by default: one folder for all staff of this PC."""
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "Re-entry Desktop"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "re-entry-desktop"
