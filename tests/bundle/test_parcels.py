"""Sealed files carried along: they come out as they went in, and every way of carrying them wrongly is refused."""

from __future__ import annotations

import hashlib
import io
import os
import re
from typing import Any

import pytest

from reentry_desktop.base.problems import Problem
from reentry_desktop.bundle import Parcel, Piece, Totals, Writer, write_card
from reentry_desktop.bundle.contents import PIECE

from . import second_reader
from .conftest import MADE, Log, Site, code_of, forge, lines_of, read, read_with_peak, write


def carry(sender: Site, to: Site, log: Log, *files: bytes, more: dict[str, Any] | None = None) -> bytes:
    """A bundle with the whole log that carries *files*."""
    file = io.BytesIO()
    parcels = [{"from": "a" * 32, "to": "b" * 32, "sha256": _sha(f), "size": len(f)} for f in files]
    writer = Writer(file, sender.device, [to.card])
    writer.manifest(
        spans=[log.span()], totals=Totals(entries=len(log.rows)), app="0.1.0", made=MADE, zone="UTC",
        more={"parcels": parcels} if more is None else more,
    )  # fmt: skip
    writer.run(log.device, 1, log.hashes[0])
    writer.entries(log.rows)
    for number, carried in enumerate(files):
        writer.parcel(number, io.BytesIO(carried))
    writer.close()
    return file.getvalue()


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_they_come_out_as_they_went_in(north: Site, office: Site, log: Log) -> None:
    files = [os.urandom(PIECE * 2 + 5), write(north, [office], log), b"x"]
    data = carry(north, office, log, *files)
    manifest, items = read(data, north.card, office.keys)
    found = [b""] * len(files)
    for item in items:
        if isinstance(item, Piece):
            found[item.parcel] += item.data
    assert found == files
    assert manifest.parcels[2] == Parcel("a" * 32, "b" * 32, _sha(b"x"), 1)
    card = second_reader.read_card(write_card(north.card, north.keys))
    _header, _told, lines = second_reader.open_bundle(data, card, office.id, office.keys.seed, office.keys.scalar)
    assert [value for kind, value in lines if kind == "P"] == files


def test_a_large_one_is_never_in_memory(north: Site, office: Site, log: Log) -> None:
    size = 60 << 20
    data = carry(north, office, log, os.urandom(size))
    read, peak = read_with_peak(data, north, office, lambda item: len(item.data) if isinstance(item, Piece) else 0)
    assert read == size
    assert peak < 24e6


@pytest.fixture(scope="module")
def lines(north: Site, office: Site, log: Log) -> list[bytes]:
    return lines_of(carry(north, office, log, b"first file", b"second file"), north, office)


def _code(lines: list[bytes], north: Site, office: Site) -> str:
    return code_of(forge(north.device, [office.card], b"\n".join(lines) + b"\n"), north.card, office.keys)


def test_every_line_left_out_doubled_or_swapped(north: Site, office: Site, lines: list[bytes]) -> None:
    assert _code(lines, north, office) == ""
    first = next(at for at, line in enumerate(lines) if line.startswith(b"P "))
    for place in range(first, len(lines)):
        assert _code(lines[:place] + lines[place + 1 :], north, office) == "malformed"
        assert _code(lines[: place + 1] + lines[place:], north, office) == "malformed"
    assert _code([*lines[:first], lines[first + 1], lines[first], *lines[first + 2 :]], north, office) == "malformed"
    early = [lines[0], lines[first], *lines[1:first], *lines[first + 1 :]]
    assert _code(early, north, office) in {"malformed", "broken-chain"}


@pytest.mark.parametrize(
    ("pattern", "new"),
    [
        (rb"^P 0 ", rb"P 1 "),
        (rb"^P 0 ", rb"P 2 "),
        (rb"^P 0 ", rb"P 00 "),
        (rb"^P 0 (\S)\S", rb"P 0 \1*"),
        (rb"^P 0 \S\S", rb"P 0 aa"),
        (rb"^P 0 .*", rb"P 0 "),
        (rb"^P 0 .*", rb"P 0"),
        (rb'"size":10', rb'"size":9'),
        (rb'"size":10', rb'"size":11'),
        (rb'"size":10', rb'"size":0'),
        (rb'"size":10', rb'"size":"10"'),
        (rb'"sha256":"\w\w', rb'"sha256":"zz'),
        (rb'"from":"a', rb'"from":"A'),
        (rb'"parcels":\[\{', rb'"parcels":[{"size":3},{'),
        (rb'"parcels":\[.*\]', rb'"parcels":[]'),
        (rb'"parcels":\[.*\]', rb'"parcels":5'),
    ],
)
def test_a_piece_against_the_rules(north: Site, office: Site, lines: list[bytes], pattern: bytes, new: bytes) -> None:
    changed = [re.sub(pattern, new, line) for line in lines]
    assert changed != lines
    assert _code(changed, north, office) == "malformed"


def test_a_writer_carries_what_it_declared(north: Site, office: Site, log: Log) -> None:
    told = {"parcels": [{"from": "a" * 32, "to": "b" * 32, "sha256": _sha(b"one"), "size": 3}]}
    for wrong in (b"two", b"longer", b"on", b""):
        with pytest.raises(Problem):
            carry(north, office, log, wrong, more=told)
    with pytest.raises(Problem):
        carry(north, office, log, more=told)
    with pytest.raises(ValueError, match="missing required field"):
        carry(north, office, log, more={"parcels": [{"size": 3}]})
