"""Each layout of a print: what of her plan goes on it, and how it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from .. import reports
from ..base.ids import Id
from ..base.problems import Problem
from ..base.words import _
from ..records.pack import Section
from ..records.paper import Layout
from ..reports import Printed, SizeName
from ..store import Unit
from .fine_on_paper import marked, sorted_out, telling_names
from .plans import contents
from .print_pages import (
    Standing,
    agreed_supporter,
    blanks,
    crisis_sections,
    first_sections,
    goal_values,
    habits,
    plan_page,
    wallet_card,
)


@dataclass(frozen=True)
class Wish:
    """What somebody wants on paper, and how."""

    layout: str
    size: SizeName
    language: str
    with_name: bool
    pictures: bool
    supporter: Id
    days: int
    sections: tuple[str, ...]


@dataclass(frozen=True)
class Made:
    """Values that are ready to be drawn once they have a print number, what was left out of them, and her lines."""

    values: Any
    draw: Callable[[str], Printed]
    left_out: tuple[tuple[str, str], ...] = ()
    lines: tuple[tuple[Id, str], ...] = ()


def _full(unit: Unit, stands: Standing, wish: Wish) -> Made:
    page = plan_page(unit, stands, wish.language, with_name=wish.with_name, brief=wish.pictures)
    return Made(
        page,
        lambda number: reports.plan_pdf(
            replace(page, print_number=number), stands.whole.pack, size=wish.size, with_name=wish.with_name,
            pictures=wish.pictures,
        ),
    )  # fmt: skip


def _keep(unit: Unit, stands: Standing, wish: Wish) -> Made:
    now = contents(unit, stands.whole.plan.id)
    still = {(one.record, one.words) for one in marked(now)}  # of an earlier version, only what is marked still
    groups: dict[str, tuple[str, list[str]]] = {}
    lines: list[tuple[Id, str]] = []
    left: list[tuple[str, str]] = []
    names = telling_names(now) | telling_names(stands.whole)
    for one in marked(stands.whole):
        if (one.record, one.words) not in still:
            continue
        kept, out = sorted_out(stands.whole, one, names)
        left += out
        if kept:
            groups.setdefault(one.part, (one.kind, []))[1].extend(kept)
            lines.append((one.record, "\n".join(kept)))
    if not groups:
        raise Problem(
            _(
                "Nothing may go on paper in her room yet, so nothing was printed. Her words are safe. "
                "Ask her which lines are fine on paper in her room, and mark those lines in the plan."
            ),
            code="nothing-marked",
        )
    page = reports.KeepPage(
        language=wish.language, print_number="", printed_on=unit.today(),
        groups=tuple(reports.Group(part, kind, tuple(lines)) for part, (kind, lines) in groups.items()),
    )  # fmt: skip
    return Made(
        page,
        lambda number: reports.keep_pdf(replace(page, print_number=number), size=wish.size, pictures=wish.pictures),
        tuple(left),
        tuple(lines),
    )


def _supporter(unit: Unit, stands: Standing, wish: Wish) -> Made:
    one = agreed_supporter(unit, stands.whole.plan.id, wish.supporter)
    sections = crisis_sections(stands.whole)
    page = plan_page(
        unit, stands, wish.language, with_name=wish.with_name, brief=wish.pictures, only=sections or _NO_SECTION
    )
    if not page.answers and not any(page.items.values()):
        raise _nothing(_("Nothing is written in the crisis parts yet."))
    notice = stands.whole.pack.notice[wish.language]
    return Made(
        [page, one.name],
        lambda number: reports.supporter_pdf(
            replace(page, print_number=number), sections, supporter=one.name, notice=notice, size=wish.size,
            with_name=wish.with_name, pictures=wish.pictures,
        ),
    )  # fmt: skip


def _wallet(unit: Unit, stands: Standing, wish: Wish) -> Made:
    card = wallet_card(unit, stands.whole, wish.language)
    if not card.helps and not card.calls:
        raise _nothing(_("No tool and nobody to call is written in her plan yet."))
    return Made(
        card,
        lambda number: reports.wallet_pdf(replace(card, print_number=number), size=wish.size, pictures=wish.pictures),
    )


def _first_days(unit: Unit, stands: Standing, wish: Wish) -> Made:
    sections = first_sections(stands.whole)
    page = plan_page(unit, stands, wish.language, with_name=wish.with_name, brief=True, only=sections or _NO_SECTION)
    if not page.answers and not any(page.items.values()):
        raise _nothing(_("Nothing is written for the first 72 hours yet."))
    release = stands.whole.woman.actual_release or stands.whole.woman.expected_release
    early = release is None or unit.today() < release
    return Made(
        [page, early],
        lambda number: reports.first_days_pdf(
            replace(page, print_number=number), sections, size=wish.size, early=early, with_name=wish.with_name,
            pictures=wish.pictures,
        ),
    )  # fmt: skip


def _check_in(unit: Unit, stands: Standing, wish: Wish) -> Made:
    groups = habits(stands.whole, wish.language)
    if not groups:
        raise _nothing(_("No habit is written in her plan yet."))
    page = plan_page(unit, stands, wish.language, with_name=wish.with_name, only=_NO_SECTION)
    return Made(
        [page, groups],
        lambda number: reports.check_in_pdf(
            replace(page, print_number=number),
            groups,
            days=wish.days,
            size=wish.size,
            with_name=wish.with_name,
            pictures=wish.pictures,
        ),
    )


def _recovery(unit: Unit, stands: Standing, wish: Wish) -> Made:
    found = goal_values(unit, stands.whole.plan.participant, wish.language)
    if not found:
        raise _nothing(_("No goal is written in the recovery support plan yet."))
    page = plan_page(unit, stands, wish.language, with_name=wish.with_name, only=_NO_SECTION)
    return Made(
        [page, found],
        lambda number: reports.goals_pdf(
            replace(page, print_number=number), found, size=wish.size, with_name=wish.with_name, pictures=wish.pictures
        ),
    )


def _worksheet(unit: Unit, stands: Standing, wish: Wish) -> Made:
    known = {section.key: section for section in stands.whole.pack.everything}
    if odd := [key for key in wish.sections if key not in known]:
        raise Problem(
            _("This plan has no section called {names}. Nothing was printed.").format(names=", ".join(odd)),
            code="layout",
        )
    chosen = tuple(section for key, section in known.items() if not wish.sections or key in wish.sections)
    page = plan_page(unit, stands, wish.language, with_name=False, only=_NO_SECTION)
    return Made(
        page,
        lambda number: reports.worksheet_pdf(
            replace(page, print_number=number), chosen, blanks=blanks(wish.language), size=wish.size,
            pictures=wish.pictures,
        ),
    )  # fmt: skip


# A section without parts: a page that takes nothing of the plan but its dates.
_NO_SECTION = (Section(key="", title={}, intro={}, parts=()),)
MAKERS: dict[str, Callable[[Unit, Standing, Wish], Made]] = {
    Layout.FULL: _full, Layout.KEEP: _keep, Layout.SUPPORTER: _supporter, Layout.WALLET: _wallet,
    Layout.FIRST_72: _first_days, Layout.CHECK_IN: _check_in, Layout.RECOVERY: _recovery,
    Layout.WORKSHEET: _worksheet,
}  # fmt: skip


def _nothing(what: str) -> Problem:
    return Problem(
        _("{what} Nothing was printed. Write it first, or print blank pages to write on.").format(what=what),
        code="nothing",
    )
