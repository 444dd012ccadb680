"""The recovery kit and coming back: typed words, parts kept apart, a new kit, a backup laid out as a new device."""

from __future__ import annotations

from pathlib import Path

import pytest

from reentry_desktop.actions import checking, restoring, setup, staff, use_export, women
from reentry_desktop.base.problems import NotFound, Problem, Refused
from reentry_desktop.store import Store, open_store

from ..stores import PASSPHRASE, USER, Clock, Template, assert_well, enrolled

NEW = "six yellow kites over town"


def typed(kit: setup.Kit, part: str) -> str:
    """As somebody types it: the first four letters of each word, in capitals, on several lines."""
    short = [word[:4].upper() for word in kit.parts[part]]
    return "\n".join(" ".join(short[n : n + 6]) for n in range(0, 24, 6))


@pytest.mark.parametrize("parts", ["AB", "CA", "BC"])
def test_two_parts_as_typed_give_a_new_passphrase(facility_template: Template, tmp_path: Path, parts: str) -> None:
    folder, kit = facility_template.copy(tmp_path / "store"), facility_template.kit
    assert restoring.recover(folder, [typed(kit, p) for p in parts], USER.upper(), NEW, Clock()) == USER
    with pytest.raises(Problem):
        open_store(folder, USER, PASSPHRASE, Clock())
    with open_store(folder, USER, NEW, Clock()) as store:
        assert store.who.administrator
        enrolled(store)
        assert_well(store)


def test_a_file_and_a_typed_part(facility_template: Template, tmp_path: Path) -> None:
    folder, kit = facility_template.copy(tmp_path / "store"), facility_template.kit
    with restoring.open_with_kit(folder, [kit.text("C").decode(), typed(kit, "A")], Clock()) as store:
        assert store.site


def test_one_part_the_same_twice_or_a_wrong_word_open_nothing(
    facility_template: Template, office_template: Template, tmp_path: Path
) -> None:
    folder, kit = facility_template.copy(tmp_path / "store"), facility_template.kit
    a = kit.text("A").decode()
    swapped = " ".join((kit.parts["B"][1], kit.parts["B"][0], *kit.parts["B"][2:]))
    others = office_template.kit.text("B").decode()
    for texts in ([a], [a, a], [a, "abcd " * 24], [a, " ".join(kit.parts["B"][:23])], [a, swapped], [a, others]):
        with pytest.raises(Problem):
            restoring.recover(folder, texts, USER, NEW, Clock())
    with pytest.raises(NotFound):
        restoring.recover(folder, [a, typed(kit, "B")], "nobody", NEW, Clock())
    with pytest.raises(Problem):
        restoring.recover(folder, [a, typed(kit, "B")], USER, "short", Clock())
    with open_store(folder, USER, PASSPHRASE, Clock()) as store:
        assert_well(store)


def test_parts_are_kept_apart(tmp_path: Path) -> None:
    with pytest.raises(Refused) as told:
        setup.keep_kit_apart({"A": tmp_path / "a" / "not-there-yet", "B": tmp_path / "b"})
    assert list(told.value.fields) == ["B"]
    assert "A" in told.value.fields["B"]
    setup.keep_kit_apart({"A": tmp_path})
    if Path("/dev").stat().st_dev != tmp_path.stat().st_dev:
        setup.keep_kit_apart({"A": tmp_path, "B": Path("/dev/no-such-folder")})


def test_a_new_kit_ends_the_old_one(facility: Store, facility_template: Template) -> None:
    folder, old = facility.folder, facility_template.kit
    new = setup.new_kit(facility)
    assert not facility.kit_tested
    with pytest.raises(Problem):  # nothing of a woman before the kit was tested
        enrolled(facility)
    with pytest.raises(Problem):
        setup.test_kit(facility, {p: old.text(p).decode() for p in "ABC"})
    with pytest.raises(Problem):
        setup.test_kit(facility, {p: new.text(p).decode() for p in "AB"})
    setup.test_kit(facility, {p: new.text(p).decode() if p == "A" else typed(new, p) for p in "ABC"})
    enrolled(facility)
    facility.close()
    with pytest.raises(Problem):
        restoring.recover(folder, [old.text(p).decode() for p in "AB"], USER, NEW, Clock())
    with pytest.raises(Problem):
        restoring.recover(folder, [old.text("A").decode(), new.text("B").decode()], USER, NEW, Clock())
    restoring.recover(folder, [new.text(p).decode() for p in "AB"], USER, NEW, Clock())


def test_only_an_administrator_makes_a_kit(facility: Store) -> None:
    facility.sign_in(staff.add_user(facility, name="bo", passphrase=NEW))
    with pytest.raises(Problem) as told:
        setup.new_kit(facility)
    assert told.value.code == "not-allowed"
    assert facility.kit_tested


def test_a_backup_comes_back_as_a_new_device(facility: Store, tmp_path: Path) -> None:
    woman, _episode = enrolled(facility)
    checking.backup(facility, tmp_path / "north.backup")
    enrolled(facility, "R1002")  # what was written after it is not in it
    with restoring.restore(tmp_path / "north.backup", tmp_path / "back", USER, PASSPHRASE, Clock()) as store:
        assert store.device != facility.device
        assert (store.site, store.slots.store) == (facility.site, facility.slots.store)
        with store.read() as unit:
            assert [w.id for w in women.search(unit).rows] == [woman]
        enrolled(store, "R1003")
        assert_well(store)
        with store.read() as unit:
            lines = list(use_export.log_lines(unit))
        assert len({(line["device"], line["number"]) for line in lines}) == len(lines)
        assert len({line["device"] for line in lines}) == 2


def test_a_restore_that_fails_leaves_nothing(facility: Store, tmp_path: Path) -> None:
    checking.backup(facility, tmp_path / "north.backup")
    torn = tmp_path / "torn.backup"
    torn.write_bytes((tmp_path / "north.backup").read_bytes()[:-1000])
    for file, passphrase in ((tmp_path / "north.backup", "wrong passphrase here"), (torn, PASSPHRASE)):
        with pytest.raises(Problem):
            restoring.restore(file, tmp_path / "back", USER, passphrase, Clock())
        assert not (tmp_path / "back").exists() or not list((tmp_path / "back").iterdir())


@pytest.mark.parametrize(
    ("changed", "field"), [({"site": " "}, "site"), ({"user": ""}, "user"), ({"kind": "jail"}, "kind")]
)
def test_a_store_needs_its_names(tmp_path: Path, changed: dict[str, str], field: str) -> None:
    asked = {"kind": "facility", "site": "North", "user": USER, "passphrase": PASSPHRASE} | changed
    with pytest.raises(Refused) as told:
        setup.create(setup.NewStore(tmp_path / "store", **asked))
    assert list(told.value.fields) == [field]
    assert not (tmp_path / "store").exists()


def test_keepers_are_noted(facility: Store) -> None:
    setup.note_keepers(facility, {"A": "The lead", "B": "The office", "C": "The bank"})
    with facility.read() as unit:
        assert setup.keepers(unit) == {"A": "The lead", "B": "The office", "C": "The bank"}
