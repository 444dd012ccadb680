"""A state in memory: facilities and offices, their sticks, and whatever may befall them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem
from reentry_desktop.bundle import Card
from reentry_desktop.exchange import incoming

from . import checks
from .checks import Look
from .desk import Letter
from .memory_moves import WithMoves
from .oracle_sharing import held_back, may_leave
from .post import DeskWithPost as Desk
from .tables import Tables
from .world import IDS, NAMES, OFFICES, site_of

CARDS = {
    name: Card(
        site=IDS[site_of(name)], name=name, code=name, kind="office" if name in OFFICES else "facility",
        practice=False, signing=bytes(32), hpke=b"", made="",
    )
    for name in NAMES
}  # fmt: skip


@contextmanager
def state(sites: tuple[str, ...]) -> Iterator[State]:
    """A state of these sites."""
    yield State(sites)


class State(WithMoves):
    """Desks and the sticks between them."""

    facilities_meet = True
    tables: ClassVar[list[Tables]] = []  # one for each desk and one for a copy, made once

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(names)
        while len(self.tables) < len(names) + 1:
            self.tables.append(Tables())
        for table in self.tables:
            table.empty()
        self.cards = {name: CARDS[name] for name in names}
        self.told_at: dict[tuple[str, str], int] = {}
        """(sender, receiver) -> the sender's version at its last stick."""
        self.desks = {
            name: Desk(CARDS[name], self.new_device(), table, self.seen)
            for name, table in zip(names, self.tables, strict=False)
        }

    def look_at(self, desk: Desk) -> Look:
        return desk.look()

    def look(self) -> None:
        """Each inbox is looked through for what was touched."""
        for desk in self.desks.values():
            if desk.touched and not self.copied:
                checks.inbox_is_whole(desk, desk.touched, self.seen, self.taken_back)
                desk.touched.clear()
        self.asked = sum(desk.asked for desk in self.desks.values())

    def assert_whole(self, desk: Desk) -> None:
        desk.assert_whole()

    def up_to_date(self, desk: Desk) -> None:
        desk.old = False
        self.do_believe("", desk, 0, 0)

    def has_news(self, name: str, to: str) -> bool:
        """Not where nothing has happened at a desk since its last stick to the other, which came there."""
        desk = self.desks[name]
        letters = desk.kept.sent.get((Id(CARDS[to].site), desk.device), [])
        if (name, to) in self.meetings and not desk.has_moves() and (letters or name not in self.restored):
            return False  # whoever began anew says so once, for others may think it has more
        there = self.desks[to].kept.received.get((desk.site, desk.device), [])
        return not letters or letters[-1] not in there or self.told_at.get((name, to)) != desk.version

    # Sticks

    def do_cut(self, name: str, desk: Desk, b: int, c: int) -> None:
        """A stick that lost the end of its file brings nothing: the bundle's reader refuses it before this one."""
        self.letters = self.letters[:-1] if self.letters else []

    def send(self, desk: Desk, to: str) -> Letter:
        name = self.name_of(desk)
        here, site = desk.here(), Id(CARDS[to].site)
        if self.revoked(desk, desk.site) or self.revoked(desk, site):
            raise Problem("", code="revoked")
        may = may_leave(here, site, CARDS[to].kind)
        confirmed, known = desk.kept.has.get(site), desk.known_by(site)
        letter = desk.send(CARDS[to], name, to)
        letter.places &= here.held
        if site != desk.site:  # of its own it may get back what there is
            news, due = ({p for p in places if here.wrote(p[0]) != site} for places in (letter.places, may))
            assert news <= due, f"{name} gives {to} what must stay: {news - due}"
            assert confirmed is not None or news == due, f"{name} leaves out: {due - news}"
            if desk.card.kind != CARDS[to].kind == "office":
                due = Counter(of for place, of in held_back(here, site).items() if known.lacks(*place))
                assert letter.stays == due, f"{name} holds back from {to} {due}, and says {letter.stays}"
        letter.by_copy = self.is_copy(desk)
        if not letter.by_copy:
            assert not letter.places & self.erased, "what was taken back leaves"
            self.allowed[site_of(to)].update(may)
        self.letters.append(letter)
        self.told_at[name, to] = desk.version
        return letter

    def deliver(self, letter: Letter, desk: Desk | None = None) -> int:
        desk = desk or self.desks[letter.to]
        if self.revoked(desk, letter.site):
            return 0
        late = desk.is_late(letter)
        status = desk.take_in(letter)
        if status == incoming.APPLIED:  # of one that is late, what may not go any more is left out
            self.had[letter.to] |= letter.places & desk.here().held if late else letter.places
            self.copied |= letter.by_copy
            # Whoever gave it does not know that it was here; or it asks for everything anew.
            if (letter.places and not desk.brought) or letter.site not in desk.kept.has:
                self.told_at.pop((letter.to, letter.sender), None)
            return desk.brought
        if status == "waiting":  # what is waited for is told again: an old stick may have said that it is here
            self.told_at.pop((letter.to, letter.sender), None)
        elif status != incoming.ALREADY:
            self.told.add((letter.to, letter.sender, status))
        return 0

    # What befalls a PC

    def do_backup(self, name: str, desk: Desk, b: int, c: int) -> None:
        self.saved[name] = self.desks[name].save()

    def do_restore(self, name: str, desk: Desk, b: int, c: int) -> None:
        """The latest backup is laid out, as a new device. What was written since is lost here.

        Not where that may be a revocation: whoever does not know of it cannot lift it, and nothing comes to rest.
        """
        desk = self.desks[name]
        if name not in self.saved:  # whoever has a backup
            name = next((name for name in self.saved if b % 2), name)
            desk = self.desks[name]
        if name in self.saved and not any(self.begun_at(desk, one) for one in desk.records("revocation")):
            had = desk.here().held
            desk.load(self.saved[name])
            self.restored.add(name)
            self.had[name] &= had & desk.here().held
            self.erased -= desk.here().held  # a backup made before still holds what was taken back
            desk.renew(self.new_device())

    def do_clone(self, name: str, desk: Desk, b: int, c: int) -> None:
        """Somebody copies the folder past the program: one device, two histories."""
        if self.copy is None and b % 4 == 0:
            copied = Desk(CARDS[name], desk.device, self.tables[len(self.desks)], dict(self.seen))
            copied.load(self.desks[name].save())
            copied.tell()
            self.copy = (name, copied)
            self.desks[name].tell()
