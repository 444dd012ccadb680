"""Legal holds and erasing by two, on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from reentry_desktop.actions import updating

from ..actions.test_updating import EXE, FILES, made, tool  # noqa: F401  (fixtures)
from ..stores import PASSPHRASE
from .conftest import Run


def test_a_hold_is_set_listed_and_lifted(enrolled: list[str], run: Run) -> None:
    her = ("--participant", "1001")
    assert run("hold", "list", *enrolled, "--json").json == {"holds": [], "women_held": 0}
    set_ = run("hold", "add", *enrolled, *her, "--authority", "Attorney General", "--until", "2026-12-24", "--json")
    assert set_.code == 0, set_.err
    (one,) = run("hold", "list", *enrolled, "--json").json["holds"]
    assert (one["number"], one["authority"], one["until"]) == ("1001", "Attorney General", "2026-12-24")
    refused = run("dispose", "propose", *enrolled, *her, "--why", "order", "--authority", "A court", "--json")
    assert refused.code == 1
    assert refused.json["error"]["code"] == "held"
    lifted = run("hold", "lift", *enrolled, *her, "--why", "It is over", "--json")
    assert (lifted.code, len(lifted.json["lifted"]), lifted.json["erased"]) == (0, 1, 0)
    assert run("hold", "lift", *enrolled, *her).code == 1


def test_a_whole_record_is_erased_by_two(enrolled: list[str], run: Run, tmp_path: Path) -> None:
    her = ("--participant", "1001", "--why", "she_asked", "--authority", "Her letter of Nov 20")
    one = run("dispose", "propose", *enrolled, *her, "--json")
    assert (one.code, one.json["needs_office"]) == (0, True)
    (erasure,) = one.json["proposed"]
    alone = run("dispose", "approve", erasure, *enrolled, "--json")
    assert (alone.code, alone.json["error"]["code"]) == (1, "second")
    said = tmp_path / "second"
    said.write_text(PASSPHRASE + " two\n")
    words = ("user", "add", "second", "--administrator", "--new-passphrase-file", said)
    assert run(*words, *enrolled).code == 0
    second = [*enrolled[:2], "--user", "second", "--passphrase-file", str(said)]
    no = run("dispose", "refuse", erasure, *second)
    assert no.code == 0, no.err
    (erasure,) = run("dispose", "propose", *enrolled, *her, "--json").json["proposed"]
    assert run("dispose", "call-off", erasure, *enrolled).code == 0
    (erasure,) = run("dispose", "propose", *enrolled, *her, "--json").json["proposed"]
    done = run("dispose", "approve", erasure, *second, "--json")
    assert done.code == 0, done.err
    assert done.json["erased"] > 0
    assert any("Paper" in words for words in done.json["still_in"])
    states = [one["state"] for one in run("dispose", "list", *second, "--json").json["proposed"]]
    assert sorted(states) == ["erased", "no", "off"]
    assert run("share", "status", "--participant", "1001", *second).code == 1
    assert run("check", *second).code in (0, 1)
    assert run("log", "verify", *second, "--json").json["ok"]


def test_the_schedule_is_shown_and_decided(facility_args: list[str], run: Run) -> None:
    given = ("--set", "record", "--years", "12", "--authority", "State schedule 2026-04")
    decided = run("dispose", "schedule", *facility_args, *given, "--json")
    assert decided.code == 0, decided.err
    first = decided.json["schedule"][0]
    assert (first["years"], first["authority"], first["own"]) == (12, "State schedule 2026-04", True)
    assert run("dispose", "schedule", *facility_args, "--set", "record", "--years", "12").code == 1


def test_health_is_told_with_one_thing_to_do(facility_args: list[str], run: Run, tmp_path: Path) -> None:
    quick = run("health", "--quick", *facility_args, "--json")
    assert quick.code == 1
    assert quick.json["signs"][0]["key"] == "backup"
    assert run("backup", "--out", tmp_path / "one.backup", *facility_args).code == 0
    well = run("health", *facility_args, "--json")
    assert (well.code, well.json["ok"]) == (0, True), well.err


def test_a_damaged_store_is_repaired_by_a_script(enrolled: list[str], run: Run, tmp_path: Path) -> None:
    whole = run("repair", *enrolled, "--json")
    assert (whole.code, whole.json["error"]["code"]) == (1, "whole")
    database = Path(enrolled[1]) / "store.db"
    data = bytearray(database.read_bytes())
    data[200] ^= 1
    database.write_bytes(data)
    checked = run("check", *enrolled, "--json")
    assert checked.json["problems"][0]["code"] == "damaged"
    for told in (checked, run("conflicts", "list", *enrolled)):
        assert told.code == 1
        assert "Save what can be saved" in told.err
        assert "reentry-desktop repair --backup FILE" in told.err
    done = run("repair", *enrolled, "--json")
    assert done.code == 0, done.err
    assert done.json["missing"] == []
    assert Path(done.json["kept"]).read_bytes() == data
    assert run("share", "status", "--participant", "1001", *enrolled).code == 0


def test_a_lost_key_file_comes_from_a_backup_by_a_script(enrolled: list[str], run: Run, tmp_path: Path) -> None:
    backup = tmp_path / "one.backup"
    assert run("backup", "--out", backup, *enrolled).code == 0
    (Path(enrolled[1]) / "store.keys").unlink()
    lost = run("due", *enrolled)
    assert lost.code == 1
    assert "key file" in lost.err
    assert "reentry-desktop repair --backup FILE" in lost.err
    assert run("repair", *enrolled).code == 1
    done = run("repair", *enrolled, "--backup", backup)
    assert done.code == 0, done.err
    assert "The records are whole" in done.out
    assert run("log", "verify", *enrolled).code == 0


def test_an_update_by_command_from_the_publishers_key_to_the_way_back(
    run: Run,
    made: Any,  # noqa: F811
    tool: Any,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Until there is a publisher's key no update is taken, and that is said."""
    file = made(key=Ed25519PrivateKey.from_private_bytes(_made_key(tool, tmp_path)))
    (tmp_path / "x").write_bytes(b"no")
    (tmp_path / "none.key").write_text("\n")
    monkeypatch.setattr(updating, "PUBLISHER", tmp_path / "none.key")
    for command in ("inspect", "stage"):
        done = run("update", command, file)
        assert done.code == 1
        assert "built without a publisher's key" in done.err
        assert "Nothing was changed." in done.err
    monkeypatch.setattr(updating, "PUBLISHER", tmp_path / "publisher.key")
    for command in ("inspect", "stage"):
        assert run("update", command, tmp_path / "x", "--json").json["error"]["code"] == "format"
        assert run("update", command, made(), "--json").json["error"]["code"] == "signature"  # by another publisher
    program = tmp_path / "program"
    program.mkdir()
    (program / EXE).write_bytes(b"old")
    assert run("update", "inspect", file, "--json").json["against"] == "newer"
    staged = Path(run("update", "stage", file, "--into", tmp_path, "--json").json["folder"])
    assert run("update", "inspect", staged).code == 0
    assert run("update", "swap", staged, "--program", program).code == 0
    assert (program / EXE).read_bytes() == FILES[EXE]
    assert run("update", "back", "--program", program).code == 0
    assert (program / EXE).read_bytes() == b"old"
    assert run("update", "back", "--program", tmp_path / "none").code == 1


def _made_key(tool: Any, folder: Path) -> bytes:  # noqa: F811
    """The publisher's key as ``packaging/release.py key`` makes it: the private half; the public one is a file."""
    (folder / "publisher.key").write_text(tool.make_key(folder / "private") + "\n")
    return bytes.fromhex((folder / "private").read_text())
