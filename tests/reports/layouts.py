"""Every layout but the full plan, made from invented values, and the words that must stand on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from reentry_desktop import reports
from reentry_desktop.records.pack import Section, load_pack
from reentry_desktop.reports import Goal, Group, Item, KeepPage, PlanPage, Printed, SizeName, Step, WalletCard

from .invented import DAY, plan_page

PACK = load_pack()
NUMBER = "K7Q2-0042"
CRISIS = tuple(section for section in PACK.sections if section.key == "crisis")
FIRST = tuple(section for section in PACK.pages if section.key == "first_72")
TOOLBOX = tuple(
    section for section in PACK.everything if section.key in ("toolbox", "breaking_down", "crisis", "papers")
)
BLANKS = {"contact": ("Phone",), "paper": ("Where it is kept", "How much")}

HABITS = [
    (
        "Every day",
        Group("every_day", "habit", ("Wash my face and make my bed", "Write three lines in my notebook " * 3)),
    ),
    ("Now and then", Group("sometimes", "habit", ("Call my sister",))),
]
GOALS = [
    Goal(
        key="housing", domain="Home", words="My own lease, with my name on the mailbox. " * 3, state="On the way",
        steps=(
            Step(words="Get on the housing list", owner="Me", until=dt.date(2027, 1, 11)),
            Step(words="Save for a deposit", owner="Me, with Rosalind", done_on=DAY, tool="Drawing the kitchen"),
        ),
    ),
    Goal(key="housing", domain="Home", words="A porch", state="Not now"),
    Goal(key="family", domain="Family", words="Wake them up", state="On the way", steps=(Step(words="Write"),)),
]  # fmt: skip


def part_of(language: str, sections: tuple[Section, ...]) -> PlanPage:
    """The invented plan with the words of *sections* alone."""
    page = plan_page(language)
    keys = {part.key for section in sections for part in section.parts}
    seats = any(part.kind == "supporter" for section in sections for part in section.parts)
    return plan_page(
        language, answers={key: words for key, words in page.answers.items() if key in keys},
        items={key: items for key, items in page.items.items() if key in keys},
        supporters=page.supporters if seats else (),
    )  # fmt: skip


def keep(language: str, size: SizeName, *, pictures: bool) -> Printed:
    groups = (
        Group("well", "answer", ("I hum while I work.", "I laugh with my whole face.")),
        Group("tools", "tool", ("Breathing in for four and out for six", "Reading one psalm slowly")),
        Group("stressor_steps", "step", ("Stop where I am", "Breathe before I answer")),
    )
    page = KeepPage(language=language, print_number=NUMBER, printed_on=DAY, groups=groups)
    return reports.keep_pdf(page, size=size, pictures=pictures)


def supporter(language: str, size: SizeName, *, pictures: bool) -> Printed:
    page = part_of(language, CRISIS)
    return reports.supporter_pdf(page, CRISIS, supporter="Delphine Marchetti", notice="", size=size, pictures=pictures)


def wallet(language: str, size: SizeName, *, pictures: bool) -> Printed:
    helps = ("Breathing in for four and out for six", "Singing low", "Walking the yard, counting my steps")
    calls = (("Delphine Marchetti", "601-555-0142"), ("Rosalind Achterberg", "601-555-0119"))
    card = WalletCard(language=language, print_number=NUMBER, printed_on=DAY, helps=helps, calls=calls)
    return reports.wallet_pdf(card, size=size, pictures=pictures)


def first_days(language: str, size: SizeName, *, pictures: bool) -> Printed:
    return reports.first_days_pdf(part_of(language, FIRST), FIRST, size=size, early=True, pictures=pictures)


def week(language: str, size: SizeName, *, pictures: bool) -> Printed:
    return reports.check_in_pdf(part_of(language, ()), HABITS, days=7, size=size, pictures=pictures)


def month(language: str, size: SizeName, *, pictures: bool) -> Printed:
    return reports.check_in_pdf(part_of(language, ()), HABITS, days=31, size=size, pictures=pictures)


def recovery(language: str, size: SizeName, *, pictures: bool) -> Printed:
    return reports.goals_pdf(part_of(language, ()), GOALS, size=size, pictures=pictures)


def worksheet(language: str, size: SizeName, *, pictures: bool) -> Printed:
    return reports.worksheet_pdf(part_of(language, ()), TOOLBOX, blanks=BLANKS, size=size, pictures=pictures)


def full(language: str, size: SizeName, *, pictures: bool) -> Printed:
    return reports.plan_pdf(plan_page(language), PACK, size=size, pictures=pictures)


LAYOUTS: dict[str, Callable[..., Printed]] = {
    "full": full, "keep-with-me": keep, "supporter": supporter, "wallet": wallet, "first-72-hours": first_days,
    "check-in-7": week, "check-in-31": month, "recovery": recovery, "worksheet": worksheet,
}  # fmt: skip


__all__ = ["LAYOUTS", "NUMBER", "Item"]
