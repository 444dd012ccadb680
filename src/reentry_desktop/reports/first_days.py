"""The first 72 hours on one page, or on two with air: boxes to tick, her words, whom to reach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..base.words import in_language
from .body import NEUTRAL_TITLE, foot, in_pack, printed, written
from .flow import Footer, Strip, paginate
from .parts import Composer, room_above
from .pictures import picture_of
from .style import MARGIN, SIZES, STRONG
from .tagged import Node, Paper
from .values import Item, PlanPage, Printed, SizeName

if TYPE_CHECKING:
    from ..records.pack import Section

# How narrow the margin, and how close lines and what stands between them may come, in turn, before one more page is
# taken: never the letters, and never so close that a line touches the next. A second page with air is read; a page
# that is crammed is not.
_CLOSER = tuple(
    (margin, lines, gaps)
    for margin in (MARGIN, 18 / 25.4 * 72, 15 / 25.4 * 72)
    for lines, gaps in ((1.0, 1.6), (1.0, 1.0), (0.95, 0.9), (0.9, 0.8))
)
LEAST_LEADING = 1.25
"""Times the type, from line to line."""


def first_days_pdf(
    page: PlanPage, sections: Sequence[Section], *, size: SizeName, early: bool, with_name: bool = False,
    pictures: bool = False,
) -> Printed:  # fmt: skip
    """See ``reports.first_days_pdf``."""
    best: tuple[int, Composer, list[Strip], Footer] | None = None
    for margin, lines, gaps in _CLOSER:
        title = NEUTRAL_TITLE.get(page.language, "Document")
        paper = Paper(language=page.language, title=title, day=page.printed_on, margin=margin)
        given = SIZES[size]
        composer = Composer(
            paper, given._replace(leading=max(given.leading * lines, given.body * LEAST_LEADING)), page.language
        )
        footer = composer.footer(foot(page))
        strips = _strips(composer, page, sections, footer, early=early, with_name=with_name, pictures=pictures)
        for strip in strips:
            strip.before *= gaps
        pages = len(paginate(strips, room_above(footer)))
        if best is None or pages < best[0]:  # the fewest pages, and on them the most air
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
    return strips
