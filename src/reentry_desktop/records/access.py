"""Who may do what. One function, asked by the writer and by every page that shows a verb."""

from __future__ import annotations

from typing import NamedTuple

from ..base.ids import Id

# Kinds that say who works here and how; an administrator writes them.
_ADMINISTRATORS = frozenset({"site", "person"})


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
