"""Who sits where in an office's database: each worker has a login of her own, and the table ``seat`` says what it sees.

Only whoever owns the tables writes it, as the rows of people come with bundles and every worker must be able to write
those of other sites. What a seat is held to stands in ``store/policies.py``; of the fields that are not granted to a
login, a view of the connection shows none.

Where the tables' owner is logged in, as in the folder that administrators share, a connection steps down to what the
person at the desk may see: there the program holds to it, as it does on one PC.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

import sqlalchemy as sa

from ..base.ids import Id
from ..base.problems import Problem
from ..base.words import _
from ..records.access import ALL_PARTS, Who
from ..records.base import Right, kinds
from ..records.sight import masked
from .driver import sql
from .postgres import checked_url

LOGIN = "reentry_"  # and the person's id: the login of one worker
EVERYTHING = "everything"  # in a seat: no part of a record is kept from it


def first(address: str, who: Who, site: Id) -> list[str]:
    """What a connection of *who*, who does not see all, runs before any other statement."""
    made = []
    if not is_hers(address, who.id):
        says = json.dumps({"person": who.id, "scope": who.sees, "site": site, "holds": _holds(who)})
        group = f"({_WORKERS})" + ("" if _sees_whole(who) else " || '_partly'")
        made = [f"SELECT set_config('reentry.seat', '{says}', false)", f"SELECT set_config('role', {group}, false)"]
    for cls in kinds().values():
        if hidden := masked(cls, who):
            shown = ", ".join(
                f'{_blank(column)} AS "{column.name}"' if column.name in hidden else f'"{column.name}"'
                for column in cls.__table__.columns
            )
            made.append(f'CREATE TEMP VIEW "{cls.__tablename__}" AS SELECT {shown} FROM "{cls.__tablename__}"')
    return made


def _blank(column: sa.ColumnElement[object]) -> str:
    return "NULL::date" if isinstance(column.type, sa.Date) else "'' COLLATE \"C\""


def _holds(who: Who) -> str:
    """What a seat of *who* holds, as words: rights that the database asks for, and the sensitive parts she sees."""
    rights = [right for right in (Right.MEET, Right.BEYOND, Right.RUN) if right in who.rights]
    return " ".join([*rights, *sorted(who.knows), *([EVERYTHING] if _sees_whole(who) else [])])


def _sees_whole(who: Who) -> bool:
    return who.knows == ALL_PARTS


def is_hers(address: str, person: Id) -> bool:
    """Whether a folder with that address logs in as *person* and nobody else."""
    return checked_url(address).username == LOGIN + person


_WORKERS = (
    "SELECT DISTINCT rolname FROM pg_class, aclexplode(relacl) AS may JOIN pg_roles ON pg_roles.oid = may.grantee "
    "WHERE relname = 'setting' AND relnamespace = current_schema()::regnamespace AND NOT rolcanlogin "
    "AND rolname !~ '_partly$'"
)


def groups(raw: Any) -> tuple[str, str]:
    """The groups of the workers' logins of this database: those who are shown whole records, and parts."""
    name: str = raw.execute(_WORKERS).fetchone()[0]
    return name, name + "_partly"


def seat_all(raw: Any) -> None:
    """Every login anew. Who sees all stood in a table of its own before."""
    run: set[str] = set()
    for table, whose in (("sees_all", "true"), ("seat", f"'{Right.RUN}' = ANY (string_to_array(holds, ' '))")):
        if raw.execute("SELECT to_regclass(%s)", (table,)).fetchone()[0]:
            run |= {row[0] for row in raw.execute(f"SELECT person FROM {table} WHERE {whose}")}
    raw.execute("DROP TABLE IF EXISTS sees_all")
    for person, role, scope, site in raw.execute("SELECT id, role, scope, site FROM person").fetchall():
        if raw.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (LOGIN + person,)).fetchone():
            _seat(raw, Who(person, "", person in run, role, scope), site)


def _seat(raw: Any, who: Who, site: str) -> None:
    raw.execute(
        "INSERT INTO seat (person, scope, site, holds) VALUES (%s, %s, %s, %s) ON CONFLICT (person) "
        "DO UPDATE SET scope = excluded.scope, site = excluded.site, holds = excluded.holds",
        (who.id, who.sees, site, _holds(who)),
    )
    given, taken = groups(raw) if _sees_whole(who) else reversed(groups(raw))
    login = sql.Identifier(LOGIN + who.id)
    raw.execute(
        sql.SQL("GRANT {} TO {}; REVOKE {} FROM {}").format(sql.Identifier(given), login, sql.Identifier(taken), login)
    )


def seat(connection: sa.Connection, person: Id) -> None:
    """Let the database show that person's login what role and scope say now. Raises ``Problem``.

    A role that sees no woman's record gets no login: it works where the tables' owner is logged in.
    """
    raw: Any = connection.connection.driver_connection
    found = raw.execute("SELECT administrator, role, scope, site FROM person WHERE id = %s", (person,)).fetchone()
    who = Who(person, "", *found[:3])
    if Right.SEE not in who.rights:
        raise Problem(
            _(
                "This role sees no woman's record: it gets no login to the database. Nothing was changed. "
                "Give another role first, or let this person work in the folder of an administrator."
            ),
            code="role",
        )
    _seat(raw, who, found[3])


def add_login(connection: sa.Connection, address: str, person: Id) -> str:
    """A login for one worker, instead of the one she had; the address with it. Its password is known to nobody."""
    raw: Any = connection.connection.driver_connection
    name, password = LOGIN + person, secrets.token_urlsafe(24)
    sealed = raw.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    known = raw.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
    made = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}" if known else "CREATE ROLE {} LOGIN PASSWORD {}")
    raw.execute(made.format(sql.Identifier(name), sql.Literal(sealed)))
    seat(connection, person)
    return checked_url(address).set(username=name, password=password).render_as_string(hide_password=False)


def close_login(connection: sa.Connection, person: Id) -> None:
    """Let that worker's login in no more, and let what it has open see nothing."""
    raw: Any = connection.connection.driver_connection
    name = LOGIN + person
    if raw.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone():
        raw.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(name)))
        for group in groups(raw):
            raw.execute(sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(group), sql.Identifier(name)))
        raw.execute("DELETE FROM seat WHERE person = %s", (person,))


def close_ended(connection: sa.Connection) -> None:
    """Close the login of everybody whose account is closed: by a day that came, or at another PC."""
    raw: Any = connection.connection.driver_connection
    asked = "SELECT seat.person FROM seat JOIN person ON person.id = seat.person WHERE disabled_on IS NOT NULL"
    for (person,) in raw.execute(asked).fetchall():
        close_login(connection, person)


def has_login(connection: sa.Connection, person: Id) -> bool:
    """Whether that worker has a login of her own."""
    raw: Any = connection.connection.driver_connection
    return raw.execute("SELECT 1 FROM seat WHERE person = %s", (person,)).fetchone() is not None


def refuse_a_part(engine: sa.Engine) -> None:
    """Raise ``Problem`` where this login does not see every record: what it copies would be taken for all."""
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        whole = raw.execute(f"SELECT sees_all() AND sees_women() AND holds('{EVERYTHING}')").fetchone()[0]
    if not whole:
        raise Problem(
            _(
                "Your account in the database does not see every record, so a backup of it would lack some. "
                "Nothing was written. An administrator makes it."
            ),
            code="part",
        )
