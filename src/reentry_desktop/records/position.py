"""Positions of entries in a list: text that sorts between its neighbours', so that nothing else moves."""

from __future__ import annotations

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def between(before: str, after: str) -> str:
    """A position after *before* and before *after*; either may be ``""`` for the beginning or the end."""
    made = ""
    place = 0
    while True:
        low = _DIGITS.index(before[place]) if place < len(before) else 0
        high = _DIGITS.index(after[place]) if place < len(after) else len(_DIGITS)
        if high - low > 1:
            return made + _DIGITS[(low + high) // 2]
        made += _DIGITS[low]
        if high > low:  # already before *after*; only *before* still bounds
            after = ""
        place += 1
