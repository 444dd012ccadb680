"""The pieces that pages are composed of: headings, answers, entries, facts, rows to write on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from ..base.words import LANGUAGES, N_, in_language
from .flow import Footer, PageNumber, Shape, Strip, Words, baseline, glue, height_of, text_strips
from .pictures import NAMES, strokes
from .setting import Setter, Span
from .style import (
    HAIRLINE,
    HEADING,
    INK,
    MUTED,
    PAGE_HEIGHT,
    PART,
    REGULAR,
    STRONG,
    TEAL,
    TITLE,
    WRITING_LINE,
    Color,
    Size,
)
from .tagged import Node, Paper
from .values import Item

MONTHS = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"), N_("August"),
    N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip
TICKED = {"habit", "task", "arrival", "duty"}  # kinds whose entries get a box to tick


# A cell of a table: its node, left, right, and paragraphs.
Cell = tuple[Node, float, float, Sequence[Sequence[Span]]]


def written_date(day: dt.date, language: str) -> str:
    """*day* as people write it: ``November 23, 2026``."""
    _ = in_language(language).gettext
    return _("{month} {day}, {year}").format(month=_(MONTHS[day.month - 1]), day=day.day, year=day.year)


class Composer:
    """Makes strips in one size and one language, and hangs their structure under ``root``."""

    def __init__(self, paper: Paper, size: Size, language: str) -> None:
        self.paper, self.size, self.root = paper, size, paper.root
        self.language, self.setter, self.width = language, Setter(), paper.width
        self.say: Callable[[str], str] = in_language(language).gettext

    def footer(self, rows: Sequence[str]) -> Footer:
        """The foot of every page: *rows*, two on a line where both fit; the second of them ends at the right margin."""
        placed: list[tuple[str, str]] = []
        fill = str.maketrans({"{": "0", "}": "0"})
        waiting = [row for text in rows for row in self._fitting(text)]
        while waiting:
            left = waiting.pop(0)
            both = sum(self.setter.width(t.translate(fill), REGULAR, self.size.foot) for t in (left, *waiting[:1]))
            right = waiting.pop(0) if waiting and both + self.size.foot < self.width else ""
            placed.append((left, right))
        return Footer(placed, self.size, MUTED, TEAL, self.paper.margin)

    def _fitting(self, text: str) -> list[str]:
        rows = self.setter.lines([Span(text)], self.width, self.size.foot)
        return ["".join(piece.text for piece in row).strip() for row in rows]

    def title(self, text: str) -> list[Strip]:
        return text_strips(
            self.setter, Node("Title", self.root), [Span(text, STRONG, TEAL)],
            kind=self.size.of(TITLE), reach=(0, self.width), glued=True,
        )  # fmt: skip

    def heading(
        self, text: str, *, named: str = "", bookmark: bool = True, picture: str = "", above: str = ""
    ) -> list[Strip]:
        """A section's heading under a short teal accent, with a line *above* it. It stays with what follows."""
        accent = Strip(
            self.size.body * 0.9,
            [Shape(lambda paper, x, y: paper.rule(x, y + 2, 3.2 * self.size.body, 2.5, TEAL))],
            before=self.size.leading * 2.2,
            glued=True,
            named=named,
            bookmark=text if bookmark else "",
        )
        strips = [accent]
        if above:
            strips += text_strips(
                self.setter, Node("P", self.root), [Span(above, color=MUTED)],
                kind=self.size.text, reach=(0, self.width), whole=True, glued=True,
            )  # fmt: skip
        strips += self.pictured(Span(text, STRONG, TEAL), HEADING, picture, self.size.body * 2.6, role="H1")
        return strips

    def part(self, text: str, *, picture: str = "") -> list[Strip]:
        """A part's heading. It stays with what follows."""
        strips = self.pictured(Span(text, STRONG), PART, picture, self.size.body * 2.0, role="H2")
        strips[0].before = self.size.leading * 1.1
        return strips

    def pictured(
        self, span: Span, factor: float, picture: str, side: float, *, role: str, width: float = 0.0
    ) -> list[Strip]:
        """A heading, beside its *picture* where it has one, on the line's middle; as wide as the page unless said."""
        figure = Node("Figure", self.root, alt=self.say(NAMES[picture])) if picture else None
        left = side + self.size.body * 0.7 if picture else 0.0
        strips = text_strips(
            self.setter, Node(role, self.root), [span], kind=self.size.of(factor),
            reach=(left, width or self.width), whole=True, glued=True,
        )  # fmt: skip
        if figure is not None:
            first = strips[0]
            down = max(0.0, side - first.height)
            for ink in first.ink:
                if isinstance(ink, Words):
                    ink.baseline += down / 2
            first.height += down
            drawn, top = strokes(picture), (first.height - side) / 2
            first.ink.insert(0, Shape(lambda paper, x, y: paper.picture(drawn, x, y + top, side, TEAL), figure))
        return strips

    def answer(self, words: str, wording: str = "") -> list[Strip]:
        """Her words, and under them the same in the language of the print, as a person wrote it."""
        strips = self.text(words)
        if wording.strip():
            strips += text_strips(
                self.setter, Node("P", self.root), [Span(self.by_a_person, color=MUTED), Span(wording)],
                kind=self.size.text, reach=(0, self.width), before=self.size.leading * 0.5,
            )  # fmt: skip
        return strips

    @property
    def by_a_person(self) -> str:
        """What stands before a second wording: no machine wrote it."""
        _ = self.say
        return _("{language}, as a person wrote it:").format(language=LANGUAGES[self.language])

    def text(self, text: str, *, color: Color = INK, face: str = REGULAR, before: float = 0.35) -> list[Strip]:
        """Paragraphs of *text*, *before* lines below what stands above."""
        return text_strips(
            self.setter, Node("P", self.root), [Span(text, face, color)],
            kind=self.size.text, reach=(0, self.width), before=self.size.leading * before,
        )  # fmt: skip

    def entries(self, kind: str, items: Sequence[Item], room: float) -> list[Strip]:
        """A list: numbered steps, boxes to tick, or dots. An entry is kept whole unless it takes over 2/5 of *room*."""
        style = "decimal" if kind == "step" else "box" if kind in TICKED else ""
        above = Node("L", self.root, style=style)
        rows = [self.entry(above, item, room, at=at) for at, item in enumerate(items, 1)]
        for row in {0, len(rows) - 2} & set(range(len(rows) - 1)):  # no entry alone at the top or the foot of a page
            if height_of(rows[row] + rows[row + 1]) <= room * 0.4:
                rows[row][-1].glued = True
        return [strip for row in rows for strip in row]

    def entry(
        self, above: Node, item: Item, room: float, *, at: int = 0, run_in: bool = False, lead: str = "",
        picture: str = "",
    ) -> list[Strip]:  # fmt: skip
        """An entry of the list *above*, the one numbered *at*; before her words a *picture*.

        *run_in* sets all of it as one paragraph, after a *lead*: where a page must hold it all.
        """
        _, entry = self.say, Node("LI", above)
        body, leading, style = self.size.body, self.size.leading, above.style
        number = self.setter.lines([Span(f"{at}.", STRONG, TEAL)], self.width, body)[0]
        indent = max(body * 1.9, self.setter.width(f"{at}.", STRONG, body) + body * 0.5 if style == "decimal" else 0)
        labels: list[Words | Shape] = []
        if style == "decimal":
            labels.append(Words(Node("Lbl", entry), 0, baseline(body, leading), body, number))
        elif style == "box":
            labels.append(self.box(Node("Lbl", entry, says=_("To tick when done:")), 0.6))
        else:
            labels.append(
                Shape(lambda paper, x, y: paper.dot(x + body * 0.5, y + leading / 2 + 0.5, body * 0.17, TEAL))
            )
        inside = Node("LBody", entry)
        if picture:
            side, left = body * 2.0, indent
            drawn, indent = strokes(picture), indent + body * 2.7
            figure = Node("Figure", inside, alt=self.say(NAMES[picture]))
            labels.append(Shape(lambda paper, x, y: paper.picture(drawn, x + left, y - 1, side, TEAL), figure))
        strips: list[Strip] = []
        said = self._run_in(item, lead) if run_in else self._said(item, self.width - indent)
        for spans in said:
            strips += text_strips(
                self.setter, Node("P", inside), spans, kind=self.size.text, reach=(indent, self.width),
                before=leading * 0.08 if strips else leading * 0.4,
            )  # fmt: skip
        strips[0].ink[:0] = labels
        if picture and height_of(strips) < body * 2.2:
            strips[-1].height += body * 2.2 - height_of(strips)
        if height_of(strips) <= room * 0.4:
            glue(strips)
        return strips

    def box(self, node: Node, left: float, down: float = 0.0, *, ticked: bool = False) -> Shape:
        """A box to tick, or a ticked one, *left* in a strip and on the middle of the line that begins *down* in it."""
        side = min(self.size.body * 1.05, self.size.leading * 0.78)
        top = down + (self.size.leading - side) / 2

        def draw(paper: Paper, x: float, y: float) -> None:
            paper.box(x + left, y + top, side, 1.1, TEAL)
            if ticked:
                paper.check(x + left, y + top, side, TEAL)

        return Shape(draw, node)

    def _said(self, item: Item, room: float) -> list[list[Span]]:
        """The paragraphs of an entry *room* points wide: her words, details, the tool, the other wording."""
        _ = self.say
        said = [[Span(item.words)]] if item.words.strip() else []
        said += self._details([(label, value.strip()) for label, value in item.details if value.strip()], room)
        if item.tool.strip():
            said.append([Span(_("Tool:"), color=TEAL), Span(item.tool, color=TEAL)])
        if item.second_wording.strip():
            said.append([Span(_("Also written as:"), color=MUTED), Span(item.second_wording)])
        if item.wording.strip():
            said.append([Span(self.by_a_person, color=MUTED), Span(item.wording)])
        return said or [[Span("")]]

    def _run_in(self, item: Item, lead: str) -> list[list[Span]]:
        """The lead, her words and the values that belong to them in one paragraph."""
        spans = [Span(lead, STRONG)] if lead else []
        spans.append(Span(item.words))
        for _label, value in item.details:
            spans += [Span("·", color=MUTED, tied=True), Span(value.strip())]
        said = [spans]
        if item.wording.strip():
            said.append([Span(self.by_a_person, color=MUTED), Span(item.wording)])
        return said

    def _details(self, pairs: Sequence[tuple[str, str]], room: float) -> list[list[Span]]:
        """Labels (or none) and values, as many in a row as fit: ``Phone: 601-555-0142 · When: any time``."""
        rows: list[list[Span]] = []
        used = 0.0
        for label, value in pairs:
            spans = [Span(f"{label}:", color=MUTED), Span(value, tied=True)] if label else [Span(value)]
            need = self.setter.width(f"{label}: {value}" if label else value, REGULAR, self.size.body)
            if rows and used + self.size.body + need <= room:
                rows[-1] += [Span("·", color=MUTED), *spans]
                used += self.size.body + need
            else:
                rows.append(spans)
                used = need
        return rows

    def facts(self, pairs: Sequence[tuple[str, str]]) -> list[Strip]:
        """A table of two columns with a hairline under each row; an empty value leaves a line to write on."""
        body, leading = self.size.body, self.size.leading
        table = Node("Table", self.root)
        widest = max(self.setter.width(label, REGULAR, body) for label, value in pairs)
        split = min(widest + body * 1.6, self.width * 0.48)
        strips: list[Strip] = []
        for label, value in pairs:
            row = Node("TR", table)
            made = self.row(
                [
                    (Node("TH", row, scope="Row"), 0, split - body * 0.6, [[Span(label, color=MUTED)]]),
                    (Node("TD", row), split, self.width, [[Span(value)]]),
                ]
            )
            made[0].before = leading * (0.3 if strips else 0.8)
            made[-1].height += leading * (0.4 if value else 0.9)
            made[-1].ink.append(rules(made[-1].height, [(0, self.width)], HAIRLINE if value else WRITING_LINE, 0.6))
            strips += made
        return strips

    def row(self, cells: Sequence[Cell]) -> list[Strip]:
        """One row of a table. Cut only where it is over half a page."""
        body, leading = self.size.body, self.size.leading
        columns = [
            (node, left, [line for spans in said for line in self.setter.lines(spans, right - left, body)])
            for node, left, right, said in cells
        ]
        high = max(len(lines) for _node, _left, lines in columns)
        whole = high * leading <= PAGE_HEIGHT / 2
        strips = [Strip(high * leading)] if whole else [Strip(leading, glued=at == 0) for at in range(high)]
        for node, left, lines in columns:
            for at, line in enumerate(lines):
                strip, down = (strips[0], at * leading) if whole else (strips[at], 0.0)
                if line:
                    strip.ink.append(Words(node, left, down + baseline(body, leading), body, line))
        return strips

    def table(
        self, heads: Sequence[str], lefts: Sequence[float], rows: Sequence[Sequence[str]], *, high: float = 0.0
    ) -> list[Strip]:
        """A ruled table. Columns start at *lefts*; rows are at least *high* points. Its head returns on each page."""
        ends = self.ends(lefts)
        table = Node("Table", self.root)
        head = self.head(table, heads, lefts)
        strips = [head]
        for cells in rows:
            row = Node("TR", table)
            first = Node("TH", row, scope="Row") if cells[0] else Node("TD", row)
            nodes = [first, *(Node("TD", row) for _ in cells[1:])]
            places = zip(nodes, lefts, ends, cells, strict=True)
            made = self.row([(node, left, end, [[Span(text)]]) for node, left, end, text in places])
            if high:  # a line to write on in each column
                self.under(made[-1], list(zip(lefts, ends, strict=True)), WRITING_LINE, 0.6, high)
            else:
                self.under(made[-1], [(0, self.width)], HAIRLINE, 0.6)
            for strip in made:
                strip.again = head
            strips += made
        return strips

    def ends(self, lefts: Sequence[float]) -> list[float]:
        """Where columns that start at *lefts* end."""
        return [*(left - self.size.body * 0.7 for left in lefts[1:]), self.width]

    def head(self, table: Node, heads: Sequence[str], lefts: Sequence[float]) -> Strip:
        """The head of a table, which stays with what follows."""
        row = Node("TR", table)
        head = self.row(
            [
                (Node("TH", row, scope="Column"), left, end, [[Span(text, color=MUTED)]])
                for text, left, end in zip(heads, lefts, self.ends(lefts), strict=True)
            ]
        )[0]
        self.under(head, [(0, self.width)], TEAL, 1.0)
        head.before, head.glued = self.size.leading * 0.8, True
        return head

    def under(
        self, strip: Strip, reach: Sequence[tuple[float, float]], color: Color, weight: float, high: float = 0.0
    ) -> None:
        """Draw the line under a row, which is at least *high*; what is written in it moves down with it."""
        body, lower = self.size.leading * 0.35, max(strip.height + self.size.leading * 0.7, high)
        drop = lower - strip.height - body
        for ink in strip.ink:
            if isinstance(ink, Words):
                ink.baseline += drop
        strip.height = lower
        strip.ink.append(rules(lower, reach, color, weight))

    def inside(self, entries: Sequence[tuple[str, str]]) -> list[Strip]:
        """What is inside: (words, the name of the strip whose page is shown)."""
        body, leading = self.size.body, self.size.leading
        above = Node("TOC", self.root)
        strips: list[Strip] = []
        for text, named in entries:
            node = Node("P", Node("TOCI", above))
            lines = text_strips(
                self.setter, node, [Span(text)], kind=self.size.text, whole=True,
                reach=(0, self.width - body * 3), before=leading * 0.3,
            )  # fmt: skip
            lines[-1].ink.append(PageNumber(node, named, baseline(body, leading), body))
            strips += lines
        return strips

    def rule(self, *, weight: float = 1.5, before: float = 0.0, after: float = 0.0) -> Strip:
        """A teal line across the page."""
        return Strip(
            weight + after,
            [Shape(lambda paper, x, y: paper.rule(x, y, self.width, weight, TEAL))],
            before=before,
            glued=True,
        )

    def opening(self, title: str, facts: Sequence[tuple[str, str]]) -> list[Strip]:
        """The top of a layout without a page of its own for the title."""
        strips = [self.rule(after=self.size.leading * 0.6), *self.title(title)]
        made = self.facts(facts) if facts else []
        glue(made)
        return strips + made

    def lines_to_write_on(self, count: int, *, left: float = 0.0, pitch: float = 1.7) -> list[Strip]:
        """*count* empty lines for writing by hand."""
        high = self.size.leading * pitch
        return [Strip(high, [rules(high, [(left, self.width)], WRITING_LINE, 0.6)]) for _ in range(count)]

    def space(self, lines: float) -> Strip:
        return Strip(self.size.leading * lines, glued=True)


def rules(down: float, reach: Sequence[tuple[float, float]], color: Color, weight: float) -> Shape:
    """Lines *down* points below a strip's top, each from left to right."""

    def draw(paper: Paper, x: float, y: float) -> None:
        for left, right in reach:
            paper.rule(x + left, y + down, right - left, weight, color)

    return Shape(draw)


def room_above(footer: Footer) -> float:
    """Points that a page has for its text."""
    return PAGE_HEIGHT - footer.margin - footer.height
