"""A second PC on the command line."""

from __future__ import annotations

from pathlib import Path

from reentry_desktop.actions import sync
from reentry_desktop.base.ids import show_device

from ..exchange.moves import joined
from ..stores import PASSPHRASE, USER, Template, enrolled, exchange_cards
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


def test_each_pc_of_a_site_is_told_apart(
    run: Run, facility_template: Template, office_template: Template, tmp_path: Path
) -> None:
    north, office = facility_template.open(tmp_path / "north"), office_template.open(tmp_path / "office")
    exchange_cards(north, office)
    files = [sync.send(north, "OFFICE", tmp_path).file]
    with joined(north, tmp_path) as second:
        files += [sync.send(second, "OFFICE", tmp_path).file for _number in range(3)]
        pcs = [show_device(store.device) for store in (second, north)]
    north.close()
    office.close()
    (tmp_path / "pass").write_text(PASSPHRASE, "utf-8")
    args = ("--store", tmp_path / "office", "--user", USER, "--passphrase-file", tmp_path / "pass")
    for file in (files[0], files[1], files[3]):
        assert run("bundle", "import", file, *args).code == 0
    (status,) = run("bundle", "status", *args, "--json").json["sites"]
    assert [(pc["device"], pc["last_received"]["number"], pc["gaps"]) for pc in status["pcs"]] == [
        (pcs[0], 3, [2]), (pcs[1], 1, []),
    ]  # fmt: skip
    told = run("bundle", "status", *args).out
    assert f"PC {pcs[0]}: number 3 came last" in told
    assert "Never came: 2." in told
    last = run("bundle", "receipt", *args, "--site", "NORTH", "--json").json
    assert (last["pc"], last["number"], last["pcs"]) == (pcs[0], 3, pcs)
    first = run("bundle", "receipt", *args, "--site", "NORTH", "--pc", pcs[1].lower(), "--json").json
    assert (first["pc"], first["number"]) == (pcs[1], 1)
    assert first["code"] != last["code"]
    assert f"It is for their PC {pcs[1]}." in run("bundle", "receipt", *args, "--site", "NORTH", "--pc", pcs[1]).out
    assert run("bundle", "receipt", *args, "--site", "NORTH", "--pc", "AAAA-AAAA").code == 1
    assert run("card", "revoke", *args, "--site", "NORTH", "--why", "Stolen").code == 0
    refused = run("bundle", "export", *args, "--to", "NORTH", "--out", tmp_path)
    assert refused.code == 1
    assert "Nothing is copied for it, and the records here are safe." in refused.err
    assert "Nothing is copied for it" in run("bundle", "status", *args).out
