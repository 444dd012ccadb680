"""The pages of a damaged database, read without SQLite: each for itself, whatever became of the others.

SQLite reads a table from its root down, so one damaged page can hide all that lies below it. Here every leaf is found
by what it is. Layouts: SQLite, "Database File Format" (pages, cells, records, write-ahead log); SQLCipher 4, "Design"
(the last 80 bytes of a page are its IV and its HMAC-SHA-512; the first 16 of the file are the salt).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE, RESERVED = 4096, 80
USABLE = PAGE - RESERVED
SALT, IV = 16, 16
_FRAME, _WAL_HEADER = 24, 32
TABLE_LEAF, INDEX_LEAF, INDEX_INSIDE = 13, 10, 2
_IN_INDEX = (USABLE - 12) * 64 // 255 - 23
_LOCAL = {TABLE_LEAF: USABLE - 35, INDEX_LEAF: _IN_INDEX, INDEX_INSIDE: _IN_INDEX}  # bytes of a row on its own page
_LEAST = (USABLE - 12) * 32 // 255 - 23


class Damaged(Exception):
    """A page, or a cell of one, is not as it was written."""


class Pages:
    """The pages of a closed database and of its write-ahead log, the newest of each that was committed.

    ``proved`` is False where the file's salt is lost: then no page can be proved, and whoever reads must prove what
    stands in it. ``bad`` are the numbers of pages that are not as they were written, as far as they were read.
    """

    def __init__(self, database: Path, key: bytes) -> None:
        self._key, self.bad = key, set[int]()
        self._file: BinaryIO = database.open("rb")
        self._size = database.stat().st_size
        self._log = _read_log(database.with_name(database.name + "-wal"), self._size // PAGE)
        self._last: tuple[int, bytes] = (0, b"")
        self._proof = b""
        self.proved = True
        for salt in self._salts():
            self._proof = hashlib.pbkdf2_hmac("sha512", key, bytes(b ^ 0x3A for b in salt), 2, 32)
            if any(self._is_proved(number) for number in range(2, min(self.count, 200) + 1)):
                break
        else:
            self.proved = False

    @property
    def count(self) -> int:
        """How many pages there are; a part of one at the end is none."""
        return max([self._size // PAGE, *self._log])

    def _salts(self) -> list[bytes]:
        raw = [frame[:SALT] for frame in self._log.get(1, [])] + [self._raw_of_file(1)[:SALT]]
        return [salt for salt in raw if len(salt) == SALT]

    def _raw_of_file(self, number: int) -> bytes:
        try:
            self._file.seek((number - 1) * PAGE)
            return self._file.read(PAGE)
        except OSError:  # a failing disk
            return b""

    def _versions(self, number: int) -> Iterator[bytes]:
        """What may be the page, the newest first."""
        yield from reversed(self._log.get(number, []))
        yield self._raw_of_file(number)

    def _is_proved(self, number: int) -> bool:
        return any(self._proves(number, raw) for raw in self._versions(number))

    def _proves(self, number: int, raw: bytes) -> bool:
        if len(raw) != PAGE:
            return False
        said = raw[SALT if number == 1 else 0 : PAGE - 64]
        made = hmac.digest(self._proof, said + number.to_bytes(4, "little"), "sha512")
        return hmac.compare_digest(made, raw[PAGE - 64 :])

    def read(self, number: int) -> bytes:
        """The page in clear, without its last 80 bytes. Raises ``Damaged``."""
        if self._last[0] == number:
            return self._last[1]
        raw = next((one for one in self._versions(number) if self._proves(number, one)), b"") if self.proved else b""
        if not self.proved:
            raw = next((one for one in self._versions(number) if len(one) == PAGE), b"")
        if not raw:
            self.bad.add(number)
            raise Damaged
        begin = SALT if number == 1 else 0
        clear = Cipher(algorithms.AES256(self._key), modes.CBC(raw[USABLE : USABLE + IV])).decryptor()
        found = bytes(begin) + clear.update(raw[begin:USABLE])
        self._last = (number, found)
        return found

    def cells(self, *kinds: int) -> Iterator[tuple[int, int, list[Any]]]:
        """Of every page of these kinds each row: (kind, row's number or 0, values). What is damaged is passed over."""
        for number in range(1, self.count + 1):
            try:
                page = self.read(number)
            except Damaged:
                continue
            head = 100 if number == 1 else 0
            kind = page[head]
            if kind not in kinds:
                continue
            begin, count = head + (12 if kind == INDEX_INSIDE else 8), int.from_bytes(page[head + 3 : head + 5], "big")
            for place in range(min(count, USABLE // 4)):
                at = int.from_bytes(page[begin + 2 * place : begin + 2 * place + 2], "big")
                try:
                    yield kind, *self._cell(page, at, kind)
                except (Damaged, IndexError, ValueError):
                    self.bad.add(number)

    def _cell(self, page: bytes, at: int, kind: int) -> tuple[int, list[Any]]:
        row = 0
        at += 4 if kind == INDEX_INSIDE else 0
        size, at = varint(page, at)
        if kind == TABLE_LEAF:
            row, at = varint(page, at)
        local = size
        if size > _LOCAL[kind]:
            fits = _LEAST + (size - _LEAST) % (USABLE - 4)
            local = fits if fits <= _LOCAL[kind] else _LEAST
        said = page[at : at + local]
        if len(said) != local or size > 1 << 30:
            raise Damaged
        if local < size:
            said += self._overflow(int.from_bytes(page[at + local : at + local + 4], "big"), size - local)
        return row, record(said)

    def _overflow(self, number: int, size: int) -> bytes:
        found = bytearray()
        while len(found) < size:
            if not 1 < number <= self.count:
                raise Damaged
            page = self.read(number)
            found += page[4:USABLE]
            number = int.from_bytes(page[:4], "big")
        return bytes(found[:size])

    def close(self) -> None:
        self._file.close()


def _read_log(path: Path, pages: int) -> dict[int, list[bytes]]:
    """The committed pages of a write-ahead log: number -> each version of it, the newest last.

    *pages* is how many the database has: the log adds no more to them than it holds itself.
    """
    try:
        data = path.read_bytes()
    except OSError:
        return {}
    frames: list[tuple[int, bytes]] = []
    committed, salts = 0, data[_WAL_HEADER + 8 : _WAL_HEADER + 16]
    for at in range(_WAL_HEADER, len(data) - _FRAME - PAGE + 1, _FRAME + PAGE):
        if data[at + 8 : at + 16] != salts:  # of an earlier turn of the log
            break
        frames.append((int.from_bytes(data[at : at + 4], "big"), data[at + _FRAME : at + _FRAME + PAGE]))
        if any(data[at + 4 : at + 8]):
            committed = len(frames)
    found: dict[int, list[bytes]] = {}
    for number, page in frames[:committed]:
        if number <= pages + committed:
            found.setdefault(number, []).append(page)
    return found


def varint(data: bytes, at: int) -> tuple[int, int]:
    """SQLite's number of one to nine bytes, and where the next thing begins. Raises ``IndexError``."""
    value = 0
    for place in range(8):
        value = value << 7 | data[at + place] & 0x7F
        if data[at + place] < 0x80:
            return value, at + place + 1
    return value << 8 | data[at + 8], at + 9


_SIZES = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8, 8: 0, 9: 0}


def record(data: bytes) -> list[Any]:
    """The values of a row: None, int, bytes or str. Raises ``ValueError`` or ``IndexError`` for what is none."""
    end, at = varint(data, 0)
    body, values = end, list[Any]()
    if not 0 < end <= len(data):
        raise ValueError("no row")
    while at < end:
        kind, at = varint(data, at)
        size = _SIZES[kind] if kind < 10 else (kind - 12) // 2
        part = data[body : body + size]
        if kind in (10, 11) or len(part) != size:
            raise ValueError("no row")
        body += size
        if kind == 0:
            values.append(None)
        elif kind in (8, 9):
            values.append(kind - 8)
        elif kind == 7:
            raise ValueError("no table of ours has such a number")
        elif kind < 7:
            values.append(int.from_bytes(part, "big", signed=True))
        else:
            values.append(part.decode() if kind % 2 else part)
    return values
