"""A second PC on the command line."""

from __future__ import annotations

from pathlib import Path

from ..stores import PASSPHRASE, USER, Template, enrolled
from .conftest import Run


def test_a_second_pc_joins_and_gets_all_records(run: Run, facility_template: Template, tmp_path: Path) -> None:
    store = facility_template.open(tmp_path / "north")
    enrolled(store)
    store.close()
    (tmp_path / "pass").write_text(PASSPHRASE, "utf-8")
    given = ("--json", "--passphrase-file", tmp_path / "pass")
    north = ("--store", tmp_path / "north", "--user", USER, *given)
    second = ("--store", tmp_path / "second", "--user", "second", *given)
    made = run("join-file", *north, "--out", tmp_path / "two.joining")
    assert (made.code, len(made.json["words"].split())) == (0, 12)
    wrong = " ".join(reversed(made.json["words"].split()))
    assert run("join", tmp_path / "two.joining", *second, "--words", wrong).code == 1
    assert not (tmp_path / "second").exists()
    joined = run("join", tmp_path / "two.joining", *second, "--words", made.json["words"])
    assert joined.code == 0, joined.err
    sent = run("bundle", "export", *north, "--to", "North Facility, other PC", "--out", tmp_path)
    (came,) = run("bundle", "import", sent.json["file"], *second).json["files"]
    assert (came["status"], came["changes"] > 0) == ("applied", True)
    assert run("log", "verify", *second).json["ok"]
