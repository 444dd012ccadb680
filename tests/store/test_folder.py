"""The folder of a store: whatever is wrong with it is told in a sentence, and nothing in it is made worse."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from reentry_desktop.actions import checking, drafts, plans, restoring, setup, staff, women
from reentry_desktop.base import tries
from reentry_desktop.base.problems import Problem
from reentry_desktop.exchange import outgoing
from reentry_desktop.records import Participant
from reentry_desktop.store import Store, check, open_store, vault
from reentry_desktop.store.folder import DATABASE, LOCK

from ..stores import PASSPHRASE, USER, Clock, Template, assert_whole, done_for_now, enrolled, exchange_cards, payloads

SRC = Path(__file__).parents[2] / "src"


def content(folder: Path) -> dict[str, bytes]:
    """Every file but the lock, the list of tries and what SQLite keeps beside an open database."""
    left_out = (LOCK, tries.FILE, DATABASE + "-wal", DATABASE + "-shm")
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in left_out}


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def newer_keys(path: Path) -> None:
    found = msgspec.json.decode(path.read_bytes())
    path.write_bytes(msgspec.json.encode(found | {"format": "reentry-store/2"}))


def newer_keys_with_new_fields(path: Path) -> None:
    newer_keys(path)
    found = msgspec.json.decode(path.read_bytes())
    path.write_bytes(msgspec.json.encode(found | {"something_of_2031": 1}))


def plain_database(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE setting (key, value)")
    made.close()


FAULTS: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "records missing": (DATABASE, Path.unlink, "missing"),
    "records cut in half": (DATABASE, half, "damaged"),
    "records empty": (DATABASE, lambda p: p.write_bytes(b""), "missing"),
    "records a few bytes": (DATABASE, lambda p: p.write_bytes(b"abc"), "damaged"),
    "records noise": (DATABASE, lambda p: p.write_bytes(os.urandom(40960)), "damaged"),
    "records not encrypted": (DATABASE, plain_database, "damaged"),
    "keys missing": (vault.FILE, Path.unlink, "damaged"),
    "keys cut in half": (vault.FILE, half, "damaged"),
    "keys empty": (vault.FILE, lambda p: p.write_bytes(b""), "damaged"),
    "keys noise": (vault.FILE, lambda p: p.write_bytes(os.urandom(3000)), "damaged"),
    "keys another file": (vault.FILE, lambda p: p.write_bytes(b'{"format": "something else"}'), "damaged"),
    "keys newer": (vault.FILE, newer_keys, "newer"),
    "keys newer with new fields": (vault.FILE, newer_keys_with_new_fields, "newer"),
    "keys a folder": (vault.FILE, lambda p: (p.unlink(), p.mkdir()), "unreadable"),
}


@pytest.mark.embedded
@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_with_the_folder_is_told_and_nothing_is_changed(
    facility_template: Template, tmp_path: Path, fault: str
) -> None:
    folder = facility_template.copy(tmp_path / "store")
    name, spoil, code = FAULTS[fault]
    spoil(folder / name)
    before = content(folder) if code != "unreadable" else {}
    with pytest.raises(Problem) as problem:
        open_store(folder, USER, PASSPHRASE, Clock())
    assert problem.value.code == code
    assert len(problem.value.sentence) > 40
    assert not before or content(folder) == before
    if fault != "keys a folder" and name == vault.FILE and (folder / name).exists():
        with pytest.raises(Problem) as problem:  # the recovery kit meets the same wall, in the same words
            restoring.recover(
                folder, [facility_template.kit.text(p).decode() for p in "AB"], USER, "a fresh phrase here"
            )
        assert problem.value.code == code
    shutil.copy(facility_template.folder / DATABASE, folder)
    if code != "unreadable":
        shutil.copy(facility_template.folder / vault.FILE, folder)
        open_store(folder, USER, PASSPHRASE, Clock()).close()  # the lock is free, nothing stands in the way


@pytest.mark.embedded
def test_files_of_two_stores_in_one_folder_do_not_open(
    facility_template: Template, office_template: Template, tmp_path: Path
) -> None:
    for name in (DATABASE, vault.FILE):
        folder = facility_template.copy(tmp_path / name)
        shutil.copy(office_template.folder / name, folder)
        before = content(folder)
        with pytest.raises(Problem) as problem:
            open_store(folder, USER, PASSPHRASE, Clock())
        assert problem.value.code == "damaged"
        assert content(folder) == before


def test_records_under_the_same_key_but_of_another_store_do_not_open(facility: Store) -> None:
    folder = facility.folder
    with facility.work("test") as unit:
        unit.set_setting("store", "0" * 32)
    facility.close()
    with pytest.raises(Problem) as problem:
        open_store(folder, USER, PASSPHRASE, Clock())
    assert problem.value.code == "foreign"


def test_a_store_of_a_newer_program_is_left_alone_each_time(facility: Store) -> None:
    folder = facility.folder
    with facility.work("test") as unit:
        unit.connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'f00d'")
    facility.close()
    before = content(folder)
    for _time in range(2):
        with pytest.raises(Problem) as problem:
            open_store(folder, USER, PASSPHRASE, Clock())
        assert problem.value.code == "newer"
        assert content(folder) == before


def test_a_store_is_made_only_in_an_empty_folder(tmp_path: Path, facility_template: Template) -> None:
    def make(folder: Path) -> None:
        setup.create(setup.NewStore(folder, "facility", "North", USER, PASSPHRASE), Clock())[0].close()

    full = tmp_path / "full"
    full.mkdir()
    (full / "letter.txt").write_text("hers")
    taken = facility_template.copy(tmp_path / "taken")
    file = tmp_path / "file"
    file.write_text("")
    for folder, code in ((full, "not-empty"), (taken, "not-empty"), (file, "folder"), (file / "below", "folder")):
        before = content(folder) if folder.is_dir() else {}
        with pytest.raises(Problem) as problem:
            make(folder)
        assert problem.value.code == code
        assert not before or content(folder) == before
    for bad in ({"site": " "}, {"user": ""}, {"kind": "prison"}, {"passphrase": "short"}):
        new = setup.NewStore(tmp_path / "new", "facility", "North", USER, PASSPHRASE)
        for name, value in bad.items():
            setattr(new, name, value)
        with pytest.raises(Problem):
            setup.create(new, Clock())
        assert not (tmp_path / "new").exists() or not list((tmp_path / "new").iterdir())


# One program at a time

HOLD = """
import sys, time
from pathlib import Path
from reentry_desktop.store import open_store
store = open_store(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
print("open", flush=True)
time.sleep(60)
"""


def test_two_programs_never_open_one_store(facility_template: Template, tmp_path: Path) -> None:
    folder = facility_template.copy(tmp_path / "store")
    command = [sys.executable, "-c", HOLD, str(folder), USER, PASSPHRASE]
    environment = os.environ | {"PYTHONPATH": str(SRC)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        for attempt in (
            lambda: open_store(folder, USER, PASSPHRASE, Clock()),
            lambda: restoring.recover(
                folder, [facility_template.kit.text(p).decode() for p in "AB"], USER, "a fresh phrase"
            ),
        ):
            with pytest.raises(Problem) as problem:
                attempt()
            assert problem.value.code == "in-use"
        other.send_signal(signal.SIGKILL)
        other.wait()
    open_store(folder, USER, PASSPHRASE, Clock()).close()  # the system let the lock go


def test_a_store_closed_twice_is_closed_once(facility: Store) -> None:
    folder = facility.folder
    facility.close()
    with folder.joinpath("other.txt").open("w", buffering=1) as other:  # takes the freed number of the lock's handle
        facility.close()
        other.write("still open")
    open_store(folder, USER, PASSPHRASE, Clock()).close()


# Guessing


def test_each_failure_makes_the_next_answer_slower_and_is_told(facility_template: Template, tmp_path: Path) -> None:
    folder = facility_template.copy(tmp_path / "store")
    assert tries.wait_seconds(folder) == 0
    waits, clock = [], Clock(dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC))
    for _failure in range(2):
        expected, began = tries.wait_seconds(folder), time.perf_counter()
        with pytest.raises(Problem):
            open_store(folder, USER, "not the right words", clock)
        assert time.perf_counter() - began >= expected
        waits.append(tries.wait_seconds(folder))
    assert waits == [0.5, 1.0]
    for text, most in ((b"[]", 0), (b"not json", 0), (msgspec.json.encode(["x"] * 50), 30)):  # a list of before
        kept = (folder / tries.FILE).read_bytes()
        (folder / tries.FILE).write_bytes(text)
        assert tries.wait_seconds(folder) == most
        (folder / tries.FILE).write_bytes(kept)
    with open_store(folder, USER, PASSPHRASE, clock) as store:
        with store.read() as unit:
            told = [e for e in payloads(unit.connection) if e["act"] in ("unlock", "unlock_failed")]
        assert [e["act"] for e in told] == ["unlock_failed", "unlock_failed", "unlock"]
        assert all(e["values"]["failed_at"].startswith("2026-11-24T08:00") for e in told[:2])
        assert {e["record"] for e in told} == {store.who.id}
        assert_whole(store)
    assert tries.wait_seconds(folder) == 0


# A full disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "none", str(disk)], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip("mounting a small tmpfs needs root on Linux")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.embedded
def test_a_full_disk_is_told_and_nothing_saved_is_lost(facility_template: Template, small_disk: Path) -> None:
    store = facility_template.open(small_disk / "store")
    woman, _episode = enrolled(store)
    with store.work("plan") as unit:
        plan = plans.start_plan(unit, woman)
    saved: list[str] = []
    with pytest.raises(Problem) as problem:  # noqa: PT012
        for number in range(10_000):
            with store.work("add_item") as unit:
                plans.add_item(unit, plan, "tools", words=f"{number} " + "walk " * 500)
            saved.append(str(number))
    assert problem.value.code == "disk"
    assert "full" in problem.value.sentence
    assert saved
    with pytest.raises(Problem) as problem:  # noqa: PT012
        for _draft in range(50):
            with store.work("draft") as unit:
                drafts.save_draft(unit, f"{plan}/tools", "words", woman, os.urandom(9000).hex())
    assert problem.value.code == "disk"
    with pytest.raises(Problem) as problem:  # nor does the key file, and the old passphrase stays  # noqa: PT012
        _fill(small_disk)
        staff.change_passphrase(store, PASSPHRASE, "quite another phrase")
    assert problem.value.code == "disk"
    with store.read() as unit:
        assert len(plans.contents(unit, plan).items["tools"]) == len(saved)
    store.close()

    (small_disk / "fill").unlink()
    subprocess.run(["mount", "-o", "remount,size=12m", str(small_disk)], check=True)
    with open_store(small_disk / "store", USER, PASSPHRASE, Clock()) as store:
        assert_whole(store)
        with store.work("add_item") as unit:
            kept = plans.contents(unit, plan).items["tools"]
            assert [i.words.split()[0] for i in kept] == saved
            plans.add_item(unit, plan, "tools", words="There is room again")
        assert_whole(store)


def _fill(disk: Path) -> None:
    with (disk / "fill").open("ab", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue


def test_a_full_stick_is_told_and_nothing_is_left_on_it(facility: Store, office: Store, small_disk: Path) -> None:
    exchange_cards(facility, office)
    woman, _episode = enrolled(facility, share="words")
    with facility.work("plan") as unit:
        plan = plans.start_plan(unit, woman)
        for number in range(300):
            plans.add_item(unit, plan, "tools", words=os.urandom(1500).hex() + str(number))
        done_for_now(unit, plan)
    _fill(small_disk)
    with (small_disk / "fill").open("rb+") as file:
        file.truncate((small_disk / "fill").stat().st_size - 300_000)
    before = sorted(p.name for p in small_disk.iterdir())
    with pytest.raises(Problem) as problem:
        outgoing.send(facility, "OFFICE", small_disk)
    assert problem.value.code == "stick"
    assert "full" in problem.value.sentence
    assert sorted(p.name for p in small_disk.iterdir()) == before
    with facility.read() as unit:
        assert outgoing.preview(unit, "OFFICE").number == 1  # nothing counts as sent
    (small_disk / "fill").unlink()
    assert outgoing.send(facility, "OFFICE", small_disk).number == 1


# Damage


@pytest.mark.embedded
def test_one_changed_byte_on_any_page_is_found(facility_template: Template, tmp_path: Path) -> None:
    with facility_template.open(tmp_path / "store") as store:
        enrolled(store)
    folder = tmp_path / "store"
    whole = (folder / DATABASE).read_bytes()
    pages = len(whole) // 4096
    assert pages > 20
    missed = []
    for page in range(pages):
        # Any byte of a page: spread over header, data, initialization vector and authentication code.
        at = page * 4096 + (page * 977 + 5) % 4080 if page % 3 else page * 4096 + 4080 - page % 60
        bad = bytearray(whole)
        bad[at] ^= 1 << page % 8
        (folder / DATABASE).write_bytes(bad)
        try:
            with facility_template.open(folder) as store:
                if not any(f.code == "database" for f in checking.check(store)):
                    missed.append((page, at % 4096))
        except Problem as problem:
            assert problem.code in ("damaged", "disk"), problem.sentence  # noqa: PT017
        for left in (DATABASE + "-wal", DATABASE + "-shm"):
            (folder / left).unlink(missing_ok=True)
    assert missed == []
    (folder / DATABASE).write_bytes(whole)
    with facility_template.open(folder) as store:
        assert_whole(store)


def test_a_disk_that_fails_while_somebody_locks_locks_all_the_same(
    facility_template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = facility_template.open(tmp_path / "store")
    enrolled(store)

    def failing(*_args: object) -> None:
        raise MemoryError  # so says SQLCipher after a page that the disk did not give

    with monkeypatch.context() as patched:
        patched.setattr(sa.engine.default.DefaultDialect, "do_commit", failing)
        store.close()
    assert not store.keys.records
    with facility_template.open(tmp_path / "store") as again:
        assert_whole(again)


@pytest.mark.embedded
def test_a_damaged_page_met_on_the_way_is_a_sentence_not_a_crash(facility_template: Template, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with facility_template.open(folder) as store:
        for number in range(60):
            with store.work("register") as unit:
                women.register(unit, department_number=f"R{number}", first_name="Ana", last_name="Sol")
    data = bytearray((folder / DATABASE).read_bytes())
    for page in range(30, len(data) // 4096):
        data[page * 4096 + 100] ^= 0xFF
    (folder / DATABASE).write_bytes(data)
    with pytest.raises(Problem) as problem, facility_template.open(folder) as store, store.read() as unit:  # noqa: PT012
        unit.all(sa.select(Participant))
        check.check_log(unit)
    assert problem.value.code == "damaged"
