"""How it stands with each other site: what went, what came, what it has confirmed, what waits, and what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from ..base.days import show_day, show_day_of
from ..base.ids import Id, show_device
from ..base.words import N_, _, ngettext
from ..exchange import aside, pcs
from ..exchange.identity import own_other, peers
from ..exchange.incoming import WAITING
from ..exchange.knowledge import known_by, last_sent
from ..exchange.moving import between_facilities, of_others
from ..exchange.outgoing import count_unconfirmed, count_waiting, nothing_goes
from ..exchange.revoking import revoked, shut_out
from ..exchange.sharing import OURS, REASONS, done, rule_for
from ..records.local import Device, Gap, Peer, ReceivedBundle, SentBundle, SetAside
from ..store import Unit
from . import happened
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


SILENT_AFTER = 21
"""Days. A site is called silent when nothing came from it for longer: of who brings a stick each week, three failed."""


@dataclass(frozen=True)
class PcState:
    """One PC of a site, as ``K7Q2-M9XD``, but for those that were revoked.

    ``acknowledged`` is the last of our bundles that its newest one said to have; None where it had none. ``gaps`` are
    numbers of its bundles that never came, though later ones did: those brought what they held.
    """

    device: str
    last_received: Went
    acknowledged: int | None
    gaps: tuple[int, ...]


@dataclass(frozen=True)
class ClockAhead:
    """A bundle that was made later than it is here: one of the two clocks is wrong. Both are days of UTC."""

    site: str
    there: dt.date
    here: dt.date

    def words(self) -> str:
        """What to tell a person."""
        words = _(
            "The clock at {site} said {there} when its bundle was made, and this PC says {here}. "
            "Call them, and set the wrong clock right."
        )
        return words.format(site=self.site, there=show_day(self.there), here=show_day(self.here))


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

    ``acknowledged`` is the last of our bundles it confirmed, by the PC of it that was heard last or by phone;
    ``unconfirmed`` is how many changes went since. ``gaps`` are those of all ``pcs``, which begin with the PC that was
    heard last. ``waits`` are its bundles that lie here and cannot be read in before others have come. ``days`` since
    something came are counted by this PC's calendar; None where nothing did, or where that calendar stood later then
    than it does now. ``refused`` says why nothing is copied for it; "" where something is.
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
    pcs: tuple[PcState, ...]
    days: int | None
    silent_days: int
    """How long it has been silent; 0 where it is not called so. Of a site that sent nothing, since it is trusted."""
    refused: str

    news: tuple[str, ...]
    """What it told of itself in the last months, a sentence each."""
    clock: ClockAhead | None
    """Where the clock it made its last bundle by is ahead of this one's."""

    @property
    def silent(self) -> bool:
        """Whether nothing came from it for long."""
        return self.silent_days > 0


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
    came = pcs.newest(unit, peer.site)
    heard = _heard(unit, peer, came)
    days = _days_since(unit, came[-1].received_at if came else "")
    since = days if came else _days_since(unit, peer.trusted_at)
    refused = shut_out(unit, peer.site)
    withheld = unit.first(
        sa.select(sa.func.sum(Gap.last - Gap.first + 1))
        .join(Device, Device.device == Gap.device)
        .where(Device.site == peer.site)
    )
    confirmed = next((bundle for bundle in sent if bundle.number == peer.has_number), None)
    last = sent[-1] if sent else None
    waiting = count_waiting(unit, peer.site)
    return SiteState(
        peer.name, peer.code, fingerprint,
        Went(last.number, last.made_at, last.made_at, last.changes) if last else None,
        _came(came[-1]) if came else None,
        confirmed.number if confirmed else None,
        confirmed.acknowledged_at if confirmed else "",
        count_unconfirmed(unit, peer.site, waiting),
        waiting,
        tuple(sorted({number for pc in heard for number in pc.gaps})),
        tuple(
            Waits(file.number, file.missing_from)
            for file in held
            if file.site == peer.site and file.status == WAITING
        ),
        withheld or 0,
        msgspec.json.decode(came[-1].stays, type=dict[str, int]) if came else {},
        heard, days, since if since is not None and since > SILENT_AFTER else 0,
        nothing_goes(peer.name, refused) if refused else "",
        tuple(happened.of_site(unit, peer)),
        clock_ahead(unit, peer.name, came[-1].made_at) if came else None,
    )  # fmt: skip


def _came(bundle: ReceivedBundle) -> Went:
    return Went(bundle.number, bundle.made_at, bundle.received_at, bundle.changes)


def _heard(unit: Unit, peer: Peer, came: Sequence[ReceivedBundle]) -> tuple[PcState, ...]:
    """Its PCs, the one that was heard last first."""
    has = pcs.said_to_have(unit, peer.site)
    numbers: dict[int, set[int]] = {}
    for device, number in unit.rows(
        sa.select(ReceivedBundle.device, ReceivedBundle.number).where(ReceivedBundle.site == peer.site)
    ):
        numbers.setdefault(device, set()).add(number)
    return tuple(
        PcState(
            show_device(bundle.device), _came(bundle), has.get(bundle.device) or None,
            tuple(sorted(set(range(1, bundle.number)) - numbers[bundle.device])),
        )
        for bundle in reversed(came)
        if revoked(unit, peer.site, bundle.device) is None
    )  # fmt: skip


def _days_since(unit: Unit, at: str) -> int | None:
    """Days since a moment that is kept as text; None where there is none, or it is later than this PC's calendar."""
    if not at:
        return None
    days = (unit.today() - dt.datetime.fromisoformat(at).astimezone().date()).days
    return days if days >= 0 else None


def how_old(state: SiteState) -> str:
    """How long ago something came from it, in words: ``9 days ago``; "" where that is not known."""
    if state.days is None:
        return ""
    if state.days == 0:
        return _("today")
    if state.days < 14:
        return ngettext("{n} day ago", "{n} days ago", state.days).format(n=state.days)
    return ngettext("{n} week ago", "{n} weeks ago", state.days // 7).format(n=state.days // 7)


def silent_words(state: SiteState) -> str:
    """For how long a silent site has sent nothing: ``Silent for 5 weeks``."""
    weeks = state.silent_days // 7
    return ngettext("Silent for {n} week", "Silent for {n} weeks", weeks).format(n=weeks)


def pc_words(pc: PcState) -> str:
    """One PC of a site that has several, in a sentence or two."""
    words = _("PC {device}: number {n} came last, {day}.").format(
        device=pc.device, n=pc.last_received.number, day=show_day_of(pc.last_received.at)
    )
    if pc.acknowledged:
        words += " " + _("It said it has our number {n}.").format(n=pc.acknowledged)
    else:
        words += " " + _("It said it has none of our bundles yet.")
    if pc.gaps:
        words += " " + _("Never came: {numbers}.").format(numbers=", ".join(map(str, pc.gaps)))
    return words


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
    """What each trusted site has of what this one wrote about a woman, or hands on of her."""
    found = []
    ids = ids_of(unit, woman)
    hers = msgspec.json.encode(ids).decode()
    for peer, card in peers(unit):
        if between_facilities(unit, card):
            continue  # nothing of hers goes there, or all of it: her page says who holds her record
        known = known_by(unit, peer.site)
        sent = known.after(last_sent(unit, peer.site))
        rows = unit.connection.exec_driver_sql(
            f"{done()}SELECT device, number, {rule_for(unit, card)} FROM entry "
            "WHERE participant IN (SELECT value FROM json_each(?)) AND share <> 'site' "
            f"AND payload IS NOT NULL AND {OURS}",
            (hers, unit.store.site),
        ).all()
        handed_on, held = (
            [(device, number) for device, numbers in some.items() for number in numbers]
            for some in of_others(unit, card, ids)
        )
        going = [*((device, number) for device, number, goes in rows if goes), *handed_on]
        staying = [*((device, number) for device, number, goes in rows if not goes), *held]
        lacking = [place for place in going if known.lacks(*place)]
        waiting = sum(sent.lacks(*place) for place in lacking)
        stays = sum(known.lacks(*place) for place in staying)
        found.append(ThereOfHer(peer.name, waiting, len(lacking) - waiting, stays))
    return found
