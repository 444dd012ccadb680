"""Releasing a locked account by phone, for a site with one administrator: what it and its office share, and the words.

In an office's database a worker has a folder of her own: there another administrator of the office answers.

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
"""The setting of the number of the next answer that no folder has yet, by device."""
FROM = "release_from {}"
"""The setting of the first number of a folder that was not used."""


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
    """The site of *device* and its secret; None where no bundle of it told. Folders of one database are one device."""
    if device == show_device(unit.store.device) and (own := secret(unit)):
        return unit.store.site, own
    site, _space, told = unit.setting(OF.format(device)).partition(" ")
    return (site, bytes.fromhex(told)) if told else None


def answer(of: bytes, device: str, number: int) -> tuple[str, ...]:
    """The words that release an account at *device*, named as people read it, once."""
    message = f"reentry-release/1 {device} {number}".encode()
    return short_words(hmac.digest(of, message, "sha256"), tries.WORDS)


def refill(store: Store) -> None:
    """Let the locked program know the answers that come next; those that were used come never again.

    Folders of one database are one device: each takes numbers that no other has.
    """
    noted, device, used = tries.read(store.folder), show_device(store.device), FROM.format(store.this_folder)
    with store.read() as unit:
        of, first = secret(unit), int(unit.setting(used, "1"))
    if not of and not store.slots.database:
        return
    left = [one.number for one in noted.releases if one.number >= first] if noted.device == device else []
    if not of or len(left) < tries.RELEASES:
        with store.work("unlock") as unit:
            of = secret(unit) or os.urandom(32)  # in a database an administrator of the same office answers
            unit.set_setting(SECRET, of.hex())
            free = max(int(unit.setting(NEXT.format(device), "1")), *(number + 1 for number in left), first)
            left += range(free, free + tries.RELEASES - len(left))
            unit.set_setting(NEXT.format(device), str(left[-1] + 1))
            unit.set_setting(used, str(left[0]))
    ahead = tuple(tries.Release(number, tries.answer_digest(answer(of, device, number))) for number in left)
    if (noted.device, noted.releases) != (device, ahead):
        tries.write(store.folder, msgspec.structs.replace(noted, device=device, releases=ahead))
