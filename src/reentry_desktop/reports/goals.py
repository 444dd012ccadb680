"""The recovery support plan: by part of life her own words first, then the steps as a table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from ..base.words import in_language
from .body import IF_FOUND, NEUTRAL_TITLE, outside, printed
from .flow import Strip, glue
from .parts import Composer, written_date
from .pictures import picture_of
from .setting import Span
from .style import HAIRLINE, MUTED, REGULAR, SIZES, STRONG, TEAL, WIDTH
from .tagged import Node, Paper
from .values import Goal, PlanPage, Printed, SizeName, Step


def goals_pdf(
    page: PlanPage, goals: Sequence[Goal], *, size: SizeName, with_name: bool = False, pictures: bool = False
) -> Printed:
    """See ``reports.goals_pdf``."""
    _ = in_language(page.language).gettext
    paper = Paper(language=page.language, title=NEUTRAL_TITLE.get(page.language, "Document"), day=page.printed_on)
    composer = Composer(paper, SIZES[size], page.language)
    footer = composer.footer(
        [
            _("Print {number}").format(number=page.print_number),
            _("Page {page} of {pages}"),
            _("As it stands on {date}").format(date=written_date(page.printed_on, page.language)),
            _(IF_FOUND),
        ]
    )
    name = page.name.strip() if with_name else ""
    facts = [
        (_("Name") if name else _("Name, only if wanted"), name),
        (_("Printed"), written_date(page.printed_on, page.language)),
    ]
    if page.office.strip():
        facts.append((_("Re-entry office"), page.office))
    strips = composer.opening(_("Recovery support plan"), facts)
    for (key, domain), group in groupby(goals, key=lambda goal: (goal.key, goal.domain)):
        strips += composer.heading(domain, picture=picture_of(key) if pictures else "")
        for at, goal in enumerate(group):
            strips += _goal(composer, goal, first=at == 0)
    strips += outside(composer, page)
    return printed(composer, strips, footer)


def _goal(composer: Composer, goal: Goal, *, first: bool) -> list[Strip]:
    said = composer.text(goal.words, face=STRONG, before=0.35 if first else 1.6)
    state = composer.text(goal.state, color=MUTED, before=0.1)
    said[-1].glued = True
    if not goal.steps:
        return said + state
    glue([*state, state[-1]])
    return said + state + _steps(composer, goal.steps)


def _steps(composer: Composer, steps: Sequence[Step]) -> list[Strip]:
    """What, who, until when, and a box to tick, or a ticked one."""
    _, body, leading = composer.say, composer.size.body, composer.size.leading
    done = composer.setter.width(_("Done"), REGULAR, body)
    last = WIDTH - max(done, body * 1.05) - 2
    lefts = [0.0, last * 0.46, last * 0.71, last]
    ends = composer.ends(lefts)
    table = Node("Table", composer.root)
    head = composer.head(table, [_("What"), _("Who"), _("Until"), _("Done")], lefts)
    strips = [head]
    for step in steps:
        row = Node("TR", table)
        what = [[Span(step.words)]]
        if step.tool:
            what.append([Span(_("Tool:"), color=TEAL), Span(step.tool, color=TEAL)])
        if step.done_on:
            day = written_date(step.done_on, composer.language)
            what.append([Span(_("Done on {date}").format(date=day), color=MUTED)])
        until = written_date(step.until, composer.language) if step.until else ""
        made = composer.row(
            [
                (Node("TH", row, scope="Row"), lefts[0], ends[0], what),
                (Node("TD", row), lefts[1], ends[1], [[Span(step.owner)]]),
                (Node("TD", row), lefts[2], ends[2], [[Span(until)]]),
            ]
        )
        composer.under(made[-1], [(0, WIDTH)], HAIRLINE, 0.6)
        cell = Node("TD", row, says=_("Done") if step.done_on else _("To tick when done"))
        down = leading * 0.35 if len(made) == 1 else 0.0  # words moved down in their row
        made[0].ink.append(composer.box(cell, lefts[3] + 0.6, down, ticked=step.done_on is not None))
        for strip in made:
            strip.again = head
        strips += made
    return strips
