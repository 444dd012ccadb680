"""The pages somebody went through, the last one in sight: keys and ids, never words of hers."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .page import Page

Step = tuple[str, dict[str, Any]]
LONGEST = 30


class Trail:
    """Steps are (key, arguments) as ``show_page`` takes them; ``kinds`` are the pages there are for this person."""

    def __init__(self) -> None:
        self.kinds: dict[str, type[Page]] = {}
        self._steps: list[Step] = []

    def __bool__(self) -> bool:
        return bool(self._steps)

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def last(self) -> Step:
        """Where she is; nowhere while locked."""
        return self._steps[-1] if self._steps else ("", {})

    def go(self, key: str, args: dict[str, Any]) -> None:
        """One step on. Raises ``KeyError`` for a page there is not; then she stays where she is."""
        self.kinds[key]
        self._steps.append((key, args))
        del self._steps[:-LONGEST]

    def back(self) -> None:
        """One step back."""
        self._steps.pop()

    def clear(self) -> None:
        """Nowhere: the records are closed."""
        self._steps.clear()

    def stands_alone(self) -> bool:
        """Whether the page in sight has the screen to itself."""
        key, args = self.last
        return bool(key) and self.kinds[key].stands_alone(args)

    def in_hand(self) -> list[str]:
        """The page in sight, and those that stood alone one right before another under it."""
        alone = takewhile(lambda step: self.kinds[step[0]].stands_alone(step[1]), reversed(self._steps))
        return [key for key, _args in alone] or [self.last[0]]

    def to_desk(self, pages: Mapping[str, Page]) -> None:
        """Behind the cover and after a lock comes the worker's own page, not one of *pages* that stood alone.

        Where one of them could not keep something, it is that one, with what stands there.
        """
        place: Step | None = None
        while self.stands_alone():
            own = pages[self.last[0]].desk_place()
            if own == self.last:
                return
            place = place or own
            self._steps.pop()
        if place is not None:
            if self.last[0] == place[0]:
                self._steps.pop()
            self.go(*place)
