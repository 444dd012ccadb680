"""What scripts rely on: exit codes, one JSON document on standard output, one sentence on standard error."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from reentry_desktop.actions import checking
from reentry_desktop.cli import main as program
from reentry_desktop.cli import parser

from ..stores import PASSPHRASE, USER, Template
from .conftest import Run, options, script

STORE = ["--store", "nowhere", "--user", "lead"]
HERS = [*STORE, "--participant", "1"]
EVERY = {
    "open": [], "demo": ["d"], "selftest": [], "recover": [*STORE, "--part", "a", "--part", "b"], "check": STORE,
    "init": [*STORE, "--kind", "facility", "--site", "S"], "backup": [*STORE, "--out", "f"],
    "restore": [*STORE, "f"], "due": STORE, "measures": STORE,
    "enrol": [*STORE, "--participant", "1", "--program", "P"],
    "log verify": STORE, "log export": [*STORE, "--out", "f"], "user add": [*STORE, "ana"],
    "user list": [*STORE, "--site", "S"], "user enable": [*STORE, "ana", "--site", "S"],
    "user disable": [*STORE, "ana"], "user role": [*STORE, "ana", "supervisor"], "user passphrase": [*STORE, "ana"],
    "user saves-open": [*STORE, "ana", "yes"], "site show": STORE, "site set": [*STORE, "backup_days=30", "banner="],
    "plan print": [*HERS, "--layout", "full", "--size", "extra-large", "--language", "es", "--with-name",
                   "--supporter", "id", "--version", "2", "--pictures", "--days", "31", "--sections", "toolbox,crisis",
                   "--protect-file", "p", "--for", "official", "--signed-on", "2026-11-23", "--out", "f"],
    "consent add": [*HERS, "--to", "A clinic", "--to-whom", "provider", "--kinds", "plan,goals", "--what", "All of it",
                    "--purpose", "Help", "--until", "2027-01-01"],
    "consent list": STORE, "consent show": [*HERS, "--consent", "id"], "consent drop": [*HERS, "--consent", "id"],
    "consent change": [*HERS, "--consent", "id", "what=Part of it"],
    "consent print": [*HERS, "--consent", "id", "--size", "large", "--out", "f"],
    "consent sign": [*HERS, "--consent", "id", "--paper-kept", "Binder", "--seen-by", "Ana", "--read-to-her"],
    "consent revoke": [*HERS, "--consent", "id", "--how", "written"], "consent event": [*HERS, "--consent", "id"],
    "consent renew": [*HERS, "--consent", "id"], "consent letters": [*HERS, "--consent", "id", "--out", "f"],
    "disclosure add": [*HERS, "--to", "A clinic", "--what", "Her dates", "--ground", "law", "--why", "Rule 3"],
    "disclosure list": [*STORE, "--years", "3"], "disclosure print": [*HERS, "--years", "6", "--out", "f"],
    "disclosure back": [*HERS, "--disclosure", "id"], "withhold add": [*HERS, "Ray Dunn", "--phone", "601-555-0199"],
    "withhold list": HERS, "withhold remove": [*HERS, "id"],
    "plan show": [*HERS, "--version", "1", "--language", "es"], "plan versions": HERS,
    "plan compare": [*HERS, "--from", "1", "--to", "2"], "plan offer": [*HERS, "--on", "2026-11-23"],
    "plan decline": HERS, "plan not-now": HERS, "plan start": [*HERS, "--language", "es"],
    "plan done": [*HERS, "--on", "2026-11-23", "--how", "marked"], "plan not-done-yet": HERS, "plan withdraw": HERS,
    "plan language": [*HERS, "es"], "plan event": [*HERS, "--kind", "crisis"], "plan events": HERS,
    "plan reviewed": HERS, "plan sign": [*HERS, "--name", "Odette", "--role", "witness"],
    "plan write": [*HERS, "--part", "tools", "--words", "Sing", "--field", "helpful=5", "--how", "dictated"],
    "plan find": [*HERS, "--words", "sing"], "plan remove": [*HERS, "--record", "id"],
    "plan link": [*HERS, "--record", "id", "--tool", "id"], "plan room": [*HERS, "--record", "id", "yes"],
    "plan wording": [*HERS, "--record", "id", "--language", "es", "--file", "-"],
    "plan take-back": [*HERS, "--record", "id"], "plan restore": [*HERS, "--record", "id", "--version", "1"],
    "plan copy-from": [*HERS, "--plan", "id", "--parts", "tools,well"],
    "goal list": HERS, "goal add": [*HERS, "--domain", "housing", "--words", "A key of my own"],
    "goal step": [*STORE, "--goal", "id", "--words", "Call", "--owner", "I", "--due", "2026-12-01", "--tool", "id"],
    "goal done": [*STORE, "--step", "id", "--on", "2026-12-01"], "goal state": [*STORE, "--goal", "id", "paused"],
    "goal remove": [*STORE, "--goal", "id"], "copy list": HERS,
    "copy became": [*HERS, "--copy", "id", "--became", "property"], "report steps": STORE, "report list": STORE,
    "report pass-on": [*HERS, "--to", "the nurse", "--at", "9:30"], "report hand-over": [*STORE, "--report", "id"],
    "pack list": STORE, "pack show": STORE, "pack sign": [*STORE, "f", "--out", "g"], "pack load": [*STORE, "f"],
    "pack use": [*STORE, "wellness/1"],
    "roster import": [*STORE, "a", "b", "--as-of", "2026-11-23", "--mapping", "m", "--dry-run"],
    "records types": [], "records import": [*STORE, "participant", "f", "--dry-run"],
    "records export": [*STORE, "plan", "--out", "f", "--format", "jsonl"],
    "records copy": [*HERS, "--out", "f", "--size", "large", "--language", "es", "--protect-file", "p"],
    "user copies-out": [*STORE, "ana", "yes"],
    "attachment add": [*HERS, "f", "--name", "A letter", "--what", "letter", "--on", "2026-11-23", "--of", "plan/id"],
    "attachment list": HERS, "attachment save": [*STORE, "id", "--out", "f", "--protect-file", "p"],
    "attachment remove": [*STORE, "id", "--why", "w"], "attachment bring-back": [*STORE, "id"],
    "attachment erase": [*STORE, "id"],
    "request add": [*HERS, "--asker", "warden", "--who", "w", "--what", "w", "--authority", "subpoena",
                    "--about", "a", "--on", "2026-11-23", "--by", "2026-12-01"],
    "request decide": [*STORE, "id", "refused", "--why", "w", "--by", "n", "--on", "2026-11-23", "--given", "g",
                       "--given-on", "2026-11-23"],
    "request list": [*HERS, "--open"], "request print": [*STORE, "id", "--out", "f", "--language", "es"],
    "request guide": ["--asker", "police", "--authority", "subpoena"],
    "records history": [*STORE, "plan", "id"], "card export": [*STORE, "--out", "f"],
    "card trust": [*STORE, "f", "--fingerprint", "a b"], "bundle export": [*STORE, "--to", "S", "--out", "d"],
    "bundle inspect": ["f", "--card", "c", "--card", "d"], "program list": STORE, "program add": [*STORE, "Bridges"],
    "share status": HERS, "bundle aside": [*STORE, "--look", "sum", "--drop", "sum", "--again", "--report", "f"],
    "bundle import": [*STORE, "f", "g", "--dry-run"], "bundle status": STORE,
    "conflicts list": STORE, "conflicts settle": [*STORE, "id/unit", "--keep", "theirs", "--pick", "2"],
    "same list": STORE, "same merge": [*STORE, "1", "2"], "same two": [*STORE, "1", "2"], "same part": [*STORE, "id"],
    "stick list": STORE, "stick register": [*STORE, "d", "--label", "S-07"],
    "stick retire": [*STORE, "S-07", "--became", "lost", "--on", "2026-11-23"],
    "stick carry": [*STORE, "b", "--carrier", "Officer Day", "--on", "2026-11-23", "--at", "9:30"],
    "stick returned": [*STORE, "b", "--on", "2026-11-23"], "stick wiped": [*STORE, "d"],
    "stick label": [*STORE, "S-07", "S-08", "--out", "f"], "stick gate-sheet": [*STORE, "b", "--out", "f"],
}  # fmt: skip


@pytest.mark.parametrize("command", EVERY)
def test_every_command_of_the_contract_is_there(command: str) -> None:
    args = parser.build().parse_args([*command.split(), *EVERY[command]])
    assert callable(args.run)
    assert (args.run.__doc__ or "").strip()


@pytest.mark.parametrize(
    "words",
    [
        ["conflicts", "list"],
        ["conflicts", "settle", *STORE, "id/unit"],
        ["conflicts", "settle", *STORE, "id", "--keep", "ours"],
        ["conflicts", "settle", *STORE, "id/", "--keep", "ours"],
        ["conflicts", "settle", *STORE, "id/unit", "--keep", "mine"],
        ["conflicts", "settle", *STORE, "id/unit", "--keep", "theirs", "--pick", "0"],
        ["init", *STORE, "--kind", "jail", "--site", "S"],
        ["init", *STORE, "--kind", "facility"],
        ["due", "--user", "lead"],
        ["due", *STORE, "--as-of", "2026-02-30"],
        ["due", *STORE, "--as-of", "20261123"],
        ["measures", *STORE, "--cohort", "2026-13"],
        ["due", *STORE, "--passphrase", "secret"],
        ["due", *STORE, "--pass", "f"],
        ["plan", "print", *HERS, "--layout", "poster", "--out", "f"],
        ["plan", "print", *HERS, "--days", "30", "--out", "f"],
        ["plan", "print", *HERS, "--version", "-1", "--out", "f"],
        ["plan", "print", *HERS, "--sections", "tools,,well", "--out", "f"],
        ["plan", "print", *HERS, "--for", "warden", "--out", "f"],
        ["plan", "print", *HERS],
        ["plan", "write", *HERS, "--part", "tools"],
        ["plan", "write", *HERS, "--words", "Sing"],
        ["plan", "write", *HERS, "--part", "tools", "--record", "id", "--words", "Sing"],
        ["plan", "write", *HERS, "--part", "tools", "--words", "Sing", "--file", "f"],
        ["plan", "done", *HERS, "--how", "nodded"],
        ["plan", "offer", *HERS, "--how", "said"],
        ["plan", "compare", *HERS],
        ["plan", "compare", *HERS, "--from", "0"],
        ["plan", "event", *HERS, "--kind", "party"],
        ["plan", "show", *STORE],
        ["goal", "add", *HERS, "--domain", "fame", "--words", "w"],
        ["goal", "done", *STORE],
        ["copy", "became", *HERS, "--copy", "id", "--became", "eaten"],
        ["report", "pass-on", *HERS],
        ["pack", "load", *STORE],
        ["user", "saves-open", *STORE, "ana", "maybe"],
        ["stick", "retire", *STORE, "S-07"],
        ["stick", "carry", *STORE, "b"],
        ["plan"],
        ["demo", "d", "--people", "2"],
        ["roster", "import", *STORE],
        ["nothing"],
    ],
)
def test_wrong_usage_is_2_and_says_nothing_on_standard_output(run: Run, words: list[str]) -> None:
    ran = run(*words)
    assert ran.code == 2
    assert ran.out == ""
    assert "usage:" in ran.err


@pytest.mark.parametrize("word", ["--help", "--version"])
def test_help_and_version_are_0(run: Run, word: str) -> None:
    ran = run(word)
    assert ran.code == 0
    assert "reentry-desktop" in ran.out
    assert ran.err == ""


def test_no_command_asks_for_the_window() -> None:
    assert program.main([]) == (0, program.Window(None, ""))
    code, window = program.main(["open", "--store", "here", "--user", "ana"])
    assert (code, window) == (0, program.Window(Path("here"), "ana"))


def test_a_missing_store_is_one_sentence_and_1(passphrase_file: Path, tmp_path: Path) -> None:
    ran = script("due", *options(tmp_path / "none", passphrase_file), "--json")
    assert ran.code == 1
    assert ran.json["error"]["code"] == "no-store"
    assert ran.err.count("\n") == 1
    assert not (tmp_path / "none").exists()


def test_a_wrong_passphrase_is_refused(run: Run, facility_args: list[str], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("not the right words\n")
    ran = run("check", *facility_args[:4], "--passphrase-file", wrong, "--json")
    assert ran.code == 1
    assert ran.json["error"]["code"] == "wrong-passphrase"
    assert "not the right words" not in ran.out + ran.err


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe\n", None])
def test_a_passphrase_file_that_says_nothing_is_refused(
    run: Run, facility_args: list[str], tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "said"
    if content is not None:
        file.write_bytes(content)
    ran = run("check", *facility_args[:4], "--passphrase-file", file)
    assert ran.code == 1
    assert ran.err.count("\n") == 1


def test_the_passphrase_comes_from_standard_input_and_no_qt_is_loaded(facility_args: list[str]) -> None:
    ran = script(
        "log", "verify", *facility_args[:4], "--passphrase-file", "-", "--json", stdin=f"{PASSPHRASE}\n", python=("-v",)
    )
    assert ran.code == 0
    assert ran.json["ok"] is True
    assert "import 'sqlalchemy'" in ran.err  # so that the next line can fail
    assert "PySide6" not in ran.err
    assert "reentry_desktop.ui" not in ran.err
    assert "reentry_desktop.app" not in ran.err


def test_without_a_terminal_the_passphrase_is_not_waited_for(facility_args: list[str]) -> None:
    ran = script("check", *facility_args[:4])
    assert ran.code == 1
    assert "--passphrase-file" in ran.err


def test_a_store_that_is_open_elsewhere_is_refused(run: Run, facility_template: Template, tmp_path: Path) -> None:
    said = tmp_path / "said"
    said.write_text(PASSPHRASE)
    with facility_template.open(tmp_path / "facility"):
        ran = run("due", *options(tmp_path / "facility", said))
    assert ran.code == 1
    assert "open in another window" in ran.err


def test_init_check_recover(tmp_path: Path) -> None:
    said, new, store = tmp_path / "said", tmp_path / "new", tmp_path / "north"
    said.write_text("maple river candle stone\r\n")
    new.write_text("another four word phrase\n")
    opening = ["--store", store, "--user", USER]
    made = script(
        "init", *opening, "--passphrase-file", said, "--kind", "facility", "--site", "Nórth", "--code", "N", "--json"
    )
    assert made.code == 0, made.err
    assert made.json["site"] == "Nórth"
    assert made.json["kind"] == "facility"
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", made.json["device"])
    kit = tmp_path / "north-recovery"
    parts = sorted(path.name for path in kit.iterdir())
    assert parts == ["recovery-part-A.txt", "recovery-part-B.txt", "recovery-part-C.txt"]
    assert "part them" in made.err
    again = script("init", *opening, "--passphrase-file", said, "--kind", "office", "--site", "X")
    assert again.code == 1
    assert len(list(kit.iterdir())) == 3

    one = script("recover", *opening, "--passphrase-file", new, "--part", kit / parts[0], "--part", kit / parts[0])
    assert one.code == 1
    back = script(
        "recover", *opening, "--passphrase-file", new, "--part", kit / parts[2], "--part", kit / parts[0], "--json"
    )
    assert back.code == 0, back.err
    assert back.json == {"user": USER}
    assert script("check", *opening, "--passphrase-file", said).code == 1
    well = script("check", *opening, "--passphrase-file", new)
    assert (well.code, well.out, well.err) == (0, "All is well.\n", "")


def test_names_of_files_and_words_that_are_not_ascii(facility_args: list[str], tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/l\xedsta.csv"  # Latin-1, as an old stick may have it
    Path(os.fsdecode(odd)).write_text("DOC Number,Last Name,First Name\n1001,Ray,Ana\n")
    ran = script("roster", "import", os.fsdecode(odd), *facility_args, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["added"] == 1
    words = ["enrol", *facility_args, "--participant", "1001", "--program", "Ñandú"]
    for env in ({}, {"PYTHONUTF8": "0"}):  # the second: a system whose language knows no accents
        ran = script(*words, env=env)
        assert ran.code == 1
        assert "Ñandú" in ran.err
        assert ran.err.count("\n") == 1


def test_init_leaves_nothing_behind_where_the_kit_cannot_be_written(run: Run, tmp_path: Path) -> None:
    said, store, blocked = tmp_path / "said", tmp_path / "store", tmp_path / "blocked"
    said.write_text(PASSPHRASE)
    blocked.write_text("a file, not a folder")
    words = ["init", *options(store, said), "--kind", "facility", "--site", "N", "--recovery-dir"]
    assert run(*words, blocked).code == 1
    assert not list(store.iterdir())
    assert run(*words, store / "kit").code == 1
    assert not list(store.iterdir())
    assert run(*words, tmp_path / "kit").code == 0


def test_init_refuses_a_weak_passphrase(run: Run, tmp_path: Path) -> None:
    said = tmp_path / "said"
    said.write_text("short")
    ran = run("init", *options(tmp_path / "s", said), "--kind", "facility", "--site", "N", "--json")
    assert ran.code == 1
    assert set(ran.json["error"]["fields"]) == {"passphrase"}
    assert not (tmp_path / "s").exists()


def test_a_mistake_of_the_program_shows_no_value(
    run: Run, monkeypatch: pytest.MonkeyPatch, facility_args: list[str]
) -> None:
    def broken(_store: Any) -> None:
        name = "Ana Núñez"
        raise ValueError(f"{name} cannot be read") from KeyError(name)

    monkeypatch.setattr(checking, "check", broken)
    ran = run("check", *facility_args, "--json")
    assert ran.code == 1
    assert ran.json["error"]["code"] == "bug"
    assert "builtins.ValueError" in ran.err
    assert "builtins.KeyError" in ran.err
    assert "test_scripts.py" in ran.err
    assert "Núñez" not in ran.out + ran.err
    assert "Traceback" not in ran.err


def test_backup_and_restore(run: Run, facility_args: list[str], tmp_path: Path) -> None:
    out = tmp_path / "copy.backup"
    made = run("backup", *facility_args, "--out", out, "--json")
    assert made.code == 0
    assert made.json["entries"] > 0
    assert run("backup", *facility_args, "--out", out).code == 1
    assert run("backup", *facility_args, "--out", tmp_path / "no" / "copy").err.count("\n") == 1
    back = run("restore", out, "--store", tmp_path / "back", *facility_args[2:], "--json")
    assert back.code == 0, back.err
    assert back.json["sha256"] == made.json["sha256"]
    assert back.json["entries"] > made.json["entries"]
    assert run("restore", out, "--store", tmp_path / "back", *facility_args[2:]).code == 1
    out.write_bytes(out.read_bytes()[:-200])
    broken = run("restore", out, "--store", tmp_path / "other", *facility_args[2:])
    assert broken.code == 1
    assert not list((tmp_path / "other").iterdir())
    assert run("restore", tmp_path / "none", "--store", tmp_path / "third", *facility_args[2:]).code == 1


def test_check_and_log_say_what_is_broken(run: Run, facility_args: list[str], tmp_path: Path) -> None:
    store = Path(facility_args[1])
    good = run("log", "verify", *facility_args, "--json")
    assert good.code == 0
    assert good.json["ok"]
    assert good.json["first_bad"] is None
    told = run("log", "export", *facility_args, "--out", tmp_path / "log.jsonl", "--json")
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert told.json["entries"] == len(lines) > good.json["entries"]
    assert lines[-1]["act"] == "export_log"
    assert lines[-1]["who"] == USER
    shutil.copy(store / "store.db", tmp_path / "kept")
    data = bytearray((store / "store.db").read_bytes())
    data[5000:5100] = bytes(100)
    (store / "store.db").write_bytes(data)
    bad = run("check", *facility_args, "--json")
    assert bad.code == 1
    assert bad.json["ok"] is False
    assert bad.json["problems"]
    assert bad.err.strip()


def test_users(run: Run, facility_args: list[str], tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text("violet anchor meadow tin\n")
    second.write_text("copper lantern willow nine\n")
    added = run(
        "user", "add", "ana", *facility_args, "--new-passphrase-file", first, "--role", "peer_supporter", "--json"
    )
    assert added.code == 0, added.err
    assert [u["name"] for u in added.json["users"]] == ["ana", USER]
    assert run("user", "add", "ANA", *facility_args, "--new-passphrase-file", first).code == 1
    ana = ["--store", facility_args[1], "--user", "ana", "--passphrase-file"]
    assert run("user", "role", USER, "supervisor", *ana, first).code == 1
    assert run("user", "passphrase", USER, *ana, first, "--new-passphrase-file", second).code == 1
    assert run("user", "passphrase", *ana, first, "--new-passphrase-file", second).code == 0
    assert run("due", *ana, first).code == 1
    assert run("due", *ana, second).code == 0
    role = run("user", "role", "ana", "supervisor", *facility_args, "--json")
    assert role.json["users"][0]["role"] == "supervisor"
    gone = run("user", "disable", "ana", *facility_args, "--json")
    assert gone.json["users"][0]["disabled_on"]
    assert run("due", *ana, second).code == 1
    last = run("user", "disable", USER, *facility_args)
    assert last.code == 1
    assert "last administrator" in last.err


def test_own_passphrase_by_standard_input(facility_args: list[str]) -> None:
    words = ["user", "passphrase", *facility_args[:4], "--passphrase-file", "-", "--new-passphrase-file", "-"]
    changed = script(*words, stdin=f"{PASSPHRASE}\ncopper lantern willow nine\n")
    assert changed.code == 0, changed.err
    assert script("due", *facility_args).code == 1


def test_the_selftest_passes(run: Run) -> None:
    ran = run("selftest", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["ok"] is True
    assert [step["step"] for step in ran.json["steps"]][:3] == ["store", "unlock", "list"]
    assert all(step["ok"] for step in ran.json["steps"])
