"""The record of use from the command line: every command leaves an entry; an auditor can check what she is given."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from reentry_desktop.actions import (
    assigning,
    disclosures,
    enrolling,
    retention,
    slips,
    staff,
    sync,
    use,
    use_faults,
    use_keeping,
    use_review,
)
from reentry_desktop.actions.disclosures import Allowed
from reentry_desktop.actions.opening import unlock
from reentry_desktop.base.problems import Problem
from reentry_desktop.cli import parser
from reentry_desktop.records.access import Who
from reentry_desktop.records.people import Role, Site
from reentry_desktop.store import Store, mark

from ..stores import PASSPHRASE, USER, Clock, Template, assert_whole, exchange_cards
from ..stores import enrolled as enroll
from .conftest import Run, options

MAKE_ONE = {"open", "init", "join", "recover", "restore", "rekey", "erase-store", "repair"}
"""Commands that make, renew, end or bring back a store, or open the window: tests of their own look at them."""


def leaves(made: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Every command of the command line."""
    for action in made._actions:
        if isinstance(action, argparse._SubParsersAction):
            for one in action.choices.values():
                if any(isinstance(a, argparse._SubParsersAction) for a in one._actions):
                    yield from leaves(one)
                else:
                    yield one


def entries(run: Run, args: list[str], *more: str) -> list[dict[str, Any]]:
    done = run("log", "list", *args, *more, "--json")
    assert done.code == 0, done.err
    return done.json["entries"]  # type: ignore[no-any-return]


@pytest.mark.controls("AU-2", "164.312(b)")
def test_every_command_that_opens_a_store_leaves_an_entry(run: Run, facility_args: list[str], tmp_path: Path) -> None:
    """Each is run with what it must have: whether it does its work or is refused, that somebody asked is on record."""
    names = {one.prog.partition(" ")[2]: one for one in leaves(parser.build())}
    assert len(names) > 80
    asked = []
    for name, one in sorted(names.items()):
        if name in MAKE_ONE or name in ("user passphrase", "new-device", "log list"):
            continue
        if name.startswith("second "):  # then the account asks the next command for more; tests of its own look at them
            continue
        if not any(action.dest == "passphrase_file" for action in one._actions):
            continue  # it opens no store
        words: list[str] = [*name.split(), *facility_args]
        for action in one._actions:
            if action.option_strings and not action.required and action.dest != "out":
                continue
            if action.dest in ("store", "user", "passphrase_file", "help", "json", "lang"):
                continue
            value = next(iter(map(str, action.choices))) if action.choices else _value(action, tmp_path)
            words += [action.option_strings[0], value] if action.option_strings else [value]
        for group in one._mutually_exclusive_groups:
            if group.required:
                first = group._group_actions[0]
                words += [first.option_strings[0], *([] if first.nargs == 0 else [_value(first, tmp_path)])]
        assert run(*words).code in (0, 1, 3), (name, run(*words).err)
        asked.append(name)
    told = {
        entry["values"].get("command") for entry in entries(run, facility_args, "--act", "command", "--most", "500")
    }
    assert set(asked) - told == set()


def _value(action: argparse.Action, tmp_path: Path) -> str:
    if action.type is Path:
        path = tmp_path / f"some-{action.dest}-{action.metavar}"
        if action.dest == "file":
            path.write_text("department_number\n1001\n")
        if action.metavar == "DIR":
            path.mkdir(exist_ok=True)
        return str(path)
    if action.dest == "values":
        return "backup_days=30"
    try:
        if action.type is not None:
            action.type("2026-11-23")  # type: ignore[operator]
        return "2026-11-23"
    except (argparse.ArgumentTypeError, ValueError, TypeError):
        return "0" * 32 + "/unit" if action.metavar == "ID" else "5"


@pytest.mark.controls("AU-3")
def test_the_list_is_filtered_by_person_woman_act_and_day(run: Run, enrolled: list[str]) -> None:
    assert run("share", "status", *enrolled, "--participant", "1001").code == 0
    hers = entries(run, enrolled, "--participant", "1001")
    assert {"enrol", "command"} <= {entry["act"] for entry in hers}
    assert all(entry["about"] == "Ana N. 1001" for entry in hers)
    asked = [entry for entry in hers if entry["values"].get("command") == "share status"]
    assert len(asked) == 1
    assert asked[0]["who"] == USER
    today = dt.date.today()
    assert entries(run, enrolled, "--act", "enrol", "--from", today.isoformat(), "--to", today.isoformat())
    assert not entries(run, enrolled, "--act", "enrol", "--to", (today - dt.timedelta(days=2)).isoformat())
    assert not entries(run, enrolled, "--act", "enrol", "--from", (today + dt.timedelta(days=2)).isoformat())
    assert {entry["who"] for entry in entries(run, enrolled, "--person", USER)} == {USER}
    assert run("log", "list", *enrolled, "--person", "nobody").code == 1
    assert run("log", "list", *enrolled, "--act", "nothing").code == 1


def test_pages_go_on_where_the_one_before_ended(run: Run, enrolled: list[str]) -> None:
    first = run("log", "list", *enrolled, "--most", "5", "--json").json
    second = run("log", "list", *enrolled, "--most", "5", "--before", first["before"], "--json").json
    numbers = [entry["seq"] for entry in (*first["entries"], *second["entries"])]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 10


@pytest.mark.controls("AU-2")
def test_what_is_refused_is_an_entry_too(run: Run, facility_args: list[str], tmp_path: Path) -> None:
    phrase = tmp_path / "said"
    phrase.write_text("copper lantern willow nine\n")
    assert run("user", "add", "ana", *facility_args, "--new-passphrase-file", phrase).code == 0
    ana = ["--store", facility_args[1], "--user", "ana", "--passphrase-file", str(phrase)]
    assert run("user", "role", USER, "coordinator", *ana).code == 1
    assert run("user", "passphrase", USER, *ana, "--new-passphrase-file", phrase).code == 1
    assert run("log", "list", *ana).code == 1
    refused = [entry for entry in entries(run, facility_args, "--person", "ana") if entry["refused"]]
    assert {"set_role", "reset_passphrase", "list_use"} <= {entry["act"] for entry in refused}
    assert all(entry["what"].startswith("Was refused") for entry in refused)


def test_the_copy_for_an_auditor_is_checked_by_openssl(run: Run, enrolled: list[str], tmp_path: Path) -> None:
    out = tmp_path / "use.jsonl"
    done = run("log", "export", *enrolled, "--out", out, "--signed", "--json").json
    assert len(done["fingerprint"].split()) == 12
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert len(lines) == done["entries"]
    assert lines[-1]["act"] == "export_log"
    tool = shutil.which("openssl")
    if tool is None:
        pytest.skip("no openssl on this PC")
    check = [tool, "pkeyutl", "-verify", "-pubin", "-inkey", done["key"], "-rawin", "-in", out, "-sigfile",
             done["signature"]]  # fmt: skip
    assert subprocess.run(check, check=False, capture_output=True).returncode == 0
    out.write_bytes(out.read_bytes().replace(b"enrol", b"enrox", 1))
    assert subprocess.run(check, check=False, capture_output=True).returncode != 0


def test_a_part_is_copied_out_by_the_same_filters(run: Run, enrolled: list[str], tmp_path: Path) -> None:
    out = tmp_path / "part.jsonl"
    assert run("log", "export", *enrolled, "--out", out, "--act", "enrol", "--participant", "1001").code == 0
    assert {json.loads(line)["act"] for line in out.read_text("utf-8").splitlines()} == {"enrol"}


def test_verify_compares_with_a_backup(run: Run, enrolled: list[str], tmp_path: Path) -> None:
    assert run("backup", *enrolled, "--out", tmp_path / "b.backup").code == 0
    good = run("log", "verify", *enrolled, "--against", tmp_path / "b.backup", "--json")
    assert (good.code, good.json["ok"], good.json["problems"]) == (0, True, [])
    assert run("log", "verify", *enrolled, "--against", tmp_path / "none").code == 1


NAMES = ("<b onclick=x>", "=cmd|'/C calc'!A1", "../../etc/passwd", "{first} %s \\n", "@SUM(1+1)")


@pytest.mark.parametrize("name", NAMES)
def test_a_crafted_name_is_only_a_name(run: Run, facility_args: list[str], tmp_path: Path, name: str) -> None:
    """It reaches the record of use, its copy and a table for spreadsheets as the letters it is, and makes no file."""
    with unlock(Path(facility_args[1]), USER, PASSPHRASE) as store:
        enroll(store, "R7007", first=name, last="Ortega")
    found = run("log", "list", *facility_args, "--participant", "R7007", "--json")
    assert found.json["entries"][0]["about"].startswith(name.lstrip("."))
    assert run("log", "list", *facility_args, "--participant", "R7007").out.count(name.lstrip(".")) >= 1
    out = tmp_path / "out"
    out.mkdir()
    assert run("log", "export", *facility_args, "--out", out / "use.jsonl").code == 0
    for line in (out / "use.jsonl").read_text("utf-8").splitlines():
        json.loads(line)
    assert run("records", "export", "participant", *facility_args, "--out", out / "women.csv").code == 0
    cells = (out / "women.csv").read_text("utf-8")
    if name[0] in "=@":
        assert f"'{name[:6]}" in cells  # quoted against a spreadsheet that would run it
    hers = ["--participant", "R7007"]
    assert run("user", "saves-open", USER, "yes", *facility_args).code == 0
    assert run("plan", "start", *facility_args, *hers).code == 0
    printed = run("plan", "print", *facility_args, *hers, "--layout", "full", "--size", "standard", "--language", "en",
                  "--with-name", "--out", out / "plan.pdf")  # fmt: skip
    assert printed.code == 0, printed.err
    with pypdfium2.PdfDocument(out / "plan.pdf") as pdf:
        words = "".join("".join(one.get_textpage().get_text_range().split()) for one in pdf)
    assert "".join(name.split()) in words
    assert sorted(path.name for path in out.iterdir()) == ["plan.pdf", "use.jsonl", "women.csv"]


# Reviews


def review(store: Store, note: str, site: str = "") -> None:
    with store.work("review_use") as unit:
        use_review.review_use(unit, note, use_review.site_named(unit, site))


@pytest.mark.embedded
def test_what_an_unlock_found_is_told_until_somebody_reviewed_it(run: Run, facility_args: list[str]) -> None:
    asked = (("log", "verify"), ("check",), ("health", "--quick"))
    assert run("log", "verify", *facility_args).code == 0
    (Path(facility_args[1]) / mark.FILE).unlink()
    for words in (*asked, *asked):
        told = run(*words, *facility_args)
        assert told.code == 1, words
        assert "The mark that stands beside the records is gone" in told.out + told.err, words
    assert run("log", "review", "--note", "IT cleaned the folder", *facility_args).code == 0
    assert run("log", "verify", *facility_args).code == 0


@pytest.mark.controls("AU-6")
def test_a_review_has_a_name_and_a_note(run: Run, facility_args: list[str]) -> None:
    assert run("log", "review", *facility_args, "--json").json["reviews"] == []
    done = run("log", "review", *facility_args, "--note", "Nothing unusual", "--json").json
    assert [(one["who"], one["note"]) for one in done["reviews"]] == [(USER, "Nothing unusual")]
    with unlock(Path(facility_args[1]), USER, PASSPHRASE) as store, pytest.raises(Problem):
        review(store, "   ")


@pytest.mark.controls("AU-6")
def test_who_works_alone_is_reviewed_by_the_office_from_the_bundle(
    facility: Store, office: Store, clock: Clock, tmp_path: Path
) -> None:
    exchange_cards(facility, office)
    with facility.read() as unit:
        assert use_review.works_alone(unit)
        assert use_review.due(unit) == []  # nothing waits for a second person there
    slips.make(facility)
    with facility.read() as unit:  # whom the sealed slip is for is nobody yet
        assert use_review.works_alone(unit)
    sync.send(facility, "OFFICE", tmp_path)
    woman, _episode = enroll(facility, "R1001")
    with facility.work("note_disclosure") as unit:
        disclosures.note_disclosure(
            unit, woman, by=Allowed(ground="none", why="He insisted"), recipient="Warden Holloway", what="Her dates"
        )
    assigning.break_glass(facility, "R1001", "her sister is at the gate")
    clock.now += dt.timedelta(days=8)
    office.clock = facility.clock = clock
    sent = sync.send(facility, "OFFICE", tmp_path)
    (taken,) = sync.take_in(office, [sent.file])
    assert taken.status == sync.APPLIED, taken
    with office.read() as unit:
        (due,) = use_review.due(unit)
        assert (due.name, due.days) == ("North Facility", None)
        (counted,) = use_review.counts(unit, due.site)
        assert counted.counts["changes"] >= 4
        assert counted.counts["unconsented"] == 1  # how many, and of nobody
        assert any("Changes of records" in line for line in use_review.told(counted))
        ((_at, who, why),) = use_review.opened(unit, counted)
        assert (who, why) == ("lead", "her sister is at the gate")
    review(office, "Looked through; nothing unusual", "NORTH")
    with office.read() as unit:
        assert use_review.due(unit) == []
    back = sync.send(office, "NORTH", tmp_path)
    (taken,) = sync.take_in(facility, [back.file])
    assert taken.status == sync.APPLIED, taken
    with facility.read() as unit:  # the facility sees that it was looked at, and by whom
        (told,) = use_review.reviews(unit)
        assert told.note == "Looked through; nothing unusual"


def test_a_review_is_due_each_week_where_two_work(facility: Store, clock: Clock) -> None:
    staff.add_user(facility, name="bo", passphrase="seven green boats at noon")
    with facility.read() as unit:
        assert [one.days for one in use_review.due(unit)] == [None]
    review(facility, "Fine")
    with facility.read() as unit:
        assert use_review.due(unit) == []
    clock.now += dt.timedelta(days=8)
    with facility.read() as unit:
        assert [one.days for one in use_review.due(unit)] == [8]


# How long it is kept


@pytest.mark.controls("AU-11")
def test_old_views_go_and_changes_never(facility_template: Template, tmp_path: Path, run: Run) -> None:
    clock = Clock()
    folder = tmp_path / "store"
    with facility_template.open(folder, clock) as store:
        woman, _episode = enroll(store, "R1001")
        with store.work("show_page") as unit:
            use.show_page(unit, "plan", woman)
        with store.work("find") as unit:
            use.find(unit, "ana", 1)
        with store.work("set_site") as unit:
            unit.revise(Site, store.site, looks_years=1)
        clock.now += dt.timedelta(days=200)
        with store.work("find") as unit:
            use.find(unit, "young", 1)
        clock.now += dt.timedelta(days=200)
    with unlock(folder, USER, PASSPHRASE, clock) as store:
        assert use_keeping.let_use_go(store) == 2
        with store.whole("list_use") as unit:
            acts = [line.act for line in use.list_use(unit, most=500).rows]
        assert acts.count("find") == 1  # the one of half a year ago
        assert "show_page" not in acts
        assert acts.count("enrol") >= 2  # what changed her record stays
        assert use_faults.check_use(store).faults == []  # the chain is still provable


@pytest.mark.controls("AU-11")
def test_what_is_under_hold_stays_and_who_cannot_see_holds_lets_nothing_go(facility: Store, clock: Clock) -> None:
    """Who looked at her record and who searched for her is evidence, as her record is."""
    held, _episode = enroll(facility, "R1001", first="Rosalba", last="Quill")
    other, _episode = enroll(facility, "R1002", first="Bea", last="Okoro")
    with facility.work("show_page") as unit:
        for woman in (held, other):
            use.show_page(unit, "plan", woman)
    with facility.work("find") as unit:
        for words in ("rosal", "R-1001", "bea"):
            use.find(unit, words, 1)
    with facility.work("set_site") as unit:
        unit.revise(Site, facility.site, looks_years=1)
    with facility.work("add_hold") as unit:
        hold = retention.add_hold(unit, held, authority="Attorney General")
    clock.now += dt.timedelta(days=367)
    with facility.work("add_program") as unit:  # the clock is known to be right
        enrolling.add_program(unit, name="Doors")
    facility._seat(Who(facility.who.id, "ivy", administrator=True, role=Role.IT))
    with pytest.raises(Problem) as problem:
        use_keeping.let_use_go(facility)
    assert problem.value.code == "part"
    facility._seat(Who(facility.who.id, USER, administrator=True))
    assert use_keeping.let_use_go(facility) == 2  # the other woman's page, and the search for her
    with facility.work("lift_hold") as unit:
        retention.lift_hold(unit, hold)
    assert use_keeping.let_use_go(facility) == 3
    assert_whole(facility)


def test_a_clock_that_is_ahead_lets_nothing_go(facility: Store, clock: Clock) -> None:
    with facility.work("find") as unit:
        use.find(unit, "ana", 1)
    with facility.work("set_site") as unit:
        unit.revise(Site, facility.site, looks_years=1)
    clock.now += dt.timedelta(days=3 * 366)
    with pytest.raises(Problem) as problem:
        use_keeping.let_use_go(facility)
    assert problem.value.code == "clock"


@pytest.mark.controls("AU-11", "164.316(b)(2)")
def test_fewer_years_than_the_rules_ask_are_refused(facility: Store) -> None:
    for values in ({"looks_years": 0}, {"unlocks_years": 5}):
        with pytest.raises(Problem), facility.work("set_site") as unit:
            unit.revise(Site, facility.site, **values)


@pytest.mark.controls("AU-8")
def test_the_error_of_a_clock_stands_in_each_entry(facility: Store, clock: Clock, office_args: list[str]) -> None:
    assert options  # (a name of the other fixtures)
    use.state_day(facility, clock.now.date() + dt.timedelta(days=3))
    with facility.work("find") as unit:
        use.find(unit, "ana", 1)
    with facility.whole("list_use") as unit:
        found, told = use.list_use(unit).rows[:2]
    assert (found.act, found.off) == ("find", 3)
    assert (told.act, told.values["day"]) == ("state_day", "2026-11-26")
    folder = facility.folder
    clock.now += dt.timedelta(days=1)
    facility.close()
    clock.now -= dt.timedelta(hours=5)
    with unlock(folder, USER, PASSPHRASE, clock) as store, store.whole("list_use") as unit:
        newest = next(line for line in use.list_use(unit).rows if line.act == "unlock")
        assert newest.values["clock_set_back"] >= 5 * 3600 - 60
