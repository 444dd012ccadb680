"""A site's keys are renewed, or lost: who takes the new ones over by itself, and whom nobody believes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from reentry_desktop.actions import checking, keys, setup, sync
from reentry_desktop.base.problems import Problem
from reentry_desktop.bundle import MOST_LINKS, SiteKeys, make_card, read_card, vouch, write_card
from reentry_desktop.exchange import identity, succeeding
from reentry_desktop.exchange.incoming import Taken
from reentry_desktop.records import Site
from reentry_desktop.records.local import Peer
from reentry_desktop.store import Store

from ..stores import Template, assert_whole, enrolled, keys_of
from . import moves as m

pytestmark = pytest.mark.controls("SC-12")


def card_of(store: Store, other: Store) -> Any:
    with store.read() as unit:
        peer = unit.session.get(Peer, other.site)
        assert peer is not None
        return read_card(peer.card)


def give(sender: Store, to: str, receiver: Store, stick: Path) -> Taken:
    stick.mkdir(exist_ok=True)
    return sync.take_in(receiver, [sync.send(sender, to, stick).file])[0]


@pytest.fixture
def quiet(pair: tuple[Store, Store]) -> tuple[Store, Store]:
    with pair[0].work("set") as unit:
        unit.revise(Site, pair[0].site, office_keeps="none")
    return pair


def test_new_keys_reach_the_others_with_the_next_bundle(quiet: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = quiet
    before = keys.own_words(office)
    to_old = sync.send(facility, "OFFICE", tmp_path).file  # sealed to the keys that the office has now
    words = keys.renew(office)
    assert words != before

    def not_told() -> tuple[str, ...]:
        with office.read() as unit:
            return keys.state(unit).not_told

    assert not_told() == ("North Facility",)
    (taken,) = sync.take_in(office, [to_old])
    assert taken.status == "applied"
    taken = give(office, "NORTH", facility, tmp_path / "stick")
    assert (taken.status, taken.new_keys) == ("applied", True), taken
    assert card_of(facility, office).fingerprint == words
    with facility.work("told") as unit:
        assert "State Office has new keys since" in " ".join(checking.notices(unit))
        checking.notices_read(unit)
        assert not keys.notices(unit)
    # And on it goes, both ways, twice over; a site that missed one renewal follows the whole chain.
    enrolled(facility)
    assert not_told() == ("North Facility",)
    assert give(facility, "OFFICE", office, tmp_path / "stick").status == "applied"
    assert not_told() == ()
    keys.renew(office)
    words = keys.renew(office)
    assert give(office, "NORTH", facility, tmp_path / "stick").new_keys
    assert card_of(facility, office).fingerprint == words
    keys.renew(facility)
    assert give(facility, "OFFICE", office, tmp_path / "stick").new_keys
    for store in quiet:
        assert_whole(store)


def test_what_was_made_under_the_old_keys_and_comes_late_is_not_believed(
    quiet: tuple[Store, Store], tmp_path: Path
) -> None:
    facility, office = quiet
    enrolled(facility)
    late = sync.send(facility, "OFFICE", tmp_path).file
    keys.renew(facility)
    new = sync.send(facility, "OFFICE", tmp_path).file
    assert [one.status for one in sync.take_in(office, [new])] == ["applied"]
    (taken,) = sync.take_in(office, [late])
    assert (taken.status, taken.code) == ("quarantined", "keys-before")
    assert m.women(office) == ["R1001"]  # the newer one had all of it
    with office.read() as unit:
        assert not sync.set_aside(unit)


def test_the_keys_before_are_dropped_after_a_time_or_by_hand(quiet: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = quiet
    enrolled(facility)
    to_old = sync.send(facility, "OFFICE", tmp_path).file
    keys.renew(office)
    assert keys.drop_old(office)
    assert not keys.drop_old(office)
    (taken,) = sync.take_in(office, [to_old])
    assert (taken.status, taken.code) == ("quarantined", "old-key")
    assert "keys that this site has no more" in taken.reason
    with office.read() as unit:
        assert [file.code for file in sync.set_aside(unit)] == ["old-key"]
    give(office, "NORTH", facility, tmp_path / "stick")
    assert give(facility, "OFFICE", office, tmp_path / "stick").status == "applied"
    assert m.women(office) == ["R1001"]
    keys.renew(office)
    office.clock.now += dt.timedelta(days=succeeding.KEPT_DAYS + 1)
    sync.send(office, "NORTH", tmp_path / "stick")
    with office.read() as unit:
        assert succeeding.older_keys(unit) == []


def forged(real: Store, signing: bytes) -> tuple[SiteKeys, bytes]:
    """A card of that site which *signing* vouches for, whatever key that is."""
    made = SiteKeys.generate(real.site)
    card = make_card(
        made, name="State Office", code="OFFICE", kind="office", made=real.clock(),
        links=[vouch(real.site, made.signing_public, signing)],
    )  # fmt: skip
    return made, write_card(card, made)


def test_a_forged_successor_is_refused(quiet: tuple[Store, Store]) -> None:
    facility, office = quiet
    stranger = SiteKeys.generate(office.site)
    for signing in (stranger.signing, keys_of(facility)[0].signing):
        _made, data = forged(office, signing)
        card = identity.check_card(facility, data)
        with facility.work("trust_card") as unit:
            assert not sync.take_card(unit, card, data)
            with pytest.raises(Problem, match="known here with another key"):
                identity.trust(unit, card, data, " ".join(card.fingerprint))
    assert card_of(facility, office).signing == keys_of(office)[0].signing_public


def successor(kit: setup.Kit, card: bytes, folder: Path, clock: Any, parts: str = "AC") -> Store:
    return successor_and_kit(kit, card, folder, clock, parts)[0]


def successor_and_kit(
    kit: setup.Kit, card: bytes, folder: Path, clock: Any, parts: str = "AC"
) -> tuple[Store, setup.Kit]:
    new = setup.NewStore(
        folder, "office", "State Office", "lead", "correct horse battery", code="OFFICE", before=card,
        parts=[kit.text(part).decode() for part in parts],
    )  # fmt: skip
    store, new_kit = setup.create(new, clock)
    try_kit(store, new_kit)
    return store, new_kit


def try_kit(store: Store, kit: setup.Kit) -> None:
    setup.test_kit(store, {part: kit.text(part).decode() for part in "ABC"})


def know(store: Store, other: Store) -> None:
    """People at *store* compare the words of the *other*."""
    card, data = identity.own_card(other)
    with store.work("trust_card") as unit:
        identity.trust(unit, card, data, " ".join(card.fingerprint))


def test_a_lost_office_starts_anew_by_two_parts_of_its_kit(
    quiet: tuple[Store, Store], office_template: Template, tmp_path: Path
) -> None:
    facility, office = quiet
    enrolled(facility)
    give(facility, "OFFICE", office, tmp_path / "stick")
    _card, old = identity.own_card(office)
    assert len(read_card(old).kit_keys) == 3
    thief = keys_of(office)[0]
    office.close()
    # The old key was stolen, and its thief is the first to show a card.
    _made, data = forged(office, thief.signing)
    with facility.work("trust_card") as unit:
        assert sync.take_card(unit, identity.check_card(facility, data), data)
    with successor(office_template.kit, old, tmp_path / "anew", office.clock) as anew:
        assert anew.site == office.site
        know(anew, facility)
        taken = give(anew, "NORTH", facility, tmp_path / "stick")
        assert (taken.status, taken.new_keys) == ("applied", True), taken
        assert card_of(facility, office).fingerprint == keys.own_words(anew)
        assert give(facility, "OFFICE", anew, tmp_path / "stick").status == "applied"
        assert m.women(anew) == ["R1001"]
        # The kit outranks the old key, whoever comes after.
        _made, data = forged(office, thief.signing)
        with facility.work("trust_card") as unit:
            assert not sync.take_card(unit, identity.check_card(facility, data), data)
            assert not sync.take_card(unit, identity.check_card(facility, old), old)
        assert_whole(anew)


def test_an_office_that_is_lost_twice_before_anybody_heard_is_believed(
    quiet: tuple[Store, Store], office_template: Template, tmp_path: Path
) -> None:
    facility, office = quiet
    _card, old = identity.own_card(office)
    first, kit = successor_and_kit(office_template.kit, old, tmp_path / "first", office.clock)
    with first:
        keys.renew(first)
        _card, of_first = identity.own_card(first)
    with successor(kit, of_first, tmp_path / "second", office.clock, parts="BC") as anew:
        know(anew, facility)
        taken = give(anew, "NORTH", facility, tmp_path / "stick")
        assert (taken.status, taken.new_keys) == ("applied", True), taken
        assert card_of(facility, office).fingerprint == keys.own_words(anew)
        assert give(facility, "OFFICE", anew, tmp_path / "stick").status == "applied"


def test_a_new_kit_is_followed_before_anybody_compared_it_and_the_one_they_compared_outranks_it(
    quiet: tuple[Store, Store], office_template: Template, tmp_path: Path
) -> None:
    facility, office = quiet
    _card, old = identity.own_card(office)
    kit = setup.new_kit(office)
    try_kit(office, kit)
    _card, of_new_kit = identity.own_card(office)
    with successor(kit, of_new_kit, tmp_path / "anew", office.clock) as anew:
        know(anew, facility)
        assert give(anew, "NORTH", facility, tmp_path / "stick").new_keys
        assert card_of(facility, office).fingerprint == keys.own_words(anew)
        # The kit was not new: a thief of the key had made it. The kit that people compared brings the site back.
        with successor(office_template.kit, old, tmp_path / "true", office.clock) as true:
            know(true, facility)
            assert give(true, "NORTH", facility, tmp_path / "stick").new_keys
            _card, false = identity.own_card(anew)
            with facility.work("trust_card") as unit:
                assert not sync.take_card(unit, identity.check_card(facility, false), false)
            assert card_of(facility, office).fingerprint == keys.own_words(true)


def test_new_keys_more_often_than_a_card_has_room_to_tell(quiet: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = quiet
    try_kit(office, setup.new_kit(office))
    for _time in range(MOST_LINKS + 2):
        keys.renew(office)
    taken = give(office, "NORTH", facility, tmp_path / "stick")
    assert (taken.status, taken.code) == ("quarantined", "bad-certificate")  # it missed too much: people compare words
    card, data = identity.own_card(office)
    with facility.work("trust_card") as unit:
        identity.trust(unit, card, data, " ".join(card.fingerprint), new_keys=True)
    keys.renew(office)
    assert give(office, "NORTH", facility, tmp_path / "stick").new_keys


def test_two_parts_of_another_kit_make_no_successor(
    quiet: tuple[Store, Store], facility_template: Template, tmp_path: Path
) -> None:
    _facility, office = quiet
    _card, old = identity.own_card(office)
    with pytest.raises(Problem, match="not of the recovery kit"):
        successor(facility_template.kit, old, tmp_path / "anew", office.clock)
    assert not (tmp_path / "anew").exists()


def test_without_the_kit_people_compare_words(
    quiet: tuple[Store, Store], office_template: Template, tmp_path: Path
) -> None:
    facility, office = quiet
    _card, old = identity.own_card(office)
    with successor(office_template.kit, old, tmp_path / "anew", office.clock, parts="") as anew:
        card, data = identity.own_card(anew)
        said = " ".join(card.fingerprint)
        with facility.work("trust_card") as unit:
            assert not sync.take_card(unit, card, data)
            assert sync.has_other_keys(unit, card)
            with pytest.raises(Problem, match="another key"):
                sync.trust_card(unit, card, data, said)
            sync.trust_card(unit, card, data, said, new_keys=True)
        assert card_of(facility, office).fingerprint == card.fingerprint


def test_a_lost_facility_without_a_backup_starts_from_what_the_office_has(
    quiet: tuple[Store, Store], facility_template: Template, tmp_path: Path
) -> None:
    facility, office = quiet
    woman, _episode = enrolled(facility, share="words")
    m.plan_of(facility, woman, "Ibisfeather")
    give(facility, "OFFICE", office, tmp_path / "stick")
    _card, old = identity.own_card(facility)
    story = m.story(office, woman)
    facility.close()
    new = setup.NewStore(
        tmp_path / "anew", "facility", "North Facility", "lead", "correct horse battery", code="NORTH", before=old,
        parts=[facility_template.kit.text(part).decode() for part in "BC"],
    )  # fmt: skip
    store, kit = setup.create(new, office.clock)
    with store as anew:
        try_kit(anew, kit)
        know(anew, office)
        assert give(anew, "OFFICE", office, tmp_path / "stick").new_keys
        taken = give(office, "NORTH", anew, tmp_path / "stick")
        assert taken.status == "applied", taken
        assert taken.own > 0
        assert m.story(anew, woman) == story
        with anew.work("write") as unit:
            unit.revise(m.Participant, woman, first_name="Lucia")
        assert give(anew, "OFFICE", office, tmp_path / "stick").status == "applied"
        assert_whole(anew)
        assert_whole(office)


def test_other_facilities_learn_it_from_the_office_and_get_what_was_on_its_way(
    facility: Store, south: Store, state: m.State, her: Any
) -> None:
    m.release(facility, her[0], "South Facility")
    state.up(facility)  # sealed and signed by the keys before
    words = keys.renew(facility)
    state.up(facility)
    assert all(one.status == "applied" for one in state.down(south))
    assert card_of(south, facility).fingerprint == words
    assert m.women(south) == ["R1001"]


def test_only_an_administrator_renews(facility: Store) -> None:
    facility.who = facility.who._replace(administrator=False)
    with pytest.raises(Problem, match="Only an administrator"):
        keys.renew(facility)
