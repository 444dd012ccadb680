"""A whole state in PostgreSQL: 50 facilities of 5,000 women with five years of entries, and what each thing costs then.

    python3 dev.py bench state [--facilities 50] [--size 250000] [--keep FOLDER]

One facility's log of ``--size`` entries (about 50 a woman) goes to the office in a bundle, as it would. Its rows are
then copied within the database for every other facility, under ids of their own: log, tables, search words. Measured is
what people wait for at an office, with one facility and with all of them: a name searched key by key, the list of
women, who is due, the six measures, her plan and history, and the bundle of a week from plugged in to imported. The
ratio is of the whole state over one facility: what grows with the state, and what does not.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from benchmarks.filling import PASSPHRASE, USER, People, facility_and_office
from benchmarks.table import ROOT, Line, fresh, scratch, show
from benchmarks.weekly import CHANGES, _Week
from reentry_desktop.actions import due, measures, plans, record_files, sync, women
from reentry_desktop.base.ids import Id
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.records.base import fields, kinds
from reentry_desktop.records.plan import Plan
from reentry_desktop.store import Store, open_store
from reentry_desktop.store.moving import move_records

SERVER = "-c shared_buffers=2GB -c max_wal_size=16GB -c maintenance_work_mem=1GB -c checkpoint_timeout=30min"
ROUNDS = 9


def prepare(folder: Path) -> None:
    """In *folder*: a facility with the entries its name says, an empty office, each trusting the other."""
    with facility_and_office(folder):
        pass


def _copies(database: psycopg.Connection, facilities: int, site: str) -> None:
    """Give the state its other facilities: every row that came from the first, under other ids."""
    database.execute(
        "CREATE FUNCTION other(one text, k int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS "
        "$$ SELECT CASE WHEN one = '' THEN '' ELSE md5(one || k) END $$"
    )
    (device,) = database.execute("SELECT device FROM device WHERE site = %s", (site,)).fetchone() or (0,)
    ids = {kind: _ids(database, kind) for kind in kinds() if kind not in ("site", "person")}  # those are few
    for table in ("roll", "participant_word"):
        database.execute(f"CREATE TEMP TABLE first_{table} AS SELECT * FROM {table}")
    for k in range(1, facilities):
        database.execute("SET CONSTRAINTS ALL DEFERRED")
        database.execute("INSERT INTO device SELECT device + %s, other(site, %s) FROM device WHERE site = %s",
                         (k, k, site))  # fmt: skip
        database.execute(
            "INSERT INTO log_entry (device, number, record, participant, share, salt, payload, digest, hash) "
            "SELECT device + %s, number, other(record, %s), other(participant, %s), share, salt, payload, digest, hash "
            "FROM log_entry WHERE device = %s ORDER BY seq",
            (k, k, k, device),
        )
        for kind, (columns, links) in ids.items():
            chosen = ", ".join(f'other("{name}", {k})' if name in links else f'"{name}"' for name in columns)
            named = ", ".join(f'"{name}"' for name in columns)
            database.execute(f'INSERT INTO "{kind}" ({named}) SELECT {chosen} FROM first_{kind}')
        database.execute(f"INSERT INTO roll SELECT sort_key, other(id, {k}), listed FROM first_roll")
        database.execute(
            f"INSERT INTO participant_word SELECT word, other(participant, {k}), sort_key FROM first_participant_word"
        )
        database.commit()
        print(f"  {k + 1} facilities", file=sys.stderr)
    database.execute("ANALYZE")
    database.commit()


def _ids(database: psycopg.Connection, kind: str) -> tuple[list[str], set[str]]:
    """The columns of a table, and those that name a record; what the first facility has is kept beside."""
    rows = database.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position", (kind,)
    ).fetchall()
    columns = [name for (name,) in rows]
    links = {"id"} | {
        name
        for name, spec in fields(kinds()[kind]).items()
        if spec.editor == "link" and spec.link not in ("site", "person")
    }
    database.execute(f'CREATE TEMP TABLE first_{kind} AS SELECT * FROM "{kind}"')
    return columns, links


def _look(office: Store, woman: Id, plan: Id) -> dict[str, float]:
    """What a worker waits for, in milliseconds, each the median of some rounds."""

    def timed(act: Callable[[Any], object], rounds: int = ROUNDS) -> float:
        found = []
        for _round in range(rounds):
            began = time.perf_counter()
            with office.read() as unit:
                act(unit)
            found.append(1000 * (time.perf_counter() - began))
        return statistics.median(found)

    keys = ("m", "mar", "maria", "maria s", "r1", "r1234", "guadalupe")
    return {
        "a key of a search, the slowest": max(timed(lambda unit, key=key: women.search(unit, key)) for key in keys),
        "the list of women": timed(lambda unit: women.search(unit, "")),
        "her plan": timed(lambda unit: plans.contents(unit, plan)),
        "her history": timed(lambda unit: record_files.story(unit, woman)),
        "who is due": timed(due.due, 3),
        "the six measures": timed(measures.measures, 3),
    }


def _week(folder: Path, office: Store, number: int) -> float:
    """Milliseconds from a stick plugged in to its bundle imported, in the week of that *number*."""
    week, stick = _Week(), folder / f"stick-{number}"
    week.now += dt.timedelta(weeks=10 * number)  # no plan is done for now twice on one day
    week.people = People(4 + number)
    week.dice = week.people.dice
    stick.mkdir()
    with open_store(folder / "facility", USER, PASSPHRASE, week.clock) as sender:
        week.work(sender)
        outgoing.send(sender, "SO", stick)
    began = time.perf_counter()
    (taken,) = sync.take_in(office, sync.bundles_in(stick))
    took = 1000 * (time.perf_counter() - began)
    assert taken.status == incoming.APPLIED, taken
    return took


def _measure(folder: Path, address: str, facilities: int) -> None:
    work = folder / "office-moved"
    shutil.copytree(folder / "office", work)
    with open_store(work, USER, PASSPHRASE) as office:
        move_records(office, address)
        with open_store(folder / "facility", USER, PASSPHRASE) as sender:
            site, file = sender.site, outgoing.send(sender, "SO", folder).file
            began = time.perf_counter()
            assert incoming.take_in(office, file).status == incoming.APPLIED
            first = time.perf_counter() - began
            assert incoming.take_in(sender, outgoing.send(office, "MH", folder).file).status == incoming.APPLIED
        with office.read() as unit:
            plan = unit.first(sa.select(Plan).order_by(Plan.id.desc()))
            one, hers = Id(plan.id), Id(plan.participant)
        with psycopg.connect(address) as database:
            database.execute("ANALYZE")
        alone, alone["a week's bundle"] = _look(office, hers, one), _week(folder, office, 0)
        with psycopg.connect(address) as database:
            began = time.perf_counter()
            _copies(database, facilities, site)
            print(f"  {time.perf_counter() - began:.0f} s to make the others", file=sys.stderr)
            entries, size = database.execute(
                "SELECT count(*), pg_database_size(current_database()) FROM log_entry"
            ).fetchone() or (0, 0)
            (count,) = database.execute("SELECT count(*) FROM participant").fetchone() or (0,)
        whole, whole["a week's bundle"] = _look(office, hers, one), _week(folder, office, 1)
    told = {"alone": alone, "whole": whole, "first": first, "entries": entries, "size": size, "women": count}
    print(json.dumps(told))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facilities", type=int, default=50)
    parser.add_argument("--size", type=int, default=250_000, help="entries of one facility")
    parser.add_argument("--keep", type=Path, help="keep the invented sites in this folder, and use them again")
    given = parser.parse_args()
    sys.path.insert(0, str(ROOT / "tests"))
    import postgres as servers

    server = servers.Server(servers.folder_for_a_server(), SERVER)
    try:
        with scratch(given.keep) as place:
            folder = place / f"state-{given.size}"
            folder.mkdir(exist_ok=True)
            if not (folder / "office").exists():
                fresh("benchmarks.state", "--part", folder)
            told = fresh("benchmarks.state", "--measure", folder, server.database(), given.facilities)
    finally:
        server.stop("immediate")
        shutil.rmtree(server.folder, ignore_errors=True)
    print(
        f"  {told['women']:,} women, {told['entries']:,} entries, {told['size'] / 1e9:.1f} GB; the first facility's "
        f"{given.size:,} entries were imported in {told['first']:.1f} s; bundles of {CHANGES:,} changes"
    )
    goals = {"who is due": 60.0, "the six measures": 60.0, "the list of women": 3.0}
    return show(
        [Line(what, told["alone"][what], told["whole"][what], goals.get(what, 2.0), "ms") for what in told["whole"]]
    )


if __name__ == "__main__":
    if sys.argv[1] == "--part":
        prepare(Path(sys.argv[2]))
    elif sys.argv[1] == "--measure":
        _measure(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
    else:
        sys.exit(main())
