"""A user's signature stands for what she did, also after her key was made anew."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from reentry_desktop.actions import checking, setup, staff
from reentry_desktop.records.change import from_payload, to_payload
from reentry_desktop.records.entry import digest, next_hash
from reentry_desktop.store import Store, open_store, vault
from reentry_desktop.store.folder import CHECKPOINT


@pytest.fixture
def signed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store in which Ana unlocked and signed, opened by its administrator."""
    monkeypatch.setattr(vault, "TARGET_SECONDS", 0.01)
    store, _kit = setup.create(setup.NewStore(tmp_path / "s", "facility", "Site", "lead", "correct horse battery"))
    with store:
        staff.add_user(store, name="ana", passphrase="four words go here")
    open_store(tmp_path / "s", "ana", "four words go here").close()
    return open_store(tmp_path / "s", "lead", "correct horse battery")


def test_a_new_passphrase_leaves_old_signatures_valid(signed: Store) -> None:
    with signed:
        staff.reset_passphrase(signed, "ana", "four other words here")
        assert checking.verify_log(signed)["ok"]


def test_a_later_key_cannot_sign_for_before(signed: Store) -> None:
    """Whoever is given her new key cannot sign with it what she did before."""
    with signed:
        ana = next(slot.id for slot in signed.slots.users() if slot.name == "ana")
        with signed.read() as unit:
            rows = unit.connection.exec_driver_sql("SELECT number, payload FROM entry").all()
        changes = {number: from_payload(payload) for number, payload in rows}
        number = next(n for n, change in changes.items() if (change.by, change.act) == (ana, "sign_off"))
        staff.reset_passphrase(signed, "ana", "four other words here")
        _slot, keys = vault.open_user(signed.slots, "ana", "four other words here")
        _replace(signed, number, keys.signing)
        told = checking.verify_log(signed)
    assert (told["ok"], told["first_bad"]) == (False, f"{signed.device}/{number}")


def _replace(store: Store, number: int, seed: bytes) -> None:
    """Sign entry *number* anew with another key, and mend every hash after it, as whoever has all keys could."""
    with store.work("forge") as unit:
        run = unit.connection.exec_driver_sql
        (payload,) = run("SELECT payload FROM entry WHERE number = ?", (number,)).one()
        change = from_payload(payload)
        told = change.read_values()
        signed = CHECKPOINT + store.device.to_bytes(8, "big") + told["through"].to_bytes(8, "big")
        signed += bytes.fromhex(told["hash"])
        told["signature"] = Ed25519PrivateKey.from_private_bytes(seed).sign(signed).hex()
        forged = to_payload(msgspec.structs.replace(change, values=msgspec.Raw(msgspec.json.encode(told))))
        run("UPDATE entry SET payload = ? WHERE number = ?", (forged, number))
        rows = run("SELECT number, salt, payload FROM entry WHERE number >= ? ORDER BY number", (number,)).all()
        (end,) = run("SELECT hash FROM entry WHERE number = ?", (number - 1,)).one()
        for at, salt, kept in rows:
            end = next_hash(end, at, digest(salt, kept))
            run("UPDATE entry SET hash = ? WHERE number = ?", (end, at))
