"""Releasing a locked account by phone, for a site with one administrator: what it and its office share, and the words.

The secret goes to the office inside each bundle for it. A locked program can open nothing, so it holds the sums of the
next answers (``base/tries.py``); an answer is 88 bits, so its sum gives nothing away. Each works once.
"""

from __future__ import annotations

import hmac
import os
import re
from typing import TYPE_CHECKING

import msgspec

from ..base import tries
from ..base.ids import show_device
from ..base.wordlist import short_words

if TYPE_CHECKING:
    from .folder import Store
    from .unit import Unit

SECRET = "release_secret"  # noqa: S105  (a setting's name)
"""The setting of what the office knows too; empty before the first bundle for one."""
OF = "release_of {}"
"""Of an office: the setting with the site and the secret of a device, by how people read it."""
NEXT = "release_next {}"
"""The setting of the number of the next answer, by device."""


def secret(unit: Unit) -> bytes:
    """What the office is told; ``b""`` where none was made yet."""
    return bytes.fromhex(unit.setting(SECRET))


def make_secret(store: Store) -> None:
    """Make it, where there is none: with the first bundle for an office, or for another PC of the site."""
    with store.read() as unit:
        made = bool(unit.setting(SECRET))
    if not made:
        with store.work("make_release_secret") as unit:
            unit.set_setting(SECRET, os.urandom(32).hex())
        refill(store)


def note(unit: Unit, site: str, device: str, told: object) -> None:
    """What a bundle of *site* said of *device*; what is no such secret is passed over."""
    if isinstance(told, str) and re.fullmatch("[0-9a-f]{64}", told):
        unit.set_setting(OF.format(device), f"{site} {told}")


def known(unit: Unit, device: str) -> tuple[str, bytes] | None:
    """The site of *device* and its secret; None where no bundle of it told."""
    site, _space, told = unit.setting(OF.format(device)).partition(" ")
    return (site, bytes.fromhex(told)) if told else None


def answer(of: bytes, device: str, number: int) -> tuple[str, ...]:
    """The words that release an account at *device*, named as people read it, once."""
    message = f"reentry-release/1 {device} {number}".encode()
    return short_words(hmac.digest(of, message, "sha256"), tries.WORDS)


def refill(store: Store) -> None:
    """Let the locked program know the answers that come next; those that were used come never again."""
    if store.slots.database:  # several folders have the device's records: one answer would work in each
        return
    noted, device = tries.read(store.folder), show_device(store.device)
    with store.read() as unit:
        of, known = secret(unit), int(unit.setting(NEXT.format(device), "1"))
    if not of:
        return
    begin = max(known, noted.releases[0].number if noted.releases and noted.device == device else 1)
    if begin != known:
        with store.work("unlock") as unit:
            unit.set_setting(NEXT.format(device), str(begin))
    ahead = tuple(
        tries.Release(number, tries.answer_digest(answer(of, device, number)))
        for number in range(begin, begin + tries.RELEASES)
    )
    if (noted.device, noted.releases) != (device, ahead):
        tries.write(store.folder, msgspec.structs.replace(noted, device=device, releases=ahead))
