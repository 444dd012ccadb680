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
    of a line that two people wrote at the same time: both are printed, nothing is chosen for her. ``wording`` is what
    a person wrote in the language of the print, where her words are in the other one.
    """

    words: str
    details: tuple[tuple[str, str], ...] = ()
    tool: str = ""
    second_wording: str = ""
    wording: str = ""


class Signed(msgspec.Struct, frozen=True):
    """A name under the plan: who it is, and on what day."""

    who: str
    on: dt.date


class PlanPage(msgspec.Struct, frozen=True, kw_only=True):
    """A whole plan as it is to be printed.

    ``office`` is the name of the re-entry office, printed where a name would stand. ``version`` is 0 until the plan
    was first done for now; ``written_with`` is the worker who was with her then; ``newer`` says that words were
    written since. ``answers`` and ``items`` are by part key; a part without words is left out; ``wordings`` are a
    person's, of answers, in the language of the print. ``supporters`` are shown in the part of kind "supporter".
    ``name`` is printed only where it is asked for. ``disclosed`` are paragraphs that a copy for somebody else has, and
    no copy for her own hands.
    """

    title: str
    language: str
    office: str
    version: int
    print_number: str
    printed_on: dt.date
    newer: bool = False
    started_on: dt.date | None = None
    done_on: dt.date | None = None
    look_again_on: dt.date | None = None
    written_with: str = ""
    name: str = ""
    answers: dict[str, str] = {}
    wordings: dict[str, str] = {}
    items: dict[str, tuple[Item, ...]] = {}
    supporters: tuple[Item, ...] = ()
    signed: tuple[Signed, ...] = ()
    disclosed: tuple[str, ...] = ()


class Group(msgspec.Struct, frozen=True):
    """Lines that belong together, of a kind of entries or "answer". ``key`` is their part's, for its picture alone."""

    key: str
    kind: str
    lines: tuple[str, ...]


class KeepPage(msgspec.Struct, frozen=True, kw_only=True):
    """What she keeps with her. It has no place for a name, a date, a version or an office, and must never get one."""

    language: str
    print_number: str
    printed_on: dt.date  # of the file alone; the paper has none
    groups: tuple[Group, ...]


class WalletCard(msgspec.Struct, frozen=True, kw_only=True):
    """What helps first, and whom to call: (name, phone). No place for her name, a date, a version or an office."""

    language: str
    print_number: str
    printed_on: dt.date  # of the file alone; the paper has none
    helps: tuple[str, ...]
    calls: tuple[tuple[str, str], ...]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step to a goal: what, who does it, until when, whether it is done, and the tool that helps."""

    words: str
    owner: str = ""
    until: dt.date | None = None
    done_on: dt.date | None = None
    tool: str = ""


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """What she wants in a part of life (``domain`` in words, ``key`` for its picture), how far it is, and the steps."""

    key: str
    domain: str
    words: str
    state: str
    steps: tuple[Step, ...] = ()


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a call-out sheet. It has no place for a reason, and must never get one."""

    name: str
    number: str
    unit: str
    time: str


class GateSheet(msgspec.Struct, frozen=True, kw_only=True):
    """What is known at the gate of one bundle. It has no place for a woman or a count, and must never get one.

    ``label`` and ``serial`` are the stick's; what is empty is a line to write on.
    """

    language: str
    print_number: str
    printed_on: dt.date
    files: tuple[str, ...]
    """One, or the pieces of a bundle too long for a file of the stick, in order."""
    size: int
    sha256: str
    label: str
    serial: str
    carrier: str
    from_site: str
    to_site: str
    copied_on: dt.date | None


class StickLabel(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on a stick: what this site calls it, its serial, and where it belongs."""

    label: str
    serial: str
    site: str


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A paper of words: a consent, a letter, an account. Paragraphs, facts, a list, and who signs.

    ``signs`` are lines to sign on. ``strokes`` is a signature that was drawn on the screen (``base.strokes``),
    ``signed`` says whose it is and when, or where the signed paper is.
    """

    language: str
    print_number: str
    printed_on: dt.date
    title: str
    before: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    rows: tuple[Item, ...] = ()
    after: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    strokes: str = ""
    signed: tuple[str, ...] = ()
    foot: str = ""


class AnswerLetter(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a request. ``about`` and ``given`` are empty where nothing is given: then it names nobody.

    ``scope`` are sentences of what her consent allows, where it goes on one.
    """

    language: str
    site: str
    to: str
    reference: str
    asked_on: dt.date
    printed_on: dt.date
    about: str
    given: str
    part: bool
    given_on: dt.date | None
    withdrawn: bool
    signed_by: str
    scope: tuple[str, ...] = ()


class RegisterRow(msgspec.Struct, frozen=True, kw_only=True):
    """One request of the register, in words; what is empty is not printed."""

    reference: str
    asked_on: dt.date | None
    who: str
    asker: str
    about: str
    what: str
    authority: str
    decision: str
    decided_by: str
    decided_on: dt.date | None
    why: str
    given: str
    given_on: dt.date | None


class CopyPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part of what is kept about her: facts as (label, value), and lines, each with its details."""

    title: str
    note: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    items: tuple[Item, ...] = ()


class HerCopy(msgspec.Struct, frozen=True, kw_only=True):
    """All that is kept about her and that she may have. ``left_out`` are (what, why) of what is not in it."""

    language: str
    name: str
    office: str
    print_number: str
    printed_on: dt.date
    parts: tuple[CopyPart, ...]
    plans: tuple[PlanPage, ...]
    left_out: tuple[tuple[str, str], ...]


class Printed(msgspec.Struct, frozen=True):
    """A finished PDF: its bytes and the number of its pages."""

    data: bytes
    pages: int
