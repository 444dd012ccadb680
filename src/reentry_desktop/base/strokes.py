"""A signature drawn by hand, as short text: strokes of points on a grid, ``12,40 15,44;80,20 82,25``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

Point = tuple[int, int]

WIDE, HIGH = 1000, 300
"""The grid: points lie from 0 to one less, across and down."""
MOST = 12_000
"""Characters that a signature takes at most."""
LEAST = 60
"""How long all lines of a signature are together: a slip of the hand is none, an X is one."""
_POINT = re.compile(r"\d{1,3},\d{1,3}")


def to_text(strokes: Sequence[Sequence[Point]]) -> str:
    """*strokes* as text, with as few points as its size asks for. Points outside the grid are put on its edge."""
    step = 3
    while len(text := ";".join(_thinned(stroke, step) for stroke in strokes if stroke)) > MOST:
        step *= 2
        if step > WIDE:
            raise ValueError("too many strokes")
    return text


def _thinned(stroke: Sequence[Point], step: int) -> str:
    kept: list[Point] = []
    for at, (x, y) in enumerate(stroke):
        point = (min(max(x, 0), WIDE - 1), min(max(y, 0), HIGH - 1))
        last = at == len(stroke) - 1
        if not kept or abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= step or (last and len(kept) == 1):
            kept.append(point)
    return " ".join(f"{x},{y}" for x, y in kept)


def from_text(text: str) -> list[list[Point]]:
    """The strokes that *text* is of; none for an empty one. Raises ``ValueError`` for what is no signature."""
    if len(text) > MOST:
        raise ValueError("a signature is shorter")
    strokes = []
    for part in text.split(";") if text else ():
        points = part.split(" ")
        if not all(_POINT.fullmatch(point) for point in points):
            raise ValueError("no strokes")
        stroke = [(int(x), int(y)) for x, y in (point.split(",") for point in points)]
        if any(y >= HIGH for _x, y in stroke):
            raise ValueError("outside the grid")
        strokes.append(stroke)
    return strokes


def is_signature(text: str) -> bool:
    """Whether *text* is of strokes that are long enough to have been meant."""
    try:
        strokes = from_text(text)
    except ValueError:
        return False
    between = (abs(a[0] - b[0]) + abs(a[1] - b[1]) for stroke in strokes for a, b in pairwise(stroke))
    return sum(between) >= LEAST
