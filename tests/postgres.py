"""A PostgreSQL server for tests: made in a folder of its own, started when first asked for, stopped with the tests.

With ``pytest --postgres`` every store of a template lies in a database of it, and the same tests hold.
"""

from __future__ import annotations

import atexit
import contextlib
import itertools
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import threading
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

OWNER = "owner"
_QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=128MB"
_names = itertools.count(1)


class Server:
    """A running server; its folder belongs to whoever may run one, for root may not."""

    def __init__(self, folder: Path, options: str = _QUICK, listen: str = "localhost") -> None:
        self.folder, self.data, self.listen = folder, folder / "data", listen
        self.port = _free_port()
        self._as = ["runuser", "-u", _somebody(), "--"] if os.geteuid() == 0 else []
        if self._as:
            shutil.chown(folder, _somebody())
            folder.chmod(0o755)
        self._do("initdb", "-D", self.data, "-A", "trust", "-U", OWNER, "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        with (self.data / "pg_hba.conf").open("a", encoding="ascii") as rules:
            rules.write("hostssl all all all trust\n")
        self.start(options)

    def start(self, options: str = _QUICK) -> None:
        where = f"-p {self.port} -k {self.folder} -c listen_addresses={self.listen} {options}"
        self._do("pg_ctl", "-D", self.data, "-w", "-l", self.folder / "log", "-o", where, "start")

    def stop(self, how: str = "fast") -> None:
        self._do("pg_ctl", "-D", self.data, "-w", "-m", how, "stop")

    def _do(self, program: str, *words: str | Path) -> None:
        # A server that runs on would keep a pipe open: what it says goes into the void.
        command = [*self._as, str(_programs() / program), *map(str, words)]
        done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        if done.returncode:
            log = self.folder / "log"
            raise AssertionError(f"{program} failed: {log.read_text() if log.exists() else done.returncode}")

    def address(self, database: str, user: str = OWNER) -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}&port={self.port}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self.address(database), autocommit=True)

    def database(self, like: str = "template0") -> str:
        """The address of a new database: an empty one, or a copy of one that nobody has open."""
        name = f"test_{os.getpid()}_{next(_names)}"
        with self.connect() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(like))
            )
        return self.address(name)


class Older:
    """The way to a server that says it is PostgreSQL 14, unless *as_it_is*: nothing else of what it says is changed."""

    def __init__(self, port: int, *, as_it_is: bool = False) -> None:
        self.as_it_is = as_it_is
        self._to, self._door = port, socket.create_server(("localhost", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._answer, daemon=True).start()

    def close(self) -> None:
        self._door.close()

    def _answer(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near = self._door.accept()[0]
                far = socket.create_connection(("localhost", self._to))
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError), source, target:
            while said := source.recv(1 << 16):
                target.sendall(said if self.as_it_is else re.sub(rb"(?<=server_version\0)\d\d", b"14", said))


def folder_for_a_server() -> Path:
    """A new folder that whoever runs a server can reach."""
    return Path(tempfile.mkdtemp(prefix="reentry-postgres-"))


@cache
def server() -> Server:
    """The server of this run of the tests."""
    folder = folder_for_a_server()
    made = Server(folder)

    def end() -> None:
        made.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    return made


def name_of(address: str) -> str:
    """The name of the database at *address*."""
    return address.partition("?")[0].rsplit("/", 1)[1]


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else Path(shutil.which("initdb") or "/usr/bin/initdb").parent


def _somebody() -> str:
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("localhost", 0))
        port: int = found.getsockname()[1]
        return port
