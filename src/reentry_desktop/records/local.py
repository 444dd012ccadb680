"""Tables of this store alone: outside the log and every bundle. What is here may be deleted plainly."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from ..base.ids import Id
from .base import Record


class Local(DeclarativeBase):
    """A table of this store alone."""

    metadata = Record.metadata

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


def _id(**more: Any) -> Mapped[Id]:
    return mapped_column(sa.String(32), **more)


class Setting(Local):
    """A value of this store: its id, the mapping remembered for a list, the language of the screen."""

    __tablename__ = "setting"
    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    value: Mapped[str] = mapped_column(sa.Text)


class Draft(Local):
    """What somebody is typing: overwritten in place, no history, in no bundle."""

    __tablename__ = "draft"
    person: Mapped[Id] = _id(primary_key=True)
    record: Mapped[str] = mapped_column(sa.String(80), primary_key=True)  # an id, or "plan-id/part" of a new entry
    field: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    participant: Mapped[Id] = _id()
    text: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[str] = mapped_column(sa.String(30))


class RosterReading(Local):
    """One file that was read: what it was, when, and how its columns were understood."""

    __tablename__ = "roster_reading"
    id: Mapped[Id] = _id(primary_key=True)
    file_name: Mapped[str] = mapped_column(sa.String(255))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    source: Mapped[str] = mapped_column(sa.String(200), index=True)
    read_on: Mapped[dt.date]
    dated: Mapped[dt.date]  # the day the list itself says it was made on, or the day of reading
    number: Mapped[int]  # rises with each reading of this store
    counts: Mapped[str] = mapped_column(sa.Text)  # JSON: read, added, updated, unchanged, rejected


class RosterLine(Local):
    """One woman in one reading, as the list has her (JSON of ``rosters.Line``)."""

    __tablename__ = "roster_line"
    reading: Mapped[Id] = mapped_column(sa.ForeignKey(RosterReading.id, ondelete="CASCADE"), primary_key=True)
    department_number: Mapped[str] = mapped_column(sa.String(20), primary_key=True, index=True)
    line: Mapped[str] = mapped_column(sa.Text)


class Listed(Local):
    """A woman who stands on a list and was not offered the program yet: no tags, no plan, in no bundle."""

    __tablename__ = "listed"
    id: Mapped[Id] = _id(primary_key=True)
    department_number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    first_name: Mapped[str] = mapped_column(sa.String(60), default="")
    middle_name: Mapped[str] = mapped_column(sa.String(60), default="")
    last_name: Mapped[str] = mapped_column(sa.String(60), default="")
    suffix: Mapped[str] = mapped_column(sa.String(10), default="")
    date_of_birth: Mapped[dt.date | None]
    site: Mapped[str] = mapped_column(sa.String(120), default="")  # as the list names it
    unit: Mapped[str] = mapped_column(sa.String(60), default="")
    admitted_on: Mapped[dt.date | None]
    parole_hearing: Mapped[dt.date | None]
    expected_release: Mapped[dt.date | None]
    county_of_return: Mapped[str] = mapped_column(sa.String(60), default="")
    left_on: Mapped[dt.date | None]
    participant: Mapped[bool] = mapped_column(default=False)  # she has been offered the program since; same id
    kept: Mapped[str] = mapped_column(sa.Text, default="{}")  # JSON: what the list said where a person kept ours


class ParticipantWord(Local):
    """The words a woman is found by, folded: one row for each word of her names and number."""

    __tablename__ = "participant_word"
    word: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    participant: Mapped[Id] = _id(primary_key=True, index=True)
    sort_key: Mapped[str] = mapped_column(sa.String(200))  # as in the roll: a few matches are sorted without it
    __table_args__ = ({"sqlite_with_rowid": False},)


class Roll(Local):
    """Every woman of this store, on a list or a participant, in the order of her name."""

    __tablename__ = "roll"
    sort_key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    id: Mapped[Id] = _id(primary_key=True, index=True)
    listed: Mapped[bool]
    __table_args__ = ({"sqlite_with_rowid": False},)


class Backup(Local):
    """A backup of this store: what it is, where it was put, and what became of it. Here, for the file may be gone."""

    __tablename__ = "backup"
    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    place: Mapped[str] = mapped_column(sa.Text, primary_key=True)  # the folder
    file_name: Mapped[str] = mapped_column(sa.String(255))
    how: Mapped[str] = mapped_column(sa.String(12))  # by the program itself ("auto") or by "hand"
    made_at: Mapped[str] = mapped_column(sa.String(30))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    entries: Mapped[int]  # 0 until it was opened, where it was made with the store locked
    generation: Mapped[int]  # of the key of the records: the first is 1
    kit: Mapped[int]  # of the recovery kit that opens it
    verified_at: Mapped[str] = mapped_column(sa.String(30), default="")  # when it was opened last
    destroyed_on: Mapped[dt.date | None]
    destroyed_by: Mapped[str] = mapped_column(sa.String(80), default="")  # who says so; "" where the program deleted it


class Conflict(Local):
    """A field that two people set without knowing of each other, and nobody has settled."""

    __tablename__ = "conflict"
    record: Mapped[Id] = _id(primary_key=True)
    field: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    participant: Mapped[Id] = _id()


class Waiting(Local):
    """A record that cannot be shown yet, or not all that was said of it.

    ``needs`` is ``kind/id`` of what it belongs to and has not come, ``""`` where its own beginning has not, or why some
    of its entries wait (``records/standing.py``): its row then shows what stood before them.
    """

    __tablename__ = "waiting"
    record: Mapped[Id] = _id(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    participant: Mapped[Id] = _id()
    needs: Mapped[str] = mapped_column(sa.String(80))


class Peer(Local):
    """Another site whose card was trusted, and how much of what was sent it has confirmed."""

    __tablename__ = "peer"
    site: Mapped[Id] = _id(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    code: Mapped[str] = mapped_column(sa.String(12), default="")
    card: Mapped[bytes]
    trusted_at: Mapped[str] = mapped_column(sa.String(30))
    trusted_by: Mapped[Id] = _id()
    has_number: Mapped[int] = mapped_column(default=0)  # the last bundle of this device that it confirmed
    root: Mapped[bytes] = mapped_column(default=b"")  # the card whose recovery kit counts; empty: the same one
    introduced_by: Mapped[Id] = _id(default="")  # the office that brought its card; "" where people compared the words
    kind: Mapped[str] = mapped_column(sa.String(12), default="")  # facility or office, as its card says


class SentBundle(Local):
    """A bundle this store wrote for a site."""

    __tablename__ = "sent_bundle"
    site: Mapped[Id] = _id(primary_key=True)
    device: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)  # this one, or the one it was before a restore
    number: Mapped[int] = mapped_column(primary_key=True)
    header_digest: Mapped[str] = mapped_column(sa.String(64))
    file_name: Mapped[str] = mapped_column(sa.String(120))
    made_at: Mapped[str] = mapped_column(sa.String(30))
    secret: Mapped[bytes]
    heads: Mapped[str] = mapped_column(sa.Text)  # JSON: device -> [last number, hash]
    changes: Mapped[int]
    held: Mapped[str] = mapped_column(sa.Text)  # JSON: device -> the runs it left behind; "" once a later one is there
    held_back: Mapped[int]
    acknowledged_at: Mapped[str] = mapped_column(sa.String(30), default="")


class ReceivedBundle(Local):
    """A bundle of another site that was applied here."""

    __tablename__ = "received_bundle"
    site: Mapped[Id] = _id(primary_key=True)
    device: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    header_digest: Mapped[str] = mapped_column(sa.String(64))
    made_at: Mapped[str] = mapped_column(sa.String(30))
    received_at: Mapped[str] = mapped_column(sa.String(30))
    changes: Mapped[int]
    secret: Mapped[bytes]
    stays: Mapped[str] = mapped_column(sa.Text)  # JSON: why entries stay with the sender -> how many
    own: Mapped[str] = mapped_column(
        sa.Text, default="[]"
    )  # JSON: how far it brings its device; the ends of that site's others there


class SetAside(Local):
    """A file that waits for another one or could not be taken in; its bytes lie among the sealed files."""

    __tablename__ = "set_aside"
    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    file_name: Mapped[str] = mapped_column(sa.String(255))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    site: Mapped[Id] = _id(default="")  # who says to have sent it; "" where nothing could be read of it
    number: Mapped[int]
    status: Mapped[str] = mapped_column(sa.String(12))
    code: Mapped[str] = mapped_column(sa.String(40))
    missing_from: Mapped[int]  # the first bundle before it that is not here; 0 where none is missing
    at: Mapped[str] = mapped_column(sa.String(30))


class AttachmentPiece(Local):
    """The next bytes of a scanned paper, of the record of that id (``store/scans.py``)."""

    __tablename__ = "attachment_piece"
    attachment: Mapped[Id] = _id(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes]


class ParcelHere(Local):
    """A sealed bundle from one facility to another that lies among the sealed files: the newest of each PC.

    It was made here, or is carried on from here unopened, or has come for this site and is opened next. From a site to
    itself it is no bundle but that site's sealed backup, which an office keeps.
    """

    __tablename__ = "parcel"
    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    from_site: Mapped[Id] = _id()
    to_site: Mapped[Id] = _id()
    device: Mapped[int] = mapped_column(sa.BigInteger)
    number: Mapped[int]
    size: Mapped[int] = mapped_column(sa.BigInteger)
    at: Mapped[str] = mapped_column(sa.String(30))
    by_site: Mapped[Id] = _id(default="")  # the site whose bundles carry it on, and the first of them that did
    by_number: Mapped[int] = mapped_column(default=0)  # 0 until then
    damaged: Mapped[bool] = mapped_column(default=False)  # it is not any more as it came: it is not sent on


class Gap(Local):
    """Entries of a device that stayed with their site: their numbers, and the chain's hash on either side."""

    __tablename__ = "gap"
    device: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    first: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
    hash_before: Mapped[bytes]
    hash_after: Mapped[bytes]


class Device(Local):
    """Which site a device belongs to: no other site may send its entries."""

    __tablename__ = "device"
    device: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    site: Mapped[Id] = _id()
