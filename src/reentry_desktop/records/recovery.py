"""The recovery support plan: what she wants in each part of life, and the steps to it (24 Miss. Code R. 2-42.2)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped

from ..base.ids import Id
from ..base.words import N_
from .base import Choice, Record, SensitiveBy, Sensitivity, Share, choice, day, line, link, note
from .participant import Participant


class Domain(Choice):
    """A part of life."""

    HOUSING = "housing", N_("Home")
    WORK = "work", N_("Work")
    HEALTH = "health", N_("Health")
    MENTAL_HEALTH = "mental_health", N_("Mental health")
    SUBSTANCE_USE = "substance_use", N_("Alcohol and drugs")
    PAPERS = "papers", N_("Papers and ID")
    FAMILY = "family", N_("Family")
    LEGAL = "legal", N_("Court and supervision")
    MONEY = "money", N_("Money")
    TRANSPORT = "transport", N_("Getting around")
    EDUCATION = "education", N_("Learning")
    COMMUNITY = "community", N_("People and community")


class GoalState(Choice):
    """How far a goal is."""

    OPEN = "open", N_("On the way")
    REACHED = "reached", N_("Reached")
    PAUSED = "paused", N_("Not now")


class Goal(Record):
    """What she wants, in her own words."""

    __tablename__ = "goal"
    title = N_("Goal")
    share = Share.PLAN
    sensitive_by = SensitiveBy(
        "domain",
        {
            Domain.HEALTH: Sensitivity.HEALTH,
            Domain.MENTAL_HEALTH: Sensitivity.HEALTH,
            Domain.SUBSTANCE_USE: Sensitivity.SUBSTANCE_USE,
            Domain.FAMILY: Sensitivity.CHILDREN,
            Domain.LEGAL: Sensitivity.JUSTICE,
        },
        otherwise=Sensitivity.NARRATIVE,
    )

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    domain: Mapped[str] = choice(N_("Part of life"), Domain, required=True)
    position: Mapped[str] = line(N_("Position"), max=200)
    words: Mapped[str] = note(N_("In her own words"), max=2000, required=True)
    state: Mapped[str] = choice(N_("How far it is"), GoalState, default=GoalState.OPEN)
    set_on: Mapped[dt.date | None] = day(N_("Set on"), required=True)
    reached_on: Mapped[dt.date | None] = day(N_("Reached on"))


class GoalStep(Record):
    """One step to a goal: what, who does it, until when, and the tool of her plan that helps."""

    __tablename__ = "goal_step"
    title = N_("Step")
    share = Share.PLAN
    sensitive_with = (("goal", "goal"),)

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    goal: Mapped[Id] = link(Goal, N_("Goal"))
    position: Mapped[str] = line(N_("Position"), max=200)
    words: Mapped[str] = note(N_("What is done"), max=1000, required=True)
    owner: Mapped[str] = line(N_("Who does it"))
    due_on: Mapped[dt.date | None] = day(N_("Until"))
    done_on: Mapped[dt.date | None] = day(N_("Done on"))
    tool: Mapped[Id] = link("plan_item", N_("Tool that helps"), required=False)
