"""What is wrong with the record of use, named in sentences: what, where, since when, and what knew better."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ..base.ids import Id, show_device
from ..base.progress import Progress, untold
from ..base.words import N_, _, ngettext
from ..exchange.anchors import against_file, against_what_is_known
from ..store import Store, Unit
from ..store.check import Chains, check_log
from ..store.mark import FOUND, Fault

_TOLD = "told_log_found/{}"
WORDS = {
    "altered": N_("Entry {first} of PC {device} was changed after it was written."),
    "missing": N_("Entries {first} to {last} of PC {device} are missing from the record of use."),
    "cut": N_(
        "The end of the record of use of PC {device} is missing, from entry {first} to {last}: {by} had it. "
        "An older copy of the records was put back, or the end was cut off."
    ),
    "rewritten": N_("The record of use of PC {device} was written anew after entry {first}: {by} had another one."),
    "signature": N_("The signature at entry {first} of PC {device} is false."),
    "name": N_(
        "Between entries {first} and {last} of PC {device} somebody wrote under another person's name while someone "
        "else was at the desk."
    ),
    "no-mark": N_("The mark that stands beside the records is gone. It shows whether the record of use is complete."),
    "mark-altered": N_("The mark that stands beside the records was changed or is damaged."),
    "other-store": N_("The mark beside the records is of another store: the records in this folder were exchanged."),
}
_BY = {
    "mark": N_("the mark beside the records"),
    "bundle": N_("bundle {number} for {name}"),
    "receipt": N_("what {name} confirmed to have"),
    "backup": N_("the backup {name}"),
}
WHAT_TO_DO = N_(
    "The records can still be read, and nothing was changed. Keep your latest backup. Tell your office, and write in a "
    "review of the record of use what came of it."
)


def words(fault: Fault) -> str:
    """One fault in a sentence or two."""
    what, name, number = [*fault.by.split("\n"), "", "", ""][:3]
    by = _(_BY.get(what, _BY["mark"])).format(name=name, number=number)
    text = _(WORDS.get(fault.code, WORDS["altered"]))
    if fault.code in ("cut", "rewritten") and not fault.last:  # a bundle tells its number alone
        text = _(
            "{by} was made by PC {device} and is not known here: the records here are older, or were written anew."
        )
    said = text.format(first=max(fault.first - (fault.code == "rewritten"), 0), last=fault.last, by=by,
                       device=show_device(fault.device))  # fmt: skip
    return said[:1].upper() + said[1:]


@dataclass(frozen=True)
class Checked:
    """The record of use after it was checked as a whole.

    ``unsigned``: by name, how many entries stand in somebody's name that she did not sign. ``through`` is the moment
    of the last entry.
    """

    entries: int
    faults: list[Fault]
    bad: str
    unsigned: dict[Id, int]

    @property
    def sentences(self) -> list[str]:
        """What is wrong, a sentence for each; nothing where it is complete."""
        return list(dict.fromkeys(map(words, self.faults)))

    @property
    def unsigned_words(self) -> str:
        """What is not wrong and should be known; ``""`` where everything is signed."""
        n = sum(self.unsigned.values())
        if not n:
            return ""
        return ngettext(
            "{n} entry was not signed, because the program ended without locking.",
            "{n} entries were not signed, because the program ended without locking.",
            n,
        ).format(n=f"{n:,}")


def check_use(store: Store, against: Path | None = None, progress: Progress = untold) -> Checked:
    """Walk every chain, check every signature, and compare with what lies elsewhere, and with a file that is named.

    *progress* may raise to stop it.
    """
    with store.whole("verify_log") as unit:
        chains = check_log(unit, progress)
        faults = all_faults(unit, chains)
    if against is not None:
        faults += against_file(store, against)
    bad = chains.bad
    if faults and not bad:
        bad = f"{faults[0].device}/{faults[0].first}"
    return Checked(chains.entries, faults, bad, chains.unsigned)


def all_faults(unit: Unit, chains: Chains) -> list[Fault]:
    """What the *chains* show, what lies elsewhere, and what unlocks found since somebody reviewed the record of use.

    An unlock writes the mark anew: what it found then is seen nowhere else.
    """
    return list(dict.fromkeys([*chains.faults, *against_what_is_known(unit), *_found(unit)]))


def whole_words(checked: Checked, at: dt.datetime, show: Callable[[dt.datetime], str]) -> str:
    """That it is complete, in a sentence."""
    return _("The record of use is complete up to {moment}: {n} entries, each follows the one before it.").format(
        moment=show(at), n=f"{checked.entries:,}"
    )


def notices(unit: Unit) -> list[str]:
    """What was found at an unlock and whoever is at the desk has not read yet."""
    if unit.setting(_TOLD.format(unit.store.who.id)) == unit.setting(FOUND):
        return []
    return found(unit)


def found(unit: Unit) -> list[str]:
    """What was found at unlocks since somebody here reviewed the record of use, in sentences, and what to do."""
    faults = _found(unit)
    return [*dict.fromkeys(map(words, faults)), _(WHAT_TO_DO)] if faults else []


def _found(unit: Unit) -> list[Fault]:
    return [Fault(*one) for one in msgspec.json.decode(unit.setting(FOUND) or "[]")]


def notices_read(unit: Unit) -> None:
    """The person at the desk has read them."""
    unit.set_setting(_TOLD.format(unit.store.who.id), unit.setting(FOUND))
