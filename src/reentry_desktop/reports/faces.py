"""The bundled type faces: which letters they have, how wide words are, and which face sets which letter."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from io import BytesIO
from typing import Any, NamedTuple

from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont

from ..base.paths import resource
from .style import REGULAR, STRONG

_FILES = {
    REGULAR: "AtkinsonHyperlegibleNext-Regular.ttf",
    STRONG: "AtkinsonHyperlegibleNext-SemiBold.ttf",
    "Reentry-More": "NotoSans-Regular.ttf",
    "Reentry-More-Bold": "NotoSans-Bold.ttf",
}
_MORE = {REGULAR: "Reentry-More", STRONG: "Reentry-More-Bold"}
_STAND_IN = "\ufffd"  # drawn for a letter that no face has; the letter itself stays in the text of the PDF
# Signs that steer other letters and have no shape: direction marks, joiners, variation selectors, soft hyphen.
_FIRST_UNSEEN = "\ufe00"  # of those that count as printable
_UNSEEN = {code for low, high in ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF)) for code in range(low, high + 1)}


class Run(NamedTuple):
    """Letters that one face sets. ``meant`` is what they stand for where that is not what is drawn."""

    face: str
    text: str
    meant: str | None


class Word(NamedTuple):
    """A word ready to be set: its runs and its width in thousandths of the type size."""

    runs: tuple[Run, ...]
    width: float


@cache
def face(name: str) -> TTFont:
    """The face *name*, read once from ``resources/fonts`` and known to ReportLab by that name."""
    font = TTFont(name, BytesIO(resource("fonts", _FILES[name]).read_bytes()))
    registerFont(font)
    return font


@cache
def widths(name: str) -> dict[int, float]:
    """Letter -> width in thousandths of the type size, of every letter that the face has a shape for."""
    shapes: Any = face(name).face
    return {code: shapes.charWidths.get(code, shapes.defaultWidth) for code in shapes.charToGlyph}


@cache
def by_letter(name: str) -> dict[str, float]:
    """``widths`` by the letters themselves: a word is measured without a step for each letter."""
    return {chr(code): width for code, width in widths(name).items()}


def cleaned(text: str) -> str:
    """*text* as it is set: composed letters, plain spaces and line ends, no signs without a shape."""
    if text.isprintable() and (
        text.isascii() or (max(text) < _FIRST_UNSEEN and unicodedata.is_normalized("NFC", text))
    ):
        return text
    kept = []
    for letter in unicodedata.normalize("NFC", text.replace("\r\n", "\n")):
        kind = unicodedata.category(letter)
        if letter in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029":
            kept.append("\n")
        elif kind == "Zs" or letter in "\t\x1f":
            kept.append("\u00a0" if letter in "\u00a0\u202f\u2007" else " ")
        elif kind not in ("Cc", "Cf") and ord(letter) not in _UNSEEN:
            kept.append(letter)
    return "".join(kept)


def unprintable(texts: Iterable[str]) -> list[str]:
    """The letters of *texts* that no bundled face has, each once, in the order they appear.

    They are named to a person before printing. Printed all the same, each shows as a stand-in sign and keeps
    its place in the text of the PDF.
    """
    letters = dict.fromkeys(letter for text in texts for letter in cleaned(text) if letter != "\n")
    return [letter for letter in letters if not any(ord(letter) in widths(name) for name in (REGULAR, _MORE[REGULAR]))]


def word(text: str, name: str) -> Word:
    """*text*, cleaned and without spaces or line ends, set in *name* or, where it lacks letters, in the next face.

    A word that one face can set whole is not patched together from two.
    """
    for chosen in (name, _MORE[name]):
        try:
            return Word((Run(chosen, text, None),), sum(map(by_letter(chosen).__getitem__, text)))
        except KeyError:
            continue
    runs: list[Run] = []
    width = 0.0
    for cluster in clusters(text):
        chosen = next((f for f in (name, _MORE[name]) if all(ord(letter) in widths(f) for letter in cluster)), "")
        if not chosen and len(cluster) > 1:
            parts = [word(letter, name) for letter in cluster]
            runs += [run for part in parts for run in part.runs]
            width += sum(part.width for part in parts)
            continue
        run = Run(chosen, cluster, None) if chosen else Run(_MORE[name], _STAND_IN, cluster)
        width += sum(widths(run.face)[ord(letter)] for letter in run.text)
        if runs and chosen and runs[-1].face == chosen and runs[-1].meant is None:
            run = Run(chosen, runs.pop().text + cluster, None)
        runs.append(run)
    return Word(tuple(runs), width)


def clusters(text: str) -> list[str]:
    """*text* cut into letters, each with the marks that sit on it."""
    found: list[str] = []
    for letter in text:
        if found and unicodedata.category(letter) in ("Mn", "Me"):
            found[-1] += letter
        else:
            found.append(letter)
    return found
