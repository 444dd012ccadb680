"""Which pages stand on which side of which sheet: one side, both sides, or a booklet to fold in half.

A side is the numbers of the pages on it, from 0, left to right; None stands for an empty half. Sides come in the
order of the sheets: front, back, front, back. Where the printer cannot turn the sheet, its fronts are printed first
and, once a person has put the stack back, its backs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Side = tuple[int | None, ...]

ONE_SIDE, BOTH_SIDES, BOOKLET = "one-side", "both-sides", "booklet"
"""The ways onto paper."""
EMPTY: Side = (None,)


@dataclass(frozen=True)
class Run:
    """What goes to the printer at one time. ``turns``: the printer turns each sheet by itself."""

    sides: tuple[Side, ...]
    turns: bool = False
    folded: bool = False
    """Two pages beside each other, the sheet lying on its long side."""


def sides_of(count: int, way: str) -> list[Side]:
    """The sides of *count* pages. Both sides and booklets fill whole sheets, so that copies never share one."""
    if way == BOOKLET:
        whole = -(-count // 4) * 4
        pages = [number if number < count else None for number in range(whole)]
        found: list[Side] = []
        for left in range(0, whole // 2, 2):
            found.append((pages[whole - 1 - left], pages[left]))
            found.append((pages[left + 1], pages[whole - 2 - left]))
        return found
    found = [(number,) for number in range(count)]
    return [*found, EMPTY] if way == BOTH_SIDES and count % 2 else found


def runs(count: int, way: str, *, turns: bool) -> list[Run]:
    """One run, or two where the sheets have two sides and the printer does not turn them."""
    sides, folded = sides_of(count, way), way == BOOKLET
    if way == ONE_SIDE:
        return [Run(tuple(sides))]
    fronts, backs = tuple(sides[::2]), tuple(sides[1::2])
    if not pages_on(backs):
        return [Run(fronts, folded=folded)]
    return [Run(tuple(sides), True, folded)] if turns else [Run(fronts, folded=folded), Run(backs, folded=folded)]


def sheets(count: int, way: str) -> int:
    """How many sheets of paper it takes."""
    return count if way == ONE_SIDE else len(sides_of(count, way)) // 2


def pages_on(sides: Sequence[Side]) -> list[int]:
    """The pages in the order they are drawn."""
    return [page for side in sides for page in side if page is not None]
