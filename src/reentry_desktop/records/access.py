"""Who may do what, and who needs to know what. Both front ends, the writer and the database ask here.

A *right* is one thing somebody may be allowed to do; a role has rights, and each act of the log needs one.
A *scope* says whose records are seen. A *sensitivity* of a record, or of one of its fields, is known to the roles that
need it. From these ``sight.py`` makes what the database itself narrows.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..base.ids import Id
from ..base.words import N_, _
from .acts import ACTS
from .base import Record, Right, Sensitivity
from .people import Role, Scope
from .safety import SafetyReport

_WITH_HER = {Right.OPEN, Right.SEE, Right.PLAN, Right.PRINT}
_PEER = _WITH_HER | {Right.MEET, Right.CONSENT, Right.BEYOND, Right.MEASURES}
_COORDINATOR = _PEER | {Right.LISTS, Right.MOVE, Right.SETTLE, Right.SYNC, Right.COPY, Right.KEEP, Right.REQUESTS}
_SUPERVISOR = _COORDINATOR | {Right.USE, Right.REVIEW}
RIGHTS: dict[str, frozenset[Right]] = {
    role: frozenset(rights)
    for role, rights in {
        Role.COORDINATOR: _COORDINATOR,
        Role.PEER_SUPPORTER: _PEER,
        Role.SUPERVISOR: _SUPERVISOR,
        Role.PROGRAM_LEAD: _SUPERVISOR,
        Role.OFFICE_DATA: _COORDINATOR,
        Role.VOLUNTEER: _WITH_HER,
        Role.EVALUATOR: {Right.OPEN, Right.MEASURES},
        Role.AUDITOR: {Right.OPEN, Right.USE},
        Role.IT: {Right.OPEN, Right.KEEP},
    }.items()
}
"""What each role may do. A role of a newer program may unlock, and nothing else."""
ADMINISTRATORS = frozenset({Right.RUN, Right.KEEP, Right.USE, Right.REVIEW})
"""What an administrator may do besides."""
WHOLE = frozenset({Right.LISTS, Right.MOVE, Right.SETTLE, Right.SYNC, Right.COPY})
"""What only somebody can do who sees every record that is here: a part of them must never be taken for all."""

ALL_PARTS = frozenset(Sensitivity)
KNOWS: dict[str, frozenset[Sensitivity]] = {
    **dict.fromkeys(
        (Role.COORDINATOR, Role.PEER_SUPPORTER, Role.SUPERVISOR, Role.PROGRAM_LEAD, Role.OFFICE_DATA), ALL_PARTS
    ),
    Role.VOLUNTEER: frozenset({Sensitivity.NARRATIVE}),
}
"""Need to know: the sensitive parts that each role sees of a woman whose record it sees."""

# Kinds that are seen by whoever made the record, and by administrators.
_AUTHORS = {SafetyReport: SafetyReport.author}
SAFETY_DRAFT = "/safety"
"""How the drafts of a report end; whom it is about stands before. They are kept from others as the report will be."""
# Kinds that say who works here, how, and with which sticks; an administrator writes them.
_ADMINISTRATORS = frozenset(
    {"site", "person", "template_pack", "revocation", "stick", "retention_rule", "legal_hold", "erasure"}
)


class Who(NamedTuple):
    """The person at the desk. ``id`` is empty while a store is being made: that may do everything."""

    id: Id
    name: str
    administrator: bool
    role: str = Role.COORDINATOR
    scope: str = ""

    @property
    def rights(self) -> frozenset[Right]:
        """Everything this person may do."""
        return rights_of(self.role, self.scope, administrator=self.administrator)

    @property
    def sees(self) -> str:
        """Whose records this person sees: a ``Scope``, or ``""`` for nobody's."""
        return scope_of(self.role, self.scope)

    @property
    def knows(self) -> frozenset[Sensitivity]:
        """The sensitive parts this person sees of them."""
        return KNOWS.get(self.role, frozenset())

    @property
    def narrowed(self) -> bool:
        """Whether there are records here, or parts of them, that this person does not see."""
        return bool(self.id) and narrowed(self.role, self.scope)


NOBODY = Who(Id(""), "", administrator=False)
"""Who is at the desk while a store is made or brought back, and when it is opened with two parts of the kit."""


def narrowed(role: str, scope: str) -> bool:
    """Whether there are records, or parts of them, that somebody of that *role* and *scope* does not see."""
    return scope_of(role, scope) != Scope.ALL or KNOWS.get(role, frozenset()) != ALL_PARTS


def scope_of(role: str, scope: str) -> str:
    """Whose records *role* sees when given *scope*; ``""``: nobody's. A volunteer sees her own women alone."""
    if Right.SEE not in RIGHTS.get(role, ()):
        return ""
    if role == Role.VOLUNTEER:
        return Scope.OWN
    return scope or (Scope.OWN if role == Role.PEER_SUPPORTER else Scope.ALL)


def rights_of(role: str, scope: str, *, administrator: bool) -> frozenset[Right]:
    """What somebody of that *role* and *scope* may do."""
    rights = RIGHTS.get(role, frozenset({Right.OPEN})) | (ADMINISTRATORS if administrator else frozenset())
    return rights if scope_of(role, scope) == Scope.ALL else rights - WHOLE


_rights: dict[tuple[bool, str, str], frozenset[Right]] = {}


def may(who: Who, act: str, kind: str = "") -> bool:
    """Whether *who* may do *act*, to records of *kind* where one is named.

    An act that nobody declared is an administrator's alone.
    """
    if not who.id:
        return True
    key = (who.administrator, who.role, who.scope)
    rights = _rights.get(key)
    if rights is None:
        rights = _rights[key] = who.rights
    declared = ACTS.get(act)
    if (Right.RUN if declared is None else declared.right) not in rights:
        return False
    return kind not in _ADMINISTRATORS or who.administrator or act == "change_own_passphrase"


def not_allowed(act: str) -> str:
    """What to tell somebody who may not do *act*."""
    if act not in ACTS or ACTS[act].right == Right.RUN:
        return _("Only an administrator may do this. Nothing was changed.")
    return _("Your role here does not include this. Nothing was changed. Ask your supervisor or an administrator.")


def part_words(who: Who) -> str:
    """What to tell *who* beside anything that is read of several women; "" for whoever sees all: a part is not all."""
    if not who.narrowed:
        return ""
    if not who.sees:
        return _(
            "Your role shows you no woman's record. Where nothing is listed there may be something: ask somebody who "
            "sees the records."
        )
    return _("Your role shows you a part of the records. There may be more than what stands here.")


PART_OF_HERS = N_("Your role shows you a part of her record. There may be more than what stands here.")


def part_of_hers(who: Who) -> str:
    """What to tell *who* beside the record of one woman; "" for whoever sees each part of it: empty is not none."""
    if not who.id or who.knows == ALL_PARTS:
        return ""
    return _(PART_OF_HERS)


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
