"""Lists, records, plans and measures on the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from .conftest import BAD, GOOD, HEAD, Run


def test_a_list_with_bad_lines_is_done_in_part(run: Run, facility_args: list[str], tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(HEAD + GOOD + BAD, "utf-8")
    trial = run("roster", "import", file, *facility_args, "--dry-run", "--json")
    assert trial.code == 3
    assert run("records", "export", "participant", *facility_args, "--json").json["count"] == 0
    ran = run("roster", "import", file, *facility_args, "--json", "--as-of", "2026-11-23")
    assert ran.code == 3
    told = ran.json
    counts = {name: told[name] for name in ("read", "added", "updated", "unchanged", "rejected")}
    assert counts == {"read": 3, "added": 2, "updated": 0, "unchanged": 0, "rejected": 1}
    assert told["rejected_lines"] == [{"file": str(file), "line": 4, "reason": told["rejected_lines"][0]["reason"]}]
    assert told["files"][0]["rejected_lines"] == told["rejected_lines"]
    for name in ("warnings", "possible_duplicates", "left_list", "dates_changed"):
        assert isinstance(told[name], list)
    assert "1 line" in ran.err

    file.write_text(HEAD + GOOD.replace("03/01/2027", "04/01/2027").splitlines()[0] + "\n", "utf-8")
    again = run("roster", "import", file, *facility_args, "--json", "--as-of", "2026-11-24")
    assert again.code == 0
    assert again.json["left_list"] == ["1002"]
    assert [(m["department_number"], m["field"], m["after"]) for m in again.json["dates_changed"]] == [
        ("1001", "parole_hearing", "2027-04-01")
    ]


def test_a_list_of_bad_lines_alone_changes_nothing(run: Run, listed: list[str], tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(HEAD + BAD, "utf-8")
    ran = run("roster", "import", file, *listed, "--json")
    assert ran.code == 1
    assert "Line 2" in ran.err
    assert len(run("due", *listed, "--as-of", "2026-11-23", "--json").json["no_date"]) == 1


def test_what_is_no_list_is_refused_and_the_other_file_with_it(
    run: Run, facility_args: list[str], tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(HEAD + GOOD, "utf-8")
    bad.write_text("a,b\n1,2\n")
    ran = run("roster", "import", good, bad, *facility_args)
    assert ran.code == 1
    assert "--mapping" in ran.err
    assert run("roster", "import", tmp_path / "none.csv", *facility_args).code == 1
    assert run("records", "export", "participant", *facility_args, "--json").json["count"] == 0
    odd = tmp_path / "odd.csv"
    odd.write_text("A,B,C\n1001,Ray,Ana\n")
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"A": "department_number", "B": "last_name", "C": "first_name"}))
    assert run("roster", "import", odd, *facility_args, "--mapping", mapping, "--json").json["added"] == 1


def test_due_says_why(run: Run, listed: list[str]) -> None:
    ran = run("due", *listed, "--as-of", "2026-11-23", "--json")
    assert ran.code == 0
    (ana,) = ran.json["due"]
    assert (ana["department_number"], ana["why"], ana["on"], ana["status"]) == (
        "1001",
        "Parole hearing",
        "2027-03-01",
        "listed",
    )
    assert [w["department_number"] for w in ran.json["no_date"]] == ["1002"]
    late = run("due", *listed, "--as-of", "2028-01-01", "--json").json
    assert [w["department_number"] for w in late["check_date"]] == ["1001"]
    assert "2027-03-01  1001  Ana N." in run("due", *listed, "--as-of", "2026-11-23").out


def test_records_go_out_and_come_in(run: Run, enrolled: list[str], tmp_path: Path) -> None:
    kinds = {kind["type"]: kind for kind in run("records", "types", "--json").json["types"]}
    for kind in ("site", "program", "person", "participant", "need_tag", "enrolment", "plan", "plan_answer",
                 "plan_item", "tool_use", "supporter"):  # fmt: skip
        assert kinds[kind]["fields"]
    out = run("records", "export", "participant", *enrolled)
    assert out.code == 0
    rows = {row["department_number"]: row for row in csv.DictReader(io.StringIO(out.out))}
    assert (rows["1001"]["status"], rows["1002"]["status"]) == ("enrolled", "listed")
    assert rows["1001"]["last_name"] == "Núñez"
    lines = run("records", "export", "enrolment", *enrolled, "--format", "jsonl").out.splitlines()
    assert json.loads(lines[0])["participant_number"] == "1001"

    file = tmp_path / "needs.csv"
    file.write_text(
        "participant_number,need,source,noted_on,may_be_recorded\n"
        "1001,housing_insecurity,she_said,2026-10-02,true\n"
        "9999,parenting,she_said,2026-10-02,true\n"
        "1001,parenting,she_said,2026-10-02,false\n"
    )
    words = ["records", "import", "need_tag", file, *enrolled, "--json"]
    assert run(*words, "--dry-run").json["added"] == 1
    ran = run(*words)
    assert ran.code == 3
    assert (ran.json["added"], ran.json["rejected"]) == (1, 2)
    assert [line["line"] for line in ran.json["rejected_lines"]] == [3, 4]
    target = tmp_path / "needs.jsonl"
    saved = run("records", "export", "need_tag", *enrolled, "--format", "jsonl", "--out", target, "--json")
    assert saved.json["count"] == 1
    again = run("records", "import", "need_tag", target, *enrolled, "--json")
    assert again.code == 0, again.err
    assert again.json["unchanged"] == 1
    file.write_text("participant_number,need\n9999,parenting\n")
    assert run(*words).code == 1
    assert run("records", "import", "person", file, *enrolled).code == 1
    assert run("records", "import", "nothing", file, *enrolled).code == 1
    assert run("records", "export", "nothing", *enrolled).code == 1
    assert run("records", "export", "plan", *enrolled, "--out", tmp_path / "no" / "file").code == 1


def test_history_of_a_record(run: Run, enrolled: list[str]) -> None:
    by_number = run("records", "history", "participant", "1001", *enrolled, "--json")
    assert by_number.code == 0, by_number.err
    first = by_number.json["changes"][0]
    assert {"at", "who", "where", "what", "values"} <= first.keys()
    assert first["values"]["last_name"] == "Núñez"
    record = by_number.json["id"]
    assert run("records", "history", "participant", record, *enrolled, "--json").json["id"] == record
    assert run("records", "history", "participant", "7777", *enrolled).code == 1
    assert run("records", "history", "plan", record, *enrolled).code == 1


def test_measures_always_have_all_six(run: Run, enrolled: list[str]) -> None:
    ran = run("measures", *enrolled, "--as-of", "2026-12-01", "--cohort", "2026-10", "--program", "BRIDGES", "--json")
    assert ran.code == 0, ran.err
    found = ran.json["measures"]
    assert ran.json["as_of"] == "2026-12-01"
    assert list(found) == ["recidivism", "engagement", "wrap_30_days", "connected", "continued", "more_connected"]
    keys = {
        "status", "definition_version", "parameters", "direction", "numerator", "denominator", "unknown", "excluded",
        "rate", "rate_all", "low", "high", "target", "met", "too_few",
    }  # fmt: skip
    assert all(keys <= goal.keys() for goal in found.values())
    assert found["wrap_30_days"]["denominator"] == 1
    assert found["connected"]["status"] == "not_measured"
    assert found["connected"]["numerator"] is None
    assert run("measures", *enrolled, "--cohort", "2026-09", "--json").json["measures"]["wrap_30_days"]["rate"] is None
    assert run("measures", *enrolled, "--program", "Bridge").code == 1
    assert run("measures", *enrolled, "--site", "Nowhere").code == 1
    assert run("measures", *enrolled, "--site", "north").out.startswith("Internal: not for passing on.")
