"""A damaged file of records: what can be saved is saved, nothing wrong ever comes of it, what is missing is named."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import checking, enrolling, plans, repairing, sync, women
from reentry_desktop.base.ids import Id, show_device
from reentry_desktop.base.problems import Problem
from reentry_desktop.records import Participant, kinds
from reentry_desktop.records.change import from_payload
from reentry_desktop.store import Store, open_store
from reentry_desktop.store.engines import DATABASE
from reentry_desktop.store.pages import INDEX_INSIDE, INDEX_LEAF, PAGE, TABLE_LEAF, Pages, record, varint
from reentry_desktop.store.unlocking import discard

from ..exchange.test_bundles import plan_of
from ..stores import PASSPHRASE, USER, Clock, Template, assert_whole, enrolled, exchange_cards, tables

pytestmark = pytest.mark.embedded


def rows(store: Store) -> dict[tuple[int, int], tuple[Any, ...]]:
    """Every entry by its place: salt, payload, hash."""
    with store.read() as unit:
        found = unit.connection.exec_driver_sql("SELECT device, number, salt, payload, hash FROM entry").all()
    return {(row[0], row[1]): tuple(row[2:]) for row in found}


@pytest.fixture(scope="module")
def made(
    facility_template: Template, office_template: Template, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[tuple[int, int], Any], dict[str, Any]]:
    """A closed facility with forty women, its entries, and its tables; it has sent all of it to its office."""
    folder = tmp_path_factory.mktemp("salvage")
    facility, office = facility_template.open(folder / "facility"), office_template.open(folder / "office")
    with facility, office:
        exchange_cards(facility, office)
        for number in range(40):
            woman, _episode = enrolled(facility, f"R{number:04}", first=f"Ana{number}", share="words")
            plan_of(facility, woman, f"Words of {number} " + "and more of them " * (230 if number == 7 else 6))
        (folder / "stick").mkdir()
        sync.take_in(office, [sync.send(facility, "OFFICE", folder / "stick").file])
        sync.take_in(facility, [sync.send(office, "NORTH", folder / "stick").file])
        checking.backup(facility, folder / "early.backup")
        before, shown = rows(facility), {}
        with facility.read() as unit:
            shown = tables(unit.connection)
    return folder, before, shown


@pytest.fixture
def damaged(made: tuple[Path, Any, Any], tmp_path: Path) -> Path:
    """A copy of that facility, to be damaged."""
    return Path(shutil.copytree(made[0] / "facility", tmp_path / "store"))


def repair(folder: Path, **more: Any) -> repairing.Repaired:
    return repairing.repair(folder, USER, PASSPHRASE, clock=Clock(), **more)


def kinds_of_pages(folder: Path, template: Template) -> dict[int, list[int]]:
    """The pages of a store by their kind; 0 for free ones and parts of long rows."""
    pages = Pages(folder / DATABASE, template.keys.records)
    found: dict[int, list[int]] = {}
    for number in range(1, pages.count + 1):
        kind = pages.read(number)[100 if number == 1 else 0]
        found.setdefault(kind if kind in (2, 5, 10, 13) else 0, []).append(number)
    pages.close()
    return found


def flip(folder: Path, number: int, at: int = 1000) -> None:
    """Change one byte of a page."""
    with (folder / DATABASE).open("rb+") as file:
        file.seek((number - 1) * PAGE + at)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 0x5A]))


def nothing_wrong(folder: Path, before: dict[tuple[int, int], Any], done: repairing.Repaired) -> Store:
    """Every entry that is there is one that was there, word for word; chains and tables hold; what is not is named."""
    store = open_store(folder, USER, PASSPHRASE, Clock())
    now = rows(store)
    named = {(run.device, number) for run in done.missing for number in range(run.first, run.last + 1)}
    gone = set(before) - set(now)
    with store.read() as unit:
        moved = unit.setting("partings")
    for place, row in now.items():
        if place in before:
            assert row == before[place], place
    last = {device: max(n for of, n in now if of == device) for device, _number in now}
    if not moved:  # behind the last one of a device that is here, only the indexes can tell what there was
        assert {(show_device(device), number) for device, number in gone if number < last.get(device, 0)} <= named
    words = {bytes(from_payload(row[1]).values) for row in before.values() if row[1]}
    for place, row in now.items():
        change = from_payload(row[1]) if row[1] else None
        if change is not None and place not in before and change.depth and change.act != "repair":
            assert bytes(change.values) in words, place
    assert_whole(store)
    return store


# What every kind of page costs


@pytest.mark.parametrize("kind", [0, 2, 5, INDEX_LEAF, TABLE_LEAF])
def test_one_changed_byte_in_a_page_of_each_kind(
    kind: int, made: tuple[Path, Any, Any], damaged: Path, facility_template: Template
) -> None:
    _folder, before, _shown = made
    pages = kinds_of_pages(damaged, facility_template).get(kind, [])
    if not pages:
        pytest.skip("this store has no such page")
    flip(damaged, pages[len(pages) // 2])
    done = repair(damaged)
    with nothing_wrong(damaged, before, done) as store, store.read() as unit:
        assert unit.first(sa.select(sa.func.count()).select_from(Participant)) >= 37
    if kind in (2, 5, INDEX_LEAF):
        assert not done.missing or kind == 0
    assert done.kept.exists()


@pytest.mark.parametrize("seed", range(6))
def test_bytes_changed_at_many_places(seed: int, made: tuple[Path, Any, Any], damaged: Path) -> None:
    _folder, before, _shown = made
    luck = random.Random(seed)
    count = (damaged / DATABASE).stat().st_size // PAGE
    for number in luck.sample(range(2, count + 1), 1 + seed * 3):
        flip(damaged, number, luck.randrange(PAGE))
    with nothing_wrong(damaged, before, repair(damaged)):
        pass


def test_the_first_page_is_damaged(made: tuple[Path, Any, Any], damaged: Path) -> None:
    """SQLite then reads nothing at all; every entry is still there."""
    _folder, before, shown = made
    flip(damaged, 1, 200)
    done = repair(damaged)
    assert done.missing == ()
    assert done.lists
    with nothing_wrong(damaged, before, done) as store, store.read() as unit:
        now = tables(unit.connection)
    for kind in kinds():
        assert now[kind].keys() >= shown[kind].keys(), kind


def test_the_salt_is_damaged_so_no_page_can_be_proved(made: tuple[Path, Any, Any], damaged: Path) -> None:
    """Then each entry is proved by the chain alone."""
    _folder, before, _shown = made
    flip(damaged, 1, 3)
    done = repair(damaged)
    assert done.missing == ()
    nothing_wrong(damaged, before, done).close()


def test_the_salt_and_a_page_of_the_log_are_damaged(
    made: tuple[Path, Any, Any], damaged: Path, facility_template: Template
) -> None:
    _folder, before, _shown = made
    leaves = kinds_of_pages(damaged, facility_template)[TABLE_LEAF]
    flip(damaged, 1, 3)
    for number in leaves[2::5]:
        flip(damaged, number, 2000)
    nothing_wrong(damaged, before, repair(damaged)).close()


@pytest.mark.parametrize("share", [0.8, 0.97])
def test_a_file_that_was_cut(share: float, made: tuple[Path, Any, Any], damaged: Path) -> None:
    _folder, before, _shown = made
    size = int((damaged / DATABASE).stat().st_size * share) | 1
    with (damaged / DATABASE).open("rb+") as file:
        file.truncate(size)
    nothing_wrong(damaged, before, repair(damaged)).close()


def test_pages_of_nothing_but_zeros(made: tuple[Path, Any, Any], damaged: Path) -> None:
    _folder, before, _shown = made
    data = bytearray((damaged / DATABASE).read_bytes())
    for number in range(9, len(data) // PAGE, 11):
        data[number * PAGE : (number + 1) * PAGE] = bytes(PAGE)
    (damaged / DATABASE).write_bytes(data)
    done = repair(damaged)
    nothing_wrong(damaged, before, done).close()
    assert done.missing


def test_what_still_stands_in_the_write_ahead_log_is_saved_too(
    made: tuple[Path, Any, Any], damaged: Path, tmp_path: Path, facility_template: Template
) -> None:
    """The PC lost power: the newest words stand there alone."""
    with facility_template.open(damaged) as store:
        woman, _episode = enrolled(store, "R9", first="Newest")
        plan_of(store, woman, "The newest words")
        before = rows(store)
        folder = Path(shutil.copytree(damaged, tmp_path / "cut"))
    assert (folder / f"{DATABASE}-wal").stat().st_size
    flip(folder, 1, 200)
    done = repair(folder)
    with nothing_wrong(folder, before, done) as store, store.read() as unit:
        assert women.by_number(unit, "R9").first_name == "Newest"


# What is missing


def lose(folder: Path, template: Template, words: bytes) -> None:
    """Damage every page of the log in which *words* stand."""
    pages = Pages(folder / DATABASE, template.keys.records)
    hit = [number for number in range(2, pages.count + 1) if words in pages.read(number)]
    pages.close()
    assert hit
    for number in hit:
        flip(folder, number)


def test_missing_entries_are_named_given_back_by_the_office_and_then_nothing_is_missing(
    made: tuple[Path, Any, Any], damaged: Path, tmp_path: Path, facility_template: Template, office_template: Template
) -> None:
    folder, before, shown = made
    lose(damaged, facility_template, b"Words of 20")
    done = repair(damaged)
    assert done.missing
    assert any("Ana20" in name for name in done.women)
    assert all(run.site == "North Facility" and str(run.first) in run.words() for run in done.missing)
    there = Path(shutil.copytree(folder / "office", tmp_path / "office"))
    with open_store(damaged, USER, PASSPHRASE, Clock()) as facility, office_template.open(there) as office:
        with facility.read() as unit:
            assert sum(one.count for one in repairing.missing(unit)) == sum(run.count for run in done.missing)
            assert repairing.women_missing(unit) == done.women
            was = unit.connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one()
        for _round in range(2):
            (up,) = sync.take_in(office, [sync.send(facility, "OFFICE", tmp_path).file])
            assert up.status == sync.APPLIED, up.reason
            (down,) = sync.take_in(facility, [sync.send(office, "NORTH", tmp_path).file])
            assert down.status == sync.APPLIED, down.reason
        now = rows(facility)
        assert len(now) > was
        # What never leaves the facility nobody can give back: it alone is missing still, and is named.
        left = {place for place in before if place not in now}
        assert all(from_payload(before[place][1]).share == "site" for place in left)
        for place in set(now) & set(before):
            assert now[place] == before[place]
        with facility.read() as unit:
            assert sum(one.count for one in repairing.missing(unit)) == len(left)
            plan = tables(unit.connection)["plan_item"]
        assert plan.keys() == shown["plan_item"].keys()
        assert_whole(facility)
        assert_whole(office)


def test_a_backup_fills_what_is_missing(
    made: tuple[Path, Any, Any], damaged: Path, facility_template: Template
) -> None:
    folder, before, shown = made
    lose(damaged, facility_template, b"Words of 20")
    flip(damaged, 1, 200)  # settings, cards and lists too
    done = repair(damaged, backups=[folder / "early.backup"])
    assert done.missing == ()
    with nothing_wrong(damaged, before, done) as store, store.read() as unit:
        now = tables(unit.connection)
        assert unit.connection.exec_driver_sql("SELECT count(*) FROM peer").scalar() == 1
    for kind in kinds():
        assert now[kind].keys() >= shown[kind].keys(), kind


def test_what_was_written_after_a_hole_and_went_to_nobody_leaves_under_new_numbers(
    made: tuple[Path, Any, Any], damaged: Path, tmp_path: Path, facility_template: Template, office_template: Template
) -> None:
    folder, _before, _shown = made
    with facility_template.open(damaged) as store:
        for name in ("Lost", "Kept"):
            woman, _episode = enrolled(store, f"N{name}", first=name, share="words")
            plan_of(store, woman, *[f"{name} words {n} " * 200 for n in range(5)])
        with store.work("add") as unit:
            enrolling.add_program(unit, name="After it")
    lose(damaged, facility_template, b"Lost words")
    done = repair(damaged)
    assert done.missing
    there = Path(shutil.copytree(folder / "office", tmp_path / "office"))
    with open_store(damaged, USER, PASSPHRASE, Clock()) as facility, office_template.open(there) as office:
        assert_whole(facility)
        (up,) = sync.take_in(office, [sync.send(facility, "OFFICE", tmp_path).file])
        assert up.status == sync.APPLIED, up.reason
        with office.read() as unit:
            kept = women.by_number(unit, "NKept").id
            assert plans_words(office, kept)
        assert_whole(office)


def plans_words(store: Store, woman: Id) -> list[str]:
    with store.read() as unit:
        plan = women.current_plan(unit, woman)
        assert plan is not None
        return [item.words for items in plans.contents(unit, plan.id).items.values() for item in items]


# Refused


def test_a_store_that_is_whole_is_not_repaired(damaged: Path) -> None:
    before = (damaged / DATABASE).read_bytes()
    with pytest.raises(Problem) as problem:
        repair(damaged)
    assert problem.value.code == "whole"
    assert (damaged / DATABASE).read_bytes() == before


def test_a_wrong_passphrase_repairs_nothing_and_counts(damaged: Path) -> None:
    flip(damaged, 1, 200)
    with pytest.raises(Problem) as problem:
        repairing.repair(damaged, USER, "not the passphrase", clock=Clock())
    assert problem.value.code == "wrong-passphrase"
    assert (damaged / "store.tries").exists()
    assert not list(damaged.glob("damaged-*"))


def test_a_file_of_nothing_is_kept_and_told(damaged: Path) -> None:
    size = (damaged / DATABASE).stat().st_size
    (damaged / DATABASE).write_bytes(random.Random(3).randbytes(size))
    with pytest.raises(Problem) as problem:
        repair(damaged)
    assert problem.value.code == "damaged"
    assert (damaged / DATABASE).stat().st_size == size
    assert {path.name for path in damaged.iterdir()} <= {
        DATABASE, "store.keys", "store.lock", "store.place", "sealed", "store.db-wal", "store.db-shm", "store.tries",
        "store.mark", "backups",
    }  # fmt: skip


def test_a_backup_of_another_store_is_refused(
    made: tuple[Path, Any, Any], damaged: Path, office_template: Template, tmp_path: Path
) -> None:
    with office_template.open(tmp_path / "office") as office:
        checking.backup(office, tmp_path / "office.backup")
    flip(damaged, 1, 200)
    with pytest.raises(Problem) as problem:
        repair(damaged, backups=[tmp_path / "office.backup"])
    assert problem.value.code == "foreign"
    assert not list(damaged.glob("damaged-*"))
    discard(tmp_path / "office")


# The reader of pages


def test_numbers_and_rows_as_sqlite_writes_them() -> None:
    assert varint(b"\x7f", 0) == (127, 1)
    assert varint(b"\x81\x00", 0) == (128, 2)
    assert varint(b"\xff" * 9, 0) == ((1 << 64) - 1, 9)
    assert record(b"\x05\x00\x08\x09\x13abc") == [None, 0, 1, "abc"]
    for wrong in (b"", b"\x00", b"\x02\x0a", b"\x02\x01", b"\xff\xff", b"\x03\x17ab"):
        with pytest.raises((ValueError, IndexError)):
            record(wrong)


@pytest.mark.parametrize("seed", range(3))
def test_the_reader_of_pages_takes_any_bytes(seed: int, tmp_path: Path) -> None:
    luck = random.Random(seed)
    (tmp_path / DATABASE).write_bytes(luck.randbytes(PAGE * 20 + 77))
    (tmp_path / f"{DATABASE}-wal").write_bytes(luck.randbytes(PAGE * 5))
    pages = Pages(tmp_path / DATABASE, luck.randbytes(32))
    assert not pages.proved
    for _kind, _row, values in pages.cells(TABLE_LEAF, INDEX_LEAF, INDEX_INSIDE):
        assert isinstance(values, list)
    pages.close()
