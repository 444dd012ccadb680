"""Closed facilities on the command line: noted, given on, taken over, taken back; and what is refused."""

from __future__ import annotations

from pathlib import Path

from ..stores import PASSPHRASE, USER, Template, enrolled, exchange_cards
from .conftest import Run


def test_a_closed_facility_and_its_women(
    run: Run, facility_template: Template, office_template: Template, tmp_path: Path
) -> None:
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
    args = {name: ("--store", tmp_path / name, *more) for name in stores}
    stick = tmp_path / "stick"
    stick.mkdir()

    def carry(sender: str, receiver: str) -> None:
        sent = run("bundle", "export", *args[sender], "--to", receiver.upper(), "--out", stick)
        assert sent.code == 0, sent.err
        came = run("bundle", "import", sent.json["file"], *args[receiver])
        assert came.code == 0, came.err

    carry("north", "office")
    early = run("closed", "give", *args["office"], "--site", "NORTH", "--to", "SOUTH", "--all")
    assert (early.code, early.json["error"]["code"]) == (1, "open")
    noted = run("closed", "note", *args["office"], "--site", "NORTH", "--why", "The wing was shut")
    assert noted.code == 0, noted.err
    assert run("closed", "note", *args["south"], "--site", "NORTH", "--why", "Rivalry").code == 1
    given = run("closed", "give", *args["office"], "--site", "NORTH", "--to", "SOUTH", "--participant", "r1001")
    assert given.code == 0, given.err
    (one,) = run("closed", "list", *args["office"]).json["closed"]
    assert (one["name"], one["why"]) == ("North Facility", "The wing was shut")
    assert [(her["number"], her["to"], her["words"]) for her in one["women"]] == [("R1001", "South Facility", False)]
    carry("office", "south")
    (coming,) = run("transfer", "list", *args["south"]).json["coming"]
    assert (coming["state"], coming["by"]) == ("here", "State Office")
    assert run("transfer", "accept", *args["south"], "--participant", "R1001").code == 0
    carry("south", "office")
    held = run("transfer", "holder", *args["office"], "--participant", "R1001").json
    assert (held["by"], held["to"]) == ("South Facility", "")
    (one,) = run("closed", "list", *args["office"]).json["closed"]
    assert one["women"] == []

    # It is there after all, and lets go what only it has.
    carry("office", "north")
    carry("north", "office")
    carry("office", "south")
    carry("south", "office")
    carry("office", "north")
    (out,) = run("transfer", "list", *args["north"]).json["out"]
    assert (out["state"], out["rest"]) == ("taken", True)
    assert run("transfer", "rest", out["id"], *args["north"]).code == 0
    assert run("transfer", "rest", noted.json["closure"], *args["north"]).code == 1
    assert not run("transfer", "list", *args["north"]).json["out"][0]["rest"]
    words = [str(word) for word in args["office"] if word != "--json"]
    assert "North Facility" in run("closed", "list", *words).out
    assert run("closed", "open-again", noted.json["closure"], *args["office"]).code == 0
    assert run("closed", "list", *args["office"]).json["closed"] == []
