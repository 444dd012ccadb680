"""Her consents: begun, read to her, signed, taken back; and which of them covers what is about to be told.

What she signed for never changes: other words are another paper. Whether one holds is worked out on the day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..base.folding import fold
from ..base.ids import Id
from ..base.problems import Problem, Refused
from ..base.strokes import is_signature
from ..base.words import N_, _, in_language
from ..records.change import from_payload
from ..records.consent import IN_FORCE, SIGNED_FOR, SOON, Consent, Form, Revoked, Status, Told, ToWhom
from ..records.participant import Participant, WhatOfficeHas
from ..records.people import Person, Site
from ..records.plan import Supporter
from ..store import Unit
from . import recalling
from .registrations import ids_of, joined, stands_for
from .withholding import alike, refuse_withheld
from .women import current_episode

DISCLOSER = N_("The Re-entry office of {site}")
REVOKE_HOW = N_(
    "Say so, or write it, to anybody of the Re-entry office, on any day. You need not say why. From then on nothing "
    "more is told. What was told before cannot be untold; we ask for it back."
)
REFUSING = N_("You may say no. You take part in the program as before, and nobody holds it against you.")
_INSIDE = {Told.PLAN: {Told.PLAN, Told.CRISIS, Told.FIRST_72}}  # what a word of ``Told`` takes in besides itself
OFFICE_KINDS = (Told.DATES, Told.PLAN, Told.NEEDS, Told.GOALS)
"""What the program's own office has of a woman who shares her words: the paper for it says so."""
_NEEDED = {
    "discloser": N_("Say who may tell it."),
    "kinds": N_("Choose what may be told."),
    "what": N_("Say in her words what exactly. “Everything” is no answer."),
    "to_whom": N_("Choose what kind of person or place it is."),
    "recipient": N_("Say who may be told."),
    "purpose": N_("Say what it is for. “Because she asked for it” will do."),
    "revoke_how": N_("Say how she can take it back."),
    "refusing": N_("Say what happens if she says no."),
}


@dataclass(frozen=True)
class Paper:
    """A consent, and what it is worth today."""

    consent: Consent
    status: Status


# Building one


def draft_consent(unit: Unit, woman: Id, /, **values: Any) -> Id:
    """Begin a paper, in the language of her plan, with what is the same on most of them. It allows nothing yet."""
    her = unit.get(Participant, woman)
    language = str(values.pop("language", "") or her.language)
    usual = _usual(unit, language)
    if values.get("to_whom") == ToWhom.SITE:
        usual |= {"kinds": " ".join(OFFICE_KINDS)}
    return unit.create(Consent, participant=woman, language=language, **usual | _known(values))


def _usual(unit: Unit, language: str) -> dict[str, str]:
    """What is the same on most papers."""
    say = in_language(language).gettext
    site = unit.get(Site, unit.store.site).name
    return {"discloser": say(DISCLOSER).format(site=site), "revoke_how": say(REVOKE_HOW), "refusing": say(REFUSING)}


def revise_consent(unit: Unit, consent: Id, /, **values: Any) -> bool:
    """Change what is not signed yet; in another language the usual words are said anew. Raises ``Problem``."""
    paper = unit.get(Consent, consent)
    if paper.signed_on is not None:
        raise Problem(
            _("She signed this, so its words stand. Nothing was changed. Make a new one that takes its place."),
            code="signed",
        )
    if (language := values.get("language", paper.language)) != paper.language:
        before, now = _usual(unit, str(paper.language)), _usual(unit, language)
        values |= {name: now[name] for name in now if values.get(name, getattr(paper, name)) == before[name]}
    return unit.revise(Consent, consent, **_known(values))


def drop_consent(unit: Unit, consent: Id) -> None:
    """Throw away a paper that was never signed. Raises ``Problem`` for one that was."""
    if unit.get(Consent, consent).signed_on is not None:
        raise Problem(_("She signed this. It is not thrown away: she can take it back."), code="signed")
    unit.remove(Consent, consent)


def renew_consent(unit: Unit, consent: Id) -> Id:
    """A new paper with the words of an old one, which takes its place once she signs."""
    old = unit.get(Consent, consent)
    again = set(SIGNED_FOR) - {"participant", "expires_on"}
    return unit.create(
        Consent, participant=old.participant, replaces=old.id, **{name: getattr(old, name) for name in again}
    )


def renewed(unit: Unit, consent: Id) -> list[Id]:
    """The paper, and those for the same one whose place it took, back to the first."""
    found, paper = [], unit.find(Consent, consent)
    recipient = fold(paper.recipient) if paper is not None else ""
    while paper is not None and paper.id not in found and fold(paper.recipient) == recipient:
        found.append(paper.id)
        paper = unit.find(Consent, paper.replaces) if paper.replaces else None
    return found


def missing(consent: Consent) -> dict[str, str]:
    """The elements of a valid consent that are not there yet: field -> sentence."""
    found = {name: _(sentence) for name, sentence in _NEEDED.items() if not getattr(consent, name).strip()}
    if consent.expires_on is None and not consent.expires_event.strip():
        found["expires_on"] = _("Say when it ends: a day, or what ends it.")
    return found


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """*values* of a form; kinds may come as a list. Raises ``Refused`` for a kind that there is not."""
    if not isinstance(kinds := values.get("kinds", ""), str):
        values["kinds"] = kinds = " ".join(kinds)
    if odd := [kind for kind in kinds.split() if kind not in set(Told)]:
        raise Refused({"kinds": _("There is no kind of information called {names}.").format(names=", ".join(odd))})
    return values


# Signing it


def sign_consent(
    unit: Unit,
    consent: Id,
    *,
    on: dt.date | None = None,
    strokes: str = "",
    paper_kept: str = "",
    seen_by: str = "",
    read_to_her: bool = False,
) -> None:
    """She signs: on the screen (*strokes*), or on paper that is kept somewhere and that *seen_by* saw her sign.

    Raises ``Refused`` where an element is missing, ``Problem`` where the recipient is never to be told.
    """
    paper, day = unit.get(Consent, consent), on or unit.today()
    if paper.signed_on is not None:
        raise Problem(_("This is signed already. Nothing was changed."), code="signed")
    found = missing(paper)
    if day > unit.today():
        found["signed_on"] = _("This day is still to come.")
    if paper.expires_on is not None and paper.expires_on < day:
        found["expires_on"] = _("This day is past: the paper would end before it begins.")
    if not strokes and not paper_kept.strip():
        found["paper_kept"] = _("She signs on the screen, or say where the signed paper is kept.")
    if strokes and not is_signature(strokes):
        found["strokes"] = _("This is too short to be a signature. Let her sign again.")
    if paper_kept.strip() and not strokes and not seen_by.strip():
        found["seen_by"] = _("Say who saw her sign the paper.")
    if found:
        raise Refused(found)
    if not strokes and (printed := printed_marks(unit, consent)) and paper.mark() not in printed:
        raise Problem(
            _(
                "The words here were changed after the paper was printed, so they are not what she signed. Nothing was "
                "changed. Put back the words that stand on her paper, or print it again and let her sign that one."
            ),
            code="printed",
        )
    refuse_withheld(unit, paper.participant, paper.recipient, paper.place)
    if paper.to_whom == ToWhom.SITE:
        _share(unit, paper.participant, WhatOfficeHas.WORDS)
    unit.revise(
        Consent, consent, signed_on=day, signed_mark=paper.mark(), strokes=strokes, paper_kept=paper_kept,
        seen_by=seen_by or name_here(unit), read_to_her=read_to_her,
    )  # fmt: skip
    if (old := unit.find(Consent, paper.replaces) if paper.replaces else None) is not None:
        unit.revise(Consent, old.id, superseded_on=unit.today())
        if old.to_whom == ToWhom.SITE and not _office_papers(unit, paper.participant):
            _share(unit, paper.participant, WhatOfficeHas.DATES)


def printed_marks(unit: Unit, consent: Id) -> set[str]:
    """What stands for the words of each whole paper that was printed to be signed."""
    rows = unit.connection.exec_driver_sql(
        "SELECT payload FROM entry WHERE record = ? AND payload IS NOT NULL", (consent,)
    )
    told = (change.read_values().get("mark") for change in map(from_payload, rows.scalars()) if not change.depth)
    return {str(mark) for mark in told if mark}


def name_here(unit: Unit) -> str:
    """Who is at the desk, as papers and accounts name a person."""
    person = unit.find(Person, unit.store.who.id)
    return person.full_name or person.name if person is not None else unit.store.who.name


# Ending it


def revoke_consent(unit: Unit, consent: Id, how: str = Revoked.SAID, on: dt.date | None = None) -> None:
    """She takes it back. Nothing more is printed or saved under it; where it is the office's, sharing ends too."""
    paper, day = unit.get(Consent, consent), on or unit.today()
    if paper.signed_on is None:
        raise Problem(_("She has not signed this, so there is nothing to take back."), code="draft")
    if paper.revoked_on is not None:
        raise Problem(_("She took this back before. Nothing was changed."), code="revoked")
    if found := _no_end_of_it(unit, paper, day):
        raise Refused({"revoked_on": found})
    unit.revise(Consent, consent, revoked_on=day, revoked_how=how)
    if paper.to_whom == ToWhom.SITE:
        _share(unit, paper.participant, WhatOfficeHas.DATES)


def note_ending_event(unit: Unit, consent: Id, on: dt.date | None = None) -> None:
    """What was to end it happened."""
    paper, day = unit.get(Consent, consent), on or unit.today()
    if not paper.expires_event:
        raise Problem(_("This paper ends on a day. Nothing was changed."), code="no-event")
    if found := _no_end_of_it(unit, paper, day):
        raise Refused({"event_on": found})
    unit.revise(Consent, consent, event_on=day)
    if paper.to_whom == ToWhom.SITE and not _office_papers(unit, paper.participant):
        _share(unit, paper.participant, WhatOfficeHas.DATES)


def _no_end_of_it(unit: Unit, paper: Consent, day: dt.date) -> str:
    """Why it cannot have ended on *day*: before she signed, it would never have held, and nothing be told under it."""
    if day > unit.today():
        return _("This day is still to come.")
    return _("This is before she signed.") if paper.signed_on and day < paper.signed_on else ""


def _office_papers(unit: Unit, woman: Id) -> list[Consent]:
    """Her papers for the office that are in force."""
    found = (one for one in consents_of(unit, woman) if one.status in IN_FORCE)
    return [one.consent for one in found if one.consent.to_whom == ToWhom.SITE]


def _share(unit: Unit, woman: Id, what: WhatOfficeHas) -> None:
    """What the office may have is one thing, whether it is said on her page or on this paper (``recalling.share``)."""
    episode = current_episode(unit, woman)
    if episode is not None:
        recalling.share(unit, episode.id, what)
    elif what == WhatOfficeHas.WORDS:
        raise Problem(_("She was not offered the program yet. Nothing was changed."), code="enrol")


def ended_for_office(unit: Unit) -> list[Id]:
    """The women whose last paper for the office has ended while their words still go there."""
    papers = unit.all(sa.select(Consent).where(Consent.to_whom == str(ToWhom.SITE), Consent.removed.is_(False)))
    today = unit.today()
    ended = {stands_for(unit, one.participant) for one in papers if one.status(today) == Status.EXPIRED}
    in_force = {stands_for(unit, one.participant) for one in papers if one.status(today) in IN_FORCE}
    found = []
    for woman in sorted(ended - in_force):
        episode = current_episode(unit, woman)
        if episode is not None and episode.office_has == WhatOfficeHas.WORDS:
            found.append(woman)
    return found


def end_for_office(unit: Unit) -> None:
    """Where a paper for the office has ended, no more words go there, as if she had said so."""
    for woman in ended_for_office(unit):
        _share(unit, woman, WhatOfficeHas.DATES)


# Asking


def consents_of(unit: Unit, woman: Id) -> list[Paper]:
    """All of hers, the newest first, each with what it is worth today."""
    today = unit.today()
    found = unit.all(
        sa.select(Consent)
        .where(Consent.participant.in_(ids_of(unit, woman)), Consent.removed.is_(False))
        .order_by(Consent.id.desc())
    )
    return [Paper(one, one.status(today)) for one in found]


def consent_named(unit: Unit, woman: Id, consent: Id) -> Paper:
    """That one of hers. Raises ``Problem`` where she has none of that id."""
    for one in consents_of(unit, woman):
        if one.consent.id == consent:
            return one
    raise Problem(_("She has no such consent. Nothing was changed."), code="no-consent")


@dataclass(frozen=True)
class Ending:
    """A consent that ends soon, or did, for a list of names: whose, and when. What it says stands on her page."""

    participant: Id
    short_name: str
    on: dt.date


def ending(unit: Unit, most: int, without: Collection[Id] = ()) -> tuple[list[Ending], int]:
    """Consents that end within 30 days, the soonest first: *most* of them, and how many there are.

    None of the women *without* is among them.
    """
    today = unit.today()
    select = joined(sa.select(Consent, Participant).select_from(Consent), Consent.participant).where(
        Consent.removed.is_(False), Participant.removed.is_(False), Participant.id.not_in(without),
        Consent.expires_on.between(today, today + dt.timedelta(days=SOON)),
    )  # fmt: skip
    found = [
        Ending(her.id, her.short_name, one.expires_on)
        for one, her in unit.rows(select.order_by(Consent.expires_on, Consent.id))
        if one.status(today) == Status.EXPIRING
    ]
    return found[:most], len(found)


def covering(
    unit: Unit, woman: Id, told: str, *, supporter: Id = Id(""), to_whom: str = "", name: str = ""
) -> list[Consent]:
    """Her consents in force that let *told*, a word of ``Told``, be told to whom it is for.

    That is a supporter of hers, an official (a word of ``ToWhom``), or somebody by name; where nobody is named, anybody
    outside. An empty *told* is for a scanned paper: what it shows only a person can read.
    """
    who = unit.find(Supporter, supporter) if supporter else None
    return [
        one.consent
        for one in consents_of(unit, woman)
        if one.status in IN_FORCE and _tells(one.consent, told) and _reaches(one.consent, who, to_whom, name)
    ]


def _tells(consent: Consent, told: str) -> bool:
    return not told or any(told in _INSIDE.get(kind, {kind}) for kind in consent.told())  # type: ignore[call-overload]


def _reaches(consent: Consent, supporter: Supporter | None, to_whom: str, name: str) -> bool:
    if supporter is not None:  # who stands there in her plan may be somebody else by now
        linked = consent.supporter == supporter.id and alike(consent.recipient, supporter.name)
        return linked or fold(consent.recipient) == fold(supporter.name)
    if to_whom:
        return consent.to_whom == to_whom
    return consent.to_whom != ToWhom.SITE and (not name or fold(consent.recipient) == fold(name))


def kinds_for(form: str) -> Collection[Told]:
    """What may be chosen on a paper of this form."""
    return (Told.COUNSELING,) if form == Form.COUNSELING else tuple(kind for kind in Told if kind != Told.COUNSELING)
