"""Which screen of Sit together comes after which: questions, a kind word before heavy ones, reading back, the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...base.words import _

if TYPE_CHECKING:
    from ...records.pack import Section
    from .plan_writing import Writing


class Screen(NamedTuple):
    """What is in sight: one of sorry, limits, begin, kind, part, read, finish; and the part or section it is about."""

    name: str
    key: str = ""


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

    def place_of(self, part: str) -> str:
        """Where she is at a question: its section, and which of its questions."""
        section = self.writing.section_of(part)
        title, at = self.writing.text(section.title), section.parts.index(self.writing.parts[part]) + 1
        if len(section.parts) == 1:
            return title
        return _("{section} · {n} of {count}").format(section=title, n=at, count=len(section.parts))

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
