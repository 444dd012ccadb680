"""Blank pages of a section, for writing by hand: the question, a few ideas, lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..base.words import in_language
from .body import IF_FOUND, NEUTRAL_TITLE, in_pack, printed
from .flow import Shape, Strip, Words, baseline, glue, height_of, text_strips
from .parts import TICKED, Composer, room_above, written_date
from .pictures import picture_of
from .setting import Span
from .style import MUTED, REGULAR, SIZES, STRONG, TEAL, WIDTH
from .tagged import Node, Paper
from .values import PlanPage, Printed, SizeName

if TYPE_CHECKING:
    from ..records.pack import Part, Section

# How many lines for an answer, and how many entries of a list: more where a section asks little.
_LINES, _ENTRIES, _MORE = 6, 4, {1: 2.0, 2: 1.5}


def worksheet_pdf(
    page: PlanPage, sections: Sequence[Section], *, blanks: Mapping[str, tuple[str, ...]], size: SizeName,
    pictures: bool = False,
) -> Printed:  # fmt: skip
    """See ``reports.worksheet_pdf``."""
    _ = in_language(page.language).gettext
    paper = Paper(language=page.language, title=NEUTRAL_TITLE.get(page.language, "Document"), day=page.printed_on)
    composer = Composer(paper, SIZES[size], page.language)
    footer = composer.footer(
        [
            _("Print {number}").format(number=page.print_number),
            _("Page {page} of {pages}"),
            _("Blank pages, {date}").format(date=written_date(page.printed_on, page.language)),
            _(IF_FOUND),
        ]
    )
    room = room_above(footer)
    strips: list[Strip] = []
    for section in sections:
        heading = composer.heading(
            in_pack(section.title, page.language), picture=picture_of(section.key) if pictures else ""
        )
        heading[0].wants = float("inf")
        strips += [*heading, *composer.text(in_pack(section.intro, page.language))]
        more = _MORE.get(len(section.parts), 1.0)
        for part in section.parts:
            strips += _part(composer, part, blanks.get(part.kind, ()), room, more, pictures=pictures)
    return printed(composer, strips, footer)


def _part(
    composer: Composer, part: Part, blanks: Sequence[str], room: float, more: float, *, pictures: bool
) -> list[Strip]:
    """A question, ideas in small print, and lines: numbered for steps, with boxes for what is ticked."""
    _, size, language = composer.say, composer.size, composer.language
    strips = composer.part(in_pack(part.title, language), picture=picture_of(part.key, part.kind) if pictures else "")
    asked = composer.text(in_pack(part.prompt, language))
    asked[-1].glued = True
    strips += asked
    ideas = part.ideas.get(language) or part.ideas.get("en", ())
    if ideas:
        small = text_strips(
            composer.setter, Node("P", composer.root),
            [Span(_("Some ideas:") + " " + " · ".join(ideas), color=MUTED)],
            kind=(size.foot, size.foot_leading), before=size.leading * 0.2, glued=True,
        )  # fmt: skip
        strips += small
    if part.kind == "answer":
        rows = composer.lines_to_write_on(int(_LINES * more))
    else:
        rows = _rows(composer, part.kind, blanks, int(_ENTRIES * more))
    rows[0].glued = True
    strips += rows
    if height_of(strips) <= room * 0.7:
        glue(strips)
    return strips


def _rows(composer: Composer, kind: str, blanks: Sequence[str], count: int) -> list[Strip]:
    """Lines of a list, each after its number, box or dot; under it what else belongs to an entry, to be filled in."""
    body, leading = composer.size.body, composer.size.leading
    strips: list[Strip] = []
    for at in range(1, count + 1):
        (line,) = composer.lines_to_write_on(1, left=body * 1.9)
        line.ink.insert(0, _mark(composer, kind, at, line.height))
        strips.append(line)
        for label in blanks:
            (below,) = composer.lines_to_write_on(1, left=body * 2.6 + composer.setter.width(label, REGULAR, body))
            said = composer.setter.lines([Span(label, color=MUTED)], WIDTH, body)[0]
            place = below.height - leading + baseline(body, leading)
            below.ink.insert(0, Words(Node("P", composer.root), body * 1.9, place, body, said))
            strips[-1].glued = True
            strips.append(below)
        strips[-1].height += leading * (0.5 if blanks else 0.0)
    return strips


def _mark(composer: Composer, kind: str, at: int, high: float) -> Shape:
    """What stands before a line to write on; drawn, not read out: there is nothing to read yet."""
    body, leading = composer.size.body, composer.size.leading
    number = composer.setter.lines([Span(f"{at}.", STRONG, TEAL)], WIDTH, body)[0]
    top = high - leading

    def draw(paper: Paper, x: float, y: float) -> None:
        if kind == "step":
            paper.lines([(x, y + top + baseline(body, leading), body, number)])
        elif kind in TICKED:
            paper.box(x + 0.6, y + high - body * 1.05, body * 1.05, 1.1, TEAL)
        else:
            paper.dot(x + body * 0.5, y + high - body * 0.4, body * 0.17, TEAL)

    return Shape(draw)
