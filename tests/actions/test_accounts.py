"""Accounts: locked by wrong passphrases, released, closed by themselves, opened again, reviewed."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from reentry_desktop.actions import accounts, restoring, slips, staff
from reentry_desktop.base import tries
from reentry_desktop.base.problems import NotFound, Problem, Refused
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.records.people import Person, Role
from reentry_desktop.store import Store, open_store
from reentry_desktop.store.accounts import IDLE_DAYS, SEEN

from ..stores import DAY, PASSPHRASE, USER, Clock, Template, assert_well, assert_whole, exchange_cards, payloads

GIVEN, OWN = "seven green boats at noon", "four quiet lamps by night"
WRONG = "not the right words"
SRC = Path(__file__).parents[2] / "src"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The delay between two tries is looked at elsewhere."""
    monkeypatch.setattr(tries, "LONGEST_WAIT", 0.0)


def code(act: Callable[[], Any]) -> str:
    """What the program says to it: "" where it does it."""
    try:
        done = act()
    except Problem as problem:
        return problem.code
    if isinstance(done, Store):
        done.close()
    return ""


def fail(folder: Path, times: int, name: str = USER, clock: Clock | None = None) -> list[str]:
    return [code(lambda: open_store(folder, name, WRONG, clock or Clock())) for _try in range(times)]


def opens(folder: Path, name: str = USER, passphrase: str = PASSPHRASE, clock: Clock | None = None) -> str:
    return code(lambda: open_store(folder, name, passphrase, clock or Clock()))


def acts(store: Store) -> list[str]:
    with store.read() as unit:
        return [entry["act"] for entry in payloads(unit.connection)]


def later(folder: Path, seconds: float) -> None:
    """So many seconds pass for the tries so far: the PC has run for longer since."""
    noted = tries.read(folder)
    older = tuple(msgspec.structs.replace(one, up=one.up - seconds) for one in noted.failed)
    tries.write(folder, msgspec.structs.replace(noted, failed=older))


@pytest.mark.controls("AC-7", "164.308(a)(5)(ii)(C)")
def test_five_failures_lock_the_account_also_for_the_right_passphrase(fresh: Callable[[], Path]) -> None:
    folder = fresh()
    assert fail(folder, 4) == ["wrong-passphrase"] * 4
    assert opens(folder) == ""  # the fifth was right: she begins anew
    assert fail(folder, 5) == ["wrong-passphrase"] * 4 + ["locked"]
    assert opens(folder) == "locked"
    assert fail(folder, 1) == ["locked"]


@pytest.mark.controls("AC-7")
@pytest.mark.parametrize("years", [-30, -1, 1, 30])
def test_the_clock_neither_shortens_nor_lengthens_a_lock(fresh: Callable[[], Path], years: int) -> None:
    folder = fresh()
    found = []
    for step in range(5):  # before each try the clock is set, an hour on or years off
        clock = Clock(dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC) + dt.timedelta(days=365 * years * step, hours=step))
        found += fail(folder, 1, clock=clock)
    assert found == ["wrong-passphrase"] * 4 + ["locked"]
    for year in (1990, 2026, 2090):  # nor does it end by itself
        assert opens(folder, clock=Clock(dt.datetime(year, 1, 1, tzinfo=dt.UTC))) == "locked"


def test_what_happened_more_than_15_minutes_of_running_ago_counts_no_more(fresh: Callable[[], Path]) -> None:
    folder = fresh()
    fail(folder, 4)
    later(folder, 14 * 60)
    assert fail(folder, 1) == ["locked"]
    folder = fresh()
    fail(folder, 4)
    later(folder, 15 * 60 + 1)
    assert fail(folder, 4) == ["wrong-passphrase"] * 4
    assert fail(folder, 1) == ["locked"]


def test_a_restart_of_the_pc_forgets_nothing(fresh: Callable[[], Path]) -> None:
    """After it the PC has run for less than at the tries before: no more than that has passed for sure."""
    folder = fresh()
    fail(folder, 4)
    later(folder, -10_000_000)
    noted = tries.read(folder)
    assert all(tries._since(one) > 0 for one in noted.failed)
    assert (fail(folder, 1) == ["locked"]) == (tries._since(noted.failed[0]) < tries.WITHIN)


def test_each_account_is_counted_for_itself_and_nobody_clears_anothers(facility: Store) -> None:
    """Somebody with an account of her own tries another's, and unlocks herself in between."""
    staff.add_user(facility, name="bo", passphrase=GIVEN)
    folder = facility.folder
    facility.close()
    for _round in range(2):
        assert fail(folder, 2) == ["wrong-passphrase"] * 2
        assert opens(folder, "bo", GIVEN) == ""
    fail(folder, 30, "nobody")  # nor are they pushed out
    assert fail(folder, 1) == ["locked"]
    assert opens(folder, "bo", GIVEN) == ""


def test_a_program_that_is_ended_in_the_middle_of_a_try_has_tried(fresh: Callable[[], Path]) -> None:
    folder = fresh()
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom reentry_desktop.store import unlocking, vault\n"
        "vault.open_user = lambda *_args: os._exit(9)\n"  # the power goes while the key is derived
        f"unlocking.open_store(Path(sys.argv[1]), {USER!r}, {WRONG!r})\n"
    )
    fail(folder, 4)
    ended = subprocess.run([sys.executable, "-c", script, str(folder)], env={"PYTHONPATH": str(SRC)}, check=False)
    assert ended.returncode == 9
    assert opens(folder) == "locked"


def test_a_try_that_cannot_be_noted_is_not_made(fresh: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fresh()

    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tries, "replace_file", full)
    assert opens(folder) == "disk"


@pytest.mark.parametrize("gone", ["deleted", "of another store", "noise"])
def test_a_list_that_was_taken_away_is_told_at_the_next_unlock(
    fresh: Callable[[], Path], gone: str, tmp_path: Path
) -> None:
    folder, other = fresh(), fresh()
    for one in (folder, other):
        assert opens(one) == ""
        fail(one, 5)
    if gone == "deleted":
        (folder / tries.FILE).unlink()
    elif gone == "noise":
        (folder / tries.FILE).write_bytes(b"\x00 noise")
    else:
        shutil.copy(other / tries.FILE, folder / tries.FILE)
        tries.release(folder, tries.read(folder).locked[0])
    with open_store(folder, USER, PASSPHRASE, Clock()) as store:
        assert "tries_gone" in acts(store)
        with store.read() as unit:
            from reentry_desktop.actions import checking

            assert any("failed unlocks" in words for words in checking.notices(unit))
        assert_well(store)
    with open_store(folder, USER, PASSPHRASE, Clock()) as store:
        assert acts(store).count("tries_gone") == 1


@pytest.mark.controls("AC-7", "AU-2")
def test_an_administrator_releases_and_all_of_it_is_an_entry(facility: Store) -> None:
    bo = staff.add_user(facility, name="bo", passphrase=GIVEN)
    folder = facility.folder
    facility.close()
    fail(folder, 5, "bo")
    with open_store(folder, USER, PASSPHRASE, Clock()) as store:
        with store.read() as unit:
            assert [one["locked"] for one in staff.users(unit)] == [True, False]
        accounts.release_account(store, "BO")
        with pytest.raises(Problem) as told:
            accounts.release_account(store, "bo")
        assert told.value.code == "not-locked"
        with pytest.raises(NotFound):
            accounts.release_account(store, "nobody")
        with store.read() as unit:
            hers = [e["act"] for e in payloads(unit.connection) if e.get("record") == bo]
        assert hers[-7:] == ["unlock_failed"] * 5 + ["account_locked", "release_account"]
        assert_well(store)
    assert fail(folder, 1, "bo") == ["wrong-passphrase"]  # it is one of a new five
    assert opens(folder, "bo", GIVEN) == ""


@pytest.mark.controls("AC-6")
def test_who_is_no_administrator_releases_nobody(facility: Store) -> None:
    for name in ("bo", "cy"):
        staff.add_user(facility, name=name, passphrase=GIVEN)
    folder = facility.folder
    facility.close()
    fail(folder, 5, "cy")
    with open_store(folder, "bo", GIVEN, Clock()) as store:
        for act in (
            lambda: accounts.release_account(store, "cy"),
            lambda: accounts.open_again(store, "cy", OWN),
            lambda: staff.reset_passphrase(store, "cy", OWN),
            lambda: staff.disable_user(store, "cy"),
        ):
            assert code(act) in ("not-allowed", "open")
        for name in ("review_accounts", "set_dates", "answer_by_phone"):
            with pytest.raises(Problem) as told, store.work(name):
                pass
            assert told.value.code == "not-allowed"
    assert opens(folder, "cy", GIVEN) == "locked"


def test_a_wrong_passphrase_at_the_cover_counts_too(facility: Store) -> None:
    for _try in range(4):
        assert code(lambda: facility.prove(WRONG)) == "wrong-passphrase"
    assert code(lambda: facility.prove(WRONG)) == "locked"
    assert code(lambda: facility.prove(PASSPHRASE)) == "locked"
    folder = facility.folder
    facility.close()
    assert opens(folder) == "locked"


# By phone


@pytest.fixture
def phoned(facility: Store, office: Store, tmp_path: Path) -> tuple[Path, Store]:
    """A facility whose office has had a bundle of it, closed and its only account locked; and the office."""
    exchange_cards(facility, office)
    sent = outgoing.send(facility, "OFFICE", tmp_path)
    assert incoming.take_in(office, sent.file).status == "applied"
    folder = facility.folder
    facility.close()
    fail(folder, 5)
    return folder, office


def answer(office: Store, said: str) -> str:
    with office.work("answer_by_phone") as unit:
        found = accounts.answer_by_phone(unit, said)
    assert found.site == "North Facility"
    assert len(found.words) == 8
    return " ".join(found.words)


@pytest.mark.controls("AC-7")
def test_a_site_with_one_administrator_is_released_by_phone_and_each_answer_works_once(
    phoned: tuple[Path, Store],
) -> None:
    folder, office = phoned
    said = accounts.challenge(folder)
    words = answer(office, said.lower().replace("-", " "))
    assert words == answer(office, said)
    for wrong in (" ".join(reversed(words.split())), words[: words.rindex(" ")]):
        with pytest.raises(Problem) as told:
            accounts.release_by_phone(folder, USER, wrong, Clock())
        assert told.value.code == "wrong-words"
    assert opens(folder) == "locked"
    accounts.release_by_phone(folder, USER.upper(), words.upper(), Clock())
    fail(folder, 5)
    assert accounts.challenge(folder) != said
    with pytest.raises(Problem):
        accounts.release_by_phone(folder, USER, words, Clock())
    accounts.release_by_phone(folder, USER, answer(office, accounts.challenge(folder)), Clock())
    with open_store(folder, USER, PASSPHRASE, Clock()) as store:
        assert [a for a in acts(store) if a.startswith("account_")] == ["account_locked", "account_released"] * 2
        assert_well(store)
    assert accounts.challenge(folder).endswith(" 3")  # used numbers come never again, also after an unlock
    fail(folder, 5)
    with pytest.raises(Problem):
        accounts.release_by_phone(folder, USER, words, Clock())
    assert acts(office).count("answer_by_phone") == 3
    assert_well(office)


def test_the_locked_folder_gives_no_answer_away(phoned: tuple[Path, Store]) -> None:
    folder, office = phoned
    words = answer(office, accounts.challenge(folder))
    kept = (folder / tries.FILE).read_bytes()
    assert words.encode() not in kept
    assert len(words.split()) * 11 == 88  # bits: too many to be tried against the sums


def test_what_the_office_does_not_know_it_says(phoned: tuple[Path, Store]) -> None:
    _folder, office = phoned
    for said, code_ in (("K7Q2-M9XD 1", "unknown-pc"), ("hello", "format"), ("", "format"), ("K7Q2-M9XD", "format")):
        with pytest.raises(Problem) as told, office.work("answer_by_phone") as unit:
            accounts.answer_by_phone(unit, said)
        assert told.value.code == code_


def test_before_the_first_bundle_there_is_the_kit(fresh: Callable[[], Path], facility_template: Template) -> None:
    folder = fresh()
    fail(folder, 5)
    with pytest.raises(Problem) as told:
        accounts.challenge(folder)
    assert told.value.code == "no-challenge"
    restoring.recover(folder, [facility_template.kit.text(part).decode() for part in "AB"], USER, OWN)
    assert opens(folder, passphrase=OWN) == ""


# Accounts that close by themselves


def open_for_days(folder: Path, days: int, name: str = USER, passphrase: str = PASSPHRASE, *, start: int = 1) -> None:
    """The program is opened on so many days, one after another."""
    for day in range(start, start + days):
        clock = Clock(dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC) + dt.timedelta(days=day))
        open_store(folder, name, passphrase, clock).close()


def count(store: Store, days: int) -> None:
    """So many days were counted on which the program was opened."""
    from reentry_desktop.store.accounts import DAYS_OPEN

    with store.work("unlock") as unit:
        unit.set_setting(DAYS_OPEN, f"{days} 2026-01-01")


@pytest.mark.controls("AC-2(3)")
def test_an_account_closes_after_90_days_on_which_others_worked(facility: Store) -> None:
    bo = staff.add_user(facility, name="bo", passphrase=GIVEN)
    folder = facility.folder
    facility.close()
    open_for_days(folder, 2)
    open_for_days(folder, 1, "bo", GIVEN, start=3)
    with open_store(folder, USER, PASSPHRASE, Clock()) as store:
        count(store, 3 + IDLE_DAYS - 2)
    open_for_days(folder, 1, start=200)
    assert opens(folder, "bo", WRONG) == "wrong-passphrase"
    open_for_days(folder, 2, start=201)
    with open_store(folder, USER, PASSPHRASE, Clock()) as store:
        with store.read() as unit:
            told = next(one for one in staff.users(unit) if one["name"] == "bo")
            assert unit.get(Person, bo).disabled_on is not None
        assert "90" in accounts.why_closed(told["closed_why"])
        assert not store.slots.seconds(bo)
        assert "bo" not in [slot.name for slot in store.slots.users()]
        assert "account_ran_out" in acts(store)
        accounts.open_again(store, "bo", OWN)
        assert_well(store)
    assert opens(folder, "bo", GIVEN) == "wrong-passphrase"
    assert opens(folder, "bo", OWN) == ""


def test_a_clock_that_jumps_closes_nobody_and_the_last_administrator_stays(facility: Store) -> None:
    staff.add_user(facility, name="bo", passphrase=GIVEN)
    folder = facility.folder
    facility.close()
    assert opens(folder, "bo", GIVEN) == ""
    for year in (2030, 2027, 2090, 2026):
        assert opens(folder, clock=Clock(dt.datetime(year, 6, 1, tzinfo=dt.UTC))) == ""
    assert opens(folder, "bo", GIVEN) == ""
    with open_store(folder, "bo", GIVEN, Clock()) as store:
        count(store, 1000)  # lead, the only administrator, was away for long
        with store.work("unlock") as unit:
            unit.set_setting(SEEN.format(store.who.id), "1000")
    assert opens(folder, "bo", GIVEN) == ""
    assert opens(folder) == ""


@pytest.mark.controls("AC-2(3)")
def test_who_never_came_is_closed_too_but_not_the_sealed_slip_nor_the_last_who_works_here(facility: Store) -> None:
    staff.add_user(facility, name="bo", passphrase=GIVEN)
    never = staff.add_user(facility, name="ann", passphrase=GIVEN)
    slips.make(facility)
    with facility.work("unlock") as unit:  # as of a program before days were counted
        unit.connection.exec_driver_sql("DELETE FROM setting WHERE key LIKE 'seen/%'")
    folder = facility.folder
    facility.close()
    assert opens(folder, "bo", GIVEN) == ""  # from now on it counts for all
    with open_store(folder, "bo", GIVEN, Clock()) as store:
        count(store, IDLE_DAYS + 1)
        with store.work("unlock") as unit:
            unit.set_setting(SEEN.format(store.who.id), str(IDLE_DAYS))
    with open_store(folder, "bo", GIVEN, Clock()) as store:
        with store.read() as unit:
            closed = {one["name"] for one in staff.users(unit) if one["disabled_on"]}
            assert unit.get(Person, never).disabled_on is not None
        assert closed == {"ann"}
        assert {slot.name for slot in store.slots.users()} == {USER, "bo", slips.NAME}


@pytest.mark.embedded  # there an administrator's unlock takes the slot away
@pytest.mark.controls("AC-2", "PS-7")
@pytest.mark.parametrize("which", ["clearance_until", "prea_until"])
def test_a_volunteers_account_closes_when_clearance_or_training_runs_out(facility: Store, which: str) -> None:
    far = DAY + dt.timedelta(days=400)
    until = {"clearance_until": far, "prea_until": far} | {which: DAY + dt.timedelta(days=10)}
    staff.add_user(facility, name="vi", passphrase=GIVEN, role=Role.VOLUNTEER, **until)
    folder = facility.folder
    facility.close()

    def on(days: int) -> Clock:
        return Clock(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC) + dt.timedelta(days=days))

    assert opens(folder, "vi", GIVEN, on(10)) == ""
    assert opens(folder, "vi", GIVEN, on(11)) == "disabled"
    assert (
        opens(folder, "vi", GIVEN, on(0)) == "wrong-passphrase"
    )  # the slot is gone: setting the clock back opens nothing
    with open_store(folder, USER, PASSPHRASE, on(12)) as store:
        assert "account_ran_out" in acts(store)
        with pytest.raises(Problem) as told:
            accounts.open_again(store, "vi", OWN)
        assert told.value.code == "ran-out"
        with pytest.raises(Refused), store.work("set_dates") as unit:
            accounts.set_dates(unit, "vi", far, None)
        with store.work("set_dates") as unit:
            accounts.set_dates(unit, "vi", far, far)
        accounts.open_again(store, "vi", OWN)
        assert_well(store)
    assert opens(folder, "vi", OWN, on(12)) == ""


def test_a_volunteer_has_no_account_without_her_dates(facility: Store) -> None:
    dates = {"clearance_until": DAY, "prea_until": DAY}
    with pytest.raises(Refused):
        staff.add_user(facility, name="vi", passphrase=GIVEN, role=Role.VOLUNTEER, clearance_until=DAY)
    staff.add_user(facility, name="bo", passphrase=GIVEN)
    with pytest.raises(Refused) as told, facility.work("set_role") as unit:
        staff.set_role(unit, "bo", role=Role.VOLUNTEER, prea_until=DAY)
    assert set(told.value.fields) == {"clearance_until"}
    with facility.work("set_role") as unit:
        staff.set_role(unit, "bo", role=Role.VOLUNTEER, **dates)
        staff.set_role(unit, "bo", role=Role.VOLUNTEER, team="North")
    with pytest.raises(Refused, match="This day is past") as told, facility.work("set_role") as unit:
        staff.set_role(unit, "bo", role=Role.VOLUNTEER, prea_until=DAY - dt.timedelta(days=1))
    assert set(told.value.fields) == {"prea_until"}


@pytest.mark.controls("AC-2", "AC-6")
def test_volunteers_have_accounts_where_the_site_says_so(facility: Store) -> None:
    dates = dict.fromkeys(("clearance_until", "prea_until"), DAY + dt.timedelta(days=30))
    staff.add_user(facility, name="vi", passphrase=GIVEN, role=Role.VOLUNTEER, **dates)
    with facility.work("set_site") as unit:
        staff.set_site(unit, volunteers=False)
    with pytest.raises(Refused, match="no accounts for volunteers"):
        staff.add_user(facility, name="may", passphrase=GIVEN, role=Role.VOLUNTEER, **dates)
    folder = facility.folder
    facility.close()
    assert opens(folder, "vi", GIVEN) == "disabled"
    with open_store(folder, USER, PASSPHRASE, Clock()) as store:
        assert code(lambda: accounts.open_again(store, "vi", OWN)) == "refused"
        with store.work("set_site") as unit:
            staff.set_site(unit, volunteers=True)
        accounts.open_again(store, "vi", OWN)
        assert_well(store)


def test_what_was_opened_again_needs_a_closed_account(facility: Store) -> None:
    staff.add_user(facility, name="bo", passphrase=GIVEN)
    assert code(lambda: accounts.open_again(facility, "bo", OWN)) == "open"
    staff.disable_user(facility, "bo")
    accounts.open_again(facility, "bo", OWN)
    assert_well(facility)


# One-time passphrases on a slip


@pytest.mark.controls("IA-5(1)", "164.308(a)(5)(ii)(D)")
def test_a_passphrase_on_a_slip_opens_nothing_but_the_choice_of_ones_own(facility: Store) -> None:
    said = staff.one_time_passphrase()
    staff.add_user(facility, name="bo", passphrase=said, slip=True)
    slip = accounts.slip(facility, "bo", said)
    assert slip.data.startswith(b"%PDF")
    folder = facility.folder
    facility.close()
    with open_store(folder, "bo", said, Clock()) as store:
        assert store.owes == "passphrase"
        with pytest.raises(Problem) as told, store.work("register"):
            pass
        assert told.value.code == "owes"
        staff.change_passphrase(store, said, OWN)
        assert store.owes == ""
        with store.work("register"):
            pass
    assert opens(folder, "bo", said) == "wrong-passphrase"
    assert opens(folder, "bo", OWN) == ""


# The yearly review


@pytest.mark.controls("AC-2")
def test_the_accounts_are_reviewed_once_a_year(facility: Store, clock: Clock) -> None:
    with facility.read() as unit:
        assert accounts.last_review(unit) == accounts.Review(None, "", due=False)
    clock.now += dt.timedelta(days=365)
    with facility.read() as unit:
        assert accounts.last_review(unit).due
    with facility.work("review_accounts") as unit:
        accounts.review_accounts(unit)
    day = clock.now.date()
    with facility.read() as unit:
        assert accounts.last_review(unit) == accounts.Review(day, USER, due=False)
    clock.now += dt.timedelta(days=365)
    with facility.read() as unit:
        assert accounts.last_review(unit).due
    assert_whole(facility)
