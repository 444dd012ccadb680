"""Bundles and stores of earlier versions, as they were made then: each later version must read them the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import plans, restoring, sync
from reentry_desktop.base.ids import Id
from reentry_desktop.bundle import SiteKeys, inspect, open_bundle, read_card, verify
from reentry_desktop.exchange import identity, incoming
from reentry_desktop.exchange.identity import DEVICE_END, SITE_SIZE
from reentry_desktop.exchange.incoming import APPLIED
from reentry_desktop.records import Site
from reentry_desktop.records.local import Peer
from reentry_desktop.store import Store, create_store

from ..stores import PASSPHRASE, USER, Clock, assert_well, assert_whole, tables

GOLDEN = Path(__file__).parent.parent / "golden"


def _again(folder: Path, kind: str, keys: Path, *cards: Path) -> Store:
    """A new store of a site of then, which trusts the sites of *cards*."""
    told = json.loads(keys.read_text("utf-8"))
    store, _parts = create_store(
        folder, kind=kind, site=Id(told["site"]), identity=bytes.fromhex(told["identity"]), device=told["device"] ^ 1,
        clock=Clock(),
    )  # fmt: skip
    store.kit_tested = True
    with store.work("create") as unit:
        unit.create(Site, store.site, name="Again", kind=kind)
    for file in cards:
        card = file.read_bytes()
        with store.work("trust_card") as unit:
            identity.trust(unit, read_card(card), card, " ".join(read_card(card).fingerprint))
    return store


def _assert_as_then(found: dict[str, Any], expected: Path, keys: Path) -> None:
    """Every record is what it was, but for what the reading site wrote itself: that came in no bundle."""
    told = json.loads(keys.read_text("utf-8"))
    site, own = told["site"], f"[{told['device']},"
    for kind, records in json.loads(expected.read_text("utf-8")).items():
        for record, values in records.items():
            if record == site or (kind == "person" and values["site"] == site) or own in values.get("heads", ""):
                continue
            assert values.items() <= found[kind][record].items(), (kind, record)


@pytest.mark.parametrize("version", sorted(path.name for path in GOLDEN.glob("v*")))
def test_what_an_earlier_version_sent_is_read_to_the_same_records(version: str, tmp_path: Path) -> None:
    golden = GOLDEN / version
    with _again(tmp_path / "office", "office", golden / "office.json", golden / "north.card") as store:
        for name in ("north-0001.bundle", "north-0002.bundle"):
            taken = incoming.take_in(store, Path(shutil.copy(golden / name, tmp_path)))
            assert taken.status == APPLIED, taken.reason
        assert_whole(store)
        with store.read() as unit:
            found = json.loads(json.dumps(tables(unit.connection), default=str))
    _assert_as_then(found, golden / "records.json", golden / "office.json")
    words = {row["words"] for row in found["plan_item"].values()}
    assert {"Caminar por el patio", "Salir a tomar aire"} <= words


STATES = sorted(path.parent.name for path in GOLDEN.glob("v*/state"))


@pytest.mark.parametrize("version", STATES)
@pytest.mark.parametrize("reader", ["office", "south"])
def test_what_the_sites_of_a_state_wrote_to_each_other_is_read_to_the_same_records(
    version: str, reader: str, tmp_path: Path
) -> None:
    """A record that moves, what is handed on, new keys, and a PC that came back from its backup."""
    state = GOLDEN / version / "state"
    trusted = ["north-before.card", "south.card"] if reader == "office" else ["office.card"]
    kind = "office" if reader == "office" else "facility"
    with _again(tmp_path / reader, kind, state / f"{reader}-keys.json", *(state / name for name in trusted)) as store:
        for file in sorted(state.glob(f"*-{reader}.bundle")):
            for taken in sync.take_in(store, [Path(shutil.copy(file, tmp_path))]):
                assert taken.status == APPLIED, (file.name, taken.reason)
        assert_whole(store)
        with store.read() as unit:
            found = json.loads(json.dumps(tables(unit.connection), default=str))
    _assert_as_then(found, state / f"{reader}.json", state / f"{reader}-keys.json")
    assert {row["words"] for row in found["plan_item"].values()} == {"Caminar por el patio"}
    ((_id, moved),) = found["transfer"].items()
    assert moved["accepted_on"] or reader == "south"  # what it wrote itself stayed with the store of then


@pytest.mark.parametrize("version", STATES)
def test_they_hold_all_that_a_bundle_of_that_version_could(version: str) -> None:
    """Else the test above would read less than it says."""
    state = GOLDEN / version / "state"
    said: set[str] = set()
    for path in state.glob("*.bundle"):
        _number, sender, receiver = path.stem.split("-")
        card = read_card((state / ("north-before.card" if sender == "north" else f"{sender}.card")).read_bytes())
        secret = bytes.fromhex(json.loads((state / f"{receiver}-keys.json").read_text("utf-8"))["identity"])
        older = [SiteKeys.from_bytes(secret[DEVICE_END:][:SITE_SIZE])] if secret[DEVICE_END:] else []
        with path.open("rb") as file:
            verified = verify(file, card)
            manifest, items = open_bundle(file, verified, SiteKeys.from_bytes(secret[:SITE_SIZE]), older)
            said |= {type(item).__name__ for item in items} | manifest.more.keys()
            said |= {"succession"} if inspect(file).links else set()
    assert said >= {"Run", "Entries", "Withheld", "Piece", "succession"}
    assert said >= {"receipts", "ends", "card", "own", "parcels", "devices", "cards"}


@pytest.mark.parametrize("version", STATES)
def test_an_office_of_an_earlier_version_opens_with_all_that_was_in_it(version: str, tmp_path: Path) -> None:
    state = GOLDEN / version / "state"
    with restoring.restore(state / "office.backup", tmp_path / "office", USER, PASSPHRASE, Clock()) as store:
        assert_well(store)
        with store.read() as unit:
            found = json.loads(json.dumps(tables(unit.connection), default=str))
    expected = json.loads((state / "office.json").read_text("utf-8"))
    for kind, records in expected.items():
        assert records.keys() == found[kind].keys(), kind
        for record, values in records.items():
            assert values.items() <= found[kind][record].items(), (kind, record)


@pytest.mark.parametrize("version", sorted(path.name for path in GOLDEN.glob("v*") if (path / "north.backup").exists()))
def test_a_store_of_an_earlier_version_opens_with_all_that_was_in_it(version: str, tmp_path: Path) -> None:
    golden = GOLDEN / version
    with restoring.restore(golden / "north.backup", tmp_path / "north", USER, PASSPHRASE, Clock()) as store:
        assert_well(store)
        with store.read() as unit:
            found = json.loads(json.dumps(tables(unit.connection), default=str))
            kinds = set(unit.session.scalars(sa.select(Peer.kind)))
            said = plans.contents(unit, next(iter(found["plan"]))).answers["well"].words
    assert kinds == {"office"}
    assert said == "I hum “De Colores” – and laugh"
    expected = json.loads((golden / "north.json").read_text("utf-8"))
    assert expected.keys() <= found.keys()
    for kind, records in expected.items():
        assert records.keys() == found[kind].keys(), kind
        for record, values in records.items():
            assert values.items() <= found[kind][record].items(), (kind, record)


def test_there_is_a_golden_store_of_this_version() -> None:
    assert (GOLDEN / "v1" / "north.backup").exists()
