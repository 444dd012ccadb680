"""Where her plan stands: offered, declined, begun, done for now, used in a crisis; and the program's 30 days.

The 30 days are the program's clock, not hers: a no, or "not now", silences it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..base.ids import Id, named_id
from ..base.problems import Problem, Refused
from ..base.words import N_, _
from ..records.participant import Enrolment, Participant
from ..records.plan import EventKind, HowConfirmed, Plan, PlanEvent, PlanSignature, PlanVersion
from ..store import Unit
from .packs import pack_for_new_plans
from .plans import Contents, contents
from .registrations import joined, stands_for
from .women import current_episode, current_plan

REVIEW_DAYS = 14  # after a crisis the plan is looked at again within two weeks

STATES = {
    "offered": N_("Offered"),
    "declined": N_("She chose not to"),
    "not_now": N_("Not now"),
    "started": N_("Started"),
    "in_progress": N_("In progress"),
    "done_for_now": N_("Done for now"),
    "updated": N_("Updated"),
    "used_in_crisis": N_("Used in a crisis"),
    "withdrawn": N_("Withdrawn"),
}


def state(unit: Unit, plan: Plan, whole: Contents | None = None) -> str:
    """The state a plan is in, a key of ``STATES``, by its dates and events. *whole* is given where it is at hand."""
    if plan.withdrawn_on:
        return "withdrawn"
    if plan.declined_on:
        return "declined"
    if plan.not_now_on:
        return "not_now"
    if any(event.kind == EventKind.CRISIS and not event.reviewed_on for event in events(unit, plan.id)):
        return "used_in_crisis"
    if plan.done_on:
        return "updated" if len(versions(unit, plan.id)) > 1 else "done_for_now"
    if not plan.started_on:
        return "offered"
    whole = whole or contents(unit, plan.id)
    return "in_progress" if whole.items or whole.answers or whole.supporters else "started"


def plan_day(episode: Enrolment, plan: Plan | None, today: dt.date) -> int | None:
    """Day n of the program's 30 days from enrolment; None where they do not run (not enrolled, done, she said no)."""
    if not episode.enrolled_on or episode.closed_on or (plan and (plan.done_on or plan.resting)):
        return None
    return (today - episode.enrolled_on).days


def offer_plan(unit: Unit, woman: Id, on: dt.date | None = None) -> Id:
    """Note that a plan was offered. Raises ``Problem`` where she is not enrolled."""
    episode = current_episode(unit, woman)
    if episode is None or not episode.enrolled_on or episode.closed_on:
        raise Problem(
            _("She is not enrolled yet. Nothing was changed. Enroll her first; then her plan can begin."), code="enrol"
        )
    plan = current_plan(unit, woman)
    if plan is not None and plan.enrolment == episode.id:
        if plan.offered_on is None:
            unit.revise(Plan, plan.id, offered_on=on or unit.today())
        return plan.id
    language = unit.get(Participant, stands_for(unit, woman)).language or "en"
    return unit.create(
        Plan, named_id(episode.id, "plan"), participant=episode.participant, enrolment=episode.id,
        pack=pack_for_new_plans(unit), language=language, offered_on=on or unit.today(),
    )  # fmt: skip


def decline_plan(unit: Unit, woman: Id, on: dt.date | None = None) -> None:
    """She chose not to write one. It is a choice, kept with its date, and can change any day."""
    unit.revise(Plan, offer_plan(unit, woman, on), declined_on=on or unit.today(), not_now_on=None)


def not_now(unit: Unit, woman: Id, on: dt.date | None = None) -> None:
    """She wants to wait with it."""
    unit.revise(Plan, offer_plan(unit, woman, on), not_now_on=on or unit.today(), declined_on=None)


def offer_stands(unit: Unit, plan_id: Id) -> None:
    """Her no, her "not now" or her taking it back was a slip, or is over: what stood before stands again."""
    unit.revise(Plan, plan_id, declined_on=None, not_now_on=None, withdrawn_on=None)


def withdraw_plan(unit: Unit, plan_id: Id, on: dt.date | None = None) -> None:
    """She takes her plan back: it is no longer used. Its words stay hers, and can be taken back too."""
    unit.revise(Plan, plan_id, withdrawn_on=on or unit.today())


def done_for_now(
    unit: Unit, plan_id: Id, on: dt.date | None = None, *, how: str = HowConfirmed.SAID,
    look_again_on: dt.date | None = None, read_aloud: bool = False,
) -> None:  # fmt: skip
    """She says the plan is done for now: a version. Raises ``Refused`` naming the parts that are empty.

    *look_again_on* is the day the two want to look at it again, if they name one.
    """
    whole = contents(unit, plan_id)
    if missing := whole.missing():
        parts = whole.pack.parts()
        names = ", ".join(parts[key].title.get(str(whole.plan.language), parts[key].title["en"]) for key in missing)
        raise Refused(
            dict.fromkeys(missing, _("Still empty.")),
            _("Her words are safe. Before it is done for now, these parts ask for a few words: {names}.").format(
                names=names
            ),
        )
    written = " ".join(key for key in whole.pack.parts() if whole.written(key))
    day = on or unit.today()
    first = whole.plan.first_done_on or day
    unit.revise(
        Plan, plan_id, first_done_on=first, done_on=day, confirmed_by=unit.store.who.id, parts_written=written,
        started_on=whole.plan.started_on or day, declined_on=None, not_now_on=None, withdrawn_on=None,
        look_again_on=look_again_on, read_aloud=read_aloud,
    )  # fmt: skip
    # A number is never given twice, not even where a version was a slip: a print may name it.
    last = unit.first(sa.select(sa.func.max(PlanVersion.number)).where(PlanVersion.plan == plan_id)) or 0
    woman = whole.plan.participant
    unit.create(
        PlanVersion, participant=woman, plan=plan_id, number=last + 1, done_on=day, confirmed_by=unit.store.who.id,
        how_confirmed=how, entries=_last_entries(unit, woman),
    )  # fmt: skip


def not_done_yet(unit: Unit, plan_id: Id) -> None:
    """The latest "done for now" was a slip: what stood before it stands again, the version before it included."""
    made = [(version.id, version.done_on, version.confirmed_by) for version in versions(unit, plan_id)]
    if made:
        unit.remove(PlanVersion, made[-1][0])
    if len(made) > 1:
        _version, day, person = made[-2]
        unit.revise(Plan, plan_id, first_done_on=made[0][1], done_on=day, confirmed_by=person)
    else:
        unit.revise(Plan, plan_id, first_done_on=None, done_on=None, confirmed_by="", parts_written="")


def _last_entries(unit: Unit, woman: Id) -> str:
    """The last entry of each device that says something in her plans, as ``PlanVersion.entries`` has it."""
    rows = unit.connection.exec_driver_sql(
        "SELECT device, max(number) FROM entry WHERE participant = ? AND share = 'plan' "
        "GROUP BY device ORDER BY device",
        (woman,),
    )
    return " ".join(f"{device}:{number}" for device, number in rows)


def versions(unit: Unit, plan_id: Id) -> Sequence[PlanVersion]:
    """Each "done for now", the first one first."""
    return unit.all(
        sa.select(PlanVersion)
        .where(PlanVersion.plan == plan_id, PlanVersion.removed.is_(False))
        .order_by(PlanVersion.number, PlanVersion.id)
    )


# What happened to it


@dataclass(frozen=True)
class Review:
    """A plan that is to be looked at again: whose, and by when."""

    participant: Id
    name: str
    review_by: dt.date


def log_event(unit: Unit, plan_id: Id, kind: str, on: dt.date | None = None) -> Id:
    """Note a crisis, or the time after one. The plan is then to be looked at again, together, within two weeks."""
    plan, day = unit.get(Plan, plan_id), on or unit.today()
    return unit.create(
        PlanEvent, participant=plan.participant, plan=plan_id, kind=kind, happened_on=day,
        review_by=day + dt.timedelta(days=REVIEW_DAYS),
    )  # fmt: skip


def reviewed(unit: Unit, event: Id, on: dt.date | None = None) -> None:
    """The plan was looked at again after that event."""
    unit.revise(PlanEvent, event, reviewed_on=on or unit.today())


def looked_again(unit: Unit, plan_id: Id) -> None:
    """The plan was looked at again on the day the two had set, or no longer has to be."""
    unit.revise(Plan, plan_id, look_again_on=None)


def look_again_on(unit: Unit, plan_id: Id, on: dt.date) -> None:
    """The two want to look at it again on that day."""
    unit.revise(Plan, plan_id, look_again_on=on)


def still_to_review(unit: Unit, event: Id) -> None:
    """It was a slip: the plan was not looked at again yet."""
    unit.revise(PlanEvent, event, reviewed_on=None)


def drop_event(unit: Unit, event: Id) -> None:
    """It was noted by a slip; it stays in the history."""
    unit.remove(PlanEvent, event)


def events(unit: Unit, plan_id: Id) -> Sequence[PlanEvent]:
    """What happened to a plan, the latest first."""
    return unit.all(
        sa.select(PlanEvent)
        .where(PlanEvent.plan == plan_id, PlanEvent.removed.is_(False))
        .order_by(PlanEvent.happened_on.desc(), PlanEvent.id.desc())
    )


def to_review(unit: Unit) -> list[Review]:
    """Every plan that waits to be looked at again after an event, or on a day within a week; the earliest first."""
    soon = unit.today() + dt.timedelta(days=7)
    after = sa.select(PlanEvent.participant, PlanEvent.review_by).where(
        PlanEvent.removed.is_(False), PlanEvent.reviewed_on.is_(None)
    )
    named = sa.select(Plan.participant, Plan.look_again_on).where(
        Plan.look_again_on <= soon, Plan.removed.is_(False), Plan.withdrawn_on.is_(None)
    )
    due = sa.union_all(after, named).subquery()
    rows = unit.rows(
        joined(sa.select(Participant, sa.func.min(due.c.review_by)).select_from(due), due.c.participant)
        .where(Participant.removed.is_(False))
        .group_by(Participant.id)
        .order_by(sa.func.min(due.c.review_by), Participant.id)
    )
    return [Review(woman.id, woman.short_name, by) for woman, by in rows]


# Names under it


def sign(unit: Unit, plan_id: Id, role: str, name: str, on: dt.date | None = None, phone: str = "") -> Id:
    """A name under the plan: hers, a witness's, an attorney's. Raises ``Refused`` without one."""
    plan = unit.get(Plan, plan_id)
    return unit.create(
        PlanSignature, participant=plan.participant, plan=plan_id, role=role, name=name, phone=phone,
        signed_on=on or unit.today(),
    )  # fmt: skip


def signatures(unit: Unit, plan_id: Id) -> Sequence[PlanSignature]:
    """The names under a plan."""
    return unit.all(
        sa.select(PlanSignature)
        .where(PlanSignature.plan == plan_id, PlanSignature.removed.is_(False))
        .order_by(PlanSignature.signed_on, PlanSignature.id)
    )
