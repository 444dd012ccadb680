"""Every colour and measure of the interface, and the pairs of colours that may meet.

Contrast follows WCAG 2.2: 4.5 for words, 3.0 for borders, focus marks and icons beside a word.
"""

from __future__ import annotations

BACKGROUND = "#F5F6F3"
SURFACE = "#FFFFFF"
SURFACE_SOFT = "#EDF1EF"
TEXT = "#1A2329"
MUTED = "#4B5660"
PRIMARY = "#0E5A60"
PRIMARY_HOVER = "#0A454A"
PRIMARY_SOFT = "#DDEDEC"
ON_PRIMARY = "#FFFFFF"
SIDEBAR = "#10343A"
SIDEBAR_ACTIVE = "#1F5F66"
SIDEBAR_TEXT = "#E9F2F1"
SIDEBAR_MUTED = "#B9CFCE"
SIDEBAR_HOVER = "#17444A"
SIDEBAR_SCROLL = "#5F9298"
STRIPE = "#F6DD9B"
BORDER = "#6F7A84"
HAIRLINE = "#D5DAD8"
SCROLL = "#808B93"
FOCUS = "#B3470C"
AMBER = "#FFC24B"
DANGER = "#A51D1D"
DANGER_SOFT = "#FBE9E7"
OK = "#1C6638"
OK_SOFT = "#E3F2E7"
WARN = "#7A4B00"
WARN_SOFT = "#FFF1CF"
INFO = "#1B4F8F"
INFO_SOFT = "#E4EEF9"
PLAIN_SOFT = "#E6EAE7"

TONES = {
    "plain": (MUTED, PLAIN_SOFT),
    "ok": (OK, OK_SOFT),
    "warn": (WARN, WARN_SOFT),
    "danger": (DANGER, DANGER_SOFT),
    "info": (INFO, INFO_SOFT),
    "primary": (PRIMARY, PRIMARY_SOFT),
}
"""tone -> (words, ground). A tone never stands without an icon or a word."""

TONE_ICONS = {
    "plain": "circle-dashed",
    "ok": "circle-check",
    "warn": "triangle-alert",
    "danger": "circle-alert",
    "info": "info",
    "primary": "circle-dot",
}

WORDS = 4.5
SHAPES = 3.0

PAIRS: list[tuple[str, str, str, float]] = [
    ("text on background", TEXT, BACKGROUND, WORDS),
    ("text on surface", TEXT, SURFACE, WORDS),
    ("text on soft surface", TEXT, SURFACE_SOFT, WORDS),
    ("text on selection", TEXT, PRIMARY_SOFT, WORDS),
    ("muted on background", MUTED, BACKGROUND, WORDS),
    ("muted on surface", MUTED, SURFACE, WORDS),
    ("muted on soft surface", MUTED, SURFACE_SOFT, WORDS),
    ("muted on selection", MUTED, PRIMARY_SOFT, WORDS),
    ("primary on surface", PRIMARY, SURFACE, WORDS),
    ("primary on background", PRIMARY, BACKGROUND, WORDS),
    ("primary on soft surface", PRIMARY, SURFACE_SOFT, WORDS),
    ("words on primary", ON_PRIMARY, PRIMARY, WORDS),
    ("words on primary under the pointer", ON_PRIMARY, PRIMARY_HOVER, WORDS),
    ("sidebar words", SIDEBAR_TEXT, SIDEBAR, WORDS),
    ("sidebar active words", SIDEBAR_TEXT, SIDEBAR_ACTIVE, WORDS),
    ("sidebar quiet words", SIDEBAR_MUTED, SIDEBAR, WORDS),
    ("sidebar words under the pointer", SIDEBAR_TEXT, SIDEBAR_HOVER, WORDS),
    ("sidebar scroll bar", SIDEBAR_SCROLL, SIDEBAR, SHAPES),
    ("quiet words on active", SIDEBAR_MUTED, SIDEBAR_ACTIVE, SHAPES),
    ("toast words", SURFACE, TEXT, WORDS),
    ("toast acts", AMBER, TEXT, WORDS),
    ("danger on surface", DANGER, SURFACE, WORDS),
    ("words on danger", ON_PRIMARY, DANGER, WORDS),
    ("border on surface", BORDER, SURFACE, SHAPES),
    ("border on background", BORDER, BACKGROUND, SHAPES),
    ("border on soft surface", BORDER, SURFACE_SOFT, SHAPES),
    ("scroll bar on background", SCROLL, BACKGROUND, SHAPES),
    ("scroll bar on surface", SCROLL, SURFACE, SHAPES),
    ("focus on surface", FOCUS, SURFACE, SHAPES),
    ("focus on background", FOCUS, BACKGROUND, SHAPES),
    ("focus on soft surface", FOCUS, SURFACE_SOFT, SHAPES),
    ("focus on selection", FOCUS, PRIMARY_SOFT, SHAPES),
    ("amber on primary", AMBER, PRIMARY, SHAPES),
    ("amber on sidebar", AMBER, SIDEBAR, SHAPES),
    ("amber on active", AMBER, SIDEBAR_ACTIVE, SHAPES),
    ("amber on danger", AMBER, DANGER, SHAPES),
] + [(f"{tone} words on {tone} ground", words, ground, WORDS) for tone, (words, ground) in TONES.items()]
"""(what, foreground, ground, least ratio) for every two colours the style lets meet."""

BASE = 16
"""Body text in pixels at 100 %. Every other size of type follows from it."""
SMALL = 0.9
ASIDE = 0.7
"""What the worker needs beside large words that somebody else reads."""
H2 = 1.25
H1 = 1.625
SCALES = (100, 115, 130, 150, 200)
"""Text sizes on offer, in percent."""

TARGET = 44
"""Least height of whatever is clicked or touched, in pixels."""
ROW = 40
RADIUS = 6
CARD_RADIUS = 8
S1, S2, S3, S4, S5, S6 = 4, 8, 12, 16, 24, 32
"""Spaces in pixels. They stay when the text grows, so that a small screen keeps its room."""
COLUMN = 70
"""Characters in the widest line of text."""


def luminance(colour: str) -> float:
    """Relative luminance of ``#RRGGBB`` (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def control_height(base: int) -> int:
    """Height of a button or a line of input, in pixels, for body text of *base* pixels."""
    return max(TARGET, round(base * 2.25))


def row_height(base: int) -> int:
    """Height of a row of a table, in pixels, for body text of *base* pixels."""
    return max(ROW, round(base * 2.25))
