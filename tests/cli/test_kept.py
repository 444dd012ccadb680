"""A lost facility on the command line: the backup that the office keeps, handed out and brought back."""

from __future__ import annotations

from pathlib import Path

from ..stores import PASSPHRASE, USER, Template, enrolled, exchange_cards
from .conftest import Run


def test_a_kept_backup_is_handed_out_and_restored_with_two_parts_of_the_kit(
    run: Run, facility_template: Template, office_template: Template, tmp_path: Path
) -> None:
    stores = [facility_template.open(tmp_path / "north"), office_template.open(tmp_path / "office")]
    enrolled(stores[0])
    exchange_cards(*stores)
    for store in stores:
        store.close()
    (tmp_path / "pass").write_text(PASSPHRASE, "utf-8")
    (tmp_path / "new").write_text("another long passphrase", "utf-8")
    given = ("--user", USER, "--json")
    north = ("--store", tmp_path / "north", *given, "--passphrase-file", tmp_path / "pass")
    office = ("--store", tmp_path / "office", *given, "--passphrase-file", tmp_path / "pass")
    assert run("kept", "list", *office).json["backups"] == []
    assert run("kept", "hand-out", *office, "--site", "NORTH", "--out", tmp_path).code == 1

    sent = run("bundle", "export", *north, "--to", "OFFICE", "--out", tmp_path)
    assert sent.json["backup_bytes"] > 0
    (came,) = run("bundle", "import", sent.json["file"], *office).json["files"]
    assert (came["backup"], came["own"], came["sealed"]) == (True, 0, 0)
    (kept,) = run("kept", "list", *office).json["backups"]
    assert (kept["name"], kept["state"], kept["size"]) == ("North Facility", "whole", sent.json["backup_bytes"])
    out = run("kept", "hand-out", *office, "--site", "north", "--out", tmp_path / "given")
    assert out.code == 0, out.err
    assert out.json["sha256"] == kept["sha256"]
    assert run("kept", "hand-out", *office, "--site", "north", "--out", tmp_path / "given").code == 1  # it is there

    for part in "BC":
        (tmp_path / part).write_bytes(facility_template.kit.text(part))
    back = ("--store", tmp_path / "back", *given, "--passphrase-file", tmp_path / "new")
    one = run("restore", out.json["file"], *back, "--part", tmp_path / "B")
    assert (one.code, "Two parts" in one.err) == (1, True)
    done = run("restore", out.json["file"], *back, "--part", tmp_path / "B", "--part", tmp_path / "C")
    assert done.code == 0, done.err
    assert run("log", "verify", *back).json["ok"]
