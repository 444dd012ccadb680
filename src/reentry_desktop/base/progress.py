"""How far long work is. It tells, between two steps, whoever waits for it; who waits may stop it by raising."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float], object]
"""Given the share that is done, 0 to 1."""


def untold(_share: float) -> None:
    """Nobody waits to hear."""
