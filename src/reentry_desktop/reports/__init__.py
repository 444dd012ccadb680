"""Values -> PDF bytes, in memory: plans, call-out sheets, recovery sheets, in one style. Never sees a store.

Nothing here loads ReportLab until the first page is made, so that importing this package costs a start nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from .values import Called, Item, PlanPage, Printed, SizeName

if TYPE_CHECKING:
    from ..records.pack import Pack

__all__ = [
    "Called",
    "Item",
    "PlanPage",
    "Printed",
    "SizeName",
    "call_out_sheet",
    "plan_pdf",
    "protect",
    "recovery_sheet",
    "unprintable",
]


def plan_pdf(page: PlanPage, pack: Pack, *, size: SizeName, with_name: bool = False) -> Printed:
    """The full plan on US Letter, tagged. The same values always give the same bytes.

    Without *with_name* the first page has a blank line, for writing a name by hand if it is wanted.
    """
    from .plan import plan_pdf as made

    return made(page, pack, size=size, with_name=with_name)


def call_out_sheet(
    rows: Sequence[Called], *, on: dt.date, office: str, language: str, print_number: str, printed_on: dt.date
) -> Printed:
    """Who is called to the re-entry office on a day, for custody staff. Never why."""
    from .sheets import call_out_sheet as made

    return made(rows, on=on, office=office, language=language, print_number=print_number, printed_on=printed_on)


def recovery_sheet(
    part: str, words: Sequence[str], *, keeper: str, site: str, language: str, made_on: dt.date
) -> Printed:
    """One page with the 24 numbered words of one part of a site's recovery kit.

    Raises ``ValueError`` unless there are exactly 24 words.
    """
    from .sheets import recovery_sheet as made

    return made(part, words, keeper=keeper, site=site, language=language, made_on=made_on)


def unprintable(texts: Iterable[str]) -> list[str]:
    """The letters of *texts* that no bundled face has, each once: to be named to a person before printing."""
    from .faces import unprintable as found

    return found(texts)


def protect(pdf: bytes, passphrase: str) -> bytes:
    """*pdf*, encrypted (AES-256) so that only *passphrase* opens it."""
    from .protect import protect as made

    return made(pdf, passphrase)
