"""The same records from one store to another, in a file: ours against Morango, the sync engine of Kolibri.

    python3 dev.py bench morango [--size 50000] [--rounds 3] [--keep FOLDER]

5,000 women with their names and dates and 45,000 notes of about 300 letters go from a store that has them to an empty
one. Since our program keeps a woman so, each has an enrolment, a plan and a version of it besides, on either side:
the same 65,000 records with the same values. Then 1,992 of them are changed (166 women, the notes about them, their
plans; a version is added), and what changed goes after them. Both sides run on this machine in the same run, in
turns; each sender and each receiver is a program that runs on, as Kolibri's server and our window do, so that the
later way meets one that has sent or taken before; its start, and the unlocking of our store, are not timed. The files
were written moments before, so they are in the system's cache. Both databases have the same journal (WAL, synchronous
= FULL, moved into the file after as many pages) and cache. In the end both receivers must hold the same values. In
the table the floor is Morango.

Ours is ``exchange.outgoing.send``, the file, ``exchange.incoming.take_in``. It counts what goes and what a woman holds
back, proves the chain of every entry, signs, compresses, encrypts, reads the file back and compares it; then verifies,
decrypts, checks every value, writes log, tables and search words, into a database that is encrypted. It carries more:
who wrote each value, when, and in which act. Between the two ways, not timed, the office takes a bundle to the
facility, which then knows what arrived; then each change is saved. What a save costs (entry, chain, row) is paid there.

Morango (the newest of PyPI, with the Django it needs) is its own functions with its own settings, and nothing is left
out but HTTP and certificates: serialize, queue, the buffers as JSON through gzip into a file; that file parsed and
checked, dequeue, deserialize (``morango_site/side.py``). It neither signs nor encrypts what it carries, keeps no
history, and writes a plain database. It defers to the sync what ours does at a save: saving a row only marks it as
dirty, and the copy in its store, with its counters, is made by serialize, which every sync begins with and which is
timed. All is of one partition, less than Kolibri has. It saves row by row when it deserializes, to lose none to a
unique constraint (learningequality/morango, issue 306); 0.8.8 did not, and was faster for it.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import random
import shutil
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from benchmarks.filling import PASSPHRASE, USER, People, acquaint, new_id, new_store, write
from benchmarks.table import Line, Running, asked, fresh, scratch, serve, show, timed
from reentry_desktop.base.clock import stamp
from reentry_desktop.base.ids import Id
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.records import Participant, Plan, PlanItem, PlanVersion
from reentry_desktop.records.change import Change, Place
from reentry_desktop.store import Store, log, open_store

NOTES = 9  # about each woman
CHANGED = 2_000
FASTER, LATER_FASTER, BYTES = 15, 20, 0.6
_KINDS = ("tool", "habit", "stressor", "sign", "step", "line")


# What is moved

Told = dict[str, Any]


def prepare(folder: Path) -> None:
    """In *folder*: the records as a list for both, and our two sites, the facility filled with them."""
    if (folder / "ours").exists():
        return
    people = People(1)
    told = [_woman(people) for _woman_ in range(int(folder.name.split("-")[-1]) // (NOTES + 1))]
    (folder / "records.json").write_bytes(msgspec.json.encode(told))
    many = CHANGED // (NOTES + 3)
    edits = [
        {
            "number": one["woman"]["department_number"],
            "parole_hearing": people.day(2029, 2031),
            "words": [_words(people) for _note in one["notes"]],
            "version": {"number": 2, "done_on": "2027-01-15", "entries": one["version"]["entries"]},
        }
        for one in told[:: max(1, len(told) // many)][:many]
    ]
    (folder / "edits.json").write_bytes(msgspec.json.encode(edits))
    part = folder / "ours.part"
    shutil.rmtree(part, ignore_errors=True)
    with (
        new_store(part / "facility", "facility", "Magnolia Hall", "MH") as sender,
        new_store(part / "office", "office", "State office", "SO") as office,
    ):
        acquaint(sender, office)
        with sender.work("fill") as unit:
            start = log.head(unit.connection, sender.device).number + 1
            write(unit, _entries(sender, start, told))
    part.rename(folder / "ours")


def _words(people: People) -> str:
    return people.prose(people.dice.randint(280, 320))


def _woman(people: People) -> Told:
    """The values of a woman, of what belongs to her, and of the notes about her."""
    notes = []
    for place in range(NOTES):
        kind = people.dice.choice(_KINDS)
        notes.append({"part": f"{kind}s", "kind": kind, "position": f"{place:02}V", "words": _words(people)})
    agreed = people.day(2024, 2025)
    dates = {"offered_on": people.day(2023, 2023), "agreed_on": agreed, "enrolled_on": agreed}
    return {
        "woman": people.woman(), "enrolment": {"office_has": "words", **dates},
        "plan": {"pack": "wellness", "started_on": people.day(2026, 2026), "done_on": "2026-12-28"}, "notes": notes,
        "version": {"number": 1, "done_on": "2026-12-28", "entries": f"549755813888:{people.dice.randint(1, 65_000)}"},
    }  # fmt: skip


def _entries(store: Store, start: int, told: list[Told]) -> Iterator[tuple[Place, Change]]:
    """The same as entries of the log, as saves would have written them in some months."""
    dice, number, at = random.Random(2), start, dt.datetime(2026, 1, 5, 8, tzinfo=dt.UTC)
    new = functools.partial(new_id, dice, iter(range(start, 1 << 40)))

    def entry(kind: str, record: Id, about: Id, share: str, act: str, values: Told) -> tuple[Place, Change]:
        nonlocal number, at
        number, at = number + 1, at + dt.timedelta(milliseconds=dice.randint(20_000, 300_000))
        return (store.device, number - 1), Change(
            at=stamp(at), act=act, by=store.who.id, kind=kind, record=record, participant=about, share=share, depth=1,
            new=True, values=msgspec.Raw(msgspec.json.encode(values)),
        )  # fmt: skip

    program = new()
    yield entry("program", program, Id(""), "dates", "add_program", {"name": "Second start"})
    for one in told:
        her, episode, plan = new(), new(), new()
        yield entry("participant", her, her, "dates", "register", one["woman"])
        enrolled = {"participant": her, "program": program, **one["enrolment"]}
        yield entry("enrolment", episode, her, "dates", "enrol", enrolled)
        begun = {"participant": her, "enrolment": episode, **one["plan"]}
        yield entry("plan", plan, her, "dates", "start_plan", begun)
        of = {"participant": her, "plan": plan}
        for note in one["notes"]:
            yield entry("plan_item", new(), her, "plan", "add_item", of | note)
        yield entry("plan_version", new(), her, "dates", "done_for_now", of | one["version"])


# Ours


def sender(folder: Path) -> None:
    """The facility's program."""
    with open_store(folder / "facility", USER, PASSPHRASE) as store:
        serve(send=lambda: _send(store, folder), edit=lambda: _edit(store, folder))


def receiver(folder: Path) -> None:
    """The office's program."""
    with open_store(folder / "office", USER, PASSPHRASE) as store:
        serve(take=lambda: _take(store, folder))


def _send(store: Store, folder: Path) -> Told:
    """A bundle from the facility for the office."""
    with timed() as told:
        sent = outgoing.send(store, "SO", folder)
    sent.file.rename(folder / "bundle")
    return {**told, "records": sent.changes, "bytes": sent.bytes}


def _take(store: Store, folder: Path) -> Told:
    """That bundle, into the office's store; then one that says so."""
    with timed() as told:
        taken = incoming.take_in(store, folder / "bundle")
    assert (taken.status, taken.waiting, taken.conflicts) == (incoming.APPLIED, 0, 0), taken
    outgoing.send(store, "MH", folder).file.rename(folder / "back")
    return {**told, "digest": _digest(store)}


def _edit(store: Store, folder: Path) -> None:
    """The office's bundle is taken in, so that the facility knows what arrived; then each change is saved."""
    assert incoming.take_in(store, folder / "back").status == incoming.APPLIED
    for told in json.loads((folder.parent / "edits.json").read_bytes()):
        _change(store, told)


def _change(store: Store, told: Told) -> None:
    with store.read() as unit:
        her = unit.first(sa.select(Participant.id).where(Participant.department_number == told["number"]))
        plan = unit.first(sa.select(Plan.id).where(Plan.participant == her))
        notes = unit.rows(sa.select(PlanItem.id).where(PlanItem.participant == her).order_by(PlanItem.position))
    with store.work("revise_participant") as unit:
        unit.revise(Participant, her, parole_hearing=dt.date.fromisoformat(told["parole_hearing"]))
    for (note,), said in zip(notes, told["words"], strict=True):
        with store.work("revise_item") as unit:
            unit.revise(PlanItem, note, words=said)
    version = told["version"] | {"done_on": dt.date.fromisoformat(told["version"]["done_on"])}
    with store.work("done_for_now") as unit:
        unit.revise(Plan, plan, done_on=version["done_on"])
        unit.create(PlanVersion, participant=her, plan=plan, **version)


def _digest(store: Store) -> str:
    """What the office holds, as ``morango_site.side`` tells it."""
    with store.read() as unit:
        women = unit.rows(
            sa.select(
                Participant.department_number, Participant.first_name, Participant.last_name,
                Participant.parole_hearing, Plan.done_on,
            )
            .join(PlanVersion, PlanVersion.participant == Participant.id)
            .join(Plan, Plan.id == PlanVersion.plan)
            .order_by(Participant.department_number, PlanVersion.number)
        )  # fmt: skip
        notes = unit.rows(
            sa.select(PlanItem.words)
            .join(Participant, Participant.id == PlanItem.participant)
            .order_by(Participant.department_number, PlanItem.position)
        )
    held = [[list(woman) for woman in women], [words for (words,) in notes]]
    return hashlib.sha256(json.dumps(held, default=str).encode()).hexdigest()


# Both


def _whole(side: str, work: Path) -> dict[str, Any]:
    """Move everything, change some, move that: seconds and bytes of either way."""
    with Running(side, "--part", "sender", work) as sending, Running(side, "--part", "receiver", work) as taking:
        sent, taken = sending.do("send"), taking.do("take")
        sending.do("edit")
        sent_later, taken_later = sending.do("send"), taking.do("take")
    for what, one, other in (("all", sent, taken), ("changed", sent_later, taken_later)):
        print(
            f"    {what:8} {one['records']:>6,}: out {one['seconds']:6.2f} s (cpu {one['cpu']:.2f}), "
            f"in {other['seconds']:6.2f} s (cpu {other['cpu']:.2f}), {one['bytes']:>10,} bytes",
            flush=True,
        )
    return {
        "all": sent["seconds"] + taken["seconds"], "later": sent_later["seconds"] + taken_later["seconds"],
        "bytes": sent["bytes"], "later_bytes": sent_later["bytes"], "changed": sent_later["records"],
        "digest": taken_later["digest"],
    }  # fmt: skip


_OURS, _PEER = "benchmarks.morango", "benchmarks.morango_site.side"


def main() -> int:
    given = asked(__doc__, 3, prepare, sender, receiver, size=50_000, of="records: a tenth women, the others notes")
    with scratch(given.keep) as place:
        folder = place / f"morango-{given.size}"
        folder.mkdir(exist_ok=True)
        fresh(_OURS, "--part", "prepare", folder)
        if not (folder / "theirs").exists():
            (folder / "theirs.part").mkdir(exist_ok=True)
            for name in ("records.json", "edits.json"):
                shutil.copy(folder / name, folder / "theirs.part")
            fresh(_PEER, "--part", "make", folder / "theirs.part")
            (folder / "theirs.part").rename(folder / "theirs")
        found: dict[str, list[dict[str, Any]]] = {"theirs": [], "ours": []}
        for turn in range(given.rounds):
            for name, side in (("theirs", _PEER), ("ours", _OURS)):
                work = folder / f"work-{name}"
                shutil.rmtree(work, ignore_errors=True)
                shutil.copytree(folder / name, work)
                print(f"  round {turn + 1}, {name}", flush=True)
                found[name].append(_whole(side, work))
                shutil.rmtree(work)
    assert len({told["digest"] for every in found.values() for told in every}) == 1, "both hold the same values"

    def pair(what: str) -> list[float]:
        return [statistics.median(told[what] for told in found[name]) for name in ("theirs", "ours")]

    changed = found["theirs"][0]["changed"]
    size = [amount / 1e6 for amount in pair("bytes")]
    later = [amount / 1e3 for amount in pair("later_bytes")]
    return show(
        [
            Line(f"{given.size:,} women and notes, times faster", *pair("all"), FASTER, faster=True),
            Line("the file of them", *size, BYTES, "MB"),
            Line(f"{changed:,} changed later, times faster", *pair("later"), LATER_FASTER, faster=True),
            Line("the file of those", *later, BYTES, "kB"),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
