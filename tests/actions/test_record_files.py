"""Records as files: every type, out and in again, what is refused, and where a record came from."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from reentry_desktop.actions import enrolling, plans, record_files, women
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import NotFound, Problem
from reentry_desktop.records.base import fields, kinds
from reentry_desktop.records.participant import Participant
from reentry_desktop.records.people import Program
from reentry_desktop.store import Store

from ..stores import DAY, Template, enrolled, payloads
from .listing import ANA, read

ODD = ["=1+1", "'=1+1", "''-2", "'tis", "-5", "+1", "@now", "\tx", 'say "hi", Bo', "two\nlines", "Zoë 🌸", "a;b", "'"]


def out(store: Store, kind: str) -> list[dict[str, Any]]:
    with store.work("records_export") as unit:
        return list(record_files.export(unit, kind))


def take(store: Store, kind: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    with store.work("records_import") as unit:
        return record_files.import_rows(unit, kind, rows)


def test_types_are_whole() -> None:
    found = {one["type"]: one for one in record_files.types()}
    assert found.keys() == kinds().keys()
    for kind, one in found.items():
        assert [spec["name"] for spec in one["fields"]] == list(fields(kinds()[kind]))
        for spec in one["fields"]:
            assert spec["type"] in {"text", "date", "boolean", "integer", "id", "choice"}
            assert (spec["type"] == "choice") == bool(spec["choices"])
            assert (spec["type"] == "id") == bool(spec["link"])
            assert spec["shared_as"]
    msgspec.json.encode(record_files.types())


@pytest.fixture
def full(facility: Store, tmp_path: Path) -> Store:
    """A store with a woman on a list and a participant whose plan is full of odd texts."""
    read(facility, tmp_path / "list.csv", ANA)
    woman, _episode = enrolled(facility, "R2001", first="=Eva", last="O’Neal, Bea")
    with facility.work("add_item") as unit:
        plan = plans.start_plan(unit, woman)
        for words in ODD:
            plans.add_item(unit, plan, "early_signs", words=f"{words} x" if words == "'" else words)
        plans.add_item(unit, plan, "tools", words="Walk", helpful=3, in_custody="yes")
        plans.answer(unit, plan, "well", "=HYPERLINK(1)")
        plans.add_supporter(unit, plan, name="Luz", agreed=True, asked_on=DAY)
        enrolling.note_need(unit, woman, "parenting", "she_said", DAY, may_be_recorded=True)
    return facility


def csv_of(kind: str, rows: list[dict[str, Any]]) -> bytes:
    return record_files.to_csv(rows, record_files.export_columns(kind)).encode()


def lines_of(_kind: str, rows: list[dict[str, Any]]) -> bytes:
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


IN_ORDER = ("participant", "enrolment", "need_tag", "plan", "plan_answer", "plan_item", "tool_use", "supporter")


@pytest.mark.parametrize("form", [csv_of, lines_of])
def test_out_and_in_again_is_the_same(full: Store, facility_template: Template, tmp_path: Path, form: Any) -> None:
    with full.read() as unit:
        program = enrolling.programs(unit)[0].id
    with facility_template.open(tmp_path / "other") as other:
        with other.work("add_program") as unit:
            unit.create(Program, program, name="Bridges")
        for kind in IN_ORDER:
            rows = [row for row in out(full, kind) if row.get("status") != "listed"]
            data = form(kind, rows)
            parsed = record_files.rows_of(data)
            done = take(other, kind, parsed)
            assert done == {"added": len(rows), "updated": 0, "unchanged": 0, "rejected": []}
            assert [row | {"status": ""} for row in out(other, kind)] == [row | {"status": ""} for row in rows]
            assert take(other, kind, parsed) == {"added": 0, "updated": 0, "unchanged": len(rows), "rejected": []}
        assert [row["status"] for row in out(other, "participant")] == ["enrolled"]


def test_no_cell_is_a_formula(full: Store) -> None:
    for kind in IN_ORDER:
        for row in csv.DictReader(io.StringIO(csv_of(kind, out(full, kind)).decode(), newline="")):
            assert not [cell for cell in row.values() if cell[:1] in {*"=+-@\t\r"}]


def test_an_export_is_in_the_log_and_has_the_listed(full: Store) -> None:
    rows = {row["department_number"]: row for row in out(full, "participant")}
    assert {n: row["status"] for n, row in rows.items()} == {"R1001": "listed", "R2001": "enrolled"}
    assert rows["R1001"]["parole_hearing"] == "2027-05-01"
    assert list(rows["R2001"]) == record_files.export_columns("participant")
    assert list(out(full, "plan_item")[0]) == record_files.export_columns("plan_item")
    with full.read() as unit:
        assert [e["kind"] for e in payloads(unit.connection) if e["act"] == "records_export"] == [
            "participant", "plan_item",
        ]  # fmt: skip


@pytest.mark.parametrize("kind", ["site", "person", "program"])
def test_sites_people_and_programs_are_not_imported(facility: Store, kind: str) -> None:
    with pytest.raises(Problem) as told:
        take(facility, kind, [{"name": "Eve"}])
    assert told.value.code == "refused"


@pytest.mark.parametrize("kind", ["visit", "listed", "", "participant; DROP"])
def test_a_type_there_is_not(facility: Store, kind: str) -> None:
    with pytest.raises(NotFound, match="participant, "):
        take(facility, kind, [])
    with pytest.raises(NotFound):
        out(facility, kind)


def test_refused_rows_are_named_and_the_others_stand(facility: Store) -> None:
    rows: list[dict[str, Any]] = [
        {"department_number": "R1", "last_name": "One", "date_of_birth": "1990-01-02"},
        {"department_number": "R2", "last_name": "Two", "date_of_birth": "01/02/1990"},
        {"department_number": "R3"},
        {"department_number": "R4", "last_name": "Four", "shoe_size": "39"},
        {"department_number": "R5", "last_name": "Five", "large_print": "perhaps"},
        {"department_number": "R6", "last_name": "Six", "language": "tlh"},
        {"department_number": "R7", "last_name": "Seven", "id": "not-an-id"},
        {"department_number": "R8", "last_name": "x" * 61},
        {"department_number": "R9", "last_name": "Nine", "site": "0" * 32},
        {"department_number": "R10", "last_name": "Ten", "large_print": "yes", "status": "listed", "removed": "true"},
    ]
    done = take(facility, "participant", rows)
    assert (done["added"], done["updated"], done["unchanged"]) == (2, 0, 0)
    assert [line["line"] for line in done["rejected"]] == [3, 4, 5, 6, 7, 8, 9, 10]
    assert all(line["reason"] for line in done["rejected"])
    with facility.read() as unit:
        assert [w.department_number for w in women.search(unit).rows] == ["R1", "R10"]
        assert women.by_number(unit, "R10").large_print


def test_a_row_with_an_id_changes_that_record(facility: Store) -> None:
    woman, _episode = enrolled(facility)
    dashed = f"{woman[:8]}-{woman[8:12]}-{woman[12:16]}-{woman[16:20]}-{woman[20:]}".upper()
    assert take(facility, "participant", [{"id": dashed, "unit": "C"}])["updated"] == 1
    assert take(facility, "participant", [{"id": woman, "unit": "C", "middle_name": ""}])["unchanged"] == 1
    with facility.read() as unit:
        found = unit.get(Participant, woman)
        assert (found.unit, found.first_name) == ("C", "Ana")  # an empty cell takes nothing away


def test_a_row_without_an_id_is_a_woman_registered_by_hand(facility: Store, tmp_path: Path) -> None:
    read(facility, tmp_path / "list.csv", ANA)
    with facility.read() as unit:
        listed = women.find_woman(unit, "R1001").id
    rows = [
        {"department_number": "r-1001", "last_name": "Núñez"},
        {"department_number": "R1001", "last_name": "Núñez"},
        {"department_number": "R2", "last_name": "Of tomorrow", "date_of_birth": "2090-01-01"},
    ]
    done = take(facility, "participant", rows)
    assert done["added"] == 1
    assert [line["line"] for line in done["rejected"]] == [3, 4]
    assert [(row["id"], row["status"]) for row in out(facility, "participant")] == [(listed, "registered")]


def test_a_row_names_her_by_her_number(facility: Store) -> None:
    woman, _episode = enrolled(facility)
    row = {"need": "parenting", "noted_on": "2026-11-23", "may_be_recorded": "true"}
    done = take(
        facility, "need_tag",
        [row | {"participant_number": "r-1001"}, row | {"participant_number": "R9"}, row | {"participant": "0" * 32}],
    )  # fmt: skip
    assert done["added"] == 1
    assert [line["line"] for line in done["rejected"]] == [3, 4]
    assert "R9" in done["rejected"][0]["reason"]
    assert [(r["participant"], r["participant_number"]) for r in out(facility, "need_tag")] == [(woman, "R1001")]


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b'{"a": 1}\n{"a": }', b"{nonsense", b'a,b\n"open,1\n', b'[{"a": 1}]\x80']
)
def test_a_file_that_is_neither(data: bytes) -> None:
    with pytest.raises(Problem) as told:
        record_files.rows_of(data)
    assert told.value.code == "format"


def test_rows_of_both_forms() -> None:
    assert record_files.rows_of(b"\xef\xbb\xbfa,b\r\n1,'=x\r\n") == [{"a": "1", "b": "=x"}]
    assert record_files.rows_of(json.dumps({"a": "x\u2028y"}, ensure_ascii=False).encode()) == [{"a": "x\u2028y"}]
    assert record_files.rows_of(b"") == []


def test_history_says_who_and_what_oldest_first(facility: Store) -> None:
    woman, _episode = enrolled(facility)
    with facility.work("correct") as unit:
        women.correct(unit, woman, unit="B")
    with facility.work("correct") as unit:
        women.correct(unit, woman, unit="C", expected_release=dt.date(2027, 1, 2))
    with facility.read() as unit:
        found = record_files.history(unit, "participant", woman)
        story = record_files.story(unit, woman)
    assert [(e["what"], e["who"]) for e in found] == [("enrol", "lead"), ("correct", "lead"), ("correct", "lead")]
    assert [e["values"].get("unit") for e in found][1:] == ["B", "C"]
    assert found[2]["values"] == {"unit": "C", "expected_release": "2027-01-02"}
    assert found[0]["values"]["first_name"] == "Ana"
    assert [e["at"] for e in found] == sorted(e["at"] for e in found)
    assert story[0]["what"] == "Corrected what is known of her"
    with pytest.raises(NotFound), facility.read() as unit:
        record_files.history(unit, "participant", Id("0" * 32))
