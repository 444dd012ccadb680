"""What each layout says from its first word to its last, put together from pack and plan alone.

Nothing of ``reports`` is used for it but the values that are printed: what a print must say is told here anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from reentry_desktop.base.words import in_language
from reentry_desktop.records.pack import Part, Section
from reentry_desktop.reports import Item, PlanPage

from .layouts import BLANKS, CRISIS, FIRST, GOALS, HABITS, PACK, TOOLBOX, part_of

WEEKDAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")


class _Say:
    """The program's words in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.catalog = in_language(language)

    def __call__(self, words: str, **values: object) -> str:
        return self.catalog.gettext(words).format(**values)

    def day(self, day: dt.date) -> str:
        month = self(f"{day:%B}")
        return f"{month} {day.day}, {day.year}" if self.language == "en" else f"{day.day} de {month} de {day.year}"


def whole_text(layout: str, language: str, page_of: Callable[[str], int]) -> str:
    """All that *layout* says; *page_of* tells the page on which a section begins."""
    say = _Say(language)
    if layout == "full":
        return " ".join(_full(say, page_of))
    return " ".join(_OTHERS[layout](say))


def _full(say: _Say, page_of: Callable[[str], int]) -> Iterator[str]:
    page = part_of(say.language, PACK.everything)
    assert page.started_on
    assert page.done_on
    yield from (PACK.title[say.language], say("Name, only if wanted"))
    yield from (say("Started"), say.day(page.started_on), say("Done for now"), say.day(page.done_on))
    yield from (say("Printed"), say.day(page.printed_on), say("Re-entry office"), page.office)
    yield say("Only the person whose plan this is changes its words.")
    yield from (say("If found, please return to the re-entry office."), say("Please do not read on."))
    for heading, titles in (
        (say("What is inside"), [*(s.title[say.language] for s in PACK.sections), say("Signatures")]),
        (say("Re-entry pages"), [s.title[say.language] for s in PACK.pages]),
    ):
        yield heading
        for title in titles:
            yield from (title, str(page_of(title)))
    for section in PACK.sections:
        yield from _section(say, section, page)
    yield from (say("Signatures"), _no_legal_paper(say), say("Who"), say("Signature"), say("Date"))
    yield from (say("Person whose plan this is"), say("Witness, if wanted"), say("Witness, if wanted"))
    yield from (say("Copies given to"), say("Name"), say("Date"), say("Given by, for the re-entry office"))
    yield PACK.notice[say.language]
    for section in PACK.pages:
        yield say("Re-entry pages")
        yield from _section(say, section, page)


def _no_legal_paper(say: _Say) -> str:
    return say("This plan says what is wished for. It is not a legal paper. The newest dated plan replaces older ones.")


def _section(say: _Say, section: Section, page: PlanPage) -> Iterator[str]:
    yield section.title[say.language]
    for part in section.parts:
        yield part.title[say.language]
        yield page.answers.get(part.key, "")
        for number, item in enumerate(_entries(part, page), 1):
            yield f"{number}." if part.kind == "step" else ""
            yield item.words
            for label, value in item.details:
                yield f"{label}: {value}"
            yield f"{say('Tool:')} {item.tool}" if item.tool else ""


def _entries(part: Part, page: PlanPage) -> tuple[Item, ...]:
    return page.supporters if part.kind == "supporter" else page.items.get(part.key, ())


def _keep(say: _Say) -> Iterator[str]:
    yield say("My page")
    yield "I hum while I work. I laugh with my whole face. Breathing in for four and out for six"
    yield "Reading one psalm slowly 1. Stop where I am 2. Breathe before I answer"


def _supporter(say: _Say) -> Iterator[str]:
    yield from (say("For"), "Delphine Marchetti", say("From, only if wanted"))
    yield say("Somebody asked you to stand by them, and you said yes. Thank you.")
    yield say("These pages say what helps if a crisis comes. The words are theirs; please go by them.")
    yield say("Please keep these pages where nobody else reads them.")
    for section in CRISIS:
        yield from _section(say, section, part_of(say.language, CRISIS))
    yield _no_legal_paper(say)


def _wallet(say: _Say) -> Iterator[str]:
    yield from (say("Cut along the line, fold at the dashes."), say("What helps first"))
    yield "Breathing in for four and out for six Singing low Walking the yard, counting my steps"
    yield from (say("To call"), "Delphine Marchetti 601-555-0142 Rosalind Achterberg 601-555-0119 988")
    yield say("Call or text, day or night.")


def _first_days(say: _Say) -> Iterator[str]:
    page = part_of(say.language, FIRST)
    yield FIRST[0].title[say.language]
    yield say("Until the day of release this page stays in the office or with the stored property.")
    for part in FIRST[0].parts:
        yield f"{part.title[say.language]}:"
        yield page.answers.get(part.key, "")
        for item in _entries(part, page):
            yield item.words
            yield from (value for _label, value in item.details)


def _week(say: _Say) -> Iterator[str]:
    days = [say(day) for day in WEEKDAYS]
    yield from (say("Day by day"), say("Week from"))
    for title, group in HABITS:
        yield from (title, say("What I do"), *days, *group.lines)
    yield from (say("How was today?"), say("Day"), say("In my own words"), *days)


def _month(say: _Say) -> Iterator[str]:
    days = [str(day) for day in range(1, 32)]
    yield from (say("Day by day"), say("Month"))
    for title, group in HABITS:
        yield title
        for line in group.lines:
            yield from (line, *days)
    yield from (say("How was today?"), say("Day"), say("In my own words"), *days)


def _recovery(say: _Say) -> Iterator[str]:
    page = part_of(say.language, ())
    yield from (say("Recovery support plan"), say("Name, only if wanted"))
    yield from (say("Printed"), say.day(page.printed_on), say("Re-entry office"), page.office)
    before = ""
    for goal in GOALS:
        yield from (goal.domain if goal.domain != before else "", goal.words, goal.state)
        before = goal.domain
        if goal.steps:
            yield from (say("What"), say("Who"), say("Until"), say("Done"))
        for step in goal.steps:
            yield step.words
            yield f"{say('Tool:')} {step.tool}" if step.tool else ""
            yield say("Done on {date}", date=say.day(step.done_on)) if step.done_on else ""
            yield from (step.owner, say.day(step.until) if step.until else "")


def _worksheet(say: _Say) -> Iterator[str]:
    for section in TOOLBOX:
        yield from (section.title[say.language], section.intro[say.language])
        for part in section.parts:
            yield from (part.title[say.language], part.prompt[say.language])
            ideas = part.ideas.get(say.language, ())
            yield from (say("Some ideas:") if ideas else "", *ideas)
            few = {1: 8, 2: 6}.get(len(section.parts), 4)  # more room where a section asks little
            yield from (label for _entry in range(few) for label in BLANKS.get(part.kind, ()))


_OTHERS: dict[str, Callable[[_Say], Iterator[str]]] = {
    "keep-with-me": _keep, "supporter": _supporter, "wallet": _wallet, "first-72-hours": _first_days,
    "check-in-7": _week, "check-in-31": _month, "recovery": _recovery, "worksheet": _worksheet,
}  # fmt: skip
