"""What Python has let go of stands in memory until something else is written there: so something is.

No promise: pieces that the system's own allocator keeps, Qt's and SQLite's, copies on the way and what Windows wrote to
its page file are not reached (docs/threat-model.md).
"""

from __future__ import annotations

import gc

_LARGEST = 512  # bytes: what Python allots out of its own pools
_STEP = 16
_EACH = 6_000
"""Pieces of each size that are written: more than a working day leaves free between others."""
_HEAD = 33  # bytes of an empty ``bytes``


def overwrite_freed() -> None:
    """Collect what nobody holds any more, and write over the small pieces of memory it stood in. Some 0.2 s."""
    gc.collect()
    for size in range(_STEP * 3, _LARGEST + 1, _STEP):
        pieces = [bytes(size - _HEAD) for _piece in range(_EACH)]
        del pieces
