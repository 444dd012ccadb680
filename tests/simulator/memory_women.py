"""In memory: what is written about women, what they let out, and what they call back."""

from __future__ import annotations

from reentry_desktop.base.ids import Id, named_id

from .desk import Letter
from .post import DeskWithPost as Desk
from .world import FACILITIES, IDS, OFFICES, Sites, site_of


class WithWomen(Sites[Desk, Letter]):
    """Acts at one desk."""

    def new_device(self) -> int:
        self.count += 1
        return 1 << 39 | self.count * 7919 % 10007  # in no order of age

    def new_id(self) -> Id:
        self.count += 1
        return Id(f"{self.count:032x}")

    # Writing

    def do_register(self, name: str, desk: Desk, b: int, c: int) -> None:
        if name in OFFICES:
            return
        woman, episode = self.new_id(), self.new_id()
        desk.write("participant", woman, {"first_name": "Ana", "site": desk.site}, woman, new=True)
        agreed = {"agreed_on": "2026-11-01"} if c % 4 else {}
        said = {"participant": woman, "offered_on": "2026-11-01", "office_has": ("dates", "words")[b % 2], **agreed}
        desk.write("enrolment", episode, said, woman, new=True)
        if c % 3:
            desk.write("plan_item", self.new_id(), {"participant": woman, "words": "Walk"}, woman, new=True)
        if c % 3 == 1:
            self.do_done(name, desk, b, c)

    def one(self, desk: Desk, kind: str, b: int) -> Id | None:
        found = desk.records(kind)
        return found[b % len(found)] if found else None

    def do_agree(self, name: str, desk: Desk, b: int, c: int) -> None:
        if name in FACILITIES and (episode := self.one(desk, "enrolment", b)):
            desk.revise(episode, agreed_on="2026-11-02")

    def do_correct(self, name: str, desk: Desk, b: int, c: int) -> None:
        if woman := self.one(desk, "participant", b):
            fields = ("unit", "first_name", "county_of_return", "unit" if desk.old else "favorite_color")
            desk.revise(woman, **{fields[c % 4]: f"value {c // 4 % 3}"})

    def do_clash(self, name: str, desk: Desk, b: int, c: int) -> None:
        """The same field at two sites, unaware of each other; or a removal beside a change."""
        woman = self.one(desk, "participant", b)
        others = [other for other in self.desks.values() if other is not desk and woman in other.records("participant")]
        if woman and others:
            desk.revise(woman, **({"removed": True} if c % 5 == 0 else {"unit": f"Ward {c % 3}"}))
            others[b % len(others)].revise(woman, unit=f"Wing {c % 3}")

    def do_next_step(self, name: str, desk: Desk, b: int, c: int) -> None:
        if episode := self.one(desk, "enrolment", b):
            desk.revise(episode, next_step=f"step {c % 4}")

    def do_item(self, name: str, desk: Desk, b: int, c: int) -> None:
        item, woman = self.one(desk, "plan_item", b), self.one(desk, "participant", b)
        if item and c % 3:
            desk.revise(item, words=f"words {c % 5}", removed=False)
        elif woman:
            desk.write("plan_item", self.new_id(), {"participant": woman, "words": "Rest"}, woman, new=True)

    def do_done(self, name: str, desk: Desk, b: int, c: int) -> None:
        if woman := self.one(desk, "participant", b):
            ends = desk.connection.execute("SELECT device, max(number) FROM entry GROUP BY device")
            said = {"participant": woman, "entries": " ".join(f"{device}:{number}" for device, number in ends)}
            desk.write("plan_version", self.new_id(), said, woman, new=True)

    def do_take_back(self, name: str, desk: Desk, b: int, c: int) -> None:
        """Words since her plan was last done for now are erased where they were written."""
        if item := self.one(desk, "plan_item", b):
            woman, through = desk.value(item, "participant"), dict[int, int]()
            for version in desk.records("plan_version"):
                if desk.value(version, "participant") == woman and self.begun_at(desk, version):
                    pairs = (pair.split(":") for pair in desk.value(version, "entries").split())
                    through |= {int(of): max(int(last), through.get(int(of), 0)) for of, last in pairs}
            if desk.card.kind == "office":  # what it writes goes home with the next bundle
                left = [place for way in desk.kept.sent.values() for letter in way for place in letter.places]
                through |= {of: max(number, through.get(of, 0)) for of, number in sorted(left)}
            entries = desk.kept.history[item]
            gone = {place for place in entries if desk.is_ours(place[0]) and place[1] > through.get(place[0], 0)}
            if not desk.writes(woman):
                return
            desk.erase([(item, place) for place in gone])
            self.note_taken_back(name, desk, gone)

    def begun_at(self, desk: Desk, record: Id) -> bool:
        """Whether *record* began at this site."""
        return any(change.new and desk.is_ours(place[0]) for place, change in desk.kept.history[record].items())

    def do_remove(self, name: str, desk: Desk, b: int, c: int) -> None:
        if record := self.one(desk, ("participant", "plan_item")[c % 2], b):
            desk.revise(record, removed=c // 2 % 4 > 0)

    def do_settle(self, name: str, desk: Desk, b: int, c: int) -> None:
        if found := sorted(desk.kept.inbox):
            record, field = found[b % len(found)]
            written = {"removed": c % 4 == 0, "said": ("first", "second", "two")[c % 3]}.get(field, f"settled {c}")
            value = desk.value(record, field) if c % 2 else written
            if field not in ("participant", "entries", "agreed_on", "office_has", "ended_on"):
                desk.revise(record, settle=True, **{field: value})
            else:
                desk.revise(record, settle=True, **{field: desk.value(record, field)})

    def do_newer(self, name: str, desk: Desk, b: int, c: int) -> None:
        """A newer program writes a kind of record, of dates or of words, that this one does not know."""
        if not desk.old and (woman := self.one(desk, "participant", b)):
            desk.write(("session_of_2031", "letter_of_2031")[c % 2], self.new_id(), {"minutes": c}, woman, new=True)

    def do_look(self, name: str, desk: Desk, b: int, c: int) -> None:
        desk.tell()

    def do_clock(self, name: str, desk: Desk, b: int, c: int) -> None:
        desk.year = (1980, 2026, 2099)[c % 3]

    def do_update(self, name: str, desk: Desk, b: int, c: int) -> None:
        desk.old = not desk.old

    # What she lets out, and calls back

    def do_episode(self, name: str, desk: Desk, b: int, c: int) -> None:
        woman = self.one(desk, "participant", b)
        if woman and name in FACILITIES:
            said = {"participant": woman, "offered_on": f"2026-12-{1 + c % 28:02}", "agreed_on": "2026-12-31"}
            desk.write("enrolment", self.new_id(), {**said, "office_has": ("dates", "words")[c % 2]}, woman, new=True)

    def do_share(self, name: str, desk: Desk, b: int, c: int) -> None:
        episode = self.one(desk, "enrolment", b)
        if not episode or name in OFFICES:
            return
        woman, before = desk.value(episode, "participant"), desk.value(episode, "office_has")
        what = "words" if before == "dates" else "dates"
        desk.revise(episode, office_has=what)
        ours = [recall for recall in desk.standing_recalls() if self.begun_at(desk, recall)]
        standing = next((recall for recall in ours if desk.value(recall, "participant") == woman), None)
        if (before, what) == ("words", "dates") and standing is None and self._who_has(desk, woman):
            desk.write("recall", self.new_id(), {"participant": woman, "asked_on": "2026-11-01"}, woman, new=True)
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
            if desk.answer_to(recall) is None and not self.begun_at(desk, recall):
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
            desk.write("revocation", self.new_id(), {"site": IDS[site_of(of)], "why": "lost"}, new=True)

    def do_believe(self, name: str, desk: Desk, b: int, c: int) -> None:
        for revocation in desk.records("revocation"):
            if self.begun_at(desk, revocation):
                desk.revise(revocation, removed=True)

    def revoked(self, desk: Desk, site: Id) -> bool:
        return any(
            desk.value(one, "site") == site and not desk.value(one, "removed") for one in desk.records("revocation")
        )
