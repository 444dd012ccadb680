"""Her plan: one living plan per enrolment, its answers and entries, and the people who support her."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped

from ..base.ids import Id
from ..base.words import N_
from .base import Choice, Record, Share, choice, day, flag, line, link, note, number
from .participant import Enrolment, Language, Participant


class HowWritten(Choice):
    """Who wrote her words down."""

    HERSELF = "herself", N_("Typed by herself")
    TOGETHER = "together", N_("Written together")
    DICTATED = "dictated", N_("Told to me, in her words")
    COPIED_READ_BACK = "copied_read_back", N_("Copied from her handwriting and read back")
    COPIED = "copied", N_("Copied from her handwriting")


class Plan(Record):
    """The plan itself: its dates and its language. Its words are in answers and entries."""

    __tablename__ = "plan"
    title = N_("Plan")

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    enrolment: Mapped[Id] = link(Enrolment, N_("Enrollment"))
    pack: Mapped[str] = line(N_("Template pack"), max=40, required=True)
    language: Mapped[str] = choice(N_("Language"), Language, default=Language.ENGLISH, required=True)
    started_on: Mapped[dt.date | None] = day(N_("Started on"), required=True)
    first_done_on: Mapped[dt.date | None] = day(N_("First done for now on"))
    done_on: Mapped[dt.date | None] = day(N_("Done for now on"))
    confirmed_by: Mapped[Id] = link("person", N_("Confirmed with"), required=False)
    parts_written: Mapped[str] = line(N_("Parts written"), max=2000)

    def problems(self) -> dict[str, str]:
        if self.done_on and self.started_on and self.done_on < self.started_on:
            return {"done_on": N_("This is before the plan was started.")}
        return {}


class PlanAnswer(Record):
    """Her words for one question. One per part: its id is made from plan and part, so two who begin it merge."""

    __tablename__ = "plan_answer"
    title = N_("Answer")
    share = Share.WORDS

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    plan: Mapped[Id] = link(Plan, N_("Plan"))
    part: Mapped[str] = line(N_("Part"), max=40, required=True)
    words: Mapped[str] = note(N_("Her words"))
    how_written: Mapped[str] = choice(N_("Who wrote it"), HowWritten, default=HowWritten.TOGETHER)


class ToolKind(Choice):
    """What a tool is about."""

    BODY = "body", N_("Body")
    CALM = "calm", N_("Calm")
    PEOPLE = "people", N_("People")
    CREATIVE = "creative", N_("Making things")
    SPIRITUAL = "spiritual", N_("Spirit")
    MOVEMENT = "movement", N_("Movement")
    SLEEP = "sleep", N_("Sleep")
    OTHER = "other", N_("Other")


class InCustody(Choice):
    """Whether a tool may be used inside."""

    YES = "yes", N_("Yes")
    NO = "no", N_("No")
    ASK = "ask", N_("With permission")


class StressorKind(Choice):
    """What a stressor is."""

    PERSON = "person", N_("A person")
    PLACE = "place", N_("A place")
    THING = "thing", N_("A thing")
    DATE = "date", N_("A date")
    NEWS = "news", N_("News")
    HEALTH = "health", N_("Health")
    CUSTODY = "custody", N_("Something in here")
    OTHER = "other", N_("Other")


class Likelihood(Choice):
    """How likely a stressor is."""

    LOW = "low", N_("Not likely")
    MEDIUM = "medium", N_("Maybe")
    HIGH = "high", N_("Likely")


class Standing(Choice):
    """How she stands to a treatment, a medication or a place."""

    NOW = "now", N_("Now")
    PREFERRED = "preferred", N_("What I want most")
    ACCEPTABLE = "acceptable", N_("OK with me")
    AVOID = "avoid", N_("Please avoid")


class Timing(Choice):
    """When something is to be done after a crisis."""

    FIRST = "first", N_("First")
    MUST = "must", N_("Must be done now")
    OTHERS = "others", N_("Others can do it")
    WAIT = "wait", N_("Can wait")


# Which columns an entry of each kind has besides its words, in the order they are asked and printed.
ITEM_COLUMNS: dict[str, tuple[str, ...]] = {
    "tool": ("tool_kind", "in_custody", "helpful", "needs"),
    "habit": ("when", "how_often"),
    "stressor": ("stressor_kind", "likelihood"),
    "sign": ("noticed_by",),
    "step": (),
    "line": (),
    "contact": ("person", "relation", "phone"),
    "standing": ("standing", "because"),
    "task": ("person", "phone"),
    "arrival": ("timing",),
    "duty": ("covered_by", "helped_by", "target_on"),
}


class PlanItem(Record):
    """One entry of a list in her plan. ``kind`` says which of the columns it uses (``ITEM_COLUMNS``).

    ``position`` is text that sorts between its neighbours', so that two people adding entries merge.
    """

    __tablename__ = "plan_item"
    title = N_("Entry")
    share = Share.WORDS

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    plan: Mapped[Id] = link(Plan, N_("Plan"))
    part: Mapped[str] = line(N_("Part"), max=40, required=True)
    kind: Mapped[str] = line(N_("Kind"), max=20, required=True)
    position: Mapped[str] = line(N_("Position"), max=200)
    words: Mapped[str] = note(N_("Her words"), max=4000)
    how_written: Mapped[str] = choice(N_("Who wrote it"), HowWritten, default=HowWritten.TOGETHER)
    tool_kind: Mapped[str] = choice(N_("Kind of tool"), ToolKind)
    in_custody: Mapped[str] = choice(N_("Allowed in here"), InCustody)
    helpful: Mapped[int | None] = number(N_("How much it helps, 1 to 5"), least=1, most=5)
    needs: Mapped[str] = line(N_("What it takes"))
    when: Mapped[str] = line(N_("When"))
    how_often: Mapped[str] = line(N_("How often"))
    stressor_kind: Mapped[str] = choice(N_("What it is"), StressorKind)
    likelihood: Mapped[str] = choice(N_("How likely"), Likelihood)
    noticed_by: Mapped[str] = line(N_("How others notice"), max=400)
    person: Mapped[str] = line(N_("Name"))
    relation: Mapped[str] = line(N_("Who this is to me"))
    phone: Mapped[str] = line(N_("Phone"), max=40)
    standing: Mapped[str] = choice(N_("What I say to it"), Standing)
    because: Mapped[str] = line(N_("Because"), max=400)
    timing: Mapped[str] = choice(N_("When it is to be done"), Timing)
    covered_by: Mapped[str] = line(N_("Who did it for me"))
    helped_by: Mapped[str] = line(N_("Who helps"))
    target_on: Mapped[dt.date | None] = day(N_("To be done by"))

    def problems(self) -> dict[str, str]:
        if not (self.words or self.person):
            return {"words": N_("Write a few words, or remove the entry.")}
        return {} if self.kind in ITEM_COLUMNS else {"kind": N_("This program has no such kind of entry.")}


class ToolUse(Record):
    """A tool from her toolbox, linked into a step of an action plan: written once, named everywhere."""

    __tablename__ = "tool_use"
    title = N_("Use of a tool")
    share = Share.WORDS

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    item: Mapped[Id] = link(PlanItem, N_("Step"))
    tool: Mapped[Id] = link(PlanItem, N_("Tool"))


class Supporter(Record):
    """Somebody who stands by her when she cannot decide for a while; asked first, and agreed."""

    __tablename__ = "supporter"
    title = N_("Supporter")
    share = Share.WORDS

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    plan: Mapped[Id] = link(Plan, N_("Plan"))
    position: Mapped[str] = line(N_("Position"), max=200)
    name: Mapped[str] = line(N_("Name"), required=True)
    relation: Mapped[str] = line(N_("Who this is to me"))
    phone: Mapped[str] = line(N_("Phone"), max=40)
    role: Mapped[str] = line(N_("What this person does for me"), max=400)
    asked_on: Mapped[dt.date | None] = day(N_("Asked on"))
    agreed: Mapped[bool] = flag(N_("Has agreed"))
    agreed_to_copy: Mapped[bool] = flag(N_("She wants this person to have a copy"))
