"""Consents, letters and accounts on paper: tagged, in one language, the same bytes for the same values."""

from __future__ import annotations

import pytest

from reentry_desktop.reports import Item, Sheet, sheets_pdf

from .invented import DAY
from .reading import squeezed, texts, trees

SIGNED = "10,200 60,80 110,210 160,90 210,205;300,150 520,140"


def sheet(**more: object) -> Sheet:
    plain: dict[str, object] = {
        "language": "en", "print_number": "K7Q2-M9XD", "printed_on": DAY, "title": "My consent",
        "before": ("I am Ánh.",), "facts": (("Who may tell it", "The office"),), "after": ("I sign.",),
    }  # fmt: skip
    return Sheet(**plain | more)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", ["standard", "large", "extra-large"])
def test_a_paper_is_tagged_and_its_signature_is_named(size: str) -> None:
    made = sheets_pdf([sheet(strokes=SIGNED, signs=("My signature",), rows=(Item(words="Her plan"),))], size=size)  # type: ignore[arg-type]
    elements = [element for tree in trees(made.data) for element in tree.all()]
    roles = {element.role for element in elements}
    assert {"P", "Table", "TH", "TD", "L", "Figure"} <= roles
    (figure,) = [element for element in elements if element.role == "Figure"]
    assert figure.alt == "A signature, drawn on the screen"
    read = squeezed(" ".join(texts(made.data)))
    for words in ("My consent", "I am Ánh.", "Who may tell it The office", "Her plan", "I sign.", "K7Q2-M9XD"):
        assert words in read


def test_each_letter_has_a_page_of_its_own_and_the_bytes_are_the_same() -> None:
    letters = [sheet(title=f"Letter {n}") for n in range(3)]
    made = sheets_pdf(letters, size="standard")
    assert made.pages == 3
    assert [f"Letter {n}" in page for n, page in enumerate(texts(made.data))] == [True] * 3
    assert made.data == sheets_pdf(letters, size="standard").data
