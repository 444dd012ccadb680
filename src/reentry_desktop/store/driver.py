"""psycopg, for an office with its records in PostgreSQL. It costs a start forty milliseconds: lazy on purpose."""

from __future__ import annotations

import asyncio  # noqa: F401  (psycopg asks for it, and it must not meet the stand-in below)
import sys
from types import ModuleType

if getattr(sys, "frozen", False):
    # The packaged program has no TLS of Python's own. psycopg imports it only for what OpenSSL before 1.1 needed;
    # the connection is protected by the OpenSSL in libpq.
    sys.modules.setdefault("ssl", ModuleType("ssl"))

import psycopg
from psycopg import errors, sql

__all__ = ["errors", "psycopg", "sql"]
