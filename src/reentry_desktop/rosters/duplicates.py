"""Women who may be one, under two numbers or registered twice: listed for a person to look at, never merged."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Literal, TypeVar

import msgspec

from ..base.folding import fold, plain_number
from ..base.words import N_, _
from .lines import Line

T = TypeVar("T")
Why = Literal["name_and_birth", "sound_and_birth", "name_and_digit"]
_SENTENCES: dict[str, str] = {
    "name_and_birth": N_("Same name and birth date under two numbers."),
    "sound_and_birth": N_("Names that sound alike and the same birth date under two numbers."),
    "name_and_digit": N_("Same name under two numbers that differ in one digit or two neighbors."),
}
_CROWD = 12  # women of one bucket that are compared each with each; in a larger one each with the next only
_ALIKE = str.maketrans({
    "b": "b", "v": "b", "p": "p", "c": "k", "q": "k", "k": "k", "g": "k", "s": "s", "z": "s", "x": "s", "j": "j",
    "d": "t", "t": "t", "f": "f", "l": "l", "m": "m", "n": "n", "r": "r",
})  # fmt: skip


class Likely(msgspec.Struct, frozen=True):
    """Two women of different numbers, the smaller number first, and why they may be one."""

    a: Line
    b: Line
    why: Why

    @property
    def sentence(self) -> str:
        """Why, in the language of the screen."""
        return _(_SENTENCES[self.why])


def likely_duplicates(women: Iterable[Line]) -> list[Likely]:
    """Every pair that may be one woman once, by its strongest reason, in order of the numbers.

    Reasons: the same name and birth date; names of one sound and the same birth date; the same name and numbers
    one digit (or one swap of neighbors) apart. Middle names and suffixes do not count: a list may leave them out.
    The time grows with the number of women, not with its square.
    """
    known = {woman.department_number: woman for woman in women if woman.department_number}
    by_sound: dict[tuple[dt.date, str, str], list[tuple[str, str]]] = defaultdict(list)
    by_name: dict[str, list[str]] = defaultdict(list)
    plain, heard = cache(_plain), cache(lambda name: sound(name) or _plain(name))  # most names come often
    for number in sorted(known):
        woman = known[number]
        if not woman.last_name and not woman.first_name:
            continue
        name = f"{plain(woman.last_name)} {plain(woman.first_name)}"
        by_name[name].append(number)
        if woman.date_of_birth:
            by_sound[woman.date_of_birth, heard(woman.last_name), heard(woman.first_name)].append((name, number))
    found: dict[tuple[str, str], Why] = {}
    for alike in by_sound.values():
        if len(alike) > 1:
            for (name, a), (other, b) in _pairs(sorted(alike)):
                found[min(a, b), max(a, b)] = "name_and_birth" if name == other else "sound_and_birth"
    for bucket in by_name.values():
        if len(bucket) > 1:
            for pair in _one_apart(bucket):
                found.setdefault(pair, "name_and_digit")
    return [Likely(known[a], known[b], why) for (a, b), why in sorted(found.items())]


Alike = Literal["number", "name_and_birth", "sound_and_birth"]


def registered_twice(women: Iterable[tuple[T, str, str, str, object]]) -> dict[tuple[T, T], Alike]:
    """Pairs of registrations that may be one woman, each once, by its strongest reason.

    Reasons: the same number; the same name and birth date; names of one sound and the same birth date. *women*: whose
    registration it is, number, last name, first name, birth date. Two of one woman are no pair. The time grows with the
    number of women, not with its square.
    """
    rows = list(women)
    heard = cache(lambda name: sound(name) or _plain(name))  # most names come often
    found: dict[tuple[T, T], Alike] = {}
    for same in _together((plain_number(row[1]), row) for row in rows if row[1]):
        for one, other in _pairs(same):
            found[one[0], other[0]] = "number"
    heads = (((row[4], heard(row[2]), heard(row[3])), row) for row in rows if row[4] and (row[2] or row[3]))
    for alike in _together(heads):
        for one, other in _pairs(alike):
            pair = (other[0], one[0]) if (other[0], one[0]) in found else (one[0], other[0])
            same_name = all(_plain(str(one[at])) == _plain(str(other[at])) for at in (2, 3))
            why: Alike = "name_and_birth" if same_name else "sound_and_birth"
            if found.get(pair, "sound_and_birth") == "sound_and_birth":
                found[pair] = why
    return {pair: why for pair, why in found.items() if pair[0] != pair[1]}


def _together(keyed: Iterable[tuple[object, T]]) -> list[list[T]]:
    """What shares its key with others. What stands alone, as nearly all do, costs no list."""
    first: dict[object, T] = {}
    several: dict[object, list[T]] = {}
    for key, value in keyed:
        if key not in first:
            first[key] = value
        else:
            several.setdefault(key, [first[key]]).append(value)
    return list(several.values())


def sound(name: str) -> str:
    """How a name sounds, roughly, in English and Spanish: its consonants by kind; ``Katherine`` is ``Cathryn``."""
    letters = "".join(c for c in fold(name) if "a" <= c <= "z")
    for written, heard in (
        ("ph", "f"),
        ("gh", ""),
        ("sch", "s"),
        ("sh", "s"),
        ("ch", "s"),
        ("ck", "k"),
        ("ce", "s"),
        ("ci", "s"),
    ):
        letters = letters.replace(written, heard)
    out = ["a"] if letters[:1] in ("a", "e", "i", "o", "u", "y") else []
    for letter in letters:
        heard = letter.translate(_ALIKE)
        if letter not in "aeiouyhw" and (not out or out[-1] != heard):
            out.append(heard)
    return "".join(out)


def _plain(name: str) -> str:
    return fold(name).replace("-", " ").replace(".", "")


def _pairs(bucket: Sequence[T]) -> Iterator[tuple[T, T]]:
    reach = 1 if len(bucket) > _CROWD else len(bucket)
    for at, one in enumerate(bucket):
        for other in bucket[at + 1 : at + 1 + reach]:
            yield one, other


def _one_apart(bucket: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of numbers with one place different, or two neighboring places swapped; the smaller first."""
    here = set(bucket)
    open_at: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    for number in bucket:
        for at in range(len(number)):
            before, after = number[:at], number[at + 1 :]
            open_at[at, before, after].append(number)
            swapped = before + after[:1] + number[at] + after[1:]
            if number < swapped and swapped in here:
                yield number, swapped
    for numbers in open_at.values():
        yield from _pairs(numbers)
