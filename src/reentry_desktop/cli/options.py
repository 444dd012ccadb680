"""What the options of all commands are made with: their types, the shared ones, a command, a group of commands."""

from __future__ import annotations

import argparse
import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from ..base.words import LANGUAGES
from .answers import Answer

Run = Callable[[argparse.Namespace], Answer]


class Parser(argparse.ArgumentParser):
    """Options are written in full, so that a new one never changes what an old script meant."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{"allow_abbrev": False, **more})

    def add_argument(self, *names: Any, **more: Any) -> argparse.Action:
        """What ``--out`` names, a ``FILE`` or a ``DIR``, is looked at before the command begins."""
        if "--out" in names:
            self.set_defaults(out_is=more["metavar"])
        return super().add_argument(*names, **more)


class Parts(NamedTuple):
    """The options that several commands share, as parents of a command's parser."""

    plain: list[argparse.ArgumentParser]  # --json, --lang
    store: list[argparse.ArgumentParser]  # and those of every command that opens a store


def day(text: str) -> dt.date:
    """An ISO date."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2026-11-23")
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day of the calendar") from error


def month(text: str) -> str:
    """A month like ``2026-11``."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a month like 2026-11")
    return text


def number(least: int, most: int) -> Callable[[str], int]:
    """A whole number within bounds."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least} to {most}")
        return int(text)

    return read


def shared() -> Parts:
    """The parents of every command's parser."""
    plain = Parser(add_help=False)
    plain.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else there")
    plain.add_argument("--lang", choices=list(LANGUAGES), default="en", help="the language of the words")
    store = Parser(add_help=False)
    store.add_argument("--store", type=Path, required=True, metavar="DIR", help="the store's folder")
    store.add_argument("--user", required=True, metavar="NAME", help="who opens it")
    store.add_argument(
        "--passphrase-file", metavar="FILE", help="its first line; - is standard input; asked at the terminal if absent"
    )
    store.add_argument(
        "--second", type=Path, metavar="FILE",
        help="the second proof of an account that asks for one: its key file, or a file with its next line of words",
    )  # fmt: skip
    return Parts([plain], [plain, store])


def leaf(commands: Any, name: str, run: Run, parents: list[argparse.ArgumentParser], help: str) -> Any:
    """One command: what it runs, what it takes from *parents*, what it says of itself."""
    made = commands.add_parser(name, parents=parents, help=help, description=help)
    made.set_defaults(run=run, command=made.prog.partition(" ")[2])
    return made


def group(commands: Any, name: str, help: str) -> Any:
    """Several commands under one word."""
    made = commands.add_parser(name, help=help, description=help)
    return made.add_subparsers(metavar="what", required=True, parser_class=Parser)
