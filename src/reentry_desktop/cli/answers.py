"""What every command needs: how it answers, opens a store, hears a passphrase, and writes a file."""

from __future__ import annotations

import argparse
import getpass
import hashlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..actions import use
from ..actions.opening import unlock
from ..base.files import replace_file
from ..base.ids import Id
from ..base.problems import Problem
from ..base.words import _
from ..records.access import part_words
from ..records.base import Record, fields
from ..records.people import Site
from ..store import Store, Unit
from ..store.folder import owed

DONE, FAILED, USAGE, PARTLY = 0, 1, 2, 3
LONGEST_PASSPHRASE = 4096  # bytes of a file's first line


@dataclass(frozen=True)
class Window:
    """The window that a command asks for: on this store, with this person chosen. Only ``__main__`` opens it."""

    store: Path | None = None
    user: str = ""


@dataclass(frozen=True)
class Answer:
    """What a command did. ``sentence`` is for standard error where ``code`` is not 0."""

    data: dict[str, Any] = field(default_factory=dict)
    code: int = DONE
    sentence: str = ""
    window: Window | None = None


@contextmanager
def opened(args: argparse.Namespace, *, owing: bool = False) -> Iterator[Store]:
    """The store that ``--store``, ``--user``, ``--passphrase-file`` and ``--second`` name. Raises ``Problem``.

    Also, but with *owing*, where somebody has to choose her own passphrase or set up her second proof first. The
    command is an entry before it reads anything, and once more where it was refused.
    """
    with unlocked(args, passphrase(args)) as store:
        if store.owes and not owing:
            raise Problem(owed(store.owes), code="owes")
        with store.work("command") as unit:
            numbers = getattr(args, "participant", None) or []
            use.command(unit, args.command, [numbers] if isinstance(numbers, str) else numbers)
        with store.noting("command"):
            yield store


@contextmanager
def seen(args: argparse.Namespace, act: str, entry: str = "") -> Iterator[Unit]:
    """One look at what is read of several women, for who may do *act*. Whoever sees a part of them is told so first.

    As JSON it is ``part``. Where looking is itself an *entry*, that is its act. Raises ``Problem`` for whoever sees no
    woman's record: "none" would be no answer.
    """
    with opened(args) as store:
        store.may(act)
        told = part_words(store.who)
        if told and not store.who.sees:
            raise Problem(told, code="part")
        with store.work(entry) if entry else store.read() as unit:
            yield unit
    if told:
        args.in_part = True
        args.say(told)


@contextmanager
def unlocked(args: argparse.Namespace, said: str) -> Iterator[Store]:
    """The same store, unlocked with the passphrase *said*; the site's words for whoever unlocks go before the rest.

    At a terminal they are agreed to; a script is shown them on standard error, and goes on.
    """
    with unlock(args.store, args.user, said, shown=shown(args)) as store:
        with store.read() as unit:
            banner = unit.get(Site, store.site).banner
        if banner and not store.practice:
            print(banner, file=sys.stderr, flush=True)
            if args.passphrase_file is None and sys.stdin.isatty():
                print(_("Press Enter if you agree, or Ctrl+C to stop."), file=sys.stderr, flush=True)
                sys.stdin.readline()
        yield store


def shown(args: argparse.Namespace) -> str:
    """The second proof that ``--second`` names: the text of a key file, or the words of a line in a file."""
    return read_file(args.second).decode("utf-8-sig", "replace") if args.second else ""


def passphrase(args: argparse.Namespace) -> str:
    """The passphrase of ``--user``, from where the person said."""
    return hear(args.passphrase_file, _("Passphrase of {name}: ").format(name=args.user))


def hear(file: str | None, prompt: str, *, twice: bool = False) -> str:
    """A passphrase: the first line of *file* (``-`` is standard input), or from the terminal. Raises ``Problem``."""
    if file is None:
        return _at_terminal(prompt, twice=twice)
    try:
        if file == "-":
            data = sys.stdin.buffer.readline(LONGEST_PASSPHRASE)
        else:
            with Path(file).open("rb") as lines:
                data = lines.readline(LONGEST_PASSPHRASE)
        said = data.decode("utf-8-sig").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(
            _("The file with the passphrase cannot be read. Nothing was changed. Check its name."), code="passphrase"
        ) from error
    if not said:
        raise Problem(_("No passphrase was given: its line is empty. Nothing was changed."), code="passphrase")
    return said


def _at_terminal(prompt: str, *, twice: bool) -> str:
    if not sys.stdin.isatty():
        raise Problem(
            _(
                "No passphrase was given. Nothing was changed. Name a file with --passphrase-file, "
                "or - for standard input."
            ),
            code="passphrase",
        )
    said = getpass.getpass(prompt)
    if twice and getpass.getpass(_("Once more: ")) != said:
        raise Problem(_("The two passphrases differ. Nothing was changed. Try again."), code="passphrase")
    return said


def read_file(path: Path) -> bytes:
    """The bytes of a file that somebody named. Raises ``Problem``."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Problem(
            _("The file {name} cannot be read. Nothing was changed. Check its name.").format(name=path.name),
            code="no-file",
        ) from error


def read_words(args: argparse.Namespace) -> str:
    """The words after ``--words``, or those of ``--file`` (``-`` is standard input). Raises ``Problem``."""
    if args.words is not None:
        return str(args.words)
    data = sys.stdin.buffer.read() if args.file == Path("-") else read_file(args.file)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(
            _("The file {name} is no text (UTF-8). Nothing was changed.").format(name=args.file.name), code="format"
        ) from error


def how_to_repair() -> str:
    """The command for what a damaged store asks for."""
    return _("The command for it: reentry-desktop repair --backup FILE, with the same store and user.")


def typed_fields(pairs: Sequence[str]) -> dict[str, str]:
    """``name=value``, several times, as a dictionary. Raises ``Problem``."""
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            words = _("“{pair}” is not a field and its value, like name=value. Nothing was changed.")
            raise Problem(words.format(pair=pair), code="format")
        found[name] = value
    return found


def typed_id(text: str) -> Id:
    """An id as it may be typed: with or without hyphens, in capitals or not."""
    return Id(text.replace("-", "").strip().lower())


def as_values(record: Record) -> dict[str, Any]:
    """A record as plain values, as ``records types`` names them."""
    return {"id": record.id} | {name: getattr(record, name) for name in fields(type(record)) if name != "removed"}


def check_out(out: Path | None, what: str) -> None:
    """Raise ``Problem`` where a folder is named for a ``FILE``, or a file for a ``DIR``."""
    if out is None:
        return
    if what == "FILE" and out.is_dir():
        words = _("{name} is a folder, and a file is to be written. Nothing was changed. Name a file in it.")
    elif what == "DIR" and out.exists() and not out.is_dir():
        words = _("{name} is a file, and a folder is needed. Nothing was changed. Name the folder.")
    else:
        return
    raise Problem(words.format(name=out.name or out), code="out")


def write_file(path: Path, data: bytes) -> str:
    """Put *data* where somebody asked for it, in one step. Returns its SHA-256. Raises ``Problem``."""
    try:
        replace_file(path, data)
    except OSError as error:
        raise Problem(
            _("The file {name} could not be written there. Nothing was changed. Choose another place.").format(
                name=path.name
            ),
            code="write",
        ) from error
    return hashlib.sha256(data).hexdigest()
