"""The second proof: key files and one-time words that, together with the passphrase and never alone, open a store."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from reentry_desktop.actions import restoring, second_proof, setup, staff
from reentry_desktop.actions.opening import unlock
from reentry_desktop.base import tries
from reentry_desktop.base.problems import NotFound, Problem
from reentry_desktop.base.slots import KEY_FILE, LINE, read_slots
from reentry_desktop.base.wordlist import word_list
from reentry_desktop.store import Store, open_store, second, vault

from ..stores import PASSPHRASE, USER, Clock, Template, assert_well, payloads

pytestmark = pytest.mark.controls("IA-2(1)", "IA-2(2)", "164.312(d)")
OWN, GIVEN = "four quiet lamps by night", "seven green boats at noon"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The delay between two tries is looked at elsewhere."""
    monkeypatch.setattr(tries, "LONGEST_WAIT", 0.0)


def code(folder: Path, shown: str = "", passphrase: str = PASSPHRASE, name: str = USER) -> str:
    try:
        open_store(folder, name, passphrase, Clock(), shown=shown).close()
    except Problem as problem:
        return problem.code
    return ""


def lines_of(store: Store, monkeypatch: pytest.MonkeyPatch, count: int = 4) -> list[str]:
    """A new sheet's lines, as they are printed."""
    printed: list[str] = []
    made = second.new_lines

    def noted(*args: Any) -> Any:
        slots, lines = made(*args)
        printed.extend(lines)
        return slots, lines

    with monkeypatch.context() as patched:
        patched.setattr(second, "new_lines", noted)
        sheet = second_proof.make_sheet(store, PASSPHRASE, count)
    assert sheet.pdf.data.startswith(b"%PDF")
    assert second_proof.is_on_paper(sheet, printed[-1].upper())
    assert not second_proof.is_on_paper(sheet, " ".join(reversed(printed[-1].split())))
    second_proof.keep_sheet(store, PASSPHRASE, sheet)
    return printed


def test_a_key_file_is_asked_for_beside_the_passphrase(facility: Store, tmp_path: Path) -> None:
    path = second_proof.add_key_file(facility, PASSPHRASE, tmp_path, "blue stick")
    assert second_proof.proofs(facility) == (["blue stick"], 0, False)
    folder, text = facility.folder, path.read_text()
    assert USER not in path.name
    assert USER not in text
    facility.close()
    assert code(folder) == "second"
    assert tries.untold(tries.read(folder)) == []  # asking is no failure
    assert code(folder, text, "not the passphrase") == "wrong-passphrase"
    assert code(folder, text[:-2] + ("0" if text[-2] != "0" else "1") + "\n") == "wrong-passphrase"
    assert code(folder, text.replace("\nkey ", "\nley ")) == "second"
    with open_store(folder, USER, PASSPHRASE, Clock(), shown=text) as store:
        staff.change_passphrase(store, PASSPHRASE, OWN)  # the key file stays the same
        assert_well(store)
    assert code(folder, text) == "wrong-passphrase"
    assert code(folder, text, OWN) == ""


def test_each_line_opens_once_in_its_order(facility: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = lines_of(facility, monkeypatch)
    folder, before = facility.folder, (facility.folder / vault.FILE).read_bytes()
    facility.close()
    assert len(set(lines)) == 4
    assert all(len(line.split()) == 4 for line in lines)
    assert code(folder, lines[1]) == "wrong-passphrase"
    assert code(folder, "zzzzz not a word") == "unknown-word"  # mistyped: not tried
    assert len(tries.untold(tries.read(folder))) == 1
    assert code(folder, "1. " + " ".join(word[:4].upper() for word in lines[0].split())) == ""
    assert code(folder, lines[0]) == "wrong-passphrase"
    assert read_slots(folder).next_line(read_slots(folder).users()[0].id) == 2
    assert code(folder, lines[1], "not the passphrase") == "wrong-passphrase"
    assert code(folder, lines[1]) == ""  # a wrong passphrase has not used it up
    assert len([slot for slot in read_slots(folder).slots if slot.kind == LINE]) == 2
    (folder / vault.FILE).write_bytes(before)  # the key file of before: see the threat model
    assert code(folder, lines[0]) == ""


def test_a_line_is_used_up_before_anything_is_open(
    facility: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = lines_of(facility, monkeypatch)
    folder = facility.folder
    facility.close()

    def cut_off(*_args: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("reentry_desktop.store.unlocking.begin", cut_off)
        with pytest.raises(KeyboardInterrupt):
            open_store(folder, USER, PASSPHRASE, Clock(), shown=lines[0])
    assert code(folder, lines[0]) == "wrong-passphrase"
    assert code(folder, lines[1]) == ""


@pytest.mark.controls("AC-7")
def test_guessing_the_second_proof_locks_the_account(facility: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = lines_of(facility, monkeypatch)
    folder = facility.folder
    facility.close()
    guesses = [code(folder, " ".join([*lines[0].split()[:3], word])) for word in word_list()[:4]]
    assert guesses == ["wrong-passphrase"] * 4
    assert code(folder, " ".join(reversed(lines[0].split()))) == "locked"
    assert code(folder, lines[0]) == "locked"


def test_neither_half_opens_what_it_should_not(
    facility: Store, office: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What somebody edits in the key file, or brings from another store or another person, opens nothing."""
    staff.add_user(facility, name="bo", passphrase=OWN)
    text = second_proof.add_key_file(facility, PASSPHRASE, tmp_path).read_text()
    lines_of(facility, monkeypatch, 2)
    (tmp_path / "theirs").mkdir()
    foreign = second_proof.add_key_file(office, PASSPHRASE, tmp_path / "theirs").read_text()
    foreign_slots = office.slots.slots
    folder = facility.folder
    facility.close()
    kept = (folder / vault.FILE).read_bytes()
    own = next(s for s in read_slots(folder).slots if s.kind == KEY_FILE)

    def edited(which: str, **values: Any) -> None:
        found = msgspec.json.decode(kept)
        for slot in found["slots"]:
            if slot["kind"] == which and (which != "user+second" or slot["name"] == USER):
                slot |= values
        (folder / vault.FILE).write_bytes(msgspec.json.encode(found))

    for kind, values in (
        ("user+second", {"kind": "user"}),  # as if the passphrase were enough
        ("user+second", {"memory_kib": vault.FLOOR_KIB + 1024}),
        ("key-file", {"name": "0" * 32 + "/x"}),
        ("key-file", {"salt": base64.b64encode(bytes(16)).decode()}),
        ("key-file", {"sealed": base64.b64encode(bytes(48)).decode()}),
    ):
        edited(kind, **values)
        assert code(folder, text) == "wrong-passphrase", (kind, values)
        tries.write(folder, tries.Tries())
    edited("line", memory_kib=8)
    assert code(folder, " ".join(word_list()[:4])) == "weakened"
    tries.write(folder, tries.Tries())
    (folder / vault.FILE).write_bytes(kept)
    assert code(folder, foreign) == "wrong-passphrase"
    slots = read_slots(folder)
    theirs = next(slot for slot in foreign_slots if slot.kind == KEY_FILE)
    mixed = msgspec.structs.replace(slots, slots=(*slots.slots, msgspec.structs.replace(theirs, name=own.name)))
    vault.write_slots(folder, mixed)
    assert code(folder, foreign) == "wrong-passphrase"
    assert code(folder, text) == ""


def test_who_loses_it_is_helped_by_an_administrator_or_the_kit(
    facility: Store, facility_template: Template, tmp_path: Path
) -> None:
    staff.add_user(facility, name="bo", passphrase=OWN, administrator=True)
    folder = facility.folder
    facility.close()
    with open_store(folder, "bo", OWN, Clock()) as store:
        text = second_proof.add_key_file(store, OWN, tmp_path).read_text()
    with open_store(folder, USER, PASSPHRASE, Clock()) as store:
        staff.reset_passphrase(store, "bo", GIVEN)
        assert [slot.kind for slot in store.slots.seconds(store.slots.user("bo").id)] == []  # type: ignore[union-attr]
    assert code(folder, "", GIVEN, "bo") == ""
    (tmp_path / "next").mkdir()
    with open_store(folder, "bo", GIVEN, Clock()) as store:
        second_proof.add_key_file(store, GIVEN, tmp_path / "next")
    assert code(folder, text, GIVEN, "bo") == "wrong-passphrase"
    restoring.recover(folder, [facility_template.kit.text(part).decode() for part in "BC"], "bo", OWN)
    assert code(folder, "", OWN, "bo") == ""
    with open_store(folder, USER, PASSPHRASE, Clock()) as store:
        assert_well(store)


def test_what_was_lost_is_taken_out_and_the_last_stays_where_it_is_asked_for(
    facility: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = second_proof.add_key_file(facility, PASSPHRASE, tmp_path, "blue").read_text()
    with pytest.raises(Problem) as told:
        second_proof.add_key_file(facility, PASSPHRASE, tmp_path)
    assert told.value.code == "exists"
    with pytest.raises(Problem) as told:
        second_proof.make_sheet(facility, "not the passphrase", 1)
    assert told.value.code == "wrong-passphrase"
    lines = lines_of(facility, monkeypatch, 2)
    assert second_proof.proofs(facility) == (["blue"], 2, False)
    with pytest.raises(NotFound):
        second_proof.drop(facility, PASSPHRASE, "red")
    second_proof.drop(facility, PASSPHRASE, "blue")
    with facility.work("set_site") as unit:
        staff.set_site(unit, second_factor="administrators")
    with pytest.raises(Problem) as told:
        second_proof.drop(facility, PASSPHRASE)
    assert told.value.code == "last"
    with facility.work("set_site") as unit:
        staff.set_site(unit, second_factor="none")
    folder = facility.folder
    facility.close()
    assert code(folder, text) == "wrong-passphrase"
    with open_store(folder, USER, PASSPHRASE, Clock(), shown=lines[0]) as store:
        second_proof.drop(store, PASSPHRASE)
        with store.read() as unit:
            assert [e["act"] for e in payloads(unit.connection)].count("add_second") == 4
        assert_well(store)
    assert code(folder) == ""


@pytest.mark.parametrize(("policy", "asked"), [("none", []), ("administrators", [USER]), ("all", [USER, "bo"])])
def test_who_is_asked_does_nothing_before_it_is_set_up(
    facility: Store, tmp_path: Path, policy: str, asked: list[str]
) -> None:
    staff.add_user(facility, name="bo", passphrase=OWN)
    with facility.work("set_site") as unit:
        staff.set_site(unit, second_factor=policy)
    folder = facility.folder
    facility.close()
    for name, passphrase in ((USER, PASSPHRASE), ("bo", OWN)):
        with open_store(folder, name, passphrase, Clock()) as store:
            assert (store.owes == "second") == (name in asked)
            if name not in asked:
                continue
            with pytest.raises(Problem) as told, store.work("register"):
                pass
            assert told.value.code == "owes"
            (tmp_path / name).mkdir()
            second_proof.add_key_file(store, passphrase, tmp_path / name)
            assert store.owes == ""
            with store.work("register"):
                pass


def test_a_new_kit_and_a_copied_folder_leave_it_as_it_is(
    facility: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = lines_of(facility, monkeypatch)
    setup.new_kit(facility)
    assert second_proof.proofs(facility).lines == 4
    folder = facility.folder
    facility.close()
    unlock(folder, USER, PASSPHRASE, Clock(), shown=lines[0]).close()
    copy = tmp_path / "copy"
    import shutil

    shutil.copytree(folder, copy)
    with unlock(copy, USER, PASSPHRASE, Clock(), shown=lines[1]) as store:  # one line, though it becomes a new device
        assert second_proof.proofs(store).lines == 2
        assert store.who.name == USER


@pytest.mark.embedded
def test_a_backup_asks_for_it_too(facility: Store, tmp_path: Path) -> None:
    from reentry_desktop.actions import checking

    text = second_proof.add_key_file(facility, PASSPHRASE, tmp_path).read_text()
    checking.backup(facility, tmp_path / "a.backup")
    for shown, wanted in (("", "second"), (" ".join(word_list()[:4]), "wrong-passphrase")):
        with pytest.raises(Problem) as told:
            restoring.restore(tmp_path / "a.backup", tmp_path / "back", USER, PASSPHRASE, Clock(), shown=shown)
        assert told.value.code == wanted
    with restoring.restore(tmp_path / "a.backup", tmp_path / "back", USER, PASSPHRASE, Clock(), shown=text) as store:
        assert_well(store)


def test_two_proofs_of_two_people_are_two(fresh: Callable[[], Path], tmp_path: Path) -> None:
    folder = fresh()
    with open_store(folder, USER, PASSPHRASE, Clock()) as store:
        staff.add_user(store, name="bo", passphrase=OWN)
        hers = second_proof.add_key_file(store, PASSPHRASE, tmp_path).read_text()
    (tmp_path / "bo").mkdir()
    with open_store(folder, "bo", OWN, Clock()) as store:
        his = second_proof.add_key_file(store, OWN, tmp_path / "bo").read_text()
    assert code(folder, hers, OWN, "bo") == "wrong-passphrase"
    assert code(folder, his) == "wrong-passphrase"
    assert code(folder, his, OWN, "bo") == ""
