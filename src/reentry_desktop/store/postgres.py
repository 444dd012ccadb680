"""The records of an office in PostgreSQL instead of a file: the same tables, the same statements, several workers.

The statements of a store are written once, for SQLite; here the placeholders are put into psycopg's form, and the two
functions of SQLite that they use are given to the database. Keys stay in each worker's own folder. Whoever writes holds
one lock until her commit, as in a file; who reads sees one moment and waits for nobody.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.compiler import compiles

from ..base.ids import Id
from ..base.problems import Problem
from ..base.words import _
from ..records.access import SAFETY_DRAFT, Who, authors, scope_of
from ..records.base import Right, Sensitivity, kinds
from ..records.people import Scope
from ..records.sight import woman_column, women_of
from .driver import errors, psycopg, sql
from .engines import ALL_OF_THE_LOG, translated

_WRITER = 0x5265656E74727931  # the lock of whoever writes
LOGIN = "reentry_"  # and the person's id: the login of one worker
_PATIENCE = "5s"  # as long as a file waits for its lock

_FUNCTIONS = """
CREATE FUNCTION json_each(given text) RETURNS TABLE (value text) LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT json_array_elements_text(given::json) $$;
CREATE FUNCTION json_extract(given text, path text) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT (given::json ->> substr(path, 3, length(path) - 3)::int)::bigint $$;
"""
_BESIDES = f"""
CREATE TABLE IF NOT EXISTS sealed_piece (sha256 TEXT COLLATE "C", place INTEGER, data BYTEA NOT NULL,
    PRIMARY KEY (sha256, place));
ALTER TABLE sealed_piece ALTER data SET STORAGE EXTERNAL;  -- what is encrypted does not pack
CREATE TABLE IF NOT EXISTS sees_all (person TEXT COLLATE "C" PRIMARY KEY);
CREATE TABLE IF NOT EXISTS seat (person TEXT COLLATE "C" PRIMARY KEY, scope TEXT NOT NULL);
CREATE OR REPLACE FUNCTION seated() RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT CASE WHEN session_user LIKE '{LOGIN}%' THEN substr(session_user, {len(LOGIN) + 1}) END $$;
CREATE OR REPLACE FUNCTION sees_all() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
    AS $$ SELECT seated() IS NULL OR EXISTS (SELECT 1 FROM sees_all WHERE person = seated()) $$;
"""
_WOMEN = """
CREATE OR REPLACE FUNCTION sees_women() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path FROM CURRENT
    AS $$ SELECT seated() IS NULL OR EXISTS (SELECT 1 FROM seat WHERE person = seated() AND scope = 'all') $$;
CREATE OR REPLACE FUNCTION hers() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path FROM CURRENT AS $$ {} $$;
"""  # whose records whoever is logged in sees; the tables that say so are read past their own policies
_OWN_SCANS = """
ALTER TABLE attachment_piece ENABLE ROW LEVEL SECURITY;
ALTER TABLE attachment_piece ALTER data SET STORAGE EXTERNAL;
DROP POLICY IF EXISTS hers ON attachment_piece;
CREATE POLICY hers ON attachment_piece USING ((SELECT sees_women()) OR attachment IN (SELECT id FROM attachment))
    WITH CHECK (true);
"""  # the bytes of a scanned paper are seen by whoever sees its record
_OWN_DRAFTS = f"person = seated() OR record NOT LIKE '%{SAFETY_DRAFT}'"  # of a report; other drafts end with her words


@compiles(sa.String, "postgresql")
@compiles(sa.Text, "postgresql")
def _text(_type: sa.String, _compiler: Any, **_more: Any) -> str:
    # Order and comparison by code points, as in a file: what begins with "ma" is one range of an index.
    return 'TEXT COLLATE "C"'


def checked_url(text: str) -> sa.URL:
    """The address of a database. Raises ``Problem`` for what is none, or would cross a network unprotected."""
    try:
        url = sa.make_url(text)
    except sa.exc.ArgumentError as error:
        raise _not_an_address() from error
    if url.get_backend_name() not in ("postgresql", "postgres") or not url.database:
        raise _not_an_address()
    url = url.set(drivername="postgresql+psycopg")
    if all(map(_is_here, _hosts(url))):
        return url
    if url.query.get("sslmode", "verify-full") != "verify-full":
        raise Problem(
            _(
                "This database is on another computer, and the connection would not be protected as it must be. "
                "Nothing was changed. Use sslmode=verify-full, or leave it out."
            ),
            code="tls",
        )
    trusted = {"sslrootcert": "system"} if "sslrootcert" not in url.query else {}
    return url.update_query_dict({"sslmode": "verify-full", **trusted})


def _hosts(url: sa.URL) -> list[str]:
    """Every computer the address leads to; none stands for the socket of this one."""
    asked = [value for name in ("host", "hostaddr") for value in _listed(url.query.get(name, ""))]
    return [host for text in [url.host or "", *asked] for host in text.split(",") if host]


def _listed(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _is_here(host: str) -> bool:
    if host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _not_an_address() -> Problem:
    return Problem(
        _(
            "This is not the address of a PostgreSQL database. Nothing was changed. "
            "It looks like postgresql://NAME:PASSWORD@COMPUTER/DATABASE."
        ),
        code="database",
    )


def engine_for(address: str) -> sa.Engine:
    """The store's engine; it connects when first used."""
    engine = sa.create_engine(
        checked_url(address),
        pool_size=3,
        max_overflow=0,
        pool_pre_ping=True,  # a server that was started again meanwhile is not an error
        connect_args={
            "connect_timeout": 10,
            "application_name": "re-entry-desktop",
            # A list of ids that does not fit here is looked through once for each row: minutes for a state's women.
            "options": "-c work_mem=64MB",
        },
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("writing", False):
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER})")
        else:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def _translate(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, context: Any, _many: bool
    ) -> tuple[str, Any]:
        if context is not None and context.compiled is None and not context.isddl:
            statement = translated(statement)
        return statement, parameters

    return engine


def prepare(connection: sa.Connection) -> None:
    """Before the tables are made: what SQLite has and PostgreSQL has not. Raises ``Problem`` where one is not empty."""
    raw: Any = connection.connection.driver_connection
    if raw.execute("SELECT 1 FROM pg_tables WHERE schemaname = current_schema()").fetchone():
        raise Problem(
            _("This database is not empty. Nothing was changed. Ask for a new one, and give its address."),
            code="not-empty",
        )
    raw.execute(_FUNCTIONS)


def share(connection: sa.Connection) -> None:
    """After the tables are made: a group of the workers' logins, and what it may do. Raises ``Problem``."""
    raw: Any = connection.connection.driver_connection
    workers = sql.Identifier(f"{raw.info.dbname}_workers_{secrets.token_hex(4)}")  # roles are the whole server's
    try:
        raw.execute(sql.SQL("CREATE ROLE {}").format(workers))
    except errors.InsufficientPrivilege as error:
        raise Problem(
            _(
                "This account of the database may not make accounts for workers (CREATEROLE). Nothing was changed. "
                "Ask whoever keeps the database."
            ),
            code="createrole",
        ) from error
    raw.execute(f"ALTER TABLE entry RENAME TO {ALL_OF_THE_LOG}")
    raw.execute(
        sql.SQL(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {workers}; "
            "REVOKE ALL ON log_entry FROM {workers}; "
            "GRANT SELECT (seq, device, number, record, participant, share, hash), INSERT, "
            "UPDATE (salt, payload, digest) ON log_entry TO {workers}; "
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {workers}; "
            "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} "
            "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {workers}"
        ).format(schema=sql.Identifier(raw.execute("SELECT current_schema()").fetchone()[0]), workers=workers)
    )
    guard(connection)


def guard(connection: sa.Connection) -> None:
    """Besides the tables of every store: sealed files, and that a worker's own login sees what its person may see.

    Whatever program she uses. It is done again after each update, by whoever owns the tables.
    """
    raw: Any = connection.connection.driver_connection
    raw.execute(_BESIDES)
    workers = sql.Identifier(_workers(raw))
    raw.execute(sql.SQL("REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON sees_all, seat FROM {}").format(workers))
    of_scope = " UNION ".join(
        f"SELECT participant FROM ({women_of(scope, 'seated()', '', 'CURRENT_DATE')}) AS one(participant) "
        f"WHERE (SELECT scope FROM seat WHERE person = seated()) = '{scope}'"
        for scope in (Scope.OWN, Scope.TEAM, Scope.SITE)
    )
    raw.execute(_WOMEN.format(of_scope))
    kept = " UNION ALL ".join(
        f'SELECT id FROM "{table}" WHERE NOT sees_all() AND "{author}" <> seated()' for table, author in authors()
    )
    raw.execute(
        f"""
        CREATE OR REPLACE VIEW entry AS SELECT seq, device, number, record, participant, share,
            CASE WHEN hidden THEN NULL ELSE salt END AS salt, CASE WHEN hidden THEN NULL ELSE payload END AS payload,
            CASE WHEN hidden AND payload IS NOT NULL THEN sha256(salt || payload) ELSE digest END AS digest, hash
            FROM (SELECT *, record IS NOT NULL AND record IN ({kept}) OR NOT (SELECT sees_women())
                AND participant <> '' AND participant NOT IN (SELECT hers()) AS hidden FROM {ALL_OF_THE_LOG}) AS log;
        """
    )
    raw.execute(sql.SQL("REVOKE ALL ON entry FROM {0}; GRANT SELECT ON entry TO {0}").format(workers))
    for table, hers in [*((table, f'"{author}" = seated()') for table, author in authors()), ("draft", _OWN_DRAFTS)]:
        raw.execute(
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY; DROP POLICY IF EXISTS seen ON "{table}"; '
            f'CREATE POLICY seen ON "{table}" USING (sees_all() OR {hers}) WITH CHECK (true)'
        )
    narrowed = {table for table, _author in authors()}
    for table, column in _about_women():
        open_ = "" if table in narrowed else f'CREATE POLICY seen ON "{table}" USING (true) WITH CHECK (true);'
        shown = f'(SELECT sees_women()) OR "{column}" IN (SELECT hers())' + (" OR listed" if table == "roll" else "")
        raw.execute(
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY; DROP POLICY IF EXISTS hers ON "{table}"; '
            + (f'DROP POLICY IF EXISTS seen ON "{table}"; {open_} ' if open_ else "")
            + f'CREATE POLICY hers ON "{table}" AS RESTRICTIVE USING ({shown}) WITH CHECK (true)'
        )
    raw.execute(_OWN_SCANS)
    for person, role, scope in raw.execute("SELECT id, role, scope FROM person").fetchall():
        if raw.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (LOGIN + person,)).fetchone():
            _seat(raw, person, role, scope)


def _about_women() -> list[tuple[str, str]]:
    """The tables that tell of women, each with the column that says of whom."""
    kept = [(cls.__tablename__, column) for cls in kinds().values() if (column := woman_column(cls))]
    beside = [("conflict", "participant"), ("waiting", "participant"), ("roll", "id")]
    return [*kept, *beside, ("participant_word", "participant")]


def _seat(raw: Any, person: str, role: str, scope: str) -> None:
    raw.execute(
        "INSERT INTO seat VALUES (%s, %s) ON CONFLICT (person) DO UPDATE SET scope = excluded.scope",
        (person, scope_of(role, scope)),
    )


def seat(connection: sa.Connection, person: Id) -> None:
    """Let the database show that person's login what role and scope say now. Raises ``Problem``.

    A role that sees parts of a record only, or none, gets no login: the database narrows rows, not fields.
    """
    raw: Any = connection.connection.driver_connection
    role, scope = raw.execute("SELECT role, scope FROM person WHERE id = %s", (person,)).fetchone()
    who = Who(person, "", administrator=False, role=role, scope=scope)
    if Right.SEE not in who.rights or who.knows != frozenset(Sensitivity):
        raise Problem(
            _(
                "This role works with paper, or with what is copied out: it gets no login to the database. "
                "Nothing was changed. Give another role first."
            ),
            code="role",
        )
    _seat(raw, person, role, scope)
    raw.execute("DELETE FROM sees_all WHERE person = %s", (person,))
    raw.execute("INSERT INTO sees_all SELECT id FROM person WHERE id = %s AND administrator", (person,))


def _workers(raw: Any) -> str:
    """The group of the workers' logins of this database: the one that may read its settings."""
    found = raw.execute(
        "SELECT rolname FROM pg_class, aclexplode(relacl) AS may JOIN pg_roles ON pg_roles.oid = may.grantee "
        "WHERE relname = 'setting' AND relnamespace = current_schema()::regnamespace AND NOT rolcanlogin"
    )
    name: str = found.fetchone()[0]
    return name


def copy_rows(connection: sa.Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Add many rows at once: in half the time of as many statements."""
    raw: Any = connection.connection.driver_connection
    named = sql.SQL(", ").join(map(sql.Identifier, columns))
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), named)
    try:
        with raw.cursor() as cursor, cursor.copy(into) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:  # told as an error of any other statement
        raise sa.exc.OperationalError(f"COPY {table}", None, error) from error


def add_login(connection: sa.Connection, address: str, person: Id) -> str:
    """A login for one worker, instead of the one she had; the address with it. Its password is known to nobody."""
    raw: Any = connection.connection.driver_connection
    name, password = LOGIN + person, secrets.token_urlsafe(24)
    sealed = raw.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    known = raw.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
    made = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}" if known else "CREATE ROLE {} LOGIN PASSWORD {}")
    raw.execute(made.format(sql.Identifier(name), sql.Literal(sealed)))
    raw.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(_workers(raw)), sql.Identifier(name)))
    seat(connection, person)
    return checked_url(address).set(username=name, password=password).render_as_string(hide_password=False)


def close_login(connection: sa.Connection, person: Id) -> None:
    """Let that worker's login in no more, and let what it has open see nothing."""
    raw: Any = connection.connection.driver_connection
    name = LOGIN + person
    if raw.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone():
        raw.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(name)))
        raw.execute(sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(_workers(raw)), sql.Identifier(name)))
        raw.execute("DELETE FROM sees_all WHERE person = %s", (person,))
        raw.execute("DELETE FROM seat WHERE person = %s", (person,))


def has_login(connection: sa.Connection, person: Id) -> bool:
    """Whether that worker has a login of her own."""
    raw: Any = connection.connection.driver_connection
    return raw.execute("SELECT 1 FROM seat WHERE person = %s", (person,)).fetchone() is not None


def refuse_a_part(engine: sa.Engine) -> None:
    """Raise ``Problem`` where this login does not see every record: what it copies would be taken for all."""
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        whole = raw.execute("SELECT sees_all() AND sees_women()").fetchone()[0]
    if not whole:
        raise Problem(
            _(
                "Your account in the database does not see every record, so a backup of it would lack some. "
                "Nothing was written. An administrator makes it."
            ),
            code="part",
        )


def overwrite(engine: sa.Engine) -> bool:
    """Give back the room of what was erased, to be written over. False where this login may not: the server will."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        raw: Any = connection.connection.driver_connection
        mine = raw.execute(
            "SELECT 1 FROM pg_class WHERE relname = %s AND pg_has_role(relowner, 'USAGE')", (ALL_OF_THE_LOG,)
        ).fetchone()
        if mine:
            raw.execute("VACUUM")
        return bool(mine)


def sentence(error: Exception) -> str:
    """What to tell a person when the database does not do what was asked; ``""`` where the error is no such thing."""
    cause = getattr(error, "orig", None)
    if not isinstance(cause, psycopg.OperationalError | errors.InsufficientPrivilege):
        return ""
    if isinstance(cause, errors.LockNotAvailable):
        return _("The program is busy with another task. This change was not saved yet. Wait a moment and try again.")
    if isinstance(cause, errors.DiskFull):
        return _(
            "The disk of the database is full. This change was not saved; everything saved before is safe. "
            "Tell your IT officer."
        )
    if isinstance(cause, errors.InsufficientPrivilege):
        return _("Your account in the database does not allow this. Nothing was changed. Ask an administrator.")
    if "certificate" in str(cause):
        return _(
            "The computer of the database could not prove that it is the one you named, so no record was sent to it. "
            "Ask your IT officer for the certificate to trust (sslrootcert)."
        )
    if "authentication failed" in str(cause) or "not permitted to log in" in str(cause):
        return _(
            "The database does not let this folder's account in. Nothing was changed. "
            "Ask whoever keeps the database at your office."
        )
    return _(
        "The database did not answer. This change was not saved; everything saved before is safe. "
        "Check the network, then try again."
    )
