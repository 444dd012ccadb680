"""Prints: in the plan's language, letters that no face has named, each print in the log, no reason on a call-out."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

import pytest

from reentry_desktop.actions import plans, printing, women
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import NotFound, Problem
from reentry_desktop.records.plan import Supporter
from reentry_desktop.records.plan_item import PlanItem
from reentry_desktop.store import Store

from ..reports.reading import body, texts
from ..stores import DAY, enrolled, payloads


@pytest.fixture
def begun(facility: Store) -> tuple[Store, Id, Id]:
    """A store with a plan of a few words; her id and the plan's."""
    woman, _episode = enrolled(facility)
    with facility.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)
        plans.answer(unit, plan, "well", "I sing early")
        tool = plans.add_item(unit, plan, "tools", words="Walk with Luz", in_custody="ask", helpful=4)
        step = plans.add_item(unit, plan, "early_steps", words="Go out")
        plans.link_tool(unit, step, tool)
        plans.add_item(unit, plan, "post_duties", words="The garden", covered_by="Bo", target_on=dt.date(2027, 3, 4))
        plans.add_supporter(unit, plan, name="Luz Marsh", relation="Sister", phone="555-0134")
    return facility, woman, plan


def test_her_words_stand_on_it_and_her_name_only_if_asked(begun: tuple[Store, Id, Id]) -> None:
    store, _woman, plan = begun
    with store.read() as unit:
        without = body(printing.plan_print(unit, plan).pdf.data)
        named = body(printing.plan_print(unit, plan, with_name=True).pdf.data)
    for words in ("I sing early", "Walk with Luz", "Go out", "The garden", "Luz Marsh", "555-0134", "March 4, 2027"):
        assert words in without
    assert "Núñez" not in without
    assert "Ana Núñez" in named
    assert "R1001" not in named


def test_details_are_in_the_plans_language_and_hers_as_she_said_them(begun: tuple[Store, Id, Id]) -> None:
    store, _woman, plan = begun
    with store.read() as unit:
        whole = plans.contents(unit, plan)
        (duty,), (tool,), (luz,) = whole.items["post_duties"], whole.items["tools"], whole.supporters
        columns = ("covered_by", "helped_by", "target_on")
        english, spanish = (dict(printing.details(PlanItem, duty, columns, lang)) for lang in ("en", "es"))
        assert english == {"Who did it for me": "Bo", "To be done by": "March 4, 2027"}  # what is empty is left out
        assert list(spanish.values()) == ["Bo", "4 de marzo de 2027"]
        assert dict(printing.details(PlanItem, tool, ("in_custody", "helpful"), "en")) == {
            "Allowed in here": "With permission",
            "How much it helps, 1 to 5": "4",
        }
        assert dict(printing.details(Supporter, luz, ("relation", "role"), "es")).popitem()[1] == "Sister"
        assert "marzo" in " ".join(texts(printing.plan_print(unit, plan, language="es").pdf.data))
    with store.work("set_language") as unit:
        plans.set_language(unit, plan, "es")
        assert "4 de marzo" in " ".join(texts(printing.plan_print(unit, plan).pdf.data))


@pytest.mark.parametrize("where", ["answer", "entry", "detail", "supporter", "name"])
def test_letters_that_cannot_be_printed_are_named(begun: tuple[Store, Id, Id], where: str) -> None:
    store, woman, plan = begun
    with store.work("answer") as unit:
        if where == "answer":
            plans.answer(unit, plan, "well", "I sing \U00012031")
        elif where == "entry":
            plans.add_item(unit, plan, "stressors", words="\U00012031 noise")
        elif where == "detail":
            plans.add_item(unit, plan, "every_day", words="Walk", when="\U00012031 o'clock")
        elif where == "supporter":
            plans.add_supporter(unit, plan, name="Bo \U00012031")
        else:
            women.correct(unit, woman, last_name="Núñez \U00012031")
    with pytest.raises(Problem, match="\U00012031") as told, store.read() as unit:
        printing.plan_print(unit, plan, with_name=True)
    assert told.value.code == "letters"
    assert "Her words are safe" in told.value.sentence


@pytest.mark.parametrize("asked", [{"size": "tiny"}, {"layout": "poster"}])
def test_sizes_and_layouts_there_are_not(begun: tuple[Store, Id, Id], asked: dict[str, str]) -> None:
    store, _woman, plan = begun
    with pytest.raises(Problem) as told, store.read() as unit:
        printing.plan_print(unit, plan, **asked)
    assert told.value.code == "layout"


def test_a_print_is_an_entry_without_a_word_of_hers(begun: tuple[Store, Id, Id]) -> None:
    store, woman, plan = begun
    with store.work("print_plan") as unit:
        done = printing.plan_print(unit, plan, size="large")
        entries = len(payloads(unit.connection))
        printing.record_print(unit, done, how="printed", copies=2, printer="Office")
        told = payloads(unit.connection)[entries:]
    assert len(told) == 1
    assert (told[0]["act"], told[0]["kind"], told[0]["record"], told[0]["participant"]) == (
        "print_plan", "plan", plan, woman,
    )  # fmt: skip
    assert told[0]["values"] | {"to": ""} == {
        "how": "printed", "layout": "full", "pages": done.pdf.pages, "copies": 2, "printer": "Office", "to": "",
        "number": done.number, "sha256": hashlib.sha256(done.pdf.data).hexdigest(),
    }  # fmt: skip
    assert all(done.number in page for page in texts(done.pdf.data))


def test_no_plan_no_print(facility: Store) -> None:
    woman, _episode = enrolled(facility)
    with pytest.raises(Problem) as told, facility.read() as unit:
        printing.plan_of(unit, woman)
    assert told.value.code == "no-plan"
    with pytest.raises(NotFound), facility.read() as unit:
        printing.plan_print(unit, Id("0" * 32))


def test_a_call_out_sheet_says_who_and_when_and_never_why(begun: tuple[Store, Id, Id]) -> None:
    store, woman, _plan = begun
    other, _episode = enrolled(store, "R1002", first="Bea", last="Okoro", unit="C-2")
    with store.work("correct") as unit:
        women.correct(unit, woman, suffix="Jr")
    with store.work("print_call_out") as unit:
        pdf = printing.call_out_sheet(unit, [(woman, "9:30"), (other, "10:00")], DAY + dt.timedelta(1))
        printing.record_call_out(unit, pdf, [woman, other], how="printed", printer="Office")
        told = [e for e in payloads(unit.connection) if e["act"] == "print_call_out"]
    read = body(pdf.data)
    assert "9:30 Ana Núñez Jr R1001" in read
    assert "10:00 Bea Okoro R1002 C-2" in read
    assert "November 24, 2026" in read
    for telling in ("lan", "ellness", "upport", "Bridges", "crisis", "Núñez Jr,"):
        assert telling not in read.replace("Place", "")
    assert [(e["participant"], e["values"]["layout"]) for e in told] == [(woman, "call-out"), (other, "call-out")]
    assert "9:30" not in json.dumps(told)
