"""Positions of entries in a list: text that sorts between its neighbours', so that nothing else moves."""

from __future__ import annotations

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE = len(_DIGITS)
_WHOLE = 4  # digits that count up or down at the ends of a list: a list grows by 14 million before positions do


def between(before: str, after: str) -> str:
    """A position after *before* and before *after*; either may be ``""`` for the beginning or the end.

    At either end the first digits count on, so that a list that only grows keeps short positions.
    """
    if bool(before) != bool(after):
        number = _number(before or after) + (1 if before else -1)
        if 0 < number < _BASE**_WHOLE:
            return _text(number)
    made = ""
    place = 0
    while True:
        low = _DIGITS.index(before[place]) if place < len(before) else 0
        high = _DIGITS.index(after[place]) if place < len(after) else _BASE
        if high - low > 1:
            return made + _DIGITS[(low + high) // 2]
        made += _DIGITS[low]
        if high > low:  # already before *after*; only *before* still bounds
            after = ""
        place += 1


def _number(position: str) -> int:
    number = 0
    for digit in position[:_WHOLE].ljust(_WHOLE, _DIGITS[0]):
        number = number * _BASE + _DIGITS.index(digit)
    return number


def _text(number: int) -> str:
    digits = [_DIGITS[number // _BASE**place % _BASE] for place in reversed(range(_WHOLE))]
    return "".join(digits).rstrip(_DIGITS[0])
