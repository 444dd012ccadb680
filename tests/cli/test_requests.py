"""Requests for information, her right to a copy and scanned papers on the command line."""

from __future__ import annotations

import os
from pathlib import Path

import pikepdf
import pytest

from reentry_desktop.actions.what_may_be_given import BY_ASKER, BY_AUTHORITY, guidance
from reentry_desktop.records.request import Asker, Authority
from reentry_desktop.store import open_store

from .. import papers
from ..reports.reading import squeezed, texts
from ..stores import PASSPHRASE, USER, Clock, assert_well
from .conftest import Run, write
from .test_plan import log, refused, told


def words_of(file: Path) -> str:
    return squeezed(" ".join(texts(file.read_bytes())))


# Requests


@pytest.mark.controls("2.13", "2.61")
def test_a_request_is_noted_decided_and_answered_without_a_name(run: Run, hers: list[str], tmp_path: Path) -> None:
    store = hers[:-2]
    add = ["request", "add", *hers, "--asker", "police", "--who", "Sheriff Dale", "--what", "Her whole plan"]
    made = told(run(*add, "--authority", "subpoena", "--on", "2026-11-20", "--by", "2026-12-01", "--json"))
    assert (made["participant_number"], made["decision"], made["by_when"]) == ("1001", "", "2026-12-01")
    about = told(run("request", "add", *store, "--asker", "family", "--who", "A caller", "--what", "Is she there?",
                     "--about", "Maria Unknown", "--json"))  # fmt: skip
    assert (about["participant"], about["about"]) == ("", "Maria Unknown")
    assert "Nothing is decided" in refused(run("request", "print", *store, made["id"], "--out", tmp_path / "a.pdf"))
    listed = run("request", "list", *store).out
    assert listed.index("Sheriff Dale") < listed.index("A caller")  # one of them has a day
    assert "answer by 2026-12-01" in listed
    bare = run("request", "decide", *store, made["id"], "refused", "--json")
    assert (bare.code, list(bare.json["error"]["fields"])) == (1, ["why"])
    done = told(run("request", "decide", *store, made["id"], "refused", "--why", "A subpoena alone", "--json"))
    assert (done["decision"], done["decided_by"], done["given"]) == ("refused", USER, "")
    assert "Sheriff Dale" not in run("request", "list", *store, "--open").out
    letter = tmp_path / "letter.pdf"
    assert run("request", "print", *store, made["id"], "--out", letter).code == 0
    said = words_of(letter)
    assert "We can neither confirm nor deny that any person takes part in our program" in said
    assert "A subpoena alone is not enough." in said
    assert "Sheriff Dale" in said
    for name in ("Ana", "Núñez", "1001", "plan"):
        assert name not in said
    assert {"add_request", "decide_request", "print_answer"} <= {line["act"] for line in log(run, store, tmp_path)}


def test_what_was_given_is_named_with_the_notice(run: Run, hers: list[str], tmp_path: Path) -> None:
    store = hers[:-2]
    add = ["request", "add", *hers, "--asker", "board", "--who", "Parole Board", "--what", "A letter"]
    made = told(run(*add, "--authority", "consent", "--on", "2026-11-20", "--json"))
    decide = ["request", "decide", *store, made["id"], "part", "--on", "2026-11-21"]
    bare = run(*decide, "--json")
    assert sorted(bare.json["error"]["fields"]) == ["given", "given_on"]
    early = run(*decide, "--given", "Her dates", "--given-on", "2026-11-01", "--json")
    assert list(early.json["error"]["fields"]) == ["given_on"]
    assert run(*decide, "--given", "Her dates", "--given-on", "2026-11-22", "--by", "Ida Wells").code == 0
    letter = tmp_path / "letter.pdf"
    assert run("request", "print", *store, made["id"], "--out", letter).code == 0
    said = words_of(letter)
    for words in ("Ana Núñez", "Her dates", "42 CFR part 2 prohibits unauthorized use or disclosure", "Ida Wells"):
        assert words in said
    register = tmp_path / "register.pdf"
    assert run("request", "print", *store, "--out", register).code == 0
    for words in ("Parole Board", "Given in part", "Her written consent", "Her dates", "1001"):
        assert words in words_of(register)
    gone = run("request", "decide", *store, made["id"], "refused", "--why", "A mistake", "--json")
    assert list(gone.json["error"]["fields"]) == ["given"]  # what was given stays said, or is taken out knowingly


def test_who_asks_and_may_be_on_her_list_is_warned_of(run: Run, hers: list[str]) -> None:
    store = hers[:-2]
    assert run("withhold", "add", *hers, "Raymond Dunn").code == 0
    add = ("request", "add", *hers, "--asker", "family", "--what", "Where she is", "--authority", "none",
           "--on", "2026-11-20")  # fmt: skip
    made = run(*add, "--who", "R. Dunn", "--json")
    (warning,) = made.json["warnings"]
    assert warning == "This may be Raymond Dunn, who must never be told or given anything. Ask her before you go on."
    decide = ("request", "decide", *store, made.json["id"], "part", "--given", "Her dates", "--given-on", "2026-11-21")
    done = run(*decide)
    assert done.code == 0
    assert done.err == warning + "\n"
    assert made.err.startswith(done.err)
    assert "Dunn, who" not in done.out
    made = run(*add, "--who", "Ida Wells", "--json")
    assert (made.json["warnings"], made.err.count("never")) == ([], 0)


def test_what_the_rule_says(run: Run) -> None:
    found = told(run("request", "guide", "--asker", "police", "--authority", "subpoena", "--json"))
    assert found["as_of"] == "2026-11-27"
    assert [(rule["answer"], rule["source"]) for rule in found["rules"]] == [
        ("no", "2.61"),
        ("ask", "2.12(c)(5), 2.65"),
    ]
    assert "neither confirm nor deny" in found["phone"]
    assert "not legal advice" in found["counsel"]
    assert (
        "A subpoena alone is not enough" in run("request", "guide", "--asker", "lawyer", "--authority", "subpoena").out
    )


@pytest.mark.controls("2.51", "2.61")
@pytest.mark.parametrize("asker", [str(one) for one in (*Asker, "clairvoyant")])
def test_nothing_is_called_enough_but_what_the_rule_lets_out(asker: str) -> None:
    """Of every asker with every authority: a yes only by consent, emergency or the report of child abuse."""
    assert set(BY_AUTHORITY) == set(Authority)
    assert set(BY_ASKER) <= set(Asker)
    for authority in (*map(str, Authority), "of 2031", ""):
        rules = guidance(asker, authority)
        assert all(rule.words and rule.source for rule in rules)
        yes = rules[0].answer == "yes"
        assert yes == (asker == "herself" or authority in ("consent", "emergency", "child_abuse"))
        assert all(rule.answer != "yes" for rule in rules[1:])


# Her copy


@pytest.mark.controls("164.524")
def test_her_copy_is_one_locked_print_and_says_what_is_not_in_it(run: Run, whole: list[str], tmp_path: Path) -> None:
    store = whole[:-2]
    assert run("report", "pass-on", *whole, "--to", "Captain Verity Marlowe", "--on", "2026-11-22").code == 0
    assert run("goal", "add", *whole, "--domain", "housing", "--words", "A key of my own").code == 0
    write(run, whole, "tools", "Sing in the yard")
    assert run("plan", "print", *whole, "--layout", "full", "--out", tmp_path / "p.pdf").code == 0
    for asker, authority in (("police", "part2_order"), ("board", "consent")):
        made = told(run("request", "add", *whole, "--asker", asker, "--who", f"The {asker} of Leflore", "--what", "w",
                        "--authority", authority, "--on", "2026-11-20", "--json"))  # fmt: skip
        assert run("request", "decide", *store, made["id"], "given", "--given", "Her dates", "--given-on", "2026-11-22",
                   "--on", "2026-11-21").code == 0  # fmt: skip
    out, phrase = tmp_path / "copy.pdf", tmp_path / "phrase"
    phrase.write_text("seven quiet boats at noon\n")
    done = told(run("records", "copy", *whole, "--out", out, "--json"))
    assert not done["protected"]
    said = words_of(out)
    first = squeezed(texts(out.read_bytes())[0])
    for piece in ("This is your copy.", "What is not inside, and why", "to keep people safe", "Ask them."):
        assert piece in first
    for words in (
        "Ana", "Núñez", "1001", "Bridges", "A key of my own", "Sing in the yard", "Words for", "The whole plan",
        "The board of Leflore", "Who looked at your record", "Printed the plan", "What is kept about you",
    ):  # fmt: skip
        assert words in said, words
    for never in ("Verity Marlowe", "The police of Leflore", "Luz", "Ray", "Noted that a report was passed on"):
        assert never not in said, never
    assert told(run("copy", "list", *whole, "--json"))["copies"][0]["layout"] == "her-record"
    locked = tmp_path / "locked.pdf"
    assert told(run("records", "copy", *whole, "--out", locked, "--protect-file", phrase, "--json"))["protected"]
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(locked)
    with pikepdf.open(locked, password="seven quiet boats at noon") as document:
        assert "/StructTreeRoot" in document.Root
    assert run("user", "saves-open", USER, "no", *store).code == 0
    assert "only with a passphrase" in refused(run("records", "copy", *whole, "--out", tmp_path / "no.pdf"))
    assert not (tmp_path / "no.pdf").exists()
    acts = [line["act"] for line in log(run, store, tmp_path)]
    assert acts.count("print_her_record") == 4  # each an entry, and a copy that begins


def test_a_scanned_order_that_may_be_secret_is_not_named_on_her_copy(run: Run, hers: list[str], tmp_path: Path) -> None:
    scan, out = tmp_path / "scan.jpg", tmp_path / "copy.pdf"
    scan.write_bytes(papers.with_a_place())

    def keep(name: str, *more: str) -> None:
        assert run("attachment", "add", *hers, scan, "--name", name, *more).code == 0

    def copied() -> str:
        assert run("records", "copy", *hers, "--out", out).code == 0
        said = words_of(out)
        out.unlink()
        return said

    keep("Letter of the board", "--what", "court")
    assert "Letter of the board" in copied(), "nobody asked on an order: all of her papers are named"
    made = told(run("request", "add", *hers, "--asker", "court", "--who", "Judge Ames", "--what", "All of it",
                    "--authority", "part2_order", "--json"))  # fmt: skip
    keep("Sealed by Judge Ames", "--what", "court")
    keep("Page two of Ames", "--of", f"information_request/{made['id']}")
    keep("Her diploma", "--what", "certificate")
    said = copied()
    assert "Her diploma" in said
    for never in ("Ames", "Letter of the board"):
        assert never not in said
    assert "on a court order, and the papers of it" in said


# Scanned papers


def test_a_paper_is_added_listed_saved_removed_and_erased(run: Run, hers: list[str], tmp_path: Path) -> None:
    store = hers[:-2]
    photo = tmp_path / "consent.jpg.exe"
    photo.write_bytes(papers.with_a_place())
    plan = told(run("records", "export", "plan", *store, "--json"))["records"][0]["id"]
    add = ["attachment", "add", *hers, photo, "--name", "Consent of May", "--what", "consent", "--on", "2026-05-04"]
    made = told(run(*add, "--of", f"plan/{plan}", "--json"))
    assert (made["kind"], made["of_kind"], made["of_record"], made["pages"]) == ("jpeg", "plan", plan, 1)
    wrong = run(*add, "--of", f"plan/{'0' * 32}", "--json")
    assert list(wrong.json["error"]["fields"]) == ["of_record"]
    listed = told(run("attachment", "list", *hers, "--json"))
    assert listed["bytes"] == made["size"]
    assert [one["here"] for one in listed["attachments"]] == [True]
    out, phrase = tmp_path / "paper.pdf", tmp_path / "phrase"
    phrase.write_text("seven quiet boats at noon\n")
    assert run("attachment", "save", *store, made["id"], "--out", out, "--protect-file", phrase).code == 0
    with pikepdf.open(out, password="seven quiet boats at noon") as document:
        assert len(document.pages) == 1
    erase = ["attachment", "erase", *store, made["id"]]
    assert "Take the paper out first" in refused(run(*erase))
    assert run("attachment", "remove", *store, made["id"], "--why", " ").code == 1
    assert told(run("attachment", "remove", *store, made["id"], "--why", "The wrong woman", "--json"))["removed"]
    assert "taken out: The wrong woman" in run("attachment", "list", *hers).out
    assert not told(run("attachment", "bring-back", *store, made["id"], "--json"))["removed"]
    assert run("attachment", "remove", *store, made["id"], "--why", "The wrong woman").code == 0
    assert told(run(*erase, "--json"))["erased"] == 4
    assert told(run("attachment", "list", *hers, "--json"))["attachments"] == []
    with open_store(Path(store[1]), USER, PASSPHRASE, Clock()) as opened, opened.read() as unit:
        assert unit.connection.exec_driver_sql("SELECT count(*) FROM attachment_piece").scalar() == 0
        kept = unit.connection.exec_driver_sql("SELECT payload FROM entry WHERE payload IS NOT NULL").scalars()
        assert not any(b"Consent of May" in bytes(payload) for payload in kept)
    with open_store(Path(store[1]), USER, PASSPHRASE) as opened:
        assert_well(opened)


@pytest.mark.controls("SI-10")
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (papers.zipped, "not a PDF and not a JPEG or PNG"),
        (lambda: b"<html>" + papers.pdf(), "not a PDF and not a JPEG or PNG"),
        (lambda: papers.png(100_000, 100_000), "swell up"),
        (papers.pdf_bomb, "swell up"),
        (lambda: papers.picture()[:500], "damaged"),
    ],
)
def test_what_is_no_paper_is_refused_and_nothing_is_kept(
    run: Run, hers: list[str], tmp_path: Path, make: object, words: str
) -> None:
    file = tmp_path / "scan.pdf"
    file.write_bytes(make())  # type: ignore[operator]
    said = refused(run("attachment", "add", *hers, file, "--name", "A letter"))
    assert words in said
    assert "Nothing was kept" in said
    assert told(run("attachment", "list", *hers, "--json"))["attachments"] == []


def test_a_huge_file_is_refused_before_it_is_read(run: Run, hers: list[str], tmp_path: Path) -> None:
    huge = tmp_path / "scan.pdf"
    with huge.open("wb") as file:
        file.truncate(2 << 30)
    before = os.times().user
    assert "may have 5 MB" in refused(run("attachment", "add", *hers, huge, "--name", "A letter"))
    assert os.times().user - before < 5
    assert "cannot be read" in refused(run("attachment", "add", *hers, tmp_path, "--name", "A folder"))
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        assert "cannot be read" in refused(run("attachment", "add", *hers, tmp_path / "pipe", "--name", "A pipe"))


def test_a_site_says_how_large_a_paper_may_be(run: Run, hers: list[str], tmp_path: Path) -> None:
    noise = tmp_path / "noise.png"
    noise.write_bytes(papers.noise(1400))
    assert noise.stat().st_size > 1 << 20
    assert run("site", "set", *hers[:-2], "scan_megabytes=1").code == 0
    assert "may have 1 MB" in refused(run("attachment", "add", *hers, noise, "--name", "Noise"))
    assert run("site", "set", *hers[:-2], "scan_megabytes=2").code == 0
    assert run("attachment", "add", *hers, noise, "--name", "Noise").code == 0
