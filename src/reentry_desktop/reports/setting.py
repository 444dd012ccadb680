"""Words -> lines: left aligned, broken at spaces, and inside a word only where it is wider than a whole line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

from .faces import Word, cleaned, clusters, widths, word
from .style import INK, REGULAR, Color


class Span(NamedTuple):
    """A stretch of text in one face and color.

    A space stands between two spans; no line ends there where the second is ``tied``, unless both are too long.
    """

    text: str
    face: str = REGULAR
    color: Color = INK
    tied: bool = False


class Piece(NamedTuple):
    """What one face draws in one line. Pieces of one ``group`` (not 0) are read as one word, of their ``meant``."""

    face: str
    color: Color
    text: str
    group: int = 0
    meant: str = ""


Line = tuple[Piece, ...]


class Setter:
    """Sets the text of one document. It remembers measured words, so it lives no longer than the document."""

    def __init__(self) -> None:
        self._words: dict[tuple[str, str], Word] = {}
        self._groups = count(1)

    def measured(self, text: str, face: str) -> Word:
        """``faces.word``, remembered."""
        found = self._words.get((face, text))
        if found is None:
            found = self._words[face, text] = word(text, face)
        return found

    def width(self, text: str, face: str, size: float) -> float:
        """Points that *text* takes in one line."""
        return sum(piece_width(piece, size) for piece in self.lines([Span(text, face)], float("inf"), size)[0])

    def lines(self, spans: Sequence[Span], width: float, size: float) -> list[Line]:
        """*spans* in lines of at most *width* points at type size *size*. There is always one line at least.

        A line end inside a span is kept. Every line but the last ends with a space, so that whoever reads the
        text out of the PDF finds the words apart.
        """
        return _Fill(self, width, size / 1000).all(spans)


class _Fill:
    """The lines of one paragraph while they are being filled."""

    def __init__(self, setter: Setter, width: float, scale: float) -> None:
        self.setter, self.width, self.scale = setter, width, scale
        self.lines: list[Line] = []
        self.line: list[Piece] = []
        self.used = 0.0
        self.inside: set[int] = set()  # lines that end inside a word
        self.held: list[tuple[str, Span]] = []  # words that stay on one line

    def all(self, spans: Sequence[Span]) -> list[Line]:
        for span in spans:
            tied = span.tied
            for at, row in enumerate(cleaned(span.text).strip("\n").split("\n")):
                if at:
                    self.release()
                    if self.line or not self.lines or self.lines[-1]:
                        self.end()
                for text in row.split(" "):
                    if text:
                        if not tied:
                            self.release()
                        self.held.append((text, span))
                        tied = text[-1] == "-"  # at a line end, readers of PDFs take it for a broken word
        self.release()
        self.end()
        last = len(self.lines) - 1
        return [line if at == last or at in self.inside else _spaced(line) for at, line in enumerate(self.lines)]

    def end(self) -> None:
        self.lines.append(tuple(self.line))
        self.line, self.used = [], 0.0

    def release(self) -> None:
        """Set the words that were held, on the next line if they do not all fit this one."""
        if len(self.held) > 1 and self.line:
            need = sum((self.setter.measured(text, span.face).width + 300) * self.scale for text, span in self.held)
            if need <= self.width < self.used + need:
                self.end()
        for text, span in self.held:
            self.add(text, span)
        self.held = []

    def add(self, text: str, span: Span) -> None:
        measured = self.setter.measured(text, span.face)
        room = measured.width * self.scale
        gap = widths(self.line[-1].face)[32] * self.scale if self.line else 0.0
        if self.used + gap + room > self.width:
            if self.line:
                self.end()
            if room > self.width:
                self.broken(text, span)
                return
        elif self.line:
            self.line = list(_spaced(tuple(self.line)))
            self.used += gap
        self.put(measured, span, 0)
        self.used += room

    def put(self, measured: Word, span: Span, group: int) -> None:
        for run in measured.runs:
            own = group or (next(self.setter._groups) if run.meant else 0)
            last = self.line[-1] if self.line else None
            if last and last.face == run.face and last.color == span.color and last.group == own == 0:
                self.line[-1] = last._replace(text=last.text + run.text)
            else:
                self.line.append(Piece(run.face, span.color, run.text, own, run.meant or run.text))

    def broken(self, text: str, span: Span) -> None:
        group = next(self.setter._groups)
        for cluster in clusters(text):
            measured = self.setter.measured(cluster, span.face)
            room = measured.width * self.scale
            if self.line and self.used + room > self.width:
                self.inside.add(len(self.lines))
                self.end()
            self.put(measured, span, group)
            self.used += room


def piece_width(piece: Piece, size: float) -> float:
    """Points that *piece* takes at type size *size*."""
    known = widths(piece.face)
    return sum(known[ord(letter)] for letter in piece.text) * size / 1000


def _spaced(line: Line) -> Line:
    """*line* and a space, which is no part of a word that is read as something else than it is drawn."""
    if not line:
        return line
    last = line[-1]
    if last.group:
        return (*line, last._replace(text=" ", group=0, meant=" "))
    return (*line[:-1], last._replace(text=last.text + " "))
