"""USB sticks that are in the PC now, as far as the system tells."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QDir, QStorageInfo

from ..base.media import show_size
from ..base.words import _

_PLACES = ("/media/", "/run/media/", "/mnt/", "/Volumes/")
LONGEST = 24
"""Characters of a stick's name on the screen; a longer one is cut in its middle."""
_REMOVABLE = 2  # GetDriveType of Windows


@dataclass(frozen=True)
class Stick:
    """One stick, or a folder that was chosen in its place."""

    name: str
    folder: Path
    free: int
    """Bytes."""
    size: int
    writable: bool = True

    @property
    def words(self) -> str:
        """Its name, its size and its free room."""
        name = self.name if len(self.name) <= LONGEST else f"{self.name[: LONGEST // 2]}…{self.name[-LONGEST // 2 :]}"
        if not self.writable:
            return _("{name}, {size}, takes no files").format(name=name, size=show_size(self.size))
        return _("{name}, {size}, {room} free").format(name=name, size=show_size(self.size), room=show_size(self.free))


def sticks() -> list[Stick]:
    """Every stick that is in, by name. One the system takes for a fixed drive is reached by its folder."""
    found = [_stick(volume) for volume in QStorageInfo.mountedVolumes() if _is_stick(volume)]
    return sorted(found, key=lambda stick: stick.name)


def at(folder: Path) -> Stick:
    """A folder that somebody chose."""
    volume = QStorageInfo(str(folder))
    return Stick(str(folder), folder, volume.bytesAvailable(), volume.bytesTotal())


def _stick(volume: QStorageInfo) -> Stick:
    root = volume.rootPath()
    label = volume.displayName() or root
    place = QDir.toNativeSeparators(root)
    name = label if label.rstrip("/\\") == place.rstrip("/\\") else f"{label} ({place})"
    return Stick(name, Path(root), volume.bytesAvailable(), volume.bytesTotal(), not volume.isReadOnly())


def _is_stick(volume: QStorageInfo) -> bool:
    if not (volume.isValid() and volume.isReady()) or volume.isRoot():
        return False
    root = volume.rootPath()
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.kernel32.GetDriveTypeW(QDir.toNativeSeparators(root)) == _REMOVABLE)
    return root.startswith(_PLACES) and volume.device().startsWith(b"/dev/") and volume.fileSystemType() != b"squashfs"
