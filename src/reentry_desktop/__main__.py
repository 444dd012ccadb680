"""Where both programs begin: the command line, and the window."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def command(argv: Sequence[str] | None = None) -> int:
    """``reentry-desktop``: runs one command; with none, or with ``open``, the window. Returns the exit code."""
    words = sys.argv[1:] if argv is None else argv
    if not words:  # the first window comes without what commands load
        return _open(None, "")
    from .cli.main import main

    code, asked = main(words)
    return _open(asked.store, asked.user) if asked else code


def window(argv: Sequence[str] | None = None) -> int:
    """``Re-entry Desktop``: the window, on the store's folder that may be given. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="Re-entry Desktop", add_help=False, allow_abbrev=False)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--user", default="")
    try:
        args, _others = parser.parse_known_args(argv)
    except SystemExit:
        return 2
    return _open(args.store or args.folder, args.user)


def _open(store: Path | None, user: str) -> int:
    from .app import main

    return main(store, user)


if __name__ == "__main__":
    sys.exit(command())
