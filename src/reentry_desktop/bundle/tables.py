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
_ACT, _LONG = b'"act":"', 16  # where payloads name the act; bytes that tell it from other acts
_ROWS = 2 * BATCH  # of the tables that stand together, at most: so many a writer may have, with one batch more


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
            alike = (payload.count(b'"'), payload[act : act + _LONG] if act >= 0 else b"")
            if alike not in tables:
                tables[alike] = (b"%d" % len(tables), [])
            name, rows = tables[alike]
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
    long = len(pieces[0])
    of_one_length = long >= _TURNED_FROM and pieces[0] != pieces[-1] and {*map(len, pieces)} == {long}
    if of_one_length and len({*pieces}) == len(pieces):
        letters = b"".join(pieces)
        return b"/" + b"".join([letters[place::long] for place in range(long)])
    return b"=" + b'"'.join(pieces)


def entry_lines(blocks: Iterator[list[bytes]], course: Course) -> Iterator[list[bytes]]:
    """The same lines without tables: for each entry a line with its payload, as the second format had them.

    Raises ``Problem`` (code ``malformed``) where a table is not well made, has too few rows, or has some left over.
    """
    lines = chain.from_iterable(blocks)
    next_of: dict[bytes, Callable[[], bytes]] = {}  # of each table the next row
    left = room = 0
    plain: list[bytes] = []
    for line in lines:
        if line[:2] == b"T ":
            name, rows, columns = _three_numbers(line)
            if name == left == 0:
                next_of, room = {}, LINE_LIMIT
            if name != len(next_of):
                raise fault("malformed")
            pieces: list[bytes] = []  # of all columns: a list for each would be many times as large as a short one
            for _ in range(columns):
                column = next(lines, b"")
                room -= len(column)
                if room < 0:
                    raise fault("malformed")
                pieces += _pieces(column, rows)
            next_of[b"%d" % name] = _rows(pieces, rows).__next__
            left += rows
            if left > _ROWS:
                raise fault("malformed")
            course.lines += 1 + columns
        elif line[:2] == b"E ":
            try:
                entries = [next_of[name]() for name in line[2:].split(b" ")]
            except (KeyError, StopIteration):
                raise fault("malformed") from None
            left -= len(entries)
            course.lines += 1 - len(entries)
            yield plain + entries
            plain = []
        else:
            plain.append(line)
            if len(plain) == BATCH:
                yield plain
                plain = []
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
    if column[:1] != b"/" or len(column) <= rows or (len(column) - 1) % rows:
        raise fault("malformed")
    return [column[1 + row :: rows] for row in range(rows)]


def _rows(pieces: list[bytes], rows: int) -> Iterator[bytes]:
    """The lines of a table's entries; its *pieces* stand column by column."""
    for row in range(rows):
        yield b"E " + b'"'.join(pieces[row::rows])
