"""What is the same in memory and over real stores: sites and their links, how acts are played, and how it all ends."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections import defaultdict
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem
from reentry_desktop.bundle import Card
from reentry_desktop.records.change import Place

from . import checks
from .acts import Step
from .checks import Look

FACILITIES, OFFICES = ("NORTH", "NORTH2", "SOUTH", "WEST"), ("OFFICE", "SECOND")
NAMES = ("NORTH", "OFFICE", "SECOND", "SOUTH", "WEST", "NORTH2")
"""PCs: each is a site of its own, but for ``NORTH2``, the second one of ``NORTH``."""

# What a person is told and takes for an answer.
_ANSWERS = (
    "refused", "open", "enrol", "limits", "released", "pick", "behind", "revoked", "not-found", "moved", "request",
    "taken", "void", "not-here", "asked", "office", "same", "nothing", "code", "older",
)  # fmt: skip


IDS = {name: Id(f"{place:032x}") for place, name in enumerate(NAMES[:-1], 1)}
"""The sites in memory."""


def site_of(name: str) -> str:
    """The site that a PC is of."""
    return name.removesuffix("2")


class Letter(Protocol):
    """A bundle on a stick: the PC it is from and the one it is brought to; whether a copied folder made it."""

    sender: str
    to: str
    by_copy: bool


D = TypeVar("D")
L = TypeVar("L", bound=Letter)


class Sites(ABC, Generic[D, L]):
    """Desks, sticks on their way, and what is known of both."""

    facilities_meet: ClassVar[bool]
    """Whether a stick goes from one facility to another: else an office carries what is sealed."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.desks: dict[str, D] = {}
        self.cards: dict[str, Card] = {}
        pairs = [(a, b) for a, b in itertools.permutations(NAMES, 2) if a in names and b in names]
        self.links = [way for way in pairs if self._is_link(*way)]
        self.meetings = [(a, b) for a, b in pairs if not {a, b} & {*OFFICES} and site_of(a) != site_of(b)]
        """Facilities that have something for each other where women are moved."""
        self.letters: list[L] = []
        self.seen: dict[Place, frozenset[Place]] = {}
        self.allowed: dict[str, set[Place]] = defaultdict(set)
        """What others might let a site have at some moment."""
        self.had: dict[str, set[Place]] = {name: set() for name in names}
        """What came to a desk, or was written there."""
        self.erased: set[Place] = set()
        """What was taken back where it was written, before it could leave."""
        self.taken_back: set[Place] = set()
        self.saved: dict[str, Any] = {}
        self.restored: set[str] = set()
        self.new_keys: set[str] = set()
        self.copy: tuple[str, D] | None = None
        self.copied = False  # whether what a copy wrote was believed anywhere: then its origin is not
        self.told: set[tuple[str, str, str]] = set()
        """(receiver, sender, why) of bundles that were not taken in."""
        self.count = 0
        self.asked = 0
        """How many conflicts people were asked about."""

    def _is_link(self, a: str, b: str) -> bool:
        return a in OFFICES or b in OFFICES or site_of(a) == site_of(b) or self.facilities_meet

    @abstractmethod
    def look_at(self, desk: D) -> Look:
        """What a desk shows and holds."""

    @abstractmethod
    def look(self) -> None:
        """At every moment: whoever opens an inbox sees each disagreement of which both sides are there."""

    @abstractmethod
    def send(self, desk: D, to: str) -> L:
        """A bundle for the PC *to*. Raises ``Problem`` where this site was revoked."""

    @abstractmethod
    def deliver(self, letter: L, desk: D | None = None) -> int:
        """Bring it where it is to go, or to that *desk*. Returns how many entries were new."""

    @abstractmethod
    def assert_whole(self, desk: D) -> None:
        """Nothing has gone, what stayed with others is counted, and each chain holds."""

    @abstractmethod
    def up_to_date(self, desk: D) -> None:
        """Nobody is revoked any more, and the program is the newest."""

    @abstractmethod
    def has_news(self, name: str, to: str) -> bool:
        """Whether a stick from that PC to the other may tell it anything that the last one did not."""

    def step(self, step: Step) -> None:
        act, a, b, c = step
        name = list(self.desks)[a % len(self.desks)]
        desk = self.desks[name]
        if self.copy is not None and self.copy[0] == name and a & 64:  # whoever has the copy goes on with it
            desk = self.copy[1]
        try:
            getattr(self, f"do_{act}")(name, desk, b, c)
        except Problem as problem:
            assert problem.code in _ANSWERS, problem.sentence  # noqa: PT017
        self.look()

    def name_of(self, desk: D) -> str:
        """The PC whose desk, or copy, that is."""
        if self.copy is not None and desk is self.copy[1]:
            return self.copy[0]
        return next(name for name, one in self.desks.items() if one is desk)

    def is_copy(self, desk: D) -> bool:
        return self.copy is not None and desk is self.copy[1]

    def note_taken_back(self, name: str, desk: D, gone: set[Place]) -> None:
        """Words were erased where they were written. They are nowhere else, if this PC could know that.

        Not what it may have written before its backup, what another PC of the site has, or what was sealed for a
        facility that a woman was to move to.
        """
        self.taken_back |= gone
        alone = self.desks.keys().isdisjoint({site_of(name) + "2", site_of(name)} - {name})
        if name not in self.restored and not self.is_copy(desk) and alone:
            self.erased |= gone.difference(*self.allowed.values())

    # Sticks

    def others(self, name: str) -> list[str]:
        """The PCs that sticks go to from that one."""
        return [to for sender, to in self.links if sender == name]

    def do_send(self, name: str, desk: D, b: int, c: int) -> None:
        self.send(desk, self.others(name)[b % len(self.others(name))])

    def do_deliver(self, name: str, desk: D, b: int, c: int) -> None:
        """Any stick there ever was: late, out of its turn, or once more."""
        if self.letters:
            self.deliver(self.letters[-1 - b % len(self.letters)])

    def do_pass(self, name: str, desk: D, b: int, c: int) -> None:
        self.deliver(self.send(desk, self.others(name)[b % len(self.others(name))]))

    # When all is over

    def finish(self) -> None:
        """Everybody hears of everything; then it is looked at whether all is as it must be."""
        for desk in self.desks.values():
            self.up_to_date(desk)
        self.look()
        if self.count % 2:  # the sticks that were lost are found, the newest first
            for letter in reversed(self.letters):
                self.deliver(letter)
                self.look()
        if self.count % 3 and not self.copied:  # people do what they are asked for
            self.everybody_sends()
            for place in range(len(self.desks)):
                self.step(("take_over", place, 0, 0))
                self.step(("delete", place, 0, 0))
        checks.come_to_rest(self.everybody_sends)
        for desk in self.desks.values():
            self.assert_whole(desk)
        if self.copy is None:
            assert not self.told, f"somebody was told of what is not so: {self.told}"
        else:
            self._try_the_copy(*self.copy)
            if self.copy[0] not in self.restored:  # a new device by then: the copy alone goes on as the old one
                checks.copies_are_told(self.told, self.copy[0])
                self.part(*self.copy)
        if not self.copied:  # else it was believed before its origin, who was told, and must begin anew
            self._all_is_well({name: self.look_at(desk) for name, desk in self.desks.items()})

    def pages_are_true(self, looks: dict[str, Look]) -> None:
        """What each site's pages say that the others have is so, where a world has pages."""

    def part(self, name: str, copy: D) -> None:
        """Whoever is told that it was copied goes on as a new device, where a world has files and keys."""

    def _all_is_well(self, looks: dict[str, Look]) -> None:
        for sender, receiver in {*self.links, *self.meetings}:
            carried = (sender, receiver) not in self.links  # then nothing goes that is about nobody alone
            checks.has_what_it_may(looks[sender], looks[receiver], self.taken_back, of_women_alone=carried)
        self.pages_are_true(looks)
        for name, look in looks.items():
            checks.has_no_more(look, self.allowed[site_of(name)])
            assert not self.erased & look.held, f"what was taken back is at {name}"
            checks.nothing_is_lost(look, self.had[name] - self.taken_back)
            checks.inbox_is_whole(look, look.history, self.seen, self.taken_back)
            checks.one_woman_is_shown_as_one(look)
        checks.all_agree(list(looks.values()))
        checks.one_site_holds_her(looks.values())
        lost = {Id(self.cards[name].site) for name in self.restored}
        checks.nothing_went_too_early(looks.values(), lost, self.taken_back)

    def everybody_sends(self) -> int:
        """Returns how much of it was news."""
        news = 0
        for name, to in self.links:
            if not self.has_news(name, to):
                continue
            try:
                news += self.deliver(self.send(self.desks[name], to))
            except Problem as problem:
                assert problem.code == "revoked"  # noqa: PT017
                news += 1
            self.look()
        return 0 if self.copied else news

    def _try_the_copy(self, name: str, copy: D) -> None:
        """Both histories go everywhere, and everything comes to both."""
        for to in self.others(name):
            for desk in (self.desks[name], copy):
                self.up_to_date(desk)
                for sender, receiver, at in ((desk, to, None), (self.desks[to], name, desk)):
                    try:
                        self.deliver(self.send(sender, receiver), at)
                    except Problem as problem:
                        assert problem.code == "revoked"  # noqa: PT017
