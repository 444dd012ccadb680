"""A state in memory: two facilities and two offices, their sticks, and whatever may befall them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from reentry_desktop.base.ids import Id, named_id
from reentry_desktop.bundle import Card
from reentry_desktop.exchange import incoming
from reentry_desktop.records.change import Place

from . import checks
from .acts import Step
from .desk import Desk, Kept, Letter, Tables

NAMES = ("NORTH", "OFFICE", "SECOND", "SOUTH")
FACILITIES, OFFICES = ("NORTH", "SOUTH"), ("OFFICE", "SECOND")
IDS = {name: Id(f"{place:032x}") for place, name in enumerate(NAMES, 1)}
NAMED = {site: name for name, site in IDS.items()}
CARDS = {
    name: Card(
        site=IDS[name], name=name, code=name, kind="office" if name in OFFICES else "facility", practice=False,
        signing=bytes(32), hpke=b"", made="",
    )
    for name in NAMES
}  # fmt: skip
LINKS = [(a, b) for a, b in itertools.permutations(NAMES, 2) if a in OFFICES or b in OFFICES]


@contextmanager
def state(sites: int) -> Iterator[State]:
    """A state of so many sites."""
    yield State(NAMES[:sites])


class State:
    """Desks and the sticks between them."""

    tables: ClassVar[list[Tables]] = []  # one for each desk and one for a copy, made once

    def __init__(self, names: tuple[str, ...] = NAMES) -> None:
        while len(self.tables) < len(NAMES) + 1:
            self.tables.append(Tables())
        for table in self.tables:
            table.empty()
        self.seen: dict[Place, frozenset[Place]] = {}
        self.count = 0
        self.desks = {
            name: Desk(CARDS[name], self._device(), table, self.seen)
            for name, table in zip(names, self.tables, strict=False)
        }
        self.links = [(a, b) for a, b in LINKS if a in names and b in names]
        self.letters: list[Letter] = []
        self.allowed: dict[tuple[str, str], set[Place]] = {}
        """(sender, receiver) -> what the one might give the other at some moment."""
        self.arrived: dict[str, set[Place]] = {name: set() for name in names}
        self.erased: set[Place] = set()
        self.saved: dict[str, tuple[Kept, list[Any]]] = {}
        self.restored: set[str] = set()
        self.copy: tuple[str, Desk] | None = None
        self.copied = False  # whether what a copy wrote was believed anywhere: then its origin is not
        self.told: set[tuple[str, str, str]] = set()
        """(receiver, sender, why) of bundles that were not taken in."""

    def _device(self) -> int:
        self.count += 1
        return 1 << 39 | self.count * 7919 % 10007  # in no order of age

    def _id(self) -> Id:
        self.count += 1
        return Id(f"{self.count:032x}")

    def step(self, step: Step) -> None:
        act, a, b, c = step
        names = list(self.desks)
        name = names[a % len(names)]
        desk = self.desks[name]
        if self.copy is not None and self.copy[0] == name and a & 64:  # whoever has the copy goes on with it
            desk = self.copy[1]
        getattr(self, f"do_{act}")(name, desk, b, c)
        self.look()

    def look(self) -> None:
        """At every moment whoever opens an inbox sees each disagreement of which both sides are there."""
        for desk in self.desks.values():
            if desk.touched and not self.copied:
                checks.inbox_is_whole(desk, desk.touched, self.seen)
                desk.touched.clear()

    @property
    def asked(self) -> int:
        """How many conflicts people were asked about."""
        return sum(desk.asked for desk in self.desks.values())

    # Writing

    def do_register(self, name: str, desk: Desk, b: int, c: int) -> None:
        if name in OFFICES:
            return
        woman, episode = self._id(), self._id()
        desk.write("participant", woman, {"first_name": "Ana", "site": desk.site}, woman, new=True)
        agreed = {"agreed_on": "2026-11-01"} if c % 4 else {}
        said = {"participant": woman, "offered_on": "2026-11-01", "office_has": ("dates", "words")[b % 2], **agreed}
        desk.write("enrolment", episode, said, woman, new=True)
        if c % 3:
            desk.write("plan_item", self._id(), {"participant": woman, "words": "Walk"}, woman, new=True)
        if c % 3 == 1:
            self.do_done(name, desk, b, c)

    def _one(self, desk: Desk, kind: str, b: int) -> Id | None:
        found = desk.records(kind)
        return found[b % len(found)] if found else None

    def do_agree(self, name: str, desk: Desk, b: int, c: int) -> None:
        if name in FACILITIES and (episode := self._one(desk, "enrolment", b)):
            desk.revise(episode, agreed_on="2026-11-02")

    def do_correct(self, name: str, desk: Desk, b: int, c: int) -> None:
        if woman := self._one(desk, "participant", b):
            fields = ("unit", "first_name", "county_of_return", "unit" if desk.old else "favorite_color")
            desk.revise(woman, **{fields[c % 4]: f"value {c // 4 % 3}"})

    def do_clash(self, name: str, desk: Desk, b: int, c: int) -> None:
        """The same field at two sites, unaware of each other; or a removal beside a change."""
        woman = self._one(desk, "participant", b)
        others = [other for other in self.desks.values() if other is not desk and woman in other.records("participant")]
        if woman and others:
            desk.revise(woman, **({"removed": True} if c % 5 == 0 else {"unit": f"Ward {c % 3}"}))
            others[b % len(others)].revise(woman, unit=f"Wing {c % 3}")

    def do_next_step(self, name: str, desk: Desk, b: int, c: int) -> None:
        if episode := self._one(desk, "enrolment", b):
            desk.revise(episode, next_step=f"step {c % 4}")

    def do_item(self, name: str, desk: Desk, b: int, c: int) -> None:
        item, woman = self._one(desk, "plan_item", b), self._one(desk, "participant", b)
        if item and c % 3:
            desk.revise(item, words=f"words {c % 5}", removed=False)
        elif woman:
            desk.write("plan_item", self._id(), {"participant": woman, "words": "Rest"}, woman, new=True)

    def do_done(self, name: str, desk: Desk, b: int, c: int) -> None:
        if woman := self._one(desk, "participant", b):
            ends = desk.connection.execute("SELECT device, max(number) FROM entry GROUP BY device")
            said = {"participant": woman, "entries": " ".join(f"{device}:{number}" for device, number in ends)}
            desk.write("plan_version", self._id(), said, woman, new=True)

    def do_take_back(self, name: str, desk: Desk, b: int, c: int) -> None:
        """Words since her plan was last done for now are erased where they were written."""
        if item := self._one(desk, "plan_item", b):
            woman, through = desk.value(item, "participant"), dict[int, int]()
            for version in desk.records("plan_version"):
                if desk.value(version, "participant") == woman and self._begun_at(desk, version):
                    pairs = (pair.split(":") for pair in desk.value(version, "entries").split())
                    through |= {int(of): max(int(last), through.get(int(of), 0)) for of, last in pairs}
            if desk.card.kind == "office":  # what it writes goes home with the next bundle
                left = [place for way in desk.kept.sent.values() for letter in way for place in letter.places]
                through |= {of: max(number, through.get(of, 0)) for of, number in sorted(left)}
            entries = desk.kept.history[item]
            gone = [place for place in entries if desk.is_ours(place[0]) and place[1] > through.get(place[0], 0)]
            desk.erase([(item, place) for place in gone])
            # Of what was lost since a backup, a site cannot know whether it left.
            if name not in self.restored and desk is self.desks[name]:
                self.erased.update(gone)

    def _begun_at(self, desk: Desk, record: Id) -> bool:
        """Whether *record* began at this site."""
        return any(change.new and desk.is_ours(place[0]) for place, change in desk.kept.history[record].items())

    def do_remove(self, name: str, desk: Desk, b: int, c: int) -> None:
        if record := self._one(desk, ("participant", "plan_item")[c % 2], b):
            desk.revise(record, removed=c // 2 % 4 > 0)

    def do_settle(self, name: str, desk: Desk, b: int, c: int) -> None:
        if found := sorted(desk.kept.inbox):
            record, field = found[b % len(found)]
            value = desk.value(record, field) if c % 2 else (c % 4 == 0 if field == "removed" else f"settled {c}")
            if field not in ("participant", "entries", "agreed_on", "office_has", "ended_on"):
                desk.revise(record, settle=True, **{field: value})
            else:
                desk.revise(record, settle=True, **{field: desk.value(record, field)})

    def do_newer(self, name: str, desk: Desk, b: int, c: int) -> None:
        """A newer program writes a kind of record that this one does not know."""
        if not desk.old and (woman := self._one(desk, "participant", b)):
            desk.write("session_of_2031", self._id(), {"minutes": c}, woman, new=True)

    def do_look(self, name: str, desk: Desk, b: int, c: int) -> None:
        desk.tell()

    def do_clock(self, name: str, desk: Desk, b: int, c: int) -> None:
        desk.year = (1980, 2026, 2099)[c % 3]

    def do_update(self, name: str, desk: Desk, b: int, c: int) -> None:
        desk.old = not desk.old

    # What she lets out, and calls back

    def do_episode(self, name: str, desk: Desk, b: int, c: int) -> None:
        woman = self._one(desk, "participant", b)
        if woman and name in FACILITIES:
            said = {"participant": woman, "offered_on": f"2026-12-{1 + c % 28:02}", "agreed_on": "2026-12-31"}
            desk.write("enrolment", self._id(), {**said, "office_has": ("dates", "words")[c % 2]}, woman, new=True)

    def do_share(self, name: str, desk: Desk, b: int, c: int) -> None:
        episode = self._one(desk, "enrolment", b)
        if not episode or name in OFFICES:
            return
        woman, before = desk.value(episode, "participant"), desk.value(episode, "office_has")
        what = "words" if before == "dates" else "dates"
        desk.revise(episode, office_has=what)
        ours = [recall for recall in desk.standing_recalls() if self._begun_at(desk, recall)]
        standing = next((recall for recall in ours if desk.value(recall, "participant") == woman), None)
        if (before, what) == ("words", "dates") and standing is None and self._who_has(desk, woman):
            desk.write("recall", self._id(), {"participant": woman, "asked_on": "2026-11-01"}, woman, new=True)
        elif what == "words" and standing is not None:
            desk.revise(standing, ended_on="2026-11-02")
            if any(desk.value(answer, "recall") == standing for answer in desk.records("recall_answer")):
                desk.kept.has.clear()

    def _who_has(self, desk: Desk, woman: Id) -> bool:
        hers = [
            place
            for entries in desk.kept.history.values()
            for place, change in entries.items()
            if change.participant == woman and change.share in ("words", "plan")
        ]
        last = [
            letters[-1].whole for (_to, device), letters in desk.kept.sent.items() if letters and device == desk.device
        ]
        return any(known is not None and not known.lacks(*place) for known in last for place in hers)

    def _asked(self, desk: Desk) -> Id | None:
        """What this site is asked to delete, the first of it."""
        for recall in desk.standing_recalls():
            if desk.answer_to(recall) is None and not self._begun_at(desk, recall):
                return recall
        return None

    def do_delete(self, name: str, desk: Desk, b: int, c: int) -> None:
        """Whoever is asked to delete words does so."""
        desk = desk if self._asked(desk) else next(filter(self._asked, self.desks.values()), desk)
        if recall := self._asked(desk):
            woman = desk.value(recall, "participant")
            desk.delete_words(woman)
            said = {"participant": woman, "recall": recall, "site": desk.site}
            desk.write("recall_answer", named_id(recall, desk.site), said, woman, new=True)

    def do_revoke(self, name: str, desk: Desk, b: int, c: int) -> None:
        """The first office says that a site's PC is not to be believed."""
        of = list(self.desks)[b % len(self.desks)]
        if name == OFFICES[0] and of != name:
            desk.write("revocation", self._id(), {"site": IDS[of], "why": "lost"}, new=True)

    def do_believe(self, name: str, desk: Desk, b: int, c: int) -> None:
        for revocation in desk.records("revocation"):
            if self._begun_at(desk, revocation):
                desk.revise(revocation, removed=True)

    def revoked(self, desk: Desk, site: Id) -> bool:
        return any(
            desk.value(one, "site") == site and not desk.value(one, "removed") for one in desk.records("revocation")
        )

    # Sticks

    def do_send(self, name: str, desk: Desk, b: int, c: int) -> None:
        others = [to for sender, to in self.links if sender == name]
        if others:
            self.send(desk, others[b % len(others)])

    def do_deliver(self, name: str, desk: Desk, b: int, c: int) -> None:
        """Any stick there ever was: late, out of its turn, or once more."""
        if self.letters:
            self.deliver(self.letters[-1 - b % len(self.letters)])

    def do_pass(self, name: str, desk: Desk, b: int, c: int) -> None:
        others = [to for sender, to in self.links if sender == name]
        if others and (letter := self.send(desk, others[b % len(others)])):
            self.deliver(letter)

    def do_cut(self, name: str, desk: Desk, b: int, c: int) -> None:
        """A stick that lost the end of its file brings nothing: the bundle's reader refuses it before this one."""
        self.letters = self.letters[:-1] if self.letters else []

    def send(self, desk: Desk, to: str) -> Letter | None:
        if self.revoked(desk, desk.site):
            return None
        may = desk.look().may_leave(CARDS[to])
        confirmed = desk.kept.has.get(IDS[to])
        letter = desk.send(CARDS[to])
        assert letter.places <= may, f"{NAMED[desk.site]} gives {to} what must stay: {letter.places - may}"
        assert confirmed is not None or letter.places == may, f"{NAMED[desk.site]} leaves out: {may - letter.places}"
        letter.by_copy = self.copy is not None and desk is self.copy[1]
        if not letter.by_copy:
            assert not letter.places & self.erased, "what was taken back leaves"
            self.allowed.setdefault((NAMED[desk.site], to), set()).update(may)
        self.letters.append(letter)
        return letter

    def deliver(self, letter: Letter, desk: Desk | None = None) -> int:
        """Returns how many entries came."""
        desk = desk or self.desks[NAMED[letter.to]]
        if self.revoked(desk, letter.sender):
            return 0
        status = desk.take_in(letter)
        if status == incoming.APPLIED:
            self.arrived[NAMED[letter.to]] |= letter.places
            self.copied |= letter.by_copy
            return desk.brought
        if status not in (incoming.ALREADY, "waiting"):
            self.told.add((NAMED[letter.to], NAMED[letter.sender], status))
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
        if name in self.saved and not any(self._begun_at(desk, one) for one in desk.records("revocation")):
            had = desk.look().held
            desk.load(self.saved[name])
            self.restored.add(name)
            self.arrived[name] &= had & desk.look().held
            self.erased -= desk.look().held  # a backup made before still holds what was taken back
            desk.renew(self._device())

    def do_clone(self, name: str, desk: Desk, b: int, c: int) -> None:
        """Somebody copies the folder past the program: one device, two histories."""
        if self.copy is None and b % 4 == 0:
            copied = Desk(CARDS[name], desk.device, self.tables[len(NAMES)], dict(self.seen))
            copied.load(self.desks[name].save())
            copied.tell()
            self.copy = (name, copied)
            self.desks[name].tell()

    # When all is over

    def finish(self) -> None:
        """Everybody hears of everything; then it is looked at whether all is as it must be."""
        for desk in self.desks.values():
            desk.old = False
            self.do_believe("", desk, 0, 0)
        if self.count % 2:  # the sticks that were lost are found, the newest first
            for letter in reversed(self.letters):
                self.deliver(letter)
                self.look()
        checks.come_to_rest(self.everybody_sends)
        for desk in self.desks.values():
            desk.assert_whole()
        if self.copy is None:
            assert not self.told, f"somebody was told of what is not so: {self.told}"
        else:
            self._try_the_copy(*self.copy)
            if self.copy[0] not in self.restored:  # a new device by then: the copy alone goes on as the old one
                checks.copies_are_told(self.told, self.copy[0])
        if self.copied:  # it was believed before its origin, who was told, and must begin anew
            return
        looks = {name: desk.look() for name, desk in self.desks.items()}
        for sender, receiver in self.links:
            checks.has_what_it_may(looks[sender], looks[receiver], self.allowed.get((sender, receiver), ()))
        for name, look in looks.items():
            assert not self.erased & look.held, f"what was taken back is at {name}"
            gone = self.arrived[name] - look.held - self.desks[name].deleted_words(ever=True)
            assert not gone, f"{name} had {gone} and has it no more"
            checks.inbox_is_whole(look, look.history, self.seen)
        checks.all_agree(list(looks.values()))

    def everybody_sends(self) -> int:
        """Returns how much of it was news."""
        news = 0
        for name, to in self.links:
            letter = self.send(self.desks[name], to)
            news += 1 if letter is None else self.deliver(letter)
            self.look()
        return 0 if self.copied else news

    def _try_the_copy(self, name: str, copy: Desk) -> None:
        """Both histories go everywhere, and everything comes to both."""
        for to in [to for sender, to in self.links if sender == name]:
            for desk in (self.desks[name], copy):
                self.do_believe("", desk, 0, 0)
                if letter := self.send(desk, to):
                    self.deliver(letter)
                if answer := self.send(self.desks[to], name):
                    self.deliver(answer, desk)
