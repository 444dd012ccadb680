"""Which rows and fields of her record somebody sees, as conditions for the database: the same rule on both engines.

``hers`` is a select of the women whose records are seen, ``knows`` gives for a sensitivity what is true where it is
known: in a file both are of the person at the desk, in PostgreSQL of whoever is logged in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from .access import Who
from .base import Record, SensitiveBy, Sensitivity, fields, kinds
from .people import Scope

Knows = Callable[[Sensitivity], str]


def women_of(scope: str, person: str, tables: str, today: str) -> str:
    """A select of the women that *scope* gives *person* (an expression), and those opened with a reason.

    *tables* stands before each table's name, *today* is an expression.
    """
    beyond = (
        f"SELECT participant FROM {tables}break_glass WHERE person = {person} AND NOT removed AND through >= {today}"
    )
    assigned = f"SELECT one.participant FROM {tables}assignment AS one"
    open_ = "one.until IS NULL AND NOT one.removed"
    hers = f"(SELECT {{}} FROM {tables}person WHERE id = {person})"
    own: dict[str, str] = {
        Scope.OWN: f"{assigned} WHERE one.person = {person} AND {open_}",
        Scope.TEAM: f"{assigned} JOIN {tables}person AS worker ON worker.id = one.person "
        f"WHERE {open_} AND (worker.id = {person} OR worker.team <> '' AND worker.team = {hers.format('team')} "
        f"AND worker.site = {hers.format('site')})",  # another site may call a group of its own the same
        Scope.SITE: f"SELECT id FROM {tables}participant WHERE site = {hers.format('site')}",
    }
    return f"{own[scope]} UNION {beyond}" if scope in own else beyond


def woman_column(cls: type[Record]) -> str:
    """The column of a type that says whom it is about; ``""`` where it is about nobody."""
    if cls.__tablename__ == "participant":
        return "id"
    return "participant" if "participant" in fields(cls) else ""


def row_rule(cls: type[Record], hers: str, knows: Knows) -> str:
    """The condition under which a row of *cls* is seen; ``""`` where all are.

    *hers* is ``""`` where every woman's record is seen.
    """
    found = []
    if hers and woman_column(cls):
        found.append(f'"{woman_column(cls)}" IN ({hers})')
    if cls.sensitive:
        found.append(knows(cls.sensitive))
    if cls.sensitive_by:
        found.append(_by_value(cls.sensitive_by, knows))
    found += [f'"{link}" IN (SELECT id FROM "{kind}" UNION ALL SELECT \'\')' for link, kind in cls.sensitive_with]
    return " AND ".join(f"({one})" for one in found)


def _by_value(by: SensitiveBy, knows: Knows) -> str:
    values: dict[Sensitivity, list[str]] = defaultdict(list)
    for value, sensitivity in by.values.items():
        values[sensitivity].append(f"'{value}'")
    named = ", ".join(f"'{value}'" for value in by.values)
    met = [f'"{by.field}" IN ({", ".join(of)}) AND {knows(one)}' for one, of in values.items()]
    return " OR ".join(f"({one})" for one in [*met, f'"{by.field}" NOT IN ({named}) AND {knows(by.otherwise)}'])


@cache
def _sensitive_fields(cls: type[Record]) -> dict[str, Sensitivity]:
    return {name: spec.sensitive for name, spec in fields(cls).items() if spec.sensitive}


def masked(cls: type[Record], who: Who) -> frozenset[str]:
    """The fields of *cls* that read as empty for *who*, and cannot be written."""
    if not who.id:
        return frozenset()
    return frozenset(name for name, one in _sensitive_fields(cls).items() if one not in who.knows)


def hides(cls: type[Record], who: Who, values: Mapping[str, Any]) -> bool:
    """Whether a record of *cls* with these *values* would be none that *who* sees."""
    if not who.id:
        return False
    by = cls.sensitive_by
    found = {cls.sensitive, by and by.values.get(str(values.get(by.field, "")), by.otherwise)} - {None}
    return not found <= who.knows


def sensitive_kinds() -> list[type[Record]]:
    """The types of which not every row is for everybody who sees the woman, in the order of ``kinds``."""
    return [cls for cls in kinds().values() if cls.sensitive or cls.sensitive_by or cls.sensitive_with]


__all__ = ["hides", "masked", "row_rule", "sensitive_kinds", "woman_column", "women_of"]
