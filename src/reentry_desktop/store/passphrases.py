"""What may be a passphrase (after NIST SP 800-63B): long enough, and none of those that are tried first.

``resources/passphrases/banned.txt`` lists common ones and common phrases, and words that count for nothing in one. No
rule asks for digits or signs, none ever runs out, and nothing hints at it.
"""

from __future__ import annotations

import re
from functools import cache

from ..base.folding import fold
from ..base.paths import resource
from ..base.problems import Refused
from ..base.words import _

SHORTEST = 12  # characters
_LEFT = 8  # letters that must be left when all that counts for nothing is taken out
_DIFFERENT = 5  # different ones among them
_NAME = 4  # letters from which on a part of a name counts as one
# Signs and digits that stand for letters; i, l and 1 are written for each other.
_LEET = str.maketrans("01!|l23$45@678+9", "oiiiizesasagtbtg")
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890")


def check_passphrase(passphrase: str, *names: str) -> None:
    """Raise ``Refused`` with the reason where *passphrase* is too short or too easily guessed.

    *names* are those of whoever has it, of the site and the like: whoever guesses knows them.
    """
    if len(passphrase) < SHORTEST:
        raise _refused(_("Use at least {n} characters. Four words with spaces are good.").format(n=SHORTEST))
    phrases, words = _banned()
    known_words = sorted({*words, *_parts(names)}, key=len, reverse=True)
    left = _as_letters(passphrase)
    if left in phrases or _letters(passphrase) in phrases:
        raise _refused(_("This one is on the list of those that are tried first. Choose one that nobody else has."))
    known = False
    for word in known_words:
        if word in left:
            left, known = left.replace(word, ""), True
    left = _without_rows(left)
    if len(left) < _LEFT and known:
        raise _refused(
            _("It is made of a name or of words that are tried first. Four words that do not belong together are good.")
        )
    if len(left) < _LEFT or len(set(left)) < _DIFFERENT or _repeats(left):
        raise _refused(
            _("It repeats itself, or follows the keyboard. Four words that do not belong together are good.")
        )


def _refused(why: str) -> Refused:
    return Refused({"passphrase": why})


def _as_letters(text: str) -> str:
    """*text* with the letters that its digits and signs stand for, and nothing else."""
    return re.sub(r"[^a-z0-9]", "", fold(text).translate(_LEET))


def _letters(text: str) -> str:
    """The letters of *text* alone, i and l told as one as above."""
    return re.sub(r"[^a-z]", "", fold(text).replace("l", "i")) or _as_letters(text)


@cache
def _banned() -> tuple[frozenset[str], frozenset[str]]:
    """Whole phrases, and words that count for nothing."""
    lines = resource("passphrases", "banned.txt").read_text("utf-8").splitlines()
    found = {_as_letters(line) for line in lines if not line.startswith("#")}
    found |= {_letters(line) for line in lines if not line.startswith("#")}
    return frozenset(p for p in found if len(p) >= SHORTEST), frozenset(w for w in found if 2 < len(w) < SHORTEST)


def _parts(names: tuple[str, ...]) -> set[str]:
    """Each name, and each word of it that is not very short."""
    found = {_as_letters(name) for name in names} | {_as_letters(word) for name in names for word in name.split()}
    return {part for part in found if len(part) >= _NAME}


def _without_rows(text: str) -> str:
    """*text* without what follows the alphabet, the keyboard or the numbers, forwards or backwards, four and more."""
    left, at = [], 0
    rows = [_as_letters(row) if row.isalpha() else row.translate(_LEET) for row in _ROWS]
    rows += [row[::-1] for row in rows]
    while at < len(text):
        length = 0
        while at + length < len(text) and any(text[at : at + length + 1] in row for row in rows):
            length += 1
        if length < 4:
            left.append(text[at])
            length = 1
        at += length
    return "".join(left)


def _repeats(text: str) -> bool:
    """Whether it is a shorter one, written again and again."""
    again = (text + text).find(text, 1)
    return again < len(text) and again < SHORTEST
