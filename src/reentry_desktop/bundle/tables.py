"""Entries that are made alike, in a table: what stands in the same place in each stands together, column by column.

A payload is cut at its quotation marks. Those that fall into as many pieces and tell the same act make a table, a
row each. zstd then finds names beside names and words beside words, and packs all of it in three quarters of what
whole payloads take. ::

    T <table> <rows> <columns>    a table begins; its columns follow, a line each
    =<piece>"<piece>"...          a column: the pieces of its rows, a quotation mark between them
    /<letters>                    a column turned: the first letter of each piece, then the second of each, and on
    E <table> <table> ...         the next entries: of each of these tables the next row

Only what is random is turned: ids and moments, whose pieces are of one length and no two of which are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from .contents import BATCH, LINE_LIMIT, Course
from .faults import fault

_TURNED_FROM = 20  # letters: what is shorter is a date or a word, which another row may well have too
_ACT, _ACT_BYTES = b'"act":"', 16  # where a payload names its act, and how much of that tells it from other acts
_ROWS_TOGETHER = 2 * BATCH  # of the tables that stand together, at most: so many a writer may have, with one batch more


class Tables:
    """The entries that are to be written next; ``size`` is that of their payloads in bytes."""

    def __init__(self) -> None:
        self.size = 0
        self._tables: dict[tuple[int, bytes], tuple[bytes, list[bytes]]] = {}

    def add(self, payloads: Sequence[bytes]) -> bytes:
        """Set up these entries, a row each. Returns the line that stands where they do."""
        # The loop runs once for every entry that travels: nothing in it that could stand outside.
        tables, names = self._tables, []
        for payload in payloads:
            act = payload.find(_ACT)
            shape = (payload.count(b'"'), payload[act : act + _ACT_BYTES] if act >= 0 else b"")
            if shape not in tables:
                tables[shape] = (b"%d" % len(tables), [])
            name, rows = tables[shape]
            rows.append(payload)
            names.append(name)
        self.size += sum(map(len, payloads))
        return b"E " + b" ".join(names)

    def take(self) -> list[bytes]:
        """The lines of the tables, which are empty then."""
        lines = []
        for (quotes, _act), (name, rows) in self._tables.items():
            columns = quotes + 1
            pieces = b'"'.join(rows).split(b'"')
            lines.append(b"T %b %d %d" % (name, len(rows), columns))
            lines += [_column(pieces[place::columns]) for place in range(columns)]
        self._tables.clear()
        self.size = 0
        return lines


def _column(pieces: list[bytes]) -> bytes:
    length = len(pieces[0])
    may_differ = length >= _TURNED_FROM and pieces[0] != pieces[-1]  # most columns are done with by this look
    if may_differ and {*map(len, pieces)} == {length} and len({*pieces}) == len(pieces):
        letters = b"".join(pieces)
        return b"/" + b"".join([letters[place::length] for place in range(length)])
    return b"=" + b'"'.join(pieces)


def entry_lines(blocks: Iterator[list[bytes]], course: Course) -> Iterator[list[bytes]]:
    """The same lines without tables: for each entry a line with its payload, as the second format had them.

    Raises ``Problem`` (code ``malformed``) where a table is not well made, has too few rows, or has some left over.
    """
    lines = chain.from_iterable(blocks)
    next_of: dict[bytes, Callable[[], bytes]] = {}  # of each table that stands together the next row
    left = 0  # of their rows, those that no entry has taken
    free_rows = free_bytes = 0  # what more may stand together with them
    plain: list[bytes] = []
    size = 0  # of those lines
    for line in lines:
        if line[:2] == b"T ":
            name, rows, columns = _three_numbers(line)
            if name == 0 and not left:
                next_of, free_rows, free_bytes = {}, _ROWS_TOGETHER, LINE_LIMIT
            free_rows -= rows
            if name != len(next_of) or free_rows < 0:
                raise fault("malformed")
            pieces: list[bytes] = []  # of all columns: a list for each would be many times as large as a short one
            for _ in range(columns):
                column = next(lines, b"")
                free_bytes -= len(column)
                if free_bytes < 0:
                    raise fault("malformed")
                pieces += _pieces(column, rows)
            next_of[b"%d" % name] = _rows(pieces, rows).__next__
            left += rows
            course.lines += 1 + columns
        elif line[:2] == b"E ":
            try:
                entries = [next_of[name]() for name in line[2:].split(b" ")]
            except (KeyError, StopIteration):
                raise fault("malformed") from None
            left -= len(entries)
            course.lines += 1 - len(entries)
            yield plain + entries
            plain, size = [], 0
        else:
            plain.append(line)
            size += len(line)
            if len(plain) == BATCH or size >= LINE_LIMIT:
                yield plain
                plain, size = [], 0
    if left:
        raise fault("malformed")
    yield plain


def _three_numbers(line: bytes) -> tuple[int, int, int]:
    try:
        table, rows, columns = map(int, line[2:].split(b" "))
    except ValueError:
        raise fault("malformed") from None
    if line != b"T %d %d %d" % (table, rows, columns) or table < 0 or rows < 1 or columns < 1:
        raise fault("malformed")
    return table, rows, columns


def _pieces(column: bytes, rows: int) -> list[bytes]:
    if column[:1] == b"=":
        pieces = column[1:].split(b'"')
        if len(pieces) == rows:
            return pieces
    if column[:1] != b"/" or len(column) <= rows * _TURNED_FROM or (len(column) - 1) % rows:
        raise fault("malformed")
    return [column[1 + row :: rows] for row in range(rows)]


def _rows(pieces: list[bytes], rows: int) -> Iterator[bytes]:
    """The lines of a table's entries; its *pieces* stand column by column."""
    for row in range(rows):
        yield b"E " + b'"'.join(pieces[row::rows])
