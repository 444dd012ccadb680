"""How many years of school a text asks for: Flesch-Kincaid for English, Crawford for Spanish.

Each piece of a text (a title, a prompt, a list line) is at least one sentence, whether or not it ends with a full stop.
Syllables are counted by rule, so a grade is right to about half a year on a whole screen and says little of one line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*|\d+")
_SENTENCE_END = re.compile(r"[.!?…]+(?:\s|$)")
_EN_GROUP = re.compile("[aeiouy]+")
_EN_SILENT = re.compile(r"(?<![aeiouy])(?:(?<![^aeiouyr]l)e|(?<![sxzcg])(?<!sh|ch)(?<![^aeiouyr]l)es|(?<![td])ed)$")
_EN_SPLIT = re.compile(r"(?<=[aeiouy])ing|(?<![tcs])i[ao]|iet|eate|(?<=[^q])uou|eo$")  # two vowel sounds side by side
_EN_COMPOUND = re.compile("^(?:some|every|safe|care|where|home|hope|live)(?=[^aeiouy]..)")  # its first e is silent
_EN_KNOWN = {"people": 2, "every": 2, "each": 1, "trademark": 2, "being": 2, "once": 1}
_ES_HARD = re.compile("[aeoáéíóú]")
_ES_GROUP = re.compile("[aeiouáéíóúü]+")


def english_syllables(word: str) -> int:
    """Syllables of one English word; a hyphenated word is the sum of its pieces, a number is read digit by digit."""
    if word.isdigit():
        return len(word)
    if "-" in word:
        return sum(map(english_syllables, word.split("-")))
    stem, _, tail = word.lower().replace("'", "’").partition("’")
    if tail == "t":  # "didn't" sounds its n, "don't" does not
        return english_syllables(stem[:-1]) + (stem[-2:-1] in ("d", "s")) if len(stem) > 2 else 1
    if stem in _EN_KNOWN:
        return _EN_KNOWN[stem]
    if first := _EN_COMPOUND.match(stem):
        return english_syllables(first[0]) + english_syllables(stem[first.end() :])
    groups = len(_EN_GROUP.findall(stem)) + len(_EN_SPLIT.findall(stem))
    return max(1, groups - bool(_EN_SILENT.search(stem)))


def spanish_syllables(word: str) -> int:
    """Syllables of one Spanish word: a strong or accented vowel is one each, weak vowels lean on a neighbor."""
    if word.isdigit():
        return 2 * len(word)
    plain = re.sub("(?<=q)u|(?<=g)u(?=[eéií])", "", word.lower())
    plain = re.sub("y$", "i", plain)
    return max(1, sum(max(1, len(_ES_HARD.findall(group))) for group in _ES_GROUP.findall(plain)))


def _counts(pieces: Iterable[str], syllables_of: Callable[[str], int]) -> tuple[int, int, int]:
    sentences = words = syllables = 0
    for piece in pieces:
        for sentence in _SENTENCE_END.split(piece):
            found = _WORD.findall(sentence)
            sentences += bool(found)
            words += len(found)
            syllables += sum(map(syllables_of, found))
    if not words:
        raise ValueError("There is no word to measure.")
    return sentences, words, syllables


def flesch_kincaid(pieces: Iterable[str]) -> float:
    """The US school grade of English *pieces*. Raises ``ValueError`` where there is no word."""
    sentences, words, syllables = _counts(pieces, english_syllables)
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


def crawford(pieces: Iterable[str]) -> float:
    """The years of school Spanish *pieces* ask for. Raises ``ValueError`` where there is no word."""
    sentences, words, syllables = _counts(pieces, spanish_syllables)
    return -0.205 * 100 * sentences / words + 0.049 * 100 * syllables / words - 3.407


def grade(language: str, pieces: Iterable[str]) -> float:
    """The grade of *pieces* in ``en`` or ``es``."""
    return {"en": flesch_kincaid, "es": crawford}[language](pieces)
