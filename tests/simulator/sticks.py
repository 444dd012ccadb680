"""Bundles on sticks, over real stores: files, as this program, an older or a newer one writes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from reentry_desktop.exchange import knowledge, writing


@dataclass(eq=False)
class Stick:
    """A bundle on its way from one PC to another."""

    sender: str
    to: str
    file: Path
    by_copy: bool = False
    told: tuple[Any, ...] = ()
    """How the sender's store was when it was made."""
    read: bool = False
    """Whether its receiver has it."""


def _older(told: dict[str, Any]) -> dict[str, Any]:
    """What the first program said of what it knows."""
    return {"receipts": told["receipts"]}


def _newer(told: dict[str, Any]) -> dict[str, Any]:
    """A later one says more, and more of the same."""
    receipts = [{**receipt, "seal_of_2031": "x"} for receipt in told["receipts"]]
    return {**told, "receipts": receipts, "said_in_2031": {"moon": [1, None, "full"]}}


@contextmanager
def written_by(version: int) -> Iterator[None]:
    """Bundles are written as by this program (0), an older (1) or a newer one (2)."""
    change = (lambda told: told, _older, _newer)[version]
    with patch.object(writing, "tell", lambda *given: change(knowledge.tell(*given))):
        yield
