"""Two people erase a PC: when they may, what goes first, what the office hears, and what a power cut leaves."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import automatic_backups, checking, emergency, plans, retention, staff, women
from reentry_desktop.actions.opening import unlock
from reentry_desktop.base.problems import Problem
from reentry_desktop.exchange import incoming, news, outgoing
from reentry_desktop.records import Participant
from reentry_desktop.records.people import Role, Site
from reentry_desktop.store import Store, destroying, open_store, vault

from ..stores import PASSPHRASE, USER, Clock, enrolled, exchange_cards, payloads

pytestmark = [pytest.mark.embedded, pytest.mark.controls("MP-6", "164.310(d)(2)(i)", "2.16")]
HERS = "four quiet green rivers"
LEAD, SECOND = emergency.Somebody(USER, PASSPHRASE), emergency.Somebody("reyes", HERS)


def receipted(facility: Store, office: Store, folder: Path) -> None:
    """The office has all that goes to it, and said so."""
    for sender, receiver, to in ((facility, office, "OFFICE"), (office, facility, "NORTH")):
        taken = incoming.take_in(receiver, outgoing.send(sender, to, folder).file)
        assert taken.status == incoming.APPLIED, taken.reason


@pytest.fixture
def ready(facility: Store, office: Store, tmp_path: Path) -> Path:
    """A facility that may be erased, with a woman who keeps her words; closed."""
    exchange_cards(facility, office)
    woman, _episode = enrolled(facility, share="dates")
    with facility.work("start_plan") as unit:
        plans.add_item(unit, plans.start_plan(unit, woman), "tools", words="Walk in the yard")
    staff.add_user(facility, name="reyes", passphrase=HERS, role=Role.SUPERVISOR)
    with facility.work("set_site") as unit:
        unit.revise(Site, facility.site, emergency_erase=True)
    (tmp_path / "backups").mkdir()
    automatic_backups.choose_place(facility, tmp_path / "backups")
    automatic_backups.run(facility)
    (tmp_path / "between").mkdir()
    receipted(facility, office, tmp_path / "between")
    (tmp_path / "stick").mkdir()
    facility.close()
    return facility.folder


def why_not(store: Store) -> str:
    with store.read() as unit:
        return " ".join(emergency.why_not(unit))


def test_it_is_off_by_default_and_only_where_the_office_has_all(facility: Store, office: Store, tmp_path: Path) -> None:
    assert "does not allow it" in why_not(facility)
    assert not facility.slots.practice
    with facility.work("set_site") as unit:
        unit.revise(Site, facility.site, emergency_erase=True)
    assert "No office is trusted" in why_not(facility)
    exchange_cards(facility, office)
    woman, _episode = enrolled(facility, share="words")
    assert "has not confirmed" in why_not(facility)
    outgoing.send(facility, "OFFICE", tmp_path)
    assert "has not confirmed" in why_not(facility)  # copied is not confirmed
    for file in tmp_path.glob("*.bundle"):
        incoming.take_in(office, file)
        file.unlink()
    incoming.take_in(facility, outgoing.send(office, "NORTH", tmp_path).file)
    assert why_not(facility) == ""
    with facility.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 7")
    assert "has not confirmed" in why_not(facility)
    assert "Only a facility" in _allowed(office)


def _allowed(store: Store) -> str:
    with store.work("set_site") as unit:
        unit.revise(Site, store.site, emergency_erase=True)
    return why_not(store)


def test_words_that_only_are_here_must_be_in_a_backup_that_the_office_confirmed(
    ready: Path, office: Store, tmp_path: Path
) -> None:
    with unlock(ready, USER, PASSPHRASE, Clock()) as store:
        assert why_not(store) == ""
        with store.read() as unit:
            woman = unit.connection.exec_driver_sql("SELECT id FROM participant").scalar_one()
        with store.work("correct") as unit:
            women.correct(unit, woman, unit="Ward 7")
        receipted(store, office, tmp_path / "stick")  # no new backup went along: the last one is of today
        assert "only here" in why_not(store)


def test_both_must_give_their_passphrases_and_be_two(ready: Path, tmp_path: Path) -> None:
    bad = [
        (LEAD, emergency.Somebody("reyes", "not the right words"), "wrong-passphrase"),
        (LEAD, LEAD, "second"),
        (emergency.Somebody(USER, "not the right words"), SECOND, "wrong-passphrase"),
        (SECOND, LEAD, "not-allowed"),
    ]
    for first, second, code in bad:
        with pytest.raises(Problem) as problem:
            emergency.erase(ready, first, second, tmp_path / "stick", Clock())
        assert problem.value.code == code
        (ready / "store.tries").unlink(missing_ok=True)
    open_store(ready, USER, PASSPHRASE, Clock()).close()
    assert not list((tmp_path / "stick").iterdir())


@pytest.mark.controls("AC-6")
def test_who_sees_no_record_erases_none_that_must_stay(ready: Path, tmp_path: Path) -> None:
    """An administrator for IT sees neither the hold nor what the office lacks: both are asked of all records."""
    with open_store(ready, USER, PASSPHRASE, Clock()) as store:
        staff.add_user(store, name="ivy", passphrase=HERS + " it", role=Role.IT, administrator=True)
        with store.read() as unit:
            (woman,) = women.search(unit).rows
        with store.work("add_hold") as unit:
            hold = retention.add_hold(unit, woman.id, authority="Attorney General")
    it = emergency.Somebody("ivy", HERS + " it")
    with pytest.raises(Problem) as problem:
        emergency.erase(ready, it, SECOND, tmp_path / "stick", clock=Clock())
    assert problem.value.code == "not-now"
    assert "legal hold" in problem.value.sentence
    with open_store(ready, USER, PASSPHRASE, Clock()) as store, store.work("lift_hold") as unit:
        retention.lift_hold(unit, hold)
    with pytest.raises(Problem) as problem:
        emergency.erase(ready, it, SECOND, tmp_path / "stick", clock=Clock())
    assert "has not confirmed" in problem.value.sentence
    with open_store(ready, USER, PASSPHRASE, Clock()) as store, store.read() as unit:
        assert unit.find(Participant, woman.id)


def test_a_peer_supporter_is_no_second_person(ready: Path) -> None:
    with unlock(ready, USER, PASSPHRASE, Clock()) as store, store.work("set_role") as unit:
        staff.set_role(unit, "reyes", role=Role.COORDINATOR)
    with pytest.raises(Problem) as problem:
        emergency.erase(ready, LEAD, SECOND, None, Clock())
    assert problem.value.code == "second"


def test_everything_goes_and_the_office_is_told_by_the_stick(ready: Path, office: Store, tmp_path: Path) -> None:
    keys = (ready / vault.FILE).read_bytes()
    (good,) = (tmp_path / "backups").iterdir()
    shutil.copy(good, good.with_name(f"{good.stem}-not-opened.backup"))  # of the last lock, in no register yet
    made = emergency.erase(ready, LEAD, SECOND, tmp_path / "stick", Clock())
    assert made.notice is not None
    assert (made.phone, made.elsewhere) == ("", ())
    assert list(ready.iterdir()) == []
    assert not list((tmp_path / "backups").iterdir())
    assert all(keys not in file.read_bytes() for file in tmp_path.rglob("*.keys"))
    assert incoming.take_in(office, made.notice).status == incoming.APPLIED
    with office.read() as unit:
        said = " ".join(checking.notices(unit))
        assert "North Facility erased the records on its PC" in said
        assert "lead and reyes" in said
        kept = unit.connection.exec_driver_sql("SELECT count(*) FROM participant").scalar_one()
        assert kept == 1
        assert payloads(unit.connection)


def test_without_a_stick_there_is_a_sentence_for_the_phone_and_backups_elsewhere_are_named(
    ready: Path, tmp_path: Path
) -> None:
    (tmp_path / "backups").rename(tmp_path / "in a drawer")
    made = emergency.erase(ready, LEAD, SECOND, None, Clock())
    assert made.notice is None
    assert made.phone.startswith("Call State Office and say:")
    assert len(made.elsewhere) == 1
    assert "backups" in made.elsewhere[0]


def test_a_stick_that_fails_leaves_everything_and_nothing_is_said(ready: Path, tmp_path: Path) -> None:
    with pytest.raises(Problem):
        emergency.erase(ready, LEAD, SECOND, tmp_path / "stick" / "nowhere" / "at all", Clock())
    with unlock(ready, USER, PASSPHRASE, Clock()) as store, store.read() as unit:
        assert "Erasing" not in " ".join(checking.notices(unit))


def test_a_file_that_is_held_stops_nothing_and_is_named(
    ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the key file is gone the records are, whoever holds what is left of them."""
    unlink = Path.unlink

    def held(file: Path, missing_ok: bool = False) -> None:
        if file.name == "store.db":
            raise PermissionError(13, "held")
        unlink(file, missing_ok=missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", held)
        made = emergency.erase(ready, LEAD, SECOND, tmp_path / "stick", Clock())
        assert (made.left, made.elsewhere) == (("store.db",), ())
        with pytest.raises(Problem) as problem:
            unlock(ready, USER, PASSPHRASE, Clock())
        assert problem.value.code == "erased"
        assert "store.db" in problem.value.sentence
    with pytest.raises(Problem):
        unlock(ready, USER, PASSPHRASE, Clock())
    assert list(ready.iterdir()) == []


def test_a_key_file_that_is_held_leaves_everything_and_the_office_hears_nothing(
    ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overwrite = destroying._overwrite

    def held(file: Path, last: int) -> None:
        if file.name == vault.FILE:
            raise PermissionError(13, "held")
        overwrite(file, last)

    with monkeypatch.context() as patched:
        patched.setattr(destroying, "_overwrite", held)
        with pytest.raises(Problem, match="They are all here"):
            emergency.erase(ready, LEAD, SECOND, tmp_path / "stick", Clock())
    assert not list((tmp_path / "stick").glob("*.bundle"))
    assert list((tmp_path / "backups").iterdir())
    with unlock(ready, USER, PASSPHRASE, Clock()) as store, store.read() as unit:
        assert "rased" not in " ".join(checking.notices(unit))
        assert news.own(unit) == []
        assert not (ready / destroying.MARK).exists()


@pytest.mark.controls("SI-7")
def test_a_mark_that_somebody_put_there_erases_nothing(ready: Path, tmp_path: Path) -> None:
    """Who can write in the folder needs no passphrase for that: not a file of the records goes, nor one elsewhere."""
    (hers,) = (tmp_path / "backups").iterdir()
    whole = hers.read_bytes()
    (ready / destroying.MARK).write_text(f"{hers}\n")
    with unlock(ready, USER, PASSPHRASE, Clock()) as store, store.read() as unit:
        assert unit.all(sa.select(Participant))
    assert not (ready / destroying.MARK).exists()
    (ready / vault.FILE).unlink()  # that much he can delete himself; not what he cannot write
    (ready / destroying.MARK).write_text(f"{hers}\n")
    with pytest.raises(Problem) as problem:
        unlock(ready, USER, PASSPHRASE, Clock())
    assert problem.value.code == "erased"
    assert str(hers) in problem.value.sentence
    assert hers.read_bytes() == whole


@pytest.mark.parametrize("call", range(12))
def test_a_power_cut_leaves_all_or_nothing_that_opens_and_it_ends_at_the_next_start(
    ready: Path, tmp_path: Path, call: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off at the *call*-th time that something is overwritten, deleted or forced to disk."""
    kept = tmp_path / "keys"
    shutil.copy(ready / vault.FILE, kept)

    class Cut(BaseException):
        pass

    calls = iter(range(1000))

    def cutting(real: Any) -> Any:
        def once(*args: Any, **more: Any) -> Any:
            if next(calls) == call:
                raise Cut
            return real(*args, **more)

        return once

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", cutting(Path.unlink))
        patched.setattr(destroying, "_overwrite", cutting(destroying._overwrite))
        with pytest.raises(Cut):
            destroying.destroy(ready)
    if not call:  # the key file was about to be overwritten: nothing is lost
        unlock(ready, USER, PASSPHRASE, Clock()).close()
        return
    with pytest.raises(Problem) as problem:
        unlock(ready, USER, PASSPHRASE, Clock())
    assert problem.value.code == "erased"
    assert list(ready.iterdir()) == []
    assert kept.exists()
