"""Every layout in every size, in both languages: no word lost, tagged, and nothing on it that must not be."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections import Counter

import pytest

from reentry_desktop import reports
from reentry_desktop.base.words import in_language
from reentry_desktop.reports import Group, KeepPage, SizeName, WalletCard

from .invented import DAY
from .layouts import LAYOUTS, NUMBER, PACK
from .reading import drawn, fonts, metadata, said, squeezed, texts, trees, words_alone
from .whole_texts import whole_text

SIZES: dict[SizeName, float] = {"standard": 13, "large": 18, "extra-large": 22}
_EVERY_TIME = (("en", "standard", False), ("es", "extra-large", False), ("es", "standard", True))
ALL = [
    pytest.param(layout, *how, marks=() if how in _EVERY_TIME else pytest.mark.long)
    for layout in LAYOUTS
    for how in (
        *itertools.product(("en", "es"), SIZES, (False,)),
        ("es", "standard", True),
        ("en", "extra-large", True),
    )
]
"""Either language, the smallest and the largest size, with pictures and without; with ``--long`` every one."""
ROLES = {
    "Document": {"H1", "H2", "P", "L", "Table", "TOC", "Figure"},
    "L": {"LI"},
    "LI": {"Lbl", "LBody"},
    "LBody": {"P", "Figure"},
    "Table": {"TR"},
    "TR": {"TH", "TD"},
    "TOC": {"TOCI"},
    "TOCI": {"P"},
}


def without_feet(data: bytes, language: str) -> str:
    """The text of all pages, joined, without what stands at the foot of each."""
    label = in_language(language).gettext("Print {number}").split("{")[0]
    return squeezed(" ".join(page[: page.rindex(label)] for page in texts(data)))


@pytest.mark.parametrize(("layout", "language", "size", "pictures"), ALL)
def test_a_layout(layout: str, language: str, size: SizeName, pictures: bool) -> None:
    done = LAYOUTS[layout](language, size, pictures=pictures)
    data, say = done.data, in_language(language).gettext
    short = layout == "check-in-7" and size != "standard"  # names of days are two letters there
    if not short:
        assert said(data) == words_alone(whole_text(layout, language, lambda title: _page_of(title, data)))
    _is_tagged(data, pictures=pictures)
    pages = texts(data)
    assert len(pages) == done.pages
    for at, page in enumerate(pages, 1):
        foot = squeezed(page[page.rindex(say("Print {number}").split("{")[0]) :])
        assert foot.startswith(say("Print {number}").format(number=NUMBER))
        assert say("Page {page} of {pages}").format(page=at, pages=done.pages) in foot
        dated = layout not in ("keep-with-me", "wallet")
        assert (say("If found, please return to the re-entry office") in foot) is dated
        assert bool(re.search(r"20\d\d", foot)) is dated
    told = metadata(data)
    assert set(told) <= {"Title", "CreationDate", "ModDate"}
    assert told["Title"] in ("Document", "Documento")
    assert all(fonts(data).values())
    assert LAYOUTS[layout](language, size, pictures=pictures).data == data


def _page_of(title: str, data: bytes) -> int:
    """The page on which the section *title* begins."""
    for at, (tree, objects) in enumerate(zip(trees(data), drawn(data), strict=True), 1):
        for element in tree.all():
            if element.role == "H1":
                text = "".join(thing.text for thing in objects if thing.content in element.contents)
                if squeezed(text) == title:
                    return at
    raise AssertionError(title)


def _is_tagged(data: bytes, *, pictures: bool) -> None:
    figures = headings = 0
    for tree, objects in zip(trees(data), drawn(data), strict=True):
        for element in tree.all():
            assert {child.role for child in element.children} <= ROLES.get(element.role, set())
            assert element.role != "Figure" or element.alt
            assert element.role != "TH" or element.attributes["Scope"] in ("Row", "Column")
            figures += element.role == "Figure"
            headings += element.role in ("H1", "H2")
        tagged = [number for element in tree.all() for number in element.contents]
        assert tagged == sorted(set(tagged))
        in_text = list(dict.fromkeys(thing.content for thing in objects if thing.content >= 0))
        assert set(in_text) <= set(tagged)
        assert in_text == sorted(in_text)
        assert all(thing.right <= 612 - 36 for thing in objects if thing.text.strip())
        if tree.children:
            assert tree.children[-1].role not in ("H1", "H2", "Figure")
    assert headings
    assert bool(figures) is pictures


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name not in ("full", "wallet")])
def test_no_letter_is_smaller_than_its_size(layout: str, size: SizeName) -> None:
    """Only ideas on blank pages, days in boxes, a sheet for the first hours and what stands at the foot are smaller."""
    small = {"worksheet", "check-in-31", "first-72-hours"}
    for objects in drawn(LAYOUTS[layout]("en", size, pictures=False).data):
        sizes = {round(thing.size, 1) for thing in objects if thing.content >= 0}
        assert layout in small or min(sizes, default=99.0) >= SIZES[size]
        assert min(sizes, default=99.0) >= {"standard": 11, "large": 16, "extra-large": 18}[size]


def test_what_she_keeps_with_her_is_her_words_and_nothing_else() -> None:
    data = LAYOUTS["keep-with-me"]("en", "standard", pictures=False).data
    assert without_feet(data, "en") == (
        "My page I hum while I work. I laugh with my whole face. Breathing in for four and out for six "
        "Reading one psalm slowly 1. Stop where I am 2. Breathe before I answer"
    )
    assert squeezed(texts(data)[0]).endswith(f"Print {NUMBER} Page 1 of 1")
    for cls in (KeepPage, WalletCard):  # no place for a name, an office, a version
        assert not {"name", "office", "version", "title", "done_on"} & set(cls.__struct_fields__)


def test_a_wallet_card_in_standard_print_is_one_front_and_one_back() -> None:
    (objects,) = drawn(LAYOUTS["wallet"]("en", "standard", pictures=False).data)
    on_card = [thing for thing in objects if thing.content >= 0 and "Cut along" not in thing.text]
    middle = 612 / 2
    for thing in on_card:
        assert thing.right < middle or thing.left > middle, thing
        assert thing.left >= 612 / 2 - 243
        assert thing.right <= 612 / 2 + 243
    tops = {round(thing.bottom) for thing in on_card}
    assert max(tops) - min(tops) < 2.125 * 72


def test_a_wallet_card_loses_nothing_however_long_it_is() -> None:
    helps = tuple(f"Way {n}: " + "breathing and counting " * 12 for n in range(8))
    card = WalletCard(language="en", print_number=NUMBER, printed_on=DAY, helps=helps, calls=())
    for size in SIZES:
        read = without_feet(reports.wallet_pdf(card, size=size).data, "en").replace(f"Print {NUMBER}", "")
        assert all(squeezed(words) in squeezed(read) for words in helps)


def test_a_short_plan_for_the_first_hours_is_one_page_in_every_size() -> None:
    from .layouts import FIRST, part_of

    page = part_of("en", FIRST)
    few = {key: words[:40] for key, words in page.answers.items()}
    for size, count in (("standard", 14), ("large", 10), ("extra-large", 6)):
        parts = [part.key for part in FIRST[0].parts][:count]
        short = reports.PlanPage(
            title="", language="en", office="", version=1, print_number=NUMBER, printed_on=DAY, done_on=DAY,
            answers={key: few.get(key, "My sister drives") for key in parts},
        )  # fmt: skip
        done = reports.first_days_pdf(short, FIRST, size=size, early=True)  # type: ignore[arg-type]
        assert done.pages == 1
        boxes = [e for e in trees(done.data)[0].all() if e.role == "Lbl"]
        assert len(boxes) == count
        assert all(box.says for box in boxes)


@pytest.mark.parametrize("many", [4, 8, 15, 18, 22])
@pytest.mark.parametrize("size", SIZES)
def test_the_first_hours_have_air_and_take_another_page_rather_than_being_crammed(size: SizeName, many: int) -> None:
    from .layouts import FIRST

    words = " ".join(
        ["gypq Agyp"] * many
    )  # the same letters in each line: its lowest point is one distance above the foot
    page = reports.PlanPage(
        title="", language="en", office="", version=1, print_number=NUMBER, printed_on=DAY, done_on=DAY,
        answers={part.key: words for part in FIRST[0].parts},
    )  # fmt: skip
    done = reports.first_days_pdf(page, FIRST, size=size, early=True)
    letters = min(thing.size for thing in drawn(done.data)[0] if "gypq" in thing.text)
    if done.pages > 2:  # letters are made smaller for one sheet of paper, and for nothing else
        assert letters == SIZES[size]
    for objects in drawn(done.data):
        hers = [thing for thing in objects if "gypq" in thing.text]
        for above, below in itertools.pairwise(hers):
            step = above.bottom - below.bottom
            assert step >= 1.25 * letters - 0.1
            if above.content != below.content:
                assert step >= 1.25 * letters + 0.3 * letters
    lines = [thing for thing in drawn(done.data)[0] if thing.text.strip() and thing.content >= 0]
    starts = {line.content: line for line in reversed(lines)}  # the first line of each
    title, sentence, *_others = (starts[content] for content in sorted(starts))
    assert title.bottom - (sentence.bottom + letters) > 0.3 * letters


def test_before_her_release_the_first_hours_stay_in_the_office() -> None:
    from .layouts import FIRST, part_of

    words = "Until the day of release this page stays in the office or with the stored property."
    for early in (True, False):
        done = reports.first_days_pdf(part_of("en", FIRST), FIRST, size="standard", early=early)
        assert (words in without_feet(done.data, "en")) is early


def test_a_check_in_has_a_box_for_each_day_that_says_which() -> None:
    for layout, days in (("check-in-7", 7), ("check-in-31", 31)):
        cells = [e for tree in trees(LAYOUTS[layout]("en", "standard", pictures=False).data) for e in tree.all()]
        habits = [e for e in cells if e.role == "TR" and sum(kid.role == "TD" for kid in e.children) == days]
        assert len(habits) == 3
        for row in habits:
            assert row.children[0].role == "TH"
            assert row.children[0].attributes["Scope"] == "Row"
        if days == 7:
            assert [kid.says for kid in habits[0].children[1:3]] == ["Sun: to tick", "Mon: to tick"]


def test_goals_are_by_part_of_life_her_words_first_with_heads_and_boxes() -> None:
    data = LAYOUTS["recovery"]("en", "standard", pictures=False).data
    read = without_feet(data, "en")
    assert read.index("My own lease") < read.index("On the way") < read.index("Get on the housing list")
    assert "Save for a deposit Tool: Drawing the kitchen Done on November 23, 2026 Me, with Rosalind" in read
    all_of_it = [e for tree in trees(data) for e in tree.all()]
    heads = Counter(e.attributes.get("Scope") for e in all_of_it if e.role == "TH")
    assert heads["Column"] == 4 * 2
    assert [e.says for e in all_of_it if e.role == "TD" and e.says] == [
        "To tick when done",
        "Done",
        "To tick when done",
    ]


@pytest.mark.parametrize("size", SIZES)
def test_long_words_are_whole_in_every_layout_of_hers(size: SizeName) -> None:
    word = "".join(chr(97 + n % 26) for n in range(200))
    answer = " ".join(f"and{n} so we kept walking" for n in range(170))
    page = KeepPage(
        language="en", print_number=NUMBER, printed_on=DAY,
        groups=(Group("well", "answer", (answer, word)), Group("tools", "tool", (answer, word))),
    )  # fmt: skip
    read = without_feet(reports.keep_pdf(page, size=size).data, "en")
    assert read.count(word) == 2
    assert read.count(answer) == 2
    from .layouts import HABITS, part_of

    goals = [reports.Goal(key="work", domain="Work", words=answer, state="", steps=(reports.Step(words=answer),))]
    read = without_feet(reports.goals_pdf(part_of("en", ()), goals, size=size).data, "en")
    assert read.count(answer) >= 1
    assert all(f"and{n} so we" in read for n in range(170))
    habits = [(HABITS[0][0], Group("every_day", "habit", (answer,)))]
    for days in (7, 31):
        read = without_feet(reports.check_in_pdf(part_of("en", ()), habits, days=days, size=size).data, "en")
        assert all(f"and{n}" in read for n in range(170))


def test_letters_of_other_scripts_stand_on_what_she_keeps() -> None:
    lines = ("Nguyễn Thị Ánh đến từ Huế", "Мне помогает разговор", "Ελένη, αύριο", "Zoë, Łódź, Đorđe")
    page = KeepPage(language="en", print_number=NUMBER, printed_on=DAY, groups=(Group("x", "line", lines),))
    read = without_feet(reports.keep_pdf(page, size="large").data, "en")
    assert all(squeezed(line) in read for line in lines)


def test_pictures_of_every_part_are_drawn_and_named() -> None:
    from reentry_desktop.reports.pictures import NAMES, picture_of, strokes

    wanted = {picture_of(section.key) for section in PACK.everything}
    wanted |= {picture_of(part.key, part.kind) for part in PACK.parts().values()}
    assert wanted <= set(NAMES)
    for name in NAMES:
        numbers = [float(number) for number in re.findall(r"-?\d+\.\d+", strokes(name))]
        assert numbers
        assert min(numbers) >= -1
        assert max(numbers) <= 25


def test_another_day_another_print() -> None:
    page = KeepPage(language="en", print_number=NUMBER, printed_on=DAY, groups=(Group("x", "line", ("a",)),))
    later = KeepPage(
        language="en", print_number=NUMBER, printed_on=DAY + dt.timedelta(1), groups=(Group("x", "line", ("a",)),)
    )
    assert reports.keep_pdf(page, size="large").data != reports.keep_pdf(later, size="large").data
