"""Papers that were scanned: what each is, and the SHA-256 of its bytes, which lie in pieces in the same database."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped

from ..base.ids import Id
from ..base.words import N_
from .base import Choice, Record, SensitiveBy, Sensitivity, Share, choice, day, line, link, number
from .participant import Participant

MEGABYTES = 5
"""How large one may be where the site has not said."""


class FileKind(Choice):
    """What its bytes are, by what is in them and not by a file's name."""

    PDF = "pdf", N_("PDF")
    JPEG = "jpeg", N_("Picture (JPEG)")
    PNG = "png", N_("Picture (PNG)")


class PaperKind(Choice):
    """What the paper is."""

    CONSENT = "consent", N_("A consent she signed")
    LETTER = "letter", N_("A letter")
    IDENTITY = "identity", N_("A paper that says who she is")
    CERTIFICATE = "certificate", N_("A certificate")
    COURT = "court", N_("From a court or a board")
    PLAN = "plan", N_("Pages of a plan, written by hand")
    OTHER = "other", N_("Another paper")


class Attachment(Record):
    """One scanned paper. It is not revised: another scan is another record, and this one is removed with a reason."""

    __tablename__ = "attachment"
    title = N_("Scanned paper")
    share = Share.WORDS
    sensitive_by = SensitiveBy("what", {PaperKind.COURT: Sensitivity.JUSTICE}, Sensitivity.HEALTH)

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    name: Mapped[str] = line(N_("Name"), required=True)
    what: Mapped[str] = choice(N_("What it is"), PaperKind, default=PaperKind.OTHER, required=True)
    of_kind: Mapped[str] = line(N_("Belongs to a record of this type"), max=40)
    of_record: Mapped[str] = line(N_("Belongs to this record"), max=32)
    taken_on: Mapped[dt.date | None] = day(N_("Scanned on"), required=True)
    kind: Mapped[str] = choice(N_("Kind of file"), FileKind, required=True)
    sha256: Mapped[str] = line(N_("SHA-256"), max=64, required=True)
    size: Mapped[int | None] = number(N_("Size in bytes"), least=1, most=1 << 30)
    pages: Mapped[int | None] = number(N_("Pages"), least=1, most=9999)
    removed_why: Mapped[str] = line(N_("Why it was removed"), max=200)
