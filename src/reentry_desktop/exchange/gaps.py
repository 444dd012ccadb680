"""What is not here of a device: the numbers that stayed at its site, and how what comes later must fit in."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable

from ..store.log import Head


class Gaps:
    """The gaps of one device: which numbers are not here, and what the chain's hash is on either side."""

    def __init__(self, rows: Iterable[tuple[int, int, bytes, bytes]] = ()) -> None:
        self.firsts: list[int] = []
        self.by_first: dict[int, tuple[int, bytes, bytes]] = {}
        self.marks: dict[int, bytes] = {}  # number -> the chain's hash after it
        for row in rows:
            self.add(*row)

    def add(self, first: int, last: int, before: bytes, after: bytes) -> None:
        insort(self.firsts, first)
        self.by_first[first] = (last, before, after)
        self.marks[first - 1] = before
        if after:  # where entries were lost to a damaged disk, it is not known
            self.marks[last] = after

    @property
    def end(self) -> Head:
        """The end of the last gap."""
        if not self.firsts:
            return Head(0, b"")
        last, _before, after = self.by_first[self.firsts[-1]]
        return Head(last, after)

    def fits(self, number: int, before: bytes, after: bytes) -> bool:
        """Whether entry *number*, which is in a gap, has the hashes that are known on either side of it."""
        place = bisect_right(self.firsts, number) - 1
        first = self.firsts[place] if place >= 0 else 0
        if place < 0 or self.by_first[first][0] < number:
            return False
        last, gap_before, gap_after = self.by_first[first]
        return (number != first or gap_before == before) and (number != last or gap_after in (b"", after))

    def split(self, number: int, before: bytes, after: bytes, *, keep: bool) -> bool:
        """Entry *number* is known now, or (``keep``) at least the hash after it. False where that cannot fit."""
        place = bisect_right(self.firsts, number) - 1
        if place < 0 or self.by_first[self.firsts[place]][0] < number:
            return keep
        if not self.fits(number, before, after):
            return False
        first = self.firsts[place]
        last, gap_before, gap_after = self.by_first[first]
        del self.firsts[place], self.by_first[first]
        if number > first:
            self.add(first, number - 1, gap_before, before)
        if keep:
            self.add(number, number, before, after)
        if number < last:
            self.add(number + 1, last, after, gap_after)
        return True

    def learn(self, last: int, after: bytes) -> None:
        """What the chain's hash is at the end of a gap."""
        for first, (end, before, known) in self.by_first.items():
            if end == last and not known:
                self.by_first[first] = (end, before, after)
                self.marks[last] = after
                return

    def rows(self) -> list[tuple[int, int, bytes, bytes]]:
        """Every gap in order, those that touch made one."""
        merged: list[tuple[int, int, bytes, bytes]] = []
        for first in self.firsts:
            last, before, after = self.by_first[first]
            if merged and merged[-1][1] + 1 == first and merged[-1][3]:
                merged[-1] = (merged[-1][0], last, merged[-1][2], after)
            else:
                merged.append((first, last, before, after))
        return merged
