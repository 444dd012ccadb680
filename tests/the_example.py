"""Runs the blocks of docs/adding-a-record.md, which its test wrote as files into the folder that is named."""

from __future__ import annotations

import datetime as dt
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any


def load(name: str, file: Path) -> ModuleType:
    """The file as the module *name*: of the package, so that its relative imports hold."""
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec
    assert spec.loader
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


folder = Path(sys.argv[1])
declared = load("reentry_desktop.records.session_note", folder / "declaration.py")

from alembic.autogenerate import compare_metadata  # noqa: E402
from alembic.migration import MigrationContext  # noqa: E402
from alembic.operations import Operations  # noqa: E402

from reentry_desktop.actions import checking, enrolling, record_files, setup, staff, women  # noqa: E402
from reentry_desktop.base.problems import Refused  # noqa: E402
from reentry_desktop.exchange import identity, incoming, outgoing  # noqa: E402
from reentry_desktop.records import Record, kinds  # noqa: E402
from reentry_desktop.store import Store, vault  # noqa: E402

vault.TARGET_SECONDS = 0.01
DAY = dt.date(2026, 11, 1)
assert "session_note" in kinds()
assert "session_note" in {found["type"] for found in record_files.types()}
sys.stdout.write("declared\n")


def make(kind: str, code: str) -> Store:
    new = setup.NewStore(folder / code, kind, f"Site {code}", "lead", "correct horse battery", code=code)
    store, kit = setup.create(new)
    setup.test_kit(store, {part: kit.text(part).decode() for part in vault.PARTS})
    return store


store, office = make("facility", "F"), make("office", "O")
with store.work("register") as unit:
    woman = women.register(unit, department_number="R100", first_name="Ana", last_name="Invented")
    program = enrolling.add_program(unit, name="Program")
    episode = enrolling.offer(unit, woman, program, DAY)
    enrolling.told_limits(unit, episode, DAY, "en")
    enrolling.enrol(unit, episode, agreed_on=DAY, on=DAY)

acts = load("the_actions", folder / "actions.py")
names: dict[str, Any] = {
    **vars(acts),
    "store": store,
    "woman": woman,
    "record_files": record_files,
    "staff": staff,
    "checking": checking,
}
exec(compile((folder / "use.py").read_text("utf-8"), "use.py", "exec"), names)
sys.stdout.write("used\n")

bad: list[dict[str, Any]] = [
    {"on": None},
    {"on": DAY, "remember": "x" * 4001},
    {"on": DAY, "where": "moon"},
    {"on": DAY, "minutes": 0},
    {"on": DAY, "where": "phone", "minutes": 121},
]
for values in bad:
    try:
        with store.work("note_session") as unit:
            acts.note_session(unit, woman, **values)
    except Refused:
        continue
    raise AssertionError(values)
with store.read() as unit:
    assert len(acts.sessions(unit, woman)) == 1
sys.stdout.write("refused\n")

migration = load("the_migration", folder / "migration.py")
# An office that is older: without the table, then with the one that the migration makes.
with office.work("migrate") as unit:
    unit.connection.exec_driver_sql("DROP TABLE session_note")
    one = {"include_object": lambda _thing, name, kind, _reflected, _other: kind != "table" or name == "session_note"}
    context = MigrationContext.configure(unit.connection, opts={**one, "compare_type": True})
    assert compare_metadata(context, Record.metadata), "the comparison sees nothing"
    with Operations.context(context):
        migration.upgrade()
    assert compare_metadata(context, Record.metadata) == []
sys.stdout.write("migrated\n")

for giver, taker in ((store, office), (office, store)):
    card, data = identity.own_card(giver)
    with taker.work("trust_card") as unit:
        identity.trust(unit, identity.check_card(taker, data), data, " ".join(card.fingerprint))
with store.work("note_session") as unit:
    acts.note_session(unit, woman, DAY, "Words of hers.")
sent = outgoing.send(store, "O", folder)
assert incoming.take_in(office, sent.file).status == incoming.APPLIED
with office.read() as unit:
    arrived = acts.sessions(unit, woman)
    assert [(s.held_on, s.minutes, s.remember) for s in arrived] == [(dt.date(2026, 11, 23), 50, ""), (DAY, None, "")]
assert checking.check(office) == []
store.close()
office.close()
sys.stdout.write("sent\n")
