"""Which screen of Sit together comes after which: questions, a kind word before heavy ones, reading back, the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...actions import women
from ...base.ids import Id
from ...records.participant import Participant
from ...records.people import Site

if TYPE_CHECKING:
    import datetime as dt

    from ...records.pack import Section
    from ...store import Unit
    from .plan_writing import Writing


class Screen(NamedTuple):
    """What is in sight: one of sorry, limits, begin, kind, part, read, finish; and the part or section it is about."""

    name: str
    key: str = ""


class Standing(NamedTuple):
    """What a sitting needs to know before its first screen."""

    language: str
    keyboard_hers: bool
    episode: Id
    """Empty where she is not enrolled."""
    told: dt.date | None
    plan: Id


def standing(unit: Unit, woman: Id) -> Standing:
    """Where she stands: enrolled, told what must be passed on, her plan begun."""
    her = unit.get(Participant, woman)
    episode, plan = women.current_episode(unit, woman), women.current_plan(unit, woman)
    runs = episode is not None and episode.enrolled_on is not None and episode.closed_on is None
    earlier = plan is not None and episode is not None and runs and plan.enrolment != episode.id
    return Standing(
        str(her.language) or "en",
        unit.get(Site, unit.store.site).keyboard_hers,
        episode.id if runs and episode is not None else Id(""),
        episode.limits_told_on if episode is not None else None,
        plan.id if plan is not None and not earlier else Id(""),
    )


class Way:
    """The way through one plan in one sitting. ``part`` is the question she was at last."""

    def __init__(self, writing: Writing, part: str) -> None:
        self.writing = writing
        self.part = part if part in writing.parts else writing.first_empty()
        self.read_from = ""
        """The section that was being read back when something in it was to be changed."""
        self._warned: set[str] = set()

    def question(self, part: str) -> Screen:
        """A question; before the first one of a heavy section its kind word."""
        fresh = self.writing.section_of(part).key not in self._warned
        return Screen("kind" if fresh and self.writing.is_heavy(part) else "part", part)

    def beside(self, part: str, by: int) -> str:
        """The part after or before one, or none."""
        parts = self.writing.beside(part)
        at = parts.index(part) + by
        return parts[at] if 0 <= at < len(parts) else ""

    def said(self) -> list[Section]:
        """The sections she said something in: of the plan proper, or of the re-entry pages, where she is at them."""
        writing, group = self.writing, self.writing.group_of(self.part)
        return [
            section
            for where, section in writing.groups
            if where == group and any(writing.whole.written(part.key) for part in section.parts)
        ]

    def reading(self, section: str = "") -> Screen:
        """Reading back from *section*, or from the first one; where nothing was said yet, the end."""
        said = [s.key for s in self.said()]
        self.read_from = ""
        return Screen("read", section if section in said else said[0]) if said else Screen("finish")

    def onward(self, screen: Screen) -> Screen:
        """After a question that was answered, a kind word that was read, a section that is right."""
        if screen.name == "kind":
            self._warned.add(self.writing.section_of(screen.key).key)
            return self.question(screen.key)
        if screen.name == "read":
            return self._section_beside(screen.key, 1) or Screen("finish")
        if self.read_from:
            return self.reading(self.read_from)
        return self._after(screen.key)

    def skip(self, screen: Screen) -> Screen:
        """Skip: the next question, or a whole heavy section later; from reading, the end."""
        if screen.name == "read":
            return Screen("finish")
        if screen.name == "kind":
            return self._after(self.writing.section_of(screen.key).parts[-1].key)
        return self.onward(screen)

    def back(self, screen: Screen) -> Screen:
        """The screen before."""
        if screen.name in ("kind", "part"):
            self.read_from = ""
            return Screen("part", self.beside(screen.key, -1))
        if screen.name == "read":
            return self._section_beside(screen.key, -1) or Screen("part", self.part)
        said = self.said()
        return Screen("read", said[-1].key) if said else Screen("part", self.part)

    def _after(self, part: str) -> Screen:
        after = self.beside(part, 1)
        return self.question(after) if after else self.reading()

    def _section_beside(self, section: str, by: int) -> Screen | None:
        said = [s.key for s in self.said()]
        at = said.index(section) + by
        return Screen("read", said[at]) if 0 <= at < len(said) else None
