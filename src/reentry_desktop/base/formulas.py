"""What a spreadsheet would run instead of showing it."""

from __future__ import annotations

import re

# East Asian and small forms of a sign too, and what already is quoted against that.
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠﹦﹢﹣﹫⁼⁺₌₊﬩\t\r\n]")


def is_formula(text: str) -> bool:
    """Whether *text* begins like a formula."""
    return _FORMULA.match(text) is not None
