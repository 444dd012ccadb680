"""A file's records as somebody sees them who may not see all: the database itself answers with her part alone.

Views of her connection stand before the tables (``temp`` comes before ``main``), so every statement, of whatever page
or command, reads through the same rule (``records/sight.py``). What she writes goes on to the tables by triggers; what
she does not see it cannot touch. The log shows her every entry's place and hash, and the words of those she may read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa

from ..records.access import ALL_PARTS, Who
from ..records.base import Record, Right, kinds
from ..records.local import Local
from ..records.people import Scope
from ..records.sight import masked, row_rule, sensitive_kinds, woman_column, women_of

_LISTS = ("listed", "roster_reading", "roster_line")


def statements(who: Who, today: dt.date) -> list[str]:
    """What a connection of *who* runs first: views before the tables, and where what is written goes.

    What was opened with a reason is seen if its last day is *today* or later.
    """
    hers = "" if who.sees == Scope.ALL else women_of(who.sees, f"'{_id(who)}'", "main.", f"'{today}'")
    made: list[str] = []
    for cls in kinds().values():
        if woman_column(cls):
            made += _view(cls.__table__, row_rule(cls, hers, lambda one: str(int(one in who.knows))), masked(cls, who))
    for name, rule in _rules_beside(who, hers):
        made += _view(Local.metadata.tables[name], rule)
    return [*made, *_log(who, hers)]


def _id(who: Who) -> str:
    if not who.id.isalnum():  # it stands in a statement
        raise AssertionError("an id is hexadecimal digits")
    return who.id


def _rules_beside(who: Who, hers: str) -> Iterable[tuple[str, str]]:
    """The tables outside the log that tell of women, and which rows of them are seen."""
    lists = Right.MEET in who.rights  # who is due is on a list before she is anybody's
    for name in _LISTS:
        yield name, "" if lists else "0"
    of_hers = f" OR participant IN ({hers or 'SELECT id FROM main.participant'})" if who.knows == ALL_PARTS else ""
    yield "draft", f"person = '{_id(who)}'{of_hers}"  # others' are not shown; with her words they are deleted
    if not hers:
        return
    yield "conflict", f"participant IN ({hers})"
    yield "waiting", f"participant IN ({hers})"
    on_a_list = " OR listed" if lists else ""
    yield "roll", f"id IN ({hers}){on_a_list}"
    on_a_list = " OR participant IN (SELECT id FROM main.roll WHERE listed)" if lists else ""
    yield "participant_word", f"participant IN ({hers}){on_a_list}"


def _view(table: sa.FromClause, rule: str, hidden: frozenset[str] = frozenset()) -> list[str]:
    """A view of the rows that *rule* lets through, with the *hidden* columns empty; nothing where all is seen."""
    if not rule and not hidden:
        return []
    name = table.name  # type: ignore[attr-defined]
    columns = [column.name for column in table.columns]
    shown = ", ".join(f'{_blank(table.columns[c])} AS "{c}"' if c in hidden else f'"{c}"' for c in columns)
    key = " AND ".join(f'"{c.name}" = OLD."{c.name}"' for c in table.primary_key)
    new = {c: f'NEW."{c}"' for c in columns if c not in hidden}
    setting = ", ".join(f'"{c}" = {value}' for c, value in new.items())
    given = ", ".join([*new.values(), *(_blank(table.columns[c]) for c in hidden)])
    named = ", ".join(f'"{c}"' for c in [*new, *hidden])
    on = f'INSTEAD OF {{}} ON temp."{name}" BEGIN {{}}; END'
    writes = {
        "INSERT": f'INSERT INTO main."{name}" ({named}) VALUES ({given})',
        "UPDATE": f'UPDATE main."{name}" SET {setting} WHERE {key}',
        "DELETE": f'DELETE FROM main."{name}" WHERE {key}',
    }
    view = f'CREATE TEMP VIEW "{name}" AS SELECT {shown} FROM main."{name}"'
    return [
        f"{view} WHERE {rule}" if rule else view,
        *(f'CREATE TEMP TRIGGER "{name}_{how.lower()}" {on.format(how, what)}' for how, what in writes.items()),
    ]


def _blank(column: sa.ColumnElement[object]) -> str:
    return "NULL" if getattr(column, "nullable", True) else "''"


def _log(who: Who, hers: str) -> list[str]:
    """The log with the words of what is seen alone. Like ``policies._show_the_log``, for one person."""
    hidden = [f"participant <> '' AND participant NOT IN ({hers})"] if hers else []
    for cls in sensitive_kinds():
        if _narrows(cls, who):
            kind = cls.__tablename__
            hidden += [f'record IN (SELECT id FROM main."{kind}" EXCEPT SELECT id FROM "{kind}")']
    if any(masked(cls, who) for cls in kinds().values()):
        hidden.append("record = participant")
    if not hidden:
        return []
    rule = " OR ".join(f"coalesce({one}, 0)" for one in hidden)
    columns = "device, number, record, participant, share, salt, payload, digest, hash"
    new = ", ".join(f"NEW.{name}" for name in columns.split(", "))
    shown = ", ".join(f"CASE WHEN {rule} THEN NULL ELSE {name} END AS {name}" for name in ("salt", "payload"))
    view = f"SELECT seq, device, number, record, participant, share, {shown}, digest, hash FROM main.entry"
    added = f"INSERT INTO main.entry ({columns}) VALUES ({new})"
    erased = "UPDATE main.entry SET salt = NEW.salt, payload = NEW.payload, digest = NEW.digest WHERE seq = OLD.seq"
    on = "INSTEAD OF {} ON temp.entry{} BEGIN {}; END"
    return [
        f"CREATE TEMP VIEW entry AS {view}",
        f"CREATE TEMP TRIGGER entry_insert {on.format('INSERT', '', added)}",
        f"CREATE TEMP TRIGGER entry_update {on.format('UPDATE', ' WHEN OLD.payload IS NOT NULL', erased)}",
    ]


def _narrows(cls: type[Record], who: Who) -> bool:
    """Whether *who* does not see every row of *cls* for what it is about."""
    if cls.sensitive and cls.sensitive not in who.knows:
        return True
    if cls.sensitive_by and not {*cls.sensitive_by.values.values(), cls.sensitive_by.otherwise} <= who.knows:
        return True
    return any(_narrows(kinds()[kind], who) for _link, kind in cls.sensitive_with)
