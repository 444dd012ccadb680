"""A second PC of a site, as the window asks for it: the file that the first one makes, and the store made from it."""

from __future__ import annotations

from pathlib import Path

from ..base.clock import Clock, system_clock
from ..base.problems import Problem
from ..base.words import _
from ..exchange import joining
from ..store import Store
from . import setup

ENDING = ".joining"


def write_file(store: Store, path: Path) -> tuple[str, ...]:
    """Seal what a second PC needs into *path*; the twelve words that open it, shown once. Raises ``Problem``."""
    return joining.write_file(store, path)


def join(
    file: Path, words: str, folder: Path, user: str, passphrase: str, full_name: str = "", clock: Clock = system_clock
) -> tuple[Store, setup.Kit]:
    """A store in *folder* for a second PC, with its first user and its own recovery kit. Raises ``Problem``."""
    try:
        with file.open("rb") as opened:
            data = opened.read(joining.SIZE + 1)
    except OSError as error:
        raise Problem(
            _("This file cannot be read. Nothing was changed. Put the stick in again."), code="no-file"
        ) from error
    found = joining.read_file(data, words)
    return setup.create(setup.second_pc(folder, found, user, passphrase, full_name), clock)
