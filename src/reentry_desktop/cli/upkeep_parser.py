"""Names and options of the commands that look after a store: its health, repair, updates, and how long records stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..records.retention import Kept, WhyErased
from . import retention, stores, updates, upkeep
from .options import Parts, day, group, leaf, number


def add(commands: Any, common: Parts) -> None:
    """All of them."""
    made = leaf(commands, "health", upkeep.show_health, common.store, "how the store is, and what to do about it")
    made.add_argument("--quick", action="store_true", help="only what can be told at once")
    made = leaf(commands, "repair", stores.repair, common.store, "save what can be saved of damaged records")
    made.add_argument(
        "--backup",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="what is missing is taken from it, a lost key file too",
    )
    update = group(commands, "update", "updates that come on a stick, signed by the publisher")
    made = leaf(update, "inspect", updates.inspect, common.plain, "its version and what it changes; nothing is done")
    made.add_argument("file", type=Path, metavar="FILE", help="or the folder it was laid out in, which is proved again")
    made = leaf(update, "stage", updates.stage, common.plain, "prove every file and lay it out")
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument("--into", type=Path, metavar="DIR", help="where; beside the program or the stores if absent")
    made = leaf(update, "swap", updates.swap, common.plain, "put it in the place of the program, which must not run")
    made.add_argument("staged", type=Path, metavar="DIR")
    made.add_argument("--program", type=Path, required=True, metavar="DIR", help="the program's folder")
    made = leaf(update, "back", updates.back, common.plain, "put the program from before the update back")
    made.add_argument("--program", type=Path, required=True, metavar="DIR", help="the program's folder")
    _holds(group(commands, "hold", "legal holds: nothing of her record is erased while one stands"), common)
    _disposing(group(commands, "dispose", "how long records are kept, and erasing a whole record by two"), common)


def _holds(hold: Any, common: Parts) -> None:
    made = leaf(hold, "add", retention.hold_add, common.store, "set one; an administrator does")
    made.add_argument("--participant", required=True, metavar="NUMBER")
    made.add_argument("--authority", required=True, metavar="WORDS", help="who asks for it")
    made.add_argument("--reason", default="", metavar="WORDS", help="why; it stays at this site")
    made.add_argument("--since", type=day, metavar="DATE", help="today if absent")
    made.add_argument("--until", type=day, metavar="DATE", help="when to ask again; it is never lifted by itself")
    made = leaf(hold, "lift", retention.hold_lift, common.store, "end those that stand on her")
    made.add_argument("--participant", required=True, metavar="NUMBER")
    made.add_argument("--why", default="", metavar="WORDS")
    leaf(hold, "list", retention.hold_list, common.store, "every one that stands")


def _disposing(dispose: Any, common: Parts) -> None:
    leaf(dispose, "list", retention.dispose_list, common.store, "whose record is over its time; what was proposed")
    made = leaf(dispose, "schedule", retention.schedule, common.store, "how long each kind is kept, and who says so")
    made.add_argument("--set", choices=[str(one) for one in Kept], help="decide it for this kind")
    made.add_argument("--years", type=number(1, 100), metavar="N")
    made.add_argument("--authority", default="", metavar="WORDS", help="the rule or schedule that says so")
    made = leaf(
        dispose, "propose", retention.dispose_propose, common.store, "erase all of her record; the first person"
    )
    made.add_argument("--participant", required=True, metavar="NUMBER")
    made.add_argument("--why", choices=[str(one) for one in WhyErased], required=True)
    made.add_argument("--authority", required=True, metavar="WORDS")
    for name, run, about in (
        ("approve", retention.dispose_approve, "the second person agrees: it is erased for good"),
        ("refuse", retention.dispose_refuse, "the second person says no"),
        ("call-off", retention.dispose_call_off, "it is not erased after all"),
    ):
        made = leaf(dispose, name, run, common.store, about)
        made.add_argument("id", nargs="+", metavar="ID", help="as dispose list gives it")
