"""Names: taken apart, and made readable where a list shouts."""

from __future__ import annotations

import re
from typing import NamedTuple

_SUFFIXES = {
    "jr": "Jr",
    "sr": "Sr",
    "ii": "II",
    "iii": "III",
    "iv": "IV",
    "v": "V",
    "2nd": "II",
    "3rd": "III",
    "4th": "IV",
}
_PARTICLES = {
    "de",
    "del",
    "de la",
    "la",
    "las",
    "los",
    "van",
    "von",
    "der",
    "den",
    "st",
    "san",
    "santa",
    "di",
    "da",
    "du",
    "le",
}
_MAC = {
    "donald", "arthur", "kenzie", "intosh", "gregor", "leod", "pherson", "kinnon", "farland", "millan", "neil",
    "dougal", "dougall", "dowell", "namara", "lean", "lellan", "queen", "taggart", "kay", "innis",
    "quarrie", "adam", "lachlan",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_?\ufffd](?:[^\W\d_]|[?\ufffd])*|[?\ufffd][^\W\d_?\ufffd]+")
SPOILED = re.compile("[?\ufffd\u0080-\u009f]|[ÃÂ][\u00a0-\u00bf]")
_ASIDE = re.compile(r"\([^)]*\)|\"[^\"]*\"|“[^”]*”|[()\"“”]|\*+")


class Name(NamedTuple):
    """A name in its parts; ``""`` where a part is missing."""

    first: str = ""
    middle: str = ""
    last: str = ""
    suffix: str = ""


def is_spoiled(text: str) -> bool:
    """Whether a letter of the name was spoiled before it came here: ``Nguy?n``, a replacement mark, ``ZoÃ«``."""
    return SPOILED.search(text) is not None


def split(text: str, *, last_first: bool = False) -> Name:
    """A whole name: ``LAST SFX, FIRST MIDDLE``, ``Last, First Middle, Sfx`` or ``First Middle Last Sfx``.

    *last_first*: the heading says that the last name comes first, even where no comma follows it.
    Other names in brackets or quotation marks are left out.
    """
    text = " ".join(_ASIDE.sub(" ", text).split())
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 1:
        words, suffix = _cut(parts[0].split())
        if len(words) < 2:
            return join("", "", words[0] if words else "", suffix)
        if last_first:
            size = _particles(words)
            return join(*_given(words[size:]), " ".join(words[:size]), suffix)
        start = len(words) - 1
        while start > 1 and _bare(words[start - 1]) in _PARTICLES:
            start -= 1
        return join(*_given(words[:start]), " ".join(words[start:]), suffix)
    parts = [part for part in parts if part] or [""]
    suffixes = [part for part in parts[1:] if _bare(part) in _SUFFIXES]
    given = " ".join(part for part in parts[1:] if _bare(part) not in _SUFFIXES)
    last, suffix = _cut(parts[0].split())
    words, late = _cut(given.split(), initials=True)
    return join(*_given(words), " ".join(last), (suffixes or [suffix or late])[0])


def join(first: str, middle: str, last: str, suffix: str) -> Name:
    """The parts made readable; a suffix that stands behind the last name is taken off it."""
    words, late = _cut(last.split())
    loud = not any(c.islower() for c in first + middle + last) or not any(c.isupper() for c in first + middle + last)
    suffix = suffix or late

    def shown(part: str) -> str:
        return readable(part) if loud or _shouts(part) else _plain(part)

    return Name(shown(first), shown(middle), shown(" ".join(words)), _SUFFIXES.get(_bare(suffix), suffix))


def readable(text: str) -> str:
    """Capitals as people write them: ``MCCOY`` McCoy, ``O'NEAL`` O'Neal, ``DE LA CRUZ`` De La Cruz."""
    return _WORD.sub(lambda found: _word(found, text), _plain(text))


def _plain(text: str) -> str:
    return re.sub("[`´\u2018\u2019\u02bc]", "'", text)


def _shouts(text: str) -> bool:
    """One part in capitals among others that are not, as in ``McDONALD`` or ``SMITH, Ann``; initials do not count."""
    letters = [c for c in text if c.isalpha()]
    capitals = sum(c.isupper() for c in letters)
    return len(letters) > 3 and (capitals == len(letters) or (text.startswith("Mc") and capitals == len(letters) - 1))


def _word(found: re.Match[str], text: str) -> str:
    word = found[0].lower()
    before = text[found.start() - 1 : found.start()]
    if before in ("'", "’") and len(word) == 1 and found.start() > 1 and text[found.end() : found.end() + 1] != ".":
        return word  # ANGEL'S
    if word.startswith("mc") and len(word) > 3:
        return "Mc" + word[2].upper() + word[3:]
    if word.startswith("mac") and word[3:] in _MAC:
        return "Mac" + word[3].upper() + word[4:]
    return word[0].upper() + word[1:] if word[0] not in "?\ufffd" else word


def _bare(word: str) -> str:
    return word.replace(".", "").casefold()


def _cut(words: list[str], *, initials: bool = False) -> tuple[list[str], str]:
    """The words without a suffix at their end. With *initials*, a lone ``V`` is one, not the fifth."""
    if len(words) > 1 and _bare(words[-1]) in _SUFFIXES and not (initials and len(_bare(words[-1])) == 1):
        return words[:-1], words[-1]
    return words, ""


def _given(words: list[str]) -> tuple[str, str]:
    return (words[0] if words else ""), " ".join(words[1:])


def _particles(words: list[str]) -> int:
    size = 1
    while size < len(words) - 1 and _bare(words[size - 1]) in _PARTICLES:
        size += 1
    return size
