"""One device, two histories: a folder was copied, both copies go on, and the work of both is everywhere at the end.

A folder whose records lie in a database does not go on as a device of its own: those tests are about files.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reentry_desktop.actions import (
    conflicts,
    parting,
    plan_states,
    plan_versions,
    plans,
    recalling,
    restoring,
    setup,
    sync,
    taking_back,
    women,
)
from reentry_desktop.base.ids import Id, show_device
from reentry_desktop.base.problems import NotFound, Problem
from reentry_desktop.exchange import forks, joining
from reentry_desktop.records import Participant, PlanItem, Site
from reentry_desktop.records.parting import ACT
from reentry_desktop.store import Store, vault

from ..stores import (
    PASSPHRASE,
    USER,
    Clock,
    Template,
    assert_well,
    assert_whole,
    done_for_now,
    enrolled,
    exchange_cards,
    payloads,
    tables,
)
from ..stores import conflicts as conflicts_of
from . import moves as m

OTHER = "North Facility, other PC"
SRC = Path(__file__).parents[2] / "src"


class Twice:
    """A facility whose folder was copied, with a woman both know, and the office."""

    def __init__(self, template: Template, office: Store, folder: Path) -> None:
        self.template, self.office, self.folder, self.count = template, office, folder, 0
        first = self.before = template.open(folder / "first")
        with first.work("set") as unit:
            unit.revise(Site, first.site, office_keeps="none")
        exchange_cards(first, office)
        self.woman, self.episode = enrolled(first, share="words")
        self.plan = m.plan_of(first, self.woman, "In both")
        self.give(first, office)
        self.stores: tuple[Store, ...] = ()

    def copy(self) -> None:
        """Now somebody copies the folder, past the program."""
        self.before.close()
        self.template.copy_of(self.before, self.folder / "second")
        names = ("first", "second")
        self.stores = tuple(self.template.open(self.folder / name, Clock()) for name in names)

    def close(self) -> None:
        for store in (self.before, *self.stores):
            store.close()

    def give(self, sender: Store, receiver: Store) -> Any:
        """A bundle from one to the other; what became of it."""
        self.count += 1
        folder = self.folder / f"stick-{self.count}"
        folder.mkdir()
        to = OTHER if sender.site == receiver.site else name_of(receiver)
        sent = sync.send(sender, to, folder)
        return sync.take_in(receiver, [sent.file])[0]

    def part(self, believed: Store, refused: Store) -> None:
        """The office takes the one in and refuses the other, which goes on as a new device."""
        assert self.give(believed, self.office).status == "applied"
        assert self.give(refused, self.office).code == "fork"
        assert self.give(self.office, refused).code == "parted"
        assert_whole(refused)
        parting.go_on(refused)
        assert_whole(refused)

    def meet(self, *stores: Store) -> None:
        """Everybody gives the office everything and gets everything back."""
        for _round in range(2):
            for store in stores or self.stores:
                taken = self.give(store, self.office)
                assert taken.status == "applied", taken
                taken = self.give(self.office, store)
                assert taken.status == "applied", taken


def name_of(store: Store) -> str:
    with store.read() as unit:
        return unit.get(Site, store.site).name


@pytest.fixture
def twice(facility_template: Template, office: Store, tmp_path: Path) -> Iterator[Twice]:
    made = Twice(facility_template, office, tmp_path)
    yield made
    made.close()


@pytest.fixture
def copied(twice: Twice) -> Twice:
    twice.copy()
    return twice


def rename(store: Store, woman: Id, **values: Any) -> None:
    with store.work("correct") as unit:
        women.correct(unit, woman, **values)


def her(store: Store, woman: Id) -> Participant:
    with store.read() as unit:
        return unit.get(Participant, woman)


def clashes(store: Store) -> list[str]:
    with store.read() as unit:
        return sorted(field for _kind, _record, field in conflicts_of(unit.connection))


def shared(store: Store) -> dict[str, Any]:
    """What stands of women, as words, whichever device says it: one store may lie in a database that knows days."""
    with store.read() as unit:
        found = tables(unit.connection, without=("heads",))
    kinds = ("participant", "enrolment", "plan", "plan_item", "need_tag", "conflict")
    return {
        kind: {record: {name: str(v + 0 if isinstance(v, bool) else v) for name, v in row.items()}
               for record, row in sorted(found[kind].items())}
        for kind in kinds
    }  # fmt: skip


def versions(store: Store, plan: Id) -> list[set[str]]:
    """The words of each version, the first one first."""
    found = []
    with store.read() as unit:
        for version in plan_states.versions(unit, plan):
            limits = plan_versions.limits_of(unit, version)
            held = [lambda place, _change, limits=limits: place[1] <= limits.get(place[0], 0)]
            (whole,) = plan_versions._gathered(unit, plan, held)
            found.append({item.words for group in whole.items.values() for item in group})
    return found


@pytest.mark.embedded
@pytest.mark.parametrize("first", [0, 1])
def test_both_histories_are_everywhere(copied: Twice, first: int) -> None:
    believed, refused = copied.stores[first], copied.stores[1 - first]
    old = believed.device
    rename(believed, copied.woman, unit="Believed", first_name="Ana Maria")
    rename(refused, copied.woman, unit="Refused", county_of_return="Lake")
    enrolled(believed, "B1", first="Bea", share="words")
    enrolled(refused, "R9", first="Rosa", share="words")
    written = len(refused_log(refused))
    copied.part(believed, refused)
    assert refused.device != old
    assert len(refused_log(refused)) >= written  # not an entry less
    copied.meet()
    for store in (*copied.stores, copied.office):
        assert m.women(store) == ["B1", "R1001", "R9"]
        assert_whole(store)
        found = her(store, copied.woman)
        assert (found.first_name, found.county_of_return) == ("Ana Maria", "Lake")
        assert clashes(store) == ["unit"]
    assert shared(believed) == shared(refused) == shared(copied.office)
    assert_well(refused)
    # It is over: nobody is asked for anything any more, and what is written next goes its way.
    with refused.read() as unit:
        assert parting.copied(unit) == []
    with believed.read() as unit:
        (one,) = parting.copied(unit)
        assert not one.goes_on
        assert "This PC is fine" in parting.notices(unit)[0]
    with believed.work("notices") as unit:
        parting.notices_read(unit)
        assert parting.notices(unit) == []
    with refused.work("settle") as unit:
        (one,) = conflicts.inbox(unit)
        conflicts.settle_conflict(unit, one.record, one.field, conflicts.OURS, pick=1)
    copied.meet()
    assert [clashes(store) for store in (*copied.stores, copied.office)] == [[], [], []]


def refused_log(store: Store) -> list[dict[str, Any]]:
    with store.read() as unit:
        return payloads(unit.connection)


@pytest.mark.embedded
def test_a_trial_is_enough_to_learn_it(copied: Twice) -> None:
    """In the window nobody goes on to bring in what is refused."""
    believed, refused = copied.stores
    rename(believed, copied.woman, unit="A")
    rename(refused, copied.woman, unit="B")
    copied.give(believed, copied.office)
    (copied.folder / "t").mkdir()
    sent = sync.send(refused, "OFFICE", copied.folder / "t")
    (taken,) = sync.take_in(copied.office, [sent.file], trial=True)
    assert "nothing is lost" in taken.reason
    sent = sync.send(copied.office, "NORTH", copied.folder / "t")
    (taken,) = sync.take_in(refused, [sent.file], trial=True)
    assert taken.code == "parted"
    with refused.read() as unit:
        (one,) = parting.copied(unit)
        assert one.goes_on
        assert one.ours
        assert parting.notices(unit) == [
            "A folder of this site was copied, and both copies went on. Open USB sync: it says how to go on."
        ]
    was = refused.device
    with pytest.raises(Stopped):  # whoever locks meanwhile waits for no backup
        parting.go_on(refused, progress=stopped)
    assert refused.device == was
    assert list(refused.folder.glob("before-new-device-*")) == []
    assert parting.go_on(refused) == show_device(refused.device)


class Stopped(BaseException):
    """As a lock stops what is under way, here as the backup is being opened."""


def stopped(share: float) -> None:
    if share == 1:
        raise Stopped


def test_without_word_of_another_site_nothing_happens(copied: Twice) -> None:
    before = refused_log(copied.stores[0])
    with pytest.raises(NotFound, match="No other site has said"):
        parting.go_on(copied.stores[0])
    with pytest.raises(NotFound, match="has said that K7Q2-M9XD was copied"):
        parting.go_on(copied.stores[0], "K7Q2-M9XD")
    assert refused_log(copied.stores[0]) == before


@pytest.mark.embedded
def test_versions_of_her_plan_say_what_they_said(copied: Twice) -> None:
    """Each copy says "done for now" of its own words; both versions are kept and say the same everywhere."""
    believed, refused = copied.stores
    for store, words in ((believed, "Of the one"), (refused, "Of the other")):
        with store.work("add_item") as unit:
            plans.add_item(unit, copied.plan, "tools", words=words)
            done_for_now(unit, copied.plan)
        with store.work("add_item") as unit:
            plans.add_item(unit, copied.plan, "tools", words=words + ", later")
    assert versions(refused, copied.plan) == [{"In both"}, {"In both", "Of the other"}]
    copied.part(believed, refused)
    assert versions(refused, copied.plan) == [{"In both"}, {"In both", "Of the other"}]
    copied.meet()
    for store in copied.stores:
        said = versions(store, copied.plan)
        assert len(said) == 3
        assert {"In both", "Of the one"} in said
        assert {"In both", "Of the other"} in said
    assert "Of the other" in m.said(copied.office)


@pytest.mark.embedded
def test_what_was_taken_back_stays_erased_and_what_left_stays(copied: Twice) -> None:
    believed, refused = copied.stores
    rename(believed, copied.woman, unit="A")
    with refused.work("add_item") as unit:
        gone = plans.add_item(unit, copied.plan, "tools", words="Quetzalwalk")
    with refused.work("take_back") as unit:
        taking_back.take_back(unit, copied.woman, gone)
    with refused.work("add_item") as unit:
        kept = plans.add_item(unit, copied.plan, "tools", words="Stays here")
        done_for_now(unit, copied.plan)
    with refused.work("not_done") as unit:
        assert not taking_back.can_take_back(unit, copied.woman, kept)
    copied.part(believed, refused)  # with it a bundle left that had those words
    with refused.work("not_done") as unit:
        plan_states.not_done_yet(unit, copied.plan)
        assert not taking_back.can_take_back(unit, copied.woman, kept)
    assert refused.slots.database or list(refused.folder.glob("before-new-device-*.backup"))
    copied.meet()
    assert taking_back.finish_taking_back(refused)
    assert not list(refused.folder.glob("before-new-device-*.backup"))
    for store in (*copied.stores, copied.office):
        assert "Quetzalwalk" not in m.said(store)
        assert_whole(store)
    with refused.read() as unit:
        assert {item.words for item in unit.session.query(PlanItem)} >= {"In both", "Stays here"}


@pytest.mark.embedded
def test_words_called_back_in_the_tail(copied: Twice) -> None:
    believed, refused = copied.stores
    with refused.work("share") as unit:
        recalling.share(unit, copied.episode, "dates")
    rename(believed, copied.woman, unit="A")
    copied.part(believed, refused)
    copied.meet()
    with copied.office.work("delete_here") as unit:
        (asked,) = recalling.to_delete(unit)
        recalling.delete_here(unit, asked.recall)
    copied.meet()
    assert "In both" not in m.said(copied.office)
    for store in (*copied.stores, copied.office):
        assert_whole(store)


@pytest.mark.embedded
def test_signatures_over_the_old_numbers_are_told_and_not_carried_along(copied: Twice) -> None:
    believed, refused = copied.stores
    rename(believed, copied.woman, unit="A")
    rename(refused, copied.woman, unit="Signed")
    refused.sign_off()
    copied.part(believed, refused)
    signed = [entry for entry in refused_log(refused) if entry["act"] == "signed_before"]
    assert signed
    assert all("signature" not in entry["values"] for entry in signed)
    (said,) = [entry for entry in refused_log(refused) if entry["act"] == ACT]
    assert said["values"]["into"] == refused.device
    refused.sign_off()
    assert_whole(refused)


def test_an_old_copy_that_was_put_back_and_restored_loses_nothing(twice: Twice) -> None:
    """Yesterday's folder is put back, somebody works on, makes a backup and brings it back as the program says."""
    twice.before.close()
    twice.template.copy_of(twice.before, twice.folder / "yesterday")
    with twice.template.open(twice.folder / "first", Clock()) as today:
        enrolled(today, "T1", first="Tea", share="words")
        assert twice.give(today, twice.office).status == "applied"
    old = twice.template.open(twice.folder / "yesterday", Clock())
    twice.stores = (old,)
    enrolled(old, "Y1", first="Yael", share="words")
    assert twice.give(twice.office, old).code == "behind"
    setup_backup(old, twice.folder / "old.backup")
    old.close()
    with restoring.restore(twice.folder / "old.backup", twice.folder / "back", USER, PASSPHRASE, Clock()) as back:
        assert twice.give(back, twice.office).code == "fork"
        assert twice.give(twice.office, back).code == "parted"
        parting.go_on(back)
        assert_whole(back)
        twice.meet(back)
        for store in (back, twice.office):
            assert m.women(store) == ["R1001", "T1", "Y1"]
            assert_whole(store)


def setup_backup(store: Store, file: Path) -> None:
    from reentry_desktop.actions import checking

    checking.backup(store, file)


@pytest.mark.embedded
def test_an_old_copy_goes_on_without_a_backup_as_well(twice: Twice) -> None:
    twice.before.close()
    twice.template.copy_of(twice.before, twice.folder / "yesterday")
    with twice.template.open(twice.folder / "first", Clock()) as today:
        enrolled(today, "T1", first="Tea", share="words")
        assert twice.give(today, twice.office).status == "applied"
    old = twice.template.open(twice.folder / "yesterday", Clock())
    twice.stores = (old,)
    assert twice.give(twice.office, old).code == "behind"
    assert twice.give(old, twice.office).code == "fork"
    assert twice.give(twice.office, old).code == "parted"
    parting.go_on(old)
    twice.meet(old)
    assert m.women(old) == ["R1001", "T1"]


@pytest.mark.embedded
def test_a_late_bundle_of_before_is_told_and_let_go(copied: Twice) -> None:
    believed, refused = copied.stores
    rename(believed, copied.woman, unit="A")
    rename(refused, copied.woman, unit="B")
    (copied.folder / "late").mkdir()
    late = sync.send(refused, "OFFICE", copied.folder / "late")
    copied.part(believed, refused)
    with copied.office.read() as unit:
        assert [file.code for file in sync.set_aside(unit)] == ["fork"]
    copied.meet()
    with copied.office.read() as unit:
        assert sync.set_aside(unit) == []  # it came under other numbers
    (taken,) = sync.take_in(copied.office, [late.file])
    assert taken.code == "parted-before"
    with copied.office.read() as unit:
        assert sync.set_aside(unit) == []


# Where others believed different histories


@pytest.fixture
def second(twice: Twice) -> Iterator[Store]:
    """The site's second PC, with everything that the first one had before it was copied."""
    facility = twice.before
    words = joining.write_file(facility, twice.folder / "join")
    found = joining.read_file((twice.folder / "join").read_bytes(), " ".join(words))
    store, kit = setup.create(setup.second_pc(twice.folder / "pc2", found, "second", PASSPHRASE), facility.clock)
    with store:
        setup.test_kit(store, {part: kit.text(part).decode() for part in "ABC"})
        assert twice.give(facility, store).status == "applied"
        yield store


@pytest.mark.embedded
@pytest.mark.parametrize("by_stick", [True, False])
def test_a_second_pc_that_knew_the_refused_history(second: Store, twice: Twice, by_stick: bool) -> None:
    """It had built on what the office refused: that counts as what it was meant to."""
    twice.copy()
    believed, refused = twice.stores
    rename(refused, twice.woman, unit="Refused")
    rename(believed, twice.woman, unit="Believed")  # the same number, the same record, the same strand
    assert twice.give(refused, second).status == "applied"
    rename(second, twice.woman, unit="Second")  # on top of "Refused"
    assert twice.give(believed, twice.office).status == "applied"
    assert twice.give(second, twice.office).status in ("applied", "quarantined")
    assert twice.give(refused, twice.office).code == "fork"
    assert twice.give(twice.office, refused).code == "parted"
    parting.go_on(refused)
    if by_stick:
        taken = twice.give(refused, second)
        assert taken.status == "applied", taken
        assert_whole(second)
    assert twice.give(refused, twice.office).status == "applied"
    assert twice.give(twice.office, refused).status == "applied"
    taken = twice.give(refused, second)
    assert taken.status == "applied", taken
    assert_whole(second)
    for _round in range(3):
        for store in (*twice.stores, second):
            taken = twice.give(store, twice.office)
            assert taken.status == "applied", taken
            assert_whole(twice.office)
            assert twice.give(twice.office, store).status == "applied"
        assert twice.give(refused, second).status == "applied"
        assert twice.give(second, refused).status == "applied"
    everybody = (*twice.stores, second, twice.office)
    for store in everybody:
        assert_whole(store)
        assert clashes(store) == ["unit"], name_of(store)  # Second beside Believed, and nobody else
        with store.read() as unit:
            (one,) = conflicts.inbox(unit)
            assert sorted(str(version.value) for version in one.versions) == ["Believed", "Second"]
    assert len({str(shared(store)) for store in everybody}) == 1


@pytest.fixture
def other_office(twice: Twice, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = Template.make(tmp_path_factory.mktemp("template") / "o2", "office", "County Office", "COUNTY")
    with made.open(twice.folder / "county") as store:
        exchange_cards(twice.before, store)
        assert twice.give(twice.before, store).status == "applied"
        yield store


@pytest.mark.embedded
def test_two_offices_that_believed_different_histories(other_office: Store, twice: Twice) -> None:
    twice.copy()
    one, two = twice.stores
    rename(one, twice.woman, unit="One")
    rename(two, twice.woman, unit="Two")
    enrolled(one, "A1", first="Ada", share="words")
    enrolled(two, "B1", first="Bea", share="words")
    assert twice.give(one, twice.office).status == "applied"
    assert twice.give(two, other_office).status == "applied"
    rename(other_office, twice.woman, county_of_return="Lake", unit="Upon two")
    assert twice.give(two, twice.office).code == "fork"
    assert twice.give(one, other_office).code == "fork"
    assert twice.give(twice.office, two).code == "parted"
    parting.go_on(two)
    for _round in range(3):
        for store in (two, one):
            for office in (twice.office, other_office):
                taken = twice.give(store, office)
                assert taken.status == "applied", taken
                taken = twice.give(office, store)
                assert taken.status == "applied", taken
    everybody = (*twice.stores, twice.office, other_office)
    for store in everybody:
        assert m.women(store) == ["A1", "B1", "R1001"]
        assert_whole(store)
        assert clashes(store) == ["unit"]
        with store.read() as unit:
            (found,) = conflicts.inbox(unit)
            upon = "Two" if store is twice.office else "Upon two"  # an office hands nothing of another one on
            assert sorted(str(version.value) for version in found.versions) == ["One", upon]


@pytest.mark.embedded
def test_where_nothing_but_numbers_came_they_give_way(other_office: Store, twice: Twice) -> None:
    twice.copy()
    one, two = twice.stores
    rename(one, twice.woman, unit="One")
    with two.work("look") as unit:
        for _look in range(9):
            unit.tell()
    assert twice.give(two, other_office).status == "applied"
    rename(two, twice.woman, unit="Two")
    assert twice.give(one, twice.office).status == "applied"
    assert twice.give(two, twice.office).code == "fork"
    assert twice.give(twice.office, two).code == "parted"
    parting.go_on(two)
    for store in (two, one, two, one):
        for office in (twice.office, other_office):
            taken = twice.give(store, office)
            assert taken.status == "applied", taken
            taken = twice.give(office, store)
            assert taken.status == "applied", taken
    for store in (*twice.stores, twice.office, other_office):
        assert_whole(store)
        assert clashes(store) == ["unit"]


@pytest.mark.embedded
def test_both_may_part(other_office: Store, twice: Twice) -> None:
    """Each hears from another office that it was the copy: then nobody keeps the old numbers, and nothing is lost."""
    twice.copy()
    one, two = twice.stores
    rename(one, twice.woman, unit="One")
    rename(two, twice.woman, unit="Two")
    assert twice.give(one, twice.office).status == "applied"
    assert twice.give(two, other_office).status == "applied"
    assert twice.give(two, twice.office).code == "fork"
    assert twice.give(one, other_office).code == "fork"
    assert twice.give(twice.office, two).code == "parted"
    assert twice.give(other_office, one).code == "parted"
    parting.go_on(two)
    parting.go_on(one)
    for _round in range(3):
        for store in twice.stores:
            for office in (twice.office, other_office):
                taken = twice.give(store, office)
                assert taken.status == "applied", taken
                taken = twice.give(office, store)
                assert taken.status == "applied", taken
    for store in (*twice.stores, twice.office, other_office):
        assert_whole(store)
        assert clashes(store) == ["unit"]
    assert len({str(shared(store)) for store in twice.stores}) == 1


def test_a_second_pc_gives_the_work_of_a_copy_that_is_gone(second: Store, twice: Twice) -> None:
    twice.copy()
    believed, refused = twice.stores
    enrolled(refused, "R9", first="Rosa", share="words")
    rename(believed, twice.woman, unit="Believed")
    assert twice.give(refused, second).status == "applied"
    assert twice.give(believed, twice.office).status == "applied"
    refused.close()  # and gone
    assert twice.give(second, twice.office).code == "fork"
    taken = twice.give(twice.office, second)
    assert taken.status == "applied", taken
    with second.read() as unit:
        (one,) = parting.copied(unit)
        assert not one.ours
        assert one.goes_on
    assert twice.give(second, twice.office).status == "applied"  # its own work is not held up
    parting.go_on(second, one.device)
    assert_whole(second)
    twice.meet(believed, second)
    for store in (believed, second, twice.office):
        assert m.women(store) == ["R1001", "R9"]
        assert_whole(store)


# What may befall it


@pytest.mark.embedded
def test_a_power_cut_between_the_records_and_the_key_file(copied: Twice, monkeypatch: pytest.MonkeyPatch) -> None:
    believed, refused = copied.stores
    rename(believed, copied.woman, unit="A")
    rename(refused, copied.woman, unit="B")
    assert copied.give(believed, copied.office).status == "applied"
    assert copied.give(refused, copied.office).code == "fork"
    assert copied.give(copied.office, refused).code == "parted"
    old = refused.device

    def cut(*_args: object) -> None:
        raise OSError("the power is gone")

    with monkeypatch.context() as patch:
        patch.setattr(vault, "write_slots", cut)
        with pytest.raises(Problem):
            parting.go_on(refused)
    refused._lock.release()
    refused.engine.dispose()
    assert vault.read_slots(refused.folder).device == old
    again = copied.template.open(refused.folder, Clock())
    copied.stores = (believed, again)
    assert again.device != old
    assert vault.read_slots(again.folder).device == again.device
    assert_whole(again)
    copied.meet()
    assert clashes(copied.office) == ["unit"]


GO_ON = """
import sys
from pathlib import Path
from reentry_desktop.actions import parting
from reentry_desktop.store import open_store
store = open_store(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
print("ready", flush=True)
parting.go_on(store)
store.close()
"""


@pytest.mark.embedded
@pytest.mark.parametrize("rounds", [3, pytest.param(100, marks=pytest.mark.long)])
def test_killed_in_the_middle(copied: Twice, rounds: int) -> None:
    believed, refused = copied.stores
    rename(believed, copied.woman, unit="A")
    for number in range(20):
        enrolled(refused, f"K{number}", share="words")
    assert copied.give(believed, copied.office).status == "applied"
    assert copied.give(refused, copied.office).code == "fork"
    assert copied.give(copied.office, refused).code == "parted"
    refused.close()
    wanted = [f"K{number}" for number in range(20)] + ["R1001"]
    dice, done = random.Random(rounds), 0
    for number in range(rounds):
        folder = copied.template.copy_of(refused, copied.folder / f"round-{number}")
        command = [sys.executable, "-c", GO_ON, str(folder), USER, PASSPHRASE]
        environment = os.environ | {"PYTHONPATH": str(SRC)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as working:
            assert working.stdout is not None
            assert working.stdout.readline().strip() == "ready"
            time.sleep(dice.uniform(0, 0.3))
            working.send_signal(signal.SIGKILL)
        with copied.template.open(folder, Clock()) as store:
            assert_whole(store)
            assert m.women(store) == sorted(wanted)
            with store.read() as unit:
                waits = parting.copied(unit)
            assert (store.device == refused.device) == bool(waits)  # not at all, or wholly
            done += not waits
            if waits:
                parting.go_on(store)
                assert_whole(store)
    assert rounds < 100 or 0 < done < rounds


@pytest.mark.embedded
def test_nothing_is_kept_of_one_that_did_not_end(copied: Twice, monkeypatch: pytest.MonkeyPatch) -> None:
    believed, refused = copied.stores
    rename(believed, copied.woman, unit="A")
    rename(refused, copied.woman, unit="B")
    assert copied.give(believed, copied.office).status == "applied"
    assert copied.give(refused, copied.office).code == "fork"
    assert copied.give(copied.office, refused).code == "parted"
    old, before = refused.device, refused_log(refused)

    def full(*_args: object) -> None:
        raise Problem("full", code="disk")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "will_become", full)
        with pytest.raises(Problem):
            parting.go_on(refused)
    assert refused.device == old
    assert refused_log(refused) == before
    parting.go_on(refused)  # and now it ends
    assert refused.device != old
    assert_whole(refused)


def test_nobody_can_part_another_sites_device(copied: Twice, tmp_path: Path) -> None:
    """What a site says of devices that are not its own counts for nothing."""
    office = copied.office
    with office.work(ACT) as unit:
        unit.tell(
            "site", office.site, share="dates", device=copied.stores[0].device, number=1, hash="00" * 32,
            into=office.device, known={str(copied.stores[0].device): 5},
        )  # fmt: skip
    store = copied.stores[0]
    assert copied.give(office, store).status == "applied"
    with store.read() as unit:
        assert unit.setting("partings") == ""
    assert forks.MET
