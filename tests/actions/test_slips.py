"""A second way in: the sealed slip, its sheet, its use, and when it is missed."""

from __future__ import annotations

import pytest

from reentry_desktop.actions import checking, slips, staff
from reentry_desktop.actions.opening import unlock
from reentry_desktop.base.problems import Problem
from reentry_desktop.exchange import news
from reentry_desktop.store import Store

from ..stores import PASSPHRASE, USER, Clock, payloads

pytestmark = [pytest.mark.embedded, pytest.mark.controls("CP-2", "164.312(a)(2)(ii)")]


def second(store: Store) -> tuple[bool, bool]:
    with store.read() as unit:
        return slips.has_second(unit), slips.is_sealed(unit)


def sealed(store: Store) -> str:
    words = slips.make(store)
    with store.work("seal_slip") as unit:
        slips.seal_slip(unit)
    return words


def test_a_site_of_one_person_has_no_second_way_until_a_slip_is_sealed(facility: Store) -> None:
    assert second(facility) == (False, False)
    words = sealed(facility)
    assert second(facility) == (True, True)
    with facility.read() as unit:
        assert not any(one["one_time"] for one in staff.users(unit))  # it is where it belongs
    assert slips.sheet(facility, words).startswith(b"%PDF")


def test_another_administrator_is_one_too_once_she_has_a_passphrase_of_her_own(facility: Store) -> None:
    """The paper with the one that she was given may be lost."""
    given = "four quiet green rivers"
    staff.add_user(facility, name="cole", passphrase=given, administrator=True)
    assert second(facility) == (False, False)
    folder = facility.folder
    facility.close()
    with unlock(folder, "cole", given, Clock()) as store:
        staff.change_passphrase(store, given, "seven slow paper boats")
        assert second(store) == (True, False)
        staff.reset_passphrase(store, USER, given)
        assert second(store) == (False, False)


def test_its_use_is_an_entry_is_told_to_all_and_leaves_no_second_way(facility: Store) -> None:
    words, folder = sealed(facility), facility.folder
    facility.close()
    for _unlock in range(2):  # she may need two tries to choose a passphrase of her own
        with unlock(folder, slips.NAME, words, Clock()) as store:
            assert store.who.administrator
            with store.read() as unit:
                assert staff.has_one_time(unit)
                acts = [entry["act"] for entry in payloads(unit.connection)]
                assert [one.what for one in news.own(unit)] == [news.SLIP_USED]
            assert acts.count("use_slip") == 1
    with unlock(folder, USER, PASSPHRASE, Clock()) as store:
        assert second(store) == (False, False)
        with store.read() as unit:
            assert "sealed slip" in " ".join(checking.notices(unit))


def test_a_new_slip_ends_the_one_before(facility: Store) -> None:
    old, folder = sealed(facility), facility.folder
    new = sealed(facility)
    assert second(facility) == (True, True)
    facility.close()
    with pytest.raises(Problem) as problem:
        unlock(folder, slips.NAME, old, Clock())
    assert problem.value.code == "wrong-passphrase"
    unlock(folder, slips.NAME, new, Clock()).close()


def test_only_an_administrator_makes_one(facility: Store) -> None:
    staff.add_user(facility, name="reyes", passphrase="four quiet green rivers")
    folder = facility.folder
    facility.close()
    with unlock(folder, "reyes", "four quiet green rivers", Clock()) as store:
        with pytest.raises(Problem) as problem:
            slips.make(store)
        assert problem.value.code == "not-allowed"


def test_a_slip_whose_words_nobody_has_yet_is_no_second_way(facility: Store) -> None:
    slips.make(facility)
    assert second(facility) == (False, False)
    with facility.work("seal_slip") as unit:
        slips.seal_slip(unit)
    assert second(facility) == (True, True)
    slips.make(facility)  # the one in the envelope opens nothing now
    assert second(facility) == (False, False)
