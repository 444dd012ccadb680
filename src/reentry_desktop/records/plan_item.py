"""The entries of her plan, each of a kind, and the tools that are linked into its steps."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped

from ..base.ids import Id
from ..base.words import N_
from .base import Choice, Record, Share, choice, day, line, link, note, number
from .participant import Participant
from .plan import BY_PART, HowWritten, Plan, words_mark


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


class PaperState(Choice):
    """How far a paper is."""

    HAVE = "have", N_("I have it")
    ASKED = "asked", N_("Asked for")
    NOT_YET = "not_yet", N_("Not yet")
    NOT_NEEDED = "not_needed", N_("Not needed")


class Influence(Choice):
    """What a person, a place or a thing does to her."""

    HELPS = "helps", N_("Helps me")
    RISK = "risk", N_("Puts me at risk")
    UNSURE = "unsure", N_("Not sure")


class OptionState(Choice):
    """How far a place to live, a job or a ride is."""

    IDEA = "idea", N_("An idea")
    ASKED = "asked", N_("Asked")
    YES = "yes", N_("They said yes")
    NO = "no", N_("They said no")


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
    "duty": ("covered_by", "helped_by", "needs", "target_on"),
    "visit": ("person", "address", "phone", "on_day", "at_time"),
    "paper": ("paper_state", "asked_on", "arrived_on", "kept_where", "cost", "blocker"),
    "influence": ("influence", "boundary", "my_plan", "because"),
    "child": ("person", "custody", "contact_allowed", "hearing_on"),
    "condition": ("on_day", "how_often", "person", "phone", "cost"),
    "option": ("option_state", "person", "address", "phone", "from_day"),
    "sum": ("cost", "on_day", "how_often"),
}


TOOLED = {"step", "habit"}
"""Kinds of entries that tools of her toolbox are linked into."""


class PlanItem(Record):
    """One entry of a list in her plan. ``kind`` says which of the columns it uses (``ITEM_COLUMNS``).

    ``position`` is text that sorts between its neighbours', so that two people adding entries merge.
    """

    __tablename__ = "plan_item"
    title = N_("Entry")
    share = Share.PLAN
    sensitive_by = BY_PART

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
    address: Mapped[str] = line(N_("Where"), max=200)
    on_day: Mapped[dt.date | None] = day(N_("On"))
    at_time: Mapped[str] = line(N_("At what time"), max=40)
    from_day: Mapped[dt.date | None] = day(N_("From"))
    paper_state: Mapped[str] = choice(N_("How far it is"), PaperState)
    asked_on: Mapped[dt.date | None] = day(N_("Asked for on"))
    arrived_on: Mapped[dt.date | None] = day(N_("Arrived on"))
    kept_where: Mapped[str] = line(N_("Where it is kept"))
    cost: Mapped[str] = line(N_("How much"), max=40)
    blocker: Mapped[str] = line(N_("What stands in the way"), max=200)
    influence: Mapped[str] = choice(N_("What it does to me"), Influence)
    boundary: Mapped[str] = line(N_("My limit"), max=400)
    my_plan: Mapped[str] = line(N_("What I will do"), max=400)
    custody: Mapped[str] = line(N_("Who has custody"), max=200)
    contact_allowed: Mapped[str] = line(N_("Contact that is allowed"), max=200)
    hearing_on: Mapped[dt.date | None] = day(N_("Next hearing"))
    option_state: Mapped[str] = choice(N_("How it stands"), OptionState)
    room_mark: Mapped[str] = line(N_("Fine on paper in my room"), max=16)

    @property
    def in_my_room(self) -> bool:
        """Whether she said of these very words that they are fine on paper in her room."""
        return bool(self.room_mark) and self.room_mark == words_mark(self.words)

    def problems(self) -> dict[str, str]:
        if not (self.words or self.person):
            return {"words": N_("Write a few words, or remove the entry.")}
        return {} if self.kind in ITEM_COLUMNS else {"kind": N_("This program has no such kind of entry.")}


class ToolUse(Record):
    """A tool from her toolbox, linked into a step or a habit: written once, named everywhere."""

    __tablename__ = "tool_use"
    title = N_("Use of a tool")
    share = Share.PLAN
    sensitive_with = (("item", "plan_item"), ("tool", "plan_item"))

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    item: Mapped[Id] = link(PlanItem, N_("Step"))
    tool: Mapped[Id] = link(PlanItem, N_("Tool"))
