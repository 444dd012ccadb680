"""The register of sticks, who carries which bundle, and what is printed for it."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from ..actions import media
from ..base.ids import Id
from ..base.words import _, language, ngettext
from ..records.base import choice_label
from ..records.media import Carriage, Stick, StickBecame
from ..reports import Printed
from ..store import Unit
from .answers import Answer, as_values, opened


def list_sticks(args: argparse.Namespace) -> Answer:
    """Every stick of the register, and the transport log."""
    with opened(args) as store, store.read() as unit:
        sticks = [as_values(stick) for stick in media.sticks(unit)]
        log = [as_values(one.carriage) | {"label": one.label} for one in media.transport_log(unit)]
    for stick in sticks:
        became = choice_label(StickBecame, stick["became"])
        words = (stick["label"], stick["serial"] or _("serial not known"), stick["volume"], stick["capacity"], became)
        args.say("  ".join(filter(None, words)))
    if not sticks:
        args.say(_("No stick is registered yet."))
    for one in log:
        dates = (
            (_("copied on {day}"), one["copied_on"]), (_("left on {day}"), one["left_on"]),
            (_("back on {day}"), one["returned_on"]), (_("wiped on {day}"), one["wiped_on"]),
        )  # fmt: skip
        told = [said.format(day=day) for said, day in dates if day]
        args.say("  ".join(filter(None, (one["file"], one["label"], one["carrier"], *told))))
    return Answer({"sticks": sticks, "carriages": log})


def register(args: argparse.Namespace) -> Answer:
    """Put the stick that a folder lies on into the register."""
    with opened(args) as store:
        with store.work("register_stick") as unit:
            made = media.register_stick(unit, args.folder, args.label)
        with store.read() as unit:
            values = as_values(unit.get(Stick, made))
    args.say(_("Registered as {label}.").format(label=values["label"]))
    args.say(_("Its serial: {serial}").format(serial=values["serial"]) if values["serial"] else _(media.NO_SERIAL))
    return Answer(values)


def retire(args: argparse.Namespace) -> Answer:
    """A stick is not used any more, and what became of it."""
    with opened(args) as store:
        with store.work("retire_stick") as unit:
            stick = media.stick_named(unit, args.label).id
            media.retire_stick(unit, stick, args.became, args.on)
        with store.read() as unit:
            values = as_values(unit.get(Stick, stick))
    args.say(f"{values['label']}: {choice_label(StickBecame, values['became'])}, {values['retired_on']}")
    return Answer(values)


def carry(args: argparse.Namespace) -> Answer:
    """Who carries a bundle's stick, and when it left."""
    return _noted(args, "carry", lambda unit, one: media.carry(unit, one, args.carrier, args.on, args.at))


def returned(args: argparse.Namespace) -> Answer:
    """A bundle's stick came back."""
    return _noted(args, "returned", lambda unit, one: media.returned(unit, one, args.on))


def _noted(args: argparse.Namespace, act: str, note: Callable[[Unit, Id], None]) -> Answer:
    with opened(args) as store:
        with store.work(act) as unit:
            carriage = media.carriage_named(unit, args.bundle).id
            note(unit, carriage)
        with store.read() as unit:
            values = as_values(unit.get(Carriage, carriage))
    args.say(_("Noted in the transport log: {file}.").format(file=values["file"]))
    return Answer(values)


def wiped(args: argparse.Namespace) -> Answer:
    """Delete our bundles from a stick; other files stay."""
    with opened(args) as store, store.work("wiped") as unit:
        done = media.wiped(unit, args.folder, also_new=args.all)
    n = len(done.files)
    args.say(ngettext("{n} bundle was deleted.", "{n} bundles were deleted.", n).format(n=n))
    args.say(_(media.FLASH))
    return Answer({"folder": str(args.folder), "deleted": list(done.files), "noted": done.bundles})


def label(args: argparse.Namespace) -> Answer:
    """Labels for sticks, to cut out, as PDF."""
    with opened(args) as store, store.work("save_label") as unit:
        found = [media.stick_named(unit, name).id for name in args.labels]
        return _saved(unit, args, "stick", found, media.label_sheet(unit, found, language()))


def gate_sheet(args: argparse.Namespace) -> Answer:
    """What goes with a bundle through the gate, as PDF."""
    with opened(args) as store, store.work("save_gate_sheet") as unit:
        carriage = media.carriage_named(unit, args.bundle).id
        return _saved(unit, args, "carriage", [carriage], media.gate_sheet(unit, carriage, language()))


def _saved(unit: Unit, args: argparse.Namespace, kind: str, records: Sequence[Id], pdf: Printed) -> Answer:
    media.save_sheet(unit, kind, records, pdf, args.out)
    sha256 = hashlib.sha256(pdf.data).hexdigest()
    args.say(ngettext("{n} page in {file}.", "{n} pages in {file}.", pdf.pages).format(n=pdf.pages, file=args.out))
    data: dict[str, Any] = {"pages": pdf.pages, "sha256": sha256, "file": str(args.out), "records": list(records)}
    return Answer(data)
