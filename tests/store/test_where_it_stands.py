"""Where a store may stand, and what is said of every place where it may not; locks, rights and full disks."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reentry_desktop.actions import setup
from reentry_desktop.base import files, standing_place
from reentry_desktop.base.problems import Problem
from reentry_desktop.base.standing_place import file_system, why_not
from reentry_desktop.store import open_store

from ..stores import PASSPHRASE, USER, Clock, Template, enrolled

HOME = r"C:\Users\lead"
SETTINGS = {"APPDATA": HOME + r"\AppData\Roaming", "OneDrive": HOME + r"\OneDrive - State of Oklahoma"}


def windows(path: str, *, remote: bool = False, removable: bool | None = False) -> str:
    return why_not(path, SETTINGS, windows=True, remote=remote, removable=removable)


@pytest.mark.parametrize(
    "path",
    [
        r"C:\ProgramData\Re-entry Desktop\store", r"D:\Programa de reinserción\Señora Núñez\almacén", HOME + r"\store",
        HOME + r"\AppData\Local\store", "\\\\?\\C:\\" + "x" * 300, r"C:\Boxes\store", "C:\\" + "ñ" * 200,
    ],
)  # fmt: skip
def test_places_on_the_own_disk_are_taken(path: str) -> None:
    assert windows(path) == ""


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (r"\\server\share\store", "another computer"),
        ("//server/share/store", "another computer"),
        (HOME + r"\OneDrive\store", "OneDrive"),
        (HOME + r"\OneDrive - State of Oklahoma\a\store", "OneDrive"),
        (HOME.upper() + r"\ONEDRIVE - STATE OF OKLAHOMA\store", "OneDrive"),
        (r"D:\Dropbox (Office)\store", "Dropbox"),
        (r"D:\a\..\Google Drive\store", "OneDrive"),
        (HOME + r"\AppData\Roaming\store", "profile"),
        ("C:\\" + "ñ" * 300, "too long"),
    ],
)
def test_other_places_are_refused_in_words(path: str, said: str) -> None:
    words = windows(path)
    assert said in words
    assert "Nothing was made." in words


def test_sticks_and_drives_of_a_network_are_refused() -> None:
    assert "stick" in windows(r"E:\store", removable=True)
    assert "another computer" in windows(r"Z:\store", remote=True)
    assert why_not("/media/ana/BLUE/store", {}, windows=False, remote=False, removable=True)
    assert why_not("/home/ana/Dropbox/store", {}, windows=False, remote=False, removable=None)
    assert why_not("/home/ana/almacén/store", {}, windows=False, remote=False, removable=None) == ""


def test_the_file_system_of_the_nearest_mount_counts() -> None:
    mounts = "/dev/sda1 / ext4 rw 0 0\nserver:/x /home/ana/sh\\040are nfs4 rw 0 0\n//s/y /mnt cifs rw 0 0\nbad\n"
    assert file_system("/home/ana/store", mounts) == "ext4"
    assert file_system("/home/ana/sh are/store", mounts) == "nfs4"
    assert file_system("/mnt", mounts) == "cifs"
    assert file_system("/mnt2", mounts) == "ext4"


@pytest.mark.embedded
def test_setting_up_and_unlocking_refuse_such_a_place(
    facility_template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = setup.NewStore(tmp_path / "Dropbox" / "store", "facility", "North", USER, PASSPHRASE)
    with pytest.raises(Problem) as problem:
        setup.create(new, Clock())
    assert problem.value.code == "place"
    assert not new.folder.exists()
    folder = facility_template.copy(tmp_path / "store")
    monkeypatch.setattr(standing_place, "is_remote", lambda _folder: True)
    with pytest.raises(Problem) as problem:
        open_store(folder, USER, PASSPHRASE, Clock())
    assert problem.value.code == "place"
    assert "another computer" in problem.value.sentence


@pytest.mark.embedded
def test_a_store_lives_at_a_path_with_spanish_letters_and_300_characters(
    facility_template: Template, tmp_path: Path
) -> None:
    folder = tmp_path
    while len(str(folder)) < 300:
        folder /= "Reinserción Señora Núñez Ávila"
    folder.mkdir(parents=True)
    with facility_template.open(folder / "almacén") as store:
        enrolled(store)
    with open_store(folder / "almacén", USER, PASSPHRASE, Clock()):
        pass


@pytest.mark.embedded
def test_a_second_program_is_refused_and_nothing_is_changed(facility_template: Template, tmp_path: Path) -> None:
    with facility_template.open(tmp_path / "store"):
        code = (
            "import sys; from pathlib import Path; from reentry_desktop.base.locks import FolderLock\n"
            "from reentry_desktop.base.problems import Problem\n"
            "try:\n    FolderLock(Path(sys.argv[1]))\nexcept Problem as p:\n    print(p.code)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, tmp_path / "store" / "store.lock"], capture_output=True, text=True, check=True
        )
    assert done.stdout.strip() == "in-use"


# Windows' file locks: a scanner holds a file for a moment


class _Held:
    """Lets the first *times* calls fail as Windows does while another program holds the file."""

    def __init__(self, times: int, code: int) -> None:
        self.left, self.code = times, code

    @property
    def replace(self) -> Callable[[Path, Path], Path]:
        """A function, as a method has to be: an object that is called gets no path."""

        def replace(source: Path, target: Path) -> Path:
            return self._move(source, target)

        return replace

    def _move(self, source: Path, target: Path) -> Path:
        if self.left:
            self.left -= 1
            error = PermissionError(errno.EACCES, "held")
            error.winerror = self.code  # type: ignore[attr-defined]
            raise error
        source.rename(target)
        return target


@pytest.mark.parametrize("code", [5, 32, 33])
def test_a_file_that_a_scanner_holds_is_tried_again(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PAUSES", (0.0,) * 8)
    held = _Held(5, code)
    monkeypatch.setattr(Path, "replace", held.replace)
    files.replace_file(tmp_path / "store.keys", b"new")
    assert (tmp_path / "store.keys").read_bytes() == b"new"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_that_stays_held_is_told_and_the_old_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "store.keys").write_bytes(b"old")
    monkeypatch.setattr(files, "PAUSES", (0.0,) * 3)
    held = _Held(50, 32)
    monkeypatch.setattr(Path, "replace", held.replace)
    with pytest.raises(PermissionError):
        files.replace_file(tmp_path / "store.keys", b"new")
    assert (tmp_path / "store.keys").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_no_right_to_write_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = _Held(1, 0)
    monkeypatch.setattr(Path, "replace", held.replace)
    with pytest.raises(PermissionError):
        files.replace_file(tmp_path / "store.keys", b"new")


# No right to write, no room


@pytest.mark.embedded
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_full_or_read_only_disk_at_unlock_is_told_in_words(
    error: int, facility_template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = facility_template.copy(tmp_path / "store")
    real = os.open

    def refused(path: object, flags: int, *more: object, **others: object) -> int:
        if str(path).endswith("store.lock"):
            raise OSError(error, "no")
        return real(path, flags, *more, **others)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", refused)
        with pytest.raises(Problem) as problem:
            open_store(folder, USER, PASSPHRASE, Clock())
    assert problem.value.code == "folder"
    with open_store(folder, USER, PASSPHRASE, Clock()):
        pass
