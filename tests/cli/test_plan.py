"""Her plan on the command line: its states, its words, its versions, its prints."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from reentry_desktop.actions import setup
from reentry_desktop.actions.printing import LAYOUTS
from reentry_desktop.records.pack import load_pack
from reentry_desktop.records.paper import Layout

from ..stores import PASSPHRASE, USER
from .conftest import Ran, Run, options, script, write
from .consents import signed_consent

REQUIRED = [part.key for part in load_pack().parts().values() if part.required]


def told(ran: Ran) -> Any:
    """What a command that worked says as JSON."""
    assert ran.code == 0, ran.err
    return ran.json


def refused(ran: Ran) -> str:
    """The one sentence of a command that was refused, and nothing of a mistake."""
    assert ran.code == 1
    assert ran.err.count("\n") == 1, ran.err
    assert "made a mistake" not in ran.err
    return ran.err


def parts(run: Run, hers: list[str], *more: str) -> dict[str, Any]:
    """Every part of the plan as ``plan show`` gives it, by its key."""
    shown = told(run("plan", "show", *hers, *more, "--json"))
    return {part["part"]: part for section in (*shown["sections"], *shown["pages"]) for part in section["parts"]}


def log(run: Run, store: list[str], folder: Path) -> list[dict[str, Any]]:
    assert run("log", "export", *store, "--out", folder / "log").code == 0
    return [json.loads(line) for line in (folder / "log").read_text().splitlines()]


# Where it stands


def test_offered_declined_not_now_started(run: Run, enrolled: list[str]) -> None:
    hers = [*enrolled, "--participant", "1001"]
    for what in ("show", "versions", "withdraw", "done", "events", "reviewed"):
        assert "no plan of 1001" in refused(run("plan", what, *hers))
    steps = [
        ("offer", "offered", "offered_on"), ("not-now", "not_now", "not_now_on"),
        ("decline", "declined", "declined_on"), ("start", "started", "started_on"),
    ]  # fmt: skip
    for day, (command, state, field) in enumerate(steps, 3):
        now = told(run("plan", command, *hers, "--on", f"2026-10-{day:02}", "--json"))
        assert (now["state"], now[field], now["participant"]) == (state, f"2026-10-{day:02}", "1001")
    assert now["declined_on"] is None
    assert now["offered_on"] == "2026-10-03"
    write(run, hers, "well", "I sing")
    assert told(run("plan", "withdraw", *hers, "--json"))["state"] == "withdrawn"
    assert run("plan", "start", *hers).out == "1001: In progress\n"
    assert told(run("plan", "language", "es", *hers, "--json"))["language"] == "es"
    assert "7" in refused(run("plan", "offer", *enrolled, "--participant", "7"))


def test_who_is_not_enrolled_has_no_plan(run: Run, listed: list[str]) -> None:
    for what in ("offer", "decline", "not-now", "start"):
        assert "No participant" in refused(run("plan", what, *listed, "--participant", "1002"))


def test_done_for_now_says_what_is_empty_and_makes_a_version(run: Run, hers: list[str]) -> None:
    early = run("plan", "done", *hers, "--json")
    assert early.code == 1
    assert list(early.json["error"]["fields"]) == REQUIRED
    assert told(run("plan", "versions", *hers, "--json"))["versions"] == []
    for part in REQUIRED:
        write(run, hers, part, f"Words for {part}")
    more = ["--read-aloud", "--look-again", "2027-01-20"]
    now = told(run("plan", "done", *hers, "--on", "2026-10-20", "--how", "marked", *more, "--json"))
    assert (now["state"], now["done_on"], now["version"]) == ("done_for_now", "2026-10-20", 1)
    assert (now["read_aloud"], now["look_again_on"]) == (True, "2027-01-20")
    assert "before the plan was started" in refused(run("plan", "done", *hers, "--on", "2026-10-01"))
    (version,) = told(run("plan", "versions", *hers, "--json"))["versions"]
    assert version == {
        "id": version["id"], "number": 1, "done_on": "2026-10-20", "confirmed_by": USER, "how_confirmed": "marked",
    }  # fmt: skip
    assert run("plan", "versions", *hers).out == f"1  2026-10-20  Her mark on paper  {USER}\n"
    assert told(run("plan", "not-done-yet", *hers, "--json"))["state"] == "in_progress"
    assert "not done for now" in refused(run("plan", "not-done-yet", *hers))


def test_a_crisis_leads_to_a_look_at_the_plan(run: Run, whole: list[str]) -> None:
    assert told(run("plan", "done", *whole, "--json"))["version"] == 1
    made = told(run("plan", "event", *whole, "--kind", "crisis", "--on", "2026-11-01", "--json"))
    assert (made["kind"], made["review_by"]) == ("crisis", "2026-11-15")
    assert told(run("plan", "event", *whole, "--kind", "over", "--on", "2026-11-03", "--json"))["kind"] == "over"
    assert told(run("plan", "show", *whole, "--json"))["state"] == "used_in_crisis"
    assert [e["kind"] for e in told(run("plan", "events", *whole, "--json"))["events"]] == ["over", "crisis"]
    assert "look at the plan again by 2026-11-15" in run("plan", "events", *whole).out
    assert "Nothing waits" in refused(run("plan", "reviewed", *whole, "--event", "0" * 32))
    assert told(run("plan", "reviewed", *whole, "--event", made["id"], "--json"))["reviewed"] == [made["id"]]
    assert len(told(run("plan", "reviewed", *whole, "--on", "2026-11-10", "--json"))["reviewed"]) == 1
    assert "Nothing waits" in refused(run("plan", "reviewed", *whole))
    assert told(run("plan", "show", *whole, "--json"))["state"] == "done_for_now"


def test_names_under_the_plan(run: Run, hers: list[str]) -> None:
    words = ["plan", "sign", *hers, "--role", "witness", "--on", "2026-10-20", "--json"]
    (signature,) = told(run(*words, "--name", "Odette Marchetti", "--phone", "601-555-0142"))["signatures"]
    assert (signature["name"], signature["role"], signature["signed_on"]) == (
        "Odette Marchetti",
        "witness",
        "2026-10-20",
    )
    assert run(*words, "--name", " ").code == 1
    assert len(told(run("plan", "show", *hers, "--json"))["signatures"]) == 1


# Her words


def test_answers_entries_and_supporters_are_written_and_shown(run: Run, hers: list[str], tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_bytes("Me río\r\ny canto".encode())
    answer = told(run("plan", "write", *hers, "--part", "well", "--file", file, "--how", "dictated", "--json"))
    tool = write(run, hers, "tools", "Sing", "--field", "helpful=5", "--field", "in_custody=yes", "--how", "herself")
    step = write(run, hers, "early_steps", "Go to the yard")
    friend = write(run, hers, "crisis_supporters", "Odette", "--field", "phone=601-555-0142", "--field", "agreed=true")
    call = write(run, hers, "down_call", "", "--field", "person=My sister")
    assert run("plan", "link", *hers, "--record", step, "--tool", tool).code == 0
    assert run("plan", "room", *hers, "--record", tool, "yes").code == 0
    assert run("plan", "wording", *hers, "--record", tool, "--language", "es", "--words", "Cantar").code == 0

    found = parts(run, hers)
    assert found["well"]["answer"] == {
        "id": answer["record"], "words": "Me río\ny canto", "how_written": "dictated", "in_my_room": False,
        "other_wording": {},
    }  # fmt: skip
    (shown,) = found["tools"]["entries"]
    assert (shown["id"], shown["words"], shown["helpful"], shown["in_custody"]) == (tool, "Sing", 5, "yes")
    assert (shown["how_written"], shown["in_my_room"]) == ("herself", True)
    assert (shown["used_in"], shown["other_wording"]) == ([step], {"es": "Cantar"})
    assert found["early_steps"]["entries"][0]["tools"] == [tool]
    (one,) = found["crisis_supporters"]["supporters"]
    assert (one["id"], one["name"], one["phone"], one["agreed"]) == (friend, "Odette", "601-555-0142", True)
    assert found["down_call"]["entries"][0]["person"] == "My sister"
    told_words = run("plan", "show", *hers, "--language", "es").out
    for words in ("Me río", "    - Sing", "Cuánto ayuda, de 1 a 5: 5", "    - Odette", "My sister"):
        assert words in told_words
    assert call

    for record in (tool, step, friend, answer["record"]):
        assert run("plan", "write", *hers, "--record", record.upper(), "--words", "Other words").code == 0
    found = parts(run, hers)
    assert (found["tools"]["entries"][0]["words"], found["tools"]["entries"][0]["in_my_room"]) == ("Other words", False)
    assert found["crisis_supporters"]["supporters"][0]["name"] == "Other words"
    assert run("plan", "link", *hers, "--record", step, "--tool", tool, "--off").code == 0
    assert parts(run, hers)["early_steps"]["entries"][0]["tools"] == []
    for record in (tool, friend, answer["record"]):
        assert run("plan", "remove", *hers, "--record", record).code == 0
    found = parts(run, hers)
    assert (found["tools"]["entries"], found["crisis_supporters"]["supporters"]) == ([], [])
    assert found["well"]["answer"] is None
    acts = {line.get("act") for line in log(run, hers[:-2], tmp_path)}
    assert acts >= {
        "answer", "add_item", "add_supporter", "revise_item", "revise_supporter", "remove_item", "remove_supporter",
        "link_tool", "unlink_tool", "fine_in_my_room", "set_other_wording", "open_page",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--part", "nothing", "--words", "w"], "no part nothing"),
        (["--part", "tools", "--words", ""], "Write a few words"),
        (["--part", "tools", "--words", "w", "--field", "phone=1"], "There is no field called phone"),
        (["--part", "tools", "--words", "w", "--field", "helpful=9"], "Between 1 and 5"),
        (["--part", "tools", "--words", "w", "--field", "helpful=much"], "cannot be read"),
        (["--part", "tools", "--words", "w", "--field", "in_custody=perhaps"], "Choose one of the list"),
        (["--part", "tools", "--words", "w", "--field", "helpful"], "not a field and its value"),
        (["--part", "tools", "--words", "w" * 4001], "Too long"),
        (["--part", "well", "--words", "w", "--field", "how_written=herself"], "There is no field"),
        (["--part", "crisis_supporters", "--words", " "], "Please fill this in"),
        (["--part", "crisis_supporters", "--words", "w", "--field", "name=w"], "There is no field"),
        (["--record", "0" * 32, "--words", "w"], "nothing with this id"),
        (["--record", "nonsense", "--words", "w"], "nothing with this id"),
        (["--part", "well", "--file", "/nowhere/words.txt"], "cannot be read"),
    ],
)
def test_what_cannot_be_written_changes_nothing(run: Run, hers: list[str], words: list[str], said: str) -> None:
    before = run("plan", "show", *hers, "--json").out
    ran = run("plan", "write", *hers, *words, "--json")
    assert ran.code == 1
    assert said in json.dumps(ran.json["error"]), ran.err
    assert run("plan", "show", *hers, "--json").out == before


def test_a_file_that_is_no_text_is_refused(run: Run, hers: list[str], tmp_path: Path) -> None:
    file = tmp_path / "words"
    file.write_bytes(b"\xff\xfe\x00")
    assert "no text" in refused(run("plan", "write", *hers, "--part", "well", "--file", file))


def test_her_words_come_by_standard_input_in_any_locale(hers: list[str]) -> None:
    words = ["plan", "write", *hers, "--part", "tools", "--file", "-"]
    assert script(*words, stdin="Cantar con Ñandú\n", env={"PYTHONUTF8": "0"}).code == 0
    more = ["--words", "Bailar", "--field", "needs=música"]
    assert script(*words[:-2], *more, env={"PYTHONUTF8": "0"}).code == 0
    shown = script("plan", "show", *hers, "--json").json
    tools = shown["sections"][0]["parts"][0]["entries"]
    assert [(tool["words"], tool["needs"]) for tool in tools] == [("Cantar con Ñandú", ""), ("Bailar", "música")]


def test_only_a_tool_is_named_in_a_step(run: Run, hers: list[str]) -> None:
    tool, step = write(run, hers, "tools", "Sing"), write(run, hers, "early_steps", "Go out")
    friend = write(run, hers, "crisis_supporters", "Odette")
    link = ["plan", "link", *hers]
    for record, other in ((step, step), (tool, tool), (friend, tool), (step, friend)):
        assert "Only a tool" in refused(run(*link, "--record", record, "--tool", other))
    assert "not named" in refused(run(*link, "--record", step, "--tool", tool, "--off"))
    assert "supporter" in refused(run("plan", "room", *hers, "--record", friend, "yes"))
    assert "nothing with this id" in refused(run("plan", "remove", *hers, "--record", "f" * 32))


def test_words_are_found(run: Run, hers: list[str]) -> None:
    tool = write(run, hers, "tools", "Canción de cuna")
    found = told(run("plan", "find", *hers, "--words", "CANCION", "--json"))["found"]
    assert [(one["part"], one["record"], one["words"]) for one in found] == [("tools", tool, "Canción de cuna")]
    assert told(run("plan", "find", *hers, "--words", "river", "--json"))["found"] == []
    assert "nowhere" in run("plan", "find", *hers, "--words", "river").out


def test_words_that_are_taken_back_are_gone(run: Run, hers: list[str], tmp_path: Path) -> None:
    tool = write(run, hers, "tools", "Quetzalweaver")
    assert run("backup", *hers[:-2], "--out", tmp_path / "one.backup").code == 0
    taken = told(run("plan", "take-back", *hers, "--record", tool, "--json"))
    assert taken["erased"] == 1
    until = dt.date.fromisoformat(taken["in_backups_until"])
    assert dt.timedelta(30) < until - dt.date.today() < dt.timedelta(40)
    assert "Quetzalweaver" not in json.dumps(log(run, hers[:-2], tmp_path))
    assert "not here" in refused(run("plan", "take-back", *hers, "--record", tool))
    assert "not here" in refused(run("plan", "take-back", *hers, "--record", "x"))


# Versions


def test_versions_are_compared_and_brought_back(run: Run, whole: list[str]) -> None:
    assert run("plan", "done", *whole).code == 0
    tool = parts(run, whole)["tools"]["entries"][0]["id"]
    words = ["--words", "Words for my tools", "--field", "helpful=4"]
    assert run("plan", "write", *whole, "--record", tool, *words).code == 0
    added = write(run, whole, "sometimes", "Write home")
    compare = ["plan", "compare", *whole, "--from", "1"]
    changed, new = told(run(*compare, "--json"))["differences"]
    assert (changed["how"], changed["before"], changed["after"]) == (
        "changed",
        "Words for tools",
        "Words for my tools",
    )
    assert ["added", "my "] in changed["words"]
    assert changed["fields"] == [{"name": "helpful", "before": None, "after": 4}]
    assert (new["how"], new["record"], new["after"]) == ("added", added, "Write home")
    assert run("plan", "done", *whole).code == 0
    assert told(run(*compare, "--to", "1", "--json"))["differences"] == []
    assert run(*compare, "--to", "1").out == "Nothing is different.\n"
    assert len(told(run(*compare, "--to", "2", "--json"))["differences"]) == 2
    assert "+ sometimes: Write home" in run(*compare).out
    assert "no version 3" in refused(run(*compare, "--to", "3"))
    assert parts(run, whole, "--version", "1")["tools"]["entries"][0]["words"] == "Words for tools"
    assert "no version 9" in refused(run("plan", "show", *whole, "--version", "9"))

    back = ["plan", "restore", *whole, "--version", "1", "--record"]
    assert "version 1 stand there again" in run(*back, tool).out
    assert told(run(*back, tool, "--json"))["record"] == tool
    assert parts(run, whole)["tools"]["entries"][0]["words"] == "Words for tools"
    assert "not in that version" in refused(run(*back, added))
    assert "part of the plan as it was done" in refused(run("plan", "take-back", *whole, "--record", added))


def test_without_an_earlier_plan_nothing_is_copied(run: Run, hers: list[str]) -> None:
    assert "no earlier plan" in refused(run("plan", "copy-from", *hers))


# Prints


def test_a_plan_is_printed(run: Run, hers: list[str], tmp_path: Path) -> None:
    write(run, hers, "well", "Me río")
    out = tmp_path / "plan.pdf"
    words = ["plan", "print", *hers, "--layout", "full", "--size", "large", "--language", "es", "--json"]
    done = told(run(*words, "--out", out))
    assert done["pages"] >= 1
    assert (done["layout"], done["version"], done["left_out"], done["protected"]) == ("full", 0, [], False)
    assert out.read_bytes().startswith(b"%PDF-")
    assert run("plan", "print", *hers[:-1], "7", "--out", tmp_path / "other.pdf").code == 1
    assert not (tmp_path / "other.pdf").exists()
    assert run(*words, "--out", tmp_path / "no" / "plan.pdf").code == 1
    entries = [line for line in log(run, hers[:-2], tmp_path) if line.get("act") == "print_plan"]
    hows = [line["values"]["how"] for line in entries if line["kind"] == "plan"]
    assert hows == ["saved"], "a print that was not written is not in the log"
    (copy,) = told(run("copy", "list", *hers, "--json"))["copies"]
    assert (copy["id"], copy["print_number"], copy["pages"]) == (done["copy"], done["number"], done["pages"])


def test_every_layout_is_printed(run: Run, whole: list[str], tmp_path: Path) -> None:
    friend = write(
        run, whole, "crisis_supporters", "Tamsin", "--field", "agreed=true", "--field", "agreed_to_copy=true"
    )
    for words in ("Call my sister at 601-555-0142", "Sing"):
        tool = write(run, whole, "tools", words)
        assert run("plan", "room", *whole, "--record", tool, "yes").code == 0
    write(run, whole, "h72_bed", "My sister's house")
    assert run("goal", "add", *whole, "--domain", "work", "--words", "A job").code == 0
    assert run("plan", "done", *whole).code == 0
    more = {
        "supporter": ["--supporter", friend], "check-in": ["--days", "31"], "full": ["--version", "1"],
        "worksheet": ["--sections", "toolbox,daily", "--size", "extra-large"], "first-72-hours": ["--pictures"],
    }  # fmt: skip
    consent = signed_consent(
        run, whole, "--to", "Tamsin", "--to-whom", "supporter", "--supporter", friend, "--kinds", "crisis"
    )
    more["supporter"] += ["--consent", consent]
    for layout in LAYOUTS:
        out = tmp_path / f"{layout}.pdf"
        done = told(run("plan", "print", *whole, "--layout", layout, *more.get(layout, []), "--out", out, "--json"))
        assert (done["layout"], done["file"]) == (layout, str(out))
        assert done["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
        with pikepdf.open(out) as pdf:
            assert len(pdf.pages) == done["pages"]
        if layout == Layout.KEEP:
            assert any("601-555-0142" in one["words"] and one["why"] for one in done["left_out"])
    copies = told(run("copy", "list", *whole, "--json"))["copies"]
    assert sorted(copy["layout"] for copy in copies) == sorted(LAYOUTS)


def test_a_print_that_cannot_be_is_one_sentence(run: Run, whole: list[str], tmp_path: Path) -> None:
    friend = write(run, whole, "crisis_supporters", "Tamsin")  # she did not say that Tamsin has a copy
    out = tmp_path / "plan.pdf"
    for words in (
        ["--layout", "supporter"], ["--layout", "supporter", "--supporter", friend],
        ["--layout", "supporter", "--supporter", "0" * 32], ["--version", "4"],
        ["--layout", "worksheet", "--sections", "nothing"],
    ):  # fmt: skip
        refused(run("plan", "print", *whole, *words, "--out", out))
        assert not out.exists()
    assert told(run("copy", "list", *whole, "--json"))["copies"] == []


def test_without_the_permission_a_print_is_saved_with_a_passphrase_alone(
    run: Run, hers: list[str], tmp_path: Path
) -> None:
    assert run("user", "saves-open", USER, "no", *hers[:-2]).code == 0
    write(run, hers, "well", "I laugh")
    said, weak, out = tmp_path / "said", tmp_path / "weak", tmp_path / "plan.pdf"
    said.write_text("four birds over water\nanother line\n")
    weak.write_text("1234\n")
    words = ["plan", "print", *hers, "--out", out]
    assert "only with a passphrase" in refused(run(*words))
    for bad in (weak, tmp_path / "none"):
        assert run(*words, "--protect-file", bad).code == 1
    assert not out.exists()
    done = told(run(*words, "--protect-file", said, "--json"))
    assert done["protected"] is True
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(out)
    with pikepdf.open(out, password="four birds over water") as pdf:
        assert len(pdf.pages) == done["pages"]
        assert pdf.encryption.bits == 256


def test_an_official_gets_a_print_with_her_signature_alone(run: Run, hers: list[str], tmp_path: Path) -> None:
    write(run, hers, "well", "I laugh")
    out = tmp_path / "plan.pdf"
    words = ["plan", "print", *hers, "--out", out, "--for", "official"]
    assert "her signature" in refused(run(*words))
    assert not out.exists()
    assert told(run("copy", "list", *hers, "--json"))["copies"] == []
    assert "No consent covers this yet." in refused(run(*words, "--signed-on", "2026-11-20"))
    court = signed_consent(
        run, hers, "--to", "County Court", "--to-whom", "court", "--kinds", "plan", "--form", "legal"
    )
    words += ["--consent", court, "--official", "court"]
    assert told(run(*words, "--signed-on", "2026-11-20", "--json"))["for_whom"] == "official"
    (copy,) = told(run("copy", "list", *hers, "--json"))["copies"]
    assert (copy["for_whom"], copy["signed_on"]) == ("official", "2026-11-20")


def test_what_became_of_a_copy(run: Run, hers: list[str], tmp_path: Path) -> None:
    write(run, hers, "well", "I laugh")
    assert "Nothing was printed yet." in run("copy", "list", *hers).out
    done = told(run("plan", "print", *hers, "--out", tmp_path / "plan.pdf", "--json"))
    became = ["copy", "became", *hers, "--copy"]
    now = told(run(*became, done["number"].lower(), "--became", "property", "--on", "2026-11-20", "--json"))
    assert (now["id"], now["became"], now["became_on"]) == (done["copy"], "property", "2026-11-20")
    assert told(run(*became, done["copy"], "--became", "taken", "--json"))["became"] == "taken"
    assert "Taken from her" in run("copy", "list", *hers).out
    assert "no print" in refused(run(*became, "X-1", "--became", "lost"))


def test_who_makes_a_store_by_command_may_save_and_copy_out_and_at_the_window_may_not(run: Run, tmp_path: Path) -> None:
    said = tmp_path / "said"
    said.write_text(PASSPHRASE)
    made = options(tmp_path / "north", said)
    assert run("init", *made, "--kind", "facility", "--site", "North").code == 0
    lead = told(run("user", "list", *made, "--json"))["users"][0]
    assert (lead["saves_open"], lead["copies_out"]) == (True, True)
    assert run("records", "export", "program", *made).code == 0
    new = setup.NewStore(tmp_path / "south", "facility", "South", USER, PASSPHRASE)
    setup.create(new)[0].close()
    there = options(tmp_path / "south", said)
    lead = told(run("user", "list", *there, "--json"))["users"][0]
    assert (lead["saves_open"], lead["copies_out"]) == (False, False)
    out = tmp_path / "women.csv"
    assert "You may not copy records out" in refused(run("records", "export", "participant", *there, "--out", out))
    assert not out.exists()
    assert "may copy records out" in run("user", "copies-out", USER, "yes", *there).out
    assert run("records", "export", "participant", *there, "--out", out).code == 0
