"""Failed unlocks, counted before a store is open: ``store.tries``.

Five failures within 15 minutes lock an account until somebody releases it. How much time has passed is told by how long
this PC has been running, never by its clock, which anybody may set: between two tries at least so much passed as the PC
has run since, and after a restart as it has run since that. A try is written down before it is made, so that ending the
program in the middle of one is no way around.

Whoever can write in the folder can take this file away, as they can copy the folder and guess elsewhere. What is
missing is told to all at the next unlock.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import time
from pathlib import Path

import msgspec

from .clock import Clock, stamp
from .files import replace_file
from .problems import Problem
from .wordlist import read_words
from .words import _

FILE = "store.tries"
MOST = 5
"""Failures within ``WITHIN`` that lock an account."""
WITHIN = 15 * 60.0
"""Seconds."""
LONGEST_WAIT = 30.0  # seconds after many failed unlocks
KEPT = 20  # failures of one account that are remembered
WORDS = 8
"""Words of an answer that releases an account: 88 bits, so that the sums of answers give none away."""
RELEASES = 20
"""Answers that a program holds the sums of, ahead."""


class Try(msgspec.Struct, frozen=True):
    """A try that was begun and not found right. *up* is for how many seconds the PC had run then."""

    at: str
    slot: str = ""
    """Whose; ``""`` of a name that nobody has here."""
    up: float = 0.0
    told: bool = False
    """Whether the record of use has it."""


class Release(msgspec.Struct, frozen=True):
    """One answer by phone that releases an account: its number, and its SHA-256 in hexadecimal. It works once."""

    number: int
    digest: str


class Tries(msgspec.Struct, frozen=True, omit_defaults=True):
    """The file. *mark* is random: the store knows it too, and so whether this is still the same file."""

    mark: str = ""
    failed: tuple[Try, ...] = ()
    locked: tuple[str, ...] = ()
    """The slots that are locked."""
    news: tuple[tuple[str, str, str], ...] = ()
    """What the record of use has not heard yet: when, what (locked, released), of which slot."""
    device: str = ""
    """This PC, as people read it: part of what is read out by phone."""
    releases: tuple[Release, ...] = ()


def read(folder: Path) -> Tries:
    """What the file says; nothing where it is missing or was altered so that it cannot be read."""
    try:
        data = (folder / FILE).read_bytes()
    except OSError:
        return Tries()
    try:
        return msgspec.json.decode(data, type=Tries)
    except msgspec.DecodeError:
        pass
    try:  # as programs before wrote it
        return Tries(failed=tuple(Try(at) for at in msgspec.json.decode(data, type=list[str])))
    except msgspec.DecodeError:
        return Tries()


def write(folder: Path, tries: Tries) -> None:
    """Put the file in place in one step. Raises ``Problem``: a try that cannot be noted is not made."""
    try:
        replace_file(folder / FILE, msgspec.json.encode(tries))
    except OSError as error:
        raise Problem(
            _(
                "The program cannot write in the store's folder, so it was not opened. The records are safe. "
                "Check that there is room, or ask your IT officer."
            ),
            code="disk",
        ) from error


def begin(folder: Path, slot: str, clock: Clock) -> None:
    """Note a try at *slot* before it is made; with the fifth the account is locked, unless it turns out right.

    Raises ``Problem`` (code ``locked``) where the account is locked already.
    """
    tries = read(folder)
    refuse_locked(tries, slot)
    made = Try(stamp(clock()), slot, time.monotonic())
    failed = (*tries.failed, made)
    of_slot = [one for one in failed if one.slot == slot]
    failed = tuple(one for one in failed if one.slot != slot or one in of_slot[-KEPT:])
    recent = [one for one in of_slot if _since(one) < WITHIN]
    tries = msgspec.structs.replace(tries, mark=tries.mark or os.urandom(16).hex(), failed=failed)
    if slot and len(recent) >= MOST:
        tries = msgspec.structs.replace(
            tries, locked=(*tries.locked, slot), news=(*tries.news, (made.at, "locked", slot))
        )
    write(folder, tries)


def was_right(folder: Path, slot: str) -> Tries:
    """The last try at *slot* was right: it was no failure. Returns what stands in the file now."""
    tries = read(folder)
    last = max((n for n, one in enumerate(tries.failed) if one.slot == slot), default=-1)
    by_it = slot in tries.locked  # by this try alone: a locked account is not tried
    tries = msgspec.structs.replace(
        tries,
        failed=tuple(one for n, one in enumerate(tries.failed) if n != last),
        locked=tuple(one for one in tries.locked if one != slot),
        news=tries.news[:-1] if by_it else tries.news,
    )
    write(folder, tries)
    return tries


def was_told(folder: Path, slot: str) -> None:
    """The record of use has heard of the last try at *slot*; it counts as before."""
    tries = read(folder)
    last = max((n for n, one in enumerate(tries.failed) if one.slot == slot), default=-1)
    failed = tuple(msgspec.structs.replace(one, told=one.told or n == last) for n, one in enumerate(tries.failed))
    write(folder, msgspec.structs.replace(tries, failed=failed))


def were_told(folder: Path, slot: str) -> None:
    """The record of use has heard of all; whoever unlocked begins at none, others' last minutes go on counting."""
    tries = read(folder)
    failed = tuple(
        msgspec.structs.replace(one, told=True)
        for one in tries.failed
        if one.slot and one.slot != slot and _since(one) < WITHIN
    )
    write(folder, msgspec.structs.replace(tries, failed=failed, news=()))


def refuse_locked(tries: Tries, slot: str) -> None:
    """Raise ``Problem`` where *slot* is locked."""
    if slot and slot in tries.locked:
        raise Problem(
            _(
                "This account is locked, because a wrong passphrase was typed five times. The records are safe. "
                "An administrator releases it under Settings, Staff. Or ring your program office."
            ),
            code="locked",
        )


def _since(one: Try) -> float:
    """Seconds that have passed at least since a try: by how long the PC has run, whatever its clock says."""
    now = time.monotonic()
    return now - one.up if now >= one.up else now


def untold(tries: Tries) -> list[Try]:
    """Failures since somebody unlocked last, the oldest first."""
    return [one for one in tries.failed if not one.told]


def wait_seconds(folder: Path) -> float:
    """How long the next unlock is held back: twice as long after each failure since the last unlock."""
    failed = len(untold(read(folder)))
    return min(LONGEST_WAIT, 0.25 * 2**failed) if failed else 0.0


# Releasing a locked account


def release(folder: Path, slot: str) -> None:
    """Let the account try again: its failures are told still, and count no more."""
    tries = read(folder)
    if slot in tries.locked:
        write(folder, _released(tries, slot))


def _released(tries: Tries, slot: str) -> Tries:
    return msgspec.structs.replace(
        tries,
        locked=tuple(one for one in tries.locked if one != slot),
        failed=tuple(msgspec.structs.replace(one, slot="") if one.slot == slot else one for one in tries.failed),
    )


def challenge(folder: Path) -> str:
    """What is read out by phone: this PC, and the number of the answer that is asked for; ``""`` where none can be."""
    tries = read(folder)
    return f"{tries.device} {tries.releases[0].number}" if tries.releases else ""


def release_by_words(folder: Path, slot: str, typed: str, clock: Clock) -> None:
    """Release the account with the words that were read out by phone; they work once. Raises ``Problem``.

    Wrong words are eight of 2,048: trying them is of no use, so they count for nothing.
    """
    tries = read(folder)
    if slot not in tries.locked:
        raise Problem(_("This account is not locked. Type its passphrase."), code="not-locked")
    said = answer_digest(read_words(typed))
    if not tries.releases or not hmac.compare_digest(tries.releases[0].digest, said):
        raise Problem(
            _("These are not the words for this number. Nothing was changed. Compare the number, and each word."),
            code="wrong-words",
        )
    news = (*tries.news, (stamp(clock()), "released", slot))
    write(folder, _released(msgspec.structs.replace(tries, releases=tries.releases[1:], news=news), slot))


def answer_digest(words: tuple[str, ...]) -> str:
    """What a program keeps of an answer."""
    return hashlib.sha256(b"reentry-release/1 " + " ".join(words).encode()).hexdigest()
