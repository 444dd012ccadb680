"""Records as files for other programs, and what the program says of its own health."""

from __future__ import annotations

import csv
import datetime as dt
import io
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from reentry_desktop.actions import checking, record_files, restoring, use_export, women
from reentry_desktop.base.ids import new_id
from reentry_desktop.base.problems import NotFound, Problem
from reentry_desktop.records import Participant
from reentry_desktop.store import Store, open_store

from ..stores import PASSPHRASE, USER, Clock, Template, assert_whole, enrolled

# Every sign that a program may take for the one of ASCII.
SIGNS = [sign for sign in map(chr, range(0x10000)) if unicodedata.normalize("NFKC", sign) in tuple("=+-@")]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "'=1+1", "''-1", "'tis fine", "a=b", "5 - 3"]


def test_a_cell_that_a_spreadsheet_would_run_is_text_and_comes_back_as_it_was(facility: Store) -> None:
    assert {"＝", "＋", "－", "＠"} < set(SIGNS)
    texts = [*FORMULAS, *(f"{sign}1" for sign in SIGNS)]
    with facility.work("register") as unit:
        for number, text in enumerate(texts):
            women.register(unit, department_number=f"F{number:02}", first_name="Ana", last_name="Sol", aliases=text)
        rows = list(record_files.export(unit, "participant"))
    text = record_files.to_csv(rows, record_files.export_columns("participant"))
    for row in csv.reader(io.StringIO(text)):
        assert not [cell for cell in row if cell[:1] in ("\t", "\r", *SIGNS)]
    back = record_files.rows_of(text.encode())
    assert [row["aliases"] for row in sorted(back, key=lambda r: r["department_number"])] == texts


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"first_name": "Ana", "no_such_field": "x"}, "no_such_field"),
        ({"first_name": "Ana", "date_of_birth": "31/12/1990"}, "date_of_birth"),
        ({"first_name": "Ana", "language": "fr"}, "list"),
        ({"first_name": "Ana", "site": "0" * 32}, "site"),
        ({"first_name": "Ana", "id": "not an id"}, "id"),
        ({"first_name": "x" * 61}, "61"),
        ({"first_name": ""}, "name"),
        ({"first_name": "Ana", "large_print": "maybe"}, "maybe"),
    ],
    ids=str,
)
def test_a_row_that_breaks_a_rule_is_listed_and_the_others_stand(
    facility: Store, row: dict[str, Any], reason: str
) -> None:
    good = {"department_number": "R1", "first_name": "Luz", "date_of_birth": "1990-01-02"}
    with facility.work("import") as unit:
        done = record_files.import_rows(unit, "participant", [good, row, {**good, "department_number": "R2"}])
    assert (done["added"], len(done["rejected"])) == (2, 1)
    assert done["rejected"][0]["line"] == 3
    assert reason in done["rejected"][0]["reason"]
    assert_whole(facility)


def test_her_number_stands_for_her(facility: Store) -> None:
    woman, episode = enrolled(facility)
    rows = [
        {"participant_number": "r-1001", "enrolment": episode, "pack": "wellness/1", "started_on": "2026-11-23"},
        {"participant_number": "R9999", "enrolment": episode, "pack": "wellness/1", "started_on": "2026-11-23"},
    ]
    with facility.work("import") as unit:
        done = record_files.import_rows(unit, "plan", rows)
        assert (done["added"], [r["line"] for r in done["rejected"]]) == (1, [3])
        (plan,) = record_files.export(unit, "plan")
        assert (plan["participant"], plan["participant_number"]) == (woman, "R1001")


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b'{"a": 1}\n{"a": ', b'a,b\n"unclosed', b"{nothing}"])
def test_a_file_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(Problem):
        record_files.rows_of(data)


def test_an_unknown_type_is_named_with_those_there_are(facility: Store) -> None:
    with pytest.raises(NotFound) as missing, facility.work("export") as unit:
        list(record_files.export(unit, "prisoner"))
    assert "participant" in missing.value.sentence


def test_her_history_says_who_when_where_and_what(facility: Store) -> None:
    woman, _episode = enrolled(facility)
    with facility.work("correct") as unit:
        women.open_page(unit, woman)
        women.correct(unit, woman, first_name="Anna")
    with facility.read() as unit:
        first, *_between, last = record_files.history(unit, "participant", woman)
        assert first["who"] == last["who"] == USER
        assert first["at"] < last["at"]
        assert (first["what"], last["what"]) == ("enrol", "correct")
        assert last["values"] == {"first_name": "Anna"}
        with pytest.raises(NotFound):
            record_files.history(unit, "participant", new_id())


# Checks and notices


def told(folder: Path, day: dt.datetime, user: str = USER, passphrase: str = PASSPHRASE) -> list[str]:
    with open_store(folder, user, passphrase, Clock(day)) as store, store.read() as unit:
        return checking.notices(unit)


@pytest.mark.parametrize("failed", [False, True])
@pytest.mark.parametrize(
    ("day", "said"),
    [
        (dt.datetime(2026, 11, 23, 18, 0), ""),
        (dt.datetime(2026, 11, 22, 18, 0), ""),
        (dt.datetime(2026, 11, 21, 18, 0), "set back"),
        (dt.datetime(1980, 1, 1), "set back"),
        (dt.datetime(2027, 11, 20), ""),
        (dt.datetime(2027, 11, 30), "jumped ahead"),
        (dt.datetime(2099, 1, 1), "jumped ahead"),
    ],
    ids=str,
)
def test_a_clock_that_cannot_be_right_is_told(facility: Store, day: dt.datetime, said: str, *, failed: bool) -> None:
    enrolled(facility)
    folder = facility.folder
    facility.close()
    day = day.replace(tzinfo=dt.UTC)
    if failed:
        with pytest.raises(Problem):
            open_store(folder, USER, "not the right words", Clock(day))
    sentences = told(folder, day)
    assert len(sentences) == bool(said)
    assert not said or said in sentences[0]
    assert not said or "Nov 23, 2026" in sentences[0]


def test_everybody_is_told_that_the_kit_was_used(facility_template: Template, tmp_path: Path) -> None:
    from reentry_desktop.actions import staff

    folder = facility_template.copy(tmp_path / "store")
    with facility_template.open(folder) as store:
        staff.add_user(store, name="ana", passphrase="seven red lamps over")
    day = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
    assert told(folder, day) == []
    parts = [facility_template.kit.text(part).decode() for part in "AC"]
    restoring.recover(folder, parts, USER, "a fresh phrase here", Clock(day))
    people = ((USER, "a fresh phrase here"), ("ana", "seven red lamps over"))
    for user, passphrase in (*people, *people):  # until each has read it
        (sentence,) = told(folder, day, user, passphrase)
        assert "Nov 23, 2026" in sentence
    with open_store(folder, "ana", "seven red lamps over", Clock(day)) as store, store.work("notices_read") as unit:
        checking.notices_read(unit)
    assert told(folder, day, "ana", "seven red lamps over") == []
    assert len(told(folder, day, *people[0])) == 1


def test_the_check_says_what_is_not_well(facility_template: Template, tmp_path: Path) -> None:
    with facility_template.open(tmp_path / "store") as store:
        woman, _episode = enrolled(store)
        well = {f.code for f in checking.check(store)} - {"disk"}
        assert well == set()
        store.folder.chmod(0o777)
        assert "folder" in {f.code for f in checking.check(store)}
        store.folder.chmod(0o770)
        with store.work("break") as unit:
            unit.connection.exec_driver_sql("UPDATE participant SET first_name = 'Eva' WHERE id = ?", (woman,))
            unit.connection.exec_driver_sql("UPDATE entry SET hash = ? WHERE number = 5", (bytes(32),))
        assert {f.code for f in checking.check(store)} >= {"tables", "log"}
        assert checking.verify_log(store)["ok"] is False
        assert checking.verify_log(store)["first_bad"] is not None
        with store.read() as unit:
            assert unit.get(Participant, woman).first_name == "Eva"
            lines = list(use_export.log_lines(unit))
        assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))
