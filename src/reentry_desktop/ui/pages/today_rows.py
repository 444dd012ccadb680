"""A row of Today, its pill, and where unfinished words go on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from ...actions.measures import DAYS
from ...base.words import _, ngettext
from ...records.access import SAFETY_DRAFT
from .. import tokens as t
from ..layouts import Flow, SplitLayout, Stack
from ..widgets import Button, Pill, Sentence
from .conflicts import DRAFT as SETTLING
from .disclosures import DRAFT as TELLING
from .recovery import DRAFT as RECOVERY
from .register import DRAFT

if TYPE_CHECKING:
    from ...actions.drafts import Unfinished

TYPED_ON = ("consents", "told-without", "opened", "papers", "move", "retention", "preview")
"""Pages whose unfinished words about a woman begin with their key (``kept.Kept``)."""


class WorkRow(QWidget):
    """One woman, what there is to say, a pill, and one button."""

    def __init__(self, name: str, words: str, pill: Pill | None, button: Button) -> None:
        super().__init__()
        split = SplitLayout(self, least=9, space=t.S3)
        said = Stack(Sentence(name, role="strong", wide=True), space=0)
        if words:
            said.add(Sentence(words, tone="muted", role="small", wide=True))
        button.setAccessibleName(f"{button.text()}: {name}")
        split.addWidget(said)
        split.addWidget(Flow(pill, button, space=t.S3, right=True) if pill is not None else button)


def one_each(drafts: Sequence[Unfinished]) -> list[Unfinished]:
    """The latest words of each woman, and of a registration that was begun."""
    latest = {draft.participant or draft.record: draft for draft in reversed(drafts)}
    return [draft for draft in latest.values() if draft.participant or draft.record == DRAFT]


def goes_on(draft: Unfinished) -> tuple[str, str, dict[str, Any]]:
    """Where words go on: what the button says, the key of the page, and what ``show_page`` is given with it."""
    record, her = draft.record, {"participant": draft.participant}
    write = _("Go on writing")
    if record == DRAFT:
        return _("Go on"), "register", {}
    if record.startswith(RECOVERY):
        return _("Go on with the goals"), "recovery", her
    if record.startswith(SETTLING):
        return _("Go on settling"), "conflicts", her
    if draft.field == "next_step":
        return _("Open"), "participant", her
    if record.startswith(TELLING):
        return write, "disclosures", her
    if (page := record.partition("/")[0]) in TYPED_ON:
        return write, page, her
    if record.endswith(SAFETY_DRAFT):
        return write, "safety", her
    return write, "plan", {**her, "focus": record}


def days_pill(on: dt.date | None, day: dt.date) -> Pill | None:
    """How far off it is."""
    if on is None:
        return None
    days = (on - day).days
    return Pill(
        ngettext("in {n} day", "in {n} days", days).format(n=days), "warn" if days <= 60 else "plain", icon_name="clock"
    )


def step_pill(on: dt.date | None, day: dt.date) -> Pill | None:
    """A day that has passed is said, and blames nobody."""
    if on is not None and on < day:
        return Pill(_("This day has passed"), "info", icon_name="clock")
    return days_pill(on, day)


def plan_pill(day: int) -> Pill:
    """On which of the 30 days after her enrollment her plan is."""
    if day <= DAYS:
        return Pill(_("Day {n} of {all}").format(n=day, all=DAYS), "info", icon_name="clock")
    return Pill(_("Past day {all}").format(all=DAYS), "warn", icon_name="clock")
