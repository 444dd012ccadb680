"""A copied folder, as the window asks about it: what other sites said of it, and going on as a new device."""

from __future__ import annotations

from dataclasses import dataclass

from ..base.ids import show_device
from ..base.problems import NotFound
from ..base.progress import Progress, untold
from ..base.words import _
from ..exchange import parting
from ..exchange.forks import BELIEVED, OURS, Learned, learned
from ..records.local import Peer
from ..store import Store, Unit
from .opening import MOVED


@dataclass(frozen=True)
class Copied:
    """A PC of this site whose folder was copied: what to say of it, and whether it can go on as a new device here."""

    device: str
    site: str
    said: str
    goes_on: bool
    ours: bool
    """Whether it is this PC that has to."""


def copied(unit: Unit) -> list[Copied]:
    """Each PC of this site of which another site has another history than this store."""
    return [_copied(unit, one) for one in learned(unit)]


def _copied(unit: Unit, one: Learned) -> Copied:
    peer, device = unit.session.get(Peer, one.site), show_device(one.device)
    site = peer.name if peer else ""
    if one.state == OURS:
        words = _(
            "This folder was copied, and both copies went on. {site} already has what the other one wrote, and cannot "
            "take what was written here. All of it is safe. Go on as a new device: then the work of both goes "
            "everywhere."
        )
    elif one.state == BELIEVED:
        words = _(
            "Somebody went on with a copy of this folder. This PC is fine, and there is nothing to do here: the other "
            "PC goes on as a new device. If you do not know why there is a copy, tell your program office."
        )
    else:
        words = _(
            "The folder of PC {device} of this site was copied, and both copies went on. {site} does not have what is "
            "here of it. On that PC, bring in a bundle from {site}, then copy one for this PC. Only if that PC is "
            "gone: give its work anew from here."
        )
    return Copied(device, site, words.format(site=site, device=device), one.state != BELIEVED, one.state == OURS)


def go_on(store: Store, device: str = "", progress: Progress = untold) -> str:
    """What was written here since the copy was made is a new device's from now on; returns its name.

    *device* names another PC of this site whose work is here. Raises ``Problem``, or what *progress* raises to stop
    it; then nothing was changed.
    """
    number = 0
    if device:
        with store.read() as unit:
            known = {show_device(one.device): one.device for one in learned(unit)}
        number = known.get(device.strip().upper(), 0)
        if not number:
            raise NotFound(_("No other site has said that {device} was copied. Nothing was changed.").format(
                device=device))  # fmt: skip
    return show_device(parting.go_on(store, number, progress).into)


def notices(unit: Unit) -> list[str]:
    """What whoever unlocked must be told of a copy, once. What is to be done, USB sync says until it is done."""
    read, found = unit.setting(_told(unit)), []
    if (device := unit.setting(MOVED)) and device not in read:
        words = _(
            "This folder stands elsewhere than before, or is a copy, so it goes on as the new device {device}. Nothing "
            "is lost, and there is nothing to do. If you do not know why, tell your program office."
        )
        found.append(words.format(device=device))
    sync = _("A folder of this site was copied, and both copies went on. Open USB sync: it says how to go on.")
    return found + [sync if one.goes_on else one.said for one in copied(unit) if one.device not in read]


def notices_read(unit: Unit) -> None:
    """The person at the desk has read them."""
    unit.set_setting(_told(unit), " ".join([unit.setting(MOVED), *(one.device for one in copied(unit))]))


def _told(unit: Unit) -> str:
    return f"told_copy/{unit.store.who.id}"
