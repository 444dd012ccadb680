"""Opens a bundle: pass two, which decrypts piece by piece and hands out what it has verified.

Everything before it (``header.verify``) has shown that a trusted site's device signed these bytes. Items are handed
out while the rest is still unread: keep them in a transaction, and commit only when the iterator has ended.
"""

from __future__ import annotations

import hashlib
import struct
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import BinaryIO

from cryptography.exceptions import InvalidTag

from .contents import LINE_LIMIT, PAYLOAD_LIMIT, SALT, Course, Entries, Item, Manifest, Row, read_manifest
from .faults import fault
from .header import FIRST_FORMAT, SECOND_FORMAT, Verified, key_info
from .keys import HPKE_SUITE, SiteKeys
from .stream import unseal
from .tables import entry_lines

_BLOCK = 1024 * 1024


def open_bundle(
    file: BinaryIO, header: Verified, keys: SiteKeys, older: Sequence[SiteKeys] = ()
) -> tuple[Manifest, Iterator[Item]]:
    """The manifest, and an iterator of the verified items in the order they were written.

    It may be sealed to the *older* keys of the site too: whoever made it did not have the new card yet.

    Only when the iterator has ended is the whole known to be good; it raises ``Problem`` at the first fault:
    ``wrong-receiver``, ``inner-outer-mismatch``, ``broken-chain``, ``malformed``, ``altered``.
    """
    if keys.site not in header.to:
        raise fault("wrong-receiver")
    info = key_info(header.format, header.site, header.device, keys.site, header.core)
    wrapped, key = header.wrapped[header.to.index(keys.site)], b""
    for one in (keys, *older):
        with suppress(InvalidTag):
            key = HPKE_SUITE.decrypt(wrapped, one.hpke_private(), info)
            break
    else:
        raise fault("wrong-receiver")
    if len(key) != 32:
        raise fault("malformed")
    body = unseal(file, header.body_start, header.body_size, header.body_sha256, key)
    blocks = _whole_lines(body)
    first = next(blocks, [])
    try:
        manifest = read_manifest(first[0] if first else b"")
    except ValueError as error:
        raise fault("malformed") from error
    if not manifest.agrees_with(header):
        raise fault("inner-outer-mismatch")
    blocks = chain([first[1:]], blocks)
    course = Course(manifest.spans, manifest.totals, fault, manifest.parcels)
    return manifest, _items(_a_line_each(blocks, course, header.format), course)


def _a_line_each(blocks: Iterator[list[bytes]], course: Course, format_: str) -> Iterator[list[bytes]]:
    """The lines with one of its own for each entry, as the second format has them."""
    if format_ == SECOND_FORMAT:
        return blocks
    return _apart(blocks, course) if format_ == FIRST_FORMAT else entry_lines(blocks, course)


def _whole_lines(pieces: Iterator[bytes]) -> Iterator[list[bytes]]:
    """The lines of the plain bytes, about a megabyte at a time, none longer than the limit."""
    waiting: list[bytes] = []
    size = 0  # of the pieces since the last line that is whole
    # However much a piece unpacks to, no more than a block is split at once: a line takes more room than its letters.
    for piece in (one[at : at + _BLOCK] for one in pieces for at in range(0, len(one), _BLOCK)):
        waiting.append(piece)
        size += len(piece)
        if size >= _BLOCK:
            lines = b"".join(waiting).split(b"\n")
            rest = lines.pop()
            waiting, size = [rest], 0
            if len(rest) > LINE_LIMIT or max(map(len, lines), default=0) > LINE_LIMIT:
                raise fault("malformed")
            if lines:
                yield lines
    lines = b"".join(waiting).split(b"\n")
    rest = lines.pop()
    if rest or max(map(len, lines), default=0) > LINE_LIMIT:
        raise fault("malformed")
    yield lines


def _apart(blocks: Iterator[list[bytes]], course: Course) -> Iterator[list[bytes]]:
    """Lines of the first format as those of the second: each salt on its own, which the closing line did not count.

    The number that stood before it, the hashes prove.
    """
    for lines in blocks:
        apart = []
        for line in lines:
            words = line.split(b" ", 3)
            if words[0] == b"E" and len(words) == 4:
                apart += [b"S " + words[2], b"E " + words[3]]
                course.lines -= 1
            elif words[0] in (b"E", b"S"):
                raise fault("malformed")
            else:
                apart.append(line)
        yield apart


def _items(blocks: Iterator[list[bytes]], course: Course) -> Iterator[Item]:
    ended = False
    for lines in blocks:
        try:
            for item in _block_items(lines, course):
                if ended:
                    raise fault("malformed")
                if item is None:
                    ended = True
                else:
                    yield item
        except ValueError as error:
            raise fault("malformed") from error
    if not ended:
        raise fault("malformed")


def _block_items(lines: list[bytes], course: Course) -> Iterator[Item | None]:
    """The items of these lines, and None for the closing line. Raises ``ValueError`` where one is not well made."""
    # The loop runs once for every entry that travels: nothing in it that could stand outside.
    sha256, pack = hashlib.sha256, struct.Struct(">x32sQ32s").pack
    if max(map(len, lines), default=0) > PAYLOAD_LIMIT + 2:
        raise ValueError("too long a payload")
    rows: list[Row] = []
    number, hash_, salts, salted = course.number, course.hash, course.salts, course.salted
    for line in lines:
        if line[:2] == b"E ":
            number += 1
            salt, payload = salts[salted : salted + SALT], line[2:]
            salted += SALT
            hash_ = sha256(pack(hash_, number, sha256(salt + payload).digest())).digest()
            rows.append((number, salt, payload, hash_))
            continue
        if rows:
            course.advance(len(rows), number, hash_, salted=salted)
            yield Entries(course.device, rows, course.reoffered)
            rows = []
        if line[:2] == b"S ":
            course.lines += 1
            course.salt(_base64(line[2:]))
        else:
            yield _other(line, course)
        number, hash_, salts, salted = course.number, course.hash, course.salts, course.salted
    if rows:
        course.advance(len(rows), number, hash_, salted=salted)
        yield Entries(course.device, rows, course.reoffered)


def _other(line: bytes, course: Course) -> Item | None:
    if course.salts and not course.salted:
        raise ValueError("an entry follows its salts")
    kind, *words = line.split(b" ")
    if kind == b"." and len(words) == 1:
        course.finish()
        if _number(words[0]) != course.lines:
            raise ValueError("the closing line counts other lines")
        return None
    course.lines += 1
    if kind == b"@":
        device, first, before = words
        return course.run(_number(device), _number(first), _hash(before))
    if kind == b"W":
        first, last, after = words
        return course.withhold(_number(first), _number(last), _hash(after))
    if kind == b"R":
        device, first, last, before, after = words
        return course.reoffer(_number(device), _number(first), _number(last), _hash(before), _hash(after))
    if kind == b"D":
        number, digest = words
        return course.keep(_number(number), _hash(digest))
    if kind == b"P":
        parcel, coded = words
        return course.piece(_number(parcel), _base64(coded))
    raise ValueError("not a line of a bundle")


def _number(text: bytes) -> int:
    number = int(text[:17])
    if b"%d" % number != text or not 0 <= number < 1 << 53:
        raise ValueError("not a number in its one spelling")
    return number


def _base64(text: bytes) -> bytes:
    raw = a2b_base64(text)
    if b2a_base64(raw, newline=False) != text:
        raise ValueError("not base 64 in its one spelling")
    return raw


def _hash(text: bytes) -> bytes:
    raw = bytes.fromhex(text.decode("ascii"))
    if len(raw) != 32 or raw.hex().encode() != text:
        raise ValueError("not a hash in its one spelling")
    return raw
