"""The records of an office in PostgreSQL instead of a file: the same tables, the same statements, several workers.

The statements of a store are written once, for SQLite; here the placeholders are put into psycopg's form, and the two
functions of SQLite that they use are given to the database. Keys stay in each worker's own folder. Whoever writes holds
one lock until her commit, as in a file; who reads sees one moment and waits for nobody.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.compiler import compiles

from ..base.problems import Problem
from ..base.words import _
from .driver import errors, psycopg, sql
from .engines import ALL_OF_THE_LOG, translated

_WRITER = 0x5265656E74727931  # the lock of whoever writes
_PATIENCE = "5s"  # as long as a file waits for its lock
_OLDEST = 15  # ``_refuse_older`` says why
_MAY_SAY = {
    "host", "hostaddr", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "channel_binding",
    "require_auth", "krbsrvname", "gssencmode", "target_session_attrs", "connect_timeout", "keepalives",
}  # fmt: skip
"""What an address may say after its "?": nothing that leads elsewhere (a service, another name), no second secret."""

_FUNCTIONS = """
CREATE FUNCTION json_each(given text) RETURNS TABLE (value text) LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT json_array_elements_text(given::json) $$;
CREATE FUNCTION json_extract(given text, path text) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT (given::json ->> substr(path, 3, length(path) - 3)::int)::bigint $$;
"""


@compiles(sa.String, "postgresql")
@compiles(sa.Text, "postgresql")
def _text(_type: sa.String, _compiler: Any, **_more: Any) -> str:
    # Order and comparison by code points, as in a file: what begins with "ma" is one range of an index.
    return 'TEXT COLLATE "C"'


def checked_url(text: str) -> sa.URL:
    """The address of a database. Raises ``Problem`` for what is none, or would cross a network unprotected.

    A password stands where it is not shown, also one that was given after the "?".
    """
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError) as error:  # ValueError: a port that is no number
        raise _not_an_address() from error
    if isinstance(user := url.query.get("user"), str):
        url = url.difference_update_query(["user"]).set(username=user)
    if isinstance(password := url.query.get("password"), str):
        url = url.difference_update_query(["password"]).set(password=password)
    if url.get_backend_name() not in ("postgresql", "postgres") or not url.database:
        raise _not_an_address()
    if odd := sorted(url.query.keys() - _MAY_SAY):
        words = _("This address says {words}, which is not taken here. Nothing was changed. Leave it out.")
        raise Problem(words.format(words=", ".join(odd)), code="database")
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
    # Kerberos' own encryption would be taken instead of TLS wherever somebody is logged in to it.
    return url.update_query_dict({"sslmode": "verify-full", "gssencmode": "disable", **trusted})


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
            "It looks like postgresql://NAME@COMPUTER/DATABASE."
        ),
        code="database",
    )


def engine_for(address: str, first: Sequence[str] = ()) -> sa.Engine:
    """The store's engine; it connects when first used. Each connection runs the *first* statements before any other."""
    engine = sa.create_engine(
        checked_url(address),
        pool_size=3,
        max_overflow=0,
        pool_pre_ping=True,  # a server that was started again meanwhile is not an error
        connect_args={
            "connect_timeout": 10,
            "application_name": "re-entry-desktop",
            "client_encoding": "utf8",
            # A list of ids that does not fit here is looked through once for each row: minutes for a state's women.
            "options": "-c work_mem=64MB",
        },
    )

    @event.listens_for(engine, "connect")
    def _connected(raw: Any, _record: Any) -> None:
        _refuse_older(raw.info.server_version)
        for statement in first:
            raw.execute(statement)
        raw.commit()

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


def _refuse_older(version: int) -> None:
    """Raise ``Problem``: before 15, whoever could log in could make tables and functions among those of the records.

    What the policies look up would then be what a worker had put in its place.
    """
    if version < _OLDEST * 10_000:
        words = _(
            "The server of this database is PostgreSQL {number}, and {least} or later is needed. Nothing was changed. "
            "Ask your IT officer for a newer server."
        )
        raise Problem(words.format(number=version // 10_000, least=_OLDEST), code="old-server")


def prepare(connection: sa.Connection) -> None:
    """Before the tables are made: what SQLite has and PostgreSQL has not.

    Raises ``Problem`` where it is not empty, or cannot keep every letter of every name.
    """
    raw: Any = connection.connection.driver_connection
    (encoding,) = raw.execute("SHOW server_encoding").fetchone()
    if encoding != "UTF8":
        words = _(
            "This database cannot keep the letters of every language: its encoding is {encoding}. Nothing was changed. "
            "Ask for a new one with the encoding UTF8."
        )
        raise Problem(words.format(encoding=encoding), code="encoding")
    if raw.execute("SELECT 1 FROM pg_tables WHERE schemaname = current_schema()").fetchone():
        raise Problem(
            _("This database is not empty. Nothing was changed. Ask for a new one, and give its address."),
            code="not-empty",
        )
    raw.execute(_FUNCTIONS)


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
    cause = getattr(error, "orig", error)  # of a plain statement it is psycopg's own
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
    if "not permitted to log in" in str(cause):
        return _(
            "This folder does not open any more: the account was closed, or got a new passphrase elsewhere. "
            "Nothing was changed. Ask an administrator of your office for a new folder."
        )
    if "authentication failed" in str(cause):
        return _(
            "The database does not let this folder's account in. Nothing was changed. "
            "Ask whoever keeps the database at your office."
        )
    if 'database "' in str(cause) and "does not exist" in str(cause):
        return _("There is no database of this name on that computer. Nothing was changed. Ask your IT officer.")
    return _(
        "The database did not answer. This change was not saved; everything saved before is safe. "
        "Check the network, then try again."
    )
