"""A bundle is read piece by piece, however long it is."""

from __future__ import annotations

import pytest

from reentry_desktop.bundle import Entries

from .conftest import Log, Site, read_with_peak, write

COUNT = 200_000


@pytest.mark.long
def test_the_whole_is_never_in_memory(north: Site, office: Site) -> None:
    log = Log(9, (b'{"act":"revise","seen":[[9,%d]],"words":"walk with Ana"}' % n * 5 for n in range(COUNT)))
    data = write(north, [office], log)
    del log
    read, peak = read_with_peak(data, north, office, lambda item: len(item.rows) if isinstance(item, Entries) else 0)
    assert read == COUNT
    assert peak < 24e6 + len(data)
