"""Scanned papers of a woman: taken in from a file, looked at, removed with a reason, erased.

The bytes lie in the database with the records. They are read, checked and made anew in memory, and leave it only for
the screen, for paper, or as a PDF that is locked.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from .. import reports
from ..base.ids import Id, new_id
from ..base.problems import NotFound, Problem, Refused
from ..base.words import _
from ..records.attachment import MEGABYTES, Attachment, PaperKind
from ..records.base import kinds
from ..records.consent import Consent
from ..records.disclosure import How
from ..records.participant import Participant
from ..records.people import Site
from ..records.retention import why_held
from ..records.transfer import why_not_ours
from ..reports.scans import Scan, too_large
from ..store import Unit
from ..store.erasing import erase_entries
from ..store.scans import has_scan, put_scan, scan_bytes
from .consent_papers import notice_print
from .disclosures import HERS, Allowed, check_allowed, disclose_print
from .registrations import ids_of
from .withholding import refuse_withheld
from .women import written_under


@dataclass(frozen=True)
class Paper:
    """One scanned paper as it is listed. ``here`` is whether its bytes are: they follow her record later."""

    record: Attachment
    here: bool


def most_bytes(unit: Unit) -> int:
    """How large one scanned paper may be at this site."""
    return (unit.get(Site, unit.store.site).scan_megabytes or MEGABYTES) << 20


def read_file(path: Path, most: int) -> Scan:
    """The paper in a file. One that is too large is refused before it is read. Raises ``Problem``."""
    try:
        if not path.is_file():
            raise _unreadable()
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > most:
                raise too_large(most)
            data = file.read(most + 1)  # it may grow meanwhile
    except OSError as error:
        raise _unreadable() from error
    return reports.read_scan(data, most)


def _unreadable() -> Problem:
    return Problem(
        _("This file cannot be read. Nothing was kept. Check its name, and that the stick is in."), code="no-file"
    )


def attach(
    unit: Unit,
    woman: Id,
    scan: Scan,
    name: str,
    *,
    what: str = PaperKind.OTHER,
    taken_on: dt.date | None = None,
    of_kind: str = "",
    of_record: Id = Id(""),
) -> Id:
    """Keep a paper of hers, which may belong to one of her records. Raises ``Refused``."""
    hers = ids_of(unit, woman)
    if of_record:
        other = unit.find(kinds()[of_kind], of_record) if of_kind in kinds() else None
        if other is None or getattr(other, "participant", other.id) not in hers:
            raise Refused({"of_record": _("She has no such record here.")})
    if taken_on is not None and taken_on > unit.today():
        raise Refused({"taken_on": _("This day has not come yet.")})
    record = new_id()
    return unit.create(
        Attachment, record, participant=written_under(unit, woman), name=name, what=what,
        of_kind=of_kind if of_record else "", of_record=of_record, taken_on=taken_on or unit.today(), kind=scan.kind,
        sha256=put_scan(unit.connection, record, scan.data), size=len(scan.data), pages=scan.pages,
    )  # fmt: skip


def papers(unit: Unit, woman: Id, *, removed: bool = False) -> list[Paper]:
    """Her scanned papers, the latest first; with *removed* those that were taken out."""
    found = unit.all(
        sa.select(Attachment)
        .where(Attachment.participant.in_(ids_of(unit, woman)), Attachment.removed.is_(removed))
        .order_by(Attachment.taken_on.desc(), Attachment.id.desc())
    )
    return [Paper(one, has_scan(unit.connection, one.id)) for one in found]


def total_bytes(found: Sequence[Paper]) -> int:
    """How much room they take."""
    return sum(one.record.size or 0 for one in found if one.here)


def look_at_paper(unit: Unit, paper: Id) -> bytes:
    """A paper as PDF, to be shown; looking at it is an entry. Raises ``Problem`` where its bytes are not whole here."""
    record = unit.get(Attachment, paper)
    made = _pdf(unit, record)
    unit.tell("attachment", record.id, record.participant)
    return made


def paper_for(unit: Unit, paper: Id, by: Allowed = HERS) -> tuple[bytes, str]:
    """A paper as PDF, and its print number: none for her or her file.

    Where *by* is given it is for somebody outside: the notice of 42 CFR 2.32 lies before it, and has a number.
    """
    record = unit.get(Attachment, paper)
    made = _pdf(unit, record)
    if not by:
        return made, ""
    consent = unit.find(Consent, by.consent) if by.consent else None
    her = unit.get(Participant, record.participant)
    notice = notice_print(unit, paper, her.id, consent, str(consent.language if consent else her.language))
    return reports.pages_after(notice.pdf.data, made), notice.number


def check_paper_may_go(unit: Unit, paper: Id, by: Allowed) -> Consent | None:
    """The consent under which a paper may go to somebody outside now; None for another ground. Raises ``Problem``."""
    record = unit.get(Attachment, paper)
    consent = check_allowed(unit, record.participant, "", by)
    who = consent.recipient if consent is not None else by.recipient.strip()
    if not who:
        raise Problem(_("Say who gets it. Nothing was printed."), code="for-whom")
    refuse_withheld(unit, record.participant, who, consent.place if consent is not None else "")
    return consent


def print_paper(
    unit: Unit, paper: Id, *, how: str, to: str = "", printer: str = "", by: Allowed = HERS, outside: bool = False
) -> bytes:
    """A paper as PDF, to be printed or saved; that it was is an entry. *how*: printed or saved.

    *outside* says that it is for somebody else than her or her file: then *by* has to allow it, and it begins a line of
    the account. Raises ``Problem`` where nothing does.
    """
    record = unit.get(Attachment, paper)
    consent = check_paper_may_go(unit, paper, by) if outside or by else None
    made, number = paper_for(unit, paper, by)
    unit.tell("attachment", record.id, record.participant, how=how, to=to, printer=printer, sha256=record.sha256)
    if by:
        disclose_print(
            unit, record.participant, by, consent, what=record.name,
            recipient=consent.recipient if consent is not None else by.recipient.strip(),
            how=str(How.SAVED if how == "saved" else How.PRINTED), print_number=number,
        )  # fmt: skip
    return made


def _pdf(unit: Unit, record: Attachment) -> bytes:
    data = scan_bytes(unit.connection, record.id, record.sha256)
    if data is not None:
        return reports.as_pdf(Scan(record.kind, data, record.pages or 1))
    if has_scan(unit.connection, record.id):
        raise Problem(
            _("This scanned paper is damaged: it is not any more as it was kept. Nothing else is. Scan it again, or "
              "bring back a backup that has it."),
            code="damaged",
        )  # fmt: skip
    raise Problem(
        _("This scanned paper is not here. It is kept at the facility that scanned it, or has not come yet."),
        code="not-here",
    )


def remove_paper(unit: Unit, paper: Id, why: str) -> None:
    """Take a paper out of her record, with a reason. It can be brought back until it is erased."""
    if not why.strip():
        raise Refused({"removed_why": _("Write why it is taken out.")})
    unit.revise(Attachment, unit.get(Attachment, paper).id, removed=True, removed_why=why)


def bring_paper_back(unit: Unit, paper: Id) -> None:
    """It was taken out by mistake."""
    unit.revise(Attachment, unit.get(Attachment, paper).id, removed=False, removed_why="")


def erase_paper(unit: Unit, paper: Id) -> int:
    """Erase a paper that was taken out for good: bytes, name and history. The log keeps who looked, and that it went.

    Returns how many entries went. Raises ``Problem`` for one that still stands, that another site writes, or
    where a legal hold stands on her record.
    """
    record: Attachment | None = unit.find(Attachment, paper)
    if record is None:
        raise NotFound(_("This scanned paper is not here (any more). Nothing was changed."))
    if not record.removed:
        raise Problem(_("Take the paper out first, with a reason. Nothing was erased."), code="stands")
    if why := why_not_ours(unit.connection, record.participant, unit.store.site):
        raise Problem(why, code="moved")
    if why := why_held(unit.connection, record.participant):
        raise Problem(why, code="held")
    woman = record.participant
    entries = erase_entries(unit.connection, "attachment", paper, {}, share=[Attachment.share])
    unit.erased("attachment", paper)
    unit.tell("attachment", Id(""), woman, erased=entries)
    return entries
