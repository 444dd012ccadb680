"""A bundle is read piece by piece, however long it is."""

from __future__ import annotations

import io
import tracemalloc

import pytest

from reentry_desktop.bundle import Entries, open_bundle, verify

from .conftest import Log, Site, write

COUNT = 200_000


@pytest.mark.long
def test_the_whole_is_never_in_memory(north: Site, office: Site) -> None:
    log = Log(9, (b'{"act":"revise","seen":[[9,%d]],"words":"walk with Ana"}' % n * 5 for n in range(COUNT)))
    data = write(north, [office], log)
    del log
    found = verify(io.BytesIO(data), north.card)
    tracemalloc.start()
    items = open_bundle(io.BytesIO(data), found, office.keys)[1]
    assert sum(len(item.rows) for item in items if isinstance(item, Entries)) == COUNT
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 24e6 + len(data)
