"""psycopg, for an office with its records in PostgreSQL. It costs a start forty milliseconds: lazy on purpose."""

from __future__ import annotations

import asyncio  # noqa: F401  (psycopg asks for it, and it must not meet the stand-in below)
import os
import sys
from types import ModuleType

if getattr(sys, "frozen", False):
    # The packaged program has no TLS of Python's own. psycopg imports it only for what OpenSSL before 1.1 needed;
    # the connection is protected by the OpenSSL in libpq.
    sys.modules.setdefault("ssl", ModuleType("ssl"))

import psycopg
from psycopg import errors, sql

# Libpq takes from the environment what an address does not name. Only the address that was checked leads anywhere.
for _name in ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGSERVICEFILE", "PGSYSCONFDIR"):
    os.environ.pop(_name, None)

__all__ = ["errors", "psycopg", "sql"]
