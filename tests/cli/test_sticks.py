"""The register of sticks and the transport log on the command line."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from ..sticks import plug_in
from .conftest import Run
from .test_stick import trust_each_other


def _text(path: Path) -> str:
    with pypdfium2.PdfDocument(path.read_bytes()) as document:
        return " ".join(page.get_textpage().get_text_range() for page in document)


@pytest.fixture
def usb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return plug_in(monkeypatch, tmp_path / "usb", "E0D55EA5")


def test_a_stick_from_the_register_to_the_gate_and_back(
    run: Run, facility_args: list[str], office_args: list[str], tmp_path: Path, usb: Path
) -> None:
    empty = run("stick", "list", *facility_args)
    assert empty.out.strip() == "No stick is registered yet."
    made = run("stick", "register", usb, *facility_args, "--label", "S-07", "--json")
    assert made.code == 0, made.err
    assert (made.json["label"], made.json["serial"], made.json["volume"]) == ("S-07", "E0D55EA5", "BLUE")
    assert run("stick", "register", usb, *facility_args).err.count("\n") == 1
    assert run("stick", "register", tmp_path / "none", *facility_args).code == 1

    trust_each_other(run, facility_args, office_args, tmp_path)
    sent = run("bundle", "export", *facility_args, "--to", "OFFICE", "--out", usb, "--json").json
    name, sheet = Path(sent["file"]).name, tmp_path / "gate.pdf"
    carried = run("stick", "carry", name, *facility_args, "--carrier", "Officer Day", "--at", "9:30", "--json")
    assert carried.code == 0, carried.err
    assert (carried.json["carrier"], carried.json["left_at"]) == ("Officer Day", "9:30")
    done = run("stick", "gate-sheet", name, *facility_args, "--out", sheet, "--lang", "es", "--json")
    assert done.code == 0, done.err
    read = _text(sheet)
    for words in (name, "E0D55EA5", "S-07", "Officer Day", "North Facility", "State Office", sent["sha256"][:8]):
        assert words in read
    assert run("stick", "label", "S-07", *facility_args, "--out", tmp_path / "label.pdf").code == 0
    assert "S-07" in _text(tmp_path / "label.pdf")
    back = run("stick", "returned", sent["bundle"], *facility_args, "--json")
    assert back.json["returned_on"]
    wiped = run("stick", "wiped", usb, *facility_args)
    assert wiped.code == 0
    assert "1 bundle was deleted." in wiped.out
    assert "proves nothing" in wiped.out
    assert not list(usb.iterdir())
    listed = run("stick", "list", *facility_args, "--json").json
    assert [stick["label"] for stick in listed["sticks"]] == ["S-07"]
    (line,) = listed["carriages"]
    assert (line["label"], line["file"], line["sha256"]) == ("S-07", name, sent["sha256"])
    assert line["wiped_on"]
    assert "Officer Day" in run("stick", "list", *facility_args).out

    gone = run("stick", "retire", "s-07", *facility_args, "--became", "destroyed", "--json")
    assert (gone.json["became"], gone.json["label"]) == ("destroyed", "S-07")


def test_what_is_not_there_is_one_sentence(run: Run, facility_args: list[str], tmp_path: Path) -> None:
    for words in (
        ["retire", "S-99", "--became", "lost"],
        ["carry", "none.bundle", "--carrier", "Officer Day"],
        ["returned", "none.bundle"],
        ["wiped", str(tmp_path / "none")],
        ["label", "S-99", "--out", str(tmp_path / "label.pdf")],
        ["gate-sheet", "none.bundle", "--out", str(tmp_path / "gate.pdf")],
    ):
        ran = run("stick", *words, *facility_args)
        assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1), words
    assert not list(tmp_path.glob("*.pdf"))


def test_a_file_for_a_folder_and_a_folder_for_a_file(run: Run, facility_args: list[str], tmp_path: Path) -> None:
    """It is said, and is no stick that was pulled out."""
    file, folder = tmp_path / "notes.txt", tmp_path / "drive"
    file.write_text("as it was")
    folder.mkdir()
    for words in (
        ("bundle", "export", "--to", "OFFICE"), ("second", "file"), ("kept", "hand-out", "--site", "NORTH"),
        ("backup", "place"),
    ):  # fmt: skip
        refused = run(*words, *facility_args, "--out", file)
        assert (refused.code, refused.out) == (1, ""), words
        assert refused.err.startswith("notes.txt is a file, and a folder is needed. Nothing was changed."), words
    for words in (("card", "export"), ("log", "export"), ("backup",), ("records", "export", "participant")):
        refused = run(*words, *facility_args, "--out", folder, "--json")
        assert (refused.code, refused.json["error"]["code"]) == (1, "out"), words
        assert "drive is a folder, and a file is to be written." in refused.err, words
    assert file.read_text() == "as it was"
    assert not list(folder.iterdir())


def test_only_registered_sticks(
    run: Run, facility_args: list[str], office_args: list[str], tmp_path: Path, usb: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    trust_each_other(run, facility_args, office_args, tmp_path)
    export = ["bundle", "export", *facility_args, "--to", "OFFICE", "--out", usb, "--json"]
    file = run(*export).json["file"]
    for args in (facility_args, office_args):
        assert run("site", "set", "registered_sticks_only=yes", *args).code == 0
    assert run(*export).json["error"]["code"] == "unregistered"
    for more in ([], ["--dry-run"]):
        ran = run("bundle", "import", file, *office_args, *more, "--json")
        assert (ran.code, ran.json["error"]["code"]) == (1, "unregistered")
        assert ran.err.count("\n") == 1
    for args in (facility_args, office_args):
        assert run("stick", "register", usb, *args).code == 0
    assert run(*export).code == 0
    assert run("bundle", "import", file, *office_args).code == 0
    plug_in(monkeypatch, usb, "")
    assert run(*export).json["error"]["code"] == "no-serial"
    told = run("stick", "register", usb, *facility_args)
    assert "cannot read the serial" in told.out
