"""What is printed for a stick: the sheet that goes with a bundle through the gate, and the label on the stick."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ..base.words import N_, in_language
from .body import IF_FOUND, NEUTRAL_TITLE, printed
from .flow import Shape, Strip, glue, height_of, text_strips
from .parts import Composer, written_date
from .setting import Span
from .style import MUTED, SIZES, STRONG, TITLE, WIDTH, WRITING_LINE, Color
from .tagged import Node, Paper
from .values import GateSheet, Printed, StickLabel

SIGNERS = (N_("Handed over by"), N_("Gate officer"), N_("Received by"))
_ROW = 44.0  # points: room to sign in
_GROUP = 8  # letters of a sum that are read at once
_LABEL_WIDTH, _PAD = 3.0 * 72, 10.0


def gate_sheet_pdf(sheet: GateSheet) -> Printed:
    """See ``reports.gate_sheet_pdf``."""
    _ = in_language(sheet.language).gettext
    composer = _composer(sheet.language, sheet.printed_on)
    footer = composer.footer(
        [
            _("Print {number}").format(number=sheet.print_number),
            _("Page {page} of {pages}"),
            _("Printed on {date}").format(date=written_date(sheet.printed_on, sheet.language)),
        ]
    )
    facts = [
        (_("File"), ", ".join(sheet.files)),
        (_("Size"), _("{n} bytes").format(n=f"{sheet.size:,}")),
        (_("SHA-256"), " ".join(sheet.sha256[at : at + _GROUP] for at in range(0, len(sheet.sha256), _GROUP))),
        (_("Stick"), sheet.label),
        (_("Serial of the stick"), sheet.serial),
        (_("Copied on"), written_date(sheet.copied_on, sheet.language) if sheet.copied_on else ""),
        (_("From site"), sheet.from_site),
        (_("To site"), sheet.to_site),
        (_("Carried by"), sheet.carrier),
    ]
    told = _("This stick carries one locked file. It opens only at the site it is for.")
    if (n := len(sheet.files)) > 1:
        told = _(
            "This stick carries one locked bundle in {n} files. It opens only at the site it is for. Size and SHA-256 "
            "are of all the files, joined in this order."
        ).format(n=n)
    strips = [
        *composer.heading(_("Gate sheet"), bookmark=False),
        *composer.text(told),
        *composer.facts(facts),
        *composer.table(
            [_("Who"), _("Name"), _("Signature"), _("Date and time")],
            [0, WIDTH * 0.24, WIDTH * 0.5, WIDTH * 0.78],
            [[_(who), "", "", ""] for who in SIGNERS],
            high=_ROW,
        ),
    ]
    return printed(composer, strips, footer)


def stick_labels_pdf(labels: Sequence[StickLabel], *, language: str, printed_on: dt.date) -> Printed:
    """See ``reports.stick_labels_pdf``."""
    _ = in_language(language).gettext
    composer = _composer(language, printed_on)
    footer = composer.footer([_("Cut along the line."), _("Page {page} of {pages}")])
    strips = [*composer.heading(_("Labels for sticks"), bookmark=False)]
    for label in labels:
        strips += _label(composer, label, _(IF_FOUND))
    return printed(composer, strips, footer)


def _composer(language: str, day: dt.date) -> Composer:
    paper = Paper(language=language, title=NEUTRAL_TITLE.get(language, "Document"), day=day)
    return Composer(paper, SIZES["standard"], language)


def _label(composer: Composer, label: StickLabel, if_found: str) -> list[Strip]:
    """A framed label: what the stick is called, and whom it belongs to. It tells nothing of what is on it."""
    body, leading = composer.size.text
    lines: list[tuple[Span, tuple[float, float]]] = [
        (Span(label.label, STRONG), composer.size.of(TITLE)),
        (Span(label.site), (body, leading)),
        (Span(if_found), (body, leading)),
    ]
    if label.serial:
        lines.append((Span(label.serial, color=MUTED), (body, leading)))
    strips: list[Strip] = []
    for span, kind in lines:
        strips += text_strips(
            composer.setter, Node("P", composer.root), [span], kind=kind, reach=(_PAD, _LABEL_WIDTH - _PAD), whole=True
        )
    glue(strips)
    high = height_of(strips) + _PAD
    strips[0].ink.insert(0, _frame(high, WRITING_LINE))
    strips[0].before, strips[-1].height = leading, strips[-1].height + _PAD
    return strips


def _frame(high: float, color: Color) -> Shape:
    """Where a label is cut out: a little above its words, and *high* points down."""

    def draw(paper: Paper, x: float, y: float) -> None:
        for down in (0.0, high):
            paper.rule(x, y + down, _LABEL_WIDTH, 0.8, color)
        for across in (0.0, _LABEL_WIDTH):
            paper.rule(x + across - 0.4, y + high / 2, 0.8, high, color)

    return Shape(draw)
