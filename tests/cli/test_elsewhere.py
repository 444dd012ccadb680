"""What an office does about a facility from its command line; programs; a clock that is years off."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from reentry_desktop.actions import staff, sync, transfers
from reentry_desktop.store import Store

from ..stores import USER, Clock, Template, enrolled, exchange_cards
from .conftest import Run, options


def test_an_account_of_a_facility_is_closed_and_opened(
    run: Run, facility: Store, office: Store, tmp_path: Path, passphrase_file: Path
) -> None:
    exchange_cards(facility, office)
    staff.add_user(facility, name="ana", passphrase="four quiet lamps by night")
    sync.take_in(office, [sync.send(facility, "OFFICE", tmp_path).file])
    office.close()
    args = options(office.folder, passphrase_file)
    closed = run("user", "disable", "ana", "--site", "north", *args, "--json")
    assert closed.code == 0, closed.err
    assert "The next bundle tells north." in closed.err
    found = {one["name"]: one["disabled_on"] for one in closed.json["users"]}
    assert found["ana"]
    assert found[USER] is None
    last = run("user", "disable", USER, "--site", "NORTH", *args, "--json")
    assert (last.code, last.json["error"]["code"]) == (1, "last")
    assert run("user", "enable", "ana", "--site", "NORTH", *args).code == 0
    assert "closed" not in run("user", "list", "--site", "NORTH", *args).out
    assert run("user", "disable", "ana", *args).code == 1  # of this site there is none


def test_a_program_is_added_on_the_command_line(run: Run, facility_args: list[str]) -> None:
    assert run("program", "list", *facility_args, "--json").json == {"programs": []}
    for name in ("Bridges", "bridges"):
        made = run("program", "add", name, *facility_args, "--funder", "State", "--json")
        assert made.code == 0, made.err
    assert [(one["name"], one["funder"]) for one in made.json["programs"]] == [("Bridges", "State")]
    assert run("program", "add", "  ", *facility_args).code == 1


def test_a_clock_that_is_years_ahead_is_told(
    run: Run, facility_template: Template, office: Store, tmp_path: Path, passphrase_file: Path
) -> None:
    late = Clock(dt.datetime(2091, 3, 4, 9, 0, tzinfo=dt.UTC))
    with facility_template.open(tmp_path / "facility", late) as facility:
        exchange_cards(facility, office)
        file = sync.send(facility, "OFFICE", tmp_path).file
    office.close()
    args = options(office.folder, passphrase_file)
    words = "The clock at North Facility said Mar 4, 2091"
    came = run("bundle", "import", file, *args, "--json")
    assert came.code == 0, came.err
    assert words in came.err
    assert words in came.json["files"][0]["clock"]
    status = run("bundle", "status", *args, "--json")
    assert words in status.err
    assert status.json["sites"][0]["clock"]["there"] == "2091-03-04"
    assert words in "".join(one["sentence"] for one in run("check", *args, "--json").json["problems"])


def test_sealed_files_are_named_by_their_sender(run: Run, office: Store, facility_template: Template,
                                                tmp_path: Path, passphrase_file: Path) -> None:  # fmt: skip
    """What an office carries unopened from one facility to another is no path, but says from whom it is."""
    south_template = Template.make(tmp_path / "made", "facility", "South Facility", "SOUTH")
    with facility_template.open(tmp_path / "north") as north, south_template.open(tmp_path / "south") as south:
        woman, _episode = enrolled(north)
        for store in (north, south):
            exchange_cards(store, office)
        for sender, receiver, to in ((office, north, "NORTH"), (office, south, "SOUTH")):
            sync.take_in(receiver, [sync.send(sender, to, tmp_path).file])
        with north.work("release_record") as unit:
            transfers.release_record(unit, woman, "SOUTH", "")
        sync.take_in(office, [sync.send(north, "OFFICE", tmp_path).file])
        file = sync.send(office, "SOUTH", tmp_path).file
    came = run("bundle", "import", file, *options(tmp_path / "south", passphrase_file))
    assert came.code == 0, came.err
    assert "Sealed file of North Facility, number 1: taken in" in came.out
    assert "parcels" not in came.out


def test_a_site_is_named_where_records_are_exported(
    run: Run, facility: Store, passphrase_file: Path, tmp_path: Path
) -> None:
    enrolled(facility)
    site = facility.site
    facility.close()
    args, out = options(facility.folder, passphrase_file), tmp_path / "women.csv"
    (woman,) = run("records", "export", "participant", *args, "--json").json["records"]
    assert (woman["site"], woman["site_name"]) == (site, "North Facility")
    assert run("records", "export", "participant", *args, "--out", out).code == 0
    assert out.read_text().splitlines()[0].endswith(",status,site_name")
    again = run("records", "import", "participant", out, *args, "--json")
    assert (again.code, again.json["unchanged"]) == (0, 1)
