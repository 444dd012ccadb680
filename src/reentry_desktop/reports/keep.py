"""What she keeps with her: her words alone, on paper that says nothing to whoever finds it."""

from __future__ import annotations

from ..base.words import in_language
from .body import NEUTRAL_TITLE, printed
from .flow import Shape, Strip
from .parts import Composer, room_above
from .pictures import NAMES, picture_of, strokes
from .style import SIZES, TEAL
from .tagged import Node, Paper
from .values import Group, Item, KeepPage, Printed, SizeName


def keep_pdf(page: KeepPage, *, size: SizeName, pictures: bool = False) -> Printed:
    """See ``reports.keep_pdf``."""
    _ = in_language(page.language).gettext
    paper = Paper(language=page.language, title=NEUTRAL_TITLE.get(page.language, "Document"), day=page.printed_on)
    composer = Composer(paper, SIZES[size], page.language)
    footer = composer.footer([_("Print {number}").format(number=page.print_number), _("Page {page} of {pages}")])
    room = room_above(footer)
    strips = composer.opening(_("My page"), ())
    for at, group in enumerate(page.groups):
        strips += _lead(composer, group, pictures=pictures, first=at == 0)
        if group.kind == "answer":
            strips += [strip for line in group.lines for strip in composer.text(line)]
        else:
            strips += composer.entries(group.kind, [Item(words=line) for line in group.lines], room)
    return printed(composer, strips, footer)


def _lead(composer: Composer, group: Group, *, pictures: bool, first: bool) -> list[Strip]:
    """What parts a group from the one before it: its picture, or a short line. No title: a title may tell."""
    body, leading = composer.size.body, composer.size.leading
    before = leading * (1.2 if first else 1.6)
    if pictures:
        name, side = picture_of(group.key, group.kind), body * 2.6
        drawn, figure = strokes(name), Node("Figure", composer.root, alt=composer.say(NAMES[name]))
        draw = Shape(lambda paper, x, y: paper.picture(drawn, x, y, side, TEAL), figure)
        return [Strip(side + body * 0.3, [draw], before=before, glued=True)]
    if first:
        return [Strip(before, glued=True)]
    line = Shape(lambda paper, x, y: paper.rule(x, y, 3.2 * body, 2.5, TEAL))
    return [Strip(2.5 + leading * 0.3, [line], before=before, glued=True)]
