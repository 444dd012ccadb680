"""What every test shares: a cheap passphrase, a repeatable Hypothesis, and stores that cost milliseconds."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from reentry_desktop.base.slots import Slot
from reentry_desktop.store import Store, folder, vault

from .stores import IN_POSTGRES, Clock, Template

os.environ["OPENPYXL_LXML"] = "False"  # as the program does before it reads a workbook; tests import it earlier
vault.TARGET_SECONDS = 0.01  # the floor of 64 MiB stays: a tenth of a second for each passphrase


class _OneSalt:
    """What gives a user's slot its salt: the same each time. ``tests/store/test_vault.py`` looks at the real one."""

    @staticmethod
    def urandom(size: int) -> bytes:
        return b"salt of a test.." if size == 16 else os.urandom(size)


def _once(derive: Callable[[Slot, str], bytes]) -> Callable[[Slot, str], bytes]:
    """A passphrase and a salt give the same key each time, so it is made once for all stores of a run."""
    made: dict[tuple[object, ...], bytes] = {}

    def derived(slot: Slot, passphrase: str) -> bytes:
        asked = slot.salt, slot.memory_kib, slot.passes, slot.lanes, passphrase
        if asked not in made:
            made[asked] = derive(slot, passphrase)
        return made[asked]

    return derived


def _compiled_once(engine_for: Callable[..., sa.Engine]) -> Callable[..., sa.Engine]:
    """What was compiled for one store serves the next: each test opens its own, and asks the same."""
    cache: Any = LRUCache(1000)

    def made(*args: Any, **kwargs: Any) -> sa.Engine:
        engine = engine_for(*args, **kwargs)
        engine._compiled_cache = cache
        return engine

    return made


SQLiteDialect_pysqlite.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
SQLiteDialect_pysqlite.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
folder.engine_for = _compiled_once(folder.engine_for)  # type: ignore[attr-defined]

vault.os = _OneSalt  # type: ignore[attr-defined]
vault._from_passphrase = _once(vault._from_passphrase)
vault.tune = cache(vault.tune)  # this PC is measured once

settings.register_profile(
    "fast",
    deadline=None,
    max_examples=25,
    derandomize=True,  # a run that failed once fails again; `--long` looks further
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
settings.register_profile("long", settings.get_profile("fast"), max_examples=400, derandomize=False, print_blob=True)
# The first failing example as it was found: shrinking one that writes stores takes minutes.
settings.register_profile("unshrunk", settings.get_profile("fast"), phases=[Phase.explicit, Phase.generate])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", action="store_true", help="every store of a template lies in PostgreSQL")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--postgres"):
        IN_POSTGRES.append(True)


LONG_FIRST = ("tests/simulator/", "tests/ui/")
"""Where the longest files lie. What is begun last is short, so that no core waits for the other at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: [not item.nodeid.startswith(where) for where in LONG_FIRST])
    if IN_POSTGRES:
        for item in items:
            if item.get_closest_marker("embedded"):
                item.add_marker(pytest.mark.skip(reason="about the file of the records"))


def pytest_collection_finish() -> None:
    """What is there now stays to the end: it is not looked through again and again for what could go."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def facility_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template.make(tmp_path_factory.mktemp("template") / "north", "facility", "North Facility", "NORTH")


@pytest.fixture(scope="session")
def office_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template.make(tmp_path_factory.mktemp("template") / "office", "office", "State Office", "OFFICE")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def facility(facility_template: Template, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """A facility's store with its administrator at the desk; nothing in it yet."""
    with facility_template.open(tmp_path / "facility", clock) as store:
        yield store


@pytest.fixture
def office(office_template: Template, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with office_template.open(tmp_path / "office", clock) as store:
        yield store


@pytest.fixture
def fresh(facility_template: Template, tmp_path: Path) -> Callable[[], Path]:
    """A further folder with a closed facility store in it."""

    def make() -> Path:
        return facility_template.copy(tmp_path / f"store-{len(list(tmp_path.iterdir()))}")

    return make
