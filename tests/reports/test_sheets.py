"""The sheets that are not plans: who is called on a day, and a part of a recovery kit."""

from __future__ import annotations

import datetime as dt
import inspect
from collections import Counter

import msgspec
import pytest

from reentry_desktop.base.paths import resource
from reentry_desktop.reports import Called, Printed, call_out_sheet, card_sheet, recovery_sheet
from reentry_desktop.reports.flow import Strip, paginate

from .invented import DAY
from .reading import body, drawn, fonts, metadata, squeezed, texts, trees

WORDS = [line.split()[0] for line in resource("words", "words.txt").read_text(encoding="utf-8").splitlines()[:24]]
TOMORROW = DAY + dt.timedelta(days=1)


def called(count: int) -> list[Called]:
    return [
        Called(name=f"Thị Ánh Abernathy-{n}", number=f"{100000 + n}", unit=f"C-{n % 4}", time=f"{9 + n % 5}:30")
        for n in range(count)
    ]


def sheet(rows: list[Called], office: str = "Magnolia Hall") -> Printed:
    return call_out_sheet(rows, on=TOMORROW, office=office, language="en", print_number="K7Q2-7", printed_on=DAY)


def test_a_call_out_names_who_when_and_where_and_has_no_place_for_why() -> None:
    read = body(sheet(called(3)).data)
    assert "Date November 24, 2026 Place Re-entry office Site Magnolia Hall People called 3" in read
    assert "Time Name Number Unit 9:30 Thị Ánh Abernathy-0 100000 C-0 10:30" in read
    assert msgspec.structs.fields(Called) == tuple(
        field for field in msgspec.structs.fields(Called) if field.name in ("name", "number", "unit", "time")
    )
    assert not {"reason", "why", "about"} & set(inspect.signature(call_out_sheet).parameters)
    for telling in ("plan", "ellness", "upport", "crisis", "mental"):
        assert telling not in read


def test_a_long_call_out_repeats_its_head_and_loses_nobody() -> None:
    done = sheet(called(100))
    read = texts(done.data)
    assert len(read) == done.pages > 3
    everything = squeezed(" ".join(read))
    assert all(everything.count(f"Abernathy-{n} {100000 + n} ") == 1 for n in range(100))
    for at, text in enumerate(read, 1):
        assert squeezed(text).count("Time Name Number Unit") == 1
        assert f"Page {at} of {done.pages}" in squeezed(text)
    for tree, objects in zip(trees(done.data)[1:], drawn(done.data)[1:], strict=True):
        assert [e.attributes.get("Scope") for e in tree.all() if e.role == "TH"].count("Column") == 0
        assert "Unit" in [thing.text.strip() for thing in objects if thing.content < 0]


def test_a_row_stays_whole_however_long_a_name_is() -> None:
    long_name = " ".join(["Guadalupe"] * 40)
    rows = [*called(5), Called(name=long_name, number="100999", unit="C-9", time="13:00"), *called(5)]
    pages = [squeezed(text) for text in texts(sheet(rows).data)]
    assert [long_name in page and "100999" in page and "C-9" in page for page in pages].count(True) == 1


def test_a_name_longer_than_a_page_is_not_lost() -> None:
    long_name = "".join(chr(97 + n * 7 % 26) for n in range(2500))
    done = sheet([*called(2), Called(name=long_name, number="100999", unit="C-9", time="13:00"), *called(2)])
    assert done.pages > 2
    pages = [text.split("Print K7Q2-7")[0].replace("Time Name Number Unit", "") for text in texts(done.data)]
    read = "".join("".join(pages).split())
    for at in range(0, 2490, 10):  # the number and the unit stand beside its first line
        assert long_name[at : at + 10] in read.replace("100999C-9", "")
    for tree in trees(done.data):
        assert [number for e in tree.all() for number in e.contents] != []


def test_a_head_that_itself_falls_on_a_new_page_is_no_copy() -> None:
    head = Strip(20, glued=True)
    rows = [Strip(30, again=head) for _ in range(4)]
    pages = paginate([Strip(90), head, *rows], 100)
    assert [[(top, strip.repeated, strip.height) for top, strip in page] for page in pages] == [
        [(0, False, 90)],
        [(0, False, 20), (20, False, 30), (50, False, 30)],
        [(0, True, 20), (20, False, 30), (50, False, 30)],
    ]


def test_nobody_is_called() -> None:
    assert "Nobody is called on this day." in body(sheet([], office="").data)
    assert "Site" not in body(sheet([], office="").data)


def test_a_recovery_sheet_has_24_numbered_words_on_one_page() -> None:
    done = recovery_sheet("Part B", WORDS, keeper="Office lead", site="Magnolia Hall", language="en", made_on=DAY)
    assert done.pages == 1
    read = squeezed(texts(done.data)[0])
    for number, word in enumerate(WORDS, 1):
        assert f"{number}. {word}" in read
    assert "Part Part B Site Magnolia Hall Kept by Office lead Made on November 23, 2026" in read
    assert "Alone it opens nothing." in read
    roles = Counter(e.role for e in trees(done.data)[0].all())
    assert (roles["L"], roles["LI"], roles["Lbl"], roles["LBody"]) == (1, 24, 24, 24)


@pytest.mark.parametrize("count", [0, 23, 25])
def test_a_recovery_sheet_with_another_number_of_words_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="24"):
        recovery_sheet("A", (WORDS * 2)[:count], keeper="", site="", language="en", made_on=DAY)


def test_sheets_are_deterministic_embedded_and_silent_about_themselves() -> None:

    def made() -> list[bytes]:
        kit = recovery_sheet("C", WORDS, keeper="Vault", site="Magnolia Hall", language="es", made_on=DAY)
        return [sheet(called(40)).data, kit.data]

    for data, again in zip(made(), made(), strict=True):
        assert data == again
        assert all(fonts(data).values())
        assert set(metadata(data)) <= {"Title", "CreationDate", "ModDate"}
        assert b"Magnolia" not in data


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_words_of_a_card_stand_numbered_on_one_page(language: str) -> None:
    done = card_sheet(
        WORDS[:12], site="Magnolia Hall", code="MAG", kind="Facility", language=language, made_on=DAY
    )  # fmt: skip
    assert done.pages == 1
    (text,) = texts(done.data)
    for number, word in enumerate(WORDS[:12], 1):
        assert f"{number}. {word}" in squeezed(text)
    assert "Magnolia Hall" in text
    assert "MAG" in text
