"""What each side knows the other has: receipts in bundles and by phone, gaps, files that wait, copies of a store."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from reentry_desktop.actions import aside_words, checking, recalling, restoring, sites, sync, women
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import NotFound, Problem
from reentry_desktop.exchange import incoming, knowledge, outgoing
from reentry_desktop.exchange.incoming import ALREADY, APPLIED, SET_ASIDE, WAITING
from reentry_desktop.store import Store

from ..sealed import read_sealed, sealed_files
from ..stores import PASSPHRASE, USER, Clock, Template, assert_whole, enrolled, exchange_cards
from .test_bundles import opened, plaintext, plan_of, send


def number_of(store: Store, file: Path) -> int:
    """How many entries a bundle brings to *store*."""
    return len(opened(file, store)[1])


def take(store: Store, file: Path) -> incoming.Taken:
    (taken, *_more) = sync.take_in(store, [file])
    return taken


def state(store: Store) -> sites.SiteState:
    with store.read() as unit:
        return sites.site_states(unit)[0]


def rename(store: Store, woman: Id, words: str) -> None:
    with store.work("correct") as unit:
        women.correct(unit, woman, unit=words)


@pytest.fixture
def met(pair: tuple[Store, Store], tmp_path: Path) -> tuple[Store, Store, Id, Path]:
    """A facility whose first bundle the office took in and confirmed with one of its own."""
    facility, office = pair
    woman, _episode = enrolled(facility, share="words")
    stick = tmp_path / "stick"
    assert take(office, send(facility, stick)).status == APPLIED
    assert take(facility, send(office, stick, "NORTH")).status == APPLIED
    return facility, office, woman, stick


# Receipts in bundles


def test_after_a_receipt_only_what_is_new_goes(met: tuple[Store, Store, Id, Path]) -> None:
    facility, office, woman, stick = met
    now = state(facility)
    assert (now.acknowledged, now.unconfirmed, bool(now.acknowledged_at)) == (1, 0, True)
    rename(facility, woman, "Ward 1")
    file = send(facility, stick)
    manifest, rows = opened(file, office)
    assert [span.first for span in manifest.spans] != [1]
    assert len(rows) == 1
    assert state(facility).unconfirmed == 1
    assert take(office, file).status == APPLIED
    assert_whole(office)


def test_until_it_is_confirmed_each_bundle_holds_it_again(met: tuple[Store, Store, Id, Path]) -> None:
    """A lost stick costs nothing."""
    facility, office, woman, stick = met
    for ward in ("Ward 1", "Ward 2", "Ward 3"):
        rename(facility, woman, ward)
        file = send(facility, stick)
    assert number_of(office, file) == 3
    taken = take(office, file)
    assert (taken.status, taken.changes) == (APPLIED, 3)
    assert state(office).gaps == (2, 3)


def test_what_was_confirmed_is_not_counted_again_though_a_later_copy_repeats_it(
    met: tuple[Store, Store, Id, Path],
) -> None:
    facility, office, woman, stick = met
    files = []
    for ward in ("Ward 1", "Ward 2", "Ward 3"):
        rename(facility, woman, ward)
        files.append(send(facility, stick))
    assert state(facility).unconfirmed == 3
    take(office, files[0])
    take(facility, send(office, stick, "NORTH"))
    assert (state(facility).acknowledged, state(facility).unconfirmed) == (2, 2)
    with facility.read() as unit:
        (there,) = sites.there_of_her(unit, woman)
    assert there.on_the_way == 2


def test_a_receipt_that_comes_late_is_not_believed(met: tuple[Store, Store, Id, Path]) -> None:
    facility, office, woman, stick = met
    late = send(office, stick, "NORTH")  # it confirms number 1
    rename(facility, woman, "Ward 1")
    take(office, send(facility, stick))
    take(facility, send(office, stick, "NORTH"))
    assert state(facility).acknowledged == 2
    assert take(facility, late).status == APPLIED
    assert state(facility).acknowledged == 2


def test_what_was_held_back_and_may_go_now_is_offered_again(pair: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = pair
    woman, episode = enrolled(facility, share="dates")
    plan_of(facility, woman, "Quetzalwalk")
    stick = tmp_path / "stick"
    take(office, send(facility, stick))
    take(facility, send(office, stick, "NORTH"))
    with facility.work("consent") as unit:
        recalling.share(unit, episode, "words")
    with facility.read() as unit:
        (there,) = sites.there_of_her(unit, woman)
        goes = sync.preview(unit, "OFFICE").changes
    assert there.waiting > 1
    assert (state(facility).waiting, state(facility).unconfirmed) == (goes, 0)
    file = send(facility, stick)
    assert (state(facility).waiting, state(facility).unconfirmed) == (0, goes)
    assert b"Quetzalwalk" in plaintext(file, office)
    manifest, rows = opened(file, office)
    assert len(rows) == goes
    assert manifest.totals.reoffers > 0
    assert take(office, file).status == APPLIED
    assert_whole(office)
    take(facility, send(office, stick, "NORTH"))
    assert number_of(office, send(facility, stick)) == 0
    with facility.read() as unit:
        (there,) = sites.there_of_her(unit, woman)
    assert (there.waiting, there.on_the_way, there.stays) == (0, 0, 0)


def test_her_page_knows_what_the_office_has(met: tuple[Store, Store, Id, Path]) -> None:
    facility, office, woman, stick = met

    def there() -> tuple[int, int]:
        with facility.read() as unit:
            (found,) = sites.there_of_her(unit, woman)
        assert found.site == "State Office"
        return found.waiting, found.on_the_way

    assert there() == (0, 0)
    rename(facility, woman, "Ward 1")
    assert there() == (1, 0)
    file = send(facility, stick)
    assert there() == (0, 1)
    take(office, file)
    assert there() == (0, 1)
    take(facility, send(office, stick, "NORTH"))
    assert there() == (0, 0)


# By phone


def test_a_code_read_out_confirms_as_a_bundle_does(pair: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = pair
    woman, _episode = enrolled(facility)
    stick = tmp_path / "stick"
    with office.read() as unit, pytest.raises(Problem, match="Nothing came from this site yet"):
        sync.phone_code(unit, "NORTH")
    take(office, send(facility, stick))
    rename(facility, woman, "Ward 1")
    take(office, send(facility, stick))
    send(facility, stick)  # on its way
    with office.read() as unit:
        number, code = sync.phone_code(unit, "NORTH")
    assert (number, len(code)) == (2, 11)
    with facility.work("receipt_by_phone") as unit:
        assert sync.receipt_by_phone(unit, "OFFICE", f" {code.lower().replace('-', ' – ')}.") == 2
    assert state(facility).acknowledged == 2
    assert number_of(office, send(facility, stick)) == 0


def test_an_old_code_takes_nothing_back_and_a_bundle_of_a_site_that_was_brought_back_does(
    met: tuple[Store, Store, Id, Path], tmp_path: Path
) -> None:
    facility, office, woman, stick = met
    with office.read() as unit:
        _number, old = sync.phone_code(unit, "NORTH")
    checking.backup(office, tmp_path / "office.backup")
    rename(facility, woman, "Ward 1")
    take(office, send(facility, stick))
    take(facility, send(office, stick, "NORTH"))
    before = state(facility)
    assert before.acknowledged == 2
    older = pytest.raises(Problem, match="it is for bundle 1, and bundle 2 is confirmed")
    with older as refused, facility.work("receipt_by_phone") as unit:
        sync.receipt_by_phone(unit, "OFFICE", old)
    assert refused.value.code == "older"
    assert state(facility) == before
    with office.read() as unit:
        _number, newest = sync.phone_code(unit, "NORTH")
    with facility.work("receipt_by_phone") as unit:
        assert sync.receipt_by_phone(unit, "OFFICE", newest) == 2  # that one again is no fault
    office.close()
    with restoring.restore(tmp_path / "office.backup", tmp_path / "back", USER, PASSPHRASE, Clock()) as back:
        take(facility, send(back, stick, "NORTH"))
    assert state(facility).acknowledged == 1


@pytest.mark.parametrize("typed", ["", "AAAAA-AAAAA", "not a code", "é" * 10])
def test_a_wrong_code_changes_nothing(pair: tuple[Store, Store], tmp_path: Path, typed: str) -> None:
    facility, office = pair
    enrolled(facility)
    take(office, send(facility, tmp_path / "stick"))
    with pytest.raises(Problem, match="confirms none"), facility.work("receipt_by_phone") as unit:
        sync.receipt_by_phone(unit, "OFFICE", typed)
    assert state(facility).acknowledged is None


def test_a_code_is_for_one_site_and_what_it_has(pair: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = pair
    woman, _episode = enrolled(facility)
    take(office, send(facility, tmp_path / "stick"))
    with office.read() as unit:
        _number, before = sync.phone_code(unit, "NORTH")
    rename(facility, woman, "Ward 1")
    take(office, send(facility, tmp_path / "stick"))
    with office.read() as unit:
        _number, after = sync.phone_code(unit, "NORTH")
    assert before != after


# What is missing


def test_a_gap_is_named_and_what_waits_comes_in_by_itself(
    met: tuple[Store, Store, Id, Path], office_template: Template, tmp_path: Path
) -> None:
    """The office was brought back from a backup made before number 2 came."""
    facility, office, woman, stick = met
    checking.backup(office, tmp_path / "office.backup")
    rename(facility, woman, "Ward 1")
    second = send(facility, stick)
    take(office, second)
    take(facility, send(office, stick, "NORTH"))
    rename(facility, woman, "Ward 2")
    third = send(facility, stick)
    office.close()
    with restoring.restore(tmp_path / "office.backup", tmp_path / "back", USER, PASSPHRASE, Clock()) as back:
        taken = take(back, third)
        assert (taken.status, taken.missing_from, taken.number) == (WAITING, 2, 3)
        assert "Bundle 2 of North Facility is missing; number 3 waits for it." in taken.reason
        now = state(back)
        assert now.waits == (sites.Waits(3, 2),)
        with back.read() as unit:
            (kept,) = sync.set_aside(unit)
            assert aside_words.why(kept) == "It waits for bundle 2."
        back.clock.now += dt.timedelta(days=9)
        assert [one.status for one in sync.try_again(back)] == [WAITING]
        with back.read() as unit:
            assert [file.at for file in sync.set_aside(unit)] == [kept.at]  # since when it lies here
        third.unlink()  # it is kept here
        first, *more = sync.take_in(back, [second])
        assert (first.status, [one.status for one in more], [one.name for one in more]) == (
            APPLIED, [APPLIED], [third.name],
        )  # fmt: skip
        with back.read() as unit:
            assert not sync.set_aside(unit)
        assert not sealed_files(back)
        assert_whole(back)


def test_a_site_that_lost_what_it_had_gets_it_again(met: tuple[Store, Store, Id, Path], tmp_path: Path) -> None:
    facility, office, woman, stick = met
    checking.backup(office, tmp_path / "office.backup")
    rename(facility, woman, "Ward 1")
    take(office, send(facility, stick))
    take(facility, send(office, stick, "NORTH"))
    office.close()
    with restoring.restore(tmp_path / "office.backup", tmp_path / "back", USER, PASSPHRASE, Clock()) as back:
        assert take(facility, send(back, stick, "NORTH")).status == APPLIED
        assert state(facility).acknowledged == 1
        file = send(facility, stick)
        assert take(back, file).status == APPLIED
        with back.read() as unit:
            from reentry_desktop.records import Participant

            assert unit.get(Participant, woman).unit == "Ward 1"
        assert_whole(back)


def test_a_site_brought_back_from_before_the_first_bundle_gets_everything_again(
    pair: tuple[Store, Store], tmp_path: Path
) -> None:
    """It names no bundle of the other side then: that is heard too, or what it lacks would wait for ever."""
    facility, office = pair
    stick = tmp_path / "stick"
    checking.backup(facility, tmp_path / "facility.backup")
    take(facility, send(office, stick, "NORTH"))
    take(office, send(facility, stick))
    assert state(office).acknowledged == 1
    facility.close()
    with restoring.restore(tmp_path / "facility.backup", tmp_path / "back", USER, PASSPHRASE, Clock()) as back:
        assert take(office, send(back, stick)).status == APPLIED
        assert state(office).acknowledged is None
        assert take(back, send(office, stick, "NORTH")).status == APPLIED
        assert_whole(back)


# Set aside


def test_what_cannot_be_read_is_kept_byte_for_byte_and_tried_again(
    facility: Store, office: Store, tmp_path: Path
) -> None:
    exchange_cards(facility, office)
    enrolled(facility)
    file = send(facility, tmp_path / "stick")
    from reentry_desktop.records.local import Peer

    with office.work("trust_card") as unit:  # the card is not there yet
        import sqlalchemy as sa

        unit.local(sa.delete(Peer))
    whole = file.read_bytes()
    taken = take(office, file)
    assert (taken.status, taken.code) == (SET_ASIDE, "unknown-sender")
    cut = tmp_path / "cut.bundle"
    cut.write_bytes(whole[:-40])
    assert take(office, cut).code == "truncated"
    noise = tmp_path / "noise.bundle"
    noise.write_bytes(b"noise\n")
    assert take(office, noise).code == "not-a-bundle"
    with office.read() as unit:
        kept = {row.code: row for row in sync.set_aside(unit)}
        report = sync.support_report(unit)
    assert kept.keys() == {"unknown-sender", "truncated"}
    assert read_sealed(office, kept["unknown-sender"].sha256) == whole
    for private in ("North", "NORTH", file.name, "Ana"):
        assert private not in report
    assert kept["truncated"].sha256 in report
    exchange_cards(facility, office)
    later = send(facility, tmp_path / "stick")
    later.write_bytes(later.read_bytes()[:-40])
    assert take(office, later).code == "truncated"
    statuses = {one.name: one.status for one in sync.try_again(office)}
    assert statuses.pop("cut.bundle") in (ALREADY, SET_ASIDE)  # as it was tried after the whole one or before
    assert statuses == {file.name: APPLIED, later.name: SET_ASIDE}
    with office.read() as unit:
        (left,) = sync.set_aside(unit)  # what was cut short has come whole, and is kept no longer
    assert f"{kept['truncated'].sha256}.bundle" not in sealed_files(office)
    assert left.file_name == later.name
    sync.let_go(office, left.sha256)
    with office.read() as unit:
        assert not sync.set_aside(unit)
    with pytest.raises(NotFound):
        sync.let_go(office, left.sha256)
    assert take(office, file).status == ALREADY
    assert_whole(office)


# Copies of a store


@pytest.mark.embedded
def test_an_old_copy_of_a_folder_is_told_before_it_reads_anything(
    facility_template: Template, office: Store, tmp_path: Path
) -> None:
    """Somebody put yesterday's folder back, past the program: its numbers would be given twice."""
    stick = tmp_path / "stick"
    with facility_template.open(tmp_path / "pc") as facility:
        exchange_cards(facility, office)
        enrolled(facility)
        take(office, send(facility, stick))
    shutil.copytree(tmp_path / "pc", tmp_path / "yesterday")
    with facility_template.open(tmp_path / "pc", Clock()) as facility:
        enrolled(facility, "R2", first="Luz")
        take(office, send(facility, stick))
    answer = send(office, stick, "NORTH")
    template = Template(tmp_path / "yesterday", facility_template.keys, facility_template.person, facility_template.kit)
    with template.open(tmp_path / "copy", Clock()) as old:
        taken = take(old, answer)
        assert (taken.status, taken.code) == (SET_ASIDE, "behind")
        assert "as if an old copy of its folder had been put back" in taken.reason
        assert "restore" in taken.reason
        assert_whole(old)


def test_a_restored_store_begins_its_bundles_anew(met: tuple[Store, Store, Id, Path], tmp_path: Path) -> None:
    facility, office, woman, stick = met
    checking.backup(facility, tmp_path / "facility.backup")
    facility.close()
    with restoring.restore(tmp_path / "facility.backup", tmp_path / "back", USER, PASSPHRASE, Clock()) as back:
        rename(back, woman, "Ward 9")
        sent = outgoing.send(back, "OFFICE", stick)
        assert sent.number == 1
        with back.read() as unit:
            assert knowledge.confirmed(unit, office.site) is None
        assert take(office, sent.file).status == APPLIED
        take(back, send(office, stick, "NORTH"))
        assert state(back).acknowledged == 1
        assert number_of(office, send(back, stick)) == 0
        assert_whole(office)
