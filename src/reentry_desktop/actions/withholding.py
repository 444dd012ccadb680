"""Whom she wants never to be told: the list, and whether a name that somebody typed is on it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..base.folding import fold
from ..base.ids import Id
from ..base.problems import Problem
from ..base.words import _
from ..records.disclosure import Withheld
from ..rosters.duplicates import sound
from ..store import Unit
from .registrations import ids_of

_CLOSE = 0.8  # how alike two words are that may be one, misspelled
_SHORT = 3  # letters of the beginning of a name that may stand for all of it: Ray for Raymond
_PHONE = 7  # digits of a number that say whose it is; without an area code it may be somebody else's
_TITLES = frozenset({
    "mr", "mrs", "ms", "dr", "sr", "sra", "srta", "don", "dona", "de", "la", "the", "of", "officer", "deputy",
    "sheriff", "warden", "sergeant", "sgt", "captain", "detective", "judge", "attorney", "pastor", "reverend", "rev",
    "uncle", "aunt", "tio", "tia", "oficial", "juez", "licenciado", "lic",
})  # fmt: skip
"""What may stand before a name, folded."""


@dataclass(frozen=True)
class Match:
    """Somebody on her list whom a name may mean. ``sure`` where every word, or the phone number, is the same."""

    name: str
    sure: bool

    @property
    def sentence(self) -> str:
        """A warning for whoever is about to tell something."""
        if self.sure:
            return _("She said that {name} must never be told or given anything.").format(name=self.name)
        return _("This may be {name}, who must never be told or given anything. Ask her before you go on.").format(
            name=self.name
        )


def withhold(unit: Unit, woman: Id, name: str, phone: str = "") -> Id:
    """Put somebody, or a place, on her list."""
    return unit.create(Withheld, participant=woman, name=name, phone=phone, since=unit.today())


def take_off_withheld(unit: Unit, entry: Id) -> None:
    """She wants it otherwise: the name is off her list."""
    unit.remove(Withheld, entry)


def withheld_from(unit: Unit, woman: Id) -> Sequence[Withheld]:
    """Everybody on her list."""
    return unit.all(
        sa.select(Withheld)
        .where(Withheld.participant.in_(ids_of(unit, woman)), Withheld.removed.is_(False))
        .order_by(Withheld.name, Withheld.id)
    )


def matches(unit: Unit, woman: Id, name: str, phone: str = "") -> list[Match]:
    """Whom on her list *name* or *phone* may mean, the sure ones first. Capitals, accents, spelling do not matter."""
    found = [
        Match(entry.name, sure)
        for entry in withheld_from(unit, woman)
        if (sure := _is_meant(entry, name, phone)) is not None
    ]
    return sorted(found, key=lambda match: not match.sure)


def refuse_withheld(unit: Unit, woman: Id, name: str, phone: str = "") -> None:
    """Raise ``Problem`` where *name* or *phone* is surely somebody on her list."""
    for match in matches(unit, woman, name, phone):
        if match.sure:
            words = _("{warning} Nothing was done. If she wants it otherwise now, take the name off her list first.")
            raise Problem(words.format(warning=match.sentence), code="withheld")


def alike(one: str, other: str) -> bool:
    """Whether two names may be of one person: misspelled, shorter, or with a title."""
    mine, theirs = _words(one), _words(other)
    return _all_close(mine, theirs) or _all_close(theirs, mine)


def _is_meant(entry: Withheld, name: str, phone: str) -> bool | None:
    """True for surely, False for perhaps, None for no."""
    digits, listed = _digits(f"{name} {phone}"), _digits(entry.phone)
    if len(listed) >= _PHONE and listed[-10:] in digits:
        return True
    mine, theirs = _words(entry.name), _words(name)
    if mine and set(mine) <= set(theirs):
        return True
    if any(len(part) >= _PHONE and listed.endswith(part) for part in (_digits(name), _digits(phone))):
        return False
    return False if alike(entry.name, name) else None


def _all_close(some: list[str], others: list[str]) -> bool:
    """Whether each of *some* may be one of *others*: “Mr. Dunn” of Raymond Dunn, “R. Dunn” too."""
    return bool(some) and all(any(_close(one, other) for other in others) for one in some)


def _words(name: str) -> list[str]:
    found = re.findall(r"[^\W_]+", fold(name))
    return [word for word in found if word not in _TITLES] or found


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _close(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) == 1:
        return one[0] == other[0]  # an initial
    if min(len(one), len(other)) < _SHORT:
        return False
    if one.startswith(other) or other.startswith(one):
        return True
    heard = sound(one)
    return (len(heard) > 1 and heard == sound(other)) or difflib.SequenceMatcher(None, one, other).ratio() >= _CLOSE
