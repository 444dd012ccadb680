"""Two people together erase the records on this PC: off by default, and only where nothing is lost by it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ..base.clock import Clock, system_clock
from ..base.days import show_day
from ..base.ids import Id, show_device
from ..base.problems import Problem
from ..base.words import _, ngettext
from ..bundle import Card
from ..exchange import kept, news, outgoing, writing
from ..exchange.identity import peers
from ..exchange.knowledge import known_by
from ..records.access import Who
from ..records.base import Right
from ..records.change import from_payload
from ..records.local import Peer
from ..records.people import Person, Site, SiteKind
from ..store import Store, Unit, vault
from ..store import second as proofs
from ..store.destroying import destroy
from . import backup_register as register
from . import retention
from .automatic_backups import not_taken_up
from .opening import unlock


class Somebody(NamedTuple):
    """One of the two: her sign-in name, her passphrase, and her second proof as ``open_store`` has it."""

    name: str
    passphrase: str
    shown: str | bytes = ""

    def __repr__(self) -> str:
        return "<Somebody>"


@dataclass(frozen=True)
class Erased:
    """What the office gets of it: the ``notice`` on the stick, or what to say by ``phone``; and what is left to do.

    ``elsewhere`` are backups that could not be reached: each still opens with its passphrases. ``left`` are files that
    another program holds: nothing opens them, and the next start deletes them.
    """

    notice: Path | None
    phone: str
    elsewhere: tuple[str, ...]
    left: tuple[str, ...]


def why_not(unit: Unit) -> list[str]:
    """Every reason why this PC may not be erased now; empty where it may."""
    store, site = unit.store, unit.get(Site, unit.store.site)
    if not site.emergency_erase:
        return [_("This site does not allow it. An administrator can allow it under Settings, This site.")]
    if store.slots.database:
        return [_("The records lie in PostgreSQL, not on this PC. Ask whoever keeps the database.")]
    if store.slots.kind != SiteKind.FACILITY:
        return [_("Only a facility can be erased like this. An office holds what others have lost.")]
    if n := retention.count_holds(unit):
        return [retention.counted_words(n)]
    offices = [(peer, card) for peer, card in peers(unit) if card.kind == "office"]
    if not offices:
        return [_("No office is trusted here, so nobody else has these records.")]
    lacking = [_lacks(unit, peer, card) for peer, card in offices]
    return [lacking[0]] if all(lacking) else []


def _lacks(unit: Unit, peer: Peer, card: Card) -> str:
    """What that office has not confirmed; "" where it has all."""
    going = writing.what_goes(unit, peer, card, known_by(unit, peer.site))
    if n := sum(part.changes for part in going):
        words = ngettext(
            "{site} has not confirmed {n} change. Copy a bundle, and bring in their answer first.",
            "{site} has not confirmed {n} changes. Copy a bundle, and bring in their answer first.",
            n,
        )
        return words.format(site=peer.name, n=n)
    if _only_here(unit, peer):
        return _(
            "Some of what was written about women is only here, and {site} has not confirmed a sealed backup with all "
            "of it. Copy a bundle with the backup, and bring in their answer first."
        ).format(site=peer.name)
    return ""


def _only_here(unit: Unit, peer: Peer) -> bool:
    """Whether anything was written about a woman that the office has neither itself nor in a sealed backup of ours."""
    known = known_by(unit, peer.site)
    rows = unit.connection.exec_driver_sql(
        "SELECT device, number, payload FROM entry WHERE participant IS NOT NULL AND payload IS NOT NULL AND seq > ?",
        (kept.confirmed_through(unit, peer),),
    )
    return any(known.lacks(device, number) and from_payload(payload).depth for device, number, payload in rows)


def erase(
    folder: Path, first: Somebody, second: Somebody, stick: Path | None = None, clock: Clock = system_clock
) -> Erased:
    """Erase the store in *folder*: both give their passphrases. The office's notice goes onto the *stick*.

    Raises ``Problem``; then nothing was erased.
    """
    with unlock(folder, first.name, first.passphrase, clock, shown=first.shown) as store:
        store.may("erase_store")
        _check_second(store, second)
        with store.whole("erase_store") as unit:  # an administrator who sees a part only erases all
            if reasons := why_not(unit):
                raise Problem(" ".join([*reasons, _("Nothing was erased.")]), code="not-now")
            site, office = unit.get(Site, store.site).name, _office(unit)
            known = [Path(one.place) / one.file_name for one in register.standing(unit)]
            known += [file.resolve() for file in not_taken_up(unit)]
            known = [file for file in known if not file.is_relative_to(folder.resolve())]  # those go with it
        with store.work("erase_store") as unit:
            news.add(unit, news.ERASED, store.who.name, second.name)
            unit.tell("site", store.site, by=[store.who.name, second.name])
        try:
            notice = outgoing.send(store, office, stick).file if stick is not None else None
        except Problem:
            _not_begun(store)
            raise
        device, day, proof = show_device(store.device), show_day(store.today()), store.keys.second
    phone = _(
        "Call {office} and say: the records of {site} on its PC {device} were erased on {day} by {names}."
    ).format(office=office, site=site, device=device, day=day, names=_(" and ").join((first.name, second.name)))
    try:
        left = destroy(folder, [file for file in known if file.exists()])
    except OSError as error:  # the key file stands: so do the records, and nobody must hear otherwise
        with unlock(folder, first.name, first.passphrase, clock, shown=proof) as store:
            _not_begun(store)
        if notice is not None:
            notice.unlink(missing_ok=True)
        raise Problem(
            _("This PC did not let the records be erased. They are all here. Ask your IT officer."), code="folder"
        ) from error
    elsewhere = dict.fromkeys(map(str, [*(file for file in known if _may_be(file)), *left.backups]))
    return Erased(notice, "" if notice else phone, tuple(elsewhere), tuple(file.name for file in left.files))


def _not_begun(store: Store) -> None:
    """Take back what the office would be told."""
    with store.work("erase_store") as unit:
        news.take_back(unit)
        unit.tell("site", store.site, begun=False)


def _may_be(file: Path) -> bool:
    """Whether that backup may still be somewhere: it is there, or its place is not there to look."""
    return file.exists() or not file.parent.is_dir()


def _check_second(store: Store, second: Somebody) -> None:
    found = store.slots.user(second.name)
    asks = found is not None and proofs.asks(store.slots, second.name)
    secret = proofs.unwrap(store.slots, found.id, str(second.shown))[0] if found is not None and asks else b""
    slot, _keys = vault.open_user(store.slots, second.name, second.passphrase, secret)
    if Id(slot.id) == store.who.id:
        raise Problem(_("Two different people are needed. Nothing was erased."), code="second")
    with store.read() as unit:
        person = unit.get(Person, Id(slot.id))
    who = Who(person.id, person.name, person.administrator, str(person.role), str(person.scope))
    if person.disabled_on is not None or Right.REVIEW not in who.rights:
        raise Problem(
            _("The second person must be a supervisor, a program lead or an administrator. Nothing was erased."),
            code="second",
        )


def _office(unit: Unit) -> str:
    """The office that has confirmed everything."""
    return next(p.name for p, card in peers(unit) if card.kind == "office" and not _lacks(unit, p, card))


__all__ = ["Erased", "Somebody", "erase", "why_not"]
