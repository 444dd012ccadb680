"""Writes a bundle: entries in, ciphertext out, in one pass, with no plain file and never the whole in memory.

The header stands first but tells of the body, so its line, whose length is known, is left blank, and filled last.
A bundle whose writer was stopped has a blank first line and is refused.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import struct
from binascii import b2a_base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO, Self

import msgspec

from ..base.ids import Id
from ..base.problems import Problem
from . import header
from .cards import Card
from .contents import BATCH, LINE_LIMIT, PAYLOAD_LIMIT, PIECE, SALT, Course, Manifest, Span, Totals, write_manifest
from .faults import fault
from .keys import HPKE_SUITE, DeviceKey, hpke_public
from .stream import Sealer
from .succession import Link
from .tables import Tables

_BLOCK = 2 * 1024 * 1024
_ROOM = LINE_LIMIT * 3 // 4  # bytes of payload in tables: they have some more, for what parts their columns


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was written: ``size`` in bytes, the header's line and digest (32 bytes), the body's SHA-256."""

    size: int
    header_line: bytes = field(repr=False)
    header_digest: bytes
    body_sha256: bytes
    receipt_secret: bytes = field(repr=False)


class Writer:
    """Call ``manifest`` once, then ``run`` or ``reoffer`` and what belongs to them, ``parcel``, then ``close``.

    A thread seals what was written meanwhile. Where a bundle may be broken off, use the writer as a context manager:
    at its end the thread has ended, and touches *file* no more.

    *file* is empty, seekable and binary. *number* counts this device's bundles to these receivers, *previous* is the
    ``header_digest`` of the one before. Every method raises ``Problem`` (code ``own-chain``) where what it is given
    does not continue the chain or is not what the manifest declared: such a bundle would be refused.
    """

    def __init__(
        self,
        file: BinaryIO,
        sender: DeviceKey,
        to: Sequence[Card],
        *,
        number: int = 1,
        previous: bytes = header.NO_PREVIOUS,
        links: Sequence[Link] = (),
    ) -> None:
        self._file, self._sender, self._links = file, sender, links
        self._number, self._previous = number, previous
        self._to = sorted(to, key=lambda card: card.site)
        self._ids = tuple(Id(card.site) for card in self._to)
        self._key = os.urandom(32)
        blank = msgspec.structs.replace(self._header(bytes(32), 0), keys=(bytes(header.WRAPPED_SIZE),) * len(self._to))
        self._reserved = len(header.write_line(blank, sender))
        file.write(b" " * self._reserved)
        self._sealer = Sealer(file, self._key)
        self._lines: list[bytes] = []
        self._salts, self._tables, self._begins = bytearray(), Tables(), 0
        self._waiting = 0
        self._course = Course((), Totals(entries=0), _own)
        self.receipt_secret = os.urandom(32)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._sealer.stop()

    def manifest(
        self,
        *,
        spans: Sequence[Span],
        totals: Totals,
        app: str,
        made: dt.datetime,
        zone: str,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """What will follow. *more* is JSON. Raises ``ValueError`` for a manifest no reader would take."""
        manifest = Manifest(
            site=self._sender.site,
            device=self._sender.device,
            number=self._number,
            previous=self._previous,
            to=self._ids,
            salt=os.urandom(32),
            receipt_secret=self.receipt_secret,
            app=app,
            made=made,
            zone=zone,
            totals=totals,
            spans=tuple(spans),
            more=dict(more or {}),
        )
        self._course = Course(manifest.spans, totals, _own, manifest.parcels)
        self._put(write_manifest(manifest))
        self._flush()

    def run(self, device: int, first: int, before: bytes) -> None:
        """The run of *device* begins, as a span of the manifest says."""
        self._course.run(device, first, before)
        self._line(b"@ %d %d %b" % (device, first, before.hex().encode()))

    def entry(self, number: int, salt: bytes, payload: bytes) -> None:
        """The run's next entry."""
        self.entries([(number, salt, payload)])

    def entries(self, rows: Iterable[tuple[int, bytes, bytes]]) -> None:
        """The run's next entries: number, salt, payload."""
        # The loop runs once for every entry that travels: nothing in it that could stand outside.
        course, sha256, pack = self._course, hashlib.sha256, struct.Struct(">x32sQ32s").pack
        waiting = iter(rows)
        while batch := list(islice(waiting, BATCH)):
            number, chain = course.number, course.hash
            for given, salt, payload in batch:
                number += 1
                if given != number or len(salt) != SALT:
                    raise _own("broken-chain")
                chain = sha256(pack(chain, number, sha256(salt + payload).digest())).digest()
            payloads = [payload for _number, _salt, payload in batch]
            if b"\n" in b"".join(payloads):
                raise _own("broken-chain")
            if max(map(len, payloads)) > PAYLOAD_LIMIT:
                raise _own("malformed")
            course.advance(len(batch), number, chain)
            self._stand([salt for _number, salt, _payload in batch], payloads)

    def _stand(self, salts: list[bytes], payloads: list[bytes]) -> None:
        """Let these entries stand in tables, as many together as there is room for."""
        size, half = sum(map(len, payloads)), len(payloads) // 2
        if size > _ROOM:
            self._stand(salts[:half], payloads[:half])
            self._stand(salts[half:], payloads[half:])
            return
        if self._tables.size + size > _ROOM:
            self._flush()
        if not self._salts:
            self._begins = len(self._lines)
        self._salts += b"".join(salts)
        self._course.lines -= len(payloads)  # one line stands for all of them
        self._line(self._tables.add(payloads))

    def withheld(self, first: int, last: int, after: bytes, *, before: bytes | None = None) -> None:
        """The run's entries *first* to *last* stay here; *after* is the log's hash of *last*.

        Give *before*, the log's hash of *first* - 1, wherever it is at hand. It does not travel: it proves the
        entries written so far, which no reader can check beyond this run.
        """
        if before is not None and before != self._course.hash:
            raise _own("broken-chain")
        self._course.withhold(first, last, after)
        self._line(b"W %d %d %b" % (first, last, after.hex().encode()))

    def reoffer(self, device: int, first: int, last: int, before: bytes, after: bytes) -> None:
        """A run withheld before begins again: ``entries`` and ``still_withheld`` fill it to *last*."""
        self._course.reoffer(device, first, last, before, after)
        self._line(b"R %d %d %d %b %b" % (device, first, last, before.hex().encode(), after.hex().encode()))

    def still_withheld(self, number: int, digest: bytes) -> None:
        """The next entry of an offered run stays here still."""
        self._course.keep(number, digest)
        self._line(b"D %d %b" % (number, digest.hex().encode()))

    def parcel(self, number: int, file: BinaryIO) -> None:
        """A sealed bundle that is carried along, as ``more.parcels`` says: the *number* counts them from 0."""
        while data := file.read(PIECE):
            self._course.piece(number, data)
            self._line(b"P %d %b" % (number, b2a_base64(data, newline=False)))

    def close(self) -> Sealed:
        """The end: seals the last chunk, wraps the key for each receiver and signs the header in its place."""
        self._course.finish()
        self._flush()
        self._put(b". %d" % self._course.lines)
        self._flush()
        self._sealer.finish()
        body_sha256 = self._sealer.sha256.digest()
        made = self._header(body_sha256, self._sealer.size)
        core = header.core_digest(made)
        wrapped = []
        for card in self._to:
            info = header.key_info(made.format, made.site, made.device, card.site, core)
            wrapped.append(HPKE_SUITE.encrypt(self._key, hpke_public(card.hpke), info))
        made = msgspec.structs.replace(made, keys=tuple(wrapped))
        line = header.write_line(made, self._sender)
        if len(line) != self._reserved:
            raise AssertionError("a header's length is known before it is written")
        self._file.seek(0)
        self._file.write(line)
        self._file.seek(0, os.SEEK_END)
        self._file.flush()
        digest = hashlib.sha256(msgspec.json.encode(made)).digest()
        return Sealed(len(line) + self._sealer.size, line, digest, body_sha256, self.receipt_secret)

    def _header(self, body_sha256: bytes, body_size: int) -> header.Wire:
        return header.wire(self._sender, self._number, self._previous, self._ids, body_sha256, body_size, self._links)

    def _line(self, line: bytes) -> None:
        self._course.lines += 1
        self._put(line)

    def _put(self, lines: bytes) -> None:
        self._lines.append(lines)
        self._waiting += len(lines)
        if self._waiting >= _BLOCK or len(self._salts) >= BATCH * SALT:
            self._flush()

    def _flush(self) -> None:
        if not self._lines:
            return
        if self._salts:  # apart from the words, with which they would be packed as if they were words
            above = [b"S " + b2a_base64(self._salts, newline=False), *self._tables.take()]
            self._course.lines += len(above)
            self._lines[self._begins : self._begins] = above
            self._salts.clear()
        self._sealer.write(b"\n".join(self._lines) + b"\n")
        self._lines, self._waiting = [], 0


def read_back(file: BinaryIO, sealed: Sealed) -> bytes:
    """The SHA-256 of the whole of *file*, read again from where it was written and compared with what was meant.

    Raises ``Problem`` (code ``not-as-written``).
    """
    file.seek(0)
    line = file.read(len(sealed.header_line))
    whole, body, size = hashlib.sha256(line), hashlib.sha256(), len(line)
    while block := file.read(1 << 20):
        whole.update(block)
        body.update(block)
        size += len(block)
    if line != sealed.header_line or size != sealed.size or body.digest() != sealed.body_sha256:
        raise fault("not-as-written")
    return whole.digest()


def _own(code: str) -> Problem:
    problem = fault("own-chain")
    problem.add_note(code)
    return problem
