"""Secrets and fingerprints as words that can be read out over the phone, 11 bits a word.

The list is ``resources/words/words.txt``: 2,048 plain words, sorted, no two with the same first four letters.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache

from .paths import resource
from .problems import Problem
from .words import _

FINGERPRINT_WORDS = 12
SECRET_WORDS = 24
_BITS = 11


@cache
def word_list() -> tuple[str, ...]:
    """The 2,048 words, sorted; a word's place in it is its 11 bits."""
    words = tuple(resource("words", "words.txt").read_text("ascii").split())
    if len(words) != 1 << _BITS:
        raise Problem(
            _("The program's list of words is damaged. Records here are safe. Install the program again."),
            code="bad-word-list",
        )
    return words


@cache
def _places() -> dict[str, int]:
    places = {}
    for place, word in enumerate(word_list()):
        for length in range(4, len(word) + 1):
            places[word[:length]] = place
    return places


def _spell(value: int, count: int) -> tuple[str, ...]:
    words = word_list()
    return tuple(words[value >> _BITS * place & 2047] for place in reversed(range(count)))


def fingerprint_words(data: bytes) -> tuple[str, ...]:
    """12 words for the first 132 bits of the SHA-256 of *data*."""
    return _spell(int.from_bytes(hashlib.sha256(data).digest(), "big") >> 256 - 132, FINGERPRINT_WORDS)


def short_words(data: bytes, count: int) -> tuple[str, ...]:
    """*count* words for the first bits of *data*, 32 bytes, 11 a word."""
    return _spell(int.from_bytes(data, "big") >> 256 - _BITS * count, count)


def read_words(typed: str | Iterable[str]) -> tuple[str, ...]:
    """What a person typed, as words of the list.

    Case, extra spaces, commas and hyphens do not matter, and a word's first four letters are enough.
    Raises ``Problem`` (code ``unknown-word``) that says which word is not in the list.
    """
    text = typed if isinstance(typed, str) else " ".join(typed)
    places, words = _places(), word_list()
    found = []
    for position, word in enumerate(text.lower().replace(",", " ").replace("-", " ").split(), 1):
        if word not in places:
            raise Problem(
                _(
                    "Word {position}, “{word}”, is not in the list. Nothing was changed. Check it and type it again."
                ).format(position=position, word=word[:20]),
                code="unknown-word",
            )
        found.append(words[places[word]])
    return tuple(found)


def to_words(secret: bytes) -> tuple[str, ...]:
    """A secret of 32 bytes as 24 words: its 256 bits, then the first 8 bits of its SHA-256."""
    if len(secret) != 32:
        raise ValueError("a secret of 32 bytes is needed")
    return _spell(int.from_bytes(secret + hashlib.sha256(secret).digest()[:1], "big"), SECRET_WORDS)


def from_words(typed: str | Iterable[str]) -> bytes:
    """The 32 bytes that ``to_words`` spelled; tolerant as ``read_words`` is.

    Raises ``Problem``: ``unknown-word`` names the position, ``wrong-count``, ``bad-checksum``.
    """
    words = read_words(typed)
    if len(words) != SECRET_WORDS:
        raise Problem(
            _(
                "There must be 24 words, but {count} were typed. Nothing was changed. Check the sheet and try again."
            ).format(count=len(words)),
            code="wrong-count",
        )
    value = 0
    for word in words:
        value = value << _BITS | _places()[word]
    data = value.to_bytes(33, "big")
    if hashlib.sha256(data[:32]).digest()[:1] != data[32:]:
        raise Problem(
            _(
                "These 24 words do not fit together: one is wrong, or two are swapped. "
                "Nothing was changed. Compare each word with the sheet."
            ),
            code="bad-checksum",
        )
    return data[:32]
