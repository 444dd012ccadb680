"""A copied folder on the command line: refused at the office, told, and gone on as a new device with one command."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reentry_desktop.base import places

from ..stores import PASSPHRASE, USER, Template, enrolled, exchange_cards
from .conftest import Run

pytestmark = pytest.mark.embedded


def test_the_copy_goes_on_as_a_new_device(
    run: Run, facility_template: Template, office_template: Template, tmp_path: Path
) -> None:
    stores = [facility_template.open(tmp_path / "first"), office_template.open(tmp_path / "office")]
    enrolled(stores[0])
    exchange_cards(*stores)
    for store in stores:
        store.close()
    # Past the program, and past what it sees of a copied folder.
    shutil.copytree(tmp_path / "first", tmp_path / "copy", ignore=shutil.ignore_patterns(places.FILE))
    for name in ("first", "copy"):
        with facility_template.open(tmp_path / name) as store:
            enrolled(store, f"R-{name}")
    (tmp_path / "pass").write_text(PASSPHRASE, "utf-8")
    given = ("--user", USER, "--json", "--passphrase-file", tmp_path / "pass")
    first, copy, office = (("--store", tmp_path / name, *given) for name in ("first", "copy", "office"))
    refused = run("new-device", *copy)
    assert (refused.code, refused.json["error"]["sentence"][:43]) == (1, "No other site has said that this folder was")

    def give(sender: tuple[object, ...], to: str, receiver: tuple[object, ...], name: str) -> tuple[str, str]:
        sent = run("bundle", "export", *sender, "--to", to, "--out", tmp_path / name).json["file"]
        (came, *_more) = run("bundle", "import", sent, *receiver).json["files"]
        return came["status"], came["reason"]

    for name in "abcdefg":
        (tmp_path / name).mkdir()
    assert give(first, "OFFICE", office, "a")[0] == "applied"
    status, reason = give(copy, "OFFICE", office, "b")
    assert status == "quarantined"
    assert "a PC of North Facility was copied" in reason
    status, reason = give(office, "NORTH", copy, "c")
    assert status == "quarantined"
    assert "Go on as a new device" in reason
    done = run("new-device", *copy)
    assert done.code == 0, done.err
    assert give(copy, "OFFICE", office, "d")[0] == "applied"
    assert give(office, "NORTH", copy, "e")[0] == "applied"
    assert give(first, "OFFICE", office, "f")[0] == "applied"
    assert run("check", *copy).code == 0
    assert run("new-device", *copy, "--device", done.json["device"]).code == 1
