"""The crisis parts for one supporter, who was asked and agreed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..base.words import in_language
from .body import NEUTRAL_TITLE, foot, in_pack, outside, printed, section_strips, written
from .flow import glue
from .parts import Composer, room_above
from .pictures import picture_of
from .style import MUTED, SIZES
from .tagged import Paper
from .values import PlanPage, Printed, SizeName

if TYPE_CHECKING:
    from ..records.pack import Section


def supporter_pdf(
    page: PlanPage, sections: Sequence[Section], *, supporter: str, notice: str, size: SizeName,
    with_name: bool = False, pictures: bool = False,
) -> Printed:  # fmt: skip
    """See ``reports.supporter_pdf``."""
    _ = in_language(page.language).gettext
    paper = Paper(language=page.language, title=NEUTRAL_TITLE.get(page.language, "Document"), day=page.printed_on)
    composer = Composer(paper, SIZES[size], page.language)
    footer = composer.footer(foot(page))
    room = room_above(footer)
    name = page.name.strip() if with_name else ""
    facts = [(_("For"), supporter), (_("From") if name else _("From, only if wanted"), name)]
    strips = composer.opening(page.title, facts)
    words = [
        *composer.text(_("Somebody asked you to stand by them, and you said yes. Thank you."), before=1.2),
        *composer.text(_("These pages say what helps if a crisis comes. The words are theirs; please go by them.")),
        *composer.text(_("Please keep these pages where nobody else reads them.")),
    ]
    glue(words)
    strips += words
    for section in sections:
        picture = picture_of(section.key) if pictures else ""
        heading = composer.heading(in_pack(section.title, page.language), picture=picture)
        strips += section_strips(composer, heading, written(section, page), room, opens=False, pictures=pictures)
    strips += composer.text(
        _("This plan says what is wished for. It is not a legal paper. The newest dated plan replaces older ones."),
        before=1.6,
    )
    if notice.strip():
        strips += composer.text(notice, color=MUTED, before=1.6)
    strips += outside(composer, page)
    return printed(composer, strips, footer)
