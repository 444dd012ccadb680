"""No word of hers is lost in print, whatever it is and however long."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reentry_desktop.base.words import in_language
from reentry_desktop.records.pack import load_pack
from reentry_desktop.reports import Item, SizeName, plan_pdf, unprintable
from reentry_desktop.reports.faces import cleaned

from .invented import blank, demo, plan_page, words_of
from .reading import body, footer_of, squeezed, texts

PACK = load_pack()
SIZES: tuple[SizeName, ...] = ("standard", "large", "extra-large")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_word_of_hers_is_printed_with_its_spaces(language: str, size: SizeName) -> None:
    page, say = plan_page(language), in_language(language).gettext
    number, print_ = (say(words).split("{")[0] for words in ("Page {page} of {pages}", "Print {number}"))
    read = " ".join(squeezed(text[: text.rindex(number)].rsplit(print_, 1)[0]) for text in texts(made(page, size)))
    for words in words_of(page):
        assert squeezed(words) in read


def test_the_invented_plans_use_every_part_and_name_only_tools_of_their_toolbox() -> None:
    for language in ("en", "es"):
        data = demo(language)
        kinds = {key: part.kind for key, part in PACK.parts().items()}
        assert set(data["answers"]) == {key for key, kind in kinds.items() if kind == "answer"}
        assert set(data["items"]) == {key for key, kind in kinds.items() if kind not in ("answer", "supporter")}
        tools = {entry["words"] for entry in data["items"]["tools"]}
        linked = {entry["tool"] for entries in data["items"].values() for entry in entries if "tool" in entry}
        assert linked
        assert linked <= tools
        assert not unprintable(words_of(plan_page(language)))


def test_headings_stand_in_the_order_of_the_pack() -> None:
    read = body(made(plan_page("en")))
    titles = [part.title["en"] for section in PACK.sections for part in section.parts]
    at = read.index("What is inside")
    for title in titles:
        at = read.index(title, at)


def test_an_answer_of_4000_letters_and_a_word_of_200_are_whole() -> None:
    answer = " ".join(f"and{n} so we kept walking" for n in range(170))
    long_word = "".join(chr(97 + n % 26) for n in range(200))
    page = blank(answers={"well": answer, "post_feel": long_word}, items={"tools": (Item(words=answer),)})
    for size in SIZES:
        read = body(made(page, size))
        assert read.count(answer) == 2
        assert read.count(long_word) == 1


def test_a_word_longer_than_a_page_is_whole_but_for_the_page_ends() -> None:
    word = "".join(chr(97 + n * 7 % 26) for n in range(4000))
    assert word in body(made(blank(answers={"well": word}), "extra-large")).replace(" ", "")


@pytest.mark.parametrize(
    "words",
    [
        "Zoë Kowalczyk, Łódź, Đorđe, İstanbul, Þórunn, Māori",
        "Nguyễn Thị Ánh đến từ Huế, ở lại với tôi",
        "Ελένη, ας μιλήσουμε αύριο",
        "Мне помогает разговор с сестрой",
        "“Quotes”, ¿preguntas? ¡sí! € 5, № 3, 20 °C — and … more",
    ],
)
def test_letters_of_four_scripts_are_printed_from_the_bundled_faces(words: str) -> None:
    data = made(blank(answers={"well": words}, items={"tools": (Item(words=words),)}))
    assert body(data).count(squeezed(words)) == 2
    assert unprintable([words]) == []


def test_letters_that_no_face_has_are_named_once_in_order_and_do_not_stop_the_print() -> None:
    words = "a 😀 שלום 你好 😀 ❤\ufe0f e\u0301 x\u200by"
    assert unprintable([words, "好 ok"]) == ["😀", "ש", "ל", "ו", "ם", "你", "好", "❤"]
    assert unprintable([]) == []
    assert "before" in body(made(blank(answers={"well": f"before {words} after"})))


def test_lines_and_paragraphs_stay_as_she_wrote_them() -> None:
    data = made(blank(answers={"well": "first line\nsecond line\r\n\r\n\r\nthird\ttab\u00a0kept\n"}))
    page = next(text for text in texts(data) if "first line" in text)
    assert [line.strip() for line in page.splitlines() if "line" in line or "third" in line] == [
        "first line",
        "second line",
        "third tab kept",
    ]


def test_what_belongs_to_an_entry_stands_under_it() -> None:
    entry = Item(
        words="Call my sister",
        details=(("Phone", "601-555-0142"), ("Relation", ""), ("When", "any time")),
        tool="Breathing slowly",
        second_wording="Ring my sister first",
    )
    read = body(made(blank(items={"down_steps": (entry, Item(words="", details=(("Name", "Ozella"),)))})))
    assert (
        "1. Call my sister Phone: 601-555-0142 · When: any time Tool: Breathing slowly "
        "Also written as: Ring my sister first 2. Name: Ozella"
    ) in read
    assert "Relation" not in read


def test_parts_and_sections_without_words_are_left_out() -> None:
    read = body(made(blank(answers={"well": "Calm.", "crisis_well": "  \n "}, items={"tools": ()})))
    assert "A good day" in read
    for absent in ("Small tools", "Things that help", "Every day", "If a crisis comes", "Feeling well", "Supporters"):
        assert absent not in read


def test_an_empty_plan_says_so() -> None:
    data = made(blank())
    assert "Nothing is written in this plan yet." in body(data)
    assert "What is inside" not in body(data)


def test_words_that_the_pack_has_no_place_for_are_printed_all_the_same() -> None:
    page = blank(answers={"of another pack": "Still mine."}, items={"old": (Item(words="And this."),)})
    assert "More words Still mine. And this." in body(made(page)).split("What is inside")[1]


def test_the_name_is_a_blank_line_unless_asked_for() -> None:
    page = plan_page("en")
    assert page.name not in " ".join(texts(made(page)))
    named = plan_pdf(page, PACK, size="standard", with_name=True)
    read = [squeezed(text) for text in texts(named.data)]
    signed = next(at for at, text in enumerate(read) if "Who Signature Date" in text)
    assert [at for at, text in enumerate(read) if page.name in text] == [0, signed]
    assert "Name, only if wanted" in squeezed(texts(made(page))[0])


@pytest.mark.parametrize("size", SIZES)
def test_every_page_carries_version_date_print_number_page_and_where_to_return_it(size: SizeName) -> None:
    page = plan_page("en")
    done = plan_pdf(page, PACK, size=size)
    read = texts(done.data)
    assert len(read) == done.pages > 10
    for at, text in enumerate(read, 1):
        foot = footer_of(text)
        assert f"Page {at} of {done.pages}" in foot
        assert "Print K7Q2-0042" in foot
        assert "Version 3, November 20, 2026" in foot
        assert "If found, please return to the re-entry office" in foot


def test_the_contents_name_the_page_of_each_section() -> None:
    read = [squeezed(text) for text in texts(made(plan_page("en"), "large"))]
    listed = next(text for text in read if "What is inside" in text).split("What is inside")[1].split("Print ")[0]
    for section in PACK.sections:
        number = int(listed.split(section.title["en"])[1].split()[0])
        assert read[number - 1].count(section.title["en"]) == 1


def test_re_entry_pages_follow_the_plan_each_on_a_page_of_its_own() -> None:
    read = [squeezed(text) for text in texts(made(plan_page("en")))]
    signed = next(at for at, text in enumerate(read) if "Who Signature Date" in text)
    begun = [at for at, text in enumerate(read) if text.startswith("Re-entry pages ") and at > signed]
    assert [
        read[at].startswith(f"Re-entry pages {page.title['en']}") for at, page in zip(begun, PACK.pages, strict=True)
    ] == [True] * len(PACK.pages)
    assert begun[0] > signed
    listed = " ".join(read[:3]).split("What is inside")[1]
    for at, section in zip(begun, PACK.pages, strict=True):
        assert int(listed.split("Re-entry pages")[1].split(section.title["en"])[1].split()[0]) == at + 1


def test_a_wording_that_a_person_wrote_stands_under_hers_and_says_so() -> None:
    page = blank(
        language="es", answers={"well": "I sing early"}, wordings={"well": "Canto temprano"},
        items={"tools": (Item(words="Walk with Luz", wording="Caminar con Luz"),)},
    )  # fmt: skip
    read, say = " ".join(squeezed(text) for text in texts(made(page))), in_language("es").gettext
    mark = say("{language}, as a person wrote it:").format(language="Español")
    assert f"I sing early {mark} Canto temprano" in read
    assert f"Walk with Luz {mark} Caminar con Luz" in read


def test_words_written_after_a_version_say_so() -> None:
    page = plan_page("en", newer=True)
    assert all("Changed after version 3, November 23, 2026" in footer_of(text) for text in texts(made(page)))


def test_signatures_two_witnesses_copies_and_the_newest_plan_rule_close_the_plan_proper() -> None:
    read = next(page for page in map(squeezed, texts(made(plan_page("en")))) if "Who Signature Date" in page)
    for words in ("Signature", "Date", "Person whose plan this is", "Copies given to", "newest dated plan replaces"):
        assert words in read
    assert read.count("Witness") == 2
    assert PACK.notice["en"][:30] in read


def test_a_date_is_written_in_full() -> None:
    read = body(made(blank(started_on=dt.date(2026, 1, 5))))
    assert "Started January 5, 2026" in read


LETTERS = st.characters(codec="utf-8") | st.characters(min_codepoint=0x20, max_codepoint=0x24F)
TEXT = st.text(LETTERS, max_size=120) | st.text("aé ñ\n-.ơЖψ", max_size=400)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_words_in_any_part_are_printed(data: st.DataObject) -> None:
    parts = PACK.parts()
    texts_given: list[str] = []

    def said() -> str:
        texts_given.append(data.draw(TEXT))
        return texts_given[-1]

    answers: dict[str, str] = {}
    items: dict[str, tuple[Item, ...]] = {}
    for key in data.draw(st.lists(st.sampled_from(sorted(parts)), max_size=4, unique=True)):
        if parts[key].kind == "answer":
            answers[key] = said()
        else:
            items[key] = tuple(
                Item(words=said(), details=(("Label", said()),), tool=said(), second_wording=said())
                for _ in range(data.draw(st.integers(1, 3)))
            )
    page = blank(answers=answers, items=items)
    assert_all_found(texts_given, page, data.draw(st.sampled_from(SIZES)))


def assert_all_found(given_texts: list[str], page: Any, size: SizeName) -> None:
    read = body(made(page, size)).replace(" ", "")
    missing = set(unprintable(given_texts))
    for text in given_texts:
        for word in cleaned(text).split():
            if not missing & set(word):
                assert "".join(squeezed(word).split()) in read


def made(page: Any, size: SizeName = "standard") -> bytes:
    done = plan_pdf(page, PACK, size=size)
    assert done.data.startswith(b"%PDF-1.7")
    return done.data
