"""What she keeps with her, and what one supporter gets: only what may be there, whatever stands in the plan."""

from __future__ import annotations

import re
from typing import Any

import pytest

from reentry_desktop.actions import plans, printing, staff
from reentry_desktop.actions.fine_on_paper import why_not
from reentry_desktop.base.ids import Id, named_id
from reentry_desktop.base.problems import Problem
from reentry_desktop.store import Store

from ..plans import filled_plan
from ..reports.reading import metadata, squeezed, texts
from ..stores import enrolled

FINE = {
    "tools": "Breathing in for four and out for six",
    "every_day": "Make my bed",
    "stressors": "Mail call with nothing for me",
    "early_signs": "I skip breakfast",
    "early_steps": "Walk the yard",
    "down_steps": "Stay where people see me",
}
# Canaries: the word that must not be found, where it stands, and the columns.
CANARIES: list[tuple[str, str, dict[str, Any]]] = [
    ("CANARYPHONE", "tools", {"words": "CANARYPHONE call 601-555-0142"}),
    ("CANARYPARENS", "tools", {"words": "CANARYPARENS (601) 555 0142"}),
    ("CANARYFULLWIDTH", "tools", {"words": "CANARYFULLWIDTH ６０１５５５０１４２"}),
    ("CANARYDATE", "stressors", {"words": "CANARYDATE the hearing on March 4"}),
    ("CANARYISO", "stressors", {"words": "CANARYISO 2027-03-04"}),
    ("CANARYSPANISH", "stressors", {"words": "CANARYSPANISH el 4 de marzo"}),
    ("CANARYADDRESS", "early_steps", {"words": "CANARYADDRESS 48 Larkspur Avenue"}),
    ("CANARYMONEY", "early_steps", {"words": "CANARYMONEY keep $40 back"}),
    ("CANARYPILL", "every_day", {"words": "CANARYPILL take my medicine"}),
    ("CANARYDOSE", "every_day", {"words": "CANARYDOSE 50 mg at night"}),
    ("CANARYDRUG", "every_day", {"words": "CANARYDRUG sertraline at breakfast"}),
    ("CANARYCHILD", "stressors", {"words": "CANARYCHILD my son cries"}),
    ("CANARYNAMED", "stressors", {"words": "CANARYNAMED Mateo is far"}),
    ("CANARYNEEDS", "tools", {"words": "Singing low", "needs": "CANARYNEEDS"}),
    ("CANARYWHEN", "every_day", {"words": "Stretch", "when": "CANARYWHEN"}),
    ("CANARYNOTICED", "down_signs", {"words": "I go quiet", "noticed_by": "CANARYNOTICED"}),
    ("CANARYCONTACT", "early_tell", {"words": "CANARYCONTACT", "person": "CANARYCONTACT"}),
    ("CANARYCRISIS", "crisis_helps", {"words": "CANARYCRISIS sit with me"}),
    ("CANARYAFTER", "post_avoid", {"words": "CANARYAFTER the porch"}),
    ("CANARYSTANDING", "crisis_medication", {"words": "Sertraline CANARYSTANDING"}),
    ("CANARYKID", "children", {"words": "CANARYKID", "person": "Mateo"}),
    ("CANARYBED", "h72_bed", {"words": "CANARYBED"}),
    ("CANARYSUM", "money_in", {"words": "CANARYSUM"}),
    ("CANARYPAPER", "papers", {"words": "CANARYPAPER"}),
    ("CANARYRULE", "conditions", {"words": "CANARYRULE"}),
]


@pytest.fixture
def hers(facility: Store) -> tuple[Store, Id]:
    """A plan with good lines and every canary, all of them marked; and a few that are not."""
    woman, _episode = enrolled(facility)
    with facility.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)
        for part, words in FINE.items():
            plans.fine_in_my_room(unit, plans.add_item(unit, plan, part, words=words), on=True)
        for _canary, part, values in CANARIES:
            plans.fine_in_my_room(unit, plans.add_item(unit, plan, part, **values), on=True)
        plans.add_item(unit, plan, "tools", words="CANARYUNMARKED")
        plans.answer(unit, plan, "well", "I hum.\nCANARYLINE born 1990\nI laugh.")
        plans.fine_in_my_room(unit, named_id(plan, "well"), on=True)
        plans.answer(unit, plan, "crisis_danger", "CANARYDANGER")
        plans.fine_in_my_room(unit, named_id(plan, "crisis_danger"), on=True)
        plans.add_supporter(unit, plan, name="CANARYSUPPORTER", phone="601-555-0187", role="CANARYROLE")
    return facility, plan


@pytest.mark.parametrize("pictures", [False, True])
@pytest.mark.parametrize("size", printing.SIZES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_canary_is_on_what_she_keeps(hers: tuple[Store, Id], language: str, size: str, pictures: bool) -> None:
    store, plan = hers
    with store.read() as unit:
        done = printing.plan_print(
            unit, plan, layout="keep-with-me", size=size, language=language, pictures=pictures, with_name=True
        )
    pages = texts(done.pdf.data)
    read = squeezed(" ".join(pages))
    for words in (*FINE.values(), "I hum.", "I laugh.", "Singing low", "Stretch", "I go quiet"):
        assert words in read
    assert "CANARY" not in read
    for telling in ("Magnolia", "2026", "ersi", "Núñez", "Re-entry", "re-entry", "ellness", "ienestar", "WRAP",
                    "risis", "601", "office", "Things that help", "Small signs", "Tool:", "Herramienta"):  # fmt: skip
        assert telling not in read
    assert metadata(done.pdf.data)["Title"] in ("Document", "Documento")


def test_what_is_left_out_is_listed_with_the_reason(hers: tuple[Store, Id]) -> None:
    store, plan = hers
    with store.read() as unit:
        left = printing.plan_print(unit, plan, layout="keep-with-me").left_out
    reasons = {re.findall(r"CANARY\w+", words)[0]: why for words, why in left if "CANARY" in words}
    assert reasons.keys() == {canary for canary, _part, values in CANARIES if canary in values["words"]} | {
        "CANARYLINE", "CANARYDANGER",
    }  # fmt: skip
    assert all(why.endswith(".") for why in reasons.values())
    assert reasons["CANARYPHONE"] == reasons["CANARYFULLWIDTH"] == "It looks like a phone number."
    assert reasons["CANARYLINE"] == reasons["CANARYDATE"] == "It looks like a date."
    assert reasons["CANARYDRUG"] == "It may tell of a medicine."
    assert reasons["CANARYNAMED"] == "It may tell of a child."
    assert reasons["CANARYCRISIS"] == "It is from the crisis parts."
    assert reasons["CANARYBED"] == "It is from the re-entry pages."
    with store.read() as unit:
        assert printing.plan_print(unit, plan, layout="check-in").left_out == ()


def test_a_number_cut_by_a_line_end_is_left_out_whole(hers: tuple[Store, Id]) -> None:
    store, plan = hers
    with store.work("add_item") as unit:
        item = plans.add_item(unit, plan, "tools", words="Call 601-55\n5-0142 CANARYCUT")
        plans.fine_in_my_room(unit, item, on=True)
    with store.read() as unit:
        done = printing.plan_print(unit, plan, layout="keep-with-me")
    assert "CANARYCUT" not in " ".join(texts(done.pdf.data))
    assert any("CANARYCUT" in words for words, _why in done.left_out)


def test_of_an_earlier_version_only_what_is_marked_still(facility: Store) -> None:
    woman, _episode = enrolled(facility)
    plan = filled_plan(facility, woman)
    from reentry_desktop.actions import plan_states

    with facility.work("fine_in_my_room") as unit:
        tool = plans.contents(unit, plan).items["tools"][-1]
        tool_id, words = tool.id, tool.words
        plans.fine_in_my_room(unit, tool_id, on=True)
        plan_states.done_for_now(unit, plan)
    with facility.read() as unit:
        read = " ".join(texts(printing.plan_print(unit, plan, layout="keep-with-me", version=1).pdf.data))
        assert words in squeezed(read)
    with facility.work("fine_in_my_room") as unit:
        plans.fine_in_my_room(unit, tool_id, on=False)
    with facility.read() as unit:
        read = " ".join(texts(printing.plan_print(unit, plan, layout="keep-with-me", version=1).pdf.data))
        assert words not in squeezed(read)


@pytest.mark.parametrize(
    "words",
    [
        "Breathe 4-5 times", "Count to 100", "Call 988", "911 if somebody is hurt", "5 minutes in a quiet place",
        "Walk the yard twice", "Las mañanas son difíciles", "I may sit down", "Ask for a call-out with Rosalind",
        "Read one psalm", "Psalm 23", "In bed by 10", "Sleep 8 hours", "Caminar 20 minutos", "I march on the spot",
    ],
)  # fmt: skip
def test_lines_that_tell_nothing_are_not_taken_for_more(words: str) -> None:
    assert why_not(words) == ""


@pytest.mark.parametrize(
    "words",
    [
        "555-0134", "601.555.0142", "601 5550142", "+1 (601) 555-0142", "6 0 1 5 5 5 0 1 4 2", "601\u2011555\u20110142",
        "3/4/27", "March 4th", "4 March", "Since 2019", "el 3 de mayo", "12.05.2027",
        "210 Juniper Street", "14 Elm Dr", "P.O. Box 12", "calle Enebro 12", "39201", "a@b.org", "Farish Street",
        "$5", "forty dollars", "20 pesos", "my kids", "mi hija", "mis niñas", "the boys: my boys", "two pills", "50mg",
        "mis pastillas",
    ],
)  # fmt: skip
def test_lines_that_tell_are_left_out(words: str) -> None:
    assert why_not(words)


# One supporter


def test_a_supporter_who_did_not_agree_gets_nothing(hers: tuple[Store, Id]) -> None:
    store, plan = hers
    with store.read() as unit:
        (luz,) = plans.contents(unit, plan).supporters
    for values, may in (
        ({}, False), ({"agreed": True}, False), ({"agreed": False, "agreed_to_copy": True}, False),
        ({"agreed": True, "agreed_to_copy": True}, True), ({"removed": True}, False),
    ):  # fmt: skip
        with store.work("revise_supporter") as unit:
            plans.revise_supporter(unit, luz.id, **values)
        with store.read() as unit:
            if may:
                assert printing.plan_print(unit, plan, layout="supporter", supporter=luz.id).pdf.pages
                continue
            with pytest.raises(Problem) as told:
                printing.plan_print(unit, plan, layout="supporter", supporter=luz.id)
            assert told.value.code == "supporter"
    with pytest.raises(Problem), store.read() as unit:
        printing.plan_print(unit, plan, layout="supporter")


def test_a_supporter_gets_the_crisis_parts_alone(hers: tuple[Store, Id]) -> None:
    store, plan = hers
    with store.work("revise_supporter") as unit:
        luz = plans.contents(unit, plan).supporters[0].id
        plans.revise_supporter(unit, luz, agreed=True, agreed_to_copy=True, name="Luz Marsh")
    with store.read() as unit:
        done = printing.plan_print(unit, plan, layout="supporter", supporter=luz)
    read = squeezed(" ".join(texts(done.pdf.data)))
    assert read.startswith("Wellness plan For Luz Marsh")
    found = set(re.findall(r"CANARY\w+", read))
    assert found == {"CANARYCRISIS", "CANARYSTANDING", "CANARYDANGER", "CANARYROLE"}
    assert done.supporter == luz
    with store.work("revise_supporter") as unit:
        plans.revise_supporter(unit, luz, agreed_to_copy=False)
    with pytest.raises(Problem), store.work("print_plan") as unit:
        printing.record_print(unit, done, how="printed", for_whom="supporter")
    assert "Núñez" not in read


def test_no_layout_has_her_name_unless_asked(facility: Store) -> None:
    woman, _episode = enrolled(facility)
    plan = filled_plan(facility, woman)
    with facility.work("set_site") as unit:
        staff.set_site(unit, plan_title="neutral")
        supporter = next(one for one in plans.contents(unit, plan).supporters if one.agreed and one.agreed_to_copy)
    with facility.read() as unit:
        for layout in printing.LAYOUTS:
            if layout == "recovery":
                continue
            done = printing.plan_print(unit, plan, layout=layout, supporter=supporter.id)
            named = printing.plan_print(unit, plan, layout=layout, supporter=supporter.id, with_name=True)
            assert "Núñez" not in " ".join(texts(done.pdf.data))
            asked = layout not in ("keep-with-me", "wallet", "worksheet")
            assert ("Núñez" in " ".join(texts(named.pdf.data))) is asked
