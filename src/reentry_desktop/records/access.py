"""Who may do what. One function, asked by the writer and by every page that shows a verb."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..base.ids import Id
from .base import Record
from .safety import SafetyReport

# Kinds that are seen by whoever made the record, and by administrators.
_AUTHORS = {SafetyReport: SafetyReport.author}
SAFETY_DRAFT = "/safety"
"""How the drafts of a report end; whom it is about stands before. They are kept from others as the report will be."""
# Kinds that say who works here, how, and with which sticks; an administrator writes them.
_ADMINISTRATORS = frozenset({"site", "person", "template_pack", "revocation", "stick"})


class Who(NamedTuple):
    """The person at the desk. ``id`` is empty while a store is being made."""

    id: Id
    name: str
    administrator: bool


def may(who: Who, act: str, kind: str) -> bool:
    """Whether *who* may do *act* to records of *kind*.

    Until roles and scopes come, everybody who can unlock a store sees and writes all of it, but for its people.
    """
    return kind not in _ADMINISTRATORS or who.administrator or not who.id or act == "change_own_passphrase"


def kept_from(who: Who) -> dict[type[Record], Any]:
    """What reads are narrowed to: for each type that *who* may not see all of, the condition on what is seen."""
    if who.administrator or not who.id:
        return {}
    return {cls: author == who.id for cls, author in _AUTHORS.items()}


def authors() -> list[tuple[str, str]]:
    """The tables that not everybody sees all of, each with its column of who does: for a database that holds it too."""
    return [(cls.__tablename__, author.key) for cls, author in _AUTHORS.items()]


def may_see(who: Who, kind: str, by: Id) -> bool:
    """Whether *who* may see that *by* wrote a record of *kind*."""
    return kind not in {cls.__tablename__ for cls in kept_from(who)} or by == who.id


def restricted() -> frozenset[str]:
    """Kinds that are kept from all but their author and administrators: they never leave with her record either."""
    return frozenset(cls.__tablename__ for cls in _AUTHORS)
