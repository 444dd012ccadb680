"""Bundles and stores of earlier versions, as they were made then: each later version must read them the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import plans, setup
from reentry_desktop.base.ids import Id
from reentry_desktop.bundle import read_card
from reentry_desktop.exchange import identity, incoming
from reentry_desktop.exchange.incoming import APPLIED
from reentry_desktop.records.local import Peer
from reentry_desktop.store import create_store

from ..stores import PASSPHRASE, USER, Clock, assert_well, assert_whole, tables

GOLDEN = Path(__file__).parent.parent / "golden"


@pytest.mark.parametrize("version", sorted(path.name for path in GOLDEN.glob("v*")))
def test_what_an_earlier_version_sent_is_read_to_the_same_records(version: str, tmp_path: Path) -> None:
    golden = GOLDEN / version
    keys = json.loads((golden / "office.json").read_text("utf-8"))
    store, _parts = create_store(
        tmp_path / "office", kind="office", site=Id(keys["site"]), identity=bytes.fromhex(keys["identity"]),
        device=keys["device"] ^ 1, clock=Clock(),
    )  # fmt: skip
    with store:
        store.kit_tested = True
        card = (golden / "north.card").read_bytes()
        with store.work("trust_card") as unit:
            identity.trust(unit, read_card(card), card, " ".join(read_card(card).fingerprint))
        for name in ("north-0001.bundle", "north-0002.bundle"):
            taken = incoming.take_in(store, Path(shutil.copy(golden / name, tmp_path)))
            assert taken.status == APPLIED, taken.reason
        assert_whole(store)
        with store.read() as unit:
            found = json.loads(json.dumps(tables(unit.connection), default=str))
    expected = json.loads((golden / "records.json").read_text("utf-8"))
    of_the_office = {keys["site"]}
    for kind, records in expected.items():
        for record, values in records.items():
            if record in of_the_office or (kind == "person" and values["site"] in of_the_office):
                continue
            assert values.items() <= found[kind][record].items(), (kind, record)
    words = {row["words"] for row in found["plan_item"].values()}
    assert {"Caminar por el patio", "Salir a tomar aire"} <= words


@pytest.mark.parametrize("version", sorted(path.name for path in GOLDEN.glob("v*") if (path / "north.backup").exists()))
def test_a_store_of_an_earlier_version_opens_with_all_that_was_in_it(version: str, tmp_path: Path) -> None:
    golden = GOLDEN / version
    with setup.restore(golden / "north.backup", tmp_path / "north", USER, PASSPHRASE, Clock()) as store:
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
