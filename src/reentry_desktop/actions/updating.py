"""Updates by stick: what a release is and changes, and laying it out beside the program that is installed.

Staff can read the program's folder and not write it, so what the program does and what IT does is said apart: here the
release is proved and laid out; where the folder can be written, the two folders change their names, and the old one
stays as the way back. The records are not touched: the new program brings them up to date at the next unlock, after a
backup (``store.folder._look``).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .. import __version__
from ..base import release
from ..base.files import move
from ..base.paths import machine_folder, resource
from ..base.problems import Problem
from ..base.progress import Progress, untold
from ..base.words import _, language
from ..bundle.envelope import verify

PUBLISHER = resource("publisher.key")
"""The publisher's Ed25519 key, in hexadecimal: part of the program. Where it is empty no update is believed."""
NEWER, SAME, OLDER = "newer", "same", "older"


@dataclass(frozen=True)
class Release:
    """A release that the publisher signed. ``against`` says how it stands to the program that runs."""

    version: str
    made: str
    changes: str
    size: int
    files: int
    against: str
    here: str

    def sentence(self) -> str:
        """Whether it is of use here."""
        if self.against == NEWER:
            return _("Version {version} is newer than version {here}, which runs here.").format(
                version=self.version, here=self.here
            )
        if self.against == SAME:
            return _("Version {version} is the one that runs here. There is nothing to do.").format(
                version=self.version
            )
        return _("Version {version} is older than version {here}, which runs here. It is not taken.").format(
            version=self.version, here=self.here
        )


@dataclass(frozen=True)
class Staged:
    """A release that was laid out in ``folder``. ``swap`` is whether this person may replace the program."""

    folder: Path
    version: str
    swap: bool

    def what_it_does(self) -> str:
        """For whoever may replace the program."""
        if self.swap:
            return _("Close the program. The new one then takes its place, and the old one is kept beside it.")
        return _(
            "It is laid out in {folder}, proved file by file. Staff may not replace the program here: your IT officer "
            "copies that folder over the program's, or runs the installer. The records are not touched."
        ).format(folder=self.folder)


def inspect(path: Path, publisher: str = "") -> Release:
    """What a release file is and changes, before anything is done; or one that was laid out in a folder, proved again.

    Raises ``Problem``.
    """
    laid_out = path.is_dir()
    with _opened(path / release.SIGNED if laid_out else path) as opened:
        manifest = release.read(opened, _verifier(publisher))
    if laid_out and not release.prove(path, manifest):
        raise Problem(
            _(
                "What lies in {folder} is not what the publisher signed: a file was altered, is missing or was added. "
                "Nothing was changed. Lay the update out again."
            ).format(folder=path),
            code="altered",
        )
    mine, theirs = release.parsed(__version__), release.parsed(manifest.version)
    against = SAME if mine == theirs else NEWER if theirs > mine else OLDER
    return Release(
        manifest.version, manifest.made, manifest.words(language()), manifest.size, len(manifest.files), against,
        __version__,
    )  # fmt: skip


def stage(
    file: Path, *, into: Path | None = None, program: Path | None = None, publisher: str = "",
    progress: Progress = untold,
) -> Staged:  # fmt: skip
    """Lay a newer release out, every file proved. Raises ``Problem``; nothing is left behind then.

    *into* is where (beside the stores of this PC if None), *program* the folder of the installed program.
    """
    found = inspect(file, publisher)
    if found.against != NEWER:
        raise Problem(found.sentence() + " " + _("Nothing was changed."), code=found.against)
    program = program or program_folder()
    beside = program is not None and is_writable(program.parent)
    place = into or (program.parent if beside and program is not None else machine_folder())
    folder = place / f"Re-entry Desktop {found.version}"
    part = place / f".update-{os.getpid()}"
    try:
        if shutil.disk_usage(place).free < found.size + (64 << 20):
            raise _no_room()
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        with _opened(file) as opened:
            manifest = release.read(opened, _verifier(publisher))
            release.lay_out(opened, manifest, part, progress)
        shutil.rmtree(folder, ignore_errors=True)  # of one that was laid out before
        move(part, folder)
    except OSError as error:
        raise _no_room() from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return Staged(folder, found.version, beside)


def _no_room() -> Problem:
    return Problem(
        _("The update could not be laid out here. Nothing was changed. Check that there is room, then try again."),
        code="disk",
    )


def swap(program: Path, staged: Path, publisher: str = "") -> Path:
    """Put the new program in the place of the old one; gives where the old one is then. Raises ``Problem``.

    The program must not run. Both lie in one folder, so each step is one renaming. What was laid out is proved once
    more: others may have been able to write there since.
    """
    inspect(staged, publisher)
    old = program.with_name(program.name + ".before")
    try:
        shutil.rmtree(old, ignore_errors=True)
        move(program, old)
        try:
            move(staged, program)
        except OSError:
            move(old, program)
            raise
    except OSError as error:
        raise Problem(
            _("The program could not be replaced: it runs, or this PC does not allow it. The old one is in its place."),
            code="swap",
        ) from error
    return old


def back(program: Path) -> None:
    """Put the program from before an update back, also after a cut between the two renamings of ``swap``.

    Raises ``Problem`` where there is none.
    """
    old = program.with_name(program.name + ".before")
    if not old.is_dir():
        raise Problem(_("No program of before an update lies here. Nothing was changed."), code="no-way-back")
    newer = program.with_name(program.name + ".newer")
    try:
        shutil.rmtree(newer, ignore_errors=True)
        if program.exists():
            move(program, newer)
        move(old, program)
    except OSError as error:
        with contextlib.suppress(OSError):
            if not program.exists():
                move(newer, program)
        raise Problem(_("The program could not be put back. Ask your IT officer."), code="swap") from error


def program_folder() -> Path | None:
    """The folder of the packaged program; None where it runs from its sources."""
    return Path(sys.executable).parent if getattr(sys, "frozen", False) else None


def is_writable(folder: Path) -> bool:
    """Whether this person may write there: Windows says so only when it is tried."""
    probe = folder / f".probe-{os.getpid()}"
    try:
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError:
        return False
    return True


def _opened(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError as error:
        raise Problem(
            _("The file {name} cannot be read. Nothing was changed. Check its name.").format(name=file.name),
            code="no-file",
        ) from error


def known_publisher() -> str:
    """The key that updates are proved against; ``""`` where this copy of the program was built without one."""
    return PUBLISHER.read_text("ascii").strip()


def no_publisher() -> str:
    """What a program without a key says of updates."""
    return _(
        "This copy of the program was built without a publisher's key. It cannot tell a true update from a false one, "
        "so it takes none from a stick. Your IT officer installs new versions."
    )


def _verifier(publisher: str) -> release.Verify:
    key = publisher or known_publisher()
    if not key:
        raise Problem(no_publisher() + " " + _("Nothing was changed."), code="no-publisher")
    return lambda signature, said: verify(bytes.fromhex(key), said, signature)
