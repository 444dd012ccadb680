"""A sheet for a week or a month: her habits with a box for each day, and a line for how the day was."""

from __future__ import annotations

from collections.abc import Sequence

from ..base.words import N_, in_language
from .body import NEUTRAL_TITLE, foot, printed
from .flow import Shape, Strip, Words, baseline, height_of
from .parts import Composer, room_above
from .pictures import picture_of
from .setting import Span
from .style import HAIRLINE, MUTED, REGULAR, SIZES, TEAL, WIDTH
from .tagged import Node, Paper
from .values import Group, PlanPage, Printed, SizeName

WEEK, MONTH = 7, 31
WEEKDAYS = (N_("Sun"), N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"))


def check_in_pdf(
    page: PlanPage, groups: Sequence[tuple[str, Group]], *, days: int, size: SizeName, with_name: bool = False,
    pictures: bool = False,
) -> Printed:  # fmt: skip
    """See ``reports.check_in_pdf``."""
    _ = in_language(page.language).gettext
    paper = Paper(language=page.language, title=NEUTRAL_TITLE.get(page.language, "Document"), day=page.printed_on)
    composer = Composer(paper, SIZES[size], page.language)
    footer = composer.footer(foot(page))
    name = [(_("Name"), page.name.strip())] if with_name and page.name.strip() else []
    strips = composer.opening(_("Day by day"), [*name, (_("Week from") if days == WEEK else _("Month"), "")])
    for title, group in groups:
        strips += composer.part(title, picture=picture_of(group.key, group.kind) if pictures else "")
        strips += (_week if days == WEEK else _month)(composer, group.lines)
    named = [_(day) for day in WEEKDAYS] if days == WEEK else [str(day) for day in range(1, days + 1)]
    picture = picture_of("mental_health") if pictures else ""
    heading = composer.heading(_("How was today?"), bookmark=False, picture=picture)
    widest = max(composer.setter.width(text, REGULAR, composer.size.body) for text in (*named, _("Day")))
    made = composer.table(
        [_("Day"), _("In my own words")],
        [0, widest + composer.size.body * 1.6],
        [[text, ""] for text in named],
        high=composer.size.leading * 1.9,
    )
    heading[0].wants = min(height_of(made), room_above(footer) * 0.9)
    return printed(composer, strips + heading + made, footer)


def _week(composer: Composer, habits: Sequence[str]) -> list[Strip]:
    """A row for each habit, a column for each day."""
    _, body, leading = composer.say, composer.size.body, composer.size.leading
    days = [_(day) for day in WEEKDAYS]
    heads = days if body < 16 else [day[:2] for day in days]
    pitch = max(composer.setter.width(day, REGULAR, body) for day in heads) + body * 0.75
    lefts = [0.0, *(WIDTH - pitch * (WEEK - at) + body * 0.2 for at in range(WEEK))]
    table = Node("Table", composer.root)
    head = composer.head(table, [_("What I do"), *heads], lefts)
    strips = [head]
    for habit in habits:
        row = Node("TR", table)
        made = composer.row([(Node("TH", row, scope="Row"), 0.0, lefts[1] - body * 0.7, [[Span(habit)]])])
        composer.under(made[-1], [(0, WIDTH)], HAIRLINE, 0.6)
        down = leading * 0.35 if len(made) == 1 else 0.0  # words moved down in their row
        for day, left in zip(days, lefts[1:], strict=True):
            cell = Node("TD", row, says=_("{day}: to tick").format(day=day))
            made[0].ink.append(composer.box(cell, left + 0.6, down))
        for strip in made:
            strip.again = head
        strips += made
    return strips


def _month(composer: Composer, habits: Sequence[str]) -> list[Strip]:
    """Under each habit its days: boxes with the day's number, as many in a row as fit."""
    body, foot_size = composer.size.body, composer.size.foot
    side = foot_size * 2.0
    in_row = min(16, int((WIDTH + side * 0.3) // (side * 1.3)))
    pitch = (WIDTH - side) / (in_row - 1)
    table = Node("Table", composer.root)
    strips: list[Strip] = []
    for habit in habits:
        row = Node("TR", table)
        made = composer.row([(Node("TH", row, scope="Row"), 0.0, WIDTH, [[Span(habit)]])])
        made[0].before = composer.size.leading * 0.7
        made[-1].glued = True
        for begin in range(1, MONTH + 1, in_row):
            strip = Strip(side + body * 0.35, before=body * 0.2, glued=begin + in_row <= MONTH)
            for at, day in enumerate(range(begin, min(begin + in_row, MONTH + 1))):
                cell, left = Node("TD", row), at * pitch
                strip.ink.append(_frame(left, side))
                text = str(day)
                x = left + (side - composer.setter.width(text, REGULAR, foot_size)) / 2
                line = composer.setter.lines([Span(text, color=MUTED)], WIDTH, foot_size)[0]
                strip.ink.append(Words(cell, x, baseline(foot_size, side), foot_size, line))
            made.append(strip)
        strips += made
    return strips


def _frame(left: float, side: float) -> Shape:
    return Shape(lambda paper, x, y: paper.box(x + left, y, side, 0.9, TEAL))
