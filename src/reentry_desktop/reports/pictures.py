"""Pictures beside headings, for whoever does not read much: which one belongs to what, its name, and its strokes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cache

from ..base.paths import resource
from ..base.words import N_

GRID = 24.0  # pictures are drawn on a square of so many units

# What a screen reader says of each picture.
NAMES = {
    "banknote": N_("A bill"),
    "bed": N_("A bed"),
    "bed-double": N_("A wide bed"),
    "briefcase": N_("A work bag"),
    "building-2": N_("A building"),
    "bus": N_("A bus"),
    "baby": N_("A small child"),
    "calendar-check": N_("A calendar with a check mark"),
    "calendar-days": N_("A calendar"),
    "clock": N_("A clock"),
    "cloud": N_("A cloud"),
    "cloud-drizzle": N_("A cloud with a few drops"),
    "cloud-lightning": N_("A cloud with lightning"),
    "coins": N_("Coins"),
    "door-open": N_("An open door"),
    "eye": N_("An eye"),
    "face-slightly-smiling": N_("A smiling face"),
    "footprints": N_("Footprints"),
    "glass-water": N_("A glass of water"),
    "graduation-cap": N_("A graduation cap"),
    "hand": N_("A hand that says stop"),
    "hand-heart": N_("A hand that holds a heart"),
    "handshake": N_("Two hands that shake"),
    "heart": N_("A heart"),
    "heart-pulse": N_("A heart that beats"),
    "hospital": N_("A hospital"),
    "house": N_("A house"),
    "id-card": N_("An ID card"),
    "key-round": N_("A key"),
    "leaf": N_("A leaf"),
    "life-buoy": N_("A life ring"),
    "list-checks": N_("A list with check marks"),
    "map-pin": N_("A place on a map"),
    "message-circle-heart": N_("Kind words"),
    "messages-square": N_("Two people who talk"),
    "pen-line": N_("A pen"),
    "phone": N_("A phone"),
    "pill": N_("A pill"),
    "scale": N_("A scale"),
    "shield-alert": N_("A shield with a warning"),
    "shield-check": N_("A shield with a check mark"),
    "shirt": N_("A shirt"),
    "signpost": N_("A signpost"),
    "smartphone": N_("A cell phone"),
    "star": N_("A star"),
    "stethoscope": N_("A stethoscope"),
    "sun": N_("The sun"),
    "sunrise": N_("The sun that rises"),
    "users": N_("People"),
    "utensils": N_("A fork and a knife"),
}

# A section, a part of one, a kind of entry, or a part of life -> its picture. The weather tells how she is.
_OF = {
    "toolbox": "hand-heart", "daily": "sun", "stressors": "cloud", "early_signs": "cloud-drizzle",
    "breaking_down": "cloud-lightning", "crisis": "life-buoy", "post_crisis": "sunrise",
    "first_72": "door-open", "papers": "id-card", "people_places": "map-pin", "children": "baby",
    "supervision": "scale", "housing": "house", "work": "briefcase", "money": "coins", "health": "heart-pulse",
    "transport": "bus",
    "well": "face-slightly-smiling", "crisis_well": "face-slightly-smiling", "down_limit": "clock",
    "crisis_not_involved": "hand", "crisis_disagree": "messages-square", "crisis_doctors": "stethoscope",
    "crisis_allergies": "shield-alert", "crisis_medication": "pill", "crisis_treatments": "heart-pulse",
    "crisis_home": "house", "crisis_places": "hospital", "crisis_helps": "hand-heart", "crisis_not_help": "hand",
    "crisis_danger": "shield-check", "crisis_over": "sunrise", "crisis_over_who": "users", "post_feel": "heart",
    "post_supporters": "users", "post_avoid": "hand", "post_amends": "handshake", "post_limit_harm": "shield-check",
    "post_learned": "star", "post_over": "sunrise",
    "h72_meet": "users", "h72_ride": "bus", "h72_bed": "bed", "h72_plan_b": "bed-double", "h72_clothes": "shirt",
    "h72_food": "utensils", "h72_phone": "smartphone", "h72_cash": "banknote", "h72_medicine": "pill",
    "h72_report": "building-2", "h72_clinic": "stethoscope", "h72_call": "phone", "h72_safe": "shield-check",
    "h72_overdose": "life-buoy", "health_doctors": "stethoscope", "health_medicine": "pill", "court_dates": "scale",
    "mental_health": "face-slightly-smiling", "substance_use": "glass-water", "family": "users", "legal": "scale",
    "education": "graduation-cap", "community": "handshake", "signatures": "pen-line",
}  # fmt: skip
_OF_KIND = {
    "answer": "message-circle-heart", "tool": "hand-heart", "habit": "calendar-check", "stressor": "cloud",
    "sign": "eye", "step": "footprints", "line": "leaf", "contact": "phone", "supporter": "users",
    "standing": "pill", "task": "list-checks", "arrival": "sunrise", "duty": "key-round", "visit": "calendar-days",
    "paper": "id-card", "influence": "map-pin", "child": "baby", "condition": "scale", "option": "signpost",
    "sum": "coins",
}  # fmt: skip


def picture_of(key: str, kind: str = "") -> str:
    """The picture of a section or a part, by its *key*, else by the *kind* of its entries; a leaf for any other."""
    return _OF.get(key) or _OF_KIND.get(kind, "leaf")


@cache
def strokes(name: str) -> str:
    """The strokes of a picture as PDF path operators, on a square of ``GRID`` units with its origin at the top left."""
    text = resource("icons", "pictures", f"{name}.svg").read_text(encoding="utf-8")
    out: list[str] = []
    for shape, inside in re.findall(r"<(path|circle|rect)\b([^>]*)>", text):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', inside))
        if shape == "path":
            out += _path(given["d"])
        elif shape == "circle":
            x, y, r = (float(given[key]) for key in ("cx", "cy", "r"))
            out += [f"{x - r:.3f} {y:.3f} m", *_arc((x - r, y), (r, r, 0, 0, 1), (x + r, y))]
            out += [*_arc((x + r, y), (r, r, 0, 0, 1), (x - r, y)), "h"]
        else:
            x, y, width, height, r = (float(given.get(key, 0)) for key in ("x", "y", "width", "height", "rx"))
            out += _path(
                f"M{x + r} {y}h{width - 2 * r}a{r} {r} 0 0 1 {r} {r}v{height - 2 * r}a{r} {r} 0 0 1 {-r} {r}"
                f"h{2 * r - width}a{r} {r} 0 0 1 {-r} {-r}v{2 * r - height}a{r} {r} 0 0 1 {r} {-r}z"
            )
    return "\n".join(out)


_TAKES = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "s": 4, "a": 7, "z": 0}
_NUMBER = re.compile(r"[\s,]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")
_FLAG = re.compile(r"[\s,]*([01])")  # flags of an arc may stand together: 01


def _commands(text: str) -> Iterator[tuple[str, list[float]]]:
    """The commands of an SVG path, each with its numbers; one that is repeated without its letter gets it."""
    at = 0
    while (found := re.compile(r"[\s,]*([a-zA-Z])").match(text, at)) is not None:
        letter, at = found[1], found.end()
        while True:
            numbers: list[float] = []
            for place in range(_TAKES[letter.lower()]):
                number = (_FLAG if letter in "aA" and place in (3, 4) else _NUMBER).match(text, at)
                assert number is not None, text
                numbers.append(float(number[1]))
                at = number.end()
            yield letter, numbers
            if not numbers or _NUMBER.match(text, at) is None:
                break
            letter = {"m": "l", "M": "L"}.get(letter, letter)


def _path(text: str) -> list[str]:
    """An SVG path as PDF path operators."""
    out: list[str] = []
    x = y = begin_x = begin_y = 0.0
    turn: tuple[float, float] | None = None  # the second control point of the curve before
    for letter, n in _commands(text):
        kind, off_x, off_y = letter.lower(), *((x, y) if letter.islower() else (0.0, 0.0))
        here, last, turn = (x, y), turn, None
        if kind in "ml":
            x, y = n[0] + off_x, n[1] + off_y
            out.append(f"{x:.3f} {y:.3f} {kind}")
            if kind == "m":
                begin_x, begin_y = x, y
        elif kind in "hv":
            x, y = (n[0] + off_x, y) if kind == "h" else (x, n[0] + off_y)
            out.append(f"{x:.3f} {y:.3f} l")
        elif kind in "cs":
            if kind == "s":  # the first control point mirrors the one before
                n = [2 * x - last[0] - off_x, 2 * y - last[1] - off_y, *n] if last else [x - off_x, y - off_y, *n]
            points = [value + (off_y if at % 2 else off_x) for at, value in enumerate(n)]
            out.append(" ".join(f"{value:.3f}" for value in points) + " c")
            turn, (x, y) = (points[2], points[3]), (points[4], points[5])
        elif kind == "a":
            x, y = n[5] + off_x, n[6] + off_y
            out += _arc(here, (n[0], n[1], n[2], n[3], n[4]), (x, y))
        else:
            x, y = begin_x, begin_y
            out.append("h")
    return out


def _arc(
    start: tuple[float, float], form: tuple[float, float, float, float, float], end: tuple[float, float]
) -> list[str]:
    """An elliptic arc as Bezier curves (SVG 1.1, F.6.5). *form*: two radii, turned by degrees, large, sweep."""
    (x1, y1), (rx, ry, degrees, large, sweep), (x2, y2) = start, form, end
    if not rx or not ry or start == end:
        return [f"{x2:.3f} {y2:.3f} l"]
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    dx, dy = (x1 - x2) / 2, (y1 - y2) / 2
    px, py = cos * dx + sin * dy, cos * dy - sin * dx
    grow = math.sqrt(max(1.0, (px / rx) ** 2 + (py / ry) ** 2))
    rx, ry = rx * grow, ry * grow
    below = (rx * py) ** 2 + (ry * px) ** 2
    scale = math.sqrt(max(0.0, (rx * ry) ** 2 - below) / below) * (-1 if large == sweep else 1)
    cx, cy = scale * rx * py / ry, -scale * ry * px / rx
    middle = (cos * cx - sin * cy + (x1 + x2) / 2, sin * cx + cos * cy + (y1 + y2) / 2)
    first = math.atan2((py - cy) / ry, (px - cx) / rx)
    wide = (math.atan2((-py - cy) / ry, (-px - cx) / rx) - first) % (2 * math.pi)
    wide -= 0 if sweep else 2 * math.pi
    pieces = max(1, math.ceil(abs(wide) / (math.pi / 2) - 1e-9))
    step, out = wide / pieces, []
    reach = 4 / 3 * math.tan(step / 4)
    for at in range(pieces):
        a, b = first + at * step, first + (at + 1) * step
        points = [
            (math.cos(a) - reach * math.sin(a), math.sin(a) + reach * math.cos(a)),
            (math.cos(b) + reach * math.sin(b), math.sin(b) - reach * math.cos(b)),
            (math.cos(b), math.sin(b)),
        ]
        placed = [
            (middle[0] + cos * rx * px - sin * ry * py, middle[1] + sin * rx * px + cos * ry * py) for px, py in points
        ]
        out.append(" ".join(f"{value:.3f}" for point in placed for value in point) + " c")
    return out
