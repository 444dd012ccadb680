"""Strips down pages: what stays together, what may break, and what every page carries.

A strip is a band that is never cut: a line of text, a row to write on. Strips that are ``glued`` to the next stay
on its page, so a heading is never left behind and a row never leaves its box, unless they would not fit any page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from .setting import Line, Setter, Span, piece_width
from .style import PAGE_HEIGHT, WIDTH, Color, Size
from .tagged import Node, Paper


@dataclass(slots=True)
class Words:
    """A line of text in a strip: whose it is, where it starts, how far its baseline lies under the strip's top."""

    node: Node
    x: float
    baseline: float
    size: float
    line: Line


@dataclass(slots=True)
class Shape:
    """A drawing in a strip, an artifact unless it has a node. It is given the paper, its left and its top."""

    draw: Callable[[Paper, float, float], None]
    node: Node | None = None


@dataclass(slots=True)
class PageNumber:
    """The page on which the strip named ``of`` stands, set flush right when pages are known."""

    node: Node
    of: str
    baseline: float
    size: float


Ink = Words | Shape | PageNumber


@dataclass(slots=True)
class Strip:
    """A band of a page, ``height`` points high.

    ``before`` is white space above, dropped at the top of a page. ``wants`` is the room that must be left on a page
    for the strip to start there. ``named`` makes it findable; ``bookmark`` is its entry in the outline. ``again`` is
    repeated on each later page that starts with this strip: a copy, ``repeated``, which is an artifact.
    """

    height: float
    ink: list[Ink] = field(default_factory=list)
    before: float = 0.0
    glued: bool = False
    wants: float = 0.0
    named: str = ""
    bookmark: str = ""
    again: Strip | None = None
    repeated: bool = False


def text_strips(
    setter: Setter,
    node: Node,
    spans: Sequence[Span],
    *,
    kind: tuple[float, float],
    before: float = 0.0,
    reach: tuple[float, float] = (0.0, WIDTH),
    whole: bool = False,
    glued: bool = False,
) -> list[Strip]:
    """A paragraph of a *kind* (type size, line height) between *reach* (left, right), one strip a line.

    At least two lines stay together at its start and its end; all, if *whole*. The last stays with what follows
    where *glued*.
    """
    (size, leading), (left, right) = kind, reach
    strips = [
        Strip(leading, [Words(node, left, baseline(size, leading), size, line)] if line else [])
        for line in setter.lines(spans, right - left, size)
    ]
    last = len(strips) - 1
    for at, strip in enumerate(strips):
        strip.glued = at < last and (whole or at == 0 or at == last - 1)
    strips[0].before, strips[-1].glued = before, glued
    return strips


def baseline(size: float, leading: float) -> float:
    """Where text of *size* stands in a band of *leading*, from the top."""
    return (leading - size) / 2 + size * 0.8


def height_of(strips: Sequence[Strip]) -> float:
    """Points that *strips* take, one under the other."""
    return sum(strip.before + strip.height for strip in strips)


def glue(strips: Sequence[Strip]) -> None:
    """Keep *strips* on one page, where they fit one."""
    for strip in strips[:-1]:
        strip.glued = True


def paginate(strips: Sequence[Strip], room: float) -> list[list[tuple[float, Strip]]]:
    """*strips* on pages of *room* points: for each page its (top, strip)."""
    pages: list[list[tuple[float, Strip]]] = [[]]
    used = 0.0
    for group in _groups(strips):
        need = height_of(group)
        if pages[-1] and (used + need > room or room - used < group[0].wants):
            pages.append([])
            used = 0.0
        for strip in group:
            if pages[-1] and used + strip.before + strip.height > room:
                pages.append([])
                used = 0.0
            if not pages[-1] and strip.again is not None and len(pages) > 1:
                pages[-1].append((0.0, replace(strip.again, repeated=True)))
                used = strip.again.height
            used += strip.before if pages[-1] else 0.0
            pages[-1].append((used, strip))
            used += strip.height
    return pages


def _groups(strips: Sequence[Strip]) -> list[list[Strip]]:
    groups: list[list[Strip]] = []
    joined = False
    for strip in strips:
        if joined:
            groups[-1].append(strip)
        else:
            groups.append([strip])
        joined = strip.glued
    return groups


@dataclass(slots=True)
class Footer:
    """What stands at the foot of every page: pairs of (left, right); ``{page}`` and ``{pages}`` are filled in."""

    rows: list[tuple[str, str]]
    size: Size
    color: Color
    accent: Color
    margin: float
    known: dict[str, Line] = field(default_factory=dict)  # what is the same on every page is set once

    @property
    def height(self) -> float:
        """Points kept free at the bottom of the page, never less than the margin."""
        return max(self.margin, len(self.rows) * self.size.foot_leading + min(50.0, self.margin - 4))

    def draw(self, paper: Paper, setter: Setter, page: int, pages: int) -> None:
        top, margin = PAGE_HEIGHT - self.height + 14, paper.margin
        paper.begin_artifact("/Pagination /Subtype /Footer")
        paper.rule(margin, top, paper.width, 0.75, self.accent)
        for at, row in enumerate(self.rows):
            for side, words in enumerate(row):
                text = words.replace("{page}", str(page)).replace("{pages}", str(pages))
                if text not in self.known:
                    self.known[text] = setter.lines([Span(text, color=self.color)], float("inf"), self.size.foot)[0]
                line = self.known[text]
                x = margin + (paper.width - sum(piece_width(piece, self.size.foot) for piece in line)) * side
                y = top + 5 + at * self.size.foot_leading + baseline(self.size.foot, self.size.foot_leading)
                paper.lines([(x, y, self.size.foot, line)])
        paper.end()


def draw_pages(paper: Paper, setter: Setter, strips: Sequence[Strip], footer: Footer) -> int:
    """Draw *strips* and the *footer*; the number of pages."""
    margin = paper.margin
    pages = paginate(strips, PAGE_HEIGHT - margin - footer.height)
    found = {strip.named: str(at) for at, page in enumerate(pages, 1) for _, strip in page if strip.named}
    for at, page in enumerate(pages, 1):
        run: list[Words] = []
        tops: list[float] = []
        for top, strip in page:
            if strip.bookmark:
                paper.mark(strip.bookmark)
            for ink in strip.ink:
                if isinstance(ink, PageNumber):
                    line = setter.lines([Span(found.get(ink.of, ""))], WIDTH, ink.size)[0]
                    x = WIDTH - sum(piece_width(piece, ink.size) for piece in line)
                    ink = Words(ink.node, x, ink.baseline, ink.size, line)
                if isinstance(ink, Words) and not strip.repeated:
                    if run and run[-1].node is not ink.node:
                        _write(paper, run, tops)
                        run, tops = [], []
                    run.append(ink)
                    tops.append(margin + top)
                    continue
                _write(paper, run, tops)
                run, tops = [], []
                if isinstance(ink, Words):
                    paper.begin_artifact("/Pagination")
                    paper.lines([(margin + ink.x, margin + top + ink.baseline, ink.size, ink.line)])
                elif ink.node is None or strip.repeated:
                    paper.begin_artifact()
                    ink.draw(paper, margin, margin + top)
                else:
                    paper.begin(ink.node)
                    ink.draw(paper, margin, margin + top)
                paper.end()
        _write(paper, run, tops)
        footer.draw(paper, setter, at, len(pages))
        paper.next_page()
    return len(pages)


def _write(paper: Paper, run: list[Words], tops: list[float]) -> None:
    if run:
        paper.begin(run[0].node)
        paper.lines([(paper.margin + w.x, top + w.baseline, w.size, w.line) for w, top in zip(run, tops, strict=True)])
        paper.end()
