"""Her plan: one living plan per enrolment, what she answered, who stands by her, and each time it was done for now."""

from __future__ import annotations

import datetime as dt
import hashlib

from sqlalchemy.orm import Mapped

from ..base.ids import Id
from ..base.words import N_
from .base import Choice, Record, SensitiveBy, Sensitivity, Share, choice, day, flag, line, link, note, number
from .participant import Enrolment, Language, Participant
from .parting import read_limits


def words_mark(words: str) -> str:
    """What stands for her very words: a yes to paper in her room, or a wording in the other language, is for these."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


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
    offered_on: Mapped[dt.date | None] = day(N_("Offered on"))
    declined_on: Mapped[dt.date | None] = day(N_("Declined on"))
    not_now_on: Mapped[dt.date | None] = day(N_("Not now, said on"))
    started_on: Mapped[dt.date | None] = day(N_("Started on"))
    first_done_on: Mapped[dt.date | None] = day(N_("First done for now on"))
    done_on: Mapped[dt.date | None] = day(N_("Done for now on"))
    confirmed_by: Mapped[Id] = link("person", N_("Confirmed with"), required=False)
    withdrawn_on: Mapped[dt.date | None] = day(N_("Withdrawn on"))
    look_again_on: Mapped[dt.date | None] = day(N_("Look at it again on"))
    read_aloud: Mapped[bool] = flag(N_("It was read aloud with her"))
    parts_written: Mapped[str] = line(N_("Parts written"), max=2000)

    @property
    def resting(self) -> bool:
        """Whether she said no, or not now: the program's 30 days then say nothing."""
        return bool(self.declined_on or self.not_now_on or self.withdrawn_on)

    def problems(self) -> dict[str, str]:
        if self.done_on and self.started_on and self.done_on < self.started_on:
            return {"done_on": N_("This is before the plan was started.")}
        if self.look_again_on and self.done_on and self.look_again_on < self.done_on:
            return {"look_again_on": N_("This is before the plan is done for now.")}
        return {}


_EVERYDAY = ("tools", "well", "every_day", "sometimes", "stressors", "stressor_steps", "early_signs", "early_steps",
             "early_tell", "papers", "people_places", "housing", "housing_steps", "work", "work_steps", "money_in",
             "money_out", "money_steps", "transport")  # fmt: skip
BY_PART = SensitiveBy(
    "part",
    {
        **dict.fromkeys(_EVERYDAY, Sensitivity.NARRATIVE),
        **dict.fromkeys(("children", "children_steps"), Sensitivity.CHILDREN),
        **dict.fromkeys(("conditions", "court_dates", "fees"), Sensitivity.JUSTICE),
    },
    otherwise=Sensitivity.HEALTH,
)
"""How sensitive a part of a plan is; the crisis parts, and what a pack of one's own adds, count as health."""


class PlanAnswer(Record):
    """Her words for one question. One per part: its id is made from plan and part, so two who begin it merge."""

    __tablename__ = "plan_answer"
    title = N_("Answer")
    share = Share.PLAN
    sensitive_by = BY_PART

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    plan: Mapped[Id] = link(Plan, N_("Plan"))
    part: Mapped[str] = line(N_("Part"), max=40, required=True)
    words: Mapped[str] = note(N_("Her words"))
    how_written: Mapped[str] = choice(N_("Who wrote it"), HowWritten, default=HowWritten.TOGETHER)
    room_mark: Mapped[str] = line(N_("Fine on paper in my room"), max=16)

    @property
    def in_my_room(self) -> bool:
        """Whether she said of these very words that they are fine on paper in her room."""
        return bool(self.room_mark) and self.room_mark == words_mark(self.words)


class Supporter(Record):
    """Somebody who stands by her when she cannot decide for a while; asked first, and agreed."""

    __tablename__ = "supporter"
    title = N_("Supporter")
    share = Share.PLAN
    sensitive = Sensitivity.HEALTH

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


class OtherWording(Record):
    """The same words in the other language, as a person wrote them; never a machine's wording.

    ``of`` is the id of an answer, an entry or a supporter. The record's own id is made from it and the language.
    """

    __tablename__ = "other_wording"
    title = N_("Wording in the other language")
    share = Share.PLAN
    sensitive = Sensitivity.HEALTH  # of which words cannot be told by the database

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    plan: Mapped[Id] = link(Plan, N_("Plan"))
    of: Mapped[str] = line(N_("Of which words"), max=32, required=True)
    language: Mapped[str] = choice(N_("Language"), Language, required=True)
    words: Mapped[str] = note(N_("Her words"), max=4000)
    written_for: Mapped[str] = line(N_("Written for which words"), max=16)


class SignerRole(Choice):
    """Who signs a plan."""

    HERSELF = "herself", N_("She herself")
    WITNESS = "witness", N_("Witness")
    ATTORNEY = "attorney", N_("Attorney")
    POWER = "power_of_attorney", N_("Durable power of attorney")


class PlanSignature(Record):
    """A name under the plan: hers, a witness's, an attorney's."""

    __tablename__ = "plan_signature"
    title = N_("Signature")
    share = Share.PLAN

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    plan: Mapped[Id] = link(Plan, N_("Plan"))
    role: Mapped[str] = choice(N_("Who signs"), SignerRole, required=True)
    name: Mapped[str] = line(N_("Name"), required=True)
    phone: Mapped[str] = line(N_("Phone"), max=40)
    signed_on: Mapped[dt.date | None] = day(N_("Signed on"), required=True)


class HowConfirmed(Choice):
    """How she said that the plan is done for now."""

    SAID = "said", N_("She said so")
    SIGNED = "signed", N_("Signed on paper")
    MARKED = "marked", N_("Her mark on paper")


class PlanVersion(Record):
    """One "done for now". The version itself is the fold of the log up to ``entries``; it cannot be altered.

    ``entries`` names the last entry of each device that belongs to it: ``device:number`` pairs, one blank between.
    """

    __tablename__ = "plan_version"
    title = N_("Version")

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    plan: Mapped[Id] = link(Plan, N_("Plan"))
    number: Mapped[int | None] = number(N_("Version"), least=1, most=9999)
    done_on: Mapped[dt.date | None] = day(N_("Done for now on"), required=True)
    confirmed_by: Mapped[Id] = link("person", N_("Confirmed with"), required=False)
    how_confirmed: Mapped[str] = choice(N_("How she said so"), HowConfirmed, default=HowConfirmed.SAID)
    entries: Mapped[str] = note(N_("Last entries"), max=4000)

    @property
    def limits(self) -> dict[int, int]:
        """Device -> the number of its last entry that belongs to this version."""
        return read_limits(self.entries)


class EventKind(Choice):
    """What happened to a plan besides writing."""

    CRISIS = "crisis", N_("Used in a crisis")
    POST_CRISIS = "post_crisis", N_("The time after a crisis began")
    OVER = "over", N_("The crisis is over")


class PlanEvent(Record):
    """A crisis, or the time after one. It leads to a review of the plan; it says nothing of what happened."""

    __tablename__ = "plan_event"
    title = N_("Event")
    share = Share.WORDS
    sensitive = Sensitivity.HEALTH

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    plan: Mapped[Id] = link(Plan, N_("Plan"))
    kind: Mapped[str] = choice(N_("What"), EventKind, required=True)
    happened_on: Mapped[dt.date | None] = day(N_("On"), required=True)
    review_by: Mapped[dt.date | None] = day(N_("Look at the plan again by"))
    reviewed_on: Mapped[dt.date | None] = day(N_("Looked at again on"))
