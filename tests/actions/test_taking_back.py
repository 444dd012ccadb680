"""Words that are taken back are nowhere any more: not in the tables, the log, the drafts, nor on the disk's pages."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from reentry_desktop.actions import checking, plan_states, plan_versions, plans, recovery, taking_back
from reentry_desktop.actions.drafts import save_draft
from reentry_desktop.actions.opening import unlock
from reentry_desktop.base.ids import Id, named_id
from reentry_desktop.base.problems import NotFound, Problem
from reentry_desktop.records.people import Site
from reentry_desktop.store import Store
from reentry_desktop.store.folder import DATABASE

from ..stores import DAY, PASSPHRASE, USER, Clock, assert_well, assert_whole, enrolled
from .test_plan_versions import fill

CANARY = "Quetzalweaver"


@pytest.fixture
def begun(facility: Store) -> tuple[Store, Id, Id]:
    woman, _episode = enrolled(facility, share="words")
    with facility.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)
        fill(unit, plan)
    return facility, woman, plan


PAGE, RESERVED = 4096, 80  # SQLCipher 4: the last bytes of a page are its IV (16) and its HMAC-SHA-512 (64)


def pages(store: Store) -> bytes:
    """Every page of the database and of its write-ahead log as it lies on the disk, decrypted; free ones too.

    What PostgreSQL gave back and has not written over yet lies on its server's disk: no program takes that away.
    """
    if store.slots.database:
        return b""
    database = (store.folder / DATABASE).read_bytes()
    log = (store.folder / f"{DATABASE}-wal").read_bytes()
    found = [(database[at : at + PAGE], at == 0) for at in range(0, len(database), PAGE)]
    frame = 24 + PAGE  # each page of the log stands behind a header
    found += [(log[at + 24 : at + frame], log[at : at + 4] == b"\0\0\0\1") for at in range(32, len(log), frame)]
    return b"".join(_decrypted(store.keys.records, page, first) for page, first in found if len(page) == PAGE)


def _decrypted(key: bytes, page: bytes, first: bool) -> bytes:
    end = PAGE - RESERVED
    decryptor = Cipher(algorithms.AES256(key), modes.CBC(page[end : end + 16])).decryptor()
    return decryptor.update(page[16 if first else 0 : end])  # the first page begins with the salt, in clear


def everywhere(store: Store) -> bytes:
    """All that a store says to whoever holds its key: each row of each table, and each page as it lies on the disk."""
    found = [pages(store)]
    with store.read() as unit:
        for table in sa.inspect(unit.connection).get_table_names():
            found += [repr(tuple(row)).encode() for row in unit.connection.exec_driver_sql(f'SELECT * FROM "{table}"')]
    return b"\n".join(found)


def take(store: Store, woman: Id, record: Id) -> taking_back.Taken:
    with store.work("take_back") as unit:
        taken = taking_back.take_back(unit, woman, record)
    taking_back.finish_taking_back(store)
    return taken


@pytest.mark.embedded
def test_an_entry_with_its_history_drafts_links_and_wording_is_gone(begun: tuple[Store, Id, Id]) -> None:
    store, woman, plan = begun
    with store.work("write") as unit:
        tool = plans.add_item(unit, plan, "tools", words=f"{CANARY} one", needs=f"{CANARY} two")
        step = plans.add_item(unit, plan, "early_steps", words="a step that stays")
        plans.link_tool(unit, step, tool)
        plans.set_other_wording(unit, plan, tool, "es", f"{CANARY} tres")
    for words in (f"{CANARY} four", f"{CANARY} five " * 400):
        with store.work("revise_item") as unit:
            plans.revise_item(unit, tool, words=words[:3900])
    with store.work("draft") as unit:
        save_draft(unit, tool, "words", woman, f"{CANARY} six")
    assert CANARY.encode() in pages(store)  # so that the next ones can fail
    with store.read() as unit:
        assert taking_back.can_take_back(unit, woman, tool)
    taken = take(store, woman, tool)
    assert taken.entries == 5  # written, changed twice, linked, worded
    assert taken.in_backups_until is None
    assert CANARY.encode() not in everywhere(store)
    with store.read() as unit:
        whole = plans.contents(unit, plan)
        assert [item.words for item in whole.items["early_steps"]] == ["a step that stays"]
        assert not whole.uses
        assert not taking_back.can_take_back(unit, woman, tool)
    assert_whole(store)
    assert_well(store)
    with pytest.raises(NotFound):
        take(store, woman, tool)


def test_an_answer_and_a_supporter(begun: tuple[Store, Id, Id]) -> None:
    store, woman, plan = begun
    with store.work("write") as unit:
        plans.answer(unit, plan, "down_limit", f"{CANARY} and more")
        supporter = plans.add_supporter(unit, plan, name=f"{CANARY} Amadou", phone="601-555-0142")
    take(store, woman, named_id(plan, "down_limit"))
    take(store, woman, supporter)
    assert CANARY.encode() not in everywhere(store)
    with store.work("answer") as unit:  # the question can be answered anew
        plans.answer(unit, plan, "down_limit", "One night")
    assert_whole(store)
    with store.read() as unit:
        assert plans.contents(unit, plan).answers["down_limit"].words == "One night"


def test_what_a_version_holds_stays_and_what_came_after_it_goes(begun: tuple[Store, Id, Id]) -> None:
    store, woman, plan = begun
    with store.work("write") as unit:
        tool = plans.add_item(unit, plan, "tools", words="Sing")
    with store.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan)
    with store.read() as unit:
        assert not taking_back.can_take_back(unit, woman, tool)
    with pytest.raises(Problem) as told:
        take(store, woman, tool)
    assert told.value.code == "released"
    with store.work("write") as unit:
        plans.revise_item(unit, tool, words=f"Sing {CANARY}")
        plans.remove_item(unit, tool)
    take(store, woman, tool)
    assert CANARY.encode() not in everywhere(store)
    with store.read() as unit:
        assert [item.words for item in plans.contents(unit, plan).items["tools"]][-1] == "Sing"
        assert plan_versions.compare(unit, plan, 1) == []
    assert_whole(store)
    with store.work("write") as unit:
        plans.revise_item(unit, tool, words="Sing low")
    assert_whole(store)


def test_a_goal_goes_with_its_steps_and_drafts(begun: tuple[Store, Id, Id]) -> None:
    store, woman, _plan = begun
    with store.work("write") as unit:
        goal = recovery.add_goal(unit, woman, "housing", f"{CANARY} one")
        recovery.add_step(unit, goal, f"{CANARY} two")
        step = recovery.add_step(unit, recovery.add_goal(unit, woman, "work", "Cook"), f"{CANARY} three")
        save_draft(unit, f"recovery/{goal}", "words", woman, f"{CANARY} four")
    assert take(store, woman, goal).entries == 2
    take(store, woman, step)
    assert CANARY.encode() not in everywhere(store)
    with store.read() as unit:
        assert [(whole.goal.words, list(whole.steps)) for whole in recovery.goals(unit, woman)] == [("Cook", [])]
    assert_whole(store)
    assert_well(store)


def test_a_name_no_version_holds_is_erased_as_it_is_taken_off(begun: tuple[Store, Id, Id]) -> None:
    store, woman, plan = begun
    with store.work("sign") as unit:
        name = plan_states.sign(unit, plan, "witness", f"{CANARY} Amadou")
    with store.work("take_name_off") as unit:
        assert taking_back.take_name_off(unit, name)
    taking_back.finish_taking_back(store)
    assert CANARY.encode() not in everywhere(store)
    with store.work("sign") as unit:
        name = plan_states.sign(unit, plan, "witness", "Odile Varga")
        plan_states.done_for_now(unit, plan)
    with store.work("take_name_off") as unit:
        assert not taking_back.take_name_off(unit, name)
    with store.read() as unit:
        assert not plan_states.signatures(unit, plan)
        assert [one.name for one in plan_versions.at_version(unit, plan, 1).signatures] == ["Odile Varga"]
        assert not taking_back.can_take_back(unit, woman, Id("0" * 32))


def test_goals_leave_as_they_stood_when_the_plan_was_done_for_now(begun: tuple[Store, Id, Id]) -> None:
    store, woman, plan = begun
    with store.work("write") as unit:
        goal = recovery.add_goal(unit, woman, "housing", "My own door")
        plan_states.done_for_now(unit, plan)
    with store.read() as unit:
        assert not taking_back.can_take_back(unit, woman, goal)


def test_the_log_says_that_it_was_done_and_by_whom(begun: tuple[Store, Id, Id]) -> None:
    store, woman, plan = begun
    with store.work("write") as unit:
        tool = plans.add_item(unit, plan, "tools", words=CANARY)
    take(store, woman, tool)
    with store.read() as unit:
        from reentry_desktop.actions.record_files import story

        first = story(unit, woman)[0]
    assert (first["who"], first["what"]) == ("lead", "Erased words that were taken back")


def test_it_is_said_until_when_a_backup_may_hold_them(begun: tuple[Store, Id, Id], tmp_path: Path) -> None:
    store, woman, plan = begun
    with store.work("write") as unit:
        tool = plans.add_item(unit, plan, "tools", words=CANARY)
        unit.revise(Site, store.site, backup_days=20)
    checking.backup(store, tmp_path / "one.backup")
    assert take(store, woman, tool).in_backups_until == DAY + dt.timedelta(20)
    assert_well(store)


@pytest.mark.embedded
def test_after_a_power_cut_the_next_unlock_goes_on_with_what_is_to_be_gone(
    begun: tuple[Store, Id, Id], clock: Clock
) -> None:
    """Erased and written, and not yet gone from what an update or a new device kept of the store as it was."""
    store, woman, plan = begun
    with store.work("write") as unit:
        tool = plans.add_item(unit, plan, "tools", words=CANARY)
    kept = [store.folder / name for name in ("before-update-0001.backup", "before-new-device-K7Q2-M9XD.backup")]
    for file in kept:
        file.write_bytes(b"with her words")
    store.close()
    store = unlock(store.folder, USER, PASSPHRASE, clock)
    assert all(file.exists() for file in kept)  # nothing was erased: they may still be needed
    with store.work("take_back") as unit:
        taking_back.take_back(unit, woman, tool)
    store.close()
    store = unlock(store.folder, USER, PASSPHRASE, clock)
    assert not any(file.exists() for file in kept)
    assert CANARY.encode() not in everywhere(store)
    kept[0].write_bytes(b"of a later update")
    store.close()
    store = unlock(store.folder, USER, PASSPHRASE, clock)
    assert kept[0].exists()
    store.close()
