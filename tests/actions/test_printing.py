"""Prints: in the plan's language, letters that no face has named, each print in the log, no reason on a call-out."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from reentry_desktop.actions import copies, plan_states, plans, print_pages, printing, recovery, staff, women
from reentry_desktop.actions.disclosures import Allowed
from reentry_desktop.base.ids import Id, named_id
from reentry_desktop.base.problems import NotFound, Problem
from reentry_desktop.records.people import Person
from reentry_desktop.records.plan import Supporter
from reentry_desktop.records.plan_item import PlanItem
from reentry_desktop.store import Store

from ..consents import for_an_official
from ..reports.reading import body, squeezed, texts
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
        english, spanish = (dict(print_pages.details(PlanItem, duty, columns, lang)) for lang in ("en", "es"))
        assert english == {"Who did it for me": "Bo", "To be done by": "March 4, 2027"}  # what is empty is left out
        assert list(spanish.values()) == ["Bo", "4 de marzo de 2027"]
        assert dict(print_pages.details(PlanItem, tool, ("in_custody", "helpful"), "en")) == {
            "Allowed in here": "With permission",
            "How much it helps, 1 to 5": "4",
        }
        assert dict(print_pages.details(Supporter, luz, ("relation", "role"), "es")).popitem()[1] == "Sister"
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


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_programs_thirty_days_stand_on_no_print(begun: tuple[Store, Id, Id], language: str) -> None:
    store, woman, plan = begun
    with store.work("write") as unit:
        helper = plans.add_supporter(unit, plan, name="Bo", agreed=True, agreed_to_copy=True)
        plans.answer(unit, plan, "crisis_well", "I sing")
        plans.add_item(unit, plan, "every_day", words="Walk")
        plans.add_item(unit, plan, "h72_bed", words="My aunt's")
        plans.fine_in_my_room(unit, plans.add_item(unit, plan, "tools", words="Sing early"), on=True)
        recovery.add_goal(unit, woman, "housing", "My own door")
    for layout in printing.LAYOUTS:
        with store.read() as unit:
            done = printing.plan_print(unit, plan, layout=layout, language=language, supporter=helper, with_name=True)
        text = " ".join(texts(done.pdf.data))
        assert not re.search(r"(?<!Page )(?<!Página )\b30\b", text), layout


@pytest.mark.parametrize("asked", [{"size": "tiny"}, {"layout": "poster"}])
def test_sizes_and_layouts_there_are_not(begun: tuple[Store, Id, Id], asked: dict[str, str]) -> None:
    store, _woman, plan = begun
    with pytest.raises(Problem) as told, store.read() as unit:
        printing.plan_print(unit, plan, **asked)
    assert told.value.code == "layout"


def test_a_print_is_an_entry_without_a_word_of_hers_and_the_beginning_of_a_copy(begun: tuple[Store, Id, Id]) -> None:
    store, woman, plan = begun
    with store.work("print_plan") as unit:
        done = printing.plan_print(unit, plan, size="large")
        entries = len(payloads(unit.connection))
        copy = printing.record_print(unit, done, how="printed", copies=2, printer="Office", for_whom="office")
        told = payloads(unit.connection)[entries:]
    assert [(entry["act"], entry["kind"], entry["participant"]) for entry in told] == [
        ("print_plan", "plan", woman), ("print_plan", "copy_given", woman),
    ]  # fmt: skip
    assert told[0]["values"] | {"to": ""} == {
        "how": "printed", "layout": "full", "version": 0, "pages": done.pdf.pages, "copies": 2, "printer": "Office",
        "to": "", "for_whom": "office", "number": done.number, "supporter": "",
        "sha256": hashlib.sha256(done.pdf.data).hexdigest(),
    }  # fmt: skip
    assert all(done.number in page for page in texts(done.pdf.data))
    with store.read() as unit:
        (given,) = copies.copies_of(unit, woman)
    assert (given.id, given.print_number, given.layout, given.copies, given.pages, given.for_whom) == (
        copy, done.number, "full", 2, done.pdf.pages, "office",
    )  # fmt: skip
    assert (given.version, given.signed_on, given.printed_on, given.became) == (0, None, DAY, "")
    for words in ("I sing early", "Luz Marsh", "Núñez"):
        assert words not in json.dumps(told)


def test_no_print_for_an_official_without_her_signature_and_no_trace_of_a_no(begun: tuple[Store, Id, Id]) -> None:
    store, woman, plan = begun
    with store.read() as unit:
        done = printing.plan_print(unit, plan)
        entries = len(payloads(unit.connection))
    with pytest.raises(Problem, match="signature for this very print") as told, store.work("print_plan") as unit:
        printing.record_print(unit, done, how="printed", for_whom="official")
    assert told.value.code == "signature"
    with store.read() as unit:
        assert len(payloads(unit.connection)) == entries
        assert copies.copies_of(unit, woman) == []
    with store.work("sign_consent") as unit:
        done = printing.plan_print(unit, plan, allowed=Allowed(for_an_official(unit, woman)))
    with store.work("print_plan") as unit:
        printing.record_print(unit, done, how="printed", for_whom="official", signed_on=DAY)
    with store.read() as unit:
        assert [(c.for_whom, c.signed_on) for c in copies.copies_of(unit, woman)] == [("official", DAY)]
    with pytest.raises(Problem), store.work("print_plan") as unit:
        printing.record_print(unit, done, how="printed", for_whom="warden")


def test_a_print_number_is_the_words_the_day_and_the_layout(begun: tuple[Store, Id, Id]) -> None:
    store, _woman, plan = begun

    def number(**asked: Any) -> str:
        with store.read() as unit:
            return printing.plan_print(unit, plan, **asked).number

    here = number()
    assert here == number()  # a preview and its print are one
    numbers = [here, number(size="large"), number(with_name=True), number(layout="worksheet"),
               number(layout="worksheet", sections=["daily"]), number(language="es")]  # fmt: skip
    with store.work("answer") as unit:
        plans.answer(unit, plan, "well", "I sing late")
    numbers.append(number())
    store.stated_day = DAY + dt.timedelta(days=1)
    numbers.append(number())
    assert len(set(numbers)) == len(numbers)
    assert all(len(one) == 9 and one[4] == "-" for one in numbers)


def test_an_earlier_version_is_printed_as_it_was(begun: tuple[Store, Id, Id]) -> None:
    store, _woman, plan = begun
    with store.work("done_for_now") as unit:
        for part in ("every_day", "stressors", "early_signs", "down_signs", "crisis_signs"):
            plans.add_item(unit, plan, part, words="A few words")
        plan_states.done_for_now(unit, plan)
    with store.read() as unit:
        standing = printing.plan_print(unit, plan)
    assert standing.version == 1
    assert "Version 1, November 23, 2026" in " ".join(squeezed(t) for t in texts(standing.pdf.data))
    with store.work("fine_in_my_room") as unit:  # it changes no word on paper
        plans.fine_in_my_room(unit, named_id(plan, "well"), on=True)
    with store.read() as unit:
        assert printing.plan_print(unit, plan).version == 1
    with store.work("answer") as unit:
        plans.answer(unit, plan, "well", "I sing late")
    with store.read() as unit:
        now, then = printing.plan_print(unit, plan), printing.plan_print(unit, plan, version=1)
        with pytest.raises(NotFound):
            printing.plan_print(unit, plan, version=2)
    assert (now.version, then.version) == (0, 1)
    assert "I sing late" in body(now.pdf.data)
    assert "I sing early" in body(then.pdf.data)
    assert "Changed after version 1" in " ".join(squeezed(t) for t in texts(now.pdf.data))
    assert "Version 1" in " ".join(squeezed(t) for t in texts(then.pdf.data))


def test_names_under_it_stand_on_it_hers_only_if_asked(begun: tuple[Store, Id, Id]) -> None:
    store, _woman, plan = begun
    with store.work("sign") as unit:
        plan_states.sign(unit, plan, "herself", "Ana Núñez")
        plan_states.sign(unit, plan, "witness", "Bo Okoro", phone="601-555-0171")
    with store.read() as unit:
        without, named = (body(printing.plan_print(unit, plan, with_name=w).pdf.data) for w in (False, True))
    assert "Person whose plan this is November 23, 2026 Bo Okoro, Witness, 601-555-0171 November 23, 2026" in without
    assert "Núñez" not in without
    assert "Ana Núñez November 23, 2026" in named


def test_the_site_says_what_plans_are_called(begun: tuple[Store, Id, Id]) -> None:
    store, _woman, plan = begun
    with store.read() as unit:
        assert body(printing.plan_print(unit, plan).pdf.data).startswith("Wellness plan")
    with store.work("set_site") as unit:
        staff.set_site(unit, plan_title="wrap")
    with store.read() as unit:
        done = printing.plan_print(unit, plan).pdf.data
    assert body(done).startswith("WRAP")
    assert "registered trademark" in body(done)
    assert b"WRAP" not in done


def test_her_words_and_a_person_s_wording_of_them(begun: tuple[Store, Id, Id]) -> None:
    store, _woman, plan = begun
    with store.work("set_other_wording") as unit:
        plans.set_other_wording(unit, plan, named_id(plan, "well"), "es", "Canto temprano")
    with store.read() as unit:
        spanish = " ".join(squeezed(t) for t in texts(printing.plan_print(unit, plan, language="es").pdf.data))
        english = body(printing.plan_print(unit, plan).pdf.data)
    assert spanish.index("I sing early") < spanish.index("Canto temprano")
    assert "Canto temprano" not in english


def test_only_what_is_printed_can_stop_a_print(begun: tuple[Store, Id, Id]) -> None:
    store, _woman, plan = begun
    with store.work("add_item") as unit:
        plans.add_item(unit, plan, "stressors", words="\U00012031 noise")
        plans.add_item(unit, plan, "h72_ride", words="Luz drives")
    with store.read() as unit:
        assert "Luz drives" in body(printing.plan_print(unit, plan, layout="first-72-hours").pdf.data)
        with pytest.raises(Problem, match="\U00012031"):
            printing.plan_print(unit, plan)


@pytest.mark.parametrize("layout", ["wallet", "first-72-hours", "check-in", "recovery", "supporter", "keep-with-me"])
def test_a_layout_without_words_says_what_to_do(facility: Store, layout: str) -> None:
    woman, _episode = enrolled(facility)
    with facility.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)
        luz = plans.add_supporter(unit, plan, name="Luz", agreed=True, agreed_to_copy=True)
    with pytest.raises(Problem) as told, facility.read() as unit:
        printing.plan_print(unit, plan, layout=layout, supporter=luz)
    assert told.value.code in ("nothing", "nothing-marked")
    assert told.value.sentence.count(".") >= 2
    with facility.read() as unit:
        assert printing.plan_print(unit, plan, layout="full").pdf.pages >= 1
        assert printing.plan_print(unit, plan, layout="worksheet", sections=["daily"]).pdf.pages >= 1
        with pytest.raises(Problem, match="poetry"):
            printing.plan_print(unit, plan, layout="worksheet", sections=["poetry"])
        with pytest.raises(Problem):
            printing.plan_print(unit, plan, layout="check-in", days=12)


def test_the_first_hours_know_the_day_of_release(begun: tuple[Store, Id, Id]) -> None:
    store, woman, plan = begun
    with store.work("add_item") as unit:
        plans.add_item(unit, plan, "h72_ride", words="Luz drives")

    def kept_in_the_office() -> bool:
        with store.read() as unit:
            read = body(printing.plan_print(unit, plan, layout="first-72-hours").pdf.data)
        return "stays in the office" in read

    assert kept_in_the_office()  # nobody knows the day
    with store.work("correct") as unit:
        women.correct(unit, woman, expected_release=DAY + dt.timedelta(days=1))
    assert kept_in_the_office()
    store.stated_day = DAY + dt.timedelta(days=1)
    assert not kept_in_the_office()


def test_a_wallet_card_has_the_tools_that_help_most_and_whom_to_call(begun: tuple[Store, Id, Id]) -> None:
    store, _woman, plan = begun
    with store.work("add_item") as unit:
        plans.add_item(unit, plan, "tools", words="Sing", helpful=5)
        plans.add_item(unit, plan, "down_call", words="The line", person="Line", phone="988")
        plans.add_supporter(unit, plan, name="Not Asked", phone="601-555-0199")
        (luz,) = [one for one in plans.contents(unit, plan).supporters if one.name == "Luz Marsh"]
        plans.revise_supporter(unit, luz.id, agreed=True)
    with store.read() as unit:
        read = " ".join(squeezed(t) for t in texts(printing.plan_print(unit, plan, layout="wallet").pdf.data))
    assert "What helps first Sing Walk with Luz Go out To call Luz Marsh 555-0134 988 Call or text" in read
    for absent in ("Not Asked", "Magnolia", "2026", "Version", "Núñez", "Re-entry", "re-entry"):
        assert absent not in read


# A file


def test_a_locked_file_opens_with_its_passphrase_alone(begun: tuple[Store, Id, Id]) -> None:
    store, _woman, plan = begun
    with store.read() as unit:
        pdf = printing.plan_print(unit, plan).pdf.data
    locked = printing.protected(pdf, "four quiet green rivers")
    with pypdfium2.PdfDocument(locked, password="four quiet green rivers") as document:
        assert "I sing early" in " ".join(page.get_textpage().get_text_range() for page in document)
    for wrong in (None, "", "four quiet green river"):
        with pytest.raises(pypdfium2.PdfiumError):
            pypdfium2.PdfDocument(locked, password=wrong)
    assert re.search(rb"/V 5\b", locked)
    assert re.search(rb"/R 6\b", locked)
    assert b"/AESV3" in locked
    assert b"xpacket" not in locked  # metadata too
    assert b"Wellness" not in locked
    assert printing.protected(pdf, "four quiet green rivers") != locked


def test_a_short_passphrase_is_refused_and_strength_is_told() -> None:
    with pytest.raises(Problem):
        printing.protected(b"%PDF-1.7", "elevenchars")
    for passphrase, strength in (
        ("", "weak"), ("short", "weak"), ("aaaaaaaaaaaaaaaa", "weak"), ("password1234", "weak"),
        ("november1972", "weak"), ("green river moon", "fair"), ("four quiet green rivers", "strong"),
        ("verde verde verde verde", "weak"), ("xK4#pQ9z!mW2", "strong"), ("casa perro luna cielo", "strong"),
    ):  # fmt: skip
        assert printing.passphrase_strength(passphrase) == strength, passphrase
    assert set(printing.STRENGTHS) == {"weak", "fair", "strong"}


def test_who_may_save_open(facility: Store) -> None:
    with facility.read() as unit:
        assert not printing.may_save_open(unit)
    with facility.work("set_saves_open") as unit:
        unit.revise(Person, facility.who.id, saves_open=True)
    with facility.read() as unit:
        assert printing.may_save_open(unit)


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


def test_a_print_is_locked_without_an_xml_library(begun: tuple[Store, Id, Id], tmp_path: Path) -> None:
    """The packaged program goes without lxml, which the library that locks would like to have."""
    store, _woman, plan = begun
    with store.read() as unit:
        (tmp_path / "open.pdf").write_bytes(printing.plan_print(unit, plan).pdf.data)
    code = (
        "import sys; sys.modules['lxml'] = None; from pathlib import Path; from reentry_desktop import reports;"
        "Path(sys.argv[2]).write_bytes(reports.protect(Path(sys.argv[1]).read_bytes(), 'four quiet green rivers'))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "open.pdf"), str(tmp_path / "locked.pdf")]
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    subprocess.run(command, env=env, check=True, timeout=60)
    with pypdfium2.PdfDocument(tmp_path / "locked.pdf", password="four quiet green rivers") as document:
        assert len(document) > 0
