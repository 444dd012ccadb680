"""Goals, reports that were passed on, and the site's own values on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ..stores import PASSPHRASE
from .conftest import Run, write
from .test_plan import log, refused, told

# Goals


def test_goals_and_their_steps(run: Run, hers: list[str]) -> None:
    store = hers[:-2]
    tool = write(run, hers, "tools", "Sing")
    assert "No goal is written yet." in run("goal", "list", *hers).out
    goal = told(run("goal", "add", *hers, "--domain", "housing", "--words", "A key of my own", "--json"))
    assert (goal["words"], goal["domain"], goal["state"]) == ("A key of my own", "housing", "open")
    more = ["--owner", "I", "--due", "2026-12-01", "--tool", tool, "--json"]
    step = told(run("goal", "step", *store, "--goal", goal["id"], "--words", "Call the house", *more))
    assert (step["goal"], step["due_on"], step["tool"]) == (goal["id"], "2026-12-01", tool)
    (shown,) = told(run("goal", "list", *hers, "--json"))["goals"]
    assert [(one["words"], one["tool_words"], one["done_on"]) for one in shown["steps"]] == [
        ("Call the house", "Sing", None)
    ]
    assert "  - Call the house  I  Sing  until 2026-12-01" in run("goal", "list", *hers).out
    done = told(run("goal", "done", *store, "--step", step["id"], "--on", "2026-11-25", "--json"))
    assert done["done_on"] == "2026-11-25"
    assert told(run("goal", "state", *store, "--goal", goal["id"], "paused", "--json"))["state"] == "paused"
    reached = told(run("goal", "done", *store, "--goal", goal["id"], "--on", "2026-11-26", "--json"))
    assert (reached["state"], reached["reached_on"]) == ("reached", "2026-11-26")
    assert "Home: A key of my own  (Reached)" in run("goal", "list", *hers).out
    assert run("goal", "remove", *store, "--step", step["id"]).code == 0
    assert told(run("goal", "list", *hers, "--json"))["goals"][0]["steps"] == []
    assert run("goal", "remove", *store, "--goal", goal["id"]).code == 0
    assert told(run("goal", "list", *hers, "--json"))["goals"] == []


def test_goals_that_are_not_there_or_without_words(run: Run, hers: list[str]) -> None:
    store = hers[:-2]
    nothing = "0" * 32
    empty = run("goal", "add", *hers, "--domain", "work", "--words", " ", "--json")
    assert (empty.code, list(empty.json["error"]["fields"])) == (1, ["words"])
    assert "not here" in refused(run("goal", "step", *store, "--goal", nothing, "--words", "w"))
    for words in (["done", "--step"], ["done", "--goal"], ["remove", "--step"], ["remove", "--goal"]):
        assert "not here" in refused(run("goal", words[0], *store, words[1], nothing))
    assert "not here" in refused(run("goal", "state", *store, "--goal", nothing, "paused"))
    goal = told(run("goal", "add", *hers, "--domain", "work", "--words", "A job", "--json"))["id"]
    assert run("goal", "step", *store, "--goal", goal, "--words", "").code == 1
    assert told(run("goal", "list", *hers, "--json"))["goals"][0]["steps"] == []


# Reports


def test_a_report_is_three_facts_for_its_author_and_administrators(
    run: Run, enrolled: list[str], tmp_path: Path
) -> None:
    files = {}
    for name in ("bo", "cy"):
        files[name] = tmp_path / name
        files[name].write_text(f"{PASSPHRASE} {name}")
        assert run("user", "add", name, *enrolled, "--new-passphrase-file", files[name]).code == 0
    bo, cy = (["--store", enrolled[1], "--user", name, "--passphrase-file", str(file)] for name, file in files.items())
    words = ["report", "pass-on", *bo, "--participant", "1001", "--on", "2026-11-20", "--at", "9:30"]
    made = told(run(*words, "--to", "the nurse on duty", "--json"))
    assert set(made) == {"id", "participant", "author", "made_on", "made_at", "to_whom", "closed_on"}
    assert run(*words, "--to", "").code == 1
    for who, n in ((bo, 1), (enrolled, 1), (cy, 0)):
        for more in ([], ["--participant", "1001"]):
            assert len(told(run("report", "list", *who, *more, "--json"))["reports"]) == n
    assert "no report here that you may see" in run("report", "list", *cy).out
    close = ["report", "hand-over", "--report", made["id"], "--on", "2026-11-21"]
    assert "not here" in refused(run(*close, *cy))
    assert told(run(*close, *bo, "--json"))["closed_on"] == "2026-11-21"
    assert told(run("report", "list", *bo, "--json"))["reports"] == []
    assert "handed over on 2026-11-21" in run("report", "list", *bo, "--participant", "1001").out
    assert "not here" in refused(run("report", "hand-over", *bo, "--report", "0" * 32))
    assert "the nurse" in json.dumps(log(run, enrolled, tmp_path))


# The site's values


def test_the_sites_values_are_shown_and_set(run: Run, facility_args: list[str]) -> None:
    assert "Nobody has written the steps yet." in run("report", "steps", *facility_args).out
    words = ["safety_steps=Stay with her.\nCall.", "safety_call=Ext. 4410", "backup_days=30", "keyboard_hers=yes"]
    now = told(run("site", "set", *facility_args, *words, "virtual_printers=true", "plan_title=wrap", "--json"))
    assert (now["backup_days"], now["keyboard_hers"], now["virtual_printers"]) == (30, True, True)
    assert now["plan_title"] == "wrap"
    assert told(run("report", "steps", *facility_args, "--json")) == {
        "steps": "Stay with her.\nCall.", "call": "Ext. 4410",
    }  # fmt: skip
    assert told(run("site", "set", *facility_args, "backup_days=", "safety_call=", "--json"))["backup_days"] is None
    shown = told(run("site", "show", *facility_args, "--json"))
    assert (shown["backup_days"], shown["safety_call"], shown["kind"]) == (None, "", "facility")
    assert "keyboard_hers: She may type herself when they sit together: True" in run("site", "show", *facility_args).out


@pytest.mark.parametrize(
    "values",
    [["backup_days=0"], ["backup_days=soon"], ["kind=office"], ["nothing=1"], ["plan_title=WELL"], ["banner"],
     ["keyboard_hers=perhaps"], ["lock_minutes=5", "lock_minutes=99"], ["name="]],
)  # fmt: skip
def test_a_value_that_cannot_be_changes_nothing(run: Run, facility_args: list[str], values: list[str]) -> None:
    before = run("site", "show", *facility_args).out
    ran = run("site", "set", *facility_args, "backup_days=9", *values)
    assert ran.code == 1
    assert "made a mistake" not in ran.err
    assert run("site", "show", *facility_args).out == before


def test_only_an_administrator_sets_them(run: Run, facility_args: list[str], tmp_path: Path) -> None:
    said = tmp_path / "bo"
    said.write_text(f"{PASSPHRASE} bo")
    assert run("user", "add", "bo", *facility_args, "--new-passphrase-file", said).code == 0
    bo = ["--store", facility_args[1], "--user", "bo", "--passphrase-file", str(said)]
    for words in (
        ["site", "set", "keyboard_hers=yes"], ["user", "saves-open", "bo", "yes"], ["pack", "use", "wellness/1"],
        ["pack", "sign", said, "--out", tmp_path / "signed"],
    ):  # fmt: skip
        assert "Only an administrator" in refused(run(*words, *bo))
    assert not (tmp_path / "signed").exists()
