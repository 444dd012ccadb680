"""Consents, what was told, and who is never told, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Run
from .consents import REST, drafted_consent, signed_consent
from .test_plan import refused, told, write

CLINIC = ["--to", "Magnolia Clinic", "--to-whom", "provider", "--kinds", "plan,goals"]


@pytest.fixture
def hers(run: Run, enrolled: list[str]) -> list[str]:
    """The options that name a woman with a plan of one line."""
    her = [*enrolled, "--participant", "1001"]
    assert run("user", "saves-open", *enrolled, "lead", "yes").code == 0
    assert run("plan", "start", *her).code == 0
    write(run, her, "well", "I sing early")
    return her


def test_a_consent_from_its_first_word_to_the_letters(run: Run, hers: list[str], tmp_path: Path) -> None:
    made = drafted_consent(run, hers, *CLINIC)
    one = [*hers, "--consent", made]
    assert (
        told(run("consent", "change", *one, "purpose=Help on day one", "expires_on=2030-02-01", "--json"))["id"] == made
    )
    assert "no field" in refused(run("consent", "change", *one, "colour=blue"))
    assert "Nothing was changed" in refused(run("consent", "change", *one, "expires_on=soon"))
    shown = told(run("consent", "show", *one, "--json"))
    assert (shown["status"], shown["missing"], shown["kinds"]) == ("draft", {}, ["plan", "goals"])
    assert ["What it is for", "Help on day one"] in shown["words"]
    mine = dict(shown["words"])["What may be told"]  # on her paper it is as she says it
    assert mine.startswith("My whole plan\nMy recovery support plan")
    paper = tmp_path / "paper.pdf"
    assert told(run("consent", "print", *one, "--out", paper, "--json"))["pages"] >= 1
    assert paper.read_bytes().startswith(b"%PDF")
    out = tmp_path / "plan.pdf"
    print_it = ["plan", "print", *hers, "--for", "other", "--consent", made, "--out", out]
    assert "not in force" in refused(run(*print_it))
    assert not out.exists()
    assert "where the signed paper is kept" in refused(run("consent", "sign", *one))
    strokes = tmp_path / "strokes"
    strokes.write_text("10,200 60,80 110,210 160,90\n")
    assert told(run("consent", "sign", *one, "--strokes-file", strokes, "--json"))["status"] == "active"
    assert "signed" in refused(run("consent", "change", *one, "purpose=Else"))
    assert run(*print_it).code == 0
    (line,) = told(run("disclosure", "list", *hers, "--json"))["disclosures"]
    assert (line["recipient"], line["what"], line["consent"]) == ("Magnolia Clinic", "The whole plan", made)
    assert told(run("consent", "revoke", *one, "--how", "written", "--json"))["status"] == "revoked"
    out.unlink()
    assert "not in force" in refused(run(*print_it))
    assert not out.exists()
    letters = tmp_path / "letters.pdf"
    assert told(run("consent", "letters", *one, "--out", letters, "--json"))["pages"] == 1
    assert told(run("disclosure", "back", *hers, "--disclosure", line["id"], "--json"))["back_on"]
    assert "no letter to write" in refused(run("consent", "letters", *one, "--out", letters))
    again = told(run("consent", "renew", *one, "--json"))
    assert (again["status"], again["replaces"]) == ("draft", made)
    assert run("consent", "drop", *hers, "--consent", again["id"]).code == 0
    listed = told(run("consent", "list", *hers, "--json"))["consents"]
    assert [(one["id"], one["status"]) for one in listed] == [(made, "revoked")]
    assert told(run("consent", "list", *hers[:6], "--json")) == {"ending": [], "count": 0}


def test_a_consent_does_not_end_before_she_signed_it(run: Run, hers: list[str]) -> None:
    """Else it would never have held, and what was told meanwhile would stand there as told without one."""
    made = signed_consent(run, hers, "--to", "A clinic", "--to-whom", "provider", "--kinds", "plan")
    one, add = [*hers, "--consent", made], ["disclosure", "add", *hers, "--to", "A clinic", "--what", "Her plan"]
    assert run(*add, "--consent", made).code == 0
    assert "before she signed" in refused(run("consent", "revoke", *one, "--on", "2026-01-02"))
    assert told(run("consent", "list", *hers, "--json"))["consents"][0]["status"] == "active"
    assert told(run("consent", "revoke", *one, "--json"))["status"] == "revoked"
    assert run(*add, "--consent", made).code == 0  # on its last day it held: what was told that morning is noted


def test_that_somebody_on_her_list_has_something_is_not_said_to_be_nothing(
    run: Run, hers: list[str], tmp_path: Path
) -> None:
    made = signed_consent(run, hers, "--to", "Ray Dunn", "--to-whom", "other", "--kinds", "plan")
    one, out = [*hers, "--consent", made], tmp_path / "letters.pdf"
    assert run("disclosure", "add", *hers, "--to", "Ray Dunn", "--what", "Her plan", "--consent", made).code == 0
    assert run("withhold", "add", *hers, "Ray Dunn").code == 0
    assert run("consent", "revoke", *one).code == 0
    assert "Ray Dunn still has something of hers" in refused(run("consent", "letters", *one, "--out", out))
    assert not out.exists()


def test_what_is_not_hers_is_not_found_and_what_never_mixes_is_refused(run: Run, hers: list[str]) -> None:
    mixed = ["--to", "A clinic", "--to-whom", "provider", "--kinds", "plan,counseling"]
    assert "a consent of their own" in refused(run("consent", "add", *hers, *mixed, *REST))
    assert "no kind of information" in refused(run("consent", "add", *hers, *mixed[:4], "--kinds", "all", *REST))
    assert "no such consent" in refused(run("consent", "show", *hers, "--consent", "0" * 32))
    counseling = ["--to", "A clinic", "--to-whom", "provider", "--kinds", "counseling", "--form", "counseling"]
    event = ["--what", "The last talk", "--purpose", "She asked", "--until-event", "When she has a home"]
    assert run("consent", "add", *hers, *counseling, *event).code == 0


def test_the_account_and_the_list_of_what_had_no_consent(run: Run, hers: list[str], tmp_path: Path) -> None:
    add = ["disclosure", "add", *hers, "--to", "Judge Ames", "--what", "Her dates"]
    assert "which consent" in refused(run(*add))
    assert "Say why" in refused(run(*add, "--ground", "court_order"))
    noted = told(run(*add, "--ground", "court_order", "--why", "Order 26-113", "--on", "2020-01-02", "--json"))
    assert (noted["recipient"], noted["told_by"]) == ("Judge Ames", "lead")
    out = tmp_path / "plan.pdf"
    order = ["--for", "other", "--ground", "court_order", "--why", "Order 26-113", "--to-name", "Judge Ames"]
    assert run("plan", "print", *hers, *order, "--out", out).code == 0
    assert len(told(run("disclosure", "list", *hers, "--json"))["disclosures"]) == 2
    assert len(told(run("disclosure", "list", *hers, "--years", "3", "--json"))["disclosures"]) == 1
    without = told(run("disclosure", "list", *hers[:6], "--json"))["disclosures"]
    assert [(one["participant"], one["why"]) for one in without] == [("1001", "Order 26-113")] * 2
    paper = tmp_path / "account.pdf"
    assert told(run("disclosure", "print", *hers, "--years", "6", "--language", "es", "--out", paper, "--json"))[
        "number"
    ]


def test_who_is_never_told(run: Run, hers: list[str], tmp_path: Path) -> None:
    consent = signed_consent(run, hers, *CLINIC)
    listed = told(run("withhold", "add", *hers, "Magnolia Clinic", "--phone", "601-555-0142", "--json"))
    out = tmp_path / "plan.pdf"
    words = ["plan", "print", *hers, "--for", "other", "--consent", consent, "--out", out]
    assert "must never be told" in refused(run(*words))
    assert not out.exists()
    warned = told(
        run(
            "disclosure",
            "add",
            *hers,
            "--to",
            "Magnolia Clinik",
            "--what",
            "x",
            "--ground",
            "law",
            "--why",
            "y",
            "--json",
        )
    )
    assert "may be Magnolia Clinic" in warned["warnings"][0]
    assert [one["name"] for one in told(run("withhold", "list", *hers, "--json"))["withheld"]] == ["Magnolia Clinic"]
    assert "Nobody of that id" in refused(run("withhold", "remove", *hers, "0" * 32))
    assert run("withhold", "remove", *hers, listed["id"]).code == 0
    assert run(*words).code == 0
