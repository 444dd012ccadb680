"""What a report is made of: plain values, already in the words and the language they will be printed in."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

SizeName = Literal["standard", "large", "extra-large"]


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a list: the words as they were said, and what belongs to them.

    ``details`` are (label, value) pairs with the label in the plan's language; a pair without a value is not
    printed. ``tool`` names the tool of the toolbox that the step uses. ``second_wording`` is the other wording
    of a line that two people wrote at the same time: both are printed, nothing is chosen for her.
    """

    words: str
    details: tuple[tuple[str, str], ...] = ()
    tool: str = ""
    second_wording: str = ""


class PlanPage(msgspec.Struct, frozen=True, kw_only=True):
    """A whole plan as it is to be printed.

    ``office`` is the name of the re-entry office, printed where a name would stand. ``version`` is 0 until the plan
    was first done for now. ``answers`` and ``items`` are by part key; a part without words is left out.
    ``supporters`` are shown in the part of kind "supporter". ``name`` is printed only where it is asked for.
    """

    title: str
    language: str
    office: str
    version: int
    print_number: str
    printed_on: dt.date
    started_on: dt.date | None = None
    done_on: dt.date | None = None
    name: str = ""
    answers: dict[str, str] = {}
    items: dict[str, tuple[Item, ...]] = {}
    supporters: tuple[Item, ...] = ()


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a call-out sheet. It has no place for a reason, and must never get one."""

    name: str
    number: str
    unit: str
    time: str


class Printed(msgspec.Struct, frozen=True):
    """A finished PDF: its bytes and the number of its pages."""

    data: bytes
    pages: int
