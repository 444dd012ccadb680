"""Cards, bundles and the demo on the command line."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from reentry_desktop.actions.demo import open_practice
from reentry_desktop.cli.main import main
from reentry_desktop.store import open_store

from ..stores import PASSPHRASE, USER, enrolled, too_long_a_name, write_as_newer
from .conftest import Run, options


def trust_each_other(run: Run, one: list[str], other: list[str], folder: Path) -> None:
    for mine, theirs in ((one, other), (other, one)):
        card = folder / "site.card"
        made = run("card", "export", *theirs, "--out", card, "--json").json
        assert made.keys() >= {"site", "device", "fingerprint"}
        said = run("card", "trust", card, *mine, "--fingerprint", made["fingerprint"].upper(), "--json")
        assert said.code == 0, said.err
        assert said.json["site"] == made["site"]


def test_there_and_back(run: Run, facility_args: list[str], office_args: list[str], tmp_path: Path) -> None:
    trust_each_other(run, facility_args, office_args, tmp_path)
    stick = tmp_path / "stick"
    assert run("bundle", "export", *facility_args, "--to", "OFFICE", "--out", stick).code == 1  # no stick is there
    stick.mkdir()
    assert run("bundle", "export", *facility_args, "--to", "Nobody", "--out", stick).code == 1
    assert not list(stick.iterdir())
    sent = run("bundle", "export", *facility_args, "--to", "office", "--out", stick, "--json")
    assert sent.code == 0, sent.err
    keys = {"file", "bundle", "number", "changes", "records", "held_back", "bytes", "sha256"}
    assert keys <= sent.json.keys()
    file = Path(sent.json["file"])
    assert file.stat().st_size == sent.json["bytes"]

    trial = run("bundle", "import", file, *office_args, "--dry-run", "--json")
    assert trial.json["files"][0]["status"] == "applied"
    cut, noise = stick / "cut.bundle", stick / "noise.bundle"
    cut.write_bytes(file.read_bytes()[:-50])
    noise.write_bytes(b"noise\n" * 200)
    only = run("bundle", "import", cut, noise, stick / "none", *office_args, "--json")
    assert only.code == 1
    assert [one["status"] for one in only.json["files"]] == ["quarantined"] * 3
    assert all(one["reason"] for one in only.json["files"])
    assert [one["file_name"] for one in run("bundle", "aside", *office_args, "--json").json["files"]] == ["cut.bundle"]
    mixed = run("bundle", "import", file, noise, *office_args, "--json")
    assert mixed.code == 3
    assert [one["status"] for one in mixed.json["files"]] == ["applied", "quarantined"]
    assert {"changes", "records", "conflicts", "reason"} <= mixed.json["files"][0].keys()
    assert run("bundle", "aside", *office_args, "--json").json["files"] == []  # it came whole
    for known in (file, cut):
        again = run("bundle", "import", known, *office_args, "--json")
        assert (again.code, again.json["files"][0]["status"]) == (0, "already-applied")

    (status,) = run("bundle", "status", *office_args, "--json").json["sites"]
    assert status["last_sent"] is None
    assert status["last_received"]["number"] == 1
    assert status["gaps"] == []
    (status,) = run("bundle", "status", *facility_args, "--json").json["sites"]
    assert status["last_sent"]["number"] == 1
    assert status["waiting"] == 0
    assert status["acknowledged"] is None


def test_a_card_is_trusted_by_its_words_alone(
    run: Run, facility_args: list[str], office_args: list[str], tmp_path: Path
) -> None:
    card = tmp_path / "site.card"
    sheet = tmp_path / "words.pdf"
    made = run("card", "export", *office_args, "--out", card, "--sheet", sheet, "--json")
    words = made.json["fingerprint"].split()
    assert len(words) == 12
    assert sheet.read_bytes().startswith(b"%PDF-")
    trust = ["card", "trust", card, *facility_args, "--fingerprint"]
    assert run(*trust, " ".join([*words[1:], words[0]])).code == 1
    assert run(*trust, " ".join(words[:11])).code == 1
    assert run(*trust, "qwertyuiop").code == 1
    assert run("bundle", "status", *facility_args, "--json").json == {"sites": []}
    own = tmp_path / "own.card"
    said = run("card", "export", *facility_args, "--out", own, "--json").json["fingerprint"]
    assert run("card", "trust", own, *facility_args, "--fingerprint", said).code == 1
    own.write_bytes(b"{}\n")
    assert run("card", "trust", own, *facility_args, "--fingerprint", said).code == 1
    assert run("card", "trust", tmp_path / "none", *facility_args, "--fingerprint", said).code == 1


def test_inspect_needs_no_store(run: Run, facility_args: list[str], office_args: list[str], tmp_path: Path) -> None:
    trust_each_other(run, facility_args, office_args, tmp_path)
    card, other = tmp_path / "facility.card", tmp_path / "office.card"
    run("card", "export", *facility_args, "--out", card)
    run("card", "export", *office_args, "--out", other)
    file = Path(run("bundle", "export", *facility_args, "--to", "office", "--out", tmp_path, "--json").json["file"])
    seen = run("bundle", "inspect", file, "--json")
    assert seen.code == 0
    assert seen.json.keys() >= {"from", "to", "number", "signed", "can_open", "problems"}
    assert (seen.json["number"], seen.json["signed"], seen.json["can_open"]) == (1, None, None)
    signed = run("bundle", "inspect", file, "--card", card, "--json")
    assert (signed.code, signed.json["from"], signed.json["signed"]) == (0, "North Facility", True)
    assert re.fullmatch(r"a site not known here \([0-9a-f]{8}…\)", signed.json["to"][0])
    both = run("bundle", "inspect", file, "--card", other, "--card", card)
    assert "Bundle 1 from North Facility\nTo: State Office\nSigned by its site: yes" in both.out
    wrong = run("bundle", "inspect", file, "--card", other, "--json")
    assert (wrong.code, wrong.json["signed"], wrong.json["codes"]) == (1, False, ["other-card"])
    here = run("bundle", "inspect", file, *office_args, "--json")
    assert (here.code, here.json["can_open"], here.json["signed"]) == (0, True, True)
    assert here.json["to"] == ["State Office"]
    there = run("bundle", "inspect", file, *facility_args, "--json")
    assert (there.code, there.json["signed"], there.json["codes"]) == (1, True, ["own-bundle"])
    back = run("bundle", "import", file, *facility_args)  # the stick came home unread
    assert (back.code, "not taken in" in back.out, "Bring it to the site that it is for" in back.err) == (1, True, True)
    assert run("bundle", "aside", *facility_args, "--json").json["files"] == []
    assert run("bundle", "inspect", file, "--store", office_args[1]).code == 1

    data = bytearray(file.read_bytes())
    data[-20] ^= 1
    changed = tmp_path / "changed.bundle"
    changed.write_bytes(data)
    for more in ([], ["--card", card]):
        altered = run("bundle", "inspect", changed, *more, "--json")
        assert altered.code == 1
        assert altered.json["codes"] == ["altered"]
    changed.write_bytes(b"")
    assert run("bundle", "inspect", changed).code == 1
    assert run("bundle", "inspect", tmp_path / "none").code == 1


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    folder = tmp_path_factory.mktemp("demo") / "both"
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code, window = main(["demo", str(folder), "--people", "45", "--seed", "7", "--headless", "--json"])
    assert code == 0, err.getvalue()
    assert window is None
    assert "invented" in err.getvalue()
    return folder, json.loads(out.getvalue())


def opening(folder: Path, site: str, tmp_path: Path) -> list[str]:
    """As the README says."""
    lines = (folder / "README.txt").read_text("utf-8").splitlines()
    (found,) = [match for line in lines if (match := re.fullmatch(rf"{site}: user (\S+) passphrase (.+)", line))]
    said = tmp_path / f"{site}.passphrase"
    said.write_text(found[2])
    return [*options(folder / site, said)[:2], "--user", found[1], "--passphrase-file", str(said)]


def test_the_demo_tells_the_whole_way(
    demo: tuple[Path, dict[str, object]], run: Run, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder, told = demo
    assert told["participants"] == 45
    assert Path(str(told["bundle"])).parent == folder / "usb"
    assert all(Path(str(path)).read_bytes().startswith(b"%PDF-") for path in told["prints"])  # type: ignore[attr-defined]
    shutil.copytree(folder, tmp_path / "copy")
    folder = tmp_path / "copy"
    facility, office = (opening(folder, site, tmp_path) for site in ("facility", "office"))
    for args in (facility, office):
        well = run("check", *args, "--json")
        assert well.json == {"ok": True, "problems": []}
    women = run("records", "export", "participant", *facility, "--json").json["records"]
    assert len(women) == 45
    assert {"listed", "enrolled", "released", "offered", "declined", "waiting"} <= {w["status"] for w in women}
    there = run("records", "export", "plan", *facility, "--json").json["records"]
    assert len([plan for plan in there if plan["started_on"]]) == told["plans"]
    assert [plan for plan in there if plan["declined_on"]]
    assert {plan["language"] for plan in there} == {"en", "es"}
    assert len(run("records", "export", "plan", *office, "--json").json["records"]) == len(there)
    mine = run("records", "export", "plan_item", *facility, "--json").json["count"]
    theirs = run("records", "export", "plan_item", *office, "--json").json["count"]
    assert 0 < theirs < mine, "some share their words, some only their dates"
    supporters = run("records", "export", "supporter", *facility, "--json").json["records"]
    assert any(s["agreed_to_copy"] for s in supporters)
    found = run("measures", *office, "--json").json["measures"]["wrap_30_days"]
    assert found == told["measures"]["wrap_30_days"]  # type: ignore[index]
    assert 0 < found["numerator"] < found["denominator"]
    due = run("due", *facility, "--json").json
    assert due["due"]
    assert due["no_date"]
    assert due["check_date"]


def test_the_demo_refuses_a_folder_that_is_not_empty(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("keep")
    ran = run("demo", tmp_path, "--headless", "--json")
    assert ran.code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    assert run("demo", tmp_path / "mine", "--headless").code == 1


def test_practice_is_made_once_and_then_opened(run: Run, tmp_path: Path, facility_args: list[str]) -> None:
    with open_practice(tmp_path / "practice", people=4) as store:
        device = store.device
        assert store.practice
    with open_practice(tmp_path / "practice") as store:
        assert store.device == device
    args = opening(tmp_path / "practice", "facility", tmp_path)
    card = tmp_path / "practice.card"
    said = run("card", "export", *args, "--out", card, "--json").json["fingerprint"]
    refused = run("card", "trust", card, *facility_args, "--fingerprint", said)
    assert refused.code == 1
    assert "practice" in refused.err


def test_receipts_and_what_is_set_aside(
    run: Run, facility_args: list[str], office_args: list[str], tmp_path: Path
) -> None:
    trust_each_other(run, facility_args, office_args, tmp_path)
    assert run("bundle", "receipt", *office_args, "--site", "NORTH").code == 1
    file = Path(run("bundle", "export", *facility_args, "--to", "office", "--out", tmp_path, "--json").json["file"])
    run("bundle", "import", file, *office_args)
    told = run("bundle", "receipt", *office_args, "--site", "North Facility", "--json").json
    assert (told["number"], len(told["code"])) == (1, 11)
    wrong = run("bundle", "confirm", *facility_args, "--site", "OFFICE", "--code", "AAAAA-AAAAA")
    assert (wrong.code, "confirms none" in wrong.err) == (1, True)
    right = run("bundle", "confirm", *facility_args, "--site", "OFFICE", "--code", told["code"], "--json")
    assert (right.code, right.json["number"]) == (0, 1)
    (status,) = run("bundle", "status", *facility_args, "--json").json["sites"]
    assert (status["acknowledged"], status["unconfirmed"], status["waits"]) == (1, 0, [])
    assert "confirmed: 1" in run("bundle", "status", *facility_args).out
    run(
        "bundle",
        "import",
        run("bundle", "export", *facility_args, "--to", "office", "--out", tmp_path, "--json").json["file"],
        *office_args,
    )
    newer = run("bundle", "receipt", *office_args, "--site", "NORTH", "--json").json["code"]
    assert run("bundle", "confirm", *facility_args, "--site", "OFFICE", "--code", newer, "--json").json["number"] == 2
    old = run("bundle", "confirm", *facility_args, "--site", "OFFICE", "--code", told["code"])
    assert (old.code, "is for bundle 1, and bundle 2 is confirmed" in old.err) == (1, True)
    assert "confirmed: 2" in run("bundle", "status", *facility_args).out

    cut = tmp_path / "cut.bundle"
    later = run("bundle", "export", *facility_args, "--to", "office", "--out", tmp_path, "--json").json["file"]
    cut.write_bytes(Path(later).read_bytes()[:-50])
    assert run("bundle", "import", cut, *office_args).code == 1
    report = tmp_path / "report.txt"
    (kept,) = run("bundle", "aside", *office_args, "--report", report, "--json").json["files"]
    assert (kept["file_name"], kept["code"], kept["status"]) == ("cut.bundle", "truncated", "quarantined")
    assert kept["sha256"] in report.read_text()
    again = run("bundle", "aside", *office_args, "--again", "--json").json
    assert [one["status"] for one in again["tried"]] == ["quarantined"]
    listed = run("bundle", "aside", *office_args).out
    assert "cut.bundle: set aside" in listed
    assert "  Bundle 3 from North Facility. This bundle is cut short" in listed
    assert "truncated" not in listed
    dropped = run("bundle", "aside", *office_args, "--drop", kept["sha256"], "--json")
    assert dropped.json["files"] == []
    assert "The next bundle of North Facility brings what is in it again" in dropped.err
    assert run("bundle", "aside", *office_args, "--drop", kept["sha256"]).code == 1
    assert "Nothing is set aside." in run("bundle", "aside", *office_args).out


def test_what_of_a_bundle_waits_is_said_and_listed(
    run: Run, facility_args: list[str], office_args: list[str], tmp_path: Path
) -> None:
    trust_each_other(run, facility_args, office_args, tmp_path)
    with open_store(tmp_path / "facility", USER, PASSPHRASE) as store:
        woman, _episode = enrolled(store, "1009")
        write_as_newer(store, too_long_a_name(store, woman))
    file = run("bundle", "export", *facility_args, "--to", "office", "--out", tmp_path, "--json").json["file"]
    taken = run("bundle", "import", file, *office_args)
    assert taken.code == 0
    assert "1 entry waits here" in taken.out
    (held,) = run("bundle", "aside", *office_args, "--json").json["waiting"]
    assert (held["name"], held["why"], held["sender"]) == ("Ana Núñez", "unreadable", "North Facility")
    told = run("bundle", "aside", *office_args).out
    assert "Entries that wait:" in told
    assert held["words"] in told


def test_trust_is_taken_back_and_given_again(
    run: Run, facility_args: list[str], office_args: list[str], tmp_path: Path
) -> None:
    trust_each_other(run, facility_args, office_args, tmp_path)
    file = Path(run("bundle", "export", *facility_args, "--to", "office", "--out", tmp_path, "--json").json["file"])
    run("bundle", "import", file, *office_args)
    _own, north = run("card", "list", *office_args, "--json").json["sites"]
    (pc,) = north["pcs"]
    assert (north["site"], pc["revoked"]) == ("North Facility", None)
    assert run("card", "revoke", *office_args, "--site", "NORTH", "--device", "AAAA-AAAA", "--why", "Lost").code == 1
    made = run("card", "revoke", *office_args, "--site", "NORTH", "--device", pc["device"], "--why", "Lost", "--json")
    assert made.code == 0, made.err
    assert "revoked on" in run("card", "list", *office_args).out
    second = Path(run("bundle", "export", *facility_args, "--to", "office", "--out", tmp_path, "--json").json["file"])
    refused = run("bundle", "import", second, *office_args, "--json")
    assert (refused.code, refused.json["files"][0]["status"]) == (1, "quarantined")
    sha256 = hashlib.sha256(second.read_bytes()).hexdigest()
    looked = run("bundle", "aside", *office_args, "--look", sha256, "--json")
    assert (looked.code, looked.json["inside"]["status"], looked.json["inside"]["from"]) == (
        0, "applied", "North Facility",
    )  # fmt: skip
    assert "Nothing was read in." in looked.err
    (kept,) = looked.json["files"]
    assert (kept["code"], kept["reason"]) == ("revoked", "What comes from its PC is not believed any more.")
    assert run("bundle", "aside", *office_args, "--look", "none").code == 1
    assert run("card", "trust-again", *office_args, made.json["revocation"]).code == 0
    again = run("bundle", "aside", *office_args, "--again", "--json").json
    assert [one["status"] for one in again["tried"]] == ["applied"]


def test_words_are_called_back_deleted_and_told(
    run: Run, facility_args: list[str], office_args: list[str], whole: list[str], tmp_path: Path
) -> None:
    trust_each_other(run, facility_args, office_args, tmp_path)
    hers = ["--participant", "1001"]
    export = ["bundle", "export", *facility_args, "--to", "OFFICE"]
    assert run(*export).code == 2  # where to
    would = run(*export, "--dry-run", "--json")
    assert would.code == 0, would.err
    assert (would.json["file"], would.json["dry_run"], would.json["number"]) == (None, True, 1)
    (reason,), (woman,) = would.json["stays"], would.json["stays_of"]
    assert (reason["code"], reason["participants"]) == ("not-done", 1)
    assert reason["changes"] == woman["changes"] == would.json["held_back"] > 1
    assert f"{woman['changes']} changes of 1 woman: Her plan has words since it was last done for now." in would.err
    assert f"{woman['name']}: {woman['changes']} changes." in would.err
    assert run("plan", "done", *whole).code == 0

    def carry(sender: list[str], to: str, receiver: list[str]) -> None:
        sent = run("bundle", "export", *sender, "--to", to, "--out", tmp_path, "--json").json
        assert run("bundle", "import", sent["file"], *receiver).code == 0

    carry(facility_args, "OFFICE", office_args)
    carry(office_args, "NORTH", facility_args)
    assert run("share", "asked", *office_args, "--json").json == {"asked": []}
    assert "did not call" in run("share", "delete", *office_args, *hers).err
    shared = run("share", "set", *facility_args, *hers, "dates", "--json")
    assert shared.code == 0, shared.err
    told = shared.json
    assert told["sites"] == [{"site": "State Office", "deleted_on": None, "had_none": False}]
    assert "Paper that was printed" in shared.err
    carry(facility_args, "OFFICE", office_args)
    (asked,) = run("share", "asked", *office_args, "--json").json["asked"]
    assert asked["participant"] == "1001"
    assert "1001" in run("share", "asked", *office_args).out
    assert run("share", "delete", *office_args, *hers, "--json").json["deleted"] > 3
    assert run("records", "export", "plan_item", *office_args, "--format", "jsonl").out == ""
    carry(office_args, "NORTH", facility_args)
    status = run("share", "status", *facility_args, *hers, "--json")
    assert status.code == 0, status.err
    assert (status.json["share"], status.json["called_back_on"], status.json["sites"][0]["deleted_on"]) == (
        "dates", told["called_back_on"], told["called_back_on"],
    )  # fmt: skip
    (there,) = status.json["there"]
    assert (there["site"], there["waiting"], there["on_the_way"]) == ("State Office", 0, 0)
    for words in ("State Office deleted them on", "Paper that was printed", "State Office: It has confirmed"):
        assert words in status.err
    assert run("share", "set", *facility_args, *hers, "words").code == 0
    assert "No participant" in run("share", "set", *facility_args, "--participant", "1002", "words").err
