"""One bundle after another: consent, replays, forgeries, and whatever arrives that should not."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import (
    automatic_backups,
    backup_register,
    enrolling,
    plans,
    recalling,
    sites,
    taking_back,
    women,
)
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem
from reentry_desktop.bundle import Entries, Manifest, Row, inspect, open_bundle, read_card, verify
from reentry_desktop.exchange import identity, incoming, outgoing
from reentry_desktop.exchange.incoming import ALREADY, APPLIED, SET_ASIDE
from reentry_desktop.records import Participant, PlanItem
from reentry_desktop.records.local import ReceivedBundle
from reentry_desktop.records.people import Site
from reentry_desktop.store import Store

from ..stores import DAY, Template, assert_whole, done_for_now, enrolled, exchange_cards, keys_of, tables


def plan_of(store: Store, woman: Id, *words: str) -> Id:
    with store.work("plan") as unit:
        plan = plans.start_plan(unit, woman)
        for some in words:
            plans.add_item(unit, plan, "tools", words=some)
        done_for_now(unit, plan)
    return plan


def send(store: Store, folder: Path, to: str = "OFFICE") -> Path:
    folder.mkdir(exist_ok=True)
    return outgoing.send(store, to, folder).file


def state(store: Store) -> dict[str, Any]:
    """Everything of a store but what it tells of itself: records, log, gaps, devices, bundles received."""
    with store.read() as unit:
        run = unit.connection.exec_driver_sql
        more = {
            table: run(f"SELECT * FROM {table} ORDER BY 1, 2").all()
            for table in ("entry", "gap", "device", "received_bundle", "participant_word", "roll", "peer")
        }
        return {**tables(unit.connection), **more}


def opened(file: Path, store: Store) -> tuple[Manifest, list[Row]]:
    """A bundle's manifest and entries, opened with the receiver's keys."""
    with file.open("rb") as stream, store.read() as unit:
        sender = inspect(stream).site
        card = read_card(unit.session.get(identity.Peer, sender).card)
        manifest, items = open_bundle(stream, verify(stream, card), keys_of(store)[0])
        return manifest, [row for item in items if isinstance(item, Entries) for row in item.rows]


def plaintext(file: Path, store: Store) -> bytes:
    """Every word of a bundle, opened with the receiver's keys."""
    manifest, rows = opened(file, store)
    return repr(manifest).encode() + b"".join(salt + payload for _number, salt, payload, _hash in rows)


# Her consent


def test_words_that_she_does_not_share_are_in_no_bundle_until_she_does(
    pair: tuple[Store, Store], tmp_path: Path
) -> None:
    facility, office = pair
    woman, episode = enrolled(facility, share="dates")
    other, _episode = enrolled(facility, "R2", first="Luz", last="Ortega", share="words")
    plan_of(facility, woman, "Quetzalwalk", "Zebrasong")
    plan_of(facility, other, "Openly said")
    with facility.work("next_step") as unit:
        enrolling.set_next_step(unit, episode, "Bring Xylophone papers", DAY)
        enrolling.note_need(unit, woman, "parenting", "she_said", DAY, may_be_recorded=True)
        plan = plans.start_plan(unit, woman)
        plans.add_supporter(unit, plan, name="Wilhelmina Prax")
        done_for_now(unit, plan)
    secret = (b"Quetzalwalk", b"Zebrasong", b"Xylophone", b"Wilhelmina", b"parenting")
    first = send(facility, tmp_path / "stick")
    text = plaintext(first, office)
    assert b"Openly said" in text
    assert not [s for s in secret if s in text]
    taken = incoming.take_in(office, first)
    assert (taken.status, taken.women) == (APPLIED, 2)
    with office.read() as unit:
        assert unit.get(Participant, woman).name == "Ana Núñez"
        assert [i.words for i in unit.all(sa.select(PlanItem))] == ["Openly said"]
        assert unit.connection.exec_driver_sql("SELECT count(*) FROM gap").scalar()
        log = b"".join(unit.connection.exec_driver_sql("SELECT payload FROM entry").scalars())
        assert not [s for s in secret if s in log]
    assert_whole(office)

    with facility.work("consent") as unit:
        recalling.share(unit, episode, "words")
    second = send(facility, tmp_path / "stick")
    assert not [s for s in secret if s not in plaintext(second, office)]
    assert incoming.take_in(office, second).status == APPLIED
    assert_whole(office)  # what was withheld fits into the chain where it was left out
    with office.read() as unit:
        assert {i.words for i in unit.all(sa.select(PlanItem))} == {"Openly said", "Quetzalwalk", "Zebrasong"}

    with facility.work("consent") as unit:
        recalling.share(unit, episode, "dates")
    plan_of(facility, woman, "Yesterdays")
    with facility.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 4")
    third = send(facility, tmp_path / "stick")
    assert not [s for s in (*secret, b"Yesterdays") if s in plaintext(third, office)]
    assert incoming.take_in(office, third).status == APPLIED
    with office.read() as unit:
        assert unit.get(Participant, woman).unit == "Ward 4"
        assert len(unit.all(sa.select(PlanItem))) == 3  # what was given stays given
    assert_whole(office)


def test_words_of_a_plan_leave_as_it_was_last_done_for_now(pair: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = pair
    woman, episode = enrolled(facility, share="words")
    with facility.work("plan") as unit:
        plan = plans.start_plan(unit, woman)
        tool = plans.add_item(unit, plan, "tools", words="Quetzalwalk")
        enrolling.set_next_step(unit, episode, "Bring the papers", DAY)
        (held,) = outgoing.preview(unit, "OFFICE").held_back
    assert held.reason == "Her plan has words since it was last done for now."
    first = send(facility, tmp_path / "stick")
    assert b"Quetzalwalk" not in plaintext(first, office)
    assert b"Bring the papers" in plaintext(first, office)
    with facility.work("done") as unit:
        done_for_now(unit, plan)
    with facility.work("write") as unit:
        plans.revise_item(unit, tool, words="Zebrasong")
        gone = plans.add_item(unit, plan, "tools", words="Yakwords")
    second = send(facility, tmp_path / "stick")
    text = plaintext(second, office)
    assert (b"Quetzalwalk" in text, b"Zebrasong" in text, b"Yakwords" in text) == (True, False, False)
    assert incoming.take_in(office, second).status == APPLIED
    with facility.work("take_back") as unit:
        taking_back.take_back(unit, woman, gone)
        done_for_now(unit, plan)
    third = send(facility, tmp_path / "stick")
    text = plaintext(third, office)
    assert (b"Zebrasong" in text, b"Yakwords" in text) == (True, False)
    assert incoming.take_in(office, third).status == APPLIED
    with office.read() as unit:
        assert [i.words for i in unit.all(sa.select(PlanItem))] == ["Zebrasong"]
    assert_whole(office)
    assert_whole(facility)


def test_whoever_did_not_agree_to_take_part_does_not_leave_the_site(pair: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = pair
    with facility.work("offer") as unit:
        program = enrolling.add_program(unit, name="Bridges")
        woman = women.register(unit, department_number="R7", first_name="Quetzal", last_name="Sol")
        enrolling.decline(unit, enrolling.offer(unit, woman, program, DAY), DAY)
    file = send(facility, tmp_path / "stick")
    assert b"Quetzal" not in plaintext(file, office)
    with facility.read() as unit:
        (held,) = outgoing.preview(unit, "OFFICE").held_back
        assert held.name == "Quetzal Sol"
    assert incoming.take_in(office, file).women == 0


def test_a_bundle_says_how_much_stays_and_why_and_of_nobody(pair: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = pair
    woman, _episode = enrolled(facility, share="words")
    other, _hers = enrolled(facility, "R2", first="Luz", last="Ortega", share="dates")
    plan_of(facility, other, "Quetzalwalk")
    with facility.work("offer") as unit:
        plans.add_item(unit, plans.start_plan(unit, woman), "tools", words="Walk by the river")
        asked = women.register(unit, department_number="R7", first_name="Quetzal", last_name="Sol")
        enrolling.offer(unit, asked, enrolling.programs(unit)[0].id, DAY)
    with facility.read() as unit:
        said = {held.name: (held.why, held.changes) for held in outgoing.preview(unit, "office").held_back}
    file = send(facility, tmp_path / "stick")
    manifest, _rows = opened(file, office)
    stays = manifest.more["stays"]
    assert stays == dict(said.values())
    assert set(stays) == {"not-agreed", "dates-only", "not-done"}
    assert not any(name in str(manifest.more) for name in ("Quetzal", "Luz", "Ortega"))
    incoming.take_in(office, file)
    with office.work("later version") as unit:
        unit.local(sa.update(ReceivedBundle).values(stays='{"by-her-lawyer": 4}'))
    with office.read() as unit:
        (state,) = sites.site_states(unit)
    assert sites.stays_because(state)[0] == "4 changes: For a reason that this version does not know."


def test_a_new_episode_speaks_for_itself(pair: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = pair
    woman, episode = enrolled(facility, share="words")
    plan_of(facility, woman, "Quetzalwalk")
    with facility.work("again") as unit:
        enrolling.close(unit, episode, DAY, "completed")
        program = enrolling.programs(unit)[0].id
        enrolling.offer(unit, woman, program, DAY + dt.timedelta(days=30))
    assert b"Quetzalwalk" not in plaintext(send(facility, tmp_path / "stick"), office)


def test_what_a_preview_says_is_what_is_sent(pair: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = pair
    woman, _episode = enrolled(facility, share="dates")
    enrolled(facility, "R2", first="Luz", last="Ortega", share="words")
    plan_of(facility, woman, "one", "two")
    for number in (1, 2):
        with facility.read() as unit:
            said = outgoing.preview(unit, "office")
        sent = outgoing.send(facility, "Office" if number == 1 else "State Office", tmp_path)
        assert (sent.changes, sent.records, sent.number) == (said.changes, said.records, said.number)
        assert sent.number == number
        assert sum(h.changes for h in said.held_back) == sent.held_back == 2
        assert [h.name for h in said.held_back] == ["Ana Núñez"]
        assert sent.bytes == sent.file.stat().st_size
        assert incoming.take_in(office, sent.file).status == APPLIED
        with office.read() as unit:
            (state,) = sites.site_states(unit)
        assert state.stays == {"dates-only": 2}
        alone = f"{state.withheld - 2} changes: Of that site alone, or deleted."
        assert sites.stays_because(state) == ["2 changes: She shares her dates only.", alone]
        with office.work("correct") as unit:  # what came from the office is the office's to send
            women.correct(unit, woman, unit=f"Ward {number}")
        assert incoming.take_in(facility, send(office, tmp_path, "NORTH")).status == APPLIED
    with pytest.raises(Problem):
        outgoing.send(facility, "NOWHERE", tmp_path)


# The same again, old after new, and in any order


def test_a_replay_and_an_older_bundle_change_nothing(pair: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = pair
    woman, _episode = enrolled(facility)
    files = [send(facility, tmp_path / "stick")]
    for number in range(3):
        with facility.work("correct") as unit:
            women.correct(unit, woman, unit=f"Ward {number}")
        files.append(send(facility, tmp_path / "stick"))
    assert incoming.take_in(office, files[2]).status == APPLIED
    before = state(office)
    again = incoming.take_in(office, files[2])
    assert (again.status, again.number, again.changes) == (ALREADY, 3, 0)
    assert state(office) == before
    for old in (files[1], files[0]):
        taken = incoming.take_in(office, old)
        assert (taken.status, taken.changes, taken.records, taken.conflicts) == (APPLIED, 0, 0, 0)
    with office.read() as unit:
        assert unit.get(Participant, woman).unit == "Ward 1"
    assert incoming.take_in(office, files[3]).changes > 0
    with office.read() as unit:
        assert unit.get(Participant, woman).unit == "Ward 2"
    assert_whole(office)


def test_a_trial_says_what_would_be_and_changes_nothing(pair: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = pair
    woman, _episode = enrolled(facility, share="words")
    plan_of(facility, woman, "one")
    file = send(facility, tmp_path / "stick")
    before = state(office)
    trial = incoming.take_in(office, file, trial=True)
    assert state(office) == before
    assert incoming.take_in(office, file) == trial
    assert trial.women == 1
    assert trial.changes > 5


# What should not be there


def unchanged(store: Store, file: Path, status: str, code_words: str = "") -> incoming.Taken:
    """Taking *file* in gives *status* and a sentence, and leaves everything as it was."""
    before = state(store)
    for trial in (True, False):
        taken = incoming.take_in(store, file, trial=trial)
        assert taken.status == status, taken
        assert taken.changes == 0
        assert len(taken.reason) > 60
        assert "safe" in taken.reason
        assert code_words in taken.reason
    assert state(store) == before
    return taken


@pytest.fixture
def bundle(pair: tuple[Store, Store], tmp_path: Path) -> tuple[Store, bytes, Path]:
    """An office, the bytes of a good bundle for it, and where to put another."""
    facility, office = pair
    woman, _episode = enrolled(facility, share="words")
    plan_of(facility, woman, "one", "two")
    return office, send(facility, tmp_path / "stick").read_bytes(), tmp_path / "altered.bundle"


def test_one_altered_byte_is_found_wherever_it_is(bundle: tuple[Store, bytes, Path]) -> None:
    office, data, file = bundle
    dice = random.Random(1)
    line = data.index(b"\n")
    places = [*dice.sample(range(line), 12), line, *dice.sample(range(line + 1, len(data)), 12), len(data) - 1]
    before = state(office)
    for place in places:
        file.write_bytes(data[:place] + bytes([data[place] ^ 1 << dice.randrange(8)]) + data[place + 1 :])
        taken = incoming.take_in(office, file)
        assert (taken.status, taken.changes) == (SET_ASIDE, 0), place
        assert taken.reason
    assert state(office) == before
    file.write_bytes(data)
    assert incoming.take_in(office, file).status == APPLIED


def test_a_bundle_cut_short_or_with_a_tail_is_refused(bundle: tuple[Store, bytes, Path]) -> None:
    office, data, file = bundle
    line = data.index(b"\n") + 1
    before = state(office)
    for part in (
        b"",
        data[:1],
        data[: line - 1],
        data[:line],
        data[: len(data) // 2],
        data[:-1],
        data + b"\n",
        data + data,
    ):
        file.write_bytes(part)
        taken = incoming.take_in(office, file)
        assert (taken.status, taken.changes) == (SET_ASIDE, 0), len(part)
    file.write_bytes(b" " * line + data[line:])  # the writer was stopped before the header was filled in
    assert incoming.take_in(office, file).status == SET_ASIDE
    assert incoming.take_in(office, file.with_name("nothing.bundle")).status == SET_ASIDE
    assert incoming.take_in(office, file.parent).status == SET_ASIDE
    assert state(office) == before


def test_a_bundle_of_an_unknown_sender_or_for_another_site_is_refused(
    pair: tuple[Store, Store], facility_template: Template, tmp_path: Path
) -> None:
    facility, office = pair
    enrolled(facility)
    third = Template.make(tmp_path / "third", "office", "Third Office", "THIRD").open(tmp_path / "third")
    with third:
        card, data = identity.own_card(third)
        with facility.work("trust") as unit:
            identity.trust(unit, identity.check_card(facility, data), data, " ".join(card.fingerprint))
        for_third = send(facility, tmp_path / "stick", "THIRD")
        unchanged(third, for_third, SET_ASIDE, "not trusted")
        unchanged(office, for_third, SET_ASIDE, "another site")
        unchanged(facility, for_third, SET_ASIDE)  # its own


def test_practice_and_real_never_meet(pair: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = pair  # noqa: RUF059
    made = Template.make(tmp_path / "practice", "office", "Practice Office", "TRY", practice=True)
    with made.open(tmp_path / "practice") as practice:
        assert practice.practice
        for mine, other in itertools.permutations((practice, office), 2):
            _card, data = identity.own_card(other)
            with pytest.raises(Problem) as problem:
                identity.check_card(mine, data)
            assert problem.value.code == "practice"


def test_a_card_is_trusted_only_with_its_twelve_words(facility: Store, office: Store) -> None:
    card, data = identity.own_card(office)
    words = list(card.fingerprint)
    wrong = [" ".join(words[:-1]), " ".join([*words[:-1], words[0]]), " ".join(reversed(words)), "", "x " * 12]
    for typed in wrong:
        with pytest.raises(Problem), facility.work("trust") as unit:
            identity.trust(unit, card, data, typed)
    with facility.read() as unit:
        assert identity.peers(unit) == []
    with pytest.raises(Problem) as problem:
        identity.check_card(office, data)
    assert problem.value.code == "own-card"
    for place in range(0, len(data), 41):
        with pytest.raises(Problem):
            identity.check_card(facility, data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])


def test_a_code_that_looks_like_a_path_makes_no_file_elsewhere(facility: Store, office: Store, tmp_path: Path) -> None:
    """Another site chose it, and says it on its card."""
    for store, code in ((office, "../../up"), (facility, "..\\..\\up")):
        with store.work("set_site") as unit:
            unit.revise(Site, store.site, code=code)
    exchange_cards(facility, office)
    stick = tmp_path / "a" / "stick"
    stick.mkdir(parents=True)
    sent = outgoing.send(facility, "../../up", stick)
    assert list(stick.iterdir()) == [sent.file]
    assert incoming.take_in(office, sent.file).status == incoming.APPLIED
    with facility.read() as unit:
        assert automatic_backups.plan(unit).here.parent == facility.folder / backup_register.FOLDER
