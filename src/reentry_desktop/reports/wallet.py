"""A card to fold for the wallet: what helps first, and whom to call.

The card is a grid of panels of 3.375 by 2.125 inches, two in a row: cut it out, fold it at every dashed line, and it
has the size of a bank card. In standard print that is one row: a front and a back. Larger letters take more rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..base.words import in_language
from .body import NEUTRAL_TITLE, printed
from .flow import Ink, Shape, Strip, Words, glue, paginate, text_strips
from .parts import Composer, room_above
from .pictures import picture_of
from .setting import Line, Span
from .style import MUTED, SIZES, STRONG, TEAL, WIDTH, WRITING_LINE, Size
from .tagged import Node, Paper
from .values import Printed, SizeName, WalletCard

_WIDE, _HIGH = 3.375 * 72, 2.125 * 72
_LEFT = (WIDTH - 2 * _WIDE) / 2  # the card is a little wider than the text
_PAD = 10.0
_INSIDE = _WIDE - 2 * _PAD
_FOOT = 8.0  # the type size of the print number on the card
_ROOM = _HIGH - 1.6 * _PAD - _FOOT
# A card in the hand is read from near: standard print may be smaller here, so far as one front and one back hold it
# all. Large print is as large as everywhere.
_SMALLER = tuple(Size(body, body * 1.22, 11, 14) for body in (13.0, 12.0, 11.0, 10.0))

_Panel = Sequence[tuple[float, Strip]]


class _Side(NamedTuple):
    """One side of the card: a heading, its picture or none, and the entries under it."""

    heading: str
    picture: str
    entries: list[list[Span]]


def wallet_pdf(card: WalletCard, *, size: SizeName, pictures: bool = False) -> Printed:
    """See ``reports.wallet_pdf``."""
    _ = in_language(card.language).gettext
    paper = Paper(language=card.language, title=NEUTRAL_TITLE.get(card.language, "Document"), day=card.printed_on)
    composer = Composer(paper, SIZES[size], card.language)
    number = _("Print {number}").format(number=card.print_number)
    footer = composer.footer([number, _("Page {page} of {pages}")])
    how = text_strips(
        composer.setter, Node("P", composer.root),
        [Span(_("Cut along the line, fold at the dashes."), color=MUTED)],
        kind=(composer.size.foot, composer.size.foot_leading),
    )  # fmt: skip
    how[-1].height += 8
    calls = [[Span(name, STRONG), Span(phone)] for name, phone in card.calls]
    calls.append([Span("988", STRONG), Span(_("Call or text, day or night."))])
    sides = [
        _Side(_("What helps first"), picture_of("toolbox") if pictures else "", [[Span(text)] for text in card.helps]),
        _Side(_("To call"), picture_of("h72_call") if pictures else "", calls),
    ]
    panels = _panels(composer, [side for side in sides if side.entries], size)
    in_page = int((room_above(footer) - sum(strip.height for strip in how)) // _HIGH)
    told = composer.setter.lines([Span(number, color=MUTED)], WIDTH, _FOOT)[0]
    strips, pairs = how, [panels[at : at + 2] for at in range(0, len(panels), 2)]
    for at, pair in enumerate(pairs):
        first, last = at % in_page == 0, at == len(pairs) - 1 or (at + 1) % in_page == 0
        ink: list[Ink] = [moved for place, panel in enumerate(pair) for moved in _moved(panel, place * _WIDE)]
        strips.append(
            Strip(_HIGH, [*ink, _edge(told, first=first, last=last)], wants=float("inf") if at and first else 0)
        )
    return printed(composer, strips, footer)


def _panels(composer: Composer, sides: Sequence[_Side], size: SizeName) -> list[_Panel]:
    """Both sides of the card, in the largest letters that need no more panels than there are sides."""
    for letters in _SMALLER if size == "standard" else (SIZES[size],):
        trial = Composer(composer.paper, letters, composer.language)
        trial.root = Node("Document")
        laid = [panel for side in sides for panel in paginate(_laid(trial, side), _ROOM)]
        if len(laid) <= len(sides):
            break
    for node in (held for held in trial.root.holds if isinstance(held, Node)):
        node.parent = composer.root
        composer.root.holds.append(node)
    return [*laid]


def _laid(composer: Composer, side: _Side) -> list[Strip]:
    """A heading and a list, as wide as a panel."""
    body, leading = composer.size.body, composer.size.leading
    strips = composer.pictured(
        Span(side.heading, STRONG, TEAL), 1.1, side.picture, body * 1.5, role="H1", width=_INSIDE
    )
    above = Node("L", composer.root)
    for spans in side.entries:
        entry = Node("LI", above)
        dot = Shape(lambda paper, x, y: paper.dot(x + body * 0.3, y + leading / 2 + 0.5, body * 0.17, TEAL))
        made = text_strips(
            composer.setter, Node("P", Node("LBody", entry)), spans, kind=composer.size.text,
            before=leading * 0.2, reach=(body * 1.0, _INSIDE),
        )  # fmt: skip
        made[0].ink.insert(0, dot)
        if len(made) * leading < _ROOM:
            glue(made)
        strips += made
    return strips


def _moved(panel: _Panel, across: float) -> list[Ink]:
    """What is drawn in a panel that stands *across* in its row."""
    right, moved = _LEFT + across + _PAD, list[Ink]()
    for top, strip in panel:
        for ink in strip.ink:
            down = top + _PAD * 0.8
            if isinstance(ink, Words):
                moved.append(Words(ink.node, ink.x + right, ink.baseline + down, ink.size, ink.line))
            elif isinstance(ink, Shape):
                moved.append(_shifted(ink, right, down))
    return moved


def _shifted(shape: Shape, across: float, down: float) -> Shape:
    return Shape(lambda paper, x, y: shape.draw(paper, x + across, y + down), shape.node)


def _edge(told: Line, *, first: bool, last: bool) -> Shape:
    """Where a row of the card is cut and folded, and the print number at its foot."""

    def draw(paper: Paper, x: float, y: float) -> None:
        left, wide = x + _LEFT, 2 * _WIDE
        for side in (left, left + wide):
            paper.rule(side - 0.4, y + _HIGH / 2, 0.8, _HIGH, WRITING_LINE)
        for down, cut in ((0.0, first), (_HIGH, last)):
            if cut:
                paper.rule(left, y + down, wide, 0.8, WRITING_LINE)
            elif down:
                paper.dashes(left, y + down, wide, 0.0, WRITING_LINE)
        paper.dashes(left + _WIDE, y, 0.0, _HIGH, WRITING_LINE)
        paper.lines([(left + wide - _INSIDE - _PAD, y + _HIGH - _PAD * 0.6, _FOOT, told)])

    return Shape(draw)
