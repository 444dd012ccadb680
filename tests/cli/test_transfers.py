"""Moves between facilities on the command line: the whole way of a woman and her record, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from reentry_desktop.actions import moves

from ..stores import PASSPHRASE, USER, Template, enrolled, exchange_cards
from .conftest import Run

Args = dict[str, tuple[object, ...]]


@pytest.fixture
def args(facility_template: Template, office_template: Template, tmp_path: Path) -> Args:
    """How to open the stores of two facilities and their office; a woman is at North."""
    south_template = Template.make(tmp_path / "made", "facility", "South Facility", "SOUTH")
    stores = {
        name: template.open(tmp_path / name)
        for name, template in (("north", facility_template), ("south", south_template), ("office", office_template))
    }
    enrolled(stores["north"])
    for name in ("north", "south"):
        exchange_cards(stores[name], stores["office"])
    for store in stores.values():
        store.close()
    (tmp_path / "pass").write_text(PASSPHRASE, "utf-8")
    more = ("--user", USER, "--passphrase-file", tmp_path / "pass", "--json")
    (tmp_path / "stick").mkdir()
    return {name: ("--store", tmp_path / name, *more) for name in stores}


def test_her_record_goes_from_one_facility_to_another(run: Run, args: Args, tmp_path: Path) -> None:
    stick = tmp_path / "stick"

    def carry(old: str, to: str) -> list[dict[str, object]]:
        for sender, receiver, name in ((old, "office", "OFFICE"), ("office", to, to.upper())):
            sent = run("bundle", "export", *args[sender], "--to", name, "--out", stick)
            assert sent.code == 0, sent.err
            came = run("bundle", "import", sent.json["file"], *args[receiver])
            assert came.code == 0, came.err
        files: list[dict[str, object]] = came.json["files"]
        return files

    refused = run("transfer", "release", *args["north"], "--participant", "R1001", "--to", "SOUTH")
    assert refused.code == 1
    assert "No card of a facility called SOUTH" in refused.err
    carry("south", "north")
    carry("north", "south")
    (known,) = run("transfer", "list", *args["north"]).json["facilities"]
    assert (known["name"], known["introduced_by"], len(known["fingerprint"].split())) == (
        "South Facility", "State Office", 12,
    )  # fmt: skip

    # Moved in the night: she is registered and her record asked for.
    lines = tmp_path / "women.jsonl"
    lines.write_text('{"department_number": "R1001", "first_name": "Ana", "last_name": "Nunez"}\n', "utf-8")
    assert run("records", "import", "participant", lines, *args["south"]).code == 0
    asked = run("transfer", "ask", *args["south"], "--participant", "R1001")
    assert asked.code == 0, asked.err
    carry("south", "north")
    (request,) = run("transfer", "list", *args["north"]).json["asked_here"]
    assert (request["id"], request["other"], request["state"]) == (asked.json["request"], "South Facility", "open")
    no = run("transfer", "refuse", request["id"], *args["north"], "--why", "She is here")
    assert no.code == 0, no.err

    trial = run("transfer", "release", *args["north"], "--participant", "R1001", "--to", "SOUTH", "--dry-run")
    assert trial.json["transfer"] is None
    assert trial.json["going"]["name"] == "Ana Núñez"
    given = ("--participant", "R1001", "--to", "south facility", "--request", request["id"], "--why", "Her children")
    released = run("transfer", "release", *args["north"], *given)
    assert released.code == 0, released.err
    assert run("transfer", "accept", *args["south"], "--participant", "R1001").code == 1
    came = carry("north", "south")
    assert [(one["from"], one["status"]) for one in came] == [
        ("State Office", "applied"), ("North Facility", "applied"),
    ]  # fmt: skip
    held = run("transfer", "holder", *args["north"], "--participant", "R1001").json
    assert (held["by"], held["to"], held["writable"]) == ("North Facility", "South Facility", False)
    wrong = run("plan", "start", *args["north"], "--participant", "R1001")
    assert wrong.json["error"]["code"] == "moved"
    taken = run("transfer", "accept", *args["south"], "--participant", "r1001")
    assert taken.code == 0, taken.err
    carry("south", "north")
    (out,) = run("transfer", "list", *args["north"]).json["out"]
    assert (out["state"], out["number"], out["why"]) == ("taken", "R1001", "Her children")
    late = run("transfer", "call-off", out["id"], *args["north"])
    assert late.code == 1
    assert "already" in late.err
    assert run("transfer", "again", "0" * 32, *args["north"]).code == 1
    words = [str(word) for word in args["south"] if word != "--json"]
    said = run("transfer", "list", *words).out
    assert "Taken over." in said
    assert "South Facility" not in said
    assert set(moves.RELEASED) >= {out["state"]}


def test_a_trial_says_that_a_sealed_file_stays_for_a_site_that_was_revoked(
    run: Run, args: Args, tmp_path: Path
) -> None:
    def copy(sender: str, to: str) -> object:
        return run("bundle", "export", *args[sender], "--to", to, "--out", tmp_path / "stick").json["file"]

    for to in ("office", "north"):
        assert run("bundle", "import", copy("south" if to == "office" else "office", to), *args[to]).code == 0
    assert run("transfer", "release", *args["north"], "--participant", "R1001", "--to", "SOUTH").code == 0
    copy("north", "office")  # it is sealed now, and the stick is lost
    assert run("card", "revoke", *args["office"], "--site", "SOUTH", "--why", "Stolen").code == 0
    assert run("bundle", "import", copy("office", "north"), *args["north"]).code == 0
    said = "A sealed file for South Facility stays here: South Facility is not trusted any more."
    for more in (["--dry-run"], ["--out", tmp_path / "stick"]):
        sent = run("bundle", "export", *args["north"], "--to", "office", *more)
        assert (sent.json["sealed_for"], sent.json["sealed_stays"]) == ([], ["South Facility"])
        assert said in run("bundle", "export", *args["north"][:-1], "--to", "office", *more).out
