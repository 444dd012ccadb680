"""What everybody of a site is told once, and its office with the next bundle: a restore, the recovery kit used, …

Kept among the settings: it is in no bundle as an entry, so a store that was brought back tells it again.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from ..base.ids import Id
from ..bundle import Card
from ..store import Unit

RESTORE, KIT_USED, KIT_NEW, REKEY, SLIP_USED, ERASED = "restore", "kit_used", "kit_new", "rekey", "slip_used", "erased"
OWN = "news"
MOST, KEPT_DAYS = 50, 90


class News(msgspec.Struct, frozen=True, omit_defaults=True):
    """What happened, at which moment (UTC), on which device; with names where people did it together."""

    what: str
    at: str
    device: int
    names: tuple[str, ...] = ()


def add(unit: Unit, what: str, *names: str) -> None:
    """It happened here, now."""
    one = News(what, unit.store.clock().isoformat(timespec="milliseconds"), unit.store.device, names)
    _keep(unit, OWN, [*own(unit), one])


def take_back(unit: Unit) -> None:
    """It did not happen after all, and nobody was told: the last one."""
    _keep(unit, OWN, own(unit)[:-1])


def own(unit: Unit) -> list[News]:
    """What happened here, the oldest first."""
    return _read(unit.setting(OWN))


def told(unit: Unit, to: Card) -> list[dict[str, Any]]:
    """For a bundle to an office: what happened here in the last months."""
    if to.kind != "office" or Id(to.site) == unit.store.site:
        return []
    since = (unit.store.clock() - dt.timedelta(days=KEPT_DAYS)).isoformat()
    return [msgspec.to_builtins(one) for one in own(unit) if one.at >= since]


def hear(unit: Unit, site: Id, said: tuple[News, ...]) -> None:
    """Keep what a site says of itself; what is known already once."""
    known = of(unit, site)
    fresh = [one for one in said[:MOST] if one not in known]
    if fresh:
        _keep(unit, _key(site), [*known, *fresh])


def of(unit: Unit, site: Id) -> list[News]:
    """What another site said of itself, the oldest first."""
    return _read(unit.setting(_key(site)))


def _key(site: Id) -> str:
    return f"{OWN} {site}"


def _read(text: str) -> list[News]:
    return msgspec.json.decode(text or "[]", type=list[News])


def _keep(unit: Unit, key: str, all_of_it: list[News]) -> None:
    unit.set_setting(key, msgspec.json.encode(all_of_it[-MOST:]).decode())
