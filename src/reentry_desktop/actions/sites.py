"""How it stands with each other site: what went, what came, what it has confirmed, what waits, and what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from ..base.ids import Id
from ..base.words import N_, _, ngettext
from ..exchange import aside
from ..exchange.identity import own_other, peers
from ..exchange.incoming import WAITING
from ..exchange.knowledge import known_by, last_sent
from ..exchange.moving import between_facilities
from ..exchange.outgoing import count_waiting
from ..exchange.sharing import OURS, REASONS, done, rule_for
from ..records.local import Device, Gap, Peer, ReceivedBundle, SentBundle, SetAside
from ..store import Unit
from .registrations import ids_of


@dataclass(frozen=True)
class Went:
    """One bundle that was written here or taken in here. ``at`` is when that was (UTC)."""

    number: int
    made: str
    at: str
    changes: int


@dataclass(frozen=True)
class Waits:
    """A bundle of a site that lies here and waits for those from ``missing_from`` (0: for earlier entries) on."""

    number: int
    missing_from: int


@dataclass(frozen=True)
class ClockAhead:
    """A bundle that was made later than it is here: one of the two clocks is wrong. Both are days of UTC."""

    site: str
    there: dt.date
    here: dt.date

    def words(self, show: Callable[[dt.date], str] = dt.date.isoformat) -> str:
        """What to tell a person."""
        words = _(
            "The clock at {site} said {there} when its bundle was made, and this PC says {here}. "
            "Call them, and set the wrong clock right."
        )
        return words.format(site=self.site, there=show(self.there), here=show(self.here))


def clock_ahead(unit: Unit, site: str, made: str) -> ClockAhead | None:
    """Whether a bundle that *site* *made* (UTC) is from tomorrow or later. A stick may be late, never early."""
    if not made or (at := dt.datetime.fromisoformat(made)) <= (now := unit.store.clock()) + dt.timedelta(days=1):
        return None
    return ClockAhead(site, at.date(), now.date())


def clocks_ahead(unit: Unit) -> list[ClockAhead]:
    """The same of every site, by the last bundle that came from it."""
    came = sa.select(ReceivedBundle.made_at, Peer.name).join(Peer, Peer.site == ReceivedBundle.site)
    last = {site: made for made, site in unit.rows(came.order_by(ReceivedBundle.received_at))}
    return [ahead for site, made in sorted(last.items()) if (ahead := clock_ahead(unit, site, made))]


@dataclass(frozen=True)
class SiteState:
    """One other site.

    ``acknowledged`` is the last of our bundles it confirmed, ``unconfirmed`` how many changes went since. ``gaps`` are
    numbers of its bundles that never came, though later ones did: those brought what they held. ``waits`` are its
    bundles that lie here and cannot be read in before others have come.
    """

    site: str
    code: str
    fingerprint: tuple[str, ...]
    last_sent: Went | None
    last_received: Went | None
    acknowledged: int | None
    acknowledged_at: str
    unconfirmed: int
    waiting: int
    gaps: tuple[int, ...]
    waits: tuple[Waits, ...]
    withheld: int
    """How many of its changes stay with it."""
    stays: dict[str, int]
    """How many of them women hold back, by why: as its last bundle said."""
    clock: ClockAhead | None
    """Where the clock it made its last bundle by is ahead of this one's."""


def site_states(unit: Unit) -> list[SiteState]:
    """Every site whose card is trusted here, by name."""
    held = aside.kept(unit)
    return [_state(unit, peer, card.fingerprint, held) for peer, card in (*peers(unit), *own_other(unit))]


def _state(unit: Unit, peer: Peer, fingerprint: tuple[str, ...], held: list[SetAside]) -> SiteState:
    sent = unit.session.scalars(
        sa.select(SentBundle)
        .where(SentBundle.site == peer.site, SentBundle.device == unit.store.device)
        .order_by(SentBundle.number)
    ).all()
    came = unit.session.scalars(
        sa.select(ReceivedBundle).where(ReceivedBundle.site == peer.site).order_by(ReceivedBundle.received_at)
    ).all()
    numbers = {bundle.number for bundle in came}
    withheld = unit.first(
        sa.select(sa.func.sum(Gap.last - Gap.first + 1))
        .join(Device, Device.device == Gap.device)
        .where(Device.site == peer.site)
    )
    confirmed = next((bundle for bundle in sent if bundle.number == peer.has_number), None)
    last = sent[-1] if sent else None
    return SiteState(
        peer.name, peer.code, fingerprint,
        Went(last.number, last.made_at, last.made_at, last.changes) if last else None,
        Went(came[-1].number, came[-1].made_at, came[-1].received_at, came[-1].changes) if came else None,
        confirmed.number if confirmed else None,
        confirmed.acknowledged_at if confirmed else "",
        last.changes if last and last.number != peer.has_number else 0,
        count_waiting(unit, peer.site),
        tuple(n for n in range(1, max(numbers, default=0)) if n not in numbers),
        tuple(
            Waits(file.number, file.missing_from)
            for file in held
            if file.site == peer.site and file.status == WAITING
        ),
        withheld or 0,
        msgspec.json.decode(came[-1].stays, type=dict[str, int]) if came else {},
        clock_ahead(unit, peer.name, came[-1].made_at) if came else None,
    )  # fmt: skip


def stays_because(state: SiteState) -> list[str]:
    """Why entries of that site stay there, a sentence for each reason; one of a later version is not named."""
    reasons = [
        (REASONS.get(why, N_("For a reason that this version does not know.")), n) for why, n in state.stays.items()
    ]
    if reasons:
        reasons.append((N_("Of that site alone, or deleted."), state.withheld - sum(state.stays.values())))
    return [
        ngettext("{n} change: {why}", "{n} changes: {why}", n).format(n=n, why=_(reason))
        for reason, n in reasons
        if n > 0
    ]


@dataclass(frozen=True)
class ThereOfHer:
    """What another site has of one woman: nothing waits where ``waiting`` and ``on_the_way`` are 0."""

    site: str
    waiting: int
    """Changes that go with the next bundle."""
    on_the_way: int
    """Changes that were copied, and that it has not confirmed yet."""
    stays: int
    """Changes that stay here."""

    def words(self) -> list[str]:
        """The same, a sentence each."""
        said = []
        if self.waiting:
            words = ngettext("{n} change goes with the next copy.", "{n} changes go with the next copy.", self.waiting)
            said.append(words.format(n=self.waiting))
        if self.on_the_way:
            words = ngettext(
                "{n} change was copied and is not confirmed yet.", "{n} changes were copied and are not confirmed yet.",
                self.on_the_way,
            )  # fmt: skip
            said.append(words.format(n=self.on_the_way))
        if self.stays:
            words = ngettext("{n} change stays here.", "{n} changes stay here.", self.stays)
            said.append(words.format(n=self.stays))
        if not self.waiting and not self.on_the_way:
            said.insert(0, _("It has confirmed all that may go."))
        return said


def there_of_her(unit: Unit, woman: Id) -> list[ThereOfHer]:
    """What each trusted site has of what this one wrote about a woman."""
    found = []
    hers = msgspec.json.encode(ids_of(unit, woman)).decode()
    for peer, card in peers(unit):
        if between_facilities(unit, card):
            continue  # nothing of hers goes there, or all of it: her page says who holds her record
        known = known_by(unit, peer.site)
        sent = known.after(last_sent(unit, peer.site))
        rows = unit.connection.exec_driver_sql(
            f"{done(unit)}SELECT device, number, {rule_for(unit, card)} FROM entry "
            "WHERE participant IN (SELECT value FROM json_each(?)) AND share <> 'site' "
            f"AND payload IS NOT NULL AND {OURS}",
            (hers, unit.store.site),
        ).all()
        going = [(device, number) for device, number, goes in rows if goes]
        lacking = [place for place in going if known.lacks(*place)]
        waiting = sum(sent.lacks(*place) for place in lacking)
        stays = sum(not goes and known.lacks(device, number) for device, number, goes in rows)
        found.append(ThereOfHer(peer.name, waiting, len(lacking) - waiting, stays))
    return found
