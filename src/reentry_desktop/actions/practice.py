"""A facility with invented women: for practice, and the first half of the demo.

Everything is done by the actions a person uses, on the days a person would have done it. The store is marked as
practice, so it never exchanges cards with a real one.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..base.clock import system_clock
from ..base.files import replace_file
from ..base.folding import plain_number
from ..base.ids import Id
from ..base.words import ngettext
from ..records.pack import load_pack
from ..records.paper import Became
from ..records.participant import Need, NeedSource, ReleaseType, WhatOfficeHas
from ..records.plan import EventKind, HowConfirmed, HowWritten
from ..store import Store
from . import copies, enrolling, lists, plan_states, plans, printing, setup, women
from .invented import Invented, as_list, invent, words_of
from .invented_plan import Entry, PlanWriter, invented_plan
from .staff import one_time_passphrase

Tell = Callable[[str], object]
SITE, CODE, USER = "Larkspur Practice Facility", "LARK", "rosalind"
PROGRAM = "Practice program"
FIRST_DAY = 130  # days ago, when the invented story begins
_SHORT = (
    "tools", "well", "every_day", "stressors", "stressor_steps", "early_signs", "early_steps", "down_signs",
    "crisis_signs", "crisis_supporters",
)  # fmt: skip


class MovedClock:
    """A clock that stands where it was put and goes on by a few seconds each time it is read; then it is the PC's."""

    def __init__(self) -> None:
        self.at: dt.datetime | None = None

    def __call__(self) -> dt.datetime:
        if self.at is None:
            return system_clock()
        self.at += dt.timedelta(seconds=3)
        return self.at

    def put(self, day: dt.date, hour: int) -> None:
        """Set it to an hour of this PC's day."""
        self.at = dt.datetime.combine(day, dt.time(hour, 5)).astimezone()


@dataclass(frozen=True)
class Course:
    """What one woman's time in the program looks like.

    Days: ``enrolled``, ``released`` and ``crisis`` are so many days ago; ``done`` and ``updated`` after she enrolled.
    """

    enrolled: int
    plan: str = "short"  # full, short, begun, none, or what she said to the offer: declined, not_now
    done: int | None = None
    updated: int | None = None
    crisis: int | None = None
    language: str = "en"
    share: str = WhatOfficeHas.WORDS
    released: int | None = None


# The first women are the same in every practice run, so that each state of a plan can be seen.
_FIRST = (
    Course(75, "full", done=24, updated=62),
    Course(61, "full", done=21, language="es"),
    Course(50, done=26, share=WhatOfficeHas.DATES),
    Course(12, "begun"),
    Course(3, "none"),
    Course(47, done=38, crisis=4),
    Course(92, done=19, released=20),
    Course(26, "begun", language="es", share=WhatOfficeHas.DATES),
    Course(41, "declined"),
    Course(34, "not_now", share=WhatOfficeHas.DATES),
)


@dataclass
class Practice:
    """A practice facility: its store, open, and how it opens again."""

    store: Store
    clock: MovedClock
    user: str
    passphrase: str
    people: list[Invented]
    seed: int
    today: dt.date
    enrolled: list[tuple[Id, Course]] = field(default_factory=list)
    plans: dict[Id, Id] = field(default_factory=dict)  # woman -> her plan

    def __repr__(self) -> str:
        return "<Practice>"


def make_practice(folder: Path, people: int = 60, seed: int = 1, tell: Tell = lambda _sentence: None) -> Practice:
    """A practice facility in *folder*, which must be empty or not there: list, participants and plans.

    Its store is open; close it. Two files lie beside the folder: the list, and the recovery kit's folder.
    Raises ``Problem``.
    """
    made = begin(folder, people, seed)
    try:
        read_the_list(made, folder.with_name(folder.name + "-list.csv"), tell)
        live(made, tell)
    except BaseException:
        made.store.close()
        raise
    return made


def begin(folder: Path, people: int, seed: int) -> Practice:
    """The facility's empty store, its clock put to the first day of the story."""
    clock = MovedClock()
    today = system_clock().astimezone().date()
    clock.put(today - dt.timedelta(days=FIRST_DAY), 8)
    said = one_time_passphrase()
    new = setup.NewStore(
        folder, "facility", SITE, USER, said, code=CODE, full_name="Rosalind Achterberg", practice=True,
        saves_open=True, copies_out=True,
    )  # fmt: skip
    store = setup.create_with_kit(new, folder.with_name(folder.name + "-recovery"), clock)
    return Practice(store, clock, USER, said, invent(people, seed, today), seed, today)


def read_the_list(made: Practice, file: Path, tell: Tell) -> None:
    """The department's list comes, and is read."""
    day = made.today - dt.timedelta(days=FIRST_DAY - 1)
    replace_file(file, as_list(made.people, SITE, day))
    made.clock.put(day, 9)
    done = lists.read_lists(made.store, [file])
    n = done.total("added")
    tell(ngettext("The list was read: {n} woman is on it.", "The list was read: {n} women are on it.", n).format(n=n))


def live(made: Practice, tell: Tell) -> None:
    """Four months in the office, day by day: who was offered the program, who enrolled, who wrote her plan."""
    story = _Story(made)
    for day, hour, _order, act in sorted(story.days, key=lambda d: d[:3]):
        made.clock.put(day, hour)
        act()
    made.clock.at = None
    written = len(made.plans)
    tell(
        ngettext(
            "{n} woman enrolled. She said what the office may have: her dates, or her words too.",
            "{n} women enrolled. Each said what the office may have: her dates, or her words too.",
            len(made.enrolled),
        ).format(n=len(made.enrolled))
    )
    tell(
        ngettext(
            "{n} plan was begun, in English or in Spanish.", "{n} plans were begun, in English and in Spanish.", written
        ).format(n=written)
    )


class _Story:
    """What happens on which day. Each act is one transaction, named in the log as the page would name it."""

    def __init__(self, made: Practice) -> None:
        self.made, self.store = made, made.store
        self.chance = random.Random(made.seed)  # noqa: S311  (nothing here is a secret)
        self.next_steps = words_of("women")["next_steps"]
        self.days: list[tuple[dt.date, int, int, Callable[[], None]]] = []
        self._order = itertools.count()
        with self.store.work("add_program") as unit:
            self.program = enrolling.add_program(unit, name=PROGRAM)
        count = len(made.people)
        courses = self._courses(max(3, count * 2 // 5))
        with self.store.read() as unit:
            known = {w.department_number: w.id for w in women.search(unit, limit=count).rows}
        ids = [known[plain_number(woman.number)] for woman in made.people]
        for woman, course in zip(ids, courses, strict=False):
            made.enrolled.append((woman, course))
            self._enrol(woman, course)
        for place, woman in enumerate(ids[len(courses) : len(courses) + 5]):
            self._only_offered(woman, place)

    def _courses(self, count: int) -> list[Course]:
        courses = list(_FIRST[:count])
        while len(courses) < count:
            enrolled = self.chance.randrange(32, 118)
            kind = self.chance.random()
            courses.append(
                Course(
                    enrolled,
                    "short" if kind < 0.85 else "begun",
                    done=self.chance.randrange(12, 30) if kind < 0.85 else None,
                    language="es" if self.chance.random() < 0.2 else "en",
                    share=WhatOfficeHas.WORDS if self.chance.random() < 0.5 else WhatOfficeHas.DATES,
                )
            )
        return courses

    def _at(self, days_ago: int, hour: int, act: Callable[[], None]) -> None:
        self.days.append((self.made.today - dt.timedelta(days=days_ago), hour, next(self._order), act))

    def _enrol(self, woman: Id, course: Course) -> None:
        episode: list[Id] = []

        def offered() -> None:
            with self.store.work("offer") as unit:
                episode.append(enrolling.offer(unit, woman, self.program, unit.today()))

        def enrolled() -> None:
            with self.store.work("told_limits") as unit:
                enrolling.told_limits(unit, episode[0], unit.today(), course.language)
                unit.act = "enrol"
                day = unit.today()
                enrolling.enrol(unit, episode[0], agreed_on=day, on=day, office_has=course.share)
                unit.act = "correct"
                women.correct(unit, woman, language=course.language)

        self._at(course.enrolled + 4, 10, offered)
        self._at(course.enrolled, 10, enrolled)
        if course.plan in ("declined", "not_now"):
            self._at(course.enrolled - 5, 13, lambda: self._answer_the_offer(woman, course.plan))
        elif course.plan != "none":
            self._write_plan(woman, course)
        if course.released is not None:
            days = course.released

            def released() -> None:
                with self.store.work("release") as unit:
                    enrolling.release(unit, woman, unit.today(), ReleaseType.PAROLE)

            self._at(days, 15, released)
        elif self.chance.random() < 0.6:
            words = self.chance.choice(self.next_steps[course.language])
            self._at(min(2, course.enrolled), 14, lambda: self._next_step(episode[0], words))
        if course.share == WhatOfficeHas.WORDS and self.chance.random() < 0.5:
            self._at(course.enrolled, 11, lambda: self._need(woman))

    def _only_offered(self, woman: Id, place: int) -> None:
        def act() -> None:
            with self.store.work("offer") as unit:
                episode = enrolling.offer(unit, woman, self.program, unit.today())
                if place == 1:
                    unit.act = "decline"
                    enrolling.decline(unit, episode, unit.today())
                if place == 2:
                    unit.act = "wait"
                    enrolling.wait(unit, episode, unit.today())

        self._at(6 + 3 * place, 11, act)

    def _answer_the_offer(self, woman: Id, said: str) -> None:
        with self.store.work("offer_plan") as unit:
            plan_states.offer_plan(unit, woman)
            unit.act = "decline_plan" if said == "declined" else "not_now"
            (plan_states.decline_plan if said == "declined" else plan_states.not_now)(unit, woman)

    def _next_step(self, episode: Id, words: str) -> None:
        with self.store.work("set_next_step") as unit:
            enrolling.set_next_step(unit, episode, words, unit.today() + dt.timedelta(days=self.chance.randrange(2, 9)))

    def _need(self, woman: Id) -> None:
        need = self.chance.choice((Need.HOUSING, Need.PARENTING, Need.MENTAL_HEALTH))
        with self.store.work("note_need") as unit:
            enrolling.note_need(unit, woman, need, NeedSource.SHE_SAID, unit.today(), may_be_recorded=True)

    def _write_plan(self, woman: Id, course: Course) -> None:
        writing = _Writing(self, woman, course)
        sittings = {"full": 6, "short": 3, "begun": 1}[course.plan]
        parts = writing.parts
        span = (course.done if course.done is not None else min(course.enrolled, 10)) - 1
        for place in range(sittings):
            chosen = parts[place * len(parts) // sittings : (place + 1) * len(parts) // sittings]
            after = 1 + span * place // sittings
            self._at(course.enrolled - after, 13, lambda chosen=chosen: writing.sit(chosen))  # type: ignore[misc]
        if course.done is not None:
            self._at(course.enrolled - course.done, 14, writing.done)
        if course.updated is not None:
            self._at(course.enrolled - course.updated, 13, writing.update)
        if course.crisis is not None:
            self._at(course.crisis, 16, writing.crisis)


class _Writing:
    """One woman's plan, a few questions at a sitting, in the words of an invented plan."""

    def __init__(self, story: _Story, woman: Id, course: Course) -> None:
        self.story, self.woman, self.course = story, woman, course
        self.chance = random.Random(f"{story.made.seed}/{len(story.made.enrolled)}")  # noqa: S311  (no secret)
        self.how = self.chance.choice(list(HowWritten))
        self.plan = Id("")
        every = [part for part in load_pack().parts() if invented_plan(course.language).has(part)]
        self.parts = {"full": every, "short": list(_SHORT), "begun": list(_SHORT[:3])}[course.plan]

    def sit(self, parts: list[str]) -> None:
        """Write some parts."""
        with self.story.store.work("start_plan") as unit:
            if not self.plan:
                self.plan = plans.start_plan(unit, self.woman, self.course.language)
                self.story.made.plans[self.woman] = self.plan
                self.writer = PlanWriter(
                    self.plan, self.course.language, self.story.made.today, how=self.how, choose=self._some
                )
            for part in parts:
                self.writer.write(unit, part)

    def done(self) -> None:
        """She says it is done for now. Whoever wrote it all signs it, is given a print, and says what she wants."""
        whole = self.course.plan == "full"
        with self.story.store.work("done_for_now") as unit:
            if whole:
                self.writer.sign(unit)
                unit.act = "done_for_now"
            plan_states.done_for_now(unit, self.plan, how=HowConfirmed.SIGNED if whole else HowConfirmed.SAID)
            if whole:
                self.writer.set_goals(unit)
                unit.act = "print_plan"
                copy = printing.record_print(unit, printing.plan_print(unit, self.plan), how="printed")
                unit.act = "copy_became"
                copies.copy_became(unit, copy, Became.PROPERTY)

    def update(self) -> None:
        """She looks at it again, changes some of it, and says anew that it is done for now."""
        with self.story.store.work("answer") as unit:
            self.writer.change(unit)
            unit.act = "done_for_now"
            plan_states.done_for_now(unit, self.plan, how=HowConfirmed.SAID)

    def crisis(self) -> None:
        """The plan was used; it is to be looked at again."""
        with self.story.store.work("log_event") as unit:
            plan_states.log_event(unit, self.plan, EventKind.CRISIS)

    def _some(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        if self.course.plan == "full":
            return entries
        some = set(self.chance.sample(range(len(entries)), min(len(entries), self.chance.randrange(1, 5))))
        return [entry for place, entry in enumerate(entries) if place in some]
