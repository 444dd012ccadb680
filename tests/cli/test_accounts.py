"""Accounts on the command line: slips, locks and their release, second proofs; and who may not."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from reentry_desktop.base import tries
from reentry_desktop.records import Person
from reentry_desktop.store import open_store

from ..reports.reading import texts
from ..stores import PASSPHRASE, USER
from .conftest import Run

WORDS, OTHER = "seven green boats at noon", "four quiet lamps by night"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The delay between two tries is looked at elsewhere."""
    monkeypatch.setattr(tries, "LONGEST_WAIT", 0.0)


@pytest.fixture
def phrase(tmp_path: Path) -> Callable[[str], Path]:
    def write(words: str) -> Path:
        path = tmp_path / f"{abs(hash(words))}.txt"
        path.write_text(words + "\n", encoding="utf-8")
        return path

    return write


def lead(facility_args: list[str]) -> tuple[str, list[str]]:
    """The store's folder, and the options that open it."""
    return facility_args[facility_args.index("--store") + 1], facility_args


def test_a_locked_account_is_released_by_an_administrator_and_by_nobody_else(
    run: Run, facility_args: list[str], phrase: Callable[[str], Path]
) -> None:
    store, args = lead(facility_args)
    for name in ("bo", "cy"):
        added = run("user", "add", *args, name, "--new-passphrase-file", phrase(WORDS))
        assert added.code == 0, added.err
    bo = ["--store", store, "--user", "bo", "--passphrase-file", phrase(WORDS)]
    wrong = ["--store", store, "--user", "cy", "--passphrase-file", phrase(OTHER)]
    codes = [run("due", *wrong, "--json").json["error"]["code"] for _try in range(6)]
    assert codes == ["wrong-passphrase"] * 4 + ["locked"] * 2
    listed = run("user", "list", *args, "--json").json["users"]
    assert {one["name"]: one["locked"] for one in listed} == {"lead": False, "bo": False, "cy": True}
    for act in (
        ("user", "release", *bo, "cy"),
        ("user", "passphrase", *bo, "cy", "--new-passphrase-file", phrase(OTHER)),
        ("user", "add", *bo, "di", "--administrator", "--new-passphrase-file", phrase(OTHER)),
        ("user", "role", *bo, "bo", "program_lead"),
        ("user", "disable", *bo, "lead"),
        ("user", "enable", *bo, "cy", "--new-passphrase-file", phrase(OTHER)),
        ("user", "review", *bo),
        ("site", "set", *bo, "second_factor=none"),
    ):
        refused = run(*act)
        assert refused.code == 1, act
        assert "Nothing was changed." in refused.err, act
    released = run("user", "release", *args, "cy")
    assert (released.code, released.out) == (0, "Released. cy can try again.\n")
    assert run("user", "release", *args, "cy", "--json").json["error"]["code"] == "not-locked"
    assert run("due", "--store", store, "--user", "cy", "--passphrase-file", phrase(WORDS)).code == 0
    reviewed = run("user", "review", *args, "--json").json
    assert (reviewed["by"], reviewed["due"]) == ("lead", False)


def test_a_slip_is_the_only_place_where_its_passphrase_stands(
    run: Run, facility_args: list[str], phrase: Callable[[str], Path], tmp_path: Path
) -> None:
    store, args = lead(facility_args)
    slip = tmp_path / "slip.pdf"
    added = run("user", "add", *args, "bo", "--slip", slip, "--json")
    assert "one-time passphrase not used yet" in run("user", "list", *args).out
    assert added.code == 0, added.err
    numbered = dict(re.findall(r"([1-5])\.\s*([a-z]+)", "\n".join(texts(slip.read_bytes()))))
    right = " ".join(numbered[str(number)] for number in range(1, 6))
    assert right not in added.out + added.err
    bo = ["--store", store, "--user", "bo", "--passphrase-file"]
    assert run("due", *bo, phrase(right), "--json").json["error"]["code"] == "owes"
    changed = run("user", "passphrase", *bo, phrase(right), "--new-passphrase-file", phrase(OTHER))
    assert changed.code == 0, changed.err
    assert run("due", *bo, phrase(OTHER)).code == 0


def test_a_second_proof_by_file_and_by_sheet(
    run: Run, facility_args: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reentry_desktop.store.second.LINES", 2)
    _store, args = lead(facility_args)
    (tmp_path / "stick").mkdir()
    none = run("second", "list", *args, "--json").json
    assert none == {"key_files": [], "lines": 0, "required": False}
    made = run("second", "file", *args, "--out", tmp_path / "stick", "--label", "blue", "--json")
    assert made.code == 0, made.err
    assert made.json["key_files"] == ["blue"]
    assert run("due", *args, "--json").json["error"]["code"] == "second"
    key = Path(made.json["file"])
    assert run("due", *args, "--second", key).code == 0
    garbage = tmp_path / "garbage.txt"
    garbage.write_text("no such words here")
    assert run("due", *args, "--second", garbage, "--json").json["error"]["code"] == "unknown-word"
    assert run("due", *args, "--second", tmp_path / "nothing", "--json").json["error"]["code"] == "no-file"
    sheet = run("second", "sheet", *args, "--second", key, "--out", tmp_path / "sheet.pdf", "--json")
    assert sheet.code == 0, sheet.err
    assert sheet.json["lines"] >= 2
    gone = run("second", "drop", *args, "--second", key, "--label", "blue", "--json").json
    assert gone["key_files"] == []
    assert run("due", *args, "--second", key, "--json").json["error"]["code"] == "wrong-passphrase"


def test_a_store_may_ask_for_it_from_the_first_day(run: Run, phrase: Callable[[str], Path], tmp_path: Path) -> None:
    opts: list[Any] = ["--store", tmp_path / "s", "--user", "mara", "--passphrase-file", phrase(WORDS)]
    made = run("init", *opts, "--kind", "facility", "--site", "North", "--second-factor", "administrators")
    assert made.code == 0, made.err
    owed = run("due", *opts, "--json")
    assert (owed.code, owed.json["error"]["code"]) == (1, "owes")
    (tmp_path / "stick").mkdir()
    key = run("second", "file", *opts, "--out", tmp_path / "stick", "--json").json["file"]
    assert run("due", *opts, "--second", key).code == 0


def test_released_by_phone(run: Run, facility_args: list[str], office_args: list[str], tmp_path: Path) -> None:
    store, args = lead(facility_args)
    assert run("locked", "challenge", "--store", store, "--json").json["error"]["code"] == "no-challenge"
    for mine, other, code in ((args, office_args, "a"), (office_args, args, "b")):
        card = run("card", "export", *other, "--out", tmp_path / f"{code}.card", "--json").json
        trusted = run("card", "trust", *mine, tmp_path / f"{code}.card", "--fingerprint", card["fingerprint"])
        assert trusted.code == 0, trusted.err
    sent = run("bundle", "export", *args, "--to", "OFFICE", "--out", tmp_path, "--json")
    assert sent.code == 0, sent.err
    assert run("bundle", "import", *office_args, sent.json["file"]).code == 0
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("not the right words\n")
    for _try in range(5):
        run("due", "--store", store, "--user", "lead", "--passphrase-file", wrong)
    said = run("locked", "challenge", "--store", store, "--json").json["challenge"]
    words = run("locked", "answer", *office_args, said, "--json").json["words"]
    assert run("due", *args, "--json").json["error"]["code"] == "locked"
    released = run("locked", "release", "lead", "--store", store, "--words", words)
    assert released.code == 0, released.err
    assert run("due", *args).code == 0
    assert (
        run("locked", "release", "lead", "--store", store, "--words", words, "--json").json["error"]["code"]
        == "not-locked"
    )


@pytest.mark.controls("AC-8")
def test_the_sites_words_are_shown_before_the_rest_and_scripts_go_on(run: Run, facility_args: list[str]) -> None:
    _store, args = lead(facility_args)
    assert "Unauthorized" not in run("due", *args, "--json").err
    assert run("site", "set", *args, "banner=Unauthorized use is a crime.").code == 0
    ran = run("due", *args, "--json")
    assert ran.code == 0
    assert ran.json["due"] == []
    assert ran.err.startswith("Unauthorized use is a crime.")


def test_a_volunteers_dates(
    run: Run, facility_args: list[str], phrase: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, args = lead(facility_args)
    new = ("user", "add", *args, "vi", "--role", "volunteer", "--new-passphrase-file", phrase(WORDS))
    past = run(*new, "--clearance-until", "2000-01-01", "--prea-until", "2999-01-01", "--json")
    assert past.code == 1
    assert past.json["error"]["fields"].keys() == {"clearance_until"}
    assert "This day is past, so the account would close at once." in past.err
    added = run(*new, "--clearance-until", "2999-01-01", "--prea-until", "2999-01-01")
    assert added.code == 0, added.err
    past = run("user", "dates", *args, "vi", "--clearance-until", "2999-01-01", "--prea-until", "2000-01-01", "--json")
    assert (past.code, past.json["error"]["fields"].keys()) == (1, {"prea_until"})
    with open_store(Path(store), USER, PASSPHRASE) as opened, opened.work("set_dates") as unit:  # they ran out since
        (vi,) = unit.session.scalars(sa.select(Person.id).where(Person.name == "vi"))
        unit.revise(Person, vi, clearance_until=dt.date(2000, 1, 1))
    assert (
        run("due", "--store", store, "--user", "vi", "--passphrase-file", phrase(WORDS), "--json").json["error"]["code"]
        == "disabled"
    )
    assert (
        run("user", "enable", *args, "vi", "--new-passphrase-file", phrase(OTHER), "--json").json["error"]["code"]
        == "ran-out"
    )
    dated = run("user", "dates", *args, "vi", "--clearance-until", "2999-01-01", "--prea-until", "2999-01-01")
    assert dated.code == 0, dated.err
    assert run("user", "enable", *args, "vi", "--new-passphrase-file", phrase(OTHER)).code == 0
