"""Template packs for tests: the bundled one under another name, changed as a test asks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from reentry_desktop.base.paths import resource

NAME = "larkspur"


def pack_text(change: Callable[[dict[str, Any]], object] = lambda _pack: None, *, version: int = 1) -> bytes:
    """A pack of another name whose titles and first prompt are its own; *change* may break it."""
    pack = json.loads(resource("templates", "wellness.json").read_bytes())
    pack |= {"name": NAME, "version": version, "title": {"en": "My Larkspur plan", "es": "Mi plan Larkspur"}}
    part(pack, "tools")["prompt"] = {"en": "Which tools are yours?", "es": "¿Qué herramientas son tuyas?"}
    pack["sections"][0]["title"] = {"en": "My Larkspur tools", "es": "Mis herramientas Larkspur"}
    change(pack)
    return json.dumps(pack, ensure_ascii=False).encode()


def part(pack: dict[str, Any], key: str) -> dict[str, Any]:
    """A part of a pack that is still JSON."""
    return next(part for section in pack["sections"] for part in section["parts"] if part["key"] == key)
