"""An update on a stick: shown, proved, laid out; everything that is no such update is refused and leaves nothing."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from reentry_desktop.actions import updating
from reentry_desktop.base import release
from reentry_desktop.base.problems import Problem
from reentry_desktop.base.words import use

TOOL = Path(__file__).parents[2] / "packaging" / "release.py"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))  # of tests alone
PUBLIC = KEY.public_key().public_bytes_raw().hex()
EXE = "Re-entry Desktop.exe"
FILES = {
    EXE: b"MZ" + bytes(5000),
    "lib/a.dll": b"a" * 70,
    "lib/empty.txt": b"",
    "locale/es.mo": b"e",
}


@pytest.fixture(scope="module")
def tool() -> Any:
    spec = importlib.util.spec_from_file_location("release_tool", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def made(tool: Any, tmp_path: Path) -> Callable[..., Path]:
    """Makes a release file as the publisher does."""

    def make(version: str = "9.1.0", files: dict[str, bytes] = FILES, key: Ed25519PrivateKey = KEY) -> Path:
        dist = tmp_path / f"dist-{version}"
        for name, data in files.items():
            (dist / name).parent.mkdir(parents=True, exist_ok=True)
            (dist / name).write_bytes(data)
        changes = {"en": "Plans print faster.", "es": "Los planes se imprimen antes."}
        out = tmp_path / f"{version}-{os.urandom(2).hex()}.release"
        tool.make(dist, version, out, key.private_bytes_raw(), changes)
        return out

    return make


def signed(tmp_path: Path, files: list[dict[str, Any]], body: bytes, **more: Any) -> Path:
    """A release that the publisher signed though it is wrong in itself."""
    said = {"format": "reentry-release/1", "version": "9.1.0", "made": "2026-11-23", "system": "windows",
            "changes": {"en": "x"}, "files": files} | more  # fmt: skip
    text = msgspec.json.encode(said)
    head = len(text).to_bytes(4, "big") + text
    out = tmp_path / "wrong.release"
    out.write_bytes(release.MAGIC + KEY.sign(head) + head + body)
    return out


def refused(file: Path, into: Path, code: str) -> str:
    before = sorted(into.iterdir()) if into.exists() else []
    into.mkdir(exist_ok=True)
    with pytest.raises(Problem) as problem:
        updating.stage(file, into=into, publisher=PUBLIC)
    assert problem.value.code == code, problem.value.sentence
    assert "Nothing was changed." in problem.value.sentence
    assert sorted(into.iterdir()) == before
    return problem.value.sentence


def test_a_release_says_its_version_and_what_it_changes_in_both_languages(made: Callable[..., Path]) -> None:
    found = updating.inspect(made(), PUBLIC)
    assert (found.version, found.against, found.files, found.changes) == ("9.1.0", "newer", 4, "Plans print faster.")
    assert "newer" in found.sentence()
    try:
        use("es")
        assert updating.inspect(made("9.1.1"), PUBLIC).changes == "Los planes se imprimen antes."
    finally:
        use("en")


def test_it_is_laid_out_byte_for_byte(made: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "into").mkdir()
    told: list[float] = []
    done = updating.stage(made(), into=tmp_path / "into", publisher=PUBLIC, progress=told.append)
    assert {
        p.relative_to(done.folder).as_posix(): p.read_bytes() for p in done.folder.rglob("*") if p.is_file()
    } == FILES | {release.SIGNED: (done.folder / release.SIGNED).read_bytes()}
    assert [path.name for path in (tmp_path / "into").iterdir()] == ["Re-entry Desktop 9.1.0"]
    assert told[-1] == 1
    assert not done.swap  # from its sources nobody replaces it
    assert "IT officer" in done.what_it_does()
    updating.stage(made(), into=tmp_path / "into", publisher=PUBLIC)  # twice is once


@pytest.mark.parametrize(("version", "against"), [("0.0.9", "older"), ("0.1.0", "same")])
def test_older_and_same_versions_are_told_and_not_taken(
    version: str, against: str, made: Callable[..., Path], tmp_path: Path
) -> None:
    file = made(version)
    assert updating.inspect(file, PUBLIC).against == against
    refused(file, tmp_path / "into", against)


def test_versions_are_compared_as_numbers() -> None:
    assert release.parsed("1.10.2") > release.parsed("1.9")
    assert release.parsed("1.x") == release.parsed("") == release.parsed("1.-2") == ()


@pytest.mark.controls("SI-2", "SI-7")
def test_another_key_and_any_altered_byte_are_refused(made: Callable[..., Path], tmp_path: Path) -> None:
    refused(made(key=Ed25519PrivateKey.generate()), tmp_path / "into", "signature")
    data = made().read_bytes()
    for at in range(0, len(data), 97):
        (tmp_path / "altered").write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(Problem):
            updating.stage(tmp_path / "altered", into=tmp_path / "into", publisher=PUBLIC)
    assert list((tmp_path / "into").iterdir()) == []


def test_a_file_that_was_cut_or_made_longer_is_refused(made: Callable[..., Path], tmp_path: Path) -> None:
    data = made().read_bytes()
    for size in (0, 7, 60, 76, 200, len(data) - 1):
        (tmp_path / "cut").write_bytes(data[:size])
        with pytest.raises(Problem):
            updating.stage(tmp_path / "cut", into=tmp_path / "into", publisher=PUBLIC)
    (tmp_path / "longer").write_bytes(data + b"more")
    refused(tmp_path / "longer", tmp_path / "into", "signature")


@pytest.mark.parametrize(
    "path",
    ["../evil.exe", "/etc/evil", "a/../../evil", "C:/evil", "a\\\\..\\\\evil", "a//b", "", ".", "con.txt", "lib/nul",
     "a.", "a ", "x" * 201, "a\u0000b", "a:stream"],
)  # fmt: skip
def test_names_that_lead_out_of_the_folder_are_refused_though_signed(path: str, tmp_path: Path) -> None:
    part = {"path": path, "size": 1, "sha256": "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"}
    refused(signed(tmp_path, [part], b"a"), tmp_path / "into", "signature")
    assert not (tmp_path / "evil.exe").exists()


def test_a_bomb_is_refused_before_a_byte_is_written(tmp_path: Path) -> None:
    part = {"path": "a", "size": 3 << 30, "sha256": "0" * 64}
    refused(signed(tmp_path, [part], b""), tmp_path / "into", "signature")
    many = [{"path": f"f{n}", "size": 0, "sha256": "0" * 64} for n in range(20_001)]
    refused(signed(tmp_path, many, b""), tmp_path / "into", "signature")
    twice = [{"path": name, "size": 0, "sha256": "0" * 64} for name in ("a", "A")]
    refused(signed(tmp_path, twice, b""), tmp_path / "into", "signature")
    refused(signed(tmp_path, [], b"", version="9.x"), tmp_path / "into", "signature")
    (tmp_path / "long").write_bytes(release.MAGIC + bytes(64) + b"\xff\xff\xff\xff" + b"x" * 100)
    refused(tmp_path / "long", tmp_path / "into", "signature")


def test_what_is_no_update_and_a_program_without_a_publisher_are_told(
    tmp_path: Path, made: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").write_bytes(b"PK\x03\x04" + bytes(500))
    refused(tmp_path / "other", tmp_path / "into", "format")
    (tmp_path / "none.key").write_text("\n")
    monkeypatch.setattr(updating, "PUBLISHER", tmp_path / "none.key")
    with pytest.raises(Problem) as problem:
        updating.inspect(made())
    assert problem.value.code == "no-publisher"
    assert "installs new versions" in problem.value.sentence


@pytest.fixture
def folders(made: Callable[..., Path], tmp_path: Path) -> tuple[Path, Path]:
    """The program that is installed, and a newer one laid out beside it."""
    program = tmp_path / "Re-entry Desktop"
    program.mkdir()
    (program / EXE).write_bytes(b"old")
    return program, updating.stage(made(), into=tmp_path, program=program, publisher=PUBLIC).folder


def test_the_folders_change_their_names_and_the_way_back_is_kept(folders: tuple[Path, Path]) -> None:
    program, staged = folders
    updating.swap(program, staged, PUBLIC)
    assert (program / EXE).read_bytes() == FILES[EXE]
    updating.back(program)
    assert (program / EXE).read_bytes() == b"old"
    with pytest.raises(Problem):
        updating.back(program)
    program.rename(program.with_name(program.name + ".before"))  # as a cut between the two renamings leaves it
    updating.back(program)
    assert (program / EXE).read_bytes() == b"old"


@pytest.mark.controls("SI-7")
@pytest.mark.parametrize("how", ["altered", "added", "gone", "link", "unsigned", "signed by another"])
def test_what_was_changed_after_it_was_laid_out_is_not_put_in_place(
    how: str, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    """Staff can write where it lies; whoever puts it in place is an administrator of the PC."""
    program, staged = folders
    assert updating.inspect(staged, PUBLIC).version == "9.1.0"
    dll = staged / "lib" / "a.dll"
    if how == "altered":
        dll.write_bytes(b"b" * 70)
    elif how == "added":
        (staged / "lib" / "b.dll").write_bytes(b"b")
    elif how == "gone":
        dll.unlink()
    elif how == "link":
        dll.rename(tmp_path / "a.dll")
        dll.symlink_to(tmp_path / "a.dll")
    elif how == "unsigned":
        (staged / release.SIGNED).unlink()
    else:
        signed_by_us = (staged / release.SIGNED).read_bytes()
        (staged / release.SIGNED).write_bytes(signed_by_us[:8] + bytes(64) + signed_by_us[72:])
    with pytest.raises(Problem) as problem:
        updating.swap(program, staged, PUBLIC)
    assert problem.value.code == {"unsigned": "no-file", "signed by another": "signature"}.get(how, "altered")
    assert (program / EXE).read_bytes() == b"old"
    assert staged.is_dir()


@pytest.mark.parametrize("step", range(2))
def test_a_replacing_that_fails_at_any_step_leaves_the_old_program(
    step: int, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    program, staged = folders
    calls = iter(range(99))
    real = updating.move

    def failing(source: Path, target: Path) -> None:
        if next(calls) == step:
            raise OSError("no")
        real(source, target)

    monkeypatch.setattr(updating, "move", failing)
    with pytest.raises(Problem):
        updating.swap(program, staged, PUBLIC)
    assert (program / EXE).read_bytes() == b"old"
    assert (staged / EXE).read_bytes() == FILES[EXE]
