"""Backups, a new key, the sealed slip and the emergency erase, by command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from reentry_desktop.actions import staff
from reentry_desktop.records.people import Role, Site
from reentry_desktop.store import open_store

from ..stores import PASSPHRASE, USER, enrolled
from .conftest import Run

pytestmark = pytest.mark.embedded
HERS = "four quiet green rivers"


@pytest.fixture
def words(fresh: Callable[[], Path], tmp_path: Path) -> list[object]:
    """What every command takes, for a store with a second user."""
    folder = fresh()
    (tmp_path / "phrase").write_text(PASSPHRASE + "\n")
    (tmp_path / "hers").write_text(HERS + "\n")
    with open_store(folder, USER, PASSPHRASE) as store:
        staff.add_user(store, name="reyes", passphrase=HERS, role=Role.SUPERVISOR)
        enrolled(store)
    return ["--store", folder, "--user", USER, "--passphrase-file", tmp_path / "phrase", "--json"]


def test_backups_are_made_listed_opened_tried_and_confirmed_destroyed(
    run: Run, words: list[object], tmp_path: Path
) -> None:
    (tmp_path / "stick").mkdir()
    assert run("backup", "list", *words).json["health"]["do"] == "make"
    assert run("backup", "place", "--out", tmp_path / "stick", *words).json["place"] == str(tmp_path / "stick")
    made = run("backup", "auto", *words).json
    assert len(made["files"]) == 2
    assert run("backup", "auto", *words).json["files"] == []
    out = run("backup", "--out", tmp_path / "one.backup", *words).json
    assert set(out) == {"sha256", "entries", "file"}
    found = run("backup", "list", *words).json["backups"]
    assert {(one["how"], bool(one["opened_at"])) for one in found} == {("auto", True), ("hand", True)}
    assert run("backup", "verify", tmp_path / "one.backup", *words).json == {
        "ok": True, "entries": out["entries"], "sha256": out["sha256"],
    }  # fmt: skip
    drilled = run(
        "backup", "drill", tmp_path / "one.backup", "--backup-passphrase-file", tmp_path / "phrase", *words
    ).json
    assert (drilled["women"], drilled["newer"]) == (1, False)
    assert run("backup", "list", *words).json["health"] == {
        "sentence": "Backups are made, and lie in two places.", "do": "",
    }  # fmt: skip
    gone = run("backup", "destroyed", out["sha256"][:10], "--by", "J. Reyes", "--on", "2026-11-01", *words)
    assert gone.json["destroyed"] == 1
    for bad in (["make"], ["verify"], ["drill"], ["destroyed", "abc"]):
        assert run("backup", *bad, *words).code == 2
    assert run("backup", "verify", tmp_path / "none", *words).code == 1


def test_a_drill_says_why_a_backup_of_another_second_proof_does_not_open(
    run: Run, words: list[object], tmp_path: Path
) -> None:
    drill = ["--backup-passphrase-file", tmp_path / "phrase", *words]
    for stick in ("blue", "red"):
        (tmp_path / stick).mkdir()
    assert run("backup", "--out", tmp_path / "without.backup", *words).code == 0
    blue = ["--second", run("second", "file", "--out", tmp_path / "blue", "--label", "blue", *words).json["file"]]
    assert run("backup", "--out", tmp_path / "blue.backup", *words, *blue).code == 0
    for name in ("without", "blue"):
        assert run("backup", "drill", tmp_path / f"{name}.backup", *drill, *blue).json["women"] == 1
    assert run("second", "drop", "--label", "blue", *words, *blue).code == 0
    red = ["--second", run("second", "file", "--out", tmp_path / "red", "--label", "red", *words).json["file"]]
    error = run("backup", "drill", tmp_path / "blue.backup", *drill, *red).json["error"]
    assert "second proof is another one since" in error["sentence"]
    assert "need not be damaged" in error["sentence"]
    back = ["--store", tmp_path / "back", *words[2:], *blue]  # and so it is
    assert run("restore", tmp_path / "blue.backup", *back).code == 0


def test_a_new_key_by_command(run: Run, words: list[object], tmp_path: Path) -> None:
    folder = Path(str(words[1]))
    (tmp_path / "kit").mkdir()
    made = run("rekey", "--recovery-dir", tmp_path / "kit", *words)
    assert made.code == 0, made.err
    assert made.json["generation"] == 2
    assert list(made.json["one_time"]) == ["reyes"]  # she had not unlocked yet
    assert sorted(path.name[-5:] for path in (tmp_path / "kit").iterdir()) == ["A.txt", "B.txt", "C.txt"]
    assert run("log", "verify", *words).json["ok"]
    open_store(folder, "reyes", made.json["one_time"]["reyes"]).close()
    again = run("rekey", "--recovery-dir", tmp_path / "kit", *words)
    assert (again.code, json.loads(again.out)["error"]["code"]) == (1, "kit")


def test_the_slip_by_command(run: Run, words: list[object], tmp_path: Path) -> None:
    made = run("user", "slip", "--out", tmp_path / "slip.pdf", *words).json
    assert (tmp_path / "slip.pdf").read_bytes().startswith(b"%PDF")
    assert made["name"] == "emergency"
    open_store(Path(str(words[1])), "emergency", made["words"]).close()


def test_erasing_needs_what_it_needs(run: Run, words: list[object], tmp_path: Path) -> None:
    folder = Path(str(words[1]))
    with open_store(folder, USER, PASSPHRASE) as store, store.work("set_site") as unit:
        unit.revise(Site, store.site, emergency_erase=True)
    said = run("erase-store", "--with", "reyes", "--with-passphrase-file", tmp_path / "hers", *words)
    assert (said.code, said.json["error"]["code"]) == (1, "not-now")
    assert (folder / "store.db").exists()


def test_a_backup_is_not_brought_back_over_a_newer_store_and_it_is_said_which_is_newer(
    run: Run, words: list[object], tmp_path: Path
) -> None:
    run("backup", "--out", tmp_path / "old.backup", *words)
    with open_store(Path(str(words[1])), USER, PASSPHRASE) as store:
        enrolled(store, "R2002", first="Luz")
    said = run("restore", tmp_path / "old.backup", *words)
    assert (said.code, said.json["error"]["code"]) == (1, "newer-here")
    assert "would be missing" in said.err
    run("backup", "--out", tmp_path / "new.backup", *words)
    back = run("restore", tmp_path / "old.backup", "--store", tmp_path / "back", *words[2:])
    assert back.code == 0, back.err
    said = run("restore", tmp_path / "new.backup", "--store", tmp_path / "back", *words[2:])
    assert said.json["error"]["code"] == "newer-here"
    assert "older than the backup" in said.err
