"""Values -> PDF bytes, in memory: plans, call-out sheets, recovery sheets, in one style; and scanned papers, checked.

Never sees a store.

Nothing here loads ReportLab until the first page is made, so that importing this package costs a start nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from .values import (
    AnswerLetter,
    Called,
    CopyPart,
    GateSheet,
    Goal,
    Group,
    HerCopy,
    Item,
    KeepPage,
    PlanPage,
    Printed,
    RegisterRow,
    Sheet,
    Signed,
    SizeName,
    Step,
    StickLabel,
    WalletCard,
)

if TYPE_CHECKING:
    from ..records.pack import Pack, Section
    from .scans import Scan

__all__ = [
    "AnswerLetter",
    "Called",
    "CopyPart",
    "GateSheet",
    "Goal",
    "Group",
    "HerCopy",
    "Item",
    "KeepPage",
    "PlanPage",
    "Printed",
    "RegisterRow",
    "Sheet",
    "Signed",
    "SizeName",
    "Step",
    "StickLabel",
    "WalletCard",
    "answer_letter_pdf",
    "as_pdf",
    "call_out_sheet",
    "card_sheet",
    "check_in_pdf",
    "first_days_pdf",
    "gate_sheet_pdf",
    "goals_pdf",
    "her_copy_pdf",
    "keep_pdf",
    "pages_after",
    "plan_pdf",
    "protect",
    "read_scan",
    "recovery_sheet",
    "register_pdf",
    "sheets_pdf",
    "slip_sheet",
    "stick_labels_pdf",
    "supporter_pdf",
    "unprintable",
    "wallet_pdf",
    "worksheet_pdf",
]

# Every layout is on US Letter, tagged, and the same values always give the same bytes.


def plan_pdf(page: PlanPage, pack: Pack, *, size: SizeName, with_name: bool = False, pictures: bool = False) -> Printed:
    """The full plan: her sections, signatures and copies, then the re-entry pages, each on a page of its own.

    Without *with_name* the first page has a blank line, for writing a name by hand if it is wanted. With *pictures*
    every section and part has one beside its heading.
    """
    from .plan import plan_pdf as made

    return made(page, pack, size=size, with_name=with_name, pictures=pictures)


def keep_pdf(page: KeepPage, *, size: SizeName, pictures: bool = False) -> Printed:
    """What she keeps with her: her words alone, print number and page."""
    from .keep import keep_pdf as made

    return made(page, size=size, pictures=pictures)


def supporter_pdf(
    page: PlanPage, sections: Sequence[Section], *, supporter: str, notice: str, size: SizeName,
    with_name: bool = False, pictures: bool = False,
) -> Printed:  # fmt: skip
    """The crisis *sections* for one supporter, closed by the pack's *notice*."""
    from .supporter import supporter_pdf as made

    return made(page, sections, supporter=supporter, notice=notice, size=size, with_name=with_name, pictures=pictures)


def wallet_pdf(card: WalletCard, *, size: SizeName, pictures: bool = False) -> Printed:
    """A card to cut out and fold."""
    from .wallet import wallet_pdf as made

    return made(card, size=size, pictures=pictures)


def first_days_pdf(
    page: PlanPage, sections: Sequence[Section], *, size: SizeName, early: bool, with_name: bool = False,
    pictures: bool = False,
) -> Printed:  # fmt: skip
    """The first 72 hours on one page; what is longer takes the back of the sheet. *early*: before her release."""
    from .first_days import first_days_pdf as made

    return made(page, sections, size=size, early=early, with_name=with_name, pictures=pictures)


def check_in_pdf(
    page: PlanPage, groups: Sequence[tuple[str, Group]], *, days: int, size: SizeName, with_name: bool = False,
    pictures: bool = False,
) -> Printed:  # fmt: skip
    """Her habits, (heading, lines), with a box for each of 7 or 31 days."""
    from .check_in import check_in_pdf as made

    return made(page, groups, days=days, size=size, with_name=with_name, pictures=pictures)


def goals_pdf(
    page: PlanPage, goals: Sequence[Goal], *, size: SizeName, with_name: bool = False, pictures: bool = False
) -> Printed:
    """The recovery support plan; *goals* of one part of life stand together."""
    from .goals import goals_pdf as made

    return made(page, goals, size=size, with_name=with_name, pictures=pictures)


def worksheet_pdf(
    page: PlanPage, sections: Sequence[Section], *, blanks: Mapping[str, tuple[str, ...]], size: SizeName,
    pictures: bool = False,
) -> Printed:  # fmt: skip
    """Blank pages of *sections*; *blanks* are what is asked for an entry of each kind besides its words."""
    from .worksheet import worksheet_pdf as made

    return made(page, sections, blanks=blanks, size=size, pictures=pictures)


def call_out_sheet(
    rows: Sequence[Called], *, on: dt.date, office: str, language: str, print_number: str, printed_on: dt.date
) -> Printed:
    """Who is called to the re-entry office on a day, for custody staff. Never why."""
    from .sheets import call_out_sheet as made

    return made(rows, on=on, office=office, language=language, print_number=print_number, printed_on=printed_on)


def card_sheet(words: Sequence[str], *, site: str, code: str, kind: str, language: str, made_on: dt.date) -> Printed:
    """The fingerprint of a site's card, in its twelve words, to be compared by whoever trusts it."""
    from .sheets import card_sheet as made

    return made(words, site=site, code=code, kind=kind, language=language, made_on=made_on)


def recovery_sheet(
    part: str, words: Sequence[str], *, keeper: str, site: str, language: str, made_on: dt.date
) -> Printed:
    """One page with the 24 numbered words of one part of a site's recovery kit.

    Raises ``ValueError`` unless there are exactly 24 words.
    """
    from .sheets import recovery_sheet as made

    return made(part, words, keeper=keeper, site=site, language=language, made_on=made_on)


def word_sheet(lines: Sequence[str], *, name: str, site: str, language: str, made_on: dt.date) -> Printed:
    """One-time words in numbered lines, for a second proof at unlocking."""
    from .sheets import word_sheet as made

    return made(lines, name=name, site=site, language=language, made_on=made_on)


def passphrase_slip(passphrase: str, *, name: str, site: str, language: str, made_on: dt.date) -> Printed:
    """One page with a passphrase that works once, to be handed over."""
    from .sheets import passphrase_slip as made

    return made(passphrase, name=name, site=site, language=language, made_on=made_on)


def answer_letter_pdf(letter: AnswerLetter) -> Printed:
    """The answer to a request for information. It names nobody where nothing is given."""
    from .letters import answer_letter_pdf as made

    return made(letter)


def register_pdf(rows: Sequence[RegisterRow], *, site: str, language: str, printed_on: dt.date) -> Printed:
    """The register of requests for information."""
    from .letters import register_pdf as made

    return made(rows, site=site, language=language, printed_on=printed_on)


def her_copy_pdf(copy: HerCopy, packs: Sequence[Pack], *, size: SizeName) -> Printed:
    """All that is kept about her, for her. *packs* are those of her plans; the first page says what is not in it."""
    from .her_copy import her_copy_pdf as made

    return made(copy, packs, size=size)


def slip_sheet(words: Sequence[str], *, name: str, site: str, language: str, made_on: dt.date) -> Printed:
    """One page with the passphrase of the emergency administrator, for a signed envelope."""
    from .sheets import slip_sheet as made

    return made(words, name=name, site=site, language=language, made_on=made_on)


def gate_sheet_pdf(sheet: GateSheet) -> Printed:
    """What leaves through the gate: file, size, sum, stick, carrier, sites, and lines to sign."""
    from .gate_sheet import gate_sheet_pdf as made

    return made(sheet)


def stick_labels_pdf(labels: Sequence[StickLabel], *, language: str, printed_on: dt.date) -> Printed:
    """Labels for sticks, to cut out."""
    from .gate_sheet import stick_labels_pdf as made

    return made(labels, language=language, printed_on=printed_on)


def sheets_pdf(sheets: Sequence[Sheet], *, size: SizeName) -> Printed:
    """Papers of words, each on a page of its own; of one language, day and print number. There is one at least."""
    from .consent import sheets_pdf as made

    return made(sheets, size=size)


def unprintable(texts: Iterable[str]) -> list[str]:
    """The letters of *texts* that no bundled face has, each once: to be named to a person before printing."""
    from .faces import unprintable as found

    return found(texts)


def protect(pdf: bytes, passphrase: str) -> bytes:
    """*pdf*, encrypted (AES-256) so that only *passphrase* opens it."""
    from .protection import protect as made

    return made(pdf, passphrase)


def read_scan(data: bytes, most: int) -> Scan:
    """A scanned paper, made anew from what *data* shows; *most* bytes may be kept. Raises ``Problem``."""
    from .scans import read_scan as made

    return made(data, most)


def as_pdf(scan: Scan) -> bytes:
    """A scanned paper as PDF, to be looked at and printed."""
    from .scans import as_pdf as made

    return made(scan)


def pages_after(first: bytes, then: bytes) -> bytes:
    """One PDF: the pages of *first*, then those of *then*."""
    from .scans import pages_after as made

    return made(first, then)
