"""Text as it is compared, never as it is shown: case, accents and the kind of apostrophe do not matter."""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = "'`´\u2018\u2019\u201b\u02bc\u02bb\uff07"
# Letters that Unicode does not take apart into a letter and an accent.
_PLAIN = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
_DROPPED = str.maketrans("", "", _APOSTROPHES)
_EXCEL_TEXT = re.compile(r'="([^"]*)"')
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")


def fold(text: str) -> str:
    """*text* without case, accents and apostrophes: ``O’Neál`` and ``ONEAL`` both give ``oneal``.

    Hyphens, full stops and spaces stay, so that words can still be told apart. Folding twice changes nothing.
    """
    if text.isascii():
        return text.casefold().translate(_DROPPED)
    apart = unicodedata.normalize("NFKD", text.translate(_DROPPED)).casefold().translate(_PLAIN)
    apart = unicodedata.normalize("NFKD", apart)  # casefold may bring accents back
    return "".join(c for c in apart if not unicodedata.combining(c)).translate(_DROPPED)


def terms(words: str) -> list[str]:
    """What somebody typed into a search, as the words a woman is found by begin: each once, folded.

    A number may be typed with hyphens, a name has them.
    """
    found: list[str] = []
    for word in fold(words).replace(",", " ").split():
        found += [plain_number(word).lower()] if any(c.isdigit() for c in word) else word.replace("-", " ").split()
    return list(dict.fromkeys(found))


def plain_number(text: str) -> str:
    """A department number as it is kept: capitals and digits only, ``k-48771`` gives ``K48771``.

    A number of digits alone loses its leading zeros, because spreadsheets drop them: ``048324`` and the
    typed cell 48324 are one woman. What does not look like a number at all comes back as it was, in capitals.
    """
    text = text.strip()
    if found := _EXCEL_TEXT.fullmatch(text):  # how spreadsheets are told that digits are text
        text = found[1].strip()
    if text[:1] in ("=", "+", "@"):
        return text.upper()
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    kept = "".join(c for c in text.removesuffix(".0") if c not in " -#'\u2019\u00a0").upper()
    return (kept.lstrip("0") or "0") if kept.isascii() and kept.isdigit() else kept
