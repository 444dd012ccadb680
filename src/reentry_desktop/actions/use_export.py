"""The record of use as a file for an auditor: JSON lines, and a signature that a stock command checks.

``openssl pkeyutl -verify -pubin -inkey FILE.pem -rawin -in FILE -sigfile FILE.sig`` (OpenSSL 3; docs/for-it.md). The
key is the site's, whose twelve words stand on its card.
"""

from __future__ import annotations

import contextlib
import hashlib
import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from ..base.files import replace_file
from ..base.ids import show_device
from ..base.problems import Problem
from ..base.words import _
from ..exchange.identity import keys_of, own_card
from ..records.access import may_see
from ..records.base import fields, kinds
from ..records.change import Change, from_payload
from ..records.people import Person
from ..store import Store, Unit
from ..store.engines import stream
from ..store.erasing import SEARCH
from .use import EVERYTHING, Asked, fits, wanted_by


@dataclass(frozen=True)
class Exported:
    """A file that was written. ``signature``, ``key`` and ``fingerprint`` (twelve words) only where it was signed."""

    file: Path
    entries: int
    sha256: str
    signature: Path | None = None
    key: Path | None = None
    fingerprint: tuple[str, ...] = ()


def log_lines(unit: Unit, asked: Asked = EVERYTHING) -> Iterator[dict[str, Any]]:
    """The entries that are *asked* for in the order of arrival: device, number, when, who, what, which record, outcome.

    With everything asked for, also those whose words are gone or kept from who asks: their place in the chain. Who does
    not see every woman's record, like an auditor, gets which fields of hers were set and none of the words.
    """
    names: dict[str, str] = dict(unit.rows(sa.select(Person.id, Person.name)))
    all_of_it, wanted = asked == EVERYTHING, wanted_by(unit, asked)
    rows = stream(unit.connection, "SELECT device, number, payload, hash FROM entry ORDER BY seq")
    for device, number, payload, chained in rows:
        line = {"device": show_device(device), "number": number, "hash": bytes(chained).hex()}
        if payload is None:
            if all_of_it:
                yield line | {"erased": True}
            continue
        change = from_payload(payload)
        if not may_see(unit.store.who, change.kind, change.by):
            if all_of_it:
                yield line | {"kept_back": True}
            continue
        if all_of_it or fits(wanted, change):
            values = change.read_values()
            if unit.store.who.narrowed and _tells_of_a_woman(change):
                values = dict.fromkeys(values)
            yield line | {
                "at": change.at, "who": names.get(change.by, change.by), "act": change.act, "kind": change.kind,
                "record": change.record, "participant": change.participant, "values": values,
            } | ({"clock_off_days": change.off} if change.off else {})  # fmt: skip


def _tells_of_a_woman(change: Change) -> bool:
    """Whether the values may name a woman: hers, a request about one who has no record here, what was searched for."""
    of_kind = kinds().get(change.kind)
    return (
        bool(change.participant) or change.act == SEARCH or (of_kind is not None and "participant" in fields(of_kind))
    )


def export_log(store: Store, out: Path, asked: Asked = EVERYTHING, *, signed: bool = False) -> Exported:
    """Write the record of use to *out*; this export is the last entry in it. Raises ``Problem``."""
    with store.work("export_log") as unit:
        unit.tell("site", store.site, file=out.name[:80], signed=signed)
    part = out.with_name(out.name + ".part")
    try:
        with store.whole("export_log") as unit:
            entries, sha256 = _write(part, log_lines(unit, asked))
        made = _sign(store, part, out) if signed else Exported(out, 0, "")
        part.replace(out)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise Problem(
            _("The file {name} could not be written there. Nothing was changed. Choose another place.").format(
                name=out.name
            ),
            code="write",
        ) from error
    return Exported(out, entries, sha256, made.signature, made.key, made.fingerprint)


def _write(part: Path, lines: Iterator[dict[str, Any]]) -> tuple[int, str]:
    entries, sha256 = 0, hashlib.sha256()
    with part.open("wb") as file:
        for line in lines:
            data = msgspec.json.encode(line) + b"\n"
            file.write(data)
            sha256.update(data)
            entries += 1
        file.flush()
        os.fsync(file.fileno())
    return entries, sha256.hexdigest()


def _sign(store: Store, part: Path, out: Path) -> Exported:
    """Sign the bytes of *part* with the site's key; the signature and the key stand beside *out*."""
    with store.read() as unit:
        keys = keys_of(unit)[0]
    with (
        part.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
        memoryview(mapped) as data,
    ):
        signature = keys.sign_file(data)
    beside, public = out.with_name(out.name + ".sig"), out.with_name(out.name + ".pem")
    replace_file(beside, signature)
    replace_file(public, keys.signing_pem)
    return Exported(out, 0, "", beside, public, own_card(store)[0].fingerprint)
