"""Roles, who works with a woman, and looking beyond that, on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Run


def test_roles_are_told_without_a_store(run: Run) -> None:
    told = run("user", "roles", "--json").json["roles"]
    assert {one["key"] for one in told} >= {"coordinator", "volunteer", "auditor", "it", "administrator"}
    assert run("user", "roles").code == 0


def test_who_works_with_her_and_beyond(run: Run, enrolled: list[str], tmp_path: Path) -> None:
    secret = tmp_path / "new.txt"
    secret.write_text("violet anchor meadow tin\n")
    added = run("user", "add", "rosa", *enrolled, "--role", "peer_supporter", "--team", "North",
                "--new-passphrase-file", secret, "--json")  # fmt: skip
    assert next(one for one in added.json["users"] if one["name"] == "rosa")["scope"] == "own"
    hers = ["--store", enrolled[enrolled.index("--store") + 1], "--user", "rosa", "--passphrase-file", str(secret)]
    assert run("plan", "show", "--participant", "1001", *hers).code == 1
    ran = run("bundle", "export", "--to", "OFFICE", "--out", tmp_path, *hers)
    assert ran.code == 1
    assert "Your role here does not include this" in ran.err
    ran = run("beyond", "open", "--participant", "1001", "--reason", "no", *hers)
    assert ran.code == 1
    ran = run("beyond", "open", "--participant", "1001", "--reason", "her sister is at the gate", *hers, "--json")
    assert ran.code == 0
    assert run("worker", "list", "--participant", "1001", *hers, "--json").json == {"workers": []}
    assert run("beyond", "list", *hers).code == 1  # a supervisor's
    (one,) = run("beyond", "list", *enrolled, "--json").json["beyond"]
    assert (one["who"], one["reason"]) == ("rosa", "her sister is at the gate")
    assert run("beyond", "looked", one["id"], "--finding", "It was right.", *enrolled).code == 0
    assert run("beyond", "list", *enrolled, "--json").json["beyond"][0]["looked_at_by"] == "lead"
    second = ["--store", enrolled[1], "--user", "vera", "--passphrase-file", enrolled[5]]
    made = run("user", "add", "vera", "--role", "program_lead", "--new-passphrase-file", enrolled[5], *enrolled)
    assert made.code == 0, made.err
    ran = run("beyond", "looked", one["id"], "--finding", "All well", *second)
    assert "What was found stays" in ran.err
    assert run("beyond", "list", *enrolled, "--json").json["beyond"][0]["looked_at_by"] == "lead"
    told = run("worker", "add", "rosa", "--participant", "1001", *enrolled, "--json").json["workers"]
    assert [worker["name"] for worker in told] == ["rosa"]
    assert run("worker", "end", "rosa", "--participant", "1001", *enrolled, "--json").json["workers"] == []
    told = run("user", "role", "rosa", "auditor", *enrolled, "--json").json["users"]
    assert next(one for one in told if one["name"] == "rosa")["scope"] == ""


@pytest.mark.embedded
def test_nobody_is_told_none_by_what_a_role_does_not_show(run: Run, enrolled: list[str], tmp_path: Path) -> None:
    """Holds are counted from all records; of the rest a part is said to be one, or the role does not include it."""
    secret = tmp_path / "new.txt"
    secret.write_text("violet anchor meadow tin\n")
    far = ("--clearance-until", "2099-01-01", "--prea-until", "2099-01-01")
    assert run("user", "add", "rosa", *enrolled, "--role", "it", *far, "--new-passphrase-file", secret).code == 0
    hers = [*enrolled[:2], "--user", "rosa", "--passphrase-file", str(secret)]
    assert run("hold", "list", *hers).out.strip() == "No legal hold stands."
    assert run("hold", "add", "--participant", "1001", "--authority", "Court", *enrolled).code == 0
    for role, part, refused in (
        ("it", (), (("due",), ("dispose", "list"))),
        ("peer_supporter", (("due",), ("dispose", "list")), (("request", "list"), ("transfer", "list"))),
        ("volunteer", (), (("share", "asked"),)),
    ):
        assert run("user", "role", "rosa", role, *enrolled).code == 0
        held = run("hold", "list", *hers)
        assert held.out.strip() == "A legal hold stands on 1 woman's record. Nothing of it may be erased.", role
        for words in part:
            told = run(*words, *hers, "--json")
            assert told.json["part"] is True, words
            assert "a part of the records" in told.err, words
        for words in refused:
            told = run(*words, *hers)
            assert (told.code, told.out) == (1, ""), words
            assert "Your role" in told.err, words
    assert "part" not in run("due", *enrolled, "--json").json
    # She is a volunteer now: of the woman she works with she sees a part.
    assert run("plan", "start", "--participant", "1001", *enrolled).code == 0
    assert run("worker", "add", "rosa", "--participant", "1001", *enrolled).code == 0
    told = run("plan", "show", "--participant", "1001", *hers, "--json")
    assert told.json["part"] is True
    assert "Your role shows you a part of her record." in told.err
    assert "part" not in run("plan", "show", "--participant", "1001", *enrolled, "--json").json


@pytest.mark.controls("AC-6")
def test_who_is_no_administrator_changes_nobody(run: Run, enrolled: list[str], tmp_path: Path) -> None:
    """Through the command line, whatever she tries."""
    secret = tmp_path / "new.txt"
    secret.write_text("violet anchor meadow tin\n")
    run("user", "add", "rosa", *enrolled, "--new-passphrase-file", secret)
    hers = ["--store", enrolled[enrolled.index("--store") + 1], "--user", "rosa", "--passphrase-file", str(secret)]
    before = run("user", "list", *enrolled, "--json").json["users"]
    far = ("--clearance-until", "2099-01-01", "--prea-until", "2099-01-01")
    for words in (
        ("user", "role", "rosa", "program_lead"),
        ("user", "role", "rosa", "coordinator", "--scope", "all", "--administrator", "yes"),
        ("user", "role", "lead", "volunteer", *far, "--administrator", "no"),
        ("user", "add", "eve", "--administrator", "--new-passphrase-file", secret),
        ("user", "disable", "lead"),
        ("user", "enable", "lead", "--new-passphrase-file", secret),
        ("user", "dates", "rosa", *far),
        ("user", "review"),
        ("user", "slip"),
        ("user", "saves-open", "rosa", "yes"),
        ("user", "copies-out", "rosa", "yes"),
        ("user", "passphrase", "lead", "--new-passphrase-file", secret),
        ("site", "set", "lock_minutes=15"),
        ("join-file", "--out", tmp_path / "join"),
        ("rekey", "--recovery-dir", tmp_path / "kit"),
        ("locked", "answer", "K7Q2-M9XD 1"),
    ):
        ran = run(*words, *hers, "--json")
        assert ran.code == 1, words
        assert ran.json["error"]["code"] in ("not-allowed", "open"), (words, ran.err)
    assert run("user", "list", *enrolled, "--json").json["users"] == before
    for kind in ("person", "assignment", "site"):  # nor by a file
        file = tmp_path / f"{kind}.csv"
        file.write_text("id,name\n,eve\n", "utf-8")
        assert run("records", "import", kind, file, *hers).code == 1
