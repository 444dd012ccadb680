"""What happened to a store that everybody must know of, in words: at its own site, and at the office."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from ..base.days import show_day_of
from ..base.ids import Id, show_device
from ..base.words import N_, _
from ..exchange import news
from ..exchange.news import News
from ..records.local import Peer
from ..store import Unit

_HERE = {
    news.RESTORE: N_(
        "These records were brought back from a backup on {day}. What was written here after that backup was made is "
        "only there as far as the office sends it back."
    ),
    news.KIT_NEW: N_(
        "A new recovery kit was made on {day}. The old sheets open these records no more; backups made before still "
        "open with them. Burn or shred the old sheets."
    ),
    news.REKEY: N_(
        "The records got a new key on {day}. Your passphrase stays. Backups made before open with the old key until "
        "they are destroyed."
    ),
    news.SLIP_USED: N_(
        "The sealed slip of the emergency administrator was used on {day}. If you do not know why, tell your program "
        "office."
    ),
    news.ERASED: N_(
        "Erasing this PC was begun on {day} and did not end. All records are here. Do it again, or call your office."
    ),
}
_THERE = {
    news.RESTORE: N_("{site} was brought back from a backup on {day}. Its PC is called {device} now."),
    news.KIT_USED: N_("{site} used its recovery kit on {day}. If you do not know why, call them."),
    news.KIT_NEW: N_("{site} made a new recovery kit on {day}."),
    news.REKEY: N_("{site} gave its records a new key on {day}."),
    news.SLIP_USED: N_("{site} used the sealed slip of its emergency administrator on {day}. If you do not know why, "
                       "call them."),
    news.ERASED: N_("{site} erased the records on its PC {device} on {day}, by {names}. What it sent is here."),
}  # fmt: skip


def notices(unit: Unit) -> list[str]:
    """What whoever unlocked was not told yet."""
    found = [_(_HERE[one.what]).format(day=_day(one)) for one in _unread(unit, "", news.own(unit)) if one.what in _HERE]
    for peer in _sites(unit):
        found += _words(peer, _unread(unit, peer.site, news.of(unit, peer.site)))
    return found


def notices_read(unit: Unit) -> None:
    """The person at the desk has read them."""
    told = [(Id(""), news.own(unit)), *((peer.site, news.of(unit, peer.site)) for peer in _sites(unit))]
    for site, said in told:
        if said:
            unit.set_setting(_told(unit, site), said[-1].at)


def of_site(unit: Unit, peer: Peer) -> list[str]:
    """What a site told of itself, the newest first."""
    return _words(peer, list(reversed(news.of(unit, peer.site))))


def _words(peer: Peer, said: Sequence[News]) -> list[str]:
    return [
        _(_THERE[one.what]).format(
            site=peer.name, day=_day(one), device=show_device(one.device), names=_(" and ").join(one.names)
        )
        for one in said
        if one.what in _THERE
    ]


def _unread(unit: Unit, site: Id | str, said: list[News]) -> list[News]:
    read = unit.setting(_told(unit, site))
    places = [place for place, one in enumerate(said) if one.at == read]
    return said[places[-1] + 1 :] if places else said


def _told(unit: Unit, site: Id | str) -> str:
    return f"told_news/{unit.store.who.id}/{site}"


def _day(one: News) -> str:
    return show_day_of(one.at)


def _sites(unit: Unit) -> Sequence[Peer]:
    return unit.session.scalars(sa.select(Peer).order_by(Peer.name)).all()
