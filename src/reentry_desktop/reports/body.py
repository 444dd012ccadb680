"""What the layouts of a plan share: the foot of every page, and a section with her words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..base.words import N_, in_language
from .flow import Footer, Strip, draw_pages, height_of
from .parts import Composer, written_date
from .pictures import picture_of
from .values import Item, PlanPage, Printed

if TYPE_CHECKING:
    from ..records.pack import Section

# What the file says of itself: a title that tells nothing to whoever sees the list of a printer.
NEUTRAL_TITLE = {"en": "Document", "es": "Documento"}
IF_FOUND = N_("If found, please return to the re-entry office")


class Written(NamedTuple):
    """A part as it is printed: its key, heading and kind, her answer with a person's wording, her entries."""

    key: str
    title: str
    kind: str
    answer: str
    wording: str
    items: tuple[Item, ...]


def written(section: Section, page: PlanPage) -> list[Written]:
    """The parts of *section* that hold words, in the pack's order."""
    parts = []
    for part in section.parts:
        items = page.items.get(part.key, ()) + (page.supporters if part.kind == "supporter" else ())
        answer = page.answers.get(part.key, "")
        if items or answer.strip():
            wording = page.wordings.get(part.key, "")
            parts.append(Written(part.key, in_pack(part.title, page.language), part.kind, answer, wording, items))
    return parts


def others(page: PlanPage, known: Collection[str], *, seats: bool) -> list[Written]:
    """Words that the pack has no place for: of parts it does not know, or supporters where it *seats* none."""
    parts = [
        Written(key, "", "line", page.answers.get(key, ""), page.wordings.get(key, ""), page.items.get(key, ()))
        for key in dict.fromkeys([*page.answers, *page.items])
        if key not in known and (page.answers.get(key, "").strip() or page.items.get(key))
    ]
    if page.supporters and not seats:
        parts.append(Written("", "", "supporter", "", "", page.supporters))
    return parts


def section_strips(
    composer: Composer, heading: list[Strip], parts: list[Written], room: float, *, opens: bool, pictures: bool = False
) -> list[Strip]:
    """A section under its *heading*; it begins a page if it *opens* one."""
    strips = [*heading]
    for part in parts:
        if part.title:
            strips += composer.part(part.title, picture=picture_of(part.key, part.kind) if pictures else "")
        if part.answer.strip():
            strips += composer.answer(part.answer, part.wording)
        if part.items:
            strips += composer.entries(part.kind, part.items, room)
    strips[0].wants = float("inf") if opens else min(height_of(strips), room * 0.4)
    return strips


def foot(page: PlanPage) -> list[str]:
    """The print number, the page, which version of the plan, and where the paper belongs."""
    _ = in_language(page.language).gettext
    day = written_date(page.printed_on if page.newer or not page.done_on else page.done_on, page.language)
    version = _("Version {number}, {date}") if page.version else _("Being written, {date}")
    if page.version and page.newer:
        version = _("Changed after version {number}, {date}")
    return [
        _("Print {number}").format(number=page.print_number),
        _("Page {page} of {pages}"),
        version.format(number=page.version, date=day),
        _(IF_FOUND),
    ]


def outside(composer: Composer, page: PlanPage) -> list[Strip]:
    """What a copy for somebody else says of itself: nothing on her own."""
    if not page.disclosed:
        return []
    heading = composer.part(composer.say(N_("About this copy")))
    words = [strip for paragraph in page.disclosed for strip in composer.text(paragraph)]
    heading[0].wants = composer.size.leading * 5
    return heading + words


def printed(composer: Composer, strips: Sequence[Strip], footer: Footer) -> Printed:
    """*strips* on pages, each with the *footer*, as a finished file."""
    pages = draw_pages(composer.paper, composer.setter, strips, footer)
    return Printed(composer.paper.finish(), pages)


def in_pack(text: dict[str, str], language: str) -> str:
    """The pack's words in *language*, in English where it has none."""
    return text.get(language) or text.get("en", "")
