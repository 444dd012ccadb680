"""The full plan: a first page, her sections in her words, signatures, copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..base.words import N_, in_language
from .flow import Strip, draw_pages, glue, height_of
from .parts import Composer, room_above, written_date
from .style import MUTED, SIZES, STRONG, WIDTH
from .tagged import Paper
from .values import Item, PlanPage, Printed, SizeName

if TYPE_CHECKING:
    from ..records.pack import Pack, Section

# What the file says of itself: a title that tells nothing to whoever sees the list of a printer.
NEUTRAL_TITLE = {"en": "Document", "es": "Documento"}
_OWN_PAGE = {"crisis", "post_crisis"}  # these begin a page, so that they can be handed over by themselves
_COPIES = 4  # rows for the people who get a copy
IF_FOUND = N_("If found, please return to the re-entry office")


def plan_pdf(page: PlanPage, pack: Pack, *, size: SizeName, with_name: bool = False) -> Printed:
    """See ``reports.plan_pdf``."""
    _ = in_language(page.language).gettext
    paper = Paper(language=page.language, title=NEUTRAL_TITLE.get(page.language, "Document"), day=page.printed_on)
    composer = Composer(paper, SIZES[size], page.language)
    footer = composer.footer(_footer(page))
    room = room_above(footer)
    sections = [(section, written) for section in pack.sections if (written := _written(section, page))]
    others = _others(pack, page)
    names = [(_in(section.title, page.language), f"section {at}") for at, (section, _w) in enumerate(sections)]
    names += [(_("More words"), "others")] if others else []
    names.append((_("Signatures"), "signatures"))

    strips = _first_page(composer, page, pack, names, with_name=with_name)
    first = True
    for (section, written), (title, named) in zip(sections, names, strict=False):
        strips += _section(composer, title, named, written, room, opens=first or section.key in _OWN_PAGE)
        first = False
    if others:
        strips += _section(composer, _("More words"), "others", others, room, opens=first)
    strips += _signatures(composer, page, pack, room, with_name=with_name)
    pages = draw_pages(paper, composer.setter, strips, footer)
    return Printed(paper.finish(), pages)


# A part as it is printed: its heading, the kind of its entries, its answer, its entries.
_Part = tuple[str, str, str, tuple[Item, ...]]


def _written(section: Section, page: PlanPage) -> list[_Part]:
    """The parts of *section* that hold words, in the pack's order."""
    parts = []
    for part in section.parts:
        items = page.items.get(part.key, ()) + (page.supporters if part.kind == "supporter" else ())
        answer = page.answers.get(part.key, "")
        if items or answer.strip():
            parts.append((_in(part.title, page.language), part.kind, answer, items))
    return parts


def _others(pack: Pack, page: PlanPage) -> list[_Part]:
    """Words that the pack has no place for: written with another pack, or supporters where it asks for none."""
    known = pack.parts()
    parts: list[_Part] = [
        ("", "line", page.answers.get(key, ""), page.items.get(key, ()))
        for key in dict.fromkeys([*page.answers, *page.items])
        if key not in known and (page.answers.get(key, "").strip() or page.items.get(key))
    ]
    if page.supporters and not any(part.kind == "supporter" for part in known.values()):
        parts.append(("", "supporter", "", page.supporters))
    return parts


def _footer(page: PlanPage) -> list[str]:
    _ = in_language(page.language).gettext
    day = written_date(page.done_on or page.printed_on, page.language)
    version = _("Version {number}, {date}") if page.version else _("Being written, {date}")
    return [
        _("Print {number}").format(number=page.print_number),
        _("Page {page} of {pages}"),
        version.format(number=page.version, date=day),
        _(IF_FOUND),
    ]


def _first_page(
    composer: Composer, page: PlanPage, pack: Pack, names: list[tuple[str, str]], *, with_name: bool
) -> list[Strip]:
    _ = in_language(page.language).gettext
    name = page.name.strip() if with_name else ""
    facts = [(_("Name") if name else _("Name, only if wanted"), name)]
    if page.started_on:
        facts.append((_("Started"), written_date(page.started_on, page.language)))
    if page.done_on:
        facts.append((_("Done for now"), written_date(page.done_on, page.language)))
    facts.append((_("Printed"), written_date(page.printed_on, page.language)))
    if page.office.strip():
        facts.append((_("Re-entry office"), page.office))
    strips = [
        Strip(24, glued=True),
        composer.rule(after=composer.size.leading),
        *composer.title(page.title.strip() or _in(pack.title, page.language)),
        *composer.facts(facts),
    ]
    words = [
        *composer.text(_("Only the person whose plan this is changes its words."), before=1.2),
        *composer.text(_("If found, please return to the re-entry office.") + " " + _("Please do not read on.")),
    ]
    glue(words)
    strips += words
    if len(names) > 1:
        strips += composer.part(_("What is inside"))
        toc = composer.inside(names)
        if height_of(toc) < 300:
            glue(toc)
        strips += toc
    else:
        strips += composer.text(_("Nothing is written in this plan yet."), face=STRONG, before=1.4)
    return strips


def _section(
    composer: Composer, title: str, named: str, written: list[_Part], room: float, *, opens: bool
) -> list[Strip]:
    strips = composer.heading(title, named=named)
    for heading, kind, answer, items in written:
        if heading:
            strips += composer.part(heading)
        if answer.strip():
            strips += composer.text(answer)
        if items:
            strips += composer.entries(kind, items, room)
    strips[0].wants = float("inf") if opens else min(height_of(strips), room * 0.4)
    return strips


def _signatures(composer: Composer, page: PlanPage, pack: Pack, room: float, *, with_name: bool) -> list[Strip]:
    _ = in_language(page.language).gettext
    leading = composer.size.leading
    person = page.name.strip() if with_name and page.name.strip() else _("Person whose plan this is")
    strips = composer.heading(_("Signatures"), named="signatures")
    strips += composer.text(
        _("This plan says what is wished for. It is not a legal paper. The newest dated plan replaces older ones.")
    )
    signed = composer.table(
        [_("Who"), _("Signature"), _("Date")],
        [0, WIDTH * 0.36, WIDTH * 0.76],
        [[person, "", ""], [_("Witness, if wanted"), "", ""], [_("Witness, if wanted"), "", ""]],
        high=leading * 2.6,
    )
    glue(signed)
    copies = composer.part(_("Copies given to"))
    given = composer.table(
        [_("Name"), _("Date"), _("Given by, for the re-entry office")],
        [0, WIDTH * 0.36, WIDTH * 0.58],
        [["", "", ""]] * _COPIES,
        high=leading * 2.1,
    )
    glue(given)
    strips += [*signed, *copies, *given]
    strips[0].wants = min(height_of(strips), room)
    notice = _in(pack.notice, page.language)
    if notice.strip():
        strips += composer.text(notice, color=MUTED, before=1.6)
    return strips


def _in(text: dict[str, str], language: str) -> str:
    """The pack's words in *language*, in English where it has none."""
    return text.get(language) or text.get("en", "")
