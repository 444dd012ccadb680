"""A release on a stick: one signed file. It is proved before a byte of it is laid out.

The file: eight bytes ``REENTRY1``; a signature (64 bytes, Ed25519, of the publisher) over all that follows up to the
files; the manifest's length (four bytes, big-endian); the manifest (JSON); then each file as it is, in its order there.
``docs/release-format.md`` says more. No archive is unpacked: a name, a size and a SHA-256 stand in the signed manifest.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, BinaryIO

import msgspec

from .problems import Problem
from .words import _

MAGIC = b"REENTRY1"
SIGNATURE = 64
SIGNED = "release.signed"
"""Beside what was laid out: the release up to its files, so that the folder can be proved again."""
LONGEST, LARGEST, MOST = 4 << 20, 2 << 30, 20_000  # bytes of the manifest, of all files; files
_HEAD = len(MAGIC) + SIGNATURE + 4
_BLOCK = 1 << 20
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_NAME = re.compile(r"[^\x00-\x1f<>:\"|?*\\\\]+")
Verify = Callable[[bytes, bytes], bool]
"""(signature, what was signed) -> whether the publisher signed it."""


class Part(msgspec.Struct, frozen=True):
    """One file of the program: its path with slashes, its size in bytes, its SHA-256 in hexadecimal."""

    path: str
    size: Annotated[int, msgspec.Meta(ge=0)]
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Manifest(msgspec.Struct, frozen=True):
    """What a release says of itself. ``changes`` are plain words by language."""

    format: str
    version: Annotated[str, msgspec.Meta(max_length=40)]
    made: Annotated[str, msgspec.Meta(max_length=30)]
    system: Annotated[str, msgspec.Meta(max_length=20)]
    changes: dict[str, Annotated[str, msgspec.Meta(max_length=20_000)]]
    files: tuple[Part, ...]

    def words(self, language: str) -> str:
        """What it changes, in *language* or else in English."""
        return self.changes.get(language) or self.changes.get("en", "")

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(part.size for part in self.files)


def read(file: BinaryIO, verify: Verify) -> Manifest:
    """The manifest of a release that the publisher signed. Raises ``Problem``; nothing else of the file is read."""
    head = file.read(_HEAD)
    if len(head) != _HEAD or not head.startswith(MAGIC):
        words = _("This is not an update of this program. Nothing was changed. Choose another file.")
        raise Problem(words, code="format")
    length = int.from_bytes(head[-4:], "big")
    said = file.read(length) if length <= LONGEST else b""
    if len(said) != length or not verify(head[len(MAGIC) : -4], head[-4:] + said):
        raise _forged()
    try:
        manifest = msgspec.json.decode(said, type=Manifest)
    except msgspec.DecodeError as error:
        raise Problem(
            _("This update needs a newer program to read it. Nothing was changed. Ask your program office."),
            code="newer",
        ) from error
    _check(manifest)
    return manifest


def _forged() -> Problem:
    return Problem(
        _(
            "This update is not signed by the publisher of this program, or it was altered. Nothing was changed. "
            "Do not use it; tell your IT officer."
        ),
        code="signature",
    )


def _check(manifest: Manifest) -> None:
    """Names stay inside the folder, fit Windows, and are each once; sizes are what a program has."""
    seen = {SIGNED}
    for part in manifest.files:
        pieces = part.path.split("/")
        wrong = any(
            piece in ("", ".", "..") or piece != piece.strip() or piece.endswith(".") or _RESERVED.match(piece)
            or not _NAME.fullmatch(piece)
            for piece in pieces
        )  # fmt: skip
        if wrong or len(part.path) > 200 or part.path.casefold() in seen:
            raise _forged()
        seen.add(part.path.casefold())
    if not manifest.files or len(manifest.files) > MOST or manifest.size > LARGEST or not parsed(manifest.version):
        raise _forged()


def parsed(version: str) -> tuple[int, ...]:
    """A version to compare: ``1.10.2`` is later than ``1.9``. Empty for what is none."""
    parts = version.split(".")
    return tuple(map(int, parts)) if all(part.isdecimal() and len(part) < 6 for part in parts) else ()


def prove(folder: Path, manifest: Manifest) -> bool:
    """Whether *folder* holds the files of the release byte for byte, and nothing else but what was signed."""
    wanted = {part.path: part for part in manifest.files}
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
    if any(path.is_symlink() for path in folder.rglob("*")) or there.keys() != {*wanted, SIGNED}:
        return False
    for name, part in wanted.items():
        with there[name].open("rb") as opened:
            if hashlib.file_digest(opened, "sha256").hexdigest() != part.sha256:
                return False
    return True


def lay_out(file: BinaryIO, manifest: Manifest, folder: Path, progress: Callable[[float], object]) -> None:
    """Write each file of the release into the empty *folder*, proved as it comes, and what was signed beside them.

    Raises ``Problem`` or ``OSError``.
    """
    at = file.tell()
    file.seek(0)
    (folder / SIGNED).write_bytes(file.read(at))
    done, whole = 0, manifest.size or 1
    for part in manifest.files:
        target = folder.joinpath(*part.path.split("/"))
        target.parent.mkdir(parents=True, exist_ok=True)
        made, left = hashlib.sha256(), part.size
        with target.open("xb") as copy:
            while left and (block := file.read(min(_BLOCK, left))):
                copy.write(block)
                made.update(block)
                left -= len(block)
                done += len(block)
                progress(done / whole)
            copy.flush()
            os.fsync(copy.fileno())
        if left or made.hexdigest() != part.sha256:
            raise Problem(
                _("This update is damaged or was cut short. Nothing was changed. Copy it onto the stick again."),
                code="damaged",
            )
    if file.read(1):
        raise _forged()
