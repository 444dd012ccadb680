"""What a stranger's file meets first: each reader takes any bytes at all, and answers or refuses in words.

``readers.READERS`` are run over the corpus by ``tests/bundle/test_corpus.py``, and over what atheris makes of it by
``python3 dev.py fuzz`` (``tests/fuzz/atheris_run.py``). Anything but ``Problem`` and ``ValueError`` is a defect.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from reentry_desktop.base.problems import Problem
from reentry_desktop.bundle import inspect, open_bundle, read_card, verify
from reentry_desktop.bundle.contents import Course, read_manifest
from reentry_desktop.bundle.faults import fault
from reentry_desktop.bundle.header import FIRST_FORMAT, FORMAT, SECOND_FORMAT
from reentry_desktop.bundle.keys import SiteKeys
from reentry_desktop.bundle.opening import _a_line_each, _items, _whole_lines
from reentry_desktop.bundle.receipts import is_receipt_code
from reentry_desktop.exchange.knowledge import Told
from reentry_desktop.records.change import from_payload

GOLDEN = Path(__file__).parent.parent / "golden" / "v1"
CORPUS = Path(__file__).parent / "corpus"
_CARD = read_card((GOLDEN / "north.card").read_bytes())
_KEYS = SiteKeys.from_bytes(bytes.fromhex(json.loads((GOLDEN / "office.json").read_text("utf-8"))["identity"])[:168])


def card(data: bytes) -> None:
    """A site's card."""
    read_card(data)


def bundle(data: bytes) -> None:
    """A whole bundle, by a receiver who trusts the sender and has the keys."""
    file = io.BytesIO(data)
    inspect(file)
    _manifest, items = open_bundle(file, verify(file, _CARD), _KEYS)
    for _item in items:
        pass


def lines(data: bytes, format_: str = FORMAT) -> None:
    """What is inside a bundle that its sender did sign and seal: the manifest, the runs, each entry, the receipts."""
    blocks = _whole_lines(iter([data]))
    first = next(blocks, [])
    manifest = read_manifest(first[0] if first else b"")
    with suppress(msgspec.ValidationError):
        msgspec.convert(manifest.more, Told)
    course = Course(manifest.spans, manifest.totals, fault)
    rest = iter([first[1:], *blocks])
    for item in _items(_a_line_each(rest, course, format_), course):
        for _number, _salt, payload, _hash in getattr(item, "rows", ()):
            with suppress(msgspec.DecodeError):
                from_payload(payload)


def second_lines(data: bytes) -> None:
    """The same in a bundle of the second format."""
    lines(data, SECOND_FORMAT)


def first_lines(data: bytes) -> None:
    """The same in a bundle of the first format."""
    lines(data, FIRST_FORMAT)


def receipt(data: bytes) -> None:
    """A code that somebody typed."""
    is_receipt_code(data.decode("utf-8", "replace"), "0123456789")


READERS: dict[str, Callable[[bytes], None]] = {
    "card": card, "bundle": bundle, "lines": lines, "second-lines": second_lines, "first-lines": first_lines,
    "receipt": receipt,
}  # fmt: skip
REFUSED = (Problem, ValueError)


def meet(reader: str, data: bytes) -> None:
    """Give *data* to a reader. Raises whatever is no refusal."""
    with suppress(*REFUSED):
        READERS[reader](data)
