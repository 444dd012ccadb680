"""The register of sticks and who carried which bundle, a stick that comes back, and what is printed for the gate.

No woman stands in any of it, and no count of what was written.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from .. import reports
from ..base import pieces
from ..base.files import replace_file
from ..base.ids import Id
from ..base.media import Medium, look, show_size
from ..base.problems import NotFound, Problem, Refused
from ..base.words import N_, _
from ..exchange.looking import not_taken_in
from ..exchange.outgoing import Sent
from ..records.media import Carriage, Stick
from ..records.people import Site
from ..reports import GateSheet, Printed, StickLabel
from ..store import Unit

FLASH = N_(
    "Writing over a stick proves nothing: its chip may keep old pieces. What protects the records is that each bundle "
    "is encrypted."
)
NO_SERIAL = N_("The computer cannot read the serial of this stick, so it cannot be told from another one.")
# As ``exchange.outgoing`` names what it writes: device, site, number; an unfinished one ends in .part.
_OURS = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-.+-\d{4,}\.bundle(\.part)?(\.\d+)?")
_LABEL = "S-{:02d}"


class Carried(NamedTuple):
    """One line of the transport log, with the label of its stick, "" where that is in no register."""

    carriage: Carriage
    label: str


@dataclass(frozen=True)
class OnStick:
    """A stick that is in: what the system tells, its place in the register, and the bundles on it."""

    medium: Medium
    stick: Stick | None
    bundles: tuple[str, ...]


@dataclass(frozen=True)
class Wiped:
    """Which files were deleted, and how many bundles of the transport log are off their stick now."""

    files: tuple[str, ...]
    bundles: int


# The register


def sticks(unit: Unit) -> list[Stick]:
    """Every stick of the register, those in use first, by label."""
    found = unit.all(sa.select(Stick).where(Stick.removed.is_(False)))
    return sorted(found, key=lambda stick: (stick.retired_on is not None, stick.label.casefold(), stick.id))


def stick_of(unit: Unit, serial: str) -> Stick | None:
    """The stick in use with this serial. One whose serial is not told is never known again."""
    return next((s for s in sticks(unit) if serial and s.serial == serial and s.retired_on is None), None)


def stick_named(unit: Unit, label: str) -> Stick:
    """The stick with this label, or this id. Raises ``NotFound``."""
    said = label.strip().casefold()
    found = next((s for s in sticks(unit) if said in (s.label.casefold(), s.id)), None)
    if found is None:
        raise NotFound(_("There is no stick {label} in the register. Nothing was changed.").format(label=label))
    return found


def next_label(unit: Unit) -> str:
    """A label that no stick has or had: one more than the highest."""
    numbers = [int(found[1]) for stick in sticks(unit) if (found := re.fullmatch(r"S-(\d{1,6})", stick.label))]
    return _LABEL.format(max(numbers, default=0) + 1)


def on_stick(unit: Unit, folder: Path) -> OnStick:
    """What is known of the stick that *folder* lies on."""
    medium = look(folder)
    return OnStick(medium, stick_of(unit, medium.serial), tuple(path.name for path in ours_on(folder)))


def register_stick(unit: Unit, folder: Path, label: str = "") -> Id:
    """Put the stick that *folder* lies on into the register. Raises ``Problem``, or ``Refused`` for a taken label."""
    medium = look(folder)
    if not medium.size:
        raise Problem(
            _("This folder or stick is not there. Nothing was changed. Put the stick in and try again."), code="stick"
        )
    if medium.removable is False:
        raise Problem(
            _(
                "This folder lies on a disk of the PC, not on a stick. Nothing was changed. "
                "Put the stick in and choose a folder on it."
            ),
            code="own-disk",
        )
    label = label.strip() or next_label(unit)
    if any(stick.label.casefold() == label.casefold() for stick in sticks(unit)):
        raise Refused({"label": _("Another stick has this label. Choose another one.")})
    if (known := stick_of(unit, medium.serial)) is not None:
        raise Refused({"serial": _("This stick is registered already, as {label}.").format(label=known.label)})
    return unit.create(
        Stick, label=label, serial=medium.serial, volume=medium.volume, capacity=show_size(medium.size),
        registered_on=unit.today(),
    )  # fmt: skip


def retire_stick(unit: Unit, stick: Id, became: str, on: dt.date | None = None) -> None:
    """A stick is not used any more, and what became of it."""
    if not became:
        raise Refused({"became": _("Say what became of the stick.")})
    unit.revise(Stick, stick, became=became, retired_on=on or unit.today())


def check_folder(unit: Unit, folder: Path) -> None:
    """Raise ``Problem`` where this site takes registered sticks only and *folder* lies on none of them."""
    if not unit.get(Site, unit.store.site).registered_sticks_only or not folder.is_dir():
        return  # what is not there is told by whoever wants to read or write it
    serial = look(folder).serial
    if not serial:
        raise Problem(
            _(
                "The computer cannot read the serial of this stick, and only registered sticks are taken here. "
                "Nothing was changed. Use another stick."
            ),
            code="no-serial",
        )
    if stick_of(unit, serial) is None:
        raise Problem(
            _(
                "This stick is not registered, and only registered sticks are taken here. Nothing was changed. "
                "Use another stick, or ask an administrator to register this one."
            ),
            code="unregistered",
        )


# The transport log


def note_carriage(unit: Unit, sent: Sent, medium: Medium) -> Id:
    """A bundle was copied onto *medium*: its line in the transport log begins."""
    stick = stick_of(unit, medium.serial)
    return unit.create(
        Carriage, stick=stick.id if stick else "", serial=medium.serial, file=sent.file.name, size=str(sent.bytes),
        sha256=sent.sha256, from_site=unit.get(Site, unit.store.site).name, to_site=sent.to, copied_on=unit.today(),
    )  # fmt: skip


def transport_log(unit: Unit) -> list[Carried]:
    """Every bundle that was copied here, the latest first."""
    labels = {stick.id: stick.label for stick in sticks(unit)}
    found = unit.all(
        sa.select(Carriage).where(Carriage.removed.is_(False)).order_by(Carriage.copied_on.desc(), Carriage.id.desc())
    )
    return [Carried(carriage, labels.get(carriage.stick, "")) for carriage in found]


def carriage_named(unit: Unit, name: str) -> Carriage:
    """The bundle's line in the transport log, by its file's name, its sum or its id. Raises ``NotFound``."""
    said = Path(name.strip()).name.removesuffix(".bundle")
    for carriage, _label in transport_log(unit):
        if said in (carriage.file.removesuffix(".bundle"), carriage.sha256, carriage.id):
            return carriage
    raise NotFound(_("The bundle {name} is not in the transport log. Nothing was changed.").format(name=name))


def carry(unit: Unit, carriage: Id, carrier: str, on: dt.date | None = None, at: str = "") -> None:
    """Who carries the stick, and when it left: now, unless that was said before or is said here."""
    if not carrier.strip():
        raise Refused({"carrier": _("Say who carries the stick.")})
    before = unit.get(Carriage, carriage)
    if on or not before.left_on:
        # A time of today's clock says nothing about another day.
        at = at or ("" if on and on != unit.today() else f"{unit.store.clock().astimezone():%H:%M}")
    unit.revise(
        Carriage, carriage, carrier=carrier, left_on=on or before.left_on or unit.today(), left_at=at or before.left_at
    )


def returned(unit: Unit, carriage: Id, on: dt.date | None = None) -> None:
    """The stick came back."""
    unit.revise(Carriage, carriage, returned_on=on or unit.today())


def ours_on(folder: Path) -> list[Path]:
    """The bundles on a stick, and what is left of unfinished ones: what wiping it deletes. Other files stay."""
    try:
        return sorted(path for path in folder.iterdir() if _OURS.fullmatch(path.name) and path.is_file())
    except OSError:
        return []


def not_brought_in(unit: Unit, folder: Path) -> list[str]:
    """The bundles of other sites on a stick that were not brought in here: wiping it loses this copy of them."""
    return [path.name for path in not_taken_in(unit, ours_on(folder))]


def wiped(unit: Unit, folder: Path, *, also_new: bool = True) -> Wiped:
    """Delete our bundles from a stick and note it in the transport log. Raises ``Problem``.

    Without *also_new* nothing is deleted where a bundle of another site was not brought in here.

    It is deleting and no more: ``FLASH`` says why nothing is written over. What is noted: the bundles that lay on it,
    and those that were copied onto the registered stick that it is; the same serial alone does not make it that.
    """
    medium, today = look(folder), unit.today()
    if not medium.size:
        raise Problem(
            _("This folder or stick is not there. Nothing was changed. Put the stick in and try again."), code="stick"
        )
    files = ours_on(folder)
    if not also_new and (new := not_brought_in(unit, folder)):
        words = _(
            "These were not brought in here: {files}. Nothing was deleted. Bring them in, or to the site they are "
            "for; to delete them all the same: --all."
        )
        raise Problem(words.format(files=", ".join(new)), code="unread")
    try:
        for path in files:
            path.unlink()
    except OSError as error:
        raise Problem(
            _("The stick does not let the program delete. Bundles are still on it. Put it in again, then try again."),
            code="stick",
        ) from error
    names, bundles = {path.name for path in files}, 0
    stick = stick_of(unit, medium.serial)
    if stick is not None and stick.capacity != show_size(medium.size):  # another one: makers repeat serials
        stick = None
    for carriage, _label in transport_log(unit):
        elsewhere = bool(carriage.serial and medium.serial) and carriage.serial != medium.serial
        off_it = carriage.file in names or (stick is not None and carriage.stick == stick.id)
        if off_it and not elsewhere and carriage.wiped_on is None:
            away = carriage.left_on is not None and carriage.left_on <= today and carriage.returned_on is None
            returned = today if away else carriage.returned_on
            bundles += unit.revise(Carriage, carriage.id, wiped_on=today, returned_on=returned)
    return Wiped(tuple(path.name for path in files), bundles)


# What is printed


def gate_sheet(unit: Unit, carriage: Id, language: str = "en") -> Printed:
    """What the gate may know of a bundle: file, size, sum, stick, carrier, sites, and lines to sign. Nobody in it."""
    one = unit.get(Carriage, carriage)
    stick, size = unit.find(Stick, one.stick) if one.stick else None, int(one.size or 0)
    return _printable(
        GateSheet(
            language=language, print_number=f"G-{one.sha256[:8].upper()}", printed_on=unit.today(),
            files=tuple(pieces.names(Path(one.file), size)), size=size, sha256=one.sha256,
            label=stick.label if stick else "", serial=one.serial,
            carrier=one.carrier, from_site=one.from_site, to_site=one.to_site, copied_on=one.copied_on,
        )
    )  # fmt: skip


def label_sheet(unit: Unit, chosen: Sequence[Id], language: str = "en") -> Printed:
    """A label to cut out for each of the chosen sticks."""
    site, found = unit.get(Site, unit.store.site).name, [unit.get(Stick, stick) for stick in chosen]
    labels = tuple(StickLabel(label=stick.label, serial=stick.serial, site=site) for stick in found)
    odd = reports.unprintable(text for label in labels for text in (label.label, label.site))
    _refuse_letters(odd)
    return reports.stick_labels_pdf(labels, language=language, printed_on=unit.today())


def record_sheet(unit: Unit, kind: str, records: Sequence[Id], pdf: Printed, *, how: str, printer: str = "") -> None:
    """Write into the log that a gate sheet or a label was printed or saved (*how*)."""
    sha256 = hashlib.sha256(pdf.data).hexdigest()
    for record in records:
        unit.tell(kind, record, how=how, pages=pdf.pages, printer=printer, sha256=sha256)


def save_sheet(unit: Unit, kind: str, records: Sequence[Id], pdf: Printed, path: Path) -> None:
    """Write such a sheet into a file, and that into the log. Raises ``Problem``."""
    record_sheet(unit, kind, records, pdf, how="saved")
    try:
        replace_file(path, pdf.data)
    except OSError as error:
        words = _("The file {name} could not be written there. Nothing was changed. Choose another place.")
        raise Problem(words.format(name=path.name), code="write") from error


def _printable(sheet: GateSheet) -> Printed:
    _refuse_letters(reports.unprintable((*sheet.files, sheet.carrier, sheet.from_site, sheet.to_site, sheet.label)))
    return reports.gate_sheet_pdf(sheet)


def _refuse_letters(odd: Sequence[str]) -> None:
    if odd:
        words = _("These letters cannot be printed: {letters}. Write them in another way, then print.")
        raise Problem(words.format(letters=" ".join(odd[:20])), code="letters")
