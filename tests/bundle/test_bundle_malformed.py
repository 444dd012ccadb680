"""What a sender's own program could do wrong: signed and sealed, and yet against the rules."""

from __future__ import annotations

import base64
import io
import re
import tracemalloc
from itertools import chain

import pytest
import zstandard

from reentry_desktop.base.problems import Problem
from reentry_desktop.bundle import Entries, open_bundle, verify
from reentry_desktop.bundle import contents as inside
from reentry_desktop.bundle import header as head
from reentry_desktop.bundle.tables import entry_lines
from reentry_desktop.records.entry import digest, first_hash

from .conftest import Log, Site, code_of, forge, lines_of, read


@pytest.fixture(scope="session")
def lines(north: Site, office: Site, plain: bytes) -> list[bytes]:
    """The plain lines of ``plain`` as the second format has them, a line for each entry; they can be forged anew."""
    third = lines_of(plain, north, office)
    course = inside.Course((), inside.Totals(entries=0), lambda code: Problem(code, code=code))
    second = list(chain.from_iterable(entry_lines(iter([third[:-1]]), course)))
    return [*second, b". %d" % (len(second) - 1)]


def _forge(lines: list[bytes], north: Site, office: Site, end: bytes = b"\n", **packed: bytes) -> bytes:
    body = b"\n".join(lines) + end
    return forge(north.device, [office.card], body, format_=head.SECOND_FORMAT, **packed)


def _code(lines: list[bytes], north: Site, office: Site, end: bytes = b"\n") -> str:
    return code_of(_forge(lines, north, office, end), north.card, office.keys)


def test_the_same_lines_forged_are_taken(north: Site, office: Site, lines: list[bytes]) -> None:
    assert _code(lines, north, office) == ""


def test_every_line_left_out_doubled_or_swapped(north: Site, office: Site, lines: list[bytes]) -> None:
    for place in range(len(lines)):
        assert _code(lines[:place] + lines[place + 1 :], north, office) in {"malformed", "broken-chain"}
        assert _code(lines[: place + 1] + lines[place:], north, office) in {"malformed", "broken-chain"}
        if place and not (lines[place].startswith(b"E ") and place < 6):  # before a withheld run the signature binds
            swapped = [*lines[: place - 1], lines[place], lines[place - 1], *lines[place + 1 :]]
            assert _code(swapped, north, office) in {"malformed", "broken-chain"}


def _entry(lines: list[bytes], number: int) -> int:
    return next(at for at, line in enumerate(lines) if line.endswith(b'walk with Ana %d"}' % (number - 1)))


@pytest.mark.parametrize(
    ("pattern", "new", "code"),
    [
        (rb"walk with Ana 8", rb"walk with Bea 8", "broken-chain"),
        (rb"^E (.*Ana 8)", rb"E  \1", "broken-chain"),
        (rb"^E (.*Ana 8)", rb"F \1", "malformed"),
        (rb"^E (.*Ana 8)", rb"e \1", "malformed"),
        (rb"^E .*Ana 8.*", rb"E", "malformed"),
        (rb"^E .*Ana 8.*", rb"E ", "broken-chain"),
        (rb"^S \S{4}", rb"S ", "malformed"),
        (rb"^(S .*)\S{4}$", rb"\1AAAA", "broken-chain"),
        (rb"^S \S+", rb"S ", "malformed"),
        (rb"^S (\S+)", rb"S \1=", "malformed"),
        (rb"^S (\S+)", rb"S \1 ", "malformed"),
        (rb"^(S \S{3})\S", rb"\1*", "malformed"),
        (rb"^S (\S+)", rb"S \1" + b"A" * 64, "malformed"),
        (rb"^S (\S+)\S{64}$", rb"S \1", "malformed"),
        (rb"^W 4 6", rb"W 4 7", "malformed"),
        (rb"^W 4 6", rb"W 5 6", "broken-chain"),
        (rb"^W 4 6", rb"W 4 3", "malformed"),
        (rb"^W 4 6", rb"W 4 13", "malformed"),
        (rb"^W 4 6", rb"W 4 +6", "malformed"),
        (rb"^W 4 6 (\S+)", rb"W 4 6 " + b"0" * 64, "broken-chain"),
        (rb"^W 4 6 (\S+)", rb"W 4 6 " + b"0" * 63, "malformed"),
        (rb"^W 4 6 (\S+)", rb"W 4 6 \1 ", "malformed"),
        (rb"^@ (\S+) 1 ", rb"@ \1 2 ", "malformed"),
        (rb"^@ (\S+) 1 ", rb"@ 5 1 ", "malformed"),
        (rb"^(@ \S+ 1) \S+", rb"\1 " + b"0" * 64, "malformed"),
        (
            rb'("spans":\[)',
            rb'\1{"device":1,"first":5,"before":"%b","last":6,"after":"%b"},' % ((b"0" * 64,) * 2),
            "malformed",
        ),
        (rb"^\. 12", rb". 13", "malformed"),
        (rb"^\. 12", rb". 99999999999999999999", "malformed"),
        (rb"^\. 12", rb".", "malformed"),
        (rb'"entries":9', rb'"entries":8', "malformed"),
        (rb'"entries":9', rb'"entries":10', "malformed"),
        (rb'"withheld":1', rb'"withheld":0', "malformed"),
        (rb'"kept":0', rb'"kept":1', "malformed"),
        (rb'"reoffers":0', rb'"reoffers":1', "malformed"),
        (rb'"last":12', rb'"last":13', "broken-chain"),
        (rb'"last":12', rb'"last":11', "malformed"),
        (rb'"app":"0.1.0"', rb'"app": "0.1.0"', "malformed"),
        (rb'"app":"0.1.0",', rb"", "malformed"),
        (rb'"app":"0.1.0"', rb'"app":"0.1.0","new":1', "malformed"),
        (rb'"more":\{.*\}', rb'"more":[]}', "malformed"),
        (rb"\.123Z", rb".1234Z", "malformed"),
        (rb'"number":1', rb'"number":2', "inner-outer-mismatch"),
        (rb'^\{"site":"....', rb'{"site":"0000', "inner-outer-mismatch"),
    ],
)
def test_a_line_against_the_rules(
    north: Site, office: Site, lines: list[bytes], pattern: bytes, new: bytes, code: str
) -> None:
    changed = [re.sub(pattern, new, line) for line in lines]
    assert changed != lines
    assert _code(changed, north, office) == code


def test_a_salt_with_another_spelling(north: Site, office: Site, lines: list[bytes]) -> None:
    """The last letter of 16 bytes in base 64 has four bits that stand for nothing: they must be zero."""
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    several = _with_salts_apart(lines)
    at = _entry(several, 2) - 1
    salt = several[at][2:]
    other = salt[:21] + alphabet[alphabet.index(salt[21]) + 1 :][:1] + b"=="
    assert base64.b64decode(other) == base64.b64decode(salt)
    assert _code(several, north, office) == ""
    assert _code([line.replace(salt, other) for line in several], north, office) == "malformed"


def _with_salts_apart(lines: list[bytes]) -> list[bytes]:
    """The same with a line of salts before each entry."""
    salts = base64.b64decode(lines[2][2:])
    out, taken = lines[:2], 0
    for line in lines[3:-1]:
        if line.startswith(b"E "):
            out.append(b"S " + base64.b64encode(salts[taken : taken + 16]))
            taken += 16
        out.append(line)
    return [*out, b". %d" % (len(out) - 1)]


def test_salts_that_are_left_over_or_come_too_soon(north: Site, office: Site, lines: list[bytes]) -> None:
    several = _with_salts_apart(lines)
    one = several[_entry(several, 2) - 1]
    for place in (1, len(several) - 2, len(several) - 1):
        changed = [*several[:place], one, *several[place:-1], b". %d" % (len(several) - 1)]
        assert _code(changed, north, office) == "malformed", place


def test_the_first_format_is_read_and_its_rules_hold(north: Site, office: Site, lines: list[bytes]) -> None:
    """Programs before this one wrote each entry with its number and its salt."""
    several = _with_salts_apart(lines)
    numbers, first, salt = iter((1, 2, 3, *range(7, 13))), [], b""
    for line in several[:-1]:
        if line.startswith(b"S "):
            salt = line[2:]
        else:
            first.append(b"E %d %b %b" % (next(numbers), salt, line[2:]) if line.startswith(b"E ") else line)
    first.append(b". 11")

    def code(lines: list[bytes]) -> str:
        data = forge(north.device, [office.card], b"\n".join(lines) + b"\n", format_=head.FIRST_FORMAT)
        return code_of(data, north.card, office.keys)

    assert code(first) == ""
    assert code(lines) == "malformed"
    assert _code(first, north, office) == "malformed"
    for pattern, new, told in (
        (rb"walk with Ana 8", rb"walk with Bea 8", "broken-chain"),
        (rb"^E 2 \S{4}", rb"E 2 ", "malformed"),
        (rb"^(E 2 \S{3})\S", rb"\1*", "malformed"),
        (rb"^E 2 .*", rb"E 2", "malformed"),
    ):
        changed = [re.sub(pattern, new, line) for line in first]
        assert changed != first
        assert code(changed) == told, pattern


def test_the_end_must_be_the_end(north: Site, office: Site, lines: list[bytes]) -> None:
    assert _code(lines, north, office, end=b"") == "malformed"
    assert _code(lines, north, office, end=b"\n\n") == "malformed"
    assert _code(lines, north, office, end=b"\nx") == "malformed"
    assert _code([*lines, b"E y"], north, office) == "malformed"
    assert _code([], north, office, end=b"") == "malformed"


def _reoffer(log: Log, *words: object) -> bytes:
    return " ".join(["R", *map(str, words), log.hashes[3].hex(), log.hashes[6].hex()]).encode()


def _with_reoffer(lines: list[bytes], added: list[bytes], kept: int) -> list[bytes]:
    given = sum(line[:2] == b"E " for line in added)
    out = [*lines[:-1], *added, b". %d" % (12 + len(added))]
    out[0] = out[0].replace(
        b'"entries":9,"withheld":1,"reoffers":0,"kept":0',
        b'"entries":%d,"withheld":1,"reoffers":1,"kept":%d' % (9 + given, kept),
    )
    return out


def test_a_run_offered_again_must_hash_into_what_was_withheld(
    north: Site, office: Site, lines: list[bytes], log: Log
) -> None:
    again = [b"E " + payload for _n, _salt, payload in log.rows[3:6]]
    salts = b"S " + base64.b64encode(b"".join(salt for _n, salt, _payload in log.rows[3:6]))
    start = _reoffer(log, log.device, 4, 6)
    assert _code(_with_reoffer(lines, [start, salts, *again], 0), north, office) == ""
    for added, kept, code in [
        ([start, again[0], again[1]], 0, "broken-chain"),
        ([start, again[0], again[2], again[1]], 0, "broken-chain"),
        ([start, again[0], again[1], again[2].replace(b"Ana", b"Bea")], 0, "broken-chain"),
        ([start, again[0], again[1], b"D 6 " + b"0" * 64], 1, "broken-chain"),
        ([start, again[0], b"D 6 " + b"0" * 64, again[2]], 1, "broken-chain"),
        ([start, *again, b"D 7 " + b"0" * 64], 1, "malformed"),
        ([start, *again, b"D 7 " + b"0" * 64], 0, "malformed"),
        ([start, b"W 4 6 " + log.hashes[6].hex().encode()], 0, "malformed"),
        ([_reoffer(log, log.device, 5, 6), *again], 0, "malformed"),
        ([_reoffer(log, log.device, 6, 4)], 0, "malformed"),
        ([_reoffer(log, log.device, 0, 6)], 0, "malformed"),
        ([_reoffer(log, 1 << 40, 4, 6), *again], 0, "malformed"),
        ([_reoffer(log, log.device, 1, 3), *again], 0, "broken-chain"),
        ([start, *again, start, *again], 0, "malformed"),
    ]:
        salted = [salts] if again[0] in added else []
        assert _code(_with_reoffer(lines, [added[0], *salted, *added[1:]], kept), north, office) == code, added


def test_a_run_withheld_inside_a_run_offered_again(north: Site, office: Site, lines: list[bytes], log: Log) -> None:
    added = [_reoffer(log, log.device, 4, 6), b"W 4 6 " + log.hashes[6].hex().encode()]
    changed = _with_reoffer(lines, added, 0)
    changed[0] = changed[0].replace(b'"withheld":1', b'"withheld":2')
    assert _code(changed, north, office) == "malformed"


@pytest.mark.parametrize("zeros", [2 << 20, 300 << 20])
def test_a_line_without_end(north: Site, office: Site, lines: list[bytes], zeros: int) -> None:
    """A zstd bomb is stopped at the first line that is too long, whatever was declared."""
    compressor = zstandard.ZstdCompressor(level=3).compressobj()
    packed = compressor.compress(b"\n".join(lines[:3]) + b"\nE ")
    for _ in range(zeros >> 20):
        packed += compressor.compress(bytes(1 << 20))
    packed += compressor.flush()
    assert len(packed) < zeros / 1000
    data = _forge([], north, office, packed=packed)
    tracemalloc.start()
    assert code_of(data, north.card, office.keys) == "malformed"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 128 << 20


@pytest.mark.parametrize("again", [False, True])
def test_more_entries_than_declared_are_not_handed_out(
    north: Site, office: Site, lines: list[bytes], log: Log, again: bool
) -> None:
    many = [b"S " + base64.b64encode(bytes(16 * 20_000)), *[b"E x"] * 20_000] * 20
    begin = [lines[0].replace(b'"reoffers":0', b'"reoffers":1'), lines[1]]
    if again:
        begin = [*begin, *lines[2:-1], b"R 5 1 400000 %b %b" % (first_hash(5).hex().encode(), b"0" * 64)]
    data = _forge([*begin, *many, b". 400000"], north, office)
    file = io.BytesIO(data)
    items = open_bundle(file, verify(file, north.card), office.keys)[1]
    handed = 0
    with pytest.raises(Problem) as refused:  # noqa: PT012  (what is handed out before the fault is the point)
        for item in items:
            handed += len(item.rows) if isinstance(item, Entries) else 0
    assert refused.value.code == "malformed"
    assert handed <= 12


def test_the_frame_must_be_one_and_whole(north: Site, office: Site, lines: list[bytes]) -> None:
    body = b"\n".join(lines) + b"\n"
    good = zstandard.ZstdCompressor(level=3).compress(body)
    wide = zstandard.ZstdCompressionParameters(window_log=27, write_content_size=0)
    endless = zstandard.ZstdCompressor(level=3).compressobj()
    wide_frame = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    cases = {
        "as it is": (good, ""),
        "cut": (good[:-1], "malformed"),
        "all lines, but no end": (
            endless.compress(body) + endless.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK),
            "malformed",
        ),
        "two frames": (good + zstandard.ZstdCompressor().compress(b""), "malformed"),
        "a tail": (good + b"\0", "malformed"),
        "a long tail": (good + bytes(5000), "malformed"),
        "a skippable frame": (good + b"\x50\x2a\x4d\x18\x04\0\0\0abcd", "malformed"),
        "a skippable frame first": (b"\x50\x2a\x4d\x18\x04\0\0\0abcd" + good, "malformed"),
        "no frame": (body, "malformed"),
        "too wide a window": (wide_frame.compress(body) + wide_frame.flush(), "malformed"),
    }
    for name, (packed, code) in cases.items():
        data = _forge([], north, office, packed=packed)
        assert code_of(data, north.card, office.keys) == code, name


def test_a_digest_outside_a_run_offered_again(north: Site, office: Site, lines: list[bytes], log: Log) -> None:
    at = _entry(lines, 8)
    mark = digest(*log.rows[7][1:])
    changed = [*lines[:at], b"D 8 " + mark.hex().encode(), *lines[at + 1 :]]
    changed[0] = changed[0].replace(b'"entries":9', b'"entries":8').replace(b'"kept":0', b'"kept":1')
    assert _code(changed, north, office) == "malformed"


def test_a_chain_that_does_not_begin_at_its_beginning(north: Site, office: Site, lines: list[bytes], log: Log) -> None:
    start, end = log.hashes[0].hex().encode(), log.hashes[12].hex().encode()
    manifest = lines[0].replace(b'"entries":9', b'"entries":0')
    run = [b"@ %d 1 %b" % (log.device, start), b"W 1 12 " + end, b". 2"]
    assert _code([manifest, *run], north, office) == ""
    other = b"0" * 64
    assert _code([line.replace(start, other) for line in [manifest, *run]], north, office) == "broken-chain"


def test_a_manifest_that_cannot_be_is_not_written(north: Site, office: Site, plain: bytes) -> None:
    manifest, _ = read(plain, north.card, office.keys)
    line = inside.write_manifest(manifest)
    assert inside.read_manifest(line) == manifest
    with pytest.raises(ValueError, match=r".+"):
        inside.read_manifest(line + b" ")
