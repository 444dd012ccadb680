"""What must be so at each moment, and once everything has been delivered; whatever the stores are made of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from reentry_desktop.base.ids import Id
from reentry_desktop.bundle import Card
from reentry_desktop.records.change import Change, Place

from . import oracle, oracle_moves
from .oracle_sharing import may_leave

ROUNDS = 8  # of everybody sending to everybody, after which a state must have come to rest


class Look(NamedTuple):
    """What one store shows and holds."""

    card: Card
    here: oracle.Here
    inbox: Collection[tuple[Id, str]]
    shown: Callable[[Id], Mapping[str, Any] | None]
    """What its pages show of a record; None where it cannot be shown yet."""
    deleted: Collection[Place]
    """Words of others that were called back, and deleted there; with those that are not any more, ``ever_deleted``."""
    ever_deleted: Collection[Place]
    gone: Mapping[Place, tuple[Id, str]]
    """The entries whose words are not there any more: whom they were about, and their class."""
    policy: str
    """What the site keeps of women who moved away."""
    writes: Callable[[Id], bool]
    """Whether her record may be written there now."""
    stands_for: Callable[[], Mapping[Id, Id]]
    """Each registration that gave way -> the one that pages show in its place."""

    @property
    def history(self) -> Mapping[Id, Mapping[Place, Change]]:
        return self.here.history

    @property
    def held(self) -> set[Place]:
        """The entries whose values are there."""
        return self.here.held

    def may_leave(self, to: Card) -> set[Place]:
        """What this site may give *to* now, by the rule as it is stated."""
        return may_leave(self.here, Id(to.site), to.kind)

    def did_not_stay(self) -> set[Place]:
        """What went from here because she moved away, or never came."""
        goes = oracle_moves.does_not_stay(self.here, self.policy)
        return {place for place, (woman, share) in self.gone.items() if share in goes.get(woman, ())}


class Shown(Protocol):
    """What a store holds and shows."""

    @property
    def history(self) -> Mapping[Id, Mapping[Place, Change]]: ...

    @property
    def inbox(self) -> Collection[tuple[Id, str]]: ...

    @property
    def shown(self) -> Callable[[Id], Mapping[str, Any] | None]: ...


def inbox_is_whole(look: Shown, records: Iterable[Id], seen: oracle.Seen, taken_back: Collection[Place]) -> None:
    """Each disagreement of which both sides are here is shown; where nothing in between is missing, nothing else.

    At a second PC words may stand beside later ones of the PC where they were *taken_back* in between.
    """
    for record in records:
        entries = look.history[record]
        asked = {name for of, name in look.inbox if of == record}
        shown = look.shown(record)
        if shown is None:
            assert not asked
            continue
        stated = oracle.disagreements(entries, seen)
        assert stated <= asked, f"nobody is shown {stated - asked} of {record}"
        whole = all(entries.keys() >= seen[place] for place in entries) and entries.keys().isdisjoint(taken_back)
        assert not whole or stated == asked, f"nobody disagrees on {asked - stated} of {record}"
        last = oracle.values(entries)
        assert shown == {name: last[name] for name in last if name in shown}, f"{record} is not what was said last"


def come_to_rest(everybody_sends: Callable[[], int]) -> None:
    """Everybody sends to everybody until nobody has heard anything new twice: once may be a receipt alone."""
    quiet = 0
    for _round in range(ROUNDS):
        quiet = 0 if everybody_sends() else quiet + 1
        if quiet == 2:
            return
    raise AssertionError("there is always something new")


def has_what_it_may(
    sender: Look, receiver: Look, taken_back: Collection[Place], *, of_women_alone: bool = False
) -> None:
    """The one has of the other all that it may have; of two PCs of a site one may still have what was *taken_back*."""
    lacking = sender.may_leave(receiver.card) - receiver.held - set(receiver.deleted) - set(taken_back)
    if lacking:
        lacking -= receiver.did_not_stay()
    if of_women_alone and lacking:
        about = {place: change.participant for entries in sender.history.values() for place, change in entries.items()}
        lacking = {place for place in lacking if about[place]}
    assert not lacking, f"{receiver.card.code} never got of {sender.card.code}: {lacking}"


def has_no_more(look: Look, allowed: Collection[Place]) -> None:
    """Of what others wrote there is nothing that was not *allowed* at some moment, and nothing that was to go."""
    theirs = {place for place in look.held if place[0] in look.here.others}
    more = theirs - set(allowed)
    assert not more, f"{look.card.code} has what it may not: {more}"
    still = theirs & set(look.deleted)
    assert not still, f"{look.card.code} still has what it said it deleted: {still}"
    goes = oracle_moves.does_not_stay(look.here, look.policy)
    for entries in look.history.values() if goes else ():
        for place, change in entries.items():
            stays = change.share not in goes.get(change.participant, ()) or change.kind == "transfer"
            assert stays, f"{look.card.code} kept {place} of {change.participant}, who is not there"


def nothing_is_lost(look: Look, had: Collection[Place]) -> None:
    """What ever was there still is, but for what was deleted on her wish or because she is elsewhere."""
    lost = set(had) - look.held - set(look.ever_deleted)
    if lost:
        lost -= look.did_not_stay()
    assert not lost, f"{look.card.code} had {lost} and has it no more"


def nothing_went_too_early(looks: Collection[Look], restored: Collection[Id], taken_back: Collection[Place]) -> None:
    """What did not stay of a woman who moved is where she is held, unless that PC was lost since."""
    by_site = {Id(look.card.site): look for look in looks}
    for look in looks:
        goes = oracle_moves.does_not_stay(look.here, look.policy)
        for woman, hers in oracle_moves.by_woman(oracle_moves.moves(look.here)).items() if goes else ():
            there = by_site[oracle_moves.holder(hers)[0]]
            if "site" in goes.get(woman, ("site",)) or there.card.site in restored:
                continue
            went = {place for place, (of, share) in look.gone.items() if of == woman and share in goes[woman]}
            lost = went - there.held - {*look.ever_deleted, *there.ever_deleted, *taken_back} - there.did_not_stay()
            assert not lost, f"{look.card.code} deleted {lost}, which {there.card.code} does not have"


def the_holder_wrote(look: Look, places: Iterable[Place]) -> None:
    """Who wrote about a woman held her record."""
    known = oracle_moves.by_woman(oracle_moves.moves(look.here))
    written = {place: change for entries in look.history.values() for place, change in entries.items()} if known else {}
    for place in places if known else ():
        change = written[place]
        if change.kind in oracle_moves.BY_ANYBODY or change.participant not in known:
            continue
        hers = known[change.participant]
        had_part = any(look.card.site in (move.old, move.new) for move in hers)
        holds = oracle_moves.holder(hers) == (look.card.site, None)
        assert holds or not had_part, f"{look.card.code} wrote {place} of {change.participant}, and holds her not"


def one_woman_is_shown_as_one(look: Look) -> None:
    """Registrations that somebody said are one woman stand as one, the same one wherever the same is known."""
    assert look.stands_for() == oracle_moves.registered_once(look.here), f"{look.card.code} shows one woman as two"


def one_site_holds_her(looks: Collection[Look]) -> None:
    """Of each woman who was released all that had part in it know the same, and at most one of them may write.

    It is the one that took her over last; while her record is on its way, none. Not where a site that began anew has
    lost its own word of it, which was at no office: then a person there takes her over, or releases her, once more.
    """
    lost = oracle_moves.lost_words([look.here for look in looks])
    known = {look.card.site: oracle_moves.moves(look.here) for look in looks if look.card.kind == "facility"}
    for woman, hers in oracle_moves.by_woman(sorted({move for some in known.values() for move in some})).items():
        holds, under_way = oracle_moves.holder(hers)
        had_part = {site for move in hers for site in (move.old, move.new)}
        if woman in lost:
            continue
        void = [move.id for move in hers if not (move.taken or move.off or move.old == holds)]
        assert not void, f"{void} are void, and nobody called them off"
        for look in looks:
            site = Id(look.card.site)
            if site in had_part:
                told = [move for move in known[site] if move.woman == woman]
                assert told == hers, f"{look.card.code} knows {told} of {woman}, not {hers}"
                may = holds == site and under_way is None
                assert look.writes(woman) == may, f"{look.card.code} may {'not ' * may}write {woman}"


def all_agree(looks: list[Look]) -> None:
    """A record of which two have the same entries is the same, and so is what is asked about it."""
    for place, one in enumerate(looks):
        for other in looks[place + 1 :]:
            for record, entries in one.history.items():
                if entries and entries.keys() == other.history.get(record, {}).keys():
                    mine, theirs = one.shown(record), other.shown(record)
                    assert mine == theirs, f"{record} is {mine} at {one.card.code}, {theirs} at {other.card.code}"
                    asked = ({name for of, name in look.inbox if of == record} for look in (one, other))
                    assert next(asked) == next(asked), f"not both are asked about {record}"


def copies_are_told(told: Collection[tuple[str, str, str]], name: str) -> None:
    """Both histories went everywhere, and everything came to both: somebody must have been told."""
    assert any(why in ("fork", "behind") for _receiver, _sender, why in told), f"nobody is told of {name}'s copy"
