"""Two registrations that may be one woman, and what a person said of them. A link: nothing of either is rewritten."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from ..base.ids import Id, named_id
from ..base.words import N_
from .base import Choice, Record, choice, link
from .participant import Participant


class Said(Choice):
    """What a person said of two registrations."""

    FIRST = "first", N_("One woman; the first registration stands")
    SECOND = "second", N_("One woman; the second registration stands")
    TWO = "two", N_("Two women")


class FoundBy(Choice):
    """Why the two were looked at."""

    NUMBER = "number", N_("The same number")
    NAME = "name_and_birth", N_("The same name and birth date")
    SOUND = "sound_and_birth", N_("Names that sound alike and the same birth date")
    PERSON = "person", N_("Somebody knew it")


class SameWoman(Record):
    """What was said of two registrations. Removed, it says nothing any more: each stands for itself again.

    The first is the one with the smaller id, and the record's id is made of both: two sites that say it of the same
    two write the same record, and a difference is settled as any other. The second may be one that is not here.
    """

    __tablename__ = "same_woman"
    title = N_("Same woman")

    participant: Mapped[Id] = link(Participant, N_("First registration"))
    other: Mapped[Id] = link("participant", N_("Second registration"))
    said: Mapped[str] = choice(N_("What was said"), Said, required=True)
    found_by: Mapped[str] = choice(N_("Found by"), FoundBy)


def in_order(one: Id, another: Id) -> tuple[Id, Id]:
    """The two as a ``SameWoman`` has them: the smaller id is the first."""
    return (one, another) if one < another else (another, one)


def id_of(one: Id, another: Id) -> Id:
    """The id of what is said of the two, in either order, at every site."""
    first, second = in_order(one, another)
    return named_id(first, f"same woman as {second}")
