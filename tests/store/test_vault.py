"""The key slots: who gets in, who does not, and what an edited slot file is good for."""

from __future__ import annotations

import base64
import itertools
import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from reentry_desktop.actions import restoring, setup, staff, women
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import NotFound, Problem, Refused
from reentry_desktop.store import Store, open_store, second, vault
from reentry_desktop.store.folder import DATABASE

from ..stores import PASSPHRASE, USER, Clock, Template, assert_whole, payloads


def code_of(folder: Path, name: str = USER, passphrase: str = PASSPHRASE) -> str:
    """What opening says: ``""`` where it opens."""
    (folder / "store.tries").unlink(missing_ok=True)  # nobody waits here
    try:
        open_store(folder, name, passphrase, Clock()).close()
    except Problem as problem:
        assert len(problem.sentence) > 20  # noqa: PT017
        return problem.code
    return ""


def edit(folder: Path, slot: int, **values: Any) -> None:
    """Change fields of a slot in the file, as somebody with the disk in hand would."""
    path = folder / vault.FILE
    found = msgspec.json.decode(path.read_bytes())
    found["slots"][slot] |= values
    path.write_bytes(msgspec.json.encode(found))


def user_slot(folder: Path) -> tuple[int, dict[str, Any]]:
    slots = msgspec.json.decode((folder / vault.FILE).read_bytes())["slots"]
    return next((i, slot) for i, slot in enumerate(slots) if slot["kind"] == "user")


def test_each_slot_has_a_salt_of_its_own(facility_template: Template, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "os", os)  # the tests' own gives the same one each time
    store, keys = Id("a" * 32), facility_template.keys
    made = [vault.new_user_slot(store, Id("b" * 32), "ana", PASSPHRASE, keys, vault.FLOOR_KIB) for _n in range(4)]
    assert len({slot.salt for slot in made}) == 4
    assert {len(slot.salt) for slot in made} == {16}


def test_only_her_passphrase_opens(facility_template: Template, tmp_path: Path) -> None:
    folder = facility_template.copy(tmp_path / "store")
    for wrong in ("", PASSPHRASE + " ", PASSPHRASE.upper(), PASSPHRASE[:-1], "x" * 1000, "\x00"):
        assert code_of(folder, passphrase=wrong) == "wrong-passphrase"
    for name in ("", "nobody", "pair-AB", "A+B"):
        assert code_of(folder, name=name) == "wrong-passphrase"
    assert code_of(folder) == ""
    assert code_of(folder, name=USER.upper()) == ""


@pytest.mark.embedded
@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"memory_kib": vault.FLOOR_KIB - 1}, "weakened"),
        ({"memory_kib": 8}, "weakened"),
        ({"memory_kib": 0}, "weakened"),
        ({"memory_kib": -1}, "weakened"),
        ({"passes": vault.PASSES - 1}, "weakened"),
        ({"passes": 0}, "weakened"),
        ({"lanes": 0}, "weakened"),
        ({"lanes": 1}, "wrong-passphrase"),
        ({"memory_kib": vault.FLOOR_KIB + 1024}, "wrong-passphrase"),
        ({"salt": base64.b64encode(bytes(16)).decode()}, "wrong-passphrase"),
        ({"nonce": base64.b64encode(bytes(12)).decode()}, "wrong-passphrase"),
        ({"id": "0" * 32}, "wrong-passphrase"),
        ({"sealed": ""}, "wrong-passphrase"),
    ],
    ids=str,
)
def test_a_weakened_or_edited_slot_does_not_open(
    facility_template: Template, tmp_path: Path, values: dict[str, Any], code: str
) -> None:
    folder = facility_template.copy(tmp_path / "store")
    place, slot = user_slot(folder)
    assert slot["memory_kib"] >= vault.FLOOR_KIB
    edit(folder, place, **values)
    before = (folder / DATABASE).read_bytes()
    assert code_of(folder) in {code, "damaged"} if values.get("sealed") == "" else code_of(folder) == code
    assert (folder / DATABASE).read_bytes() == before


def test_a_slot_belongs_to_its_store_and_its_name(facility_template: Template, tmp_path: Path) -> None:
    folder = facility_template.copy(tmp_path / "store")
    place, _slot = user_slot(folder)
    edit(folder, place, name="somebody")
    assert code_of(folder, name="somebody") == "wrong-passphrase"
    edit(folder, place, name=USER)
    path = folder / vault.FILE
    found = msgspec.json.decode(path.read_bytes())
    path.write_bytes(msgspec.json.encode(found | {"store": "0" * 32}))
    assert code_of(folder) == "wrong-passphrase"


def test_every_byte_of_a_sealed_key_counts(facility_template: Template, tmp_path: Path) -> None:
    folder = facility_template.copy(tmp_path / "store")
    slots = vault.read_slots(folder)
    slot, _keys = vault.open_user(slots, USER, PASSPHRASE)
    key = vault._from_passphrase(slot, PASSPHRASE)
    assert vault._unseal(slots.store, slot, key) == facility_template.keys
    for place in range(len(slot.sealed)):
        bad = bytearray(slot.sealed)
        bad[place] ^= 1
        assert vault._unseal(slots.store, msgspec.structs.replace(slot, sealed=bytes(bad)), key) is None


@pytest.mark.embedded
@pytest.mark.controls("SI-10")
def test_whatever_a_field_of_the_key_file_says_is_answered_in_words(
    facility_template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every field of the file, of each kind of slot and of what is sealed beside them."""
    monkeypatch.setattr(vault, "FLOOR_KIB", 64)  # or each of hundreds would cost a tenth of a second
    store, keys = Id("a" * 32), facility_template.keys
    with_second = msgspec.structs.replace(keys, second=second.new_secret())
    ana, bo = Id("b" * 32), Id("c" * 32)
    parts, pairs = vault.new_recovery(store, keys)
    key_slot, key_text = second.new_key_file(store, bo, "stick", with_second.second)
    (line_slot,), (line,) = second.new_lines(store, bo, with_second.second, 1)
    slots = [
        vault.new_user_slot(store, ana, "ana", PASSPHRASE, keys, 64),
        vault.new_user_slot(store, bo, "bo", PASSPHRASE, with_second, 64), key_slot, line_slot, pairs[0],
    ]  # fmt: skip
    whole = vault.SlotFile(vault.FORMAT, store, 7, Id("d" * 32), "facility", False, tuple(slots), b"", handed={ana: ()})
    whole = vault.with_database(vault.with_identity(whole, keys, b"the keys of the site"), keys, "the address")

    def looked_at() -> None:
        """All that is read of it before the records are open."""
        found = vault.read_slots(tmp_path)
        found.asked("ana"), found.asked("bo")
        for ask in (
            lambda: vault.unseal_identity(found, keys),
            lambda: vault.unseal_database(found, keys),
            lambda: vault.open_user(found, "ana", PASSPHRASE),
            lambda: vault.open_user(found, "bo", PASSPHRASE, with_second.second),
            lambda: second.unwrap(found, bo, key_text),
            lambda: second.unwrap(found, bo, line),
            lambda: vault.open_recovery(found, {name: parts[name] for name in "AB"}),
        ):
            try:
                ask()
            except Problem as problem:
                assert problem.code in {"damaged", "weakened", "wrong-passphrase", "wrong-parts"}  # noqa: PT017

    vault.write_slots(tmp_path, whole)
    looked_at()
    said = msgspec.json.decode((tmp_path / vault.FILE).read_bytes())
    bad = ["", "AA==", "x/y", "bo", "line", "user+second", -1, 0, 2**63, 2**70, None, {ana: ["", "AA=="]}]
    for place in (said, *said["slots"]):
        for name, right in list(place.items()):
            for value in bad:
                place[name] = value
                (tmp_path / vault.FILE).write_bytes(json.dumps(said).encode())
                try:
                    looked_at()
                except Problem as problem:
                    assert problem.code in {"damaged", "newer"}, (name, value)  # noqa: PT017
                except Exception as error:
                    error.add_note(f"{name} = {value}")
                    raise
            place[name] = right


@pytest.mark.embedded
def test_the_key_file_holds_no_key(facility_template: Template) -> None:
    data = (facility_template.folder / vault.FILE).read_bytes()
    found = msgspec.json.decode(data, type=vault.SlotFile)
    everything = [data, found.identity, *(s.sealed for s in found.slots), *(s.nonce + s.salt for s in found.slots)]
    everything += [(facility_template.folder / DATABASE).read_bytes()]
    identity = vault.unseal_identity(found, facility_template.keys)
    secrets = [*filter(None, msgspec.structs.astuple(facility_template.keys)), identity[16:48], identity[-64:-32]]
    secrets += [b"".join(part.encode() for part in words) for words in facility_template.kit.parts.values()]
    assert all(len(secret) >= 32 for secret in secrets)
    for secret in secrets:
        for where in everything:
            for form in (secret, secret.hex().encode(), base64.b64encode(secret)[:40], secret[:16]):
                assert form not in where
    assert repr(facility_template.keys) == "<Keys>"
    assert repr(facility_template.kit) == "<Kit>"


@pytest.mark.embedded
def test_a_changed_passphrase_encrypts_nothing_again(facility: Store) -> None:
    for number in range(40):
        with facility.work("register") as unit:
            women.register(unit, department_number=f"R{number}", first_name="Ana", last_name="Sol")
    folder = facility.folder
    facility.engine.dispose()
    before, slots = (folder / DATABASE).read_bytes(), {s.id: s for s in facility.slots.slots}
    with facility.read() as unit:
        entries = len(payloads(unit.connection))
    staff.change_passphrase(facility, PASSPHRASE, "quite another phrase")
    facility.engine.dispose()
    after = (folder / DATABASE).read_bytes()
    with facility.read() as unit:
        written = payloads(unit.connection)[entries:]
    assert [(e["act"], e["record"]) for e in written] == [("change_own_passphrase", facility.who.id)]
    size = 4096
    changed = [i for i in range(0, len(before), size) if before[i : i + size] != after[i : i + size]]
    assert len(before) == len(after)
    assert 0 < len(changed) <= 8, f"{len(changed)} of {len(before) // size} pages"
    fresh = {s.id: s for s in vault.read_slots(folder).slots}
    assert [i for i in fresh if fresh[i] != slots[i]] == [facility.who.id]
    facility.close()
    assert code_of(folder) == "wrong-passphrase"
    assert code_of(folder, passphrase="quite another phrase") == ""


@pytest.mark.parametrize(
    "weak", ["", "short", "elevenchars", "aaaaaaaaaaaaaaaa", "password1234", "qwertyuiopas", "leadleadlead" * 0]
)
def test_a_weak_passphrase_is_refused(facility: Store, weak: str) -> None:
    for attempt in (
        lambda: staff.change_passphrase(facility, PASSPHRASE, weak),
        lambda: staff.add_user(facility, name="ana", passphrase=weak),
        lambda: staff.reset_passphrase(facility, USER, weak),
        lambda: restoring.recover(facility.folder, [], USER, weak),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert list(refused.value.fields) == ["passphrase"]


# The recovery kit


def parts(template: Template, *names: str) -> list[str]:
    return [template.kit.text(name).decode() for name in names]


@pytest.mark.parametrize("pair", [*itertools.combinations("ABC", 2), ("C", "A")], ids="".join)
def test_any_two_parts_give_a_new_passphrase(
    facility_template: Template, tmp_path: Path, pair: tuple[str, str]
) -> None:
    folder = facility_template.copy(tmp_path / "store")
    assert restoring.recover(folder, parts(facility_template, *pair), USER, "a fresh phrase here") == USER
    assert code_of(folder) == "wrong-passphrase"
    with open_store(folder, USER, "a fresh phrase here", Clock()) as store:
        assert_whole(store)
        with store.read() as unit:
            assert "recover" in [e["act"] for e in payloads(unit.connection)]


def test_words_typed_without_saying_which_part_they_are_open_too(facility_template: Template, tmp_path: Path) -> None:
    folder = facility_template.copy(tmp_path / "store")
    typed = [" ".join(word.upper()[:4] for word in facility_template.kit.parts[name]) for name in "CA"]
    restoring.recover(folder, typed, USER, "a fresh phrase here")
    assert code_of(folder, passphrase="a fresh phrase here") == ""


@pytest.mark.embedded
def test_less_than_two_of_its_own_parts_open_nothing(
    facility_template: Template, office_template: Template, tmp_path: Path
) -> None:
    folder = facility_template.copy(tmp_path / "store")
    files = {name: (folder / name).read_bytes() for name in (vault.FILE, DATABASE)}
    a, b, c = parts(facility_template, "A", "B", "C")
    foreign = parts(office_template, "A", "B", "C")
    swapped = b.replace("part B", "part A"), a.replace("part A", "part B")
    for texts in (
        [],
        [a],
        [a, a],
        [c],
        [a, foreign[1]],
        foreign[:2],
        foreign,
        list(swapped),
        [a, b.replace("part B", "part C")],
    ):
        with pytest.raises(Problem) as problem:
            restoring.recover(folder, texts, USER, "a fresh phrase here")
        assert problem.value.code == "wrong-parts"
    words = a.split()
    for spoiled, code in (
        (a.replace(words[-1], "zzzzzz"), "unknown-word"),
        (" ".join(words[:-1]), "wrong-count"),
        (a.rsplit(" ", 1)[0], "wrong-count"),
    ):
        with pytest.raises(Problem) as problem:
            restoring.recover(folder, [spoiled, b], USER, "a fresh phrase here")
        assert problem.value.code == code
    codes = set()
    for first in range(4):  # one wrong order in 256 has a right checksum, and is refused for what it opens
        order = [*words[-24 : -24 + first], *reversed(words[first - 24 :])]
        with pytest.raises(Problem) as problem:
            restoring.recover(folder, [a.rsplit("\n", 2)[0] + "\n" + " ".join(order), b], USER, "a fresh phrase here")
        codes.add(problem.value.code)
    assert codes <= {"bad-checksum", "wrong-parts"}
    assert "bad-checksum" in codes
    with pytest.raises(NotFound):
        restoring.recover(folder, [a, b], "nobody", "a fresh phrase here")
    assert {name: (folder / name).read_bytes() for name in files} == files
    assert code_of(folder) == ""


def test_the_kit_is_tested_with_all_three_parts_of_this_store(
    facility_template: Template, office_template: Template, tmp_path: Path
) -> None:
    with facility_template.open(tmp_path / "store") as store:
        good = {name: facility_template.kit.text(name).decode() for name in "ABC"}
        setup.test_kit(store, good)
        for wrong in (
            {name: good[name] for name in "AB"},
            good | {"C": office_template.kit.text("C").decode()},
            good | {"A": good["B"], "B": good["A"]},
        ):
            with pytest.raises(Problem):
                setup.test_kit(store, wrong)


# Accounts


def test_a_closed_account_does_not_open_not_even_with_the_old_key_file(facility: Store) -> None:
    folder = facility.folder
    person = staff.add_user(facility, name="ana", passphrase="seven red lamps over")
    kept = (folder / vault.FILE).read_bytes()
    with pytest.raises(Problem) as problem:
        staff.disable_user(facility, USER)
    assert problem.value.code == "last"
    staff.disable_user(facility, "ana")
    assert person not in {s.id for s in facility.slots.slots}
    facility.close()
    assert code_of(folder, "ana", "seven red lamps over") == "wrong-passphrase"
    (folder / vault.FILE).write_bytes(kept)
    assert code_of(folder, "ana", "seven red lamps over") == "disabled"
    assert code_of(folder) == ""


def test_two_users_open_with_their_own_words_and_sign_for_themselves(facility: Store) -> None:
    folder = facility.folder
    person = staff.add_user(facility, name="ana", passphrase="seven red lamps over")
    with pytest.raises(Refused):
        staff.add_user(facility, name="ANA", passphrase="seven red lamps over")
    facility.close()
    assert code_of(folder, "ana", PASSPHRASE) == "wrong-passphrase"
    with open_store(folder, "ana", "seven red lamps over", Clock()) as store:
        assert store.who[:3] == (person, "ana", False)
        with store.work("register") as unit:
            women.register(unit, department_number="R1", first_name="Eva", last_name="Sol")
        with pytest.raises(Problem) as problem:
            staff.add_user(store, name="eve", passphrase="seven red lamps over")
        assert problem.value.code == "not-allowed"
        assert [s.name for s in store.slots.users()] == [USER, "ana"]
    with open_store(folder, USER, PASSPHRASE, Clock()) as store:
        assert_whole(store)
        with store.read() as unit:
            told = payloads(unit.connection)
            assert [e["by"] for e in told if e["act"] == "register"] == [person]
            assert [e["by"] for e in told if e["act"] == "sign_off"].count(person) == 1


@pytest.mark.parametrize("changed", [{"kind": "office"}, {"practice": True}, {"site": "0" * 32}, {"device": 1 << 39}])
def test_what_the_key_file_says_in_clear_cannot_be_altered(
    facility_template: Template, tmp_path: Path, changed: dict[str, object]
) -> None:
    folder = facility_template.copy(tmp_path / "altered")
    vault.write_slots(folder, msgspec.structs.replace(vault.read_slots(folder), **changed))
    with pytest.raises(Problem) as told:
        open_store(folder, USER, PASSPHRASE)
    assert told.value.code == "damaged"
