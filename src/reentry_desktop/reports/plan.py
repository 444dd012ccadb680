"""The full plan: a first page, her sections in her words, signatures, copies; then the re-entry pages, apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..base.words import in_language
from .body import NEUTRAL_TITLE, Written, foot, in_pack, others, outside, printed, section_strips, written
from .flow import Strip, glue, height_of
from .parts import Composer, room_above, written_date
from .pictures import picture_of
from .style import MUTED, SIZES, STRONG, WIDTH
from .tagged import Paper
from .values import PlanPage, Printed, SizeName

if TYPE_CHECKING:
    from ..records.pack import Pack

_OWN_PAGE = {"crisis", "post_crisis"}  # these begin a page, so that they can be handed over by themselves
_COPIES = 4  # rows for the people who get a copy
_WITNESSES = 2


class _Section(NamedTuple):
    """A section that has words: its heading, the name it is found by in the list, its key, its parts."""

    title: str
    named: str
    key: str
    parts: list[Written]


def plan_pdf(page: PlanPage, pack: Pack, *, size: SizeName, with_name: bool = False, pictures: bool = False) -> Printed:
    """See ``reports.plan_pdf``."""
    _ = in_language(page.language).gettext
    paper = Paper(language=page.language, title=NEUTRAL_TITLE.get(page.language, "Document"), day=page.printed_on)
    composer = Composer(paper, SIZES[size], page.language)
    footer = composer.footer(foot(page))
    room = room_above(footer)
    proper, after = (
        [
            _Section(in_pack(section.title, page.language), f"{half} {at}", section.key, parts)
            for at, section in enumerate(sections)
            if (parts := written(section, page))
        ]
        for half, sections in (("section", pack.sections), ("page", pack.pages))
    )
    known = pack.parts()
    seats = any(part.kind == "supporter" for part in known.values())
    if more := others(page, known, seats=seats):
        proper.append(_Section(_("More words"), "others", "", more))

    strips = _first_page(composer, page, pack, proper, after, with_name=with_name)
    for at, section in enumerate(proper):
        picture = picture_of(section.key) if pictures else ""
        heading = composer.heading(section.title, named=section.named, picture=picture)
        opens = at == 0 or section.key in _OWN_PAGE
        strips += section_strips(composer, heading, section.parts, room, opens=opens, pictures=pictures)
    strips += _signatures(composer, page, pack, room, with_name=with_name, pictures=pictures)
    for section in after:
        picture = picture_of(section.key) if pictures else ""
        heading = composer.heading(section.title, named=section.named, picture=picture, above=_("Re-entry pages"))
        strips += section_strips(composer, heading, section.parts, room, opens=True, pictures=pictures)
    strips += outside(composer, page)
    return printed(composer, strips, footer)


def _first_page(
    composer: Composer, page: PlanPage, pack: Pack, proper: list[_Section], after: list[_Section], *, with_name: bool
) -> list[Strip]:
    _ = in_language(page.language).gettext
    name = page.name.strip() if with_name else ""
    facts = [(_("Name") if name else _("Name, only if wanted"), name)]
    if page.started_on:
        facts.append((_("Started"), written_date(page.started_on, page.language)))
    if page.done_on:
        facts.append((_("Done for now"), written_date(page.done_on, page.language)))
    if page.written_with:
        facts.append((_("Written with"), page.written_with))
    if page.look_again_on:
        facts.append((_("To look at again"), written_date(page.look_again_on, page.language)))
    facts.append((_("Printed"), written_date(page.printed_on, page.language)))
    if page.office.strip():
        facts.append((_("Re-entry office"), page.office))
    strips = [
        Strip(24, glued=True),
        composer.rule(after=composer.size.leading),
        *composer.title(page.title.strip() or in_pack(pack.title, page.language)),
        *composer.facts(facts),
    ]
    words = [
        *composer.text(_("Only the person whose plan this is changes its words."), before=1.2),
        *composer.text(_("If found, please return to the re-entry office.") + " " + _("Please do not read on.")),
    ]
    glue(words)
    strips += words
    if not proper and not after:
        return strips + composer.text(_("Nothing is written in this plan yet."), face=STRONG, before=1.4)
    lists = [(_("What is inside"), [*((s.title, s.named) for s in proper), (_("Signatures"), "signatures")])]
    if after:
        lists.append((_("Re-entry pages"), [(s.title, s.named) for s in after]))
    for heading, names in lists:
        strips += composer.part(heading)
        inside = composer.inside(names)
        if height_of(inside) < 300:
            glue(inside)
        strips += inside
    return strips


def _signatures(
    composer: Composer, page: PlanPage, pack: Pack, room: float, *, with_name: bool, pictures: bool
) -> list[Strip]:
    """Names that stand under the plan, lines for those that do not yet, and who got a copy."""
    _ = in_language(page.language).gettext
    leading = composer.size.leading
    person = page.name.strip() if with_name and page.name.strip() else _("Person whose plan this is")
    strips = composer.heading(_("Signatures"), named="signatures", picture=picture_of("signatures") if pictures else "")
    strips += composer.text(
        _("This plan says what is wished for. It is not a legal paper. The newest dated plan replaces older ones.")
    )
    if page.signed:
        names = composer.table(
            [_("Signed already"), _("Date")],
            [0, WIDTH * 0.64],
            [[signed.who, written_date(signed.on, page.language)] for signed in page.signed],
        )
        glue(names)
        strips += names
    signed = composer.table(
        [_("Who"), _("Signature"), _("Date")],
        [0, WIDTH * 0.36, WIDTH * 0.76],
        [[person, "", ""], *([[_("Witness, if wanted"), "", ""]] * _WITNESSES)],
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
    notice = in_pack(pack.notice, page.language)
    if notice.strip():
        strips += composer.text(notice, color=MUTED, before=1.6)
    strips[0].wants = min(height_of(strips), room)
    return strips
