"""What a person is told of a file that was set aside: from whom it is, why it lies here, and what goes with it."""

from __future__ import annotations

from ..base.words import N_, _, ngettext
from ..bundle.faults import SENTENCES
from ..exchange.taken import Taken
from ..records.base import kinds
from ..records.local import Peer, SetAside
from ..store import Unit

_WHY = SENTENCES | {
    "waiting": N_("It waits for an earlier bundle of its site."),
    "fork": N_("It tells another history than the one that is here, as if a PC had been copied."),
    "old-key": N_("It was sealed to keys that this site has no more. Copy for its site: it brings our new card."),
    "revoked": N_("What comes from its PC is not believed any more."),
    "parted": N_("This folder was copied, and its site has what the other copy wrote. See above."),
    "behind": N_("It knows later entries of this PC than this PC itself."),
}
# What comes from there is refused the next time too.
_NEVER_AGAIN = ("revoked", "fork", "bad-certificate")


def why(file: SetAside) -> str:
    """Why it was set aside, in a sentence; a reason of a later version by its code."""
    if file.code == "waiting" and (first := file.missing_from):
        last = file.number - 1
        words = ngettext("It waits for bundle {first}.", "It waits for bundles {first} to {last}.", last - first + 1)
        return words.format(first=first, last=last)
    return _(_WHY[file.code]) if file.code in _WHY else file.code


def from_whom(unit: Unit, file: SetAside) -> str:
    """The bundle's number and its site; "" where nothing of it can be read, or its site is not known here."""
    peer = unit.session.get(Peer, file.site)
    return _("Bundle {number} from {sender}").format(number=file.number, sender=peer.name) if peer else ""


def what_goes(unit: Unit, file: SetAside) -> str:
    """What is lost where it is let go."""
    peer = unit.session.get(Peer, file.site)
    if peer is None:  # no site, or one whose card is not trusted here
        return _("What is in it comes again only if whoever copied it copies it again.")
    if file.code in _NEVER_AGAIN:
        return _("What is in it may be nowhere else, and this PC cannot bring it back.")
    return _(
        "The next bundle of {site} brings what is in it again, as long as that site has its records."
    ).format(site=peer.name)  # fmt: skip


def inside(taken: Taken) -> list[str]:
    """What a file that was looked into would bring, a line for each woman and one for what is about nobody."""
    lines = []
    for one in taken.inside:
        what = ", ".join(f"{_(kinds()[kind].title) if kind in kinds() else kind} {n}" for kind, n in one.kinds.items())
        whose = ", ".join(filter(None, (one.name, one.number))) or _("About nobody")
        lines.append(f"{whose}: {what}")
    return lines
