"""Forgeries by somebody who has a trusted site's keys, and entries that are not what an entry is."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from reentry_desktop.actions import enrolling, women
from reentry_desktop.base.ids import Id, new_id
from reentry_desktop.bundle import Span, Totals, Writer
from reentry_desktop.exchange import identity, incoming
from reentry_desktop.exchange.incoming import ALREADY, APPLIED, SET_ASIDE, WAITING
from reentry_desktop.exchange.recalled import delete_words
from reentry_desktop.records import Participant, Program
from reentry_desktop.records.change import Change, from_payload, to_payload
from reentry_desktop.records.entry import digest, first_hash, next_hash
from reentry_desktop.store import Store, check
from reentry_desktop.store.rebuild import rebuild

from ..stores import Template, assert_well, assert_whole, conflicts, enrolled, exchange_cards, keys_of, tables
from .test_bundles import send, unchanged

# Forgeries: by somebody who has a trusted site's keys


def forge(
    store: Store, file: Path, runs: Sequence[tuple[int, int, bytes, Sequence[bytes]]], *, number: int = 90,
    devices: dict[str, str] | None = None,
) -> Path:  # fmt: skip
    """A bundle with these runs (device, first number, hash before, payloads), signed with the store's keys."""
    with store.read() as unit:
        _peer, card = identity.peer_named(unit, "OFFICE")
    stream = io.BytesIO()
    writer = Writer(stream, keys_of(store)[1], [card], number=number, previous=b"\x01" * 32)
    made, spans = [], []
    for device, first, before, some in runs:
        rows, chained = [], before
        for at, payload in enumerate(some, first):
            salt = bytes(16)
            chained = next_hash(chained, at, digest(salt, payload))
            rows.append((at, salt, payload))
        spans.append(Span(device, first, before, first + len(some) - 1, chained))
        made.append((device, first, before, rows))
    writer.manifest(
        spans=spans, totals=Totals(entries=sum(len(m[3]) for m in made)), app="x", made=store.clock(), zone="UTC",
        more={"devices": devices} if devices else None,
    )  # fmt: skip
    for device, first, before, rows in made:
        writer.run(device, first, before)
        writer.entries(rows)
    writer.close()
    file.write_bytes(stream.getvalue())
    return file


def act(**more: Any) -> bytes:
    given = {"at": "2026-11-23T09:00:00.000Z", "act": "x", "share": "dates"} | more
    return to_payload(Change(**given))


def program(name: Any = "Forged", **more: Any) -> bytes:
    values = msgspec.Raw(msgspec.json.encode({"name": name, **more.pop("values", {})}))
    return act(kind="program", record=new_id(), depth=1, new=True, values=values, **more)


@pytest.fixture
def met(pair: tuple[Store, Store], tmp_path: Path) -> tuple[Store, Store, Path]:
    """The office has a first bundle of the facility."""
    facility, office = pair
    enrolled(facility, share="words")
    assert incoming.take_in(office, send(facility, tmp_path / "stick")).status == APPLIED
    return facility, office, tmp_path / "forged.bundle"


def chain(store: Store, number: int) -> bytes:
    with store.read() as unit:
        row = unit.connection.exec_driver_sql(
            "SELECT hash FROM entry WHERE number = ? AND device = ?", (number, store.device)
        )
        return row.scalar_one()


def test_a_forged_bundle_that_follows_the_rules_would_be_taken(met: tuple[Store, Store, Path]) -> None:
    """So that the refusals below are for their reason, and not for the forger's clumsiness."""
    facility, office, file = met
    with facility.read() as unit:
        last = unit.connection.exec_driver_sql("SELECT max(number) FROM entry").scalar_one()
    runs = [(facility.device, last + 1, chain(facility, last), [program()])]
    with office.read() as unit:  # the facility wrote since: the office first has to have that
        assert unit.connection.exec_driver_sql(
            "SELECT count(*) FROM entry WHERE device <> ?", (office.device,)
        ).scalar_one()
    assert incoming.take_in(office, send(facility, file.parent / "stick")).status == APPLIED
    with facility.read() as unit:
        sent = unit.connection.exec_driver_sql("SELECT max(number) FROM entry").scalar_one() - 1
    runs = [(facility.device, sent + 1, chain(facility, sent), [program()])]
    assert incoming.take_in(office, forge(facility, file, runs)).status == APPLIED


def test_another_history_of_the_same_device_is_a_fork(met: tuple[Store, Store, Path]) -> None:
    facility, office, file = met
    first = first_hash(facility.device)
    unchanged(office, forge(facility, file, [(facility.device, 1, first, [program()])]), SET_ASIDE, "another history")
    unchanged(
        office, forge(facility, file, [(facility.device, 3, bytes(32), [program()])]), SET_ASIDE, "another history"
    )
    with office.read() as unit:  # and one that begins where the office stands, after something else
        ends = unit.connection.exec_driver_sql(
            "SELECT max(number) FROM entry WHERE device = ? UNION SELECT max(last) FROM gap WHERE device = ?",
            (facility.device,) * 2,
        )
        end = max(filter(None, ends.scalars()))
    unchanged(
        office,
        forge(facility, file, [(facility.device, end + 1, bytes(32), [program()])]),
        SET_ASIDE,
        "another history",
    )
    good = chain(facility, 4)
    unchanged(office, forge(facility, file, [(facility.device, 5, good, [program()])]), SET_ASIDE, "another history")


@pytest.mark.embedded
def test_a_copied_pc_is_a_fork(met: tuple[Store, Store, Path], facility_template: Template, tmp_path: Path) -> None:
    facility, office, _file = met
    facility.engine.dispose()
    shutil.copytree(facility.folder, tmp_path / "copy")
    woman = next(iter(_women(facility)))
    with facility_template.open(tmp_path / "copy") as copy:
        with copy.work("correct") as unit:
            women.correct(unit, woman, unit="Copy")
        with facility.work("correct") as unit:
            women.correct(unit, woman, unit="Original")
        assert incoming.take_in(office, send(facility, tmp_path / "a")).status == APPLIED
        unchanged(office, send(copy, tmp_path / "b"), SET_ASIDE, "another history")
    assert_whole(office)


def _women(store: Store) -> list[Id]:
    with store.read() as unit:
        return list(unit.session.scalars(sa.select(Participant.id)))


def test_entries_in_the_name_of_another_sites_device_are_refused(
    met: tuple[Store, Store, Path], tmp_path: Path
) -> None:
    facility, office, file = met
    with Template.make(tmp_path / "south", "facility", "South", "SOUTH").open(tmp_path / "south") as south:
        exchange_cards(office, south)
        enrolled(south, "S1", first="Eva", last="Sol")
        assert incoming.take_in(office, send(south, tmp_path / "stick")).status == APPLIED
        with south.read() as unit:
            last = unit.connection.exec_driver_sql("SELECT max(number) FROM entry").scalar_one() - 1
        forged = [(south.device, last + 1, chain(south, last), [program()])]
        unchanged(office, forge(facility, file, forged), SET_ASIDE, "another history")
        forged = [(south.device, 1, first_hash(south.device), [program()])]
        unchanged(office, forge(facility, file, forged), SET_ASIDE, "another history")
        forged = [(office.device, 1, first_hash(office.device), [program()])]
        unchanged(office, forge(facility, file, forged), SET_ASIDE, "another history")
    with office.read() as unit:
        end = unit.connection.exec_driver_sql(
            "SELECT max(number) FROM entry WHERE device = ?", (office.device,)
        ).scalar_one()
    forged = [(office.device, end + 1, chain(office, end), [program()])]
    unchanged(office, forge(facility, file, forged), SET_ASIDE, "another history")


def test_what_other_sites_wrote_is_handed_on_for_the_sake_of_a_woman_who_moved_alone(
    met: tuple[Store, Store, Path],
) -> None:
    """A facility says whose devices they are: it may not speak of others, nor in their name, nor for its reader."""
    facility, office, file = met
    third, elsewhere = 77, "c" * 32
    told = {str(third): elsewhere}
    woman = next(iter(_women(facility)))
    about_her = act(kind="participant", record=woman, participant=woman, depth=1)
    revocation = act(kind="revocation", record=new_id(), depth=1, new=True)
    for payload in (about_her, revocation, act(kind="transfer", record=new_id(), depth=1, new=True)):
        forged = forge(facility, file, [(third, 1, first_hash(third), [payload])], devices=told)
        unchanged(office, forged, SET_ASIDE, "rules")
    # A device of the sender's own, one that is known as another site's, and the reader's own with a new entry.
    for device, of in ((third, facility.site), (facility.device, elsewhere), (office.device, elsewhere)):
        forged = forge(facility, file, [(device, 1, first_hash(device), [program()])], devices={str(device): of})
        unchanged(office, forged, SET_ASIDE, "another history")
    with office.read() as unit:
        end = unit.connection.exec_driver_sql(
            "SELECT max(number) FROM entry WHERE device = ?", (office.device,)
        ).scalar_one()
    runs = [(office.device, end + 1, chain(office, end), [program()])]
    mine = {str(office.device): office.site}
    unchanged(office, forge(facility, file, runs, devices=mine), SET_ASIDE, "another history")
    forged = forge(facility, file, [(third, 1, first_hash(third), [program()])], devices=told)
    assert incoming.take_in(office, forged).status == APPLIED  # what her record may name


def test_a_run_beyond_what_is_here_waits(met: tuple[Store, Store, Path]) -> None:
    facility, office, file = met
    unchanged(
        office, forge(facility, file, [(facility.device, 500, bytes(32), [program()])]), WAITING, "missing; number"
    )


NO_ENTRY: dict[str, Callable[[], bytes]] = {
    "not JSON": lambda: b"not json",
    "not an object": lambda: b"[1]",
    "a field of a wrong type": lambda: b'{"at":1,"act":"x"}',
    "no act": lambda: b'{"at":"2026-11-23T09:00:00.000Z"}',
    "no text": lambda: b'{"at":"2026-11-23T09:00:00.000Z","act":"\xff"}',
    "no text in values of a kind of 2031": lambda: act(kind="of_2031", depth=1, values=msgspec.Raw(b'{"a":"\xff"}')),
    "brackets without end": lambda: act(values=msgspec.Raw(b'{"a":' + b"[" * 500 + b"]" * 500 + b"}")),
    "more brackets than any stack holds": lambda: act(
        values=msgspec.Raw(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    ),
    "an id that PostgreSQL keeps nowhere": lambda: program().replace(b'"record":"', b'"record":"\\u0000'),
    "a depth beyond all columns": lambda: program().replace(b'"depth":1', b'"depth":%d' % 10**30),
    "a depth below nothing": lambda: program().replace(b'"depth":1', b'"depth":-1'),
    "a seen entry that is no place": lambda: program().replace(b'"depth":1', b'"depth":2,"seen":[[1]]'),
}


def following(facility: Store, office: Store, file: Path, *payloads: bytes) -> Path:
    """A bundle that goes on where the office stands."""
    assert incoming.take_in(office, send(facility, file.parent / "stick")).status == APPLIED
    with facility.read() as unit:
        end = unit.connection.exec_driver_sql("SELECT max(number) FROM entry").scalar_one() - 1
    return forge(facility, file, [(facility.device, end + 1, chain(facility, end), payloads)])


@pytest.mark.parametrize("what", NO_ENTRY)
def test_what_is_no_entry_refuses_the_bundle(met: tuple[Store, Store, Path], what: str) -> None:
    facility, office, file = met
    taken = unchanged(office, following(facility, office, file, program("Fine"), NO_ENTRY[what]()), SET_ASIDE)
    assert "rules" in taken.reason


def number(value: str) -> bytes:
    values = msgspec.Raw(b'{"name":"X","due_months":%s}' % value.encode())
    return act(kind="site", record=new_id(), depth=1, new=True, values=values)


UNFIT: dict[str, Callable[[], bytes]] = {
    "values that are no object": lambda: act(
        kind="program", record=new_id(), depth=1, new=True, values=msgspec.Raw(b"[1]")
    ),
    "a name that is a number": lambda: program(5),
    "a name too long": lambda: program("x" * 121),
    "a letter that is none": lambda: program("Br\0idges"),
    "a day that is none": lambda: program(values={"starts_on": "2026-02-30"}),
    "a number beyond all columns": lambda: number("1" + "0" * 30),
    "a number beyond all numbers": lambda: number("1e999"),
    "a number beyond all numbers in a field of 2031": lambda: program().replace(b'"name"', b'"of_2031":1e999,"name"'),
    "a depth that nothing it had seen explains": lambda: program().replace(b'"depth":1', b'"depth":1000'),
    "a depth that no record has": lambda: program().replace(b'"depth":1', b'"depth":2147483648,"seen":[[9,9]]'),
    "a seen entry that is nowhere": lambda: program().replace(b'"depth":1', b'"depth":2,"seen":[[%d,1]]' % 10**30),
}


@pytest.mark.parametrize("what", UNFIT)
def test_what_does_not_fit_a_record_waits_and_holds_up_nothing_else(met: tuple[Store, Store, Path], what: str) -> None:
    facility, office, file = met
    unfit = UNFIT[what]()
    record, kind = from_payload(unfit).record, from_payload(unfit).kind
    bundle = following(facility, office, file, program("Before"), unfit, program("After"))
    assert incoming.take_in(office, bundle, trial=True).waiting == 1
    taken = incoming.take_in(office, bundle)
    assert (taken.status, taken.changes, taken.waiting) == (APPLIED, 3, 1)
    with office.read() as unit:
        names = set(unit.session.scalars(sa.select(Program.name)))
        assert names >= {"Before", "After"}
        assert not names & {"Forged", ""}
        assert unit.connection.exec_driver_sql(f'SELECT count(*) FROM "{kind}" WHERE id = ?', (record,)).scalar() == 0
        kept = unit.connection.exec_driver_sql("SELECT payload FROM entry WHERE record = ?", (record,)).scalars().all()
        assert list(map(bytes, kept)) == [unfit]
    assert_whole(office)
    assert_well(office)
    assert incoming.take_in(office, bundle).status == ALREADY
    with office.work("rebuild") as unit:
        before = tables(unit.connection)
        rebuild(unit.connection)
        assert tables(unit.connection) == before


def test_no_depth_makes_a_value_win(met: tuple[Store, Store, Path]) -> None:
    """Whoever could state any depth would win every disagreement: it is as if she had said nothing."""
    facility, office, file = met
    woman = next(iter(_women(facility)))
    lie = act(kind="participant", record=woman, participant=woman, depth=1000, values=msgspec.Raw(b'{"unit":"Mine"}'))
    assert incoming.take_in(office, following(facility, office, file, lie)).status == APPLIED
    with office.read() as unit:
        assert unit.get(Participant, woman).unit == ""
        assert conflicts(unit.connection) == set()
    with office.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 3")
        assert unit.get(Participant, woman).unit == "Ward 3"
    assert_whole(office)


def test_what_waits_is_deleted_with_the_rest_of_her_words(met: tuple[Store, Store, Path]) -> None:
    facility, office, file = met
    woman = next(iter(_women(facility)))
    need = new_id()
    about = {"kind": "need_tag", "record": need, "participant": woman, "share": "words"}
    good = msgspec.Raw(msgspec.json.encode({"participant": woman, "need": "housing"}))
    begun = act(**about, depth=1, new=True, values=good)
    unfit = act(**about, depth=2, seen=((facility.device, 10**9),), values=msgspec.Raw(b'{"need":5}'))
    assert incoming.take_in(office, following(facility, office, file, begun, unfit)).waiting == 1
    with office.work("delete") as unit:
        assert delete_words(unit, woman) >= 2
    with office.read() as unit:
        found = tables(unit.connection)
        assert need not in found["need_tag"]
        assert need not in found["waiting"]
    assert_whole(office)


@pytest.mark.parametrize("told", [b"{}", b'{"through":"1","signature":5}', b'{"through":%d}' % 10**25])
def test_a_signature_that_is_none_is_told_as_one(met: tuple[Store, Store, Path], told: bytes) -> None:
    facility, office, file = met
    forged = following(facility, office, file, act(act="sign_off", share="site", values=msgspec.Raw(told)))
    assert incoming.take_in(office, forged).status == APPLIED
    with office.read() as unit:
        assert check.check_log(unit).bad.startswith(f"{facility.device}/")


@pytest.mark.embedded
def test_two_bundles_of_one_number_are_both_taken(met: tuple[Store, Store, Path], facility_template: Template) -> None:
    """As after a power cut between writing a bundle and noting that it was written."""
    facility, office, _file = met
    folders = [office.folder.parent / name for name in ("one", "two")]
    before = office.folder.parent / "before"
    facility.sign_off()
    facility.engine.dispose()
    shutil.copytree(facility.folder, before)
    first = send(facility, folders[0])
    facility.close()
    with facility_template.open(before) as again:
        with again.work("correct") as unit:
            enrolling.add_program(unit, name="Later")
        second = send(again, folders[1])
    assert first.name == second.name
    assert incoming.take_in(office, first).status == APPLIED
    assert incoming.take_in(office, second).status == APPLIED
    assert incoming.take_in(office, first).changes == 0
    assert_whole(office)
