"""A new key for the records: what opens then and what no more, for whom, and what is said of older backups."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from reentry_desktop.actions import automatic_backups, checking, rekeying, restoring, setup, staff
from reentry_desktop.actions import backup_register as register
from reentry_desktop.base.problems import Problem
from reentry_desktop.exchange import incoming, kept, outgoing
from reentry_desktop.store import Store, handover, open_store, vault
from reentry_desktop.store.engines import DATABASE, connect
from reentry_desktop.store.rekey import COPY

from ..stores import (
    PASSPHRASE,
    USER,
    Clock,
    Template,
    assert_well,
    assert_whole,
    enrolled,
    exchange_cards,
    identity_of,
    payloads,
    tables,
)

pytestmark = pytest.mark.embedded
HERS = "four quiet green rivers"


def everything(store: Store) -> object:
    with store.read() as unit:
        return tables(unit.connection, without=("signing_key", "heads"))


def test_all_is_there_under_a_new_key_and_the_old_one_opens_nothing(
    facility: Store, facility_template: Template, tmp_path: Path
) -> None:
    enrolled(facility)
    was, identity, folder = everything(facility), identity_of(facility), facility.folder
    facility.close()
    store, made = rekeying.renew(folder, USER, PASSPHRASE, Clock())
    with store:
        assert everything(store) == was
        assert identity_of(store) == identity  # the same site and device for everybody else
        assert not {store.keys.records, store.keys.identity} & {
            facility_template.keys.records, facility_template.keys.identity
        }  # fmt: skip
        assert_whole(store)
        assert made.one_time == {}
        with store.read() as unit:
            assert payloads(unit.connection)[-1]["act"] != "rekey"
            assert "rekey" in {entry["act"] for entry in payloads(unit.connection)}
    with pytest.raises(Problem) as problem:
        connect(folder / DATABASE, facility_template.keys.records)
    assert problem.value.code == "damaged"
    assert sorted(path.name for path in folder.glob("store.db*")) == ["store.db"]


def test_the_old_kit_opens_it_no_more_and_no_woman_is_written_before_the_new_one_was_tested(
    facility: Store, facility_template: Template
) -> None:
    folder, old = facility.folder, [facility_template.kit.text(part).decode() for part in "AB"]
    facility.close()
    store, made = rekeying.renew(folder, USER, PASSPHRASE, Clock())
    with store:
        with pytest.raises(Problem) as problem:
            enrolled(store)
        assert problem.value.code == "kit"
        setup.test_kit(store, {part: made.kit.text(part).decode() for part in "ABC"})
        enrolled(store)
        assert_well(store)
    with pytest.raises(Problem) as problem:
        restoring.open_with_kit(folder, old)
    assert problem.value.code == "wrong-parts"
    restoring.open_with_kit(folder, [made.kit.text(part).decode() for part in "BC"]).close()


def test_who_is_not_at_the_desk_keeps_her_passphrase_and_her_slot_is_sealed_anew_when_she_comes(
    facility: Store,
) -> None:
    staff.add_user(facility, name="reyes", passphrase=HERS)
    folder = facility.folder
    facility.close()
    open_store(folder, "reyes", HERS, Clock()).close()  # notes her public half
    before = {slot.name: slot for slot in vault.read_slots(folder).slots}["reyes"]
    for generation in (2, 3):  # twice, before she comes
        store, made = rekeying.renew(folder, USER, PASSPHRASE, Clock())
        with store, store.read() as unit:
            assert register.generation(unit) == generation
        assert made.one_time == {}
    slots = vault.read_slots(folder)
    assert list(slots.handed) == [before.id]
    assert before in slots.slots
    with open_store(folder, "reyes", HERS, Clock()) as hers:
        assert_whole(hers)
        with hers.work("open_page") as unit:
            unit.tell("site", hers.site)
    slots = vault.read_slots(folder)
    assert slots.handed == {}
    assert before not in slots.slots
    with open_store(folder, "reyes", HERS, Clock()) as hers:
        assert_whole(hers)  # signed with the same key as before


def test_who_has_never_unlocked_gets_a_passphrase_that_works_once(facility: Store) -> None:
    staff.add_user(facility, name="reyes", passphrase=HERS)
    folder = facility.folder
    facility.close()
    store, made = rekeying.renew(folder, USER, PASSPHRASE, Clock())
    store.close()
    assert list(made.one_time) == ["reyes"]
    with pytest.raises(Problem):
        open_store(folder, "reyes", HERS, Clock())
    (folder / "store.tries").unlink()
    with open_store(folder, "reyes", made.one_time["reyes"], Clock()) as hers:
        with hers.read() as unit:
            assert staff.has_one_time(unit)
        assert_whole(hers)


def test_a_key_that_a_bundle_or_a_reset_put_there_is_handed_nothing(facility: Store) -> None:
    """The public half counts beside the signing key alone that she noted it with herself."""
    staff.add_user(facility, name="reyes", passphrase=HERS)
    folder = facility.folder
    facility.close()
    open_store(folder, "reyes", HERS, Clock()).close()
    with open_store(folder, USER, PASSPHRASE, Clock()) as store:
        staff.reset_passphrase(store, "reyes", "other words by the sea")
    store, made = rekeying.renew(folder, USER, PASSPHRASE, Clock())
    store.close()
    assert list(made.one_time) == ["reyes"]


def test_what_is_handed_over_opens_for_her_alone_and_only_from_the_keys_before(facility: Store) -> None:
    old = facility.keys
    new = vault.Keys(b"n" * 32, b"m" * 32)
    person, other = facility.who.id, vault.Keys(old.records, old.identity, b"x" * 32)
    public = handover._private(old.signing).public_key().public_bytes_raw()
    sealed = handover.seal(facility.slots.store, person, public, new, old)
    assert handover.take(facility.slots.store, person, sealed, old) == vault.Keys(b"n" * 32, b"m" * 32, old.signing)
    assert handover.take(facility.slots.store, person, sealed, other) is None
    assert handover.take(facility.slots.site, person, sealed, old) is None
    # Whoever has the disk, but not the keys, cannot hand her a key of his own.
    forged = handover.seal(facility.slots.store, person, public, new, vault.Keys(b"?" * 32, b"?" * 32))
    assert handover.take(facility.slots.store, person, forged, old) is None
    for place in range(0, len(sealed), 7):
        bad = bytearray(sealed)
        bad[place] ^= 1
        assert handover.take(facility.slots.store, person, bytes(bad), old) is None


def test_a_key_of_somebody_elses_in_the_file_does_not_open(facility: Store) -> None:
    folder = facility.folder
    slots = msgspec.structs.replace(facility.slots, handed={facility.who.id: (b"x" * 80,)})
    facility.close()
    vault.write_slots(folder, slots)
    with pytest.raises(Problem) as problem:
        open_store(folder, USER, PASSPHRASE, Clock())
    assert problem.value.code == "wrong-passphrase"


def test_a_fresh_backup_is_made_and_every_older_one_is_listed_until_it_is_destroyed(
    facility: Store, tmp_path: Path, clock: Clock
) -> None:
    (tmp_path / "stick").mkdir()
    automatic_backups.choose_place(facility, tmp_path / "stick")
    automatic_backups.run(facility)
    checking.backup(facility, tmp_path / "by hand.backup")
    folder = facility.folder
    (folder / "before-update-0001.backup").write_bytes(b"of before")
    facility.close()
    clock.now += dt.timedelta(days=1)
    store, made = rekeying.renew(folder, USER, PASSPHRASE, clock)
    with store:
        assert made.backup is not None
        assert made.backup.parent == tmp_path / "stick"
        assert made.older == 3  # here, at the second place, by hand
        assert not list(folder.glob("before-*"))  # the program's own go with a sound new one
        with store.read() as unit:
            assert register.health(unit).act == "destroy"
            assert {one.generation for one in register.standing(unit)} == {1, 2}
            older = {one.sha256 for one in register.to_destroy(unit)}
        automatic_backups.run(store)  # the scheme lets go of none that somebody has to confirm
        with store.work("backup_destroyed") as unit:
            for sha256 in older:
                register.destroyed(unit, sha256, "J. Reyes")
            assert register.health(unit).act != "destroy"
    # The old passphrase still opens the old backup: that is why it is on the list.
    with restoring.restore(tmp_path / "by hand.backup", tmp_path / "old", USER, PASSPHRASE, Clock()):
        pass
    with restoring.restore(made.backup, tmp_path / "new", USER, PASSPHRASE, Clock()) as back:
        assert_whole(back)


def test_the_offices_copy_follows_and_the_office_is_told(facility: Store, office: Store, tmp_path: Path) -> None:
    exchange_cards(facility, office)
    assert incoming.take_in(office, outgoing.send(facility, "OFFICE", tmp_path).file).backup
    folder = facility.folder
    facility.close()
    store, made = rekeying.renew(folder, USER, PASSPHRASE, Clock())
    with store:
        with store.read() as unit:
            assert kept.is_due(unit)
        setup.test_kit(store, {part: made.kit.text(part).decode() for part in "ABC"})
        taken = incoming.take_in(office, outgoing.send(store, "OFFICE", tmp_path).file)
        assert (taken.status, bool(taken.backup)) == (incoming.APPLIED, True), taken.reason
        with store.read() as unit:
            assert "got a new key on Nov 23, 2026" in " ".join(checking.notices(unit))
    with office.read() as unit:
        assert "North Facility gave its records a new key on Nov 23, 2026." in checking.notices(unit)
    assert "North Facility gave" not in " ".join(_read_and_again(office))


def _read_and_again(store: Store) -> list[str]:
    with store.work("read") as unit:
        checking.notices_read(unit)
        return checking.notices(unit)


def test_only_an_administrator_may(facility: Store) -> None:
    staff.add_user(facility, name="reyes", passphrase=HERS)
    folder, before = facility.folder, (facility.folder / vault.FILE).read_bytes()
    facility.close()
    with pytest.raises(Problem) as problem:
        rekeying.renew(folder, "reyes", HERS, Clock())
    assert problem.value.code == "not-allowed"
    assert (folder / vault.FILE).read_bytes() == before
    assert not (folder / "store.db.new").exists()


def test_a_copy_that_was_cut_off_never_takes_the_place_of_the_records(
    facility: Store, facility_template: Template
) -> None:
    """An empty file opens with any key: a copy whose beginning was rolled back is one."""
    enrolled(facility)
    folder, key = facility.folder, facility.keys.records
    facility.close()
    begun = connect(folder / COPY, key)
    begun.execute("CREATE TABLE setting (key TEXT, value TEXT)")
    begun.execute("INSERT INTO setting VALUES ('store', 'half of it')")
    begun.close()
    with facility_template.open(folder) as store:
        assert_whole(store)
        with store.read() as unit:
            assert len(tables(unit.connection)["participant"]) == 1
    assert not (folder / COPY).exists()
