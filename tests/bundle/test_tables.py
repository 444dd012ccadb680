"""Entries travel in tables, column by column: whatever they say comes out as it went in, or the bundle is refused."""

from __future__ import annotations

import base64
import os
import re
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reentry_desktop.base.problems import Problem
from reentry_desktop.bundle.contents import LINE_LIMIT, PAYLOAD_LIMIT

from .conftest import Log, Site, code_of, forge, lines_of, merged, read, write

NORTH, OFFICE = Site("North Unit"), Site("Peer Office", "office")


def _come_out(payloads: list[bytes]) -> list[bytes]:
    log = Log(NORTH.device.device, payloads)
    items = merged(read(write(NORTH, [OFFICE], log), NORTH.card, OFFICE.keys)[1])
    assert items[1].rows == log.verified(1, len(payloads))
    return lines_of(write(NORTH, [OFFICE], log), NORTH, OFFICE)


_pieces = st.lists(st.sampled_from([b'"', b'""', b"=", b"/", b" ", b"a", b"T 0 1 1", b"\\", b"\r", b"0" * 24, b""]))


@settings(deadline=None, max_examples=60)
@given(st.lists(_pieces.map(b"".join), min_size=1, max_size=12))
def test_whatever_an_entry_says_comes_out_as_it_went_in(payloads: list[bytes]) -> None:
    _come_out(payloads)


def test_what_is_alike_stands_together_and_what_is_random_is_turned() -> None:
    ids = [os.urandom(16).hex().encode() for _ in range(3)]
    words = (b"x", b"yy", b"x")
    lines = _come_out([b'{"at":"%b","act":"walk","by":"%b"}' % both for both in zip(ids, words, strict=True)])
    turned = b"/" + b"".join(bytes(letters) for letters in zip(*ids, strict=True))
    at, act, by = (b'=%b"%b"%b' % ((name,) * 3) for name in (b"at", b"act", b"by"))
    begin, colon, comma, end, walk = (b'=%b"%b"%b' % ((same,) * 3) for same in (b"{", b":", b",", b"}", b"walk"))
    table = [begin, at, colon, turned, comma, act, colon, walk, comma, by, colon, b'=x"yy"x', end]
    assert lines[3:] == [b"T 0 3 13", *table, b"E 0 0 0", b". 17"]


def test_long_entries_and_many_of_them_stand_in_tables_of_their_own() -> None:
    lines = _come_out([*[b'{"words":"%b"}' % (b"w" * (PAYLOAD_LIMIT - 12))] * 5, *[b'{"words":"walk"}'] * 9_000])
    assert max(map(len, lines)) <= LINE_LIMIT
    assert sum(line.startswith(b"T 0 ") for line in lines) > 3


def test_as_many_as_a_writer_has_together_are_read_and_no_more() -> None:
    log = Log(NORTH.device.device, [b"x"] * 8_193)
    for withheld, most in ((4_097, 4_096), (4_096, 8_191)):
        data = write(NORTH, [OFFICE], log, [(withheld, withheld)])
        lines = lines_of(data, NORTH, OFFICE)
        assert code_of(data, NORTH.card, OFFICE.keys) == ""
        assert max(int(line.split()[2]) for line in lines if line[:2] == b"T ") == most
    for rows, code in ((8_192, "broken-chain"), (8_193, "malformed")):
        table = [b"T 0 %d 1" % rows, b"=" + b'"'.join([b"x"] * rows)]
        salts = b"S " + base64.b64encode(bytes(16 * rows))
        begin = [lines[0].replace(b'"entries":8192', b'"entries":9000'), lines[1]]
        assert _code([*begin, salts, *table, b"E" + b" 0" * rows, b". 4"]) == code


def test_a_payload_longer_than_any_writer_gives_is_refused() -> None:
    """It could never be handed on."""
    log = Log(NORTH.device.device, [b"x"])
    lines = lines_of(write(NORTH, [OFFICE], log), NORTH, OFFICE)
    for size, code in ((PAYLOAD_LIMIT, "broken-chain"), (PAYLOAD_LIMIT + 1, "malformed")):
        assert _code([line.replace(b"=x", b"=" + b"x" * size) for line in lines]) == code


def test_an_entry_that_is_too_long_or_has_two_lines_is_not_written() -> None:
    for payload in (b"w" * (PAYLOAD_LIMIT + 1), b"two\nlines"):
        with pytest.raises(Problem) as refused:
            _come_out([b"first", payload])
        assert refused.value.code == "own-chain"


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    """Three entries of one table and two of another, with a withheld one between."""
    log = Log(NORTH.device.device, [b'{"who":"%b"}' % (b"%024d" % n if n % 2 else b"walk") for n in (1, 2, 3, 5, 7, 8)])
    log_lines = lines_of(write(NORTH, [OFFICE], log, [(3, 3)]), NORTH, OFFICE)
    assert [line[:2] for line in log_lines].count(b"T ") == 1
    return log_lines


def _code(lines: list[bytes]) -> str:
    return code_of(forge(NORTH.device, [OFFICE.card], b"\n".join(lines) + b"\n"), NORTH.card, OFFICE.keys)


def test_every_line_left_out_doubled_or_swapped(lines: list[bytes]) -> None:
    assert _code(lines) == ""
    for place in range(len(lines)):
        assert _code(lines[:place] + lines[place + 1 :]) in {"malformed", "broken-chain"}, place
        assert _code(lines[: place + 1] + lines[place:]) in {"malformed", "broken-chain"}, place


@pytest.mark.parametrize(
    ("pattern", "new"),
    [
        (rb"^T 0 5 (.)", rb"T 0 4 \1"),
        (rb"^T 0 5 (.)", rb"T 0 6 \1"),
        (rb"^T 0 5 (.)", rb"T 0 0 \1"),
        (rb"^T 0 5 (.)", rb"T 0 -5 \1"),
        (rb"^T 0 5 .", rb"T 0 5 0"),
        (rb"^T 0 5 .", rb"T 0 5 6"),
        (rb"^T 0 5 .", rb"T 0 5 4"),
        (rb"^T 0 5 .", rb"T 0 5 900000000000000000"),
        (rb"^T 0 5 .", rb"T 0 5 " + b"9" * 5000),
        (rb"^T 0 5 (.)", rb"T 0 900000000000000000 \1"),
        (rb"^T 0 5 (.)", rb"T 1 5 \1"),
        (rb"^T 0 5 (.)", rb"T 00 5 \1"),
        (rb"^T 0 5 (.)", rb"T -0 5 \1"),
        (rb"^T 0 5 (.)", rb"T 0 5 \1 "),
        (rb"^T 0 5 (.)", rb"T  0 5 \1"),
        (rb"^T 0 5 (.)", rb"T 0 5 \1 1"),
        (rb"^T 0 5 .", rb"T 0 5"),
        (rb"^T 0 5 .", rb"T x y z"),
        (rb'^=who"', b"who="),
        (rb'^=who"', b"?who="),
        (rb'^=who"', b"=who"),
        (rb'^=who"', b'=who""'),
        (rb'^=who"', b"/who"),
        (rb"^=who.*", b"/"),
        (rb"^=who.*", b"="),
        (rb"^=who.*", b""),
        (rb"^E 0 0$", b"E 0 1"),
        (rb"^E 0 0$", b"E 0 00"),
        (rb"^E 0 0$", b"E 0  0"),
        (rb"^E 0 0$", b"E 0 0 "),
        (rb"^E 0 0$", b"E "),
        (rb"^E 0 0$", b"E"),
    ],
)
def test_a_table_against_the_rules(lines: list[bytes], pattern: bytes, new: bytes) -> None:
    changed = [re.sub(pattern, new, line) for line in lines]
    assert changed != lines
    assert _code(changed) == "malformed"


def test_a_word_changed_in_a_column_breaks_the_chain(lines: list[bytes]) -> None:
    changed = [line.replace(b"walk", b"talk") for line in lines]
    assert changed != lines
    assert _code(changed) == "broken-chain"


def test_a_turned_column_must_divide_into_its_rows() -> None:
    log = Log(NORTH.device.device, [os.urandom(16).hex().encode() for _ in range(4)])
    lines = lines_of(write(NORTH, [OFFICE], log), NORTH, OFFICE)
    turned = next(at for at, line in enumerate(lines) if line.startswith(b"/"))
    for column in (lines[turned][:-1], lines[turned] + b"0", b"/"):
        assert _code([*lines[:turned], column, *lines[turned + 1 :]]) == "malformed"


def test_rows_that_are_left_over() -> None:
    """At the end, and where new tables begin."""
    log = Log(NORTH.device.device, [b'{"act":"walk"}'] * 4)
    lines = lines_of(write(NORTH, [OFFICE], log), NORTH, OFFICE)
    at = lines.index(b"T 0 4 5")
    spare = [b"T 1 1 1", b"=x"]
    over = [*lines[: at + 6], *spare, *lines[at + 6 : -1], b". %d" % (len(lines))]
    assert _code(over) == "malformed"
    again = [b"T 0 1 1", b"=x"]
    assert _code([*lines[: at + 6], *again, *lines[at + 6 : -1], b". %d" % (len(lines))]) == "malformed"


@pytest.mark.parametrize(
    "bomb",
    [
        b"T 0 1 300000\n" + b"=\n" * 300_000,
        b"T 0 2 300000\n" + b'="\n' * 300_000,
        b"T 0 3000000 1\n=" + b'"' * 2_999_999 + b"\n" + b"E" + b" 0" * 2_000_000 + b"\n" + b"E" + b" 0" * 2_000_000,
        b"".join(b"T %d 1 1\n=\n" % table for table in range(500_000)),
        b"T 0 8192 511\n" + (b"/" + b"a" * 8192 + b"\n") * 511,
        b"".join(b"T %d 1 1\n=\nE %d\n" % (table, table) for table in range(60_000)),
        b"\n" * 60_000_000,
        (b"D " + b"x" * ((4 << 20) - 4) + b"\n") * 80,
        b"T 0 2000 20000\n" + (b"=" + b'"' * 1999 + b"\n") * 20_000 + b"E" + b" 0" * 2000,
        b"T 0 1000000 2\n" + (b"=" + b'aa"' * 999_999 + b"aa\n") * 2 + b"E" + b" 0" * 1_000_000,
    ],
    ids=[
        "columns",
        "two rows",
        "rows",
        "tables",
        "turned",
        "used tables",
        "empty lines",
        "long lines",
        "both",
        "short pieces",
    ],
)
def test_tables_without_end_are_stopped(bomb: bytes) -> None:
    log = Log(NORTH.device.device, [b"x"])
    lines = lines_of(write(NORTH, [OFFICE], log), NORTH, OFFICE)
    data = forge(NORTH.device, [OFFICE.card], b"\n".join([*lines[:2], bomb, b". 1"]) + b"\n")
    assert len(data) < len(bomb) / 10
    tracemalloc.start()
    assert code_of(data, NORTH.card, OFFICE.keys) == "malformed"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 << 20
