"""The log is a chain, the unit is the only writer, and the tables are what the log says."""

from __future__ import annotations

import datetime as dt
import hashlib
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from reentry_desktop.actions import drafts, plans, women
from reentry_desktop.base.ids import Id, new_id
from reentry_desktop.base.problems import NotFound, Problem, Refused
from reentry_desktop.records import Participant, PlanItem, Program, kinds
from reentry_desktop.records.change import Change, from_payload
from reentry_desktop.records.local import Draft
from reentry_desktop.store import Store, Unit, check, log
from reentry_desktop.store.projection import Intake, shape, write_row

from ..stores import Template, assert_whole, enrolled, payloads, tables


class _Undo(Exception):
    """Rolls back."""


@contextmanager
def undone(store: Store) -> Iterator[Unit]:
    with suppress(_Undo), store.work("test") as unit:
        yield unit
        raise _Undo


def some_work(store: Store) -> tuple[Id, Id]:
    """Two women, one with a plan; her id and her plan's."""
    enrolled(store, "R2002", first="Luz", last="Ortega")
    woman, _episode = enrolled(store)
    with store.work("plan") as unit:
        plan = plans.start_plan(unit, woman)
        tool = plans.add_item(unit, plan, "tools", words="Walk", helpful=4)
        step = plans.add_item(unit, plan, "stressor_steps", words="Breathe out")
        plans.link_tool(unit, step, tool)
        plans.answer(unit, plan, "well", "I laugh")
    with store.work("plan") as unit:
        plans.revise_item(unit, tool, words="Walk in the yard")
        plans.remove_item(unit, step)
    return woman, plan


# The chain


def test_each_devices_entries_are_numbered_and_chained_as_documented(facility: Store) -> None:
    some_work(facility)
    with facility.read() as unit:
        rows = unit.connection.exec_driver_sql(
            "SELECT device, number, salt, payload, hash FROM entry ORDER BY seq"
        ).all()
    assert len(rows) >= 20
    assert len({row.salt for row in rows}) == len(rows)
    device = facility.device.to_bytes(8, "big")
    chained = hashlib.sha256(b"reentry-log/1" + device).digest()
    for number, row in enumerate(rows, 1):
        assert (row.device, row.number, len(row.salt)) == (facility.device, number, 16)
        digest = hashlib.sha256(row.salt + row.payload).digest()
        chained = hashlib.sha256(b"\x00" + chained + struct.pack(">Q", number) + digest).digest()
        assert row.hash == chained
        assert b"\n" not in row.payload
        msgspec.json.decode(row.payload, type=Change)


@pytest.mark.embedded
@pytest.mark.parametrize(
    ("what", "sql"),
    [
        ("a payload", "UPDATE entry SET payload = CAST(replace(payload, 'Walk', 'Wail') AS BLOB) WHERE number = :n"),
        ("a payload's last byte", "UPDATE entry SET payload = CAST(payload || ' ' AS BLOB) WHERE number = :n"),
        ("a salt", "UPDATE entry SET salt = randomblob(16) WHERE number = :n"),
        ("a hash", "UPDATE entry SET hash = randomblob(32) WHERE number = :n"),
        ("a missing entry", "DELETE FROM entry WHERE number = :n"),
        ("an erased entry without its digest", "UPDATE entry SET salt = NULL, payload = NULL WHERE number = :n"),
        ("a second entry in its place", "UPDATE entry SET number = number + 1000 WHERE number = :n"),
        ("another device's", "UPDATE entry SET device = device + 1 WHERE number >= :n"),
    ],
)
def test_an_altered_log_is_seen_where_it_was_altered(facility: Store, what: str, sql: str) -> None:
    some_work(facility)
    with facility.read() as unit:
        n = next(i for i, p in enumerate(payloads(unit.connection), 1) if p.get("values", {}).get("words") == "Walk")
        assert check.check_log(unit).bad == ""
    with undone(facility) as unit:
        assert unit.connection.execute(sa.text(sql), {"n": n}).rowcount
        bad = check.check_log(unit).bad
        assert bad.split("/")[1] in {str(n), str(n + 1)}, what
    assert_whole(facility)


def test_an_erased_entry_leaves_the_chain_provable(facility: Store) -> None:
    some_work(facility)
    with undone(facility) as unit:
        row = unit.connection.exec_driver_sql("SELECT salt, payload FROM entry WHERE number = 12").one()
        kept = hashlib.sha256(row.salt + row.payload).digest()
        unit.connection.exec_driver_sql(
            "UPDATE entry SET salt = NULL, payload = NULL, digest = ? WHERE number = 12", (kept,)
        )
        assert check.check_log(unit).bad == ""
        unit.connection.exec_driver_sql("UPDATE entry SET digest = ? WHERE number = 12", (bytes(32),))
        assert check.check_log(unit).bad.endswith("/12")


def test_whoever_has_the_databases_key_cannot_rewrite_what_a_user_signed(facility: Store) -> None:
    some_work(facility)
    facility.sign_off()
    with undone(facility) as unit:
        rows = unit.connection.exec_driver_sql("SELECT number, salt, payload FROM entry ORDER BY number").all()
        chained = log.first_hash(facility.device)
        for number, salt, payload in rows:  # the whole chain made anew, with one word changed
            payload = payload.replace(b"I laugh", b"I drink")
            chained = log.next_hash(chained, number, log.digest(salt, payload))
            unit.connection.exec_driver_sql(
                "UPDATE entry SET payload = ?, hash = ? WHERE number = ?", (payload, chained, number)
            )
        assert log.verify(unit.connection).bad == ""
        assert check.check_log(unit).bad == f"{facility.device}/{rows[-1].number}"


# The only writer


def test_the_session_writes_nothing(facility: Store) -> None:
    woman, _plan = some_work(facility)
    before = _everything(facility)
    for attempt in (
        lambda unit: setattr(unit.get(Participant, woman), "first_name", "Eva") or unit.session.flush(),
        lambda unit: unit.session.add(Program(id=new_id(), name="X")) or unit.session.flush(),
        lambda unit: unit.session.delete(unit.get(Participant, woman)) or unit.session.flush(),
        lambda unit: unit.session.execute(sa.update(Participant).values(first_name="Eva")),
        lambda unit: unit.session.execute(sa.delete(Participant)),
        lambda unit: unit.session.execute(sa.insert(Program).values(id=new_id(), name="X")),
        lambda unit: unit.local(sa.update(Participant).values(first_name="Eva")),
        lambda unit: unit.local(sa.delete(log.entry)),
        lambda unit: unit.local(sa.insert(Program).values(id=new_id(), name="X", heads="{}", removed=False)),
    ):
        with pytest.raises(AssertionError), facility.work("test") as unit:
            attempt(unit)
    with pytest.raises(AssertionError), facility.work("test") as unit:
        unit.get(Participant, woman).first_name = "Eva"  # and the commit would write it
    assert _everything(facility) == before
    assert_whole(facility)


def test_a_unit_of_work_happens_whole_or_not_at_all(facility: Store) -> None:
    woman, plan = some_work(facility)
    before = _everything(facility)
    with pytest.raises(ZeroDivisionError), facility.work("test") as unit:  # noqa: PT012
        women.register(unit, department_number="R9", first_name="Eva", last_name="Sol")
        unit.revise(Participant, woman, first_name="Other")
        plans.add_item(unit, plan, "tools", words="Sing")
        drafts.save_draft(unit, f"{plan}/tools", "words", woman, "half a wo")
        unit.set_setting("x", "y")
        unit.tell("participant", woman, woman)
        raise ZeroDivisionError
    assert _everything(facility) == before
    with pytest.raises(Refused), facility.work("test") as unit:  # noqa: PT012
        women.register(unit, department_number="R9", first_name="Eva", last_name="Sol")
        women.register(unit, department_number="R9", first_name="Eva", last_name="Sol")
    assert _everything(facility) == before
    assert_whole(facility)


def test_what_stays_the_same_is_not_written(facility: Store) -> None:
    woman, _plan = some_work(facility)
    before = _everything(facility)
    with facility.work("test") as unit:
        assert not women.correct(
            unit, woman, first_name=" Ana\r", last_name="Nu\u0301ñez", date_of_birth=dt.date(1990, 1, 2)
        )
    assert _everything(facility) == before


def test_no_record_of_a_woman_is_written_before_the_kit_was_tested(
    facility_template: Template, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("untested") / "store"
    with Template.make(folder, "facility", "South Facility", "SOUTH", tested=False).open(folder) as store:
        with pytest.raises(Problem) as problem, store.work("register") as unit:
            women.register(unit, department_number="R1", first_name="Ana", last_name="Sol")
        assert problem.value.code == "kit"
        with store.read() as unit:
            assert women.search(unit).count == 0


def test_what_is_not_there_is_not_found(facility: Store) -> None:
    with facility.work("test") as unit:
        assert unit.find(Participant, new_id()) is None
        for attempt in (unit.get, unit.remove, unit.revise):
            with pytest.raises(NotFound):
                attempt(Participant, new_id())


def test_a_look_is_of_one_moment(facility: Store) -> None:
    woman, _plan = some_work(facility)
    with facility.read() as unit:
        assert unit.get(Participant, woman).first_name == "Ana"
        with facility.work("test") as other:
            women.correct(other, woman, first_name="Eva")
        assert unit.get(Participant, woman).first_name == "Ana"
    with facility.read() as unit:
        assert unit.get(Participant, woman).first_name == "Eva"


def _everything(store: Store) -> dict[str, Any]:
    with store.read() as unit:
        drafts = unit.rows(sa.select(Draft.record, Draft.text))
        settings = unit.connection.exec_driver_sql("SELECT * FROM setting ORDER BY key").all()
        entries = unit.connection.exec_driver_sql("SELECT * FROM entry").all()
        words = unit.connection.exec_driver_sql("SELECT * FROM participant_word ORDER BY 1, 2").all()
        return {**tables(unit.connection), "drafts": drafts, "settings": settings, "entries": entries, "words": words}


# The tables are what the log says


def test_the_tables_can_be_made_anew_from_the_log(facility: Store) -> None:
    some_work(facility)
    with undone(facility) as unit:
        run = unit.connection.exec_driver_sql
        before, found = tables(unit.connection), set(run("SELECT word, participant FROM participant_word").all())
        assert len(before["plan_item"]) == 2
        assert found
        for kind in reversed(kinds()):
            run(f'DELETE FROM "{kind}"')
        for table in ("conflict", "waiting", "participant_word", "roll"):
            run(f"DELETE FROM {table}")
        intake = Intake(unit.connection)
        rows = run("SELECT device, number, payload FROM entry ORDER BY seq").all()
        intake.apply([((device, number), from_payload(payload)) for device, number, payload in rows])
        intake.finish()
        assert tables(unit.connection) == before
        assert set(run("SELECT word, participant FROM participant_word").all()) == found


def _check_links_later(unit: Unit) -> None:
    """Links between rows are looked at when all is done."""
    served = unit.connection.dialect.name == "postgresql"
    unit.connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED" if served else "PRAGMA defer_foreign_keys = ON")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE participant SET first_name = 'Eva'",
        "UPDATE participant SET date_of_birth = '1990-01-03' WHERE first_name = 'Ana'",
        "UPDATE plan_item SET helpful = 5 WHERE helpful = 4",
        "UPDATE plan_item SET removed = FALSE",
        "UPDATE participant SET heads = '{}'",
        "DELETE FROM plan_answer",
        "DELETE FROM participant WHERE first_name = 'Luz'",
    ],
)
def test_a_row_that_is_not_what_the_log_says_is_found(facility: Store, sql: str) -> None:
    some_work(facility)
    with undone(facility) as unit:
        _check_links_later(unit)
        assert unit.connection.exec_driver_sql(sql).rowcount
        assert check.check_tables(unit.connection) != []
    assert_whole(facility)


@pytest.mark.parametrize("kind", kinds())
def test_a_row_that_the_log_knows_nothing_of_is_found(facility: Store, kind: str) -> None:
    with undone(facility) as unit:
        _check_links_later(unit)
        assert check.check_tables(unit.connection) == []
        blank = shape(kind).blank
        write_row(unit.connection, kind, new_id(), {k: blank.get(k) for k in shape(kind).known}, "{}", new=True)
        assert check.check_tables(unit.connection) == [f"{kind}/*"]


def test_a_removed_entry_of_her_plan_comes_back(facility: Store) -> None:
    _woman, plan = some_work(facility)
    with facility.work("restore") as unit:
        step = unit.first(sa.select(PlanItem).where(PlanItem.removed.is_(True)))
        plans.restore_item(unit, step.id)
        assert [i.words for i in plans.contents(unit, plan).items["stressor_steps"]] == ["Breathe out"]
    assert_whole(facility)
