"""What goes with a stick through the gate, and what stands on the stick: all that is asked for, and nobody else."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from reentry_desktop.base.words import in_language
from reentry_desktop.reports import GateSheet, Printed, StickLabel, gate_sheet_pdf, stick_labels_pdf
from reentry_desktop.reports.gate_sheet import SIGNERS

from .invented import DAY
from .reading import drawn, fonts, metadata, squeezed, texts, trees

SUM = "0123456789abcdef" * 4


def sheet(language: str = "en", **given: object) -> GateSheet:
    values = {
        "print_number": "G-01234567", "printed_on": DAY, "files": ("K7Q2-M9XD-OFFICE-0001.bundle",), "size": 14213,
        "sha256": SUM, "label": "S-07", "serial": "4C530001230415117482", "carrier": "Thị Ánh Abernathy",
        "from_site": "North Facility", "to_site": "State Office", "copied_on": DAY,
    }  # fmt: skip
    return msgspec.convert({"language": language, **values, **given}, GateSheet)


def read(done: Printed) -> str:
    return squeezed(" ".join(texts(done.data)))


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_gate_sheet_is_one_tagged_page_with_all_of_it(language: str) -> None:
    done, say = gate_sheet_pdf(sheet(language)), in_language(language).gettext
    assert done.pages == 1
    words = read(done)
    for label, value in (
        ("File", "K7Q2-M9XD-OFFICE-0001.bundle"), ("Size", say("{n} bytes").format(n="14,213")), ("Stick", "S-07"),
        ("Serial of the stick", "4C530001230415117482"), ("Carried by", "Thị Ánh Abernathy"),
        ("From site", "North Facility"), ("To site", "State Office"),
    ):  # fmt: skip
        assert f"{say(label)} {value}" in words
    assert SUM in words.replace(" ", "")
    for signer in SIGNERS:
        assert say(signer) in words
    for head in ("Who", "Name", "Signature", "Date and time"):
        assert say(head) in words
    assert "G-01234567" in words
    (tree,), (objects,) = trees(done.data), drawn(done.data)
    roles = Counter(element.role for element in tree.all())
    assert (roles["H1"], roles["Table"]) == (1, 2)
    assert roles["TR"] == 9 + 1 + len(SIGNERS)
    for element in tree.all():
        assert element.role != "TH" or element.attributes["Scope"] in ("Row", "Column")
    tagged = [number for element in tree.all() for number in element.contents]
    assert tagged == sorted(set(tagged))
    assert {thing.content for thing in objects if thing.content >= 0} <= set(tagged)
    assert all(thing.right <= 612 - 36 for thing in objects if thing.text.strip())
    assert all(fonts(done.data).values())
    assert set(metadata(done.data)) <= {"Title", "CreationDate", "ModDate"}
    assert metadata(done.data)["Title"] in ("Document", "Documento")
    assert b"North" not in done.data
    assert gate_sheet_pdf(sheet(language)) == done


def test_a_gate_sheet_has_no_place_for_a_woman_or_a_count() -> None:
    assert GateSheet.__struct_fields__ == (
        "language", "print_number", "printed_on", "files", "size", "sha256", "label", "serial", "carrier", "from_site",
        "to_site", "copied_on",
    )  # fmt: skip


def test_what_is_not_known_is_a_line_to_write_on() -> None:
    done = gate_sheet_pdf(sheet(label="", serial="", carrier="", copied_on=None))
    assert done.pages == 1
    words = read(done)
    for label in ("Stick Serial of the stick Copied on From site", "To site State Office Carried by Who Name"):
        assert label in words


def test_long_names_lose_nothing() -> None:
    long_name = " ".join(["Guadalupe"] * 12)
    done = gate_sheet_pdf(
        sheet(carrier=long_name, from_site=long_name, to_site=long_name, files=("A" * 100 + ".bundle",))
    )
    assert read(done).count("Guadalupe") == 36
    assert "A" * 100 in read(done).replace(" ", "")


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_label_stays_whole_and_tells_nothing_of_what_is_on_it(language: str) -> None:
    labels = [StickLabel(label=f"S-{n:02}", serial=f"SN{n}", site="Magnolia Hall") for n in range(9)]
    done = stick_labels_pdf(labels, language=language, printed_on=DAY)
    pages = [squeezed(text) for text in texts(done.data)]
    assert len(pages) == done.pages > 1
    found = in_language(language).gettext("If found, please return to the re-entry office")
    for label in labels:
        (page,) = [page for page in pages if f"{label.label} Magnolia Hall" in page]
        assert f"{label.label} Magnolia Hall {found} {label.serial}" in page
    for tree in trees(done.data):
        assert {element.role for element in tree.children} <= {"H1", "P"}
    assert "wellness" not in " ".join(pages).casefold()
