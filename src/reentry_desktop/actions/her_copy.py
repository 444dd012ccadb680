"""Her right to a copy: all that is kept about her and that she may have, in one print, in her language.

``SECTIONS`` says what is in it, in that order; ``LEFT_OUT`` what is not, and why, for the first page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from .. import reports
from ..base.ids import Id
from ..base.words import N_, in_language
from ..records.access import restricted
from ..records.acts import ACTS
from ..records.attachment import Attachment
from ..records.base import Record, fields
from ..records.change import from_payload
from ..records.consent import Consent
from ..records.disclosure import Disclosure
from ..records.paper import CopyGiven, Layout
from ..records.participant import Enrolment, NeedTag, Participant
from ..records.people import Person, Program, Site
from ..records.plan import Plan
from ..records.request import InformationRequest
from ..reports import CopyPart, HerCopy, Item, Printed, SizeName
from ..store import Unit
from .consents import consents_of
from .copies import copies_of, receivers
from .disclosures import disclosures_of
from .print_pages import details, goal_values, plan_page, standing
from .printing import FOR_WHOM, check_letters, print_number
from .registrations import ids_of
from .requests import GIVEN, SECRET, line_of, requests, secret_records

LEFT_OUT = (
    (N_("Reports about safety that had to be passed on"),
     N_("Kept apart, to keep people safe. A lawyer or a judge may ask for them.")),
    (N_("What was asked or told on a court order, and the papers of it"), N_("The order may forbid telling you.")),
    (N_("The scanned papers"), N_("Named here. The office prints them when you ask.")),
    (N_("What the prison, a court or a clinic keeps"), N_("They have their own records. Ask them.")),
)  # fmt: skip
_NEVER = {"removed", "site", "participant", "program", "limits_told_by", "sha256", "of_kind", "of_record", "supporter"}
_MOST = 400
"""Looks at her record that are listed, the latest; more are counted."""


@dataclass(frozen=True)
class Copy:
    """A finished copy, and what the log will say of it."""

    pdf: Printed
    woman: Id
    number: str


def her_copy(unit: Unit, woman: Id, *, size: SizeName = "large", language: str = "") -> Copy:
    """All she may have, as PDF; in her language unless *language* says another. Nothing is written in the log yet.

    Raises ``Problem`` for letters that no bundled face has: they are named, never dropped.
    """
    hers = ids_of(unit, woman)
    her = unit.get(Participant, hers[0])
    language = language or str(her.language)
    say = in_language(language).gettext
    parts = tuple(part for section in SECTIONS if (part := section(unit, hers, language)) is not None)
    plans = [standing(unit, plan) for plan in _plans(unit, hers)]
    values = HerCopy(
        language=language, name=her.name, office=unit.get(Site, unit.store.site).name, print_number="",
        printed_on=unit.today(), parts=parts,
        plans=tuple(plan_page(unit, stands, language, with_name=False) for stands in plans),
        left_out=tuple((say(what), say(why)) for what, why in LEFT_OUT),
    )  # fmt: skip
    check_letters(values)
    number = print_number([hers, size, unit.today(), msgspec.to_builtins(values)])
    packs = [stands.whole.pack for stands in plans]
    return Copy(reports.her_copy_pdf(replace(values, print_number=number), packs, size=size), hers[0], number)


def record_her_copy(unit: Unit, made: Copy, *, how: str, to: str = "", printer: str = "", copies: int = 1) -> Id:
    """Write into the log that she got it, and the copy that begins with it; the copy's id. *how*: printed or saved."""
    unit.tell(
        "participant", made.woman, made.woman, how=how, layout=str(Layout.HER_RECORD), pages=made.pdf.pages,
        copies=copies, printer=printer, to=to, for_whom="her", number=made.number,
    )  # fmt: skip
    return unit.create(
        CopyGiven, participant=made.woman, print_number=made.number, layout=Layout.HER_RECORD, version=0,
        copies=copies, pages=made.pdf.pages, for_whom="her", printed_on=unit.today(),
    )  # fmt: skip


def _plans(unit: Unit, hers: Sequence[Id]) -> Sequence[Id]:
    mine = sa.select(Plan.id).where(Plan.participant.in_(hers), Plan.removed.is_(False))
    return unit.session.scalars(mine.where(Plan.started_on.is_not(None)).order_by(Plan.started_on.desc())).all()


# The sections


def _who_she_is(unit: Unit, hers: Sequence[Id], language: str) -> CopyPart | None:
    say = in_language(language).gettext
    first, *others = (_told(unit.get(Participant, one), language) for one in hers)
    items = tuple(Item(words=say(N_("You are registered a second time:")), details=facts) for facts in others)
    return CopyPart(title=say(N_("About you")), facts=first, items=items)


def _needs(unit: Unit, hers: Sequence[Id], language: str) -> CopyPart | None:
    say = in_language(language).gettext
    found = unit.all(sa.select(NeedTag).where(NeedTag.participant.in_(hers), NeedTag.removed.is_(False)))
    items = tuple(Item(words=facts[0][1], details=facts[1:3]) for one in found if (facts := _told(one, language)))
    return CopyPart(title=say(N_("What you may want help with")), items=items) if items else None


def _episodes(unit: Unit, hers: Sequence[Id], language: str) -> CopyPart | None:
    say = in_language(language).gettext
    names: dict[Id, str] = dict(unit.rows(sa.select(Program.id, Program.name)))
    found = unit.all(
        sa.select(Enrolment)
        .where(Enrolment.participant.in_(hers), Enrolment.removed.is_(False))
        .order_by(Enrolment.offered_on.desc())
    )
    items = tuple(Item(words=names.get(one.program, say(N_("Program"))), details=_told(one, language)) for one in found)
    return CopyPart(title=say(N_("Your time in the program")), items=items) if items else None


def _goals(unit: Unit, hers: Sequence[Id], language: str) -> CopyPart | None:
    say = in_language(language).gettext
    items = []
    for goal in goal_values(unit, hers[0], language):
        steps = tuple((say(N_("Step")), ", ".join(filter(None, (step.words, step.owner)))) for step in goal.steps)
        items.append(Item(words=goal.words, details=((say(N_("Part of life")), goal.domain), ("", goal.state), *steps)))
    return CopyPart(title=say(N_("Your goals")), items=tuple(items)) if items else None


def _papers(unit: Unit, hers: Sequence[Id], language: str) -> CopyPart | None:
    say = in_language(language).gettext
    found = unit.all(
        sa.select(Attachment)
        .where(Attachment.participant.in_(hers), Attachment.removed.is_(False))
        .order_by(Attachment.taken_on)
    )
    wanted, apart = ("what", "taken_on", "pages"), secret_records(unit, hers[0])
    items = tuple(
        Item(words=one.name, details=details(Attachment, one, wanted, language)) for one in found if one.id not in apart
    )
    return CopyPart(title=say(N_("Scanned papers")), items=items) if items else None


def _consents(unit: Unit, hers: Sequence[Id], language: str) -> CopyPart | None:
    say = in_language(language).gettext
    items = []
    for paper in consents_of(unit, hers[0]):
        wanted = ("what", "purpose", "signed_on", "expires_on", "expires_event", "revoked_on")
        told = details(Consent, paper.consent, wanted, language)
        items.append(Item(words=paper.consent.recipient, details=(("", say(paper.status.label)), *told)))
    return CopyPart(title=say(N_("Your consents")), items=tuple(items)) if items else None


def _account(unit: Unit, hers: Sequence[Id], language: str) -> CopyPart | None:
    """What others were told about her (42 CFR 2.25, 45 CFR 164.528)."""
    say = in_language(language).gettext
    wanted = ("what", "purpose", "how", "ground", "why")
    on_request = {line_of(one.record.id) for one in requests(unit, hers[0])}  # these have a section of their own
    apart = on_request | secret_records(unit, hers[0])
    items = tuple(
        Item(
            words=f"{_written(str(one.told_on), language)}: {one.recipient}",
            details=details(Disclosure, one, wanted, language),
        )
        for one in disclosures_of(unit, hers[0])
        if one.id not in apart
    )
    return CopyPart(title=say(N_("What others were told about you")), items=items) if items else None


def _copies(unit: Unit, hers: Sequence[Id], language: str) -> CopyPart | None:
    say = in_language(language).gettext
    names, apart = receivers(unit, hers[0]), secret_records(unit, hers[0])
    items = []
    for one in copies_of(unit, hers[0]):
        if one.id in apart:
            continue
        whom = ", ".join(filter(None, (say(FOR_WHOM.get(one.for_whom, one.for_whom)), names.get(one.id, ""))))
        told = details(CopyGiven, one, ("printed_on", "print_number", "signed_on", "became", "became_on"), language)
        what = next((say(layout.label) for layout in Layout if layout == one.layout), one.layout)
        items.append(Item(words=what, details=((say(N_("For whom")), whom), *told)))
    return CopyPart(title=say(N_("Prints that were made")), items=tuple(items)) if items else None


def _given(unit: Unit, hers: Sequence[Id], language: str) -> CopyPart | None:
    """What was given to others who asked. What an order of a court may forbid to tell is left out, as said."""
    say = in_language(language).gettext
    given = InformationRequest.decision.in_([str(one) for one in GIVEN])
    found = unit.all(
        sa.select(InformationRequest)
        .where(InformationRequest.participant.in_(hers), InformationRequest.removed.is_(False), given)
        .where(InformationRequest.authority.not_in([str(one) for one in SECRET]))
        .order_by(InformationRequest.given_on)
    )
    wanted = ("asker", "what", "authority", "given", "given_on")
    items = tuple(Item(words=one.who, details=details(InformationRequest, one, wanted, language)) for one in found)
    return CopyPart(title=say(N_("What was given to others about you")), items=items) if items else None


def _looked(unit: Unit, hers: Sequence[Id], language: str) -> CopyPart | None:
    """Who opened, printed or copied what is hers: of each day and act one line.

    Nobody's look at a report about safety, or at a request that an order keeps secret: that there is one is told by it.
    """
    say = in_language(language).gettext
    names: dict[Id, str] = {
        id: full or name for id, full, name in unit.rows(sa.select(Person.id, Person.full_name, Person.name))
    }
    rows = unit.connection.exec_driver_sql(
        "SELECT payload FROM entry WHERE participant IN (SELECT value FROM json_each(?)) AND payload IS NOT NULL "
        "ORDER BY seq DESC",
        (msgspec.json.encode(list(hers)).decode(),),
    )
    apart = secret_records(unit, hers[0])
    lines: dict[tuple[str, str, str], None] = {}
    for (payload,) in rows:
        change = from_payload(payload)
        if change.depth or change.kind in restricted() or change.record in apart:  # a change is no look
            continue
        who = names.get(change.by, say(N_("Somebody at another site")))
        day = dt.datetime.fromisoformat(change.at).astimezone().date().isoformat()  # as the clock on the wall had it
        lines.setdefault((day, who, say(ACTS[change.act].words) if change.act in ACTS else change.act))
    if not lines:
        return None
    items = []
    for day, who, what in list(lines)[:_MOST]:
        items.append(Item(words=f"{_written(day, language)}: {who}", details=(("", what),)))
    note = say(N_("The latest {n} are listed; there are {all} in all.")).format(n=_MOST, all=len(lines))
    return CopyPart(
        title=say(N_("Who looked at your record")), note=note if len(lines) > _MOST else "", items=tuple(items)
    )


def _written(day: str, language: str) -> str:
    from ..reports.parts import written_date

    return written_date(dt.date.fromisoformat(day), language)


def _told(record: Record, language: str) -> tuple[tuple[str, str], ...]:
    """Every field of a record that says something, but for ids."""
    cls = type(record)
    return details(cls, record, tuple(name for name in fields(cls) if name not in _NEVER), language)


Section = Callable[[Unit, Sequence[Id], str], CopyPart | None]
SECTIONS: tuple[Section, ...] = (
    _who_she_is,
    _needs,
    _episodes,
    _goals,
    _papers,
    _consents,
    _account,
    _copies,
    _given,
    _looked,
)
"""What a copy holds besides her plans: each a function of unit, her registrations and a language; None for nothing."""
