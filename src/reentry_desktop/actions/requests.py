"""The register of requests: who asked, what was decided, what was given, and what is printed of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .. import reports
from ..base.folding import fold
from ..base.ids import Id, named_id
from ..base.problems import Problem
from ..base.words import N_, _, in_language
from ..records.attachment import Attachment, PaperKind
from ..records.base import choice_label
from ..records.consent import IN_FORCE, Consent
from ..records.disclosure import Disclosure, Ground, How
from ..records.participant import Participant
from ..records.people import Person, Site
from ..records.request import Asker, Authority, Decision, InformationRequest
from ..reports import AnswerLetter, Printed, RegisterRow
from ..store import Unit
from .consents import consents_of
from .notices import redisclosure
from .registrations import ids_of, stands_for
from .withholding import refuse_withheld

ASKED = ("asker", "who", "what", "authority", "asked_on", "by_when")
DECIDED = ("decision", "decided_on", "decided_by", "why", "given", "given_on")


GIVEN = frozenset({Decision.GIVEN, Decision.PART})
SECRET = frozenset({Authority.PART2_ORDER, Authority.OTHER_ORDER})
"""What is given on these stands on no paper of hers: the order may forbid telling her."""
_GROUNDS = {
    Authority.CONSENT: Ground.CONSENT, Authority.PART2_ORDER: Ground.COURT_ORDER,
    Authority.OTHER_ORDER: Ground.COURT_ORDER, Authority.EMERGENCY: Ground.EMERGENCY,
    Authority.CHILD_ABUSE: Ground.CHILD_REPORT, Authority.AUDIT: Ground.AUDIT,
}  # fmt: skip
SOON = 7
"""Days before its day from which on a request stands on Today."""


@dataclass(frozen=True)
class Asked:
    """A request, with the name of whom it is about where she has a record here."""

    record: InformationRequest
    name: str
    number: str


def add_request(unit: Unit, woman: Id = Id(""), **values: Any) -> Id:
    """Note a request, about a woman who has a record here or about somebody named in ``about``. Raises ``Refused``."""
    if woman:
        values["participant"] = stands_for(unit, woman)
    return unit.create(InformationRequest, **{"asked_on": unit.today(), **values})


def decide_request(unit: Unit, request: Id, **values: Any) -> bool:
    """Note what was decided, by whom, and what was given; that stands in the account of what was told, too.

    Raises ``Refused``, for a refusal without a reason too, and ``Problem`` where something would be given to somebody
    whom she wants never to be told.
    """
    values["decided_on"] = values.get("decided_on") or unit.today()
    values["decided_by"] = values.get("decided_by") or _at_the_desk(unit)
    changed = unit.revise(InformationRequest, unit.get(InformationRequest, request).id, **values)
    _account_for(unit, unit.get(InformationRequest, request))
    return changed


def line_of(request: Id) -> Id:
    """The line of the account that a request begins where something is given."""
    return named_id(request, "given")


def secret_records(unit: Unit, woman: Id) -> frozenset[Id]:
    """What a court's order may keep secret from her: no paper of hers has it.

    Requests on an order, for that somebody asked at all may be the secret; what was told on one, asked for in the
    register or not; the copies that were made for it; and scanned papers that belong to it. While there is such a
    request, so do her papers from a court: which of them is the order, only a person can read.
    """
    asked = {one.record.id for one in requests(unit, woman) if one.record.authority in SECRET}
    on_order = sa.select(Disclosure).where(
        Disclosure.participant.in_(ids_of(unit, woman)), Disclosure.ground == str(Ground.COURT_ORDER)
    )
    told = {each for one in unit.all(on_order) for each in (one.id, one.copy) if each}
    if not asked and not told:
        return frozenset()
    papers = sa.select(Attachment).where(Attachment.participant.in_(ids_of(unit, woman)))
    scanned = {one.id for one in unit.all(papers) if one.what == PaperKind.COURT or one.of_record in asked}
    return frozenset(asked | {line_of(one) for one in asked} | told | scanned)


def _account_for(unit: Unit, record: InformationRequest) -> None:
    """What was given to somebody else is a line of her account; where it was not given after all, it is none."""
    line = unit.find(Disclosure, line_of(record.id))
    if record.decision not in GIVEN or not record.participant or record.asker == Asker.HERSELF:
        if line is not None and not line.removed:
            unit.remove(Disclosure, line.id)
        return
    refuse_withheld(unit, record.participant, record.who)
    ground = next((value for key, value in _GROUNDS.items() if key == record.authority), Ground.NONE)
    told: dict[str, Any] = {
        "recipient": record.who[:120], "what": " ".join(record.given.split())[:400], "told_on": record.given_on,
        "told_by": record.decided_by, "purpose": " ".join(record.what.split())[:300], "how": str(How.SENT),
        "ground": str(ground), "consent": _consent_for(unit, record) if ground == Ground.CONSENT else Id(""),
        "why": (record.why or choice_label(Authority, record.authority))[:1000] if ground != Ground.CONSENT else "",
        "print_number": reference(record),
    }  # fmt: skip
    if line is None:
        unit.create(Disclosure, line_of(record.id), participant=record.participant, **told)
    else:
        unit.revise(Disclosure, line.id, removed=False, **told)


def _consent_for(unit: Unit, record: InformationRequest) -> Id:
    """Her consent that names who asked, where there is just one; else the account shows that none is kept here."""
    who, day = _words(record.who), record.given_on or unit.today()
    named = ((paper.consent, _words(paper.consent.recipient)) for paper in consents_of(unit, record.participant))
    today = unit.today()  # what she took back today covers nothing that is given from then on
    found = [
        one.id
        for one, name in named
        if name
        and (name <= who or who <= name)
        and one.was_in_force(day)
        and (day < today or one.status(today) in IN_FORCE)
    ]
    return Id(found[0]) if len(found) == 1 else Id("")


def _words(name: str) -> set[str]:
    return set(re.findall(r"\w+", fold(name)))


def _at_the_desk(unit: Unit) -> str:
    person = unit.find(Person, unit.store.who.id)
    return (person.full_name or person.name) if person else unit.store.who.name


def requests(unit: Unit, woman: Id = Id(""), *, open_only: bool = False) -> list[Asked]:
    """The register, what waits longest for an answer first; of one woman, or of all."""
    where: list[sa.ColumnElement[bool]] = [InformationRequest.removed.is_(False)]
    if woman:
        where.append(InformationRequest.participant.in_(ids_of(unit, woman)))
    if open_only:
        where.append(InformationRequest.decision == "")
    last = dt.date.max
    found = list(unit.all(sa.select(InformationRequest).where(*where)))
    found.sort(key=lambda one: (one.asked_on or last, one.id), reverse=True)
    found.sort(key=lambda one: (bool(one.decision), (one.by_when or last) if not one.decision else last))
    return [_asked(unit, one) for one in found]


def due_requests(unit: Unit) -> list[Asked]:
    """Those that wait for an answer within a week, or past their day; the earliest first."""
    last = unit.today() + dt.timedelta(days=SOON)
    return [one for one in requests(unit, open_only=True) if one.record.by_when and one.record.by_when <= last]


def open_request(unit: Unit, record: Id) -> None:
    """One of them was opened, or its answer: an entry about whom it is about."""
    unit.tell("information_request", record, unit.get(InformationRequest, record).participant)


def request(unit: Unit, record: Id) -> Asked:
    """One of them. Raises ``NotFound``."""
    return _asked(unit, unit.get(InformationRequest, record))


def _asked(unit: Unit, record: InformationRequest) -> Asked:
    her = unit.find(Participant, stands_for(unit, record.participant)) if record.participant else None
    return Asked(record, her.name if her else "", her.department_number if her else "")


# What is printed


def answer_letter(unit: Unit, record: Id, language: str = "en") -> Printed:
    """The letter that answers a request. Raises ``Problem`` while nothing is decided.

    Where nothing is given it names nobody and tells neither yes nor no: that somebody is known here is told by no
    letter. Where something is given it names her, and carries the notice of 42 CFR 2.32.
    """
    asked = request(unit, record)
    found = asked.record
    if not found.decision:
        raise Problem(_("Nothing is decided on this request yet. Nothing was printed."), code="undecided")
    site = unit.get(Site, unit.store.site)
    given = found.decision in GIVEN
    if given and found.participant:  # she may have put a name on her list since
        refuse_withheld(unit, found.participant, found.who)
        _refuse_taken_back(unit, found)
    return reports.answer_letter_pdf(
        AnswerLetter(
            language=language, site=site.name, to=found.who,
            reference=reference(found), asked_on=found.asked_on or unit.today(), printed_on=unit.today(),
            about=(", ".join(filter(None, (asked.name or found.about, asked.number)))) if given else "",
            given=found.given if given else "", part=found.decision == Decision.PART,
            given_on=found.given_on if given else None, withdrawn=found.decision == Decision.WITHDRAWN,
            signed_by=found.decided_by, scope=_scope(unit, found, language) if given else (),
        )
    )  # fmt: skip


def _refuse_taken_back(unit: Unit, record: InformationRequest) -> None:
    """Raise ``Problem`` where she has taken back the consent that it was given on."""
    line = unit.find(Disclosure, line_of(record.id))
    paper = unit.find(Consent, line.consent) if line is not None and line.consent else None
    if paper is not None and paper.revoked_on is not None:
        raise Problem(
            _(
                "She has taken back the consent that this was given on, so nothing more is told of her. No letter was "
                "made. The letter that asks for it back is on the page of that consent."
            ),
            code="revoked",
        )


def _scope(unit: Unit, record: InformationRequest, language: str) -> tuple[str, ...]:
    """What her consent allows, where one of hers is what it is given on: it goes along (42 CFR 2.32)."""
    line = unit.find(Disclosure, line_of(record.id))
    paper = unit.find(Consent, line.consent) if line is not None and line.consent else None
    return redisclosure(paper, language)[1:] if paper is not None else ()


def reference(record: InformationRequest) -> str:
    """What a letter calls a request: short, and telling nothing."""
    return f"R-{record.id[-8:].upper()}"


def register_sheet(unit: Unit, language: str = "en", woman: Id = Id("")) -> Printed:
    """The register as a sheet, for an auditor: what each row says stands in the record of use too."""
    say = in_language(language).gettext
    rows = [
        RegisterRow(
            reference=reference(one.record), asked_on=one.record.asked_on, who=one.record.who,
            asker=say(_label(Asker, one.record.asker)), about=one.number or one.record.about, what=one.record.what,
            authority=say(_label(Authority, one.record.authority)),
            decision=say(_label(Decision, one.record.decision)) if one.record.decision else say(N_("Not answered yet")),
            decided_by=one.record.decided_by, decided_on=one.record.decided_on, given=one.record.given,
            given_on=one.record.given_on, why=one.record.why,
        )
        for one in requests(unit, woman)
    ]  # fmt: skip
    site = unit.get(Site, unit.store.site)
    return reports.register_pdf(rows, site=site.name, language=language, printed_on=unit.today())


def _label(of: type[Asker | Authority | Decision], value: str) -> str:
    return next((choice.label for choice in of if choice == value), value)


def record_sheet(unit: Unit, pdf: Printed, about: Sequence[Id], *, how: str, to: str = "", printer: str = "") -> None:
    """Write into the log that a letter or the register was printed or saved."""
    sha256 = hashlib.sha256(pdf.data).hexdigest()
    for one in about or [Id("")]:
        found = unit.find(InformationRequest, one) if one else None
        unit.tell(
            "information_request", one, found.participant if found else Id(""), how=how, pages=pdf.pages, to=to,
            printer=printer, sha256=sha256,
        )  # fmt: skip
