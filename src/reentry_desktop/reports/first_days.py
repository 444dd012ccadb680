"""The first 72 hours on one page: boxes to tick, her words, whom to reach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..base.words import in_language
from .body import NEUTRAL_TITLE, foot, in_pack, printed, written
from .flow import Footer, Strip, height_of
from .parts import Composer, room_above
from .pictures import picture_of
from .style import SIZES, STRONG
from .tagged import Node, Paper
from .values import Item, PlanPage, Printed, SizeName

if TYPE_CHECKING:
    from ..records.pack import Section

# How close lines and what stands between them may come, in turn, before a second page is taken: never the letters.
_CLOSER = ((1.0, 1.0), (1.0, 0.5), (0.94, 0.35), (0.89, 0.2), (0.86, 0.1))


def first_days_pdf(
    page: PlanPage, sections: Sequence[Section], *, size: SizeName, early: bool, with_name: bool = False,
    pictures: bool = False,
) -> Printed:  # fmt: skip
    """See ``reports.first_days_pdf``."""
    for lines, gaps in _CLOSER:
        paper = Paper(language=page.language, title=NEUTRAL_TITLE.get(page.language, "Document"), day=page.printed_on)
        given = SIZES[size]
        composer = Composer(paper, given._replace(leading=given.leading * lines), page.language)
        footer = composer.footer(foot(page))
        strips = _strips(composer, page, sections, footer, early=early, with_name=with_name, pictures=pictures)
        for strip in strips:
            strip.before *= gaps
        if height_of(strips) <= room_above(footer):
            break
    return printed(composer, strips, footer)


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
            _("Until the day of release this page stays in the office or with the stored property."), before=0.3
        )
    above = Node("L", composer.root, style="box")
    for part in (part for section in sections for part in written(section, page)):
        lead = part.title
        answer = [Item(words=part.answer, wording=part.wording)] if part.answer.strip() else []
        for item in (*answer, *part.items):
            picture = picture_of(part.key, part.kind) if pictures and lead else ""
            strips += composer.entry(above, item, room, lead=f"{lead}:" if lead else "", picture=picture)
            lead = ""
    return strips
