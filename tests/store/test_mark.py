"""A log that is whole in itself and is not the one it was: what lies outside it tells, and names what was done.

Each attack is made on a real store folder with the key of the records, which everybody who unlocks has; not with the
key of the identity, which only the key slots hold.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from reentry_desktop.actions import checking, health, setup, staff, use_faults, use_review
from reentry_desktop.actions.opening import unlock
from reentry_desktop.base.ids import show_device
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.records.change import from_payload, to_payload
from reentry_desktop.records.entry import digest, next_hash
from reentry_desktop.store import Store, engines, mark
from reentry_desktop.store.engines import DATABASE

from ..stores import PASSPHRASE, USER, Clock, Template, enrolled, exchange_cards

pytestmark = [pytest.mark.embedded, pytest.mark.controls("AU-9", "164.312(b)", "164.312(c)(1)", "164.312(c)(2)")]


class Attacker:
    """Somebody with the folder and the key of the records. Everything is done past the program."""

    def __init__(self, store: Store) -> None:
        self.folder, self.key, self.device = store.folder, store.keys.records, store.device

    def __enter__(self) -> Any:
        self.database = engines.connect(self.folder / DATABASE, self.key)
        return self

    def __exit__(self, *_args: object) -> None:
        self.database.close()

    def run(self, statement: str, *values: object) -> list[Any]:
        return self.database.execute(statement, values).fetchall()

    @property
    def last(self) -> int:
        return int(self.run("SELECT max(number) FROM entry WHERE device = ?", self.device)[0][0])

    def chain_again(self, after: int) -> None:
        """Mend every hash after that number, so that the chain holds in itself."""
        ((end,),) = self.run("SELECT hash FROM entry WHERE device = ? AND number = ?", self.device, after)
        rows = self.run(
            "SELECT number, salt, payload FROM entry WHERE device = ? AND number > ? ORDER BY number",
            self.device, after,
        )  # fmt: skip
        for place, (number, salt, payload) in enumerate(rows, after + 1):
            end = next_hash(end, place, digest(salt, payload))
            self.run(
                "UPDATE entry SET number = ?, hash = ? WHERE device = ? AND number = ?", place, end, self.device, number
            )

    def say(self, number: int, **values: Any) -> None:
        """Let an entry say something else; the chain is as it was."""
        ((payload,),) = self.run("SELECT payload FROM entry WHERE device = ? AND number = ?", self.device, number)
        forged = to_payload(msgspec.structs.replace(from_payload(payload), **values))
        self.run("UPDATE entry SET payload = ? WHERE device = ? AND number = ?", forged, self.device, number)


@pytest.fixture
def used(facility_template: Template, tmp_path: Path) -> Store:
    """A facility's store after some days of work, closed."""
    with facility_template.open(tmp_path / "store") as store:
        for number in range(3):
            enrolled(store, f"R100{number}")
    for _day in range(2):
        unlock(tmp_path / "store", USER, PASSPHRASE, Clock()).close()
    return _closed(facility_template, tmp_path / "store")


def _closed(template: Template, folder: Path) -> Store:
    store = unlock(folder, USER, PASSPHRASE, Clock())
    store.close()
    store.keys = template.keys  # what whoever attacks has of them: the key of the records
    return store


def opened(store: Store) -> Store:
    return unlock(store.folder, USER, PASSPHRASE, Clock())


def cut_tail(attacker: Attacker) -> None:
    attacker.run("DELETE FROM entry WHERE number > ?", attacker.last - 3)


def delete_range(attacker: Attacker) -> None:
    attacker.run("DELETE FROM entry WHERE number BETWEEN 10 AND 12")


def delete_range_and_chain_again(attacker: Attacker) -> None:
    attacker.run("DELETE FROM entry WHERE number BETWEEN 10 AND 12")
    attacker.chain_again(9)


def change_one(attacker: Attacker) -> None:
    attacker.say(10, at="2020-01-01T00:00:00.000Z")


def change_one_and_chain_again(attacker: Attacker) -> None:
    attacker.say(10, at="2020-01-01T00:00:00.000Z")
    attacker.chain_again(9)


def rewrite_tail(attacker: Attacker) -> None:
    last = attacker.last
    attacker.say(last - 1, at="2020-01-01T00:00:00.000Z")
    attacker.chain_again(last - 2)


def drop_mark(attacker: Attacker) -> None:
    (attacker.folder / mark.FILE).unlink()


def put_older_back_without_mark(attacker: Attacker) -> None:
    cut_tail(attacker)
    drop_mark(attacker)


def change_mark(attacker: Attacker) -> None:
    file = attacker.folder / mark.FILE
    told = msgspec.json.decode(file.read_bytes())
    told["marks"][-1]["number"] -= 1
    file.write_bytes(msgspec.json.encode(told))


def spoil_mark(attacker: Attacker) -> None:
    (attacker.folder / mark.FILE).write_bytes(b"\x00" * 40)


def mark_of_another(attacker: Attacker) -> None:
    file = attacker.folder / mark.FILE
    told = msgspec.json.decode(file.read_bytes())
    file.write_bytes(msgspec.json.encode(told | {"store": "0" * 32}))


def odd_values(attacker: Attacker) -> None:
    attacker.run("UPDATE entry SET salt = NULL, hash = 'text' WHERE number = 10")


ATTACKS: dict[str, tuple[Callable[[Attacker], None], str, str]] = {
    # what is done -> what a check of everything names first, and a part of its sentence
    "a truncated tail": (cut_tail, "cut", "The end of the record of use"),
    "a rewritten tail": (rewrite_tail, "rewritten", "was written anew after entry"),
    "a deleted range": (delete_range, "missing", "Entries 10 to 12 of PC"),
    "a deleted range, re-chained without the device's key": (
        delete_range_and_chain_again, "signature", "the mark beside the records"
    ),
    "a changed entry": (change_one, "altered", "Entry 10 of PC"),
    "a changed entry, re-chained": (change_one_and_chain_again, "signature", "was written anew after entry"),
    "the mark is gone, and older records": (put_older_back_without_mark, "no-mark", "is gone"),
    "the mark is gone": (drop_mark, "no-mark", "is gone"),
    "the mark was changed": (change_mark, "mark-altered", "was changed or is damaged"),
    "the mark is noise": (spoil_mark, "mark-altered", "was changed or is damaged"),
    "the mark of a swapped store": (mark_of_another, "other-store", "is of another store"),
    "values no program writes": (odd_values, "altered", "Entry 10 of PC"),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_found_and_named(used: Store, attack: str) -> None:
    act, code, words = ATTACKS[attack]
    with Attacker(used) as attacker:
        act(attacker)
    with opened(used) as store:
        with store.read() as unit:
            told = use_faults.notices(unit)
            known = unit.setting(mark.FOUND)
        found = use_faults.check_use(store)
        said = [*told, *found.sentences]
        assert code in known or code in [fault.code for fault in found.faults]
        assert any(words in sentence for sentence in said), said
        if code in ("cut", "rewritten", "no-mark", "mark-altered", "other-store"):  # an unlock sees it by itself
            assert any(words in sentence for sentence in told), told
            assert use_faults.WHAT_TO_DO in told
            assert store.who.id  # and stops nobody
        # Whoever asks is told, though the unlock wrote the mark anew, until somebody has reviewed it.
        assert any(words in sentence for sentence in found.sentences), found.sentences
        assert words in next(one.sentence for one in checking.check(store) if one.code == "log")
        if words in " ".join(told):
            assert words in next(sign.sentence for sign in health.quick(store) if sign.key == "log")


def test_a_store_that_was_left_alone_is_complete(used: Store) -> None:
    with opened(used) as store:
        checked = use_faults.check_use(store)
        assert checked.faults == []
        assert checked.unsigned == {}
        with store.read() as unit:
            assert use_faults.notices(unit) == []


def test_a_store_is_complete_before_it_was_ever_locked(tmp_path: Path) -> None:
    store, _kit = setup.create(setup.NewStore(tmp_path / "new", "facility", "Site", USER, PASSPHRASE), Clock())
    with store:
        assert use_faults.check_use(store).faults == []


def test_a_rolled_back_copy_of_the_records_goes_on_as_a_new_device_and_says_so(used: Store, tmp_path: Path) -> None:
    shutil.copy(used.folder / DATABASE, tmp_path / "old.db")
    with opened(used) as store:
        enrolled(store, "R2001")
        last = store.device
    shutil.copy(tmp_path / "old.db", used.folder / DATABASE)
    with opened(used) as store:
        assert store.device != last  # two histories never share one number
        faults = use_faults.check_use(store).faults
        assert [(fault.code, fault.device) for fault in faults] == [("cut", last)]
        assert "An older copy of the records was put back" in use_faults.words(faults[0])
        assert show_device(last) in use_faults.words(faults[0])
    with opened(used) as store, store.read() as unit:  # it is told until it was read, and stands in the log for good
        assert any("older copy" in words for words in use_faults.notices(unit))
        acts = [row[0] for row in unit.connection.exec_driver_sql("SELECT payload FROM entry ORDER BY seq")]
        assert any(b'"act":"log_found"' in payload and b'"code":"cut"' in payload for payload in acts)
    with opened(used) as store, store.work("notices_read") as unit:
        use_faults.notices_read(unit)
        assert use_faults.notices(unit) == []
        assert use_faults.found(unit)  # the page of the record of use says it until somebody has reviewed it
    with opened(used) as store, store.work("review_use") as unit:
        use_review.review_use(unit, "We put an old copy back by mistake")
        assert use_faults.found(unit) == []


def test_what_was_in_a_bundle_and_a_receipt_is_missed(
    facility: Store, office: Store, tmp_path: Path, facility_template: Template
) -> None:
    """Whoever has every key of the folder can write log and marks anew: other sites still know."""
    exchange_cards(facility, office)
    enrolled(facility, "R1001")
    sent = outgoing.send(facility, "OFFICE", tmp_path)
    assert incoming.take_in(office, sent.file).status == incoming.APPLIED
    back = outgoing.send(office, "NORTH", tmp_path)
    assert incoming.take_in(facility, back.file).status == incoming.APPLIED
    with facility.work("forge") as unit:
        run = unit.connection.exec_driver_sql
        (payload,) = run("SELECT payload FROM entry WHERE number = 6").one()
        run("UPDATE entry SET payload = ? WHERE number = 6", (payload.replace(b"2026", b"2025", 1),))
        (end,) = run("SELECT hash FROM entry WHERE device = ? AND number = 5", (facility.device,)).one()
        for number, salt, kept in run(
            "SELECT number, salt, payload FROM entry WHERE number > 5 AND device = ? ORDER BY number",
            (facility.device,),
        ).all():
            end = next_hash(end, number, digest(salt, kept))
            run("UPDATE entry SET hash = ? WHERE device = ? AND number = ?", (end, facility.device, number))
    (facility.folder / mark.FILE).unlink()
    facility.set_mark()
    said = " ".join(use_faults.check_use(facility).sentences)
    assert "Bundle 1 for State Office" in said or "bundle 1 for State Office" in said, said
    assert "what State Office confirmed to have" in said


def test_a_backup_and_a_bundle_tell_what_is_missing(facility: Store, office: Store, tmp_path: Path) -> None:
    exchange_cards(facility, office)
    shutil.copytree(facility.folder, tmp_path / "before", ignore=shutil.ignore_patterns("*-wal", "*-shm", "store.lock"))
    enrolled(facility, "R1001")
    sent = outgoing.send(facility, "OFFICE", tmp_path)
    checking.backup(facility, tmp_path / "north.backup")
    assert use_faults.check_use(facility, tmp_path / "north.backup").faults == []
    assert use_faults.check_use(facility, sent.file).faults == []
    with facility.work("forge") as unit:
        run = unit.connection.exec_driver_sql
        run("DELETE FROM entry WHERE number > 6")
        run("DELETE FROM sent_bundle")
    (facility.folder / mark.FILE).unlink()
    facility.set_mark()
    by_backup = use_faults.check_use(facility, tmp_path / "north.backup")
    assert [fault.code for fault in by_backup.faults] == ["cut"]
    assert "the backup north.backup had it" in by_backup.sentences[0]
    (sentence,) = use_faults.check_use(facility, sent.file).sentences
    assert sentence.startswith("Bundle 1 for State Office was made by PC")
    with pytest.raises(Exception, match="Another site made this bundle"):
        use_faults.check_use(office, sent.file)


def test_nobody_writes_under_another_name_while_she_is_at_the_desk(facility: Store) -> None:
    """A user has the keys of records and device: she can write any entry. She cannot sign as somebody else."""
    staff.add_user(facility, name="bo", passphrase="seven green boats at noon")
    folder = facility.folder
    facility.close()
    with unlock(folder, "bo", "seven green boats at noon", Clock()) as store:
        lead = next(slot.id for slot in store.slots.users() if slot.name == USER)
        with store.work("find") as unit:
            unit.tell(words="mine")
            who, store.who = store.who, store.who._replace(id=lead)
            unit.tell(words="not hers")
            store.who = who
            unit.tell(words="mine again")
    with unlock(folder, USER, PASSPHRASE, Clock()) as store:
        faults = use_faults.check_use(store).faults
        assert [fault.code for fault in faults] == ["name"]
        assert "under another person's name" in use_faults.words(faults[0])


def test_a_session_that_was_cut_off_is_no_fault_and_is_told(facility: Store) -> None:
    folder, keys = facility.folder, facility.keys
    facility.close()
    store = unlock(folder, USER, PASSPHRASE, Clock())
    enrolled(store, "R1001")
    store.keys = type(keys)(keys.records, keys.identity)  # the power fails: nothing is signed
    store.who = store.who._replace(id="")
    store.close()
    staff_store = unlock(folder, USER, PASSPHRASE, Clock())
    staff.add_user(staff_store, name="bo", passphrase="seven green boats at noon")
    staff_store.keys = type(keys)(keys.records, keys.identity)
    staff_store.close()
    unlock(folder, "bo", "seven green boats at noon", Clock()).close()
    with unlock(folder, USER, PASSPHRASE, Clock()) as store:
        checked = use_faults.check_use(store)
        assert checked.faults == []
        assert sum(checked.unsigned.values()) > 3
        assert "not signed, because the program ended without locking" in checked.unsigned_words


def test_a_mark_that_cannot_be_written_stops_nobody(used: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(mark, "replace_file", full)
    with opened(used) as store:
        enrolled(store, "R3001")
    monkeypatch.undo()
    with opened(used) as store:
        assert use_faults.check_use(store).faults == []
