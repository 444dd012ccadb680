"""What a screen reader, a printer's list and a second print meet: tags, order, language, fonts, metadata, bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise

import msgspec
import pytest

from reentry_desktop.records.pack import load_pack
from reentry_desktop.reports import Item, SizeName, plan_pdf

from .invented import blank, plan_page, words_of
from .reading import catalog, drawn, fonts, metadata, squeezed, trees, written

PACK = load_pack()
SIZES: dict[SizeName, tuple[float, float]] = {"standard": (13, 18), "large": (18, 23), "extra-large": (22, 28)}
ROLES = {
    "Document": {"H1", "H2", "P", "L", "Table", "TOC", "Figure"},
    "L": {"LI"},
    "LI": {"Lbl", "LBody"},
    "LBody": {"P"},
    "Table": {"TR"},
    "TR": {"TH", "TD"},
    "TOC": {"TOCI"},
    "TOCI": {"P"},
}


@pytest.fixture(scope="module", params=["en", "es"])
def plan(request: pytest.FixtureRequest) -> bytes:
    return plan_pdf(plan_page(request.param), PACK, size="standard").data


def test_elements_hold_only_what_they_may(plan: bytes) -> None:
    for tree in trees(plan):
        assert tree.role == "Document"
        for element in tree.all():
            assert {child.role for child in element.children} <= ROLES.get(element.role, set())


def test_headings_go_down_one_step_at_a_time(plan: bytes) -> None:
    roles = [e.role for tree in trees(plan) for e in tree.all() if re.fullmatch(r"H\d?|Title", e.role)]
    assert roles[0] == "H1"
    assert set(roles) == {"H1", "H2"}
    assert roles.count("H1") == len(PACK.everything) + 2  # the title, "Signatures"
    assert roles.count("H2") == len(PACK.parts()) + 3  # "What is inside", "Re-entry pages", "Copies given to"


def test_lists_number_their_steps_and_say_what_a_box_is_for(plan: bytes) -> None:
    lists = [e for tree in trees(plan) for e in tree.all() if e.role == "L"]
    styles = Counter(e.attributes.get("ListNumbering", "") for e in lists)
    assert styles["Decimal"] >= 4
    assert styles["Square"] >= 5
    boxes = [
        e for one in lists if one.attributes.get("ListNumbering") == "Square" for e in one.all() if e.role == "Lbl"
    ]
    assert boxes
    assert all(box.says.endswith(":") for box in boxes)


def test_every_heading_cell_of_a_table_says_what_it_heads(plan: bytes) -> None:
    cells = [e for tree in trees(plan) for e in tree.all() if e.role == "TH"]
    assert Counter(cell.attributes.get("Scope") for cell in cells) == {"Row": 5 + 3, "Column": 3 + 3}


def test_what_is_drawn_is_tagged_or_an_artifact_and_read_in_the_order_it_is_drawn(plan: bytes) -> None:
    for tree, objects in zip(trees(plan), drawn(plan), strict=True):
        tagged = [number for element in tree.all() for number in element.contents]
        assert tagged == sorted(set(tagged))
        in_text = list(dict.fromkeys(thing.content for thing in objects if thing.content >= 0))
        assert set(in_text) <= set(tagged)
        assert in_text == sorted(in_text)
        outside = squeezed(" ".join(thing.text for thing in objects if thing.content < 0))
        assert outside.count("K7Q2-0042") == 1  # the footer, and nothing of hers


def test_the_parent_tree_leads_back_from_every_marked_content(plan: bytes) -> None:
    root = written(plan, int(re.search(r"/StructTreeRoot (\d+) 0 R", catalog(plan))[1]))  # type: ignore[index]
    pages = re.findall(r"^(\d+) \[([^\]]*)\]", root.split("/Nums [")[1], re.MULTILINE)
    for (_at, parents), tree in zip(pages, trees(plan), strict=True):
        marked = [number for element in tree.all() for number in element.contents]
        elements = [int(number) for number in re.findall(r"(\d+) 0 R", parents)]
        assert sorted(marked) == list(range(len(elements)))
        for number, element in enumerate(elements):
            assert re.search(rf"(?<!\d){number}(?!\d)", written(plan, element).split("/K [")[1].split("]")[0])


def test_the_catalog_says_tagged_and_in_which_language() -> None:
    for language in ("en", "es"):
        data = plan_pdf(plan_page(language), PACK, size="standard").data
        said = catalog(data)
        assert f"/Lang ({language})" in said
        assert "/Marked true" in written(data, int(re.search(r"/MarkInfo (\d+)", said)[1]))  # type: ignore[index]
        view = written(data, int(re.search(r"/ViewerPreferences (\d+)", said)[1]))  # type: ignore[index]
        assert "/DisplayDocTitle true" in view
        assert data.count(b"/Tabs /S") == data.count(b"/Type /Page\n") + data.count(b"/Type /Page ")


def test_metadata_tell_no_name_no_office_and_no_subject(plan: bytes) -> None:
    told = metadata(plan)
    assert told["Title"] in ("Document", "Documento")
    assert set(told) <= {"Title", "CreationDate", "ModDate"}
    xmp = plan[plan.index(b"<?xpacket begin") : plan.index(b"<?xpacket end")].decode()
    assert f">{told['Title']}<" in xmp
    for word in ("Abernathy", "Magnolia", "ellness", "ienestar", "K7Q2", "ntry", "ReportLab"):
        assert word not in xmp
        assert word not in "".join(told.values())


def test_with_her_name_only_the_pages_have_it() -> None:
    data = plan_pdf(plan_page("en"), PACK, size="standard", with_name=True).data
    assert "Abernathy" in " ".join(thing.text for page in drawn(data) for thing in page)
    assert b"Abernathy" not in data
    assert "Abernathy".encode("utf-16-be").hex().encode() not in data.lower()


def test_every_font_is_bundled_and_embedded() -> None:
    page = plan_page("en", answers={"well": "Привет and Nguyễn"})
    used = fonts(plan_pdf(page, PACK, size="large").data)
    assert {name.split("+")[1] for name in used} == {
        "AtkinsonHyperlegibleNext-Regular",
        "AtkinsonHyperlegibleNext-SemiBold",
        "NotoSans-Regular",
    }
    assert all(used.values())


def test_the_same_values_give_the_same_bytes_in_another_process_too() -> None:
    page = plan_page("es", answers={"well": "Привет 😀 " + "palabra" * 60})
    once, again = (plan_pdf(page, PACK, size="large").data for _ in range(2))
    assert once == again
    other = msgspec.structs.replace(page, print_number="K7Q2-0043")
    assert plan_pdf(other, PACK, size="large").data != once
    assert trailer_id(once) == trailer_id(again) != trailer_id(plan_pdf(other, PACK, size="large").data)
    later = msgspec.structs.replace(page, printed_on=page.printed_on + dt.timedelta(days=1))
    assert plan_pdf(later, PACK, size="large").data != once
    script = (
        "import sys, hashlib, msgspec; from reentry_desktop.reports import *;"
        "from reentry_desktop.records.pack import *;"
        "page = msgspec.json.decode(sys.stdin.buffer.read(), type=PlanPage);"
        "print(hashlib.sha256(plan_pdf(page, load_pack(), size='large').data).hexdigest())"
    )
    for seed in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", script],
            input=msgspec.json.encode(page),
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        )
        assert told.stdout.decode().strip() == hashlib.sha256(once).hexdigest()


def trailer_id(data: bytes) -> bytes:
    return data[data.rindex(b"/ID") : data.rindex(b"% ReportLab")]


def test_importing_the_package_loads_no_pdf_library() -> None:
    script = (
        "import sys, reentry_desktop.reports; print([m for m in sys.modules if m.startswith(('reportlab', 'PIL'))])"
    )
    told = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize("size", SIZES)
def test_sizes_and_margins(size: SizeName) -> None:
    body, leading = SIZES[size]
    mm25 = 25 / 25.4 * 72
    found: Counter[float] = Counter()
    for page in drawn(plan_pdf(plan_page("en"), PACK, size=size).data):
        inside = [thing for thing in page if thing.content >= 0]
        found.update(round(thing.size, 2) for thing in inside)
        assert min(thing.left for thing in page) >= mm25 - 2  # a letter may lean out
        assert max(thing.bottom for thing in inside) < 792 - mm25
        assert min(thing.bottom for thing in inside) > mm25
        lines = sorted({round(thing.bottom) for thing in inside if thing.size == body}, reverse=True)
        assert all(a - b >= leading - 6 or a - b <= 6 for a, b in pairwise(lines))
    assert found.most_common(1)[0][0] == body
    assert body * 1.5 in found  # H1
    assert min(found) == body


def test_no_heading_ends_a_page_and_no_line_leaves_its_box() -> None:
    """At every amount of text above, so that the page end falls everywhere."""
    entry = Item(words="A line long enough to take two lines of the page, and then some " * 2, tool="Breathing")
    for lines in range(0, 44, 2):
        page = blank(
            answers={"well": "\n".join(f"line {n}" for n in range(lines + 1))},
            items={"every_day": (entry,) * 4, "down_steps": (entry,) * 3},
        )
        for tree in trees(plan_pdf(page, PACK, size="standard").data):
            if tree.children:
                assert tree.children[-1].role not in ("H1", "H2")
            for item in (e for e in tree.all() if e.role == "LI"):
                assert [child.role for child in item.children] == ["Lbl", "LBody"]
                assert all(child.contents for child in item.children[1].children)
                assert len(item.children[1].children) == 2


def test_an_answer_leaves_no_single_line_at_the_foot_or_the_top_of_a_page() -> None:
    for lines in range(20, 34):
        above = "\n".join(["above"] * lines) or "above"
        page = blank(answers={"crisis_well": above, "crisis_disagree": " ".join(["steady"] * 90)})
        on_pages = [
            len({round(thing.bottom) for thing in objects if "steady" in thing.text})
            for objects in drawn(plan_pdf(page, PACK, size="standard").data)
        ]
        assert sum(on_pages) > 6
        assert 1 not in on_pages


def test_right_edge() -> None:
    """No line runs over the right margin, whatever the widest letters are."""
    words = "WWWW MMMM Ŵijffff ЖЖЖЖЖ " * 30 + "W" * 300
    for size in SIZES:
        data = plan_pdf(blank(answers={"well": words}, items={"tools": (Item(words=words),)}), PACK, size=size).data
        for objects in drawn(data):
            assert all(thing.right <= 612 - 25 / 25.4 * 72 + 0.5 for thing in objects if thing.text.strip())


def test_hers_is_what_is_tested() -> None:
    assert len(words_of(plan_page("en"))) > 300


def test_the_spaces_at_line_ends_are_in_the_text_itself() -> None:
    """A reader that joins what belongs to one element finds the words apart, without guessing from places."""
    answer = "I walk and I breathe and I call my sister before I answer anybody at all. " * 6
    data = plan_pdf(blank(answers={"well": answer}), PACK, size="large").data
    joined: dict[tuple[int, int], str] = {}
    for at, objects in enumerate(drawn(data)):
        for thing in objects:
            joined[at, thing.content] = joined.get((at, thing.content), "") + thing.text
    assert answer.strip() in joined.values()
