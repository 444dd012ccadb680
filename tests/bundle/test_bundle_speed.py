"""What verifying costs an entry, over decrypting, decompressing and splitting alone."""

from __future__ import annotations

import io
import time
import tracemalloc

import pytest

from reentry_desktop.bundle import Entries, open_bundle, verify
from reentry_desktop.bundle import header as head
from reentry_desktop.bundle.keys import HPKE_SUITE
from reentry_desktop.bundle.opening import _whole_lines
from reentry_desktop.bundle.stream import unseal

from .conftest import Log, Site, write

COUNT = 200_000


@pytest.mark.long
def test_an_entry_costs_microseconds_and_the_whole_is_never_in_memory(north: Site, office: Site) -> None:
    log = Log(9, (b'{"act":"revise","seen":[[9,%d]],"words":"walk with Ana"}' % n * 5 for n in range(COUNT)))
    data = write(north, [office], log)
    del log
    found = verify(io.BytesIO(data), north.card)
    info = head.key_info(found.format, north.id, north.device.device, office.id, found.core)
    key = HPKE_SUITE.decrypt(found.wrapped[0], office.keys.hpke_private(), info)

    def bare() -> float:
        start = time.perf_counter()
        body = unseal(io.BytesIO(data), found.body_start, found.body_size, found.body_sha256, key)
        assert sum(map(len, _whole_lines(body))) == COUNT + 3
        return time.perf_counter() - start

    def full() -> float:
        start = time.perf_counter()
        items = open_bundle(io.BytesIO(data), found, office.keys)[1]
        assert sum(len(item.rows) for item in items if isinstance(item, Entries)) == COUNT
        return time.perf_counter() - start

    over = (min(full() for _ in range(3)) - min(bare() for _ in range(3))) / COUNT
    tracemalloc.start()
    full()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"{over * 1e6:.2f} us an entry over bare, {peak / 1e6:.0f} MB at most")  # noqa: T201
    assert over < 6e-6
    assert peak < 24e6 + len(data)
