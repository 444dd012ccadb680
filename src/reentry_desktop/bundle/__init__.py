"""Bytes to verified entries and back. It never sees a store: it reads and writes the file object it is given.

Sending: ``Writer``, ``read_back``. Receiving: ``inspect`` (no keys), ``verify`` (pass one), ``open_bundle`` (pass
two). Trust: ``Card``, ``SiteKeys``, ``DeviceKey``. The format is described in ``docs/bundle-format.md``.
"""

from .cards import CARD_SIZE, Card, make_card, read_card, write_card
from .contents import Entries, Item, Kept, Manifest, Parcel, Piece, Reoffer, Row, Run, Span, Totals, Withheld
from .header import FORMAT, NO_PREVIOUS, Header, Verified, begin_of, check_size, inspect, verify
from .keys import DeviceKey, SiteKeys, certifies
from .opening import open_bundle
from .receipts import is_receipt_code, receipt_code
from .seal import Sealed, Writer, read_back
from .succession import MOST_LINKS, Link, kit_private, kit_public, leads_to, vouch

__all__ = [
    "CARD_SIZE",
    "FORMAT",
    "MOST_LINKS",
    "NO_PREVIOUS",
    "Card",
    "DeviceKey",
    "Entries",
    "Header",
    "Item",
    "Kept",
    "Link",
    "Manifest",
    "Parcel",
    "Piece",
    "Reoffer",
    "Row",
    "Run",
    "Sealed",
    "SiteKeys",
    "Span",
    "Totals",
    "Verified",
    "Withheld",
    "Writer",
    "begin_of",
    "certifies",
    "check_size",
    "inspect",
    "is_receipt_code",
    "kit_private",
    "kit_public",
    "leads_to",
    "make_card",
    "open_bundle",
    "read_back",
    "read_card",
    "receipt_code",
    "verify",
    "vouch",
    "write_card",
]
