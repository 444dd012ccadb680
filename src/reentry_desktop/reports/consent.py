"""Papers of words about what is told and to whom: a consent to sign, a letter that asks back, an account for her."""

from __future__ import annotations

from collections.abc import Sequence

from ..base.strokes import HIGH, WIDE, from_text
from ..base.words import N_, in_language
from .body import NEUTRAL_TITLE, printed
from .flow import Shape, Strip, glue
from .parts import Composer, room_above, written_date
from .style import INK, MUTED, SIZES, STRONG
from .tagged import Node, Paper
from .values import Printed, Sheet, SizeName

_SIGNATURE = 0.6  # of the page's width, for a signature that was drawn on the screen


def sheets_pdf(sheets: Sequence[Sheet], *, size: SizeName) -> Printed:
    """See ``reports.sheets_pdf``."""
    first = sheets[0]
    _ = in_language(first.language).gettext
    paper = Paper(language=first.language, title=NEUTRAL_TITLE.get(first.language, "Document"), day=first.printed_on)
    composer = Composer(paper, SIZES[size], first.language)
    footer = composer.footer(
        [
            _("Print {number}").format(number=first.print_number),
            _("Page {page} of {pages}"),
            _("Printed on {date}").format(date=written_date(first.printed_on, first.language)),
            *([first.foot] if first.foot else []),
        ]
    )
    room = room_above(footer)
    strips: list[Strip] = []
    for sheet in sheets:
        made = _sheet(composer, sheet, room)
        made[0].wants = float("inf") if strips else 0.0  # each on a page of its own
        strips += made
    return printed(composer, strips, footer)


def _sheet(composer: Composer, sheet: Sheet, room: float) -> list[Strip]:
    strips = composer.opening(sheet.title, ())
    for at, words in enumerate(sheet.before):
        strips += composer.text(words, before=0.6 if at else 1.0)
    if sheet.facts:
        strips += composer.facts(sheet.facts)
    if sheet.rows:
        strips += composer.entries("line", sheet.rows, room)
    for at, words in enumerate(sheet.after):
        strips += composer.text(words, before=0.6 if at else 1.2)
    said = len(strips) - 1  # the last of what is signed: a signature never stands alone on a page
    if sheet.strokes:
        strips += _drawn(composer, sheet.strokes)
    for words in sheet.signed:
        strips += composer.text(words, color=MUTED, before=0.4)
    if sheet.signs:
        strips += _lines(composer, sheet.signs)
    glue(strips[said:])
    return strips


def _drawn(composer: Composer, text: str) -> list[Strip]:
    """The signature as it was drawn."""
    strokes, wide = from_text(text), composer.width * _SIGNATURE
    high = wide * HIGH / WIDE
    figure = Node("Figure", composer.root, alt=composer.say(N_("A signature, drawn on the screen")))
    draw = Shape(lambda paper, x, y: paper.drawn(strokes, x, y, wide, INK), figure)
    label = composer.text(composer.say(N_("Signature")), face=STRONG, before=1.2)
    label[-1].glued = True
    return [*label, Strip(high, [draw], glued=True)]


def _lines(composer: Composer, who: Sequence[str]) -> list[Strip]:
    """Lines to sign on, with room for the day."""
    _ = composer.say
    made = composer.table(
        [_("Who"), _("Signature"), _("Date")],
        [0, composer.width * 0.36, composer.width * 0.76],
        [[name, "", ""] for name in who],
        high=composer.size.leading * 2.6,
    )
    glue(made)
    return made
