"""The one look of everything printed: sizes, margins, colors."""

from __future__ import annotations

from typing import NamedTuple

from .values import SizeName

Color = tuple[float, float, float]


def _rgb(value: str) -> Color:
    red, green, blue = (round(int(value[at : at + 2], 16) / 255, 3) for at in (0, 2, 4))
    return red, green, blue


INK = _rgb("1A2329")
MUTED = _rgb("4B5660")
TEAL = _rgb("0E5A60")
HAIRLINE = _rgb("D5DAD8")
WRITING_LINE = _rgb("6F7A84")

REGULAR = "Reentry-Regular"
STRONG = "Reentry-SemiBold"

PAGE_WIDTH, PAGE_HEIGHT = 612.0, 792.0  # US Letter, points
MARGIN = 25 / 25.4 * 72  # 25 mm
WIDTH = PAGE_WIDTH - 2 * MARGIN


class Size(NamedTuple):
    """Type size and line height of the text and of the footer, in points."""

    body: float
    leading: float
    foot: float
    foot_leading: float

    @property
    def text(self) -> tuple[float, float]:
        """(type size, line height) of the text."""
        return self.body, self.leading

    def of(self, factor: float) -> tuple[float, float]:
        """(type size, line height) of a heading *factor* times the text."""
        return self.body * factor, self.body * factor * 1.25


# 36 CFR 1193.33 and UKAAF G003 ask for 16 to 18 points and more in large print, footers included.
SIZES: dict[SizeName, Size] = {
    "standard": Size(13, 18, 11, 14),
    "large": Size(18, 23, 16, 20),
    "extra-large": Size(22, 28, 18, 22),
}
TITLE, HEADING, PART = 2.0, 1.5, 1.15  # times the text
