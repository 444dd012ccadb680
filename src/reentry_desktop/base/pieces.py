"""One long file in pieces, for sticks whose file system takes none of 4 GiB: ``NAME``, then ``NAME.2``, ``NAME.3``.

A file that is short enough is one file, as ever. Whoever reads opens ``NAME`` and finds the rest beside it.
"""

from __future__ import annotations

import io
import itertools
import os
from pathlib import Path
from typing import Any, BinaryIO, cast

PIECE = (1 << 32) - (1 << 16)
"""Bytes of a piece; FAT32 takes at most 2**32 - 1 in a file (Microsoft, FAT specification 1.03)."""


def piece(path: Path, number: int) -> Path:
    """Where piece *number* of a file lies, from 1."""
    return path if number == 1 else path.with_name(f"{path.name}.{number}")


def pieces_of(path: Path) -> list[Path]:
    """All pieces that are there, up to the first that is not."""
    return list(itertools.takewhile(Path.exists, (piece(path, number) for number in itertools.count(1))))


def names(path: Path, size: int) -> list[str]:
    """What the pieces of a file of *size* bytes are called, where they need not be there."""
    return [piece(path, number).name for number in range(1, max(1, -(-size // PIECE)) + 1)]


def is_further_piece(path: Path) -> bool:
    """Whether the name is that of a second piece or a later one."""
    return path.suffix[1:].isdecimal() and int(path.suffix[1:]) > 1


def open_whole(path: Path) -> BinaryIO:
    """The whole of a file, to be read. Raises ``OSError``."""
    parts = pieces_of(path)
    return path.open("rb") if len(parts) < 2 else io.BufferedReader(_Joined([part.open("rb") for part in parts]))


def create(path: Path) -> BinaryIO:
    """A new file, to be written and read back; it goes on in a next piece where one is full. Raises ``OSError``."""
    remove(path)
    return cast("BinaryIO", io.BufferedRandom(_Growing(path)))


def size_of(path: Path) -> int:
    """Bytes of all pieces."""
    return sum(part.stat().st_size for part in pieces_of(path))


def remove(path: Path) -> None:
    """Take every piece away. Raises ``OSError``."""
    for part in pieces_of(path)[1:]:
        part.unlink()
    path.unlink(missing_ok=True)


def rename(path: Path, target: Path) -> None:
    """Give every piece its name, the first one last: until then no file of that name is there. Raises ``OSError``."""
    for number, part in reversed([*enumerate(pieces_of(path), 1)]):
        part.replace(piece(target, number))


class _Joined(io.RawIOBase):
    """Open pieces as one file. All but the last are of one size."""

    def __init__(self, files: list[Any]) -> None:
        self._files, self._at = files, 0
        self._size = files[0].seek(0, os.SEEK_END) if len(files) > 1 else PIECE

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence == os.SEEK_END:
            offset += (len(self._files) - 1) * self._size + self._files[-1].seek(0, os.SEEK_END)
        self._at = offset + (self._at if whence == os.SEEK_CUR else 0)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        number, begin = divmod(self._at, self._size)
        if number >= len(self._files):
            return 0
        file, room = self._files[number], memoryview(buffer)[: self._size - begin]
        file.seek(begin)
        count: int = file.readinto(room)
        self._at += count
        return count

    def close(self) -> None:
        for file in self._files:
            file.close()
        super().close()


class _Growing(_Joined):
    """The same while it is made."""

    def __init__(self, path: Path) -> None:
        self._path = path
        super().__init__([path.open("xb+", buffering=0)])
        self._size = PIECE

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        number, begin = divmod(self._at, self._size)
        if number == len(self._files):
            self._files.append(piece(self._path, number + 1).open("xb+", buffering=0))
        file = self._files[number]
        file.seek(begin)
        count: int = file.write(memoryview(data)[: self._size - begin])
        self._at += count
        return count

    def sync(self) -> None:
        """Onto the disk."""
        for file in self._files:
            os.fsync(file.fileno())


def sync(file: BinaryIO) -> None:
    """Bring what ``create`` made onto the disk. Raises ``OSError``."""
    file.flush()
    growing: Any = file
    growing.raw.sync()


__all__ = [
    "PIECE", "create", "is_further_piece", "names", "open_whole", "pieces_of", "remove", "rename", "size_of", "sync",
]  # fmt: skip
