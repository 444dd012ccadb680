"""An office whose records lie in PostgreSQL: made, moved there, shared by workers, and what each of them may see."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command

from reentry_desktop.actions import (
    accounts,
    assigning,
    checking,
    database,
    drafts,
    enrolling,
    plans,
    restoring,
    safety,
    setup,
    staff,
    women,
)
from reentry_desktop.base.clock import system_clock
from reentry_desktop.base.ids import Id, new_id
from reentry_desktop.base.problems import NotFound, Problem
from reentry_desktop.records import Participant, Plan, PlanAnswer, SafetyReport
from reentry_desktop.records.access import SAFETY_DRAFT, Who
from reentry_desktop.records.people import Role
from reentry_desktop.store import Changed, Store, open_store, schema, vault
from reentry_desktop.store.engines import engine_for
from reentry_desktop.store.moving import MOVED, compare_tables, copy_tables
from reentry_desktop.store.postgres import checked_url
from reentry_desktop.store.sealed import copy_in
from reentry_desktop.store.seats import LOGIN
from reentry_desktop.store.unlocking import TRIES_GONE

from .. import postgres
from ..stores import DAY, PASSPHRASE, START, USER, Clock, Template, assert_well, assert_whole, enrolled
from .test_sight import full_record

HERS = "river lantern orchard stone"
DATES = dict.fromkeys(("clearance_until", "prea_until"), DAY + dt.timedelta(days=9999))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """An office's store whose records lie in PostgreSQL, closed."""
    folder = tmp_path_factory.mktemp("served") / "office"
    new = setup.NewStore(
        folder, "office", "State Office", USER, PASSPHRASE, code="OFFICE", database=postgres.server().database(),
        details={"volunteers": True},
    )  # fmt: skip
    store, kit = setup.create(new, Clock())
    setup.test_kit(store, {part: kit.text(part).decode() for part in "ABC"})
    keys, person = store.keys, store.who.id
    store.close()
    return Template(folder, keys, person, kit)


@pytest.fixture
def served(made: Template, tmp_path: Path) -> Iterator[Store]:
    with made.open(tmp_path / "served") as store:
        yield store


def worker(store: Store, folder: Path, name: str = "rosa", *, administrator: bool = False, **known: Any) -> Store:
    """Somebody who was added and got a folder of her own, at her desk."""
    staff.add_user(store, name=name, passphrase=HERS, administrator=administrator, **known)
    database.folder_for(store, name, folder)
    return open_store(folder, name, HERS, Clock())


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# Where they lie


def test_no_record_lies_in_the_folder(served: Store) -> None:
    woman, _episode = enrolled(served, first="Quetzalina")
    assert not any(name.startswith("store.db") for name in files(served.folder))
    assert not any(b"Quetzalina" in path.read_bytes() for path in served.folder.iterdir())
    with served.read() as unit:
        assert unit.get(Participant, woman).first_name == "Quetzalina"
        assert [found.id for found in women.search(unit, "quetz").rows] == [woman]
    assert_well(served)


def test_the_address_is_sealed_and_shown_without_its_password(served: Store) -> None:
    text = (served.folder / vault.FILE).read_text("utf-8")
    assert postgres.name_of(database.address_of(served)) not in text
    slots = vault.with_database(served.slots, served.keys, "postgresql://ana:Secret@localhost/office")
    served.save_slots(slots)
    assert "Secret" not in database.address_of(served)
    after = vault.with_database(served.slots, served.keys, "postgresql://localhost/office?user=ana&password=Secret")
    served.save_slots(after)
    assert database.address_of(served) == "postgresql://ana:***@localhost/office"
    broken = bytes([slots.database[-1] ^ 1])
    served.save_slots(vault.SlotFile(**{**_fields(slots), "database": slots.database[:-1] + broken}))
    with pytest.raises(Problem, match="key file of this store is damaged"):
        database.address_of(served)


def _fields(slots: vault.SlotFile) -> dict[str, Any]:
    return {name: getattr(slots, name) for name in slots.__struct_fields__}


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("not an address", "database"),
        ("mysql://ana@localhost/office", "database"),
        ("postgresql://ana@localhost", "database"),
        ("postgresql://ana@db.example.gov/office?sslmode=prefer", "tls"),
        ("postgresql://ana@10.0.0.7/office?sslmode=require", "tls"),
        ("postgresql://ana@/office?host=db.example.gov&sslmode=disable", "tls"),
        ("postgresql://ana@localhost,db.example.gov/office?sslmode=allow", "tls"),
        ("postgresql://ana@localhost/office?hostaddr=10.0.0.7&sslmode=disable", "tls"),
        ("postgresql://ana@localhost:none/office", "database"),
        ("postgresql:///office?service=elsewhere", "database"),  # a file that names another computer, without TLS
        ("postgresql://ana@localhost/office?dbname=other", "database"),
    ],
)
def test_what_is_no_address_or_would_cross_a_network_unprotected_is_refused(
    tmp_path: Path, address: str, code: str
) -> None:
    new = setup.NewStore(tmp_path / "office", "office", "Office", USER, PASSPHRASE, database=address)
    with pytest.raises(Problem) as told:
        setup.create(new)
    assert told.value.code == code
    assert not (tmp_path / "office").exists()


@pytest.mark.controls("164.312(e)(1)")
def test_off_the_machine_the_certificate_is_always_checked() -> None:
    url = checked_url("postgresql://ana@db.example.gov/office")
    assert dict(url.query) == {"sslmode": "verify-full", "gssencmode": "disable", "sslrootcert": "system"}
    own = checked_url("postgresql://ana@db.example.gov/office?sslrootcert=/etc/office-ca.pem")
    assert own.query["sslmode"] == "verify-full"
    assert own.query["sslrootcert"] == "/etc/office-ca.pem"
    for here in ("localhost", "127.0.0.1", "[::1]"):
        assert not checked_url(f"postgresql://ana@{here}/office").query


def test_a_facility_keeps_its_records_on_its_own_pc(tmp_path: Path) -> None:
    new = setup.NewStore(tmp_path / "north", "facility", "North", USER, PASSPHRASE, database="postgresql:///one")
    with pytest.raises(Problem, match="Only an office"):
        setup.create(new)


def test_a_database_that_holds_something_is_left_as_it_is(served: Store, tmp_path: Path) -> None:
    address = vault.unseal_database(served.slots, served.keys)
    new = setup.NewStore(tmp_path / "second", "office", "Second", USER, PASSPHRASE, database=address)
    with pytest.raises(Problem, match="not empty"):
        setup.create(new)
    assert not (tmp_path / "second").exists() or not files(tmp_path / "second")
    assert_well(served)


@pytest.mark.parametrize(
    ("made", "user", "code"),
    [
        (
            "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'",
            postgres.OWNER,
            "encoding",
        ),  # it has no ł
        ("ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'", postgres.OWNER, "encoding"),
        ("", "no_rights", "database"),
    ],
)
def test_a_database_that_would_not_do_is_refused_before_anything_is_in_it(
    tmp_path: Path, made: str, user: str, code: str
) -> None:
    name = f"odd_{new_id()}"
    with postgres.server().connect() as owner:
        if user != postgres.OWNER:
            owner.execute(f"DROP ROLE IF EXISTS {user}; CREATE ROLE {user} LOGIN")  # type: ignore[call-overload]
        owner.execute(f"CREATE DATABASE {name} TEMPLATE template0 {made}")  # type: ignore[call-overload]
    address = postgres.server().address(name, user)
    new = setup.NewStore(tmp_path / "office", "office", "Office", USER, PASSPHRASE, database=address)
    with pytest.raises(Problem) as told:
        setup.create(new)
    assert told.value.code == code
    assert not files(tmp_path / "office")


# Moved there, and back out of it


@pytest.mark.embedded
def test_everything_is_moved_compared_and_goes_on_there(office: Store) -> None:
    woman, _episode = enrolled(office, share="words")
    with office.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)
        plans.answer(unit, plan, "well", "I hum while I work, ñandú")
    before = checking.verify_log(office)["entries"]
    rows = database.move(office, postgres.server().database())
    assert rows > before
    assert MOVED in files(office.folder)
    assert "store.db" not in files(office.folder)
    told = checking.verify_log(office)
    assert (told["entries"], told["ok"], told["first_bad"]) == (before + 1, True, None)
    with office.work("answer") as unit:
        plans.answer(unit, plan, "well", "I sing")
    office.close()
    with open_store(office.folder, USER, PASSPHRASE, Clock()) as again:
        assert_well(again)
        with again.read() as unit:
            assert plans.contents(unit, plan).answers["well"].words == "I sing"
        with pytest.raises(Problem, match="already"):
            database.move(again, postgres.server().database())


@pytest.mark.embedded
@pytest.mark.controls("AC-6")
def test_an_administrator_who_sees_no_woman_moves_every_one(office: Store) -> None:
    """What she sees goes by her role, what is moved does not: an administrator for IT is who does it."""
    woman, _episode = enrolled(office, share="words")
    person = staff.add_user(office, name="ivy", passphrase="four quiet green rivers", role=Role.IT, administrator=True)
    lead = office.who
    office._seat(Who(person, "ivy", administrator=True, role=Role.IT))
    database.move(office, postgres.server().database())
    office._seat(lead)
    with office.read() as unit:
        assert unit.get(Participant, woman).first_name == "Ana"
    assert_well(office)


@pytest.mark.embedded
def test_a_move_that_fails_leaves_the_file_in_charge(office: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    enrolled(office)
    address = postgres.server().database()
    with psycopg.connect(address) as other:
        other.execute("CREATE TABLE somebody_elses (id int)")
    with pytest.raises(Problem, match="not empty"):
        database.move(office, address)
    with pytest.raises(Problem, match="no database of this name"):
        database.move(office, address.replace(postgres.name_of(address), "nowhere"))
    assert "store.db" in files(office.folder)
    assert not office.slots.database
    assert_well(office)


def test_a_backup_is_a_file_that_opens_anywhere(served: Store, tmp_path: Path) -> None:
    woman, _episode = enrolled(served)
    out = tmp_path / "office.backup"
    _sha256, entries = checking.backup(served, out)
    assert b"OFFICE" not in out.read_bytes()
    with restoring.restore(out, tmp_path / "back", USER, PASSPHRASE, Clock()) as back:
        assert not back.slots.database
        assert back.device != served.device
        assert checking.verify_log(back)["entries"] > entries
        with back.read() as unit:
            assert unit.get(Participant, woman).last_name == "Núñez"
        assert_well(back)


def test_a_row_that_differs_is_found(office: Store, tmp_path: Path) -> None:
    enrolled(office)
    file = engine_for(tmp_path / "copy.db", office.keys.records)
    with office.engine.connect() as source, file.execution_options(writing=True).begin() as target:
        schema.create(target)
        copied = copy_tables(source, target)
        assert compare_tables(source, target) == copied
        target.exec_driver_sql("UPDATE participant SET first_name = first_name || ' '")
        with pytest.raises(Problem, match="not the same as the records here, at participant"):
            compare_tables(source, target)
    file.dispose()


# Several workers


def test_two_workers_write_one_log_and_read_each_other(served: Store, tmp_path: Path) -> None:
    with worker(served, tmp_path / "rosa") as hers:
        assert hers.device == served.device
        woman, _episode = enrolled(served)
        with hers.work("start_plan") as unit:
            plan = plans.start_plan(unit, woman)
        with served.read() as unit:
            assert plans.contents(unit, plan).plan.participant == woman
        assert_well(hers)
    assert_well(served)


def test_what_one_writes_the_other_hears(served: Store, tmp_path: Path) -> None:
    with worker(served, tmp_path / "rosa") as hers:
        assert served.heard() is None
        assert hers.heard() is None  # from now on
        woman, _episode = enrolled(served)
        heard = _heard(hers)
        assert heard.has(Participant, woman)
        assert served.heard() is None  # nobody is told what she wrote herself
        assert hers.heard() is None


def _heard(store: Store) -> Changed:
    """What comes within a few moments of a commit."""
    for _moment in range(100):
        if (heard := store.heard()) is not None:
            return heard
        time.sleep(0.02)
    raise AssertionError("nothing was heard")


def test_workers_who_write_at_once_lose_nothing(served: Store, tmp_path: Path) -> None:
    woman, _episode = enrolled(served)
    with served.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)

    def write(store: Store, name: str) -> None:
        for number in range(20):
            with store.work("add_item") as unit:
                plans.add_item(unit, plan, "tools", words=f"{name} {number}")
                plans.answer(unit, plan, "well", f"{name} {number}")

    with worker(served, tmp_path / "rosa") as hers:
        threads = [threading.Thread(target=write, args=(store, store.who.name)) for store in (served, hers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with served.read() as unit:
        whole = plans.contents(unit, plan)
        said = [item.words for item in whole.items["tools"]]
    assert sorted(said) == sorted(f"{name} {number}" for name in (USER, "rosa") for number in range(20))
    assert_well(served)


def test_whoever_reads_waits_for_nobody_and_sees_one_moment(served: Store, tmp_path: Path) -> None:
    woman, _episode = enrolled(served)
    with worker(served, tmp_path / "rosa") as hers, served.work("long_import") as unit:
        women.register(unit, department_number="R9", first_name="Later", last_name="Woman")
        with hers.read() as other:  # while the other one still writes
            assert [found.id for found in women.search(other, "").rows] == [woman]
            unit.set_setting("something", "else")
            assert other.setting("something") == ""


def test_whoever_writes_meanwhile_is_told_to_wait(
    served: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reentry_desktop.store.postgres._PATIENCE", "200ms")
    with (
        worker(served, tmp_path / "rosa") as hers,
        served.work("long_import"),
        pytest.raises(Problem, match="busy with another task"),
        hers.work("enrol"),
    ):
        pass


# What the database itself lets a worker see


def test_a_workers_login_sees_no_report_of_another(served: Store, tmp_path: Path) -> None:
    woman, _episode = enrolled(served)
    with served.work("pass_on") as unit:
        report = safety.pass_on(unit, woman, "Quetzalward hotline")
    with worker(served, tmp_path / "rosa") as hers, worker(served, tmp_path / "ida", "ida", administrator=True) as ida:
        with psycopg.connect(_raw(hers)) as bare:  # past the program, with any tool
            assert bare.execute("SELECT count(*) FROM safety_report").fetchone() == (0,)
            told = bare.execute("SELECT payload, digest FROM entry WHERE record = %s", (report,)).fetchall()
            assert told
            assert all(payload is None and digest is not None for payload, digest in told)
            for statement in (
                "SELECT payload FROM log_entry", "DELETE FROM log_entry", "UPDATE log_entry SET hash = NULL",
                "ALTER TABLE safety_report DISABLE ROW LEVEL SECURITY", "DROP VIEW entry",
            ):  # fmt: skip
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    bare.execute(statement)
                bare.rollback()
        for store, seen in ((hers, 0), (ida, 1), (served, 1)):
            with store.read() as unit:
                assert len(unit.all(sa.select(SafetyReport))) == seen
            assert checking.verify_log(store)["ok"]  # the chain holds over what she may not read
        with hers.work("pass_on") as unit:
            own = safety.pass_on(unit, woman, "her own")
        with psycopg.connect(_raw(hers)) as bare:
            assert bare.execute("SELECT id FROM safety_report").fetchall() == [(own,)]


@pytest.mark.controls("AC-3", "164.312(a)(1)")
def test_a_workers_login_sees_the_women_of_her_scope_alone(served: Store, tmp_path: Path) -> None:
    """Whatever program she uses: rows, search words and the log's words are narrowed by the database itself."""
    women_here = {number: enrolled(served, number, first=f"Canary{number}")[0] for number in ("R1", "R2")}
    with worker(served, tmp_path / "rosa", role="peer_supporter") as rosa:
        with served.work("assign") as unit:
            assigning.assign(unit, women_here["R1"], rosa.who.id)
        with rosa.read() as unit:
            assert {woman.id for woman in unit.all(sa.select(Participant))} == {women_here["R1"]}
            assert [row.id for row in women.search(unit, "canary").rows] == [women_here["R1"]]
        with psycopg.connect(_raw(rosa)) as bare:
            tables = [row[0] for row in bare.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
            for table in [*tables, "entry"]:
                if table in ("log_entry", "alembic_version"):
                    continue
                text = str(bare.execute(f'SELECT * FROM "{table}"').fetchall())
                assert "CanaryR2" not in text, table
                assert "canaryr2" not in text, table
        with pytest.raises(NotFound), rosa.work("answer") as unit:  # what is not seen is not there to be written
            unit.revise(Participant, women_here["R2"], last_name="Changed")
        with served.work("set_role") as unit:
            staff.set_role(unit, "rosa", role="coordinator", scope="")
        with rosa.read() as unit:
            assert len(unit.all(sa.select(Participant))) == 2
        with pytest.raises(Problem) as told, served.work("set_role") as unit:
            staff.set_role(unit, "rosa", role="auditor")
        assert told.value.code == "role"
    assert_well(served)


@pytest.mark.controls("AC-3", "AC-6", "164.312(a)(1)", "164.502(b)")
def test_a_volunteers_login_has_her_part_of_a_record(served: Store, tmp_path: Path) -> None:
    """Rows, fields and the log's words, with any tool; and what she writes is written whole."""
    hers = full_record(served, "R1")
    full_record(served, "R2")
    with worker(served, tmp_path / "vi", "vi", role="volunteer", **DATES) as vi:
        with served.work("assign") as unit:
            assigning.assign(unit, hers, vi.who.id)
        with psycopg.connect(_raw(vi), autocommit=True) as bare:
            read = _all_that_is_granted(bare)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                bare.execute("SELECT parole_hearing FROM participant")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                bare.execute("UPDATE participant SET actual_release = NULL")
        assert "canary-R1-well" in read
        assert "canary-R2" not in read
        for part in ("crisis_signs", "supporter", "children", "family", "substance_use", "conditions"):
            assert f"canary-R1-{part}" not in read
        with vi.read() as unit:
            assert unit.get(Participant, hers).actual_release is None
            whole = plans.contents(unit, unit.first(sa.select(Plan)).id)
            assert not {"crisis_signs", "children", "conditions"} & whole.pack.parts().keys()
        assert checking.verify_log(vi)["ok"]
        with vi.work("answer") as unit:
            plans.answer(unit, whole.plan.id, "well", "what she says now")
            unit.revise(Participant, hers, large_print=True)
    with served.read() as unit:
        her = unit.get(Participant, hers)
        assert (her.large_print, her.actual_release) == (True, dt.date(2026, 11, 1))
    assert_well(served)


def _all_that_is_granted(bare: psycopg.Connection[Any]) -> str:
    """Every column of every table that a login may read."""
    granted = bare.execute(
        "SELECT table_name, string_agg(quote_ident(column_name), ', ') FROM information_schema.columns WHERE "
        "table_schema = 'public' AND has_column_privilege(table_name::text, column_name::text, 'SELECT') GROUP BY 1"
    ).fetchall()
    return "\n".join(str(bare.execute(f"SELECT {columns} FROM {table}").fetchall()) for table, columns in granted)


@pytest.mark.controls("AC-3", "AC-6")
def test_who_works_in_the_owners_folder_is_shown_no_more(tmp_path: Path) -> None:
    """The folder where an administrator added her opens for her too; its login, as in docs/for-it.md, reads all."""
    server = postgres.server()
    with server.connect() as bare:
        bare.execute("CREATE ROLE reentry_office LOGIN CREATEROLE")
        bare.execute("CREATE DATABASE documented OWNER reentry_office")
    new = setup.NewStore(
        tmp_path / "office",
        "office",
        "Office",
        USER,
        PASSPHRASE,
        details={"volunteers": True},
        database=server.address("documented", "reentry_office"),
    )
    served, kit = setup.create(new, Clock())
    setup.test_kit(served, {part: kit.text(part).decode() for part in "ABC"})
    enrolled(served)
    for role in ("volunteer", "peer_supporter", "auditor", "it"):
        staff.add_user(served, name=role, passphrase=HERS, role=role, **DATES)
        if role in ("auditor", "it"):
            with pytest.raises(Problem) as told:
                database.folder_for(served, role, tmp_path / role)
            assert told.value.code == "role"
    database.folder_for(served, "volunteer", tmp_path / "volunteer")
    open_store(tmp_path / "volunteer", "volunteer", HERS, Clock()).close()
    assert_well(served)
    served.close()
    for role in ("volunteer", "peer_supporter", "auditor", "it"):
        with open_store(served.folder, role, HERS, Clock()) as store, store.read() as unit:
            assert unit.all(sa.select(Participant)) == []
            assert women.search(unit, "").rows == []


@pytest.mark.controls("AC-7")
def test_a_folder_that_locked_itself_is_released_by_an_administrator_at_another(served: Store, tmp_path: Path) -> None:
    """Each folder has answers of its own, and a list of failures of its own that is not missed in the others."""
    folders = [tmp_path / name for name in ("rosa", "ida")]
    for folder in folders:
        worker(served, folder, folder.name).close()
        open_store(folder, folder.name, HERS, Clock()).close()
        for _try in range(5):
            with pytest.raises(Problem):
                open_store(folder, folder.name, "not her passphrase", Clock(), waited=60)
    with pytest.raises(Problem) as told:
        accounts.release_account(served, "rosa")
    assert "another PC" in told.value.sentence
    words = []
    for folder in folders:
        with served.work("answer_by_phone") as unit:
            found = accounts.answer_by_phone(unit, accounts.challenge(folder))
        assert found.site == "State Office"
        words.append(" ".join(found.words))
    with pytest.raises(Problem):
        accounts.release_by_phone(folders[1], "ida", words[0])
    for folder, said in zip(folders, words, strict=True):
        accounts.release_by_phone(folder, folder.name, said)
        with pytest.raises(Problem):  # once
            accounts.release_by_phone(folder, folder.name, said)
        with open_store(folder, folder.name, HERS, Clock(), waited=60) as store, store.read() as unit:
            assert unit.setting(TRIES_GONE) == ""


@pytest.mark.controls("164.312(a)(2)(ii)")
def test_a_login_looks_beyond_its_list_with_a_reason_alone(served: Store, tmp_path: Path) -> None:
    """What she may do so is an entry; nothing of it can be had past the program, and a part is not taken for all."""
    woman, _episode = enrolled(served, "R1")
    with worker(served, tmp_path / "rosa", role="peer_supporter", team="north") as rosa:
        with psycopg.connect(_raw(rosa), autocommit=True) as bare:
            columns, more = "id, heads, removed, participant, person", "reason, looked_at_by, finding"
            given = f"'{new_id()}', '{{}}', false, '{woman}', seated(), CURRENT_DATE"
            for statement in (
                f"INSERT INTO assignment ({columns}, since) VALUES ({given})",
                f"INSERT INTO break_glass ({columns}, through, {more}) VALUES ({given}, '', '', '')",
                "UPDATE person SET team = 'south' WHERE id = seated()",
                "UPDATE person SET site = 'elsewhere' WHERE id = seated()",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    bare.execute(statement)
            for table in ("seat", "person", "assignment", "participant"):  # of her own, before those of the database
                bare.execute(f"CREATE TEMP TABLE {table} AS SELECT * FROM public.{table}")
            bare.execute("UPDATE pg_temp.seat SET scope = 'all', holds = 'run everything'")
            bare.execute("INSERT INTO pg_temp.assignment (participant, person) VALUES (%s, seated())", (woman,))
            assert bare.execute("SELECT hers()").fetchall() == []
            assert bare.execute("SELECT sees_women()").fetchone() == (False,)
            bare.execute("SELECT set_config('reentry.seat', %s, false)", (json.dumps({"person": served.who.id}),))
            assert bare.execute("SELECT seated(), sees_all()").fetchone() == (rosa.who.id, False)
        with pytest.raises(Problem) as told, rosa.whole("measures"):
            pass
        assert told.value.code == "part"
        assert checking.verify_log(rosa)["ok"]
        rosa.clock = system_clock  # the database asks its own
        with pytest.raises(NotFound):
            assigning.break_glass(rosa, "R7", "her sister is at the gate")
        assert assigning.break_glass(rosa, "R1", "her sister is at the gate") == woman
        with rosa.read() as unit:
            assert unit.get(Participant, woman).department_number == "R1"
        with psycopg.connect(_raw(rosa)) as bare, pytest.raises(psycopg.errors.InsufficientPrivilege):
            bare.execute("UPDATE break_glass SET through = '2099-01-01'")
        with rosa.work("register") as unit:  # whom she registers herself is hers
            assert women.register(unit, department_number="R9", first_name="Nell", last_name="New")
        with rosa.read() as unit:
            assert {row.department_number for row in women.search(unit, "").rows} == {"R1", "R9"}
    assert_whole(served)


def test_a_workers_login_cannot_make_herself_see_more(served: Store, tmp_path: Path) -> None:
    """She may write people, as the program must when a bundle brings them; who sees all does not hang on that."""
    woman, _episode = enrolled(served)
    with served.work("pass_on") as unit:
        safety.pass_on(unit, woman, "Quetzalward hotline")
        drafts.save_draft(unit, f"{woman}{SAFETY_DRAFT}", "to_whom", woman, "Quetzalward hotl")
        drafts.save_draft(unit, f"{woman}/well", "words", woman, "I hum wh")
    with worker(served, tmp_path / "rosa") as hers, psycopg.connect(_raw(hers), autocommit=True) as bare:
        assert bare.execute("SELECT count(*) FROM safety_report").fetchone() == (0,)
        assert bare.execute("SELECT record FROM draft").fetchall() == [(f"{woman}/well",)]
        for statement in (
            "INSERT INTO seat SELECT id, 'all' FROM person", "UPDATE seat SET scope = 'all'", "DELETE FROM seat",
            "UPDATE person SET administrator = true", "DELETE FROM person",
            "ALTER FUNCTION sees_all() OWNER TO CURRENT_USER",
            "ALTER TABLE draft DISABLE ROW LEVEL SECURITY", "SET SESSION AUTHORIZATION owner", "SET ROLE owner",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                bare.execute(statement)
        with hers.work("pass_on") as unit:
            drafts.save_draft(unit, f"{woman}{SAFETY_DRAFT}", "to_whom", woman, "her own")
            assert drafts.draft_of(unit, f"{woman}{SAFETY_DRAFT}", "to_whom") == "her own"
        assert bare.execute("SELECT text FROM draft WHERE record LIKE '%/safety'").fetchall() == [("her own",)]


def _raw(store: Store) -> str:
    url = checked_url(vault.unseal_database(store.slots, store.keys)).set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


def test_whoever_is_gone_gets_in_no_more(served: Store, tmp_path: Path) -> None:
    with worker(served, tmp_path / "rosa") as hers:
        with hers.read() as unit:
            enrolling.programs(unit)
        staff.disable_user(served, "rosa")
        with pytest.raises(Problem, match="does not allow"), hers.read() as unit:
            enrolling.programs(unit)
    with pytest.raises(Problem, match=r"does not let this folder's account in|closed"):
        open_store(tmp_path / "rosa", "rosa", HERS, Clock())


def test_a_volunteers_login_ends_after_her_last_day(served: Store, tmp_path: Path) -> None:
    until = dict.fromkeys(DATES, DAY)
    with worker(served, tmp_path / "vi", "vi", role="volunteer", **until) as vi:
        login = _raw(vi)
    served.close()
    after = Clock(START + dt.timedelta(days=1))
    with pytest.raises(Problem, match="closed"):
        open_store(tmp_path / "vi", "vi", HERS, after)
    open_store(served.folder, USER, PASSPHRASE, after).close()
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        psycopg.connect(login)


def test_a_folder_opens_with_her_passphrase_alone(served: Store, tmp_path: Path) -> None:
    with worker(served, tmp_path / "rosa") as hers:
        assert [slot.kind for slot in hers.slots.slots] == ["user"]
        login = f"{LOGIN}{hers.who.id}"
        assert checked_url(vault.unseal_database(hers.slots, hers.keys)).username == login
        with pytest.raises(Problem, match="Only an administrator"):
            database.folder_for(hers, "rosa", tmp_path / "another")
    with pytest.raises(Problem, match="Nobody called nobody"):
        database.folder_for(served, "nobody", tmp_path / "nobody")
    assert not (tmp_path / "nobody").exists() or not files(tmp_path / "nobody")


# An update


def test_whoever_owns_the_tables_brings_them_up_to_date(
    made: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a later program made up: its migration adds one table, which workers see too."""
    migrations = tmp_path / "migrations"
    shutil.copytree(Path(schema.__file__).parent / "migrations", migrations)
    (migrations / "versions" / "9999_later.py").write_text(
        f'from alembic import op\nimport sqlalchemy as sa\nrevision = "9999"\ndown_revision = "{schema.HEAD}"\n'
        'def upgrade():\n    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True))\n'
    )
    with made.open(tmp_path / "served") as store:
        woman, _episode = enrolled(store)
        worker(store, tmp_path / "rosa").close()
    config = schema._config()
    config.set_main_option("script_location", str(migrations))
    monkeypatch.setattr(schema, "_config", lambda: config)
    monkeypatch.setattr(schema, "HEAD", "9999")
    with pytest.raises(Problem, match="does not allow this"):
        open_store(tmp_path / "rosa", "rosa", HERS, Clock())
    with open_store(tmp_path / "served", USER, PASSPHRASE, Clock()) as store:
        assert_well(store)
    with open_store(tmp_path / "rosa", "rosa", HERS, Clock()) as hers, hers.read() as unit:
        with psycopg.connect(_raw(hers)) as bare, pytest.raises(psycopg.errors.InsufficientPrivilege):
            bare.execute("INSERT INTO seat VALUES (seated())")  # what is hers is the same after an update
        assert unit.connection.exec_driver_sql("SELECT count(*) FROM later").scalar() == 0
        assert unit.get(Participant, woman).first_name == "Ana"


def _tables_at_first(folder: Path) -> dict[str, set[str]]:
    """Table -> columns, as the first migration makes them."""
    config, engine = schema._config(), engine_for(folder / "first.db", bytes(32))
    with engine.execution_options(writing=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        found = sa.inspect(connection)
        made = {table: {column["name"] for column in found.get_columns(table)} for table in found.get_table_names()}
    engine.dispose()
    return made


def _as_at_first(bare: psycopg.Connection[Any], first: dict[str, set[str]]) -> None:
    """Take away what came with later migrations."""
    bare.execute("DROP POLICY seen ON draft")
    rows = bare.execute(
        "SELECT table_name, column_name FROM information_schema.columns JOIN pg_tables ON tablename = table_name "
        "WHERE schemaname = current_schema()"
    ).fetchall()
    for table in {table for table, _column in rows}:
        if (known := "entry" if table == "log_entry" else table) not in first:
            bare.execute(f'DROP TABLE "{table}" CASCADE')
            continue
        bare.execute(f'DROP POLICY IF EXISTS hers ON "{table}"')
        for of, column in rows:
            if of == table and column not in first[known]:
                bare.execute(f'ALTER TABLE "{table}" DROP COLUMN "{column}" CASCADE')
    bare.execute(
        "CREATE OR REPLACE VIEW entry AS "
        "SELECT seq, device, number, record, participant, share, salt, payload, digest, hash FROM log_entry"
    )
    bare.execute(
        "DROP FUNCTION sees_women(), hers(), seen_records(), numbered(text), begins(text), keep_people() CASCADE"
    )
    bare.execute("UPDATE alembic_version SET version_num = '0001'")


def test_a_database_of_the_first_tables_is_brought_up_to_date(served: Store, tmp_path: Path) -> None:
    """Who saw all sees all; and there is room for sealed files, which workers may write."""
    woman, _episode = enrolled(served)
    with served.work("pass_on") as unit:
        safety.pass_on(unit, woman, "Quetzalward hotline")
    worker(served, tmp_path / "rosa").close()
    worker(served, tmp_path / "ida", "ida", administrator=True).close()
    with psycopg.connect(_raw(served)) as bare:
        _as_at_first(bare, _tables_at_first(tmp_path))
    with pytest.raises(Problem, match="does not allow this"):
        open_store(tmp_path / "rosa", "rosa", HERS, Clock())
    served.close()
    open_store(served.folder, USER, PASSPHRASE, Clock()).close()
    for name, seen in (("rosa", 0), ("ida", 1)):
        with open_store(tmp_path / name, name, HERS, Clock()) as store:
            with store.read() as unit:
                assert len(unit.all(sa.select(SafetyReport))) == seen
            with store.work("import_bundle") as unit:
                copy_in(unit.connection, io.BytesIO(b"sealed"), "f" * 64)
            with psycopg.connect(_raw(store)) as bare, pytest.raises(psycopg.errors.InsufficientPrivilege):
                bare.execute("INSERT INTO seat VALUES (seated())")


# When it does not answer


def test_a_server_that_is_gone_is_told_and_all_is_there_when_it_is_back(tmp_path: Path) -> None:
    own = postgres.Server(postgres.folder_for_a_server(), "-c fsync=off")
    try:
        new = setup.NewStore(tmp_path / "office", "office", "Office", USER, PASSPHRASE, database=own.database())
        store, kit = setup.create(new, Clock())
        setup.test_kit(store, {part: kit.text(part).decode() for part in "ABC"})
        woman, _episode = enrolled(store)
        own.stop("immediate")
        with pytest.raises(Problem, match="did not answer"), store.work("answer"):
            pass
        with pytest.raises(Problem, match="did not answer"), store.read() as unit:
            unit.get(Participant, woman)
        own.start("-c fsync=off")
        with store.read() as unit:
            assert unit.get(Participant, woman).first_name == "Ana"
        assert_well(store)
        store.close()
    finally:
        own.stop("immediate")
        shutil.rmtree(own.folder, ignore_errors=True)


def test_the_same_figures_as_in_a_file(served: Store, office: Store) -> None:
    """One answer, read back, in either: the wire values that the log and the tables hold are the same."""
    found = []
    for store in (served, office):
        woman, _episode = enrolled(store)
        with store.work("answer") as unit:
            plan = plans.start_plan(unit, woman)
            plans.answer(unit, plan, "well", "I hum")
        with store.read() as unit:
            (answer,) = unit.all(sa.select(PlanAnswer))
            heads = json.loads(answer.heads)
            found.append((answer.words, sorted(heads), unit.get(Participant, Id(woman)).date_of_birth))
    assert found[0] == found[1]
