"""A report of a programming error without personal data: what kind of error, and where in the program."""

from __future__ import annotations

import platform
import sys
import traceback
from pathlib import Path

from .. import __version__


def this_program() -> str:
    """Name, version, Python and system, for whoever helps."""
    return f"Re-entry Desktop {__version__}, Python {platform.python_version()}, {sys.platform}"


def crash_report(error: BaseException) -> str:
    """The kinds of the error and its causes, and the stack as file, line and function.

    Never a message, a value or a folder of this PC: those may hold a name.
    """
    lines = [this_program()]
    seen: set[int] = set()
    now: BaseException | None = error
    while now is not None and id(now) not in seen:
        seen.add(id(now))
        lines.append(f"{type(now).__module__}.{type(now).__qualname__}")
        for frame, line in traceback.walk_tb(now.__traceback__):
            code = frame.f_code
            lines.append(f"  {'/'.join(Path(code.co_filename).parts[-2:])}:{line} {code.co_name}")
        now = now.__cause__ or (None if now.__suppress_context__ else now.__context__)
    return "\n".join(lines)
