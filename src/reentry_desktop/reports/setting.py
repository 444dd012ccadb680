"""Words -> lines: left aligned, broken at spaces, and inside a word only where it is wider than a whole line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

from .faces import Word, by_letter, cleaned, clusters, widths, word
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
        self.groups = count(1)  # numbers of words that are read as something else than they are drawn

    def measured(self, text: str, face: str) -> Word:
        """``faces.word``, remembered."""
        found = self._words.get((face, text))
        if found is None:
            found = self._words[face, text] = word(text, face)
        return found

    def width(self, text: str, face: str, size: float) -> float:
        """Points that *text* takes in one line."""
        words = [self.measured(word, face).width for word in cleaned(text).split()]
        return (sum(words) + max(0, len(words) - 1) * widths(face)[32]) * size / 1000

    def lines(self, spans: Sequence[Span], width: float, size: float) -> list[Line]:
        """*spans* in lines of at most *width* points at type size *size*. There is always one line at least.

        A line end inside a span is kept. Every line but the last ends with a space, so that whoever reads the
        text out of the PDF finds the words apart.
        """
        return self._one_line(spans, width * 1000 / size) or _Fill(self, width, size / 1000).all(spans)

    def _one_line(self, spans: Sequence[Span], room: float) -> list[Line] | None:
        """*spans* where they fit one line of *room* (thousandths of the type size) and each has one face; else None.

        Most paragraphs of a plan are that short, and filling lines word by word would cost them more than all the rest.
        """
        pieces: list[tuple[str, Color, str]] = []
        used = 0.0
        for text, face, color, _tied in spans:
            said = " ".join(filter(None, cleaned(text).strip("\n").split(" ")))
            known = by_letter(face)
            try:
                used += sum(map(known.__getitem__, said))
            except KeyError:  # a line end, or a letter of another face
                return None
            if not said:
                continue
            if pieces:
                face_above, color_above, above = pieces[-1]
                used += by_letter(face_above)[" "]
                if (face_above, color_above) == (face, color):
                    pieces[-1] = (face, color, f"{above} {said}")
                    continue
                pieces[-1] = (face_above, color_above, f"{above} ")
            pieces.append((face, color, said))
        if not pieces or used > room:
            return None
        return [tuple(Piece(face, color, said, 0, said) for face, color, said in pieces)]


class _Fill:
    """The lines of one paragraph while they are being filled: finished pieces, and the one that is growing."""

    def __init__(self, setter: Setter, width: float, scale: float) -> None:
        self.setter, self.width, self.scale = setter, width, scale
        self.lines: list[Line] = []
        self.line: list[Piece] = []
        self.face, self.color, self.group, self.meant = "", INK, 0, ""
        self.text: list[str] = []
        self.used = self.gap = 0.0
        self.held: list[tuple[str, Span]] = []  # words that stay on one line

    def all(self, spans: Sequence[Span]) -> list[Line]:
        for span in spans:
            tied = span.tied
            for at, row in enumerate(cleaned(span.text).strip("\n").split("\n")):
                if at:
                    self.release()
                    if self.text or not self.lines or self.lines[-1]:
                        self.end(" ")
                for text in row.split(" "):
                    if text:
                        if self.held and not tied:
                            self.release()
                        self.held.append((text, span))
                        tied = text[-1] == "-"  # at a line end, readers of PDFs take it for a broken word
        self.release()
        self.end()
        return self.lines

    def end(self, mark: str = "") -> None:
        """End the line, with a space as its *mark* unless it ends inside a word."""
        if mark and self.text:
            self.space()
        self.close()
        self.lines.append(tuple(self.line))
        self.line, self.used = [], 0.0

    def close(self) -> None:
        if self.text:
            text = "".join(self.text)
            self.line.append(Piece(self.face, self.color, text, self.group, self.meant or text))
            self.text = []

    def space(self) -> None:
        """A space, which is no part of a word that is read as something else than it is drawn."""
        if self.group:
            self.close()
            self.group, self.meant = 0, ""
        self.text.append(" ")

    def release(self) -> None:
        """Set the words that were held, on the next line if they do not all fit this one."""
        if len(self.held) > 1 and self.text:
            need = sum((self.setter.measured(text, span.face).width + 300) * self.scale for text, span in self.held)
            if need <= self.width < self.used + need:
                self.end(" ")
        for text, span in self.held:
            self.add(text, span)
        self.held = []

    def add(self, text: str, span: Span) -> None:
        measured = self.setter.measured(text, span.face)
        room = measured.width * self.scale
        if self.text:
            if self.used + self.gap + room <= self.width:
                self.space()
                self.used += self.gap
            else:
                self.end(" ")
        if room > self.width:
            self.broken(text, span)
        else:
            self.put(measured, span, 0)
            self.used += room

    def put(self, measured: Word, span: Span, group: int) -> None:
        for face, text, meant in measured.runs:
            own = group or (next(self.setter.groups) if meant else 0)
            if not self.text or own or self.group or face != self.face or span.color != self.color:
                self.close()
                self.face, self.color, self.group, self.meant = face, span.color, own, meant or (text if own else "")
                self.gap = widths(face)[32] * self.scale
            self.text.append(text)

    def broken(self, text: str, span: Span) -> None:
        """Set a word that is wider than a line, broken wherever a line is full, and read as one word."""
        group = next(self.setter.groups)
        for cluster in clusters(text):
            measured = self.setter.measured(cluster, span.face)
            room = measured.width * self.scale
            if self.text and self.used + room > self.width:
                self.end()
            self.put(measured, span, group)
            self.used += room


def piece_width(piece: Piece, size: float) -> float:
    """Points that *piece* takes at type size *size*."""
    known = widths(piece.face)
    return sum(known[ord(letter)] for letter in piece.text) * size / 1000
