"""A lost key file: one from a backup opens the records with all that came since, and says what it does not know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reentry_desktop.actions import checking, rekeying, repairing, restoring, setup, staff, use_faults
from reentry_desktop.actions.opening import unlock
from reentry_desktop.base.problems import Problem, StoreDamaged
from reentry_desktop.exchange import identity, succeeding
from reentry_desktop.records.people import Role
from reentry_desktop.store import Store, mark, vault
from reentry_desktop.store.engines import DATABASE

from ..stores import PASSPHRASE, USER, Clock, Template, assert_whole, enrolled, keys_of

pytestmark = [pytest.mark.embedded, pytest.mark.controls("CP-10", "164.308(a)(7)(ii)(B)")]
OTHER = "four quiet green rivers"


@pytest.fixture
def backup(facility: Store, tmp_path: Path) -> Path:
    """A backup of a facility where two work; much comes after it."""
    enrolled(facility, "R1001")
    staff.add_user(facility, name="reyes", passphrase=OTHER, role=Role.SUPERVISOR)
    checking.backup(facility, tmp_path / "early.backup")
    enrolled(facility, "R1002")
    return tmp_path / "early.backup"


def repair(store: Store, *backups: Path, name: str = USER, passphrase: str = PASSPHRASE) -> repairing.Repaired:
    return repairing.repair(store.folder, name, passphrase, backups=backups, clock=Clock())


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:700])


def alter(file: Path) -> None:
    """Her slot opens; what the file says in clear is not what was sealed."""
    file.write_bytes(file.read_bytes().replace(b'"practice": false', b'"practice": true', 1))


@pytest.mark.parametrize("harm", [truncate, Path.unlink, alter])
def test_all_records_open_again(facility: Store, backup: Path, harm: Callable[[Path], object]) -> None:
    device, site = facility.device, keys_of(facility)[0]
    staff.add_user(facility, name="nova", passphrase=OTHER + " too", role=Role.COORDINATOR)
    facility.close()
    harm(facility.folder / vault.FILE)
    with pytest.raises(StoreDamaged, match="key file") as problem:
        unlock(facility.folder, USER, PASSPHRASE, Clock())
    assert "newest backup" in problem.value.sentence
    with pytest.raises(StoreDamaged):
        repair(facility)
    done = repair(facility, backup)
    assert (done.kept, done.missing, done.women) == (None, (), ())
    assert done.stale is not None
    assert (done.stale.without, done.stale.kit) == (("nova",), False)
    assert any("nova" in words for words in done.told())
    with unlock(facility.folder, USER, PASSPHRASE, Clock()) as store:
        assert store.device == device  # the records are the newest there are: no second history begins
        assert keys_of(store)[0] == site
        with store.read() as unit:
            assert unit.connection.exec_driver_sql("SELECT count(*) FROM participant").scalar_one() == 2
            assert any("taken from a backup on Nov 23, 2026" in words for words in checking.notices(unit))
        assert_whole(store)
        staff.reset_passphrase(store, "nova", "seven brown loud winters")
    unlock(facility.folder, "nova", "seven brown loud winters", Clock()).close()
    with unlock(facility.folder, USER, PASSPHRASE, Clock()) as store:
        assert use_faults.check_use(store).faults == []
    with pytest.raises(Problem, match="not damaged"):
        repair(facility, backup)


def test_the_kit_alone_says_that_it_cannot_replace_it(
    facility: Store, facility_template: Template, backup: Path, tmp_path: Path
) -> None:
    """What its parts open lies sealed in the key file, and in backups: with one it comes back."""
    texts = [facility_template.kit.text(part).decode() for part in "AC"]
    facility.close()
    (facility.folder / vault.FILE).unlink()
    before = sorted(file.name for file in facility.folder.iterdir())
    with pytest.raises(StoreDamaged, match="The recovery kit alone opens nothing without one"):
        restoring.recover(facility.folder, texts, USER, OTHER + " too", Clock())
    assert sorted(file.name for file in facility.folder.iterdir()) == before
    with restoring.restore(backup, tmp_path / "back", USER, OTHER + " too", Clock(), texts=texts) as store:
        assert_whole(store)


def test_what_the_older_key_file_does_not_know_opens_nothing(facility: Store, backup: Path) -> None:
    """Passphrases that were given since, her own too, and the kit that was made anew."""
    staff.reset_passphrase(facility, "reyes", "seven brown loud winters")
    setup.new_kit(facility)
    facility.close()
    (facility.folder / vault.FILE).unlink()
    done = repair(facility, backup)
    assert done.stale == repairing.key_file.Stale(("reyes",), kit=True)
    with pytest.raises(Problem):
        unlock(facility.folder, "reyes", OTHER, Clock())
    with unlock(facility.folder, USER, PASSPHRASE, Clock()) as store:
        assert not store.kit_tested
        assert not [slot for slot in store.slots.slots if slot.kind == "pair"]


def test_whose_passphrase_was_given_anew_signs_with_a_key_that_the_records_know(facility: Store, backup: Path) -> None:
    staff.reset_passphrase(facility, "reyes", "seven brown loud winters")
    facility.close()
    (facility.folder / vault.FILE).unlink()
    repair(facility, backup, name="reyes", passphrase=OTHER)
    for name, said in (("reyes", OTHER), (USER, PASSPHRASE)):
        with unlock(facility.folder, name, said, Clock()) as store:
            assert use_faults.check_use(store).faults == []


def test_where_nobody_knows_which_device_it_was_it_is_a_new_one(facility: Store, backup: Path) -> None:
    device = facility.device
    facility.close()
    (facility.folder / vault.FILE).unlink()
    (facility.folder / mark.FILE).unlink()
    repair(facility, backup)
    with unlock(facility.folder, USER, PASSPHRASE, Clock()) as store:
        assert store.device != device
        assert "no-mark" in [fault.code for fault in use_faults.check_use(store).faults]
        assert_whole(store)


def test_records_that_are_damaged_too_are_saved_with_it(facility: Store, backup: Path) -> None:
    facility.close()
    (facility.folder / vault.FILE).unlink()
    data = bytearray((facility.folder / DATABASE).read_bytes())
    data[200] ^= 1
    (facility.folder / DATABASE).write_bytes(data)
    done = repair(facility, backup)
    assert done.kept is not None
    assert done.stale is not None
    with unlock(facility.folder, USER, PASSPHRASE, Clock()) as store:
        assert_whole(store)


def test_what_does_not_fit_is_refused_and_nothing_is_written(
    facility: Store, office: Store, backup: Path, tmp_path: Path
) -> None:
    checking.backup(office, tmp_path / "office.backup")
    staff.disable_user(facility, "reyes")
    facility.close()
    (facility.folder / vault.FILE).unlink()
    for file, name, said, code in (
        (tmp_path / "office.backup", USER, PASSPHRASE, "other-key"),
        (backup, USER, "not the right words", "wrong-passphrase"),
        (backup, "reyes", OTHER, "disabled"),
    ):
        (facility.folder / "store.tries").unlink(missing_ok=True)
        with pytest.raises(Problem) as problem:
            repair(facility, file, name=name, passphrase=said)
        assert problem.value.code == code
        assert not (facility.folder / vault.FILE).exists()
    (facility.folder / "store.tries").unlink()
    repair(facility, tmp_path / "office.backup", backup)  # the one that fits is found among them


def test_after_a_new_key_for_the_records_no_older_one_fits(facility: Store, backup: Path) -> None:
    facility.close()
    store, _made = rekeying.renew(facility.folder, USER, PASSPHRASE, Clock())
    store.close()
    (facility.folder / vault.FILE).unlink()
    with pytest.raises(Problem) as problem:
        repair(facility, backup)
    assert problem.value.code == "other-key"
    assert not (facility.folder / vault.FILE).exists()


def test_keys_of_the_site_that_are_newer_come_from_the_records_or_it_does_not_fit(
    facility: Store, backup: Path
) -> None:
    succeeding.renew(facility)
    renewed = identity.own_card(facility)[0].signing
    facility.close()
    (facility.folder / vault.FILE).unlink()
    repair(facility, backup)
    with unlock(facility.folder, USER, PASSPHRASE, Clock()) as store:
        assert identity.own_card(store)[0].signing == renewed
        with store.work("forge") as unit:  # as where the store became another device since
            unit.set_setting(vault.IDENTITY, "")
    (facility.folder / vault.FILE).unlink()
    with pytest.raises(Problem, match="new keys since"):
        repair(facility, backup)
