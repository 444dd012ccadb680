"""A PC whose folder was copied goes on as a new device; and what every other store makes of it.

What it wrote since the two histories part becomes the entries of the new device. Wherever it had come under the old
numbers already, it is let go of there once it is here under the new ones: the place is then free for the other history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from ..base.clock import stamp
from ..base.ids import Id, new_device, show_device
from ..base.problems import NotFound, Problem
from ..base.progress import Progress, untold
from ..base.words import _
from ..bundle import Entries, Item
from ..records.base import Share
from ..records.change import Change
from ..records.local import Device, Peer, ReceivedBundle, SentBundle
from ..records.parting import ACT, Parting
from ..store import Store, Unit
from ..store.backup import write_opened
from ..store.folder import BEFORE_PARTING
from ..store.log import PARTINGS, append, hash_known, head, partings
from ..store.parting import drop_tail, fold_again, is_doubled, move_tail, records_of, who_means
from .forks import BELIEVED, LEARNED, MET, MOVED, OTHER, Fork, Learned, has, learned, note_device
from .identity import as_device
from .knowledge import End, Told, end_of
from .sharing import own_devices

# Going on as a new device


def go_on(store: Store, device: int = 0, progress: Progress = untold) -> Parting:
    """What was written here since the two histories part goes on as a new device's; a backup is made before.

    *device* is this PC's, or the one that was named by ``learned``. Raises ``Problem``, or what *progress*
    raises to stop it; then nothing was changed.
    """
    with store.read() as unit:
        one = _to_part(unit, device)
    if one.state == OTHER:
        store.only_administrators("go_on_as_new_device")
    own, into = one.device == store.device, new_device()
    if own and store.slots.database:
        raise Problem(
            _(
                "The records of this office lie on a server, so this folder alone cannot go on as a new device. "
                "Nothing was changed. Make a backup, bring it back into a new folder, go on there as a new device, "
                "then move the records to a new database."
            ),
            code="server",
        )
    _keep_backup(store, progress)
    return part_at(store, End(one.device, one.number, one.hash), into)


def part_at(store: Store, one: End, into: int) -> Parting:
    """What a device wrote after *one* is the device *into*'s from now on; this store is that one, if it was its own."""
    own = one.device == store.device
    with store.work(ACT) as unit:
        slots = as_device(unit, into)
        records = records_of(unit.connection, one.device, one.number)
        parting = _with_own(unit, Parting(one.device, one.number, one.hash, into), records)
        end = move_tail(unit.connection, parting)
        said = Change(
            at=stamp(store.clock()), by=store.who.id, act=ACT, kind="site", record=store.site, share=str(Share.DATES),
            values=msgspec.Raw(msgspec.json.encode(parting)),
        )  # fmt: skip
        writer = into if own else store.device
        append(unit.connection, writer, end if own else head(unit.connection, writer), said)
        _know(unit, parting)
        _touch(unit, records)
        _renumber_sent(unit, parting)
        unit.set_setting(LEARNED.format(one.device), "")
        note_device(unit, MOVED, one.device)
        if own:
            unit.local(sa.update(Peer).values(has_number=0))  # of bundles of the device it was
            unit.set_setting("signed_through", "")
            store.will_become(unit, slots)
    if own:
        store.become(slots)
    return parting


def _to_part(unit: Unit, device: int) -> Learned:
    """What was learned of *device*, of which something is here that another site does not believe."""
    known = {one.device: one for one in learned(unit) if one.state != BELIEVED}
    one = known.get(device) or (next(iter(known.values()), None) if not device else None)
    if one is None or not has(unit, End(one.device, one.number, one.hash)):
        raise NotFound(
            _(
                "No other site has said that this folder was copied. Nothing was changed. If its bundle says so, "
                "bring that in first."
            )
        )
    return one


def _keep_backup(store: Store, progress: Progress) -> None:
    """The store as it was, beside it; a server has backups of its own."""
    if not store.slots.database:
        kept = store.folder / BEFORE_PARTING.format(show_device(store.device))
        kept.unlink(missing_ok=True)  # of one that did not end: the store is as it was
        write_opened(store.everything, store.folder, kept, store.keys, progress)


def _with_own(unit: Unit, parting: Parting, records: Iterable[Id]) -> Parting:
    """The same, with what this site's own devices mean by the old numbers: nobody speaks for another site."""
    means, own = who_means(unit.connection, parting, records), {unit.store.device, *own_devices(unit)}
    return msgspec.structs.replace(parting, known={author: last for author, last in means.items() if author in own})


def _know(unit: Unit, parting: Parting) -> None:
    known = partings(unit.connection).all
    if parting not in known:
        unit.set_setting(PARTINGS, msgspec.json.encode([*known, parting]).decode())


def _touch(unit: Unit, records: Iterable[Id]) -> None:
    for kind, ids in fold_again(unit.connection, records).items():
        unit.changed.touched.setdefault(kind, set()).update(ids)
    unit.session.expire_all()


def _renumber_sent(unit: Unit, parting: Parting) -> None:
    """What left with a bundle has left under its new number too: nobody takes it back as if it had never gone."""
    for bundle in unit.session.scalars(sa.select(SentBundle)).all():
        heads = msgspec.json.decode(bundle.heads, type=dict[str, tuple[int, str]])
        last = heads.get(str(parting.device), (0, ""))[0]
        if last > parting.number:
            heads[str(parting.device)] = (parting.number, parting.hash)
            heads[str(parting.into)] = (
                last - parting.number, hash_known(unit.connection, parting.into, last - parting.number).hex()
            )  # fmt: skip
            same = (SentBundle.site == bundle.site, SentBundle.device == bundle.device)
            unit.local(
                sa.update(SentBundle)
                .where(*same, SentBundle.number == bundle.number)
                .values(heads=msgspec.json.encode(heads).decode())
            )
    unit.session.expire_all()


# Where another PC went on as a new device


def said_in(change: Change) -> Parting | None:
    """The parting that an entry states; None where it states none."""
    if change.act != ACT or change.kind != "site":
        return None
    try:
        return msgspec.json.decode(change.values, type=Parting)
    except msgspec.DecodeError:  # of a later version
        return None


def settle(unit: Unit, said: Iterable[tuple[int, Parting]]) -> bool:
    """Take in what partings say, each with the device whose entry said it; whether any is new.

    What came here under the old numbers is let go of where it is here under the new ones; the place is then free for
    the other history.
    """
    new = False
    for author, parting in said:
        site, own = _site_of(unit, author), parting.known
        speaks_for = {device: last for device, last in own.items() if _site_of(unit, device) == site}
        parting = msgspec.structs.replace(parting, known=speaks_for)
        if not speaks_for and _site_of(unit, parting.device) != site:
            continue
        if parting not in partings(unit.connection).all:
            _know(unit, parting)
            _touch(unit, records_of(unit.connection, parting.into, 0))
            unit.set_setting(MET.format(parting.device), "")
            if parting.device == unit.store.device:  # a copy of this PC went on: here nothing is to be done
                now = stamp(unit.store.clock())
                told = Learned(parting.device, parting.number, parting.hash, unit.store.site, now, BELIEVED)
                unit.set_setting(LEARNED.format(parting.device), msgspec.json.encode(told).decode())
            new = True
    for parting in partings(unit.connection).all:
        if end_of(unit, parting.device).number > parting.number and is_doubled(unit.connection, parting):
            let_go(unit, parting)
    return new


def give_way(unit: Unit, peer: Peer, told: Told) -> None:
    """Let go of mere numbers of a device that *peer* says went on as a new one: nothing was here of its history."""
    known = {(p.device, p.number, p.into) for p in partings(unit.connection).all}
    for said in told.partings:
        news = (said.device, said.number, said.into) not in known and _site_of(unit, said.device) == peer.site
        if news and end_of(unit, said.device).number > said.number and not _here(unit, said):
            let_go(unit, said)


def let_go(unit: Unit, parting: Parting) -> None:
    """Let go of the old numbers, and state what this site's own entries mean by them."""
    records = records_of(unit.connection, parting.device, parting.number)
    meant = _with_own(unit, parting, records)
    drop_tail(unit.connection, parting)
    unit.local(
        sa.delete(ReceivedBundle).where(ReceivedBundle.device == parting.device)
    )  # the rest comes from its start
    if meant.known and meant not in partings(unit.connection).all:
        _know(unit, meant)
        act, unit.act = unit.act, ACT
        unit.tell("site", unit.store.site, share=Share.DATES, **msgspec.to_builtins(meant, str_keys=True))
        unit.act = act
    _touch(unit, records)


def tell(unit: Unit) -> list[dict[str, Any]]:
    """For any bundle: which devices of this site went on as which."""
    own = {unit.store.device, *own_devices(unit)}
    found = {(p.device, p.number, p.into): p for p in partings(unit.connection).all if p.into in own}
    return [msgspec.to_builtins(msgspec.structs.replace(p, known={})) for p in found.values()]


def _site_of(unit: Unit, device: int) -> Id:
    of = unit.session.get(Device, device)
    return of.site if of is not None else unit.store.site


def gives_anew(unit: Unit, read: Callable[[], Iterator[Item]], fork: Fork, sender: Id) -> Parting | None:
    """Whether a bundle with another history of a device brings what came here of it before, under new numbers.

    *read* gives its items anew.
    """
    if not fork.device or _site_of(unit, fork.device) != sender:
        return None
    for known in partings(unit.connection).all:
        if known.device == fork.device and known.number < fork.differs and not _here(unit, known):
            return known  # nothing but numbers came of that history: they give way
    found = next((said for said in _said(read()) if said.device == fork.device), None)
    return found if found is not None and _brings(unit, read(), found) else None


def _here(unit: Unit, parting: Parting) -> dict[int, bytes]:
    """What is here under the old numbers, as it reads under the new ones: new number -> payload."""
    rows = unit.connection.exec_driver_sql(
        "SELECT number, payload FROM entry WHERE device = ? AND number > ? AND payload IS NOT NULL",
        (parting.device, parting.number),
    )
    return {number - parting.number: parting.moved(bytes(payload)) for number, payload in rows}


def _brings(unit: Unit, items: Iterator[Item], parting: Parting) -> bool:
    """Whether a bundle has all of that."""
    here, found = _here(unit, parting), dict[int, bytes]()
    for item in items:
        if isinstance(item, Entries) and item.device == parting.into:
            found |= {number: payload for number, _salt, payload, _hash in item.rows if number in here}
    return bool(here) and found == here


def _said(items: Iterator[Item]) -> Iterator[Parting]:
    """The partings that a bundle's entries state."""
    decode, name = msgspec.json.Decoder(Change).decode, ACT.encode()
    for item in items:
        if isinstance(item, Entries):
            for _number, _salt, payload, _hash in item.rows:
                if name in payload and (said := said_in(decode(payload))) is not None:
                    yield said
