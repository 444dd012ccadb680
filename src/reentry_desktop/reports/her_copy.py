"""All that is kept about her, for her: a first page that says what it is and what is not in it, then part by part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..base.words import in_language
from .body import NEUTRAL_TITLE, others, printed, section_strips, written
from .flow import Strip, height_of
from .parts import Composer, room_above, written_date
from .style import MUTED, SIZES
from .tagged import Paper
from .values import CopyPart, HerCopy, Item, PlanPage, Printed, SizeName

if TYPE_CHECKING:
    from ..records.pack import Pack


def her_copy_pdf(copy: HerCopy, packs: Sequence[Pack], *, size: SizeName) -> Printed:
    """See ``reports.her_copy_pdf``."""
    _ = in_language(copy.language).gettext
    paper = Paper(language=copy.language, title=NEUTRAL_TITLE.get(copy.language, "Document"), day=copy.printed_on)
    composer = Composer(paper, SIZES[size], copy.language)
    day = written_date(copy.printed_on, copy.language)
    footer = composer.footer(
        [
            _("Print {number}").format(number=copy.print_number),
            _("Page {page} of {pages}"),
            _("As it stands on {date}").format(date=day),
        ]
    )
    room = room_above(footer)
    strips = _first_page(composer, copy, day)
    for at, part in enumerate(copy.parts):
        made = _part(composer, part, room)
        made[0].wants = float("inf") if at == 0 else min(height_of(made), room * 0.4)
        strips += made
    for page, pack in zip(copy.plans, packs, strict=True):
        strips += _plan(composer, page, pack, room)
    return printed(composer, strips, footer)


def _first_page(composer: Composer, copy: HerCopy, day: str) -> list[Strip]:
    _ = composer.say
    strips = composer.opening(
        _("What is kept about you"),
        [(_("Name"), copy.name), (_("Re-entry office"), copy.office), (_("Printed"), day)],
    )
    strips += composer.text(
        _("This is your copy. It shows all that this office keeps about you and that you may have. It is yours."),
        before=1.2,
    )
    strips += composer.part(_("What is not inside, and why"))  # first, so that it stands on the first page
    strips += composer.entries("", [Item(words=what, details=(("", why),)) for what, why in copy.left_out], 0.0)
    strips += composer.text(
        _("Is something wrong? Tell the office. It is corrected, and what stood there before is kept with it."),
        before=1.0,
    )
    strips += composer.text(
        _("Others may read what you carry. Ask the office to keep this copy for you if that is safer."), before=0.6
    )
    strips += composer.part(_("What is inside"))
    inside = [part.title for part in copy.parts] + [page.title for page in copy.plans]
    strips += composer.entries("", [Item(words=title) for title in inside], 0.0)
    return strips


def _part(composer: Composer, part: CopyPart, room: float) -> list[Strip]:
    strips = composer.heading(part.title)
    if part.note:
        strips += composer.text(part.note, color=MUTED)
    if part.facts:
        strips += composer.facts(part.facts)
    if part.items:
        strips += composer.entries("", part.items, room)
    return strips


def _plan(composer: Composer, page: PlanPage, pack: Pack, room: float) -> list[Strip]:
    """Her plan in her words, with its re-entry pages, and the names under it."""
    _ = composer.say
    language = page.language
    facts = [
        (_("Started"), written_date(page.started_on, language) if page.started_on else ""),
        (_("Done for now"), written_date(page.done_on, language) if page.done_on else ""),
        *((signed.who, written_date(signed.on, language)) for signed in page.signed),
    ]
    strips = composer.heading(page.title)
    strips[0].wants = float("inf")
    if told := [fact for fact in facts if fact[1]]:
        strips += composer.facts(told)
    sections = [*pack.sections, *pack.pages]
    for section in sections:
        if parts := written(section, page):
            title = section.title.get(language) or section.title.get("en", "")
            strips += section_strips(composer, composer.heading(title), parts, room, opens=False)
    known = pack.parts()
    if more := others(page, known, seats=any(part.kind == "supporter" for part in known.values())):
        strips += section_strips(composer, composer.heading(_("More words")), more, room, opens=False)
    return strips
