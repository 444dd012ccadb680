"""The first 72 hours on one page, and where that cannot be on one sheet: boxes to tick, her words, whom to reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..base.words import in_language
from .body import NEUTRAL_TITLE, foot, in_pack, outside, printed, written
from .flow import Footer, Strip, paginate
from .parts import Composer, room_above
from .pictures import picture_of
from .style import MARGIN, SIZES, STRONG, Size
from .tagged import Node, Paper
from .values import Item, PlanPage, Printed, SizeName

if TYPE_CHECKING:
    from ..records.pack import Section

# What is given up in turn, and only where that saves a page: the margin, the air between lines and between what
# belongs apart, and last, only for the sake of one sheet of paper, the size of the letters. No line touches the next.
_AIR = tuple(
    (margin, lines, gaps)
    for margin in (MARGIN, 18 / 25.4 * 72, 15 / 25.4 * 72)
    for lines, gaps in ((1.0, 1.6), (1.0, 1.0), (0.95, 0.9), (0.9, 0.8))
)
LEAST_LETTERS: dict[SizeName, float] = {"standard": 11, "large": 16, "extra-large": 18}
"""Points. Large print begins at 16 (UKAAF G003), extra-large is never set as small as that."""
SIDES = 2  # of a sheet
LEAST_LEADING = 1.25
"""Times the type, from line to line."""


def _looks(size: SizeName) -> Iterator[tuple[Size, float, float]]:
    """(type, margin, gaps), from the one with most air to the closest."""
    given = SIZES[size]
    for margin, lines, gaps in _AIR:
        yield given._replace(leading=max(given.leading * lines, given.body * LEAST_LEADING)), margin, gaps
    letters = given.body - 0.5
    while letters >= LEAST_LETTERS[size]:
        for closer in (gaps, 0.65):
            yield given._replace(body=letters, leading=letters * LEAST_LEADING), margin, closer
        letters -= 0.5


def first_days_pdf(
    page: PlanPage, sections: Sequence[Section], *, size: SizeName, early: bool, with_name: bool = False,
    pictures: bool = False,
) -> Printed:  # fmt: skip
    """See ``reports.first_days_pdf``."""
    best: tuple[int, Composer, list[Strip], Footer] | None = None
    for letters, margin, gaps in _looks(size):
        title = NEUTRAL_TITLE.get(page.language, "Document")
        paper = Paper(language=page.language, title=title, day=page.printed_on, margin=margin)
        composer = Composer(paper, letters, page.language)
        footer = composer.footer(foot(page))
        strips = _strips(composer, page, sections, footer, early=early, with_name=with_name, pictures=pictures)
        for strip in strips:
            strip.before *= gaps
        pages = len(paginate(strips, room_above(footer)))
        if best is None or (pages < best[0] and (letters.body == SIZES[size].body or pages <= SIDES)):
            best = pages, composer, strips, footer
        if pages == 1:
            break
    assert best is not None
    return printed(*best[1:])


def _strips(
    composer: Composer, page: PlanPage, sections: Sequence[Section], footer: Footer, *, early: bool, with_name: bool,
    pictures: bool,
) -> list[Strip]:  # fmt: skip
    _, room = in_language(page.language).gettext, room_above(footer)
    strips: list[Strip] = []
    for section in sections:
        picture = picture_of(section.key) if pictures else ""
        strips += composer.heading(in_pack(section.title, page.language), picture=picture)
    if with_name and page.name.strip():
        strips += composer.text(page.name, face=STRONG, before=0.2)
    if early:
        strips += composer.text(
            _("Until the day of release this page stays in the office or with the stored property."), before=0.4
        )
    above = Node("L", composer.root, style="box")
    for part in (part for section in sections for part in written(section, page)):
        lead = part.title
        answer = [Item(words=part.answer, wording=part.wording)] if part.answer.strip() else []
        for place, item in enumerate((*answer, *part.items)):
            picture = picture_of(part.key, part.kind) if pictures else ""
            entry = composer.entry(above, item, room, run_in=True, lead=f"{lead}:" if lead else "", picture=picture)
            if not place:
                entry[0].before = composer.size.leading * 0.6  # what is another matter stands apart
            strips += entry
            lead = ""
    strips += outside(composer, page)
    return strips
