"""Two workers of an office, each with her own folder of keys, exchange bundles over the records in one database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from reentry_desktop.actions import backups, checking, database, keys, restoring, staff, sync, women
from reentry_desktop.actions import moves as moving_acts
from reentry_desktop.base.problems import Problem
from reentry_desktop.bundle import read_card
from reentry_desktop.exchange import parcels
from reentry_desktop.exchange.incoming import APPLIED, SET_ASIDE, WAITING
from reentry_desktop.records import Site
from reentry_desktop.records.local import Peer
from reentry_desktop.store import Store, open_store, sealed, vault

from .. import postgres
from ..sealed import damage, sealed_files
from ..stores import (
    IN_POSTGRES,
    PASSPHRASE,
    USER,
    Clock,
    Template,
    assert_well,
    assert_whole,
    enrolled,
    exchange_cards,
    keys_of,
)
from . import moves as m

HERS = "river lantern orchard stone"
SRC = Path(__file__).parents[2] / "src"
# Takes one bundle in, and is killed at the last step before the commit.
CUT_OFF = """
import os, signal, sys
from pathlib import Path
from reentry_desktop.actions import sync
from reentry_desktop.store import open_store
def die(share):
    if share == 1:
        os.kill(os.getpid(), signal.SIGKILL)
with open_store(Path(sys.argv[1]), "rosa", sys.argv[3]) as store:
    sync.take_in(store, [Path(sys.argv[2])], progress=die)
"""


class Office(NamedTuple):
    """The folders of its administrator and of a worker who is none."""

    ada: Store
    rosa: Store


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """An office in PostgreSQL, with an account for rosa."""
    lies = {} if IN_POSTGRES else {"database": postgres.server().database()}
    folder = tmp_path_factory.mktemp("template") / "ada"
    made = Template.make(folder, "office", "State Office", "OFFICE", **lies)
    with made.open(folder) as ada:
        staff.add_user(ada, name="rosa", passphrase=HERS)
    return made


@pytest.fixture
def workers(served: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(sealed, "PIECE", 3000)  # every file is of several rows
    with served.open(tmp_path / "ada") as ada:
        database.folder_for(ada, "rosa", tmp_path / "rosa")
        with open_store(tmp_path / "rosa", "rosa", HERS, Clock()) as rosa:
            yield Office(ada, rosa)


@pytest.fixture
def north(facility: Store, workers: Office) -> Store:
    exchange_cards(facility, workers.ada)
    return facility


def give(sender: Store, to: str, receiver: Store, stick: Path) -> list[sync.Taken]:
    stick.mkdir(exist_ok=True)
    return sync.take_in(receiver, [sync.send(sender, to, stick).file])


def files_of(store: Store) -> set[str]:
    """What lies in a worker's folder of sealed files."""
    return {path.name for path in (store.folder / sealed.FOLDER).glob("*")}


# Sealed files


def test_what_one_brings_in_the_other_carries_on_and_hands_out(
    workers: Office, north: Store, south: Store, tmp_path: Path
) -> None:
    ada, rosa = workers
    exchange_cards(south, ada)
    give(ada, "NORTH", north, tmp_path / "down")  # it brings South's card
    first, second = (enrolled(north, number, first=name)[0] for number, name in (("R1", "Ana"), ("R2", "Luz")))
    m.release(north, first, "SOUTH")
    (taken,) = give(north, "OFFICE", ada, tmp_path / "up")
    assert (taken.status, taken.sealed, taken.backup) == (APPLIED, 1, True)
    for store in workers:
        assert not files_of(store)
        with store.read() as unit:
            assert [one.state for one in moving_acts.carried(unit)] == ["to_go"]
            assert [one.state for one in backups.backups(unit)] == ["whole"]
    with rosa.read() as unit:
        assert sync.preview(unit, "SOUTH").number == 1
    assert [one.status for one in give(rosa, "SOUTH", south, tmp_path / "down")] == [APPLIED, APPLIED]
    assert m.women(south) == ["R1"]
    file, _sum = backups.hand_out(rosa, "NORTH", tmp_path / "given")
    with restoring.restore(file, tmp_path / "back", USER, PASSPHRASE, Clock()) as back:
        assert m.women(back) == ["R1", "R2"]
    # And the other way round: she brings it in, whose login is a worker's.
    m.release(north, second, "SOUTH")
    (taken,) = give(north, "OFFICE", rosa, tmp_path / "up")
    assert (taken.status, taken.sealed) == (APPLIED, 1)
    assert all(one.status == APPLIED for one in give(ada, "SOUTH", south, tmp_path / "down"))
    assert m.women(south) == ["R1", "R2"]
    # What has arrived everywhere is let go by whoever is next, for both.
    m.accept(south)
    for _round in range(3):
        give(south, "OFFICE", rosa, tmp_path / "up")
        give(ada, "NORTH", north, tmp_path / "down")
        give(north, "OFFICE", ada, tmp_path / "up")
        give(rosa, "SOUTH", south, tmp_path / "down")
    with ada.read() as unit:
        assert not [one for one in moving_acts.carried(unit) if one.sender == "North Facility"]
        named = unit.sealed.named()
    assert sealed_files(rosa) == {f"{sha256}.bundle" for sha256 in named}
    assert_well(rosa)


def test_what_one_set_aside_the_other_tries_again(workers: Office, north: Store, tmp_path: Path) -> None:
    ada, rosa = workers
    stick = tmp_path / "stick"
    stick.mkdir()
    enrolled(north)
    first = sync.send(north, "OFFICE", stick).file
    sync.take_in(north, [sync.send(ada, "NORTH", stick).file])
    for file in (first, *stick.glob("*")):
        assert file.exists()
    with north.work("confirmed") as unit:  # as if the first had arrived: the next one begins after it
        unit.connection.exec_driver_sql("UPDATE peer SET has_number = 1 WHERE site = ?", (ada.site,))
    enrolled(north, "R2", first="Luz")
    second = sync.send(north, "OFFICE", stick).file
    assert [one.status for one in sync.take_in(ada, [second])] == [WAITING]
    assert not files_of(ada)
    second.unlink()
    assert [one.status for one in sync.take_in(rosa, [first])] == [APPLIED, APPLIED]
    assert m.women(ada) == ["R1001", "R2"]
    for store in workers:
        with store.read() as unit:
            assert not sync.set_aside(unit)


def test_what_one_set_aside_the_other_looks_at_and_lets_go(workers: Office, south: Store, tmp_path: Path) -> None:
    ada, rosa = workers
    _card, data = sync.own_card(ada)
    card = read_card(data)
    with south.work("trust_card") as unit:
        sync.trust_card(unit, card, data, " ".join(card.fingerprint))
    (taken,) = give(south, "OFFICE", rosa, tmp_path / "stick")
    assert (taken.status, taken.code) == (SET_ASIDE, "unknown-sender")
    for file in (tmp_path / "stick").iterdir():
        file.unlink()
    with ada.read() as unit:
        (kept,) = sync.set_aside(unit)
    assert sync.look_inside(ada, kept.sha256).code == "unknown-sender"
    exchange_cards(south, ada)
    (taken,) = sync.try_again(ada)
    assert (taken.status, taken.name) == (APPLIED, kept.file_name)
    assert sealed_files(rosa) == sealed_files(ada)
    damaged = tmp_path / "damaged.bundle"
    damaged.write_bytes(sync.send(south, "OFFICE", tmp_path / "stick").file.read_bytes()[:-40])
    assert [one.code for one in sync.take_in(rosa, [damaged])] == ["truncated"]
    with ada.read() as unit:
        (kept,) = sync.set_aside(unit)
    sync.let_go(ada, kept.sha256)
    assert f"{kept.sha256}.bundle" not in sealed_files(rosa)


def test_what_is_damaged_in_the_database_is_told_and_given_to_nobody(
    workers: Office, north: Store, south: Store, tmp_path: Path
) -> None:
    ada, rosa = workers
    exchange_cards(south, ada)
    give(ada, "NORTH", north, tmp_path / "down")
    m.release(north, enrolled(north)[0], "SOUTH")
    give(north, "OFFICE", ada, tmp_path / "up")
    with ada.read() as unit:
        (kept,) = backups.backups(unit)
    damage(ada, kept.sha256)
    with pytest.raises(Problem, match="was damaged"):
        backups.hand_out(rosa, "NORTH", tmp_path / "given")
    with ada.read() as unit:
        assert [one.state for one in backups.backups(unit)] == ["damaged"]
        (parcel,) = (row for row in parcels.parcels(unit) if row.sha256 != kept.sha256)
    damage(ada, parcel.sha256)
    assert [one.status for one in give(rosa, "SOUTH", south, tmp_path / "down")] == [APPLIED]
    with ada.read() as unit:
        assert [one.state for one in moving_acts.carried(unit)] == ["damaged"]


def test_an_import_that_is_killed_leaves_nothing(workers: Office, north: Store, tmp_path: Path) -> None:
    ada, rosa = workers
    (tmp_path / "stick").mkdir()
    enrolled(north)
    file = sync.send(north, "OFFICE", tmp_path / "stick").file
    rosa.close()
    command = [sys.executable, "-c", CUT_OFF, str(rosa.folder), str(file), HERS]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(SRC)}, check=False)
    assert done.returncode == -signal.SIGKILL
    assert not sealed_files(ada)
    assert m.women(ada) == []
    with open_store(rosa.folder, "rosa", HERS, Clock()) as again:
        assert [one.status for one in sync.take_in(again, [file])] == [APPLIED]
        assert not files_of(again)
    with ada.read() as unit:
        assert [one.state for one in backups.backups(unit)] == ["whole"]
    assert_whole(ada)


def test_who_reads_goes_on_while_another_brings_in(workers: Office, north: Store, tmp_path: Path) -> None:
    ada, rosa = workers
    (tmp_path / "stick").mkdir()
    for number in range(3):
        enrolled(north, f"R{number}", first=f"Ana{number}")
    file = sync.send(north, "OFFICE", tmp_path / "stick").file
    found: list[int] = []

    def look(_share: float) -> None:
        with rosa.read() as unit:
            found.append(len(women.search(unit, "ana").rows))

    assert [one.status for one in sync.take_in(ada, [file], progress=look)] == [APPLIED]
    assert len(found) > 1
    assert set(found) == {0}  # all of it, or nothing
    look(1)
    assert found[-1] == 3


# Moved


@pytest.mark.parametrize("moved", [True, False])
def test_sealed_files_move_into_the_database_and_come_back_with_a_backup(
    office: Store, facility: Store, south: Store, tmp_path: Path, moved: bool
) -> None:
    exchange_cards(facility, office)
    exchange_cards(south, office)
    with south.work("set") as unit:
        unit.revise(Site, south.site, office_keeps="none")
    give(office, "NORTH", facility, tmp_path / "down")
    m.release(facility, enrolled(facility)[0], "SOUTH")
    give(facility, "OFFICE", office, tmp_path / "up")
    with office.read() as unit:
        (kept,) = backups.backups(unit)
    cut = tmp_path / "cut.bundle"
    cut.write_bytes(sync.send(facility, "OFFICE", tmp_path / "up").file.read_bytes()[:-40])
    sync.take_in(office, [cut])
    before = sealed_files(office)
    assert len(before) == 3
    if moved and not office.slots.database:
        database.move(office, postgres.server().database())
    assert sealed_files(office) == before
    file, _sum = backups.hand_out(office, "NORTH", tmp_path / "given")
    assert file.stat().st_size == kept.size
    sync.send(office, "NORTH", tmp_path / "down")
    assert bool(files_of(office)) != bool(office.slots.database)
    checking.backup(office, tmp_path / "office.backup")
    with restoring.restore(tmp_path / "office.backup", tmp_path / "back", USER, PASSPHRASE, Clock()) as back:
        assert files_of(back) == before - {f"{kept.sha256}.bundle"}
        with back.read() as unit:
            assert [one.code for one in sync.set_aside(unit)] == ["truncated"]
        assert all(one.status == APPLIED for one in give(back, "SOUTH", south, tmp_path / "anew"))
        assert m.women(south) == ["R1001"]
        with back.read() as unit:  # the next one that comes takes its place
            assert [one.state for one in backups.backups(unit)] == ["damaged"]


# New keys


def trusted(store: Store, other: Store) -> object:
    with store.read() as unit:
        peer = unit.session.get(Peer, other.site)
        assert peer is not None
        return read_card(peer.card).signing


@pytest.mark.parametrize("at_work", [True, False])
def test_keys_that_one_renews_the_other_has(workers: Office, north: Store, tmp_path: Path, at_work: bool) -> None:
    ada, rosa = workers
    stick = tmp_path / "stick"
    stick.mkdir()
    enrolled(north)
    to_old = sync.send(north, "OFFICE", stick).file
    if not at_work:
        rosa.close()
    words = keys.renew(ada)
    new = rosa if at_work else open_store(rosa.folder, "rosa", HERS, Clock())
    assert keys.own_words(new) == words
    assert keys_of(new)[0].signing == keys_of(ada)[0].signing
    assert [one.status for one in sync.take_in(new, [to_old])] == [APPLIED]
    (taken,) = give(new, "NORTH", north, stick)
    assert (taken.status, taken.new_keys) == (APPLIED, True)
    assert trusted(north, ada) == keys_of(ada)[0].signing_public
    enrolled(north, "R2", first="Luz")
    assert [one.status for one in give(north, "OFFICE", new, stick)] == [APPLIED]  # sealed to the new keys
    assert m.women(ada) == ["R1001", "R2"]
    # Again, and then the old ones go: in the folder of whoever is at work too, once she has unlocked it.
    keys.renew(ada)
    assert give(new, "NORTH", north, stick)[0].new_keys
    assert keys.drop_old(ada)
    assert not keys.drop_old(ada)
    with new.read() as unit:
        assert not keys.state(unit).old_until
    new.close()
    with open_store(rosa.folder, "rosa", HERS, Clock()) as again:
        assert again.slots.identity == ada.slots.identity
        assert vault.read_slots(rosa.folder).identity == ada.slots.identity
        assert [one.status for one in give(north, "OFFICE", again, stick)] == [APPLIED]
    assert_whole(ada)


def test_two_who_renew_one_after_the_other_make_one_chain(workers: Office, north: Store, tmp_path: Path) -> None:
    ada, _rosa = workers
    staff.add_user(ada, name="ida", passphrase=HERS, administrator=True)
    database.folder_for(ada, "ida", tmp_path / "ida")
    with open_store(tmp_path / "ida", "ida", HERS, Clock()) as ida:
        keys.renew(ada)
        words = keys.renew(ida)
        assert keys.own_words(ada) == words
        assert give(ada, "NORTH", north, tmp_path / "stick")[0].new_keys
        assert trusted(north, ada) == keys_of(ida)[0].signing_public


def test_a_backup_after_new_keys_brings_them_back(workers: Office, north: Store, tmp_path: Path) -> None:
    """A worker who does not see every record makes none."""
    ada, rosa = workers
    words = keys.renew(ada)
    with pytest.raises(Problem) as told:  # what she is not shown would be missing
        checking.backup(rosa, tmp_path / "office.backup")
    assert told.value.code == "part"
    checking.backup(ada, tmp_path / "office.backup")
    with restoring.restore(tmp_path / "office.backup", tmp_path / "back", USER, PASSPHRASE, Clock()) as back:
        assert keys.own_words(back) == words
        assert give(back, "NORTH", north, tmp_path / "stick")[0].new_keys
