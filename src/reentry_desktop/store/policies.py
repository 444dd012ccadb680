"""What an office's database itself holds each worker to: whose records she sees, which parts of them, what she changes.

Rows are narrowed by policies, by the same rule as in a file (``records/sight.py``); the view ``entry`` keeps the words
of what is not seen. Fields that a role must not read are not granted to its logins. Who sits where says
``store/seats.py``.
"""

from __future__ import annotations

import secrets
from typing import Any

import sqlalchemy as sa

from ..base.ids import Id
from ..base.problems import Problem
from ..base.words import _
from ..records.access import ALL_PARTS, KNOWS, RIGHTS, SAFETY_DRAFT, Who, authors
from ..records.base import Right, kinds
from ..records.people import Role, Scope
from ..records.sight import masked, row_rule, sensitive_kinds, woman_column, women_of
from .driver import errors, sql
from .engines import ALL_OF_THE_LOG
from .seats import EVERYTHING, LOGIN, groups, seat_all

_A_LOGIN = "session_user ~ '^reentry_[0-9a-f]{32}$'"
_LISTS = ("listed", "roster_reading", "roster_line")
_PARTLY = [
    Who(Id("0"), "", administrator=False, role=str(role))
    for role in Role
    if Right.SEE in RIGHTS[role] and KNOWS[role] != ALL_PARTS
]
"""The roles that see a woman's record, and not every part of it."""

_TABLES = """
CREATE TABLE IF NOT EXISTS sealed_piece (sha256 TEXT COLLATE "C", place INTEGER, data BYTEA NOT NULL,
    PRIMARY KEY (sha256, place));
ALTER TABLE sealed_piece ALTER data SET STORAGE EXTERNAL;  -- what is encrypted does not pack
CREATE TABLE IF NOT EXISTS seat (person TEXT COLLATE "C" PRIMARY KEY, scope TEXT NOT NULL);
ALTER TABLE seat ADD COLUMN IF NOT EXISTS site TEXT COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN IF NOT EXISTS holds TEXT NOT NULL DEFAULT '';
"""
_WHO = f"""
CREATE OR REPLACE FUNCTION sits() RETURNS SETOF seat LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
    AS $$ SELECT * FROM seat WHERE session_user = '{LOGIN}' || person UNION ALL
        SELECT one.* FROM json_populate_record(NULL::seat, nullif(current_setting('reentry.seat', true), '')::json)
            AS one WHERE NOT {_A_LOGIN} AND one.person IS NOT NULL $$;
CREATE OR REPLACE FUNCTION seated() RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT CASE WHEN {_A_LOGIN} THEN substr(session_user, {len(LOGIN) + 1})
        ELSE (SELECT person FROM sits()) END $$;
CREATE OR REPLACE FUNCTION holds(what text) RETURNS boolean LANGUAGE sql STABLE
    AS $$ SELECT seated() IS NULL OR EXISTS (SELECT 1 FROM sits() AS one WHERE what = ANY (string_to_array(one.holds, ' '))) $$;
CREATE OR REPLACE FUNCTION sees_all() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT holds('{Right.RUN}') $$;
CREATE OR REPLACE FUNCTION sees_women() RETURNS boolean LANGUAGE sql STABLE
    AS $$ SELECT seated() IS NULL OR EXISTS (SELECT 1 FROM sits() WHERE scope = '{Scope.ALL}') $$;
"""  # noqa: E501
_WOMEN = """
CREATE OR REPLACE FUNCTION hers() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path FROM CURRENT AS $$ {women} $$;
CREATE OR REPLACE FUNCTION seen_records() RETURNS SETOF text LANGUAGE sql STABLE SET search_path FROM CURRENT
    AS $$ {sensitive} $$;
CREATE OR REPLACE FUNCTION numbered(number text) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path FROM CURRENT AS $$
        SELECT id FROM participant WHERE department_number = number AND NOT removed AND holds('{beyond}') $$;
CREATE OR REPLACE FUNCTION begins(woman text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path FROM CURRENT AS $$
        SELECT NOT EXISTS (SELECT 1 FROM participant WHERE id = woman) $$;
"""
"""Whose records are seen; which of the sensitive kinds; who has a number; whether a woman's record begins only now.

Of these ``seen_records`` alone looks with the eyes of whoever asks.
"""
_OWN_SCANS = f"""
ALTER TABLE attachment_piece ENABLE ROW LEVEL SECURITY;
ALTER TABLE attachment_piece ALTER data SET STORAGE EXTERNAL;
DROP POLICY IF EXISTS hers ON attachment_piece;
CREATE POLICY hers ON attachment_piece USING ((SELECT sees_women()) AND (SELECT holds('{EVERYTHING}'))
    OR attachment IN (SELECT id FROM attachment)) WITH CHECK (true);
"""  # the bytes of a scanned paper are seen by whoever sees its record
_OWN_DRAFTS = (
    f"person = seated() OR record NOT LIKE '%{SAFETY_DRAFT}' AND (SELECT holds('{EVERYTHING}')) "
    "AND ((SELECT sees_women()) OR participant IN (SELECT hers()))"
)
"""A draft of others is not shown; it is deleted with her words, by whoever sees them."""
_NOT_BY_HERSELF = f"""
CREATE OR REPLACE FUNCTION keep_people() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        IF NOT sees_all() AND EXISTS (SELECT 1 FROM sits() AS one WHERE one.site IN (NEW.site, OLD.site)) THEN
            RAISE insufficient_privilege;
        END IF;
        RETURN coalesce(NEW, OLD);
    END $$;
CREATE OR REPLACE TRIGGER keep_people BEFORE INSERT OR UPDATE OR DELETE ON person
    FOR EACH ROW EXECUTE FUNCTION keep_people();
DROP POLICY IF EXISTS taken_on ON assignment;
DROP POLICY IF EXISTS kept_on ON assignment;
CREATE POLICY taken_on ON assignment AS RESTRICTIVE FOR INSERT
    WITH CHECK ((SELECT sees_women()) OR participant IN (SELECT hers()) OR begins(participant));
CREATE POLICY kept_on ON assignment AS RESTRICTIVE FOR UPDATE
    USING (true) WITH CHECK ((SELECT sees_women()) OR participant IN (SELECT hers()));
DROP POLICY IF EXISTS with_reason ON break_glass;
DROP POLICY IF EXISTS of_others ON break_glass;
CREATE POLICY with_reason ON break_glass AS RESTRICTIVE FOR INSERT WITH CHECK ((SELECT sees_women())
    OR person = seated() AND holds('{Right.BEYOND}') AND through <= CURRENT_DATE + 1
    AND EXISTS (SELECT 1 FROM {ALL_OF_THE_LOG} AS one WHERE one.record = break_glass.id));
CREATE POLICY of_others ON break_glass AS RESTRICTIVE FOR UPDATE
    USING (true) WITH CHECK ((SELECT sees_women()) OR person <> seated());
"""
"""What a worker cannot give herself with any tool: another scope, group or site; a woman; a reason that is no entry."""


def share(connection: sa.Connection) -> None:
    """After the tables are made: the groups of the workers' logins, and what they may do. Raises ``Problem``."""
    raw: Any = connection.connection.driver_connection
    name = f"{raw.info.dbname}_workers_{secrets.token_hex(4)}"  # roles are the whole server's
    _add_group(raw, name)
    raw.execute(f"ALTER TABLE entry RENAME TO {ALL_OF_THE_LOG}")
    schema = sql.Identifier(raw.execute("SELECT current_schema()").fetchone()[0])
    _grant(raw, schema, sql.Identifier(name))
    raw.execute(
        sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA {} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}").format(
            schema, sql.Identifier(name)
        )
    )
    guard(connection)


def _add_group(raw: Any, name: str) -> None:
    try:
        raw.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
    except errors.InsufficientPrivilege as error:
        raise Problem(
            _(
                "This account of the database may not make accounts for workers (CREATEROLE). Nothing was changed. "
                "Ask whoever keeps the database."
            ),
            code="createrole",
        ) from error


def _grant(raw: Any, schema: sql.Identifier, group: sql.Identifier) -> None:
    raw.execute(
        sql.SQL(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {group}; "
            "REVOKE ALL ON log_entry FROM {group}; "
            "GRANT SELECT (seq, device, number, record, participant, share, hash), INSERT, "
            "UPDATE (salt, payload, digest) ON log_entry TO {group}; "
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {group}"
        ).format(schema=schema, group=group)
    )


def guard(connection: sa.Connection) -> None:
    """Besides the tables of every store: sealed files, and that a worker's own login sees what its person may see.

    Whatever program she uses. It is done again after each update, by whoever owns the tables.
    """
    raw: Any = connection.connection.driver_connection
    # The functions below look for tables here, before those that a session makes for itself and names as it likes.
    schema = sql.Identifier(raw.execute("SELECT current_schema()").fetchone()[0])
    raw.execute(sql.SQL("SET LOCAL search_path = {}, pg_temp").format(schema))
    raw.execute(_TABLES)
    raw.execute(_WHO)
    of_scope = " UNION ".join(
        f"SELECT participant FROM ({women_of(scope, 'seated()', '', 'CURRENT_DATE')}) AS one(participant) "
        f"WHERE (SELECT scope FROM sits()) = '{scope}'"
        for scope in (Scope.OWN, Scope.TEAM, Scope.SITE)
    )
    raw.execute(_WOMEN.format(women=of_scope, sensitive=_sensitive_ids(), beyond=Right.BEYOND))
    _show_the_log(raw)
    _narrow_rows(raw)
    raw.execute(_OWN_SCANS)
    raw.execute(_NOT_BY_HERSELF)
    _keep_fields(raw)
    seat_all(raw)
    for group in groups(raw):
        raw.execute(
            sql.SQL("REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON seat FROM {0}; REVOKE ALL ON entry FROM {0}; "
                    "GRANT SELECT ON entry TO {0}; GRANT {0} TO CURRENT_USER").format(sql.Identifier(group))
        )  # fmt: skip


def _show_the_log(raw: Any) -> None:
    """The view ``entry``: every entry's place and hash, and the words of what whoever asks may read."""
    kept = " UNION ALL ".join(
        f'SELECT id FROM "{table}" WHERE NOT (SELECT sees_all()) AND "{author}" <> seated()'
        for table, author in authors()
    )
    raw.execute(
        f"""
        CREATE OR REPLACE VIEW entry AS SELECT seq, device, number, record, participant, share,
            CASE WHEN hidden THEN NULL ELSE salt END AS salt, CASE WHEN hidden THEN NULL ELSE payload END AS payload,
            CASE WHEN hidden AND payload IS NOT NULL THEN sha256(salt || payload) ELSE digest END AS digest, hash
            FROM (SELECT *, coalesce(record IN ({kept}), false)
                OR NOT (SELECT sees_women()) AND participant <> '' AND participant NOT IN (SELECT hers())
                OR NOT (SELECT holds('{EVERYTHING}')) AND coalesce(record = participant
                    OR record IN ({_sensitive_ids()}) AND record NOT IN (SELECT seen_records()), false)
                AS hidden FROM {ALL_OF_THE_LOG}) AS log;
        """
    )


def _sensitive_ids() -> str:
    """A select of the records that not everybody sees who sees the woman."""
    return " UNION ALL ".join(f'SELECT id FROM "{cls.__tablename__}"' for cls in sensitive_kinds())


def _narrow_rows(raw: Any) -> None:
    """The policies: which rows of which table a login reads."""
    for table, hers in [*((table, f'"{author}" = seated()') for table, author in authors()), ("draft", _OWN_DRAFTS)]:
        raw.execute(
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY; DROP POLICY IF EXISTS seen ON "{table}"; '
            f'CREATE POLICY seen ON "{table}" USING ((SELECT sees_all()) OR {hers}) WITH CHECK (true)'
        )
    narrowed = {table for table, _author in authors()}
    for table, shown in _shown():
        raw.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY; DROP POLICY IF EXISTS hers ON "{table}"')
        if table not in narrowed:  # a policy that restricts needs one that permits
            raw.execute(
                f'DROP POLICY IF EXISTS seen ON "{table}"; '
                f'CREATE POLICY seen ON "{table}" USING (true) WITH CHECK (true)'
            )
        raw.execute(f'CREATE POLICY hers ON "{table}" AS RESTRICTIVE USING ({shown}) WITH CHECK (true)')


def _shown() -> list[tuple[str, str]]:
    """The tables that tell of women, each with which rows are shown."""
    all_women, lists = "(SELECT sees_women())", f"(SELECT holds('{Right.MEET}'))"
    found = []
    for cls in kinds().values():
        if column := woman_column(cls):
            shown = f'{all_women} OR "{column}" IN (SELECT hers())'
            if parts := row_rule(cls, "", lambda one: f"(SELECT holds('{one}'))"):
                shown = f"({shown}) AND ((SELECT holds('{EVERYTHING}')) OR {parts})"
            found.append((cls.__tablename__, shown))
    on_a_list = f"{lists} AND participant IN (SELECT id FROM roll WHERE listed)"
    return [
        *found,
        *((table, f"{all_women} OR participant IN (SELECT hers())") for table in ("conflict", "waiting")),
        ("roll", f"{all_women} OR id IN (SELECT hers()) OR {lists} AND listed"),
        ("participant_word", f"{all_women} OR participant IN (SELECT hers()) OR {on_a_list}"),
        *((table, lists) for table in _LISTS),
    ]


def _keep_fields(raw: Any) -> None:
    """The group of logins that are not granted every field; made where an earlier program made none."""
    partly = groups(raw)[1]
    if not raw.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (partly,)).fetchone():
        _add_group(raw, partly)
    group = sql.Identifier(partly)
    _grant(raw, sql.Identifier(raw.execute("SELECT current_schema()").fetchone()[0]), group)
    for cls in kinds().values():
        hidden = {name for who in _PARTLY for name in masked(cls, who)}
        if hidden:
            given = sql.SQL(", ").join(sql.Identifier(c.name) for c in cls.__table__.columns if c.name not in hidden)
            raw.execute(
                sql.SQL("REVOKE SELECT, UPDATE ON {0} FROM {1}; GRANT SELECT ({2}), UPDATE ({2}) ON {0} TO {1}").format(
                    sql.Identifier(cls.__tablename__), group, given
                )
            )
