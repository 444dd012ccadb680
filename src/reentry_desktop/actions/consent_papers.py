"""Consents, letters and accounts as words and as paper: in her language, plain, large where she reads large print."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import msgspec
import sqlalchemy as sa

from .. import reports
from ..base.ids import Id, crockford
from ..base.problems import Problem
from ..base.strokes import is_signature
from ..base.words import N_, _, in_language
from ..records.base import choice_label
from ..records.consent import Consent, Form, Told
from ..records.disclosure import Disclosure, Ground, How
from ..records.participant import Participant, WhatOfficeHas
from ..records.people import Site
from ..records.transfer import Transfer, site_name
from ..reports import Item, Printed, Sheet, SizeName
from ..reports.parts import written_date
from ..store import Unit
from .consents import missing
from .disclosures import disclosures_of, told_under, years_before
from .notices import redisclosure
from .odd_letters import texts
from .registrations import ids_of, stands_for
from .requests import secret_records
from .withholding import matches
from .women import current_episode

TITLES: dict[str, str] = {
    Form.ORDINARY: N_("My consent"),
    Form.COUNSELING: N_("My consent for counseling notes"),
    Form.LEGAL: N_("My consent for a court or a hearing"),
}
_ALONE: dict[str, str] = {
    Form.COUNSELING: N_("This paper is about notes of counseling talks alone. Nothing else is told because of it."),
    Form.LEGAL: N_("This paper is about a court or a hearing alone. Nothing else is told because of it."),
}


@dataclass(frozen=True)
class SheetPrint:
    """A finished paper and its print number, not yet in the log."""

    pdf: Printed
    number: str
    kind: str
    record: Id
    participant: Id
    mark: str = ""
    """Of a whole consent that is not signed yet: stands for the words that she will sign on this paper."""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.pdf.data).hexdigest()


# A consent


def lead(consent: Consent, name: str) -> str:
    """The first sentence of the paper, as she says it."""
    say = in_language(consent.language).gettext
    if name:
        return say(_LEAD).format(name=name)
    return say(N_("I say with this paper what may be told about me, and to whom."))


_LEAD = N_("I am {name}. With this paper I say what may be told about me, and to whom.")
_MINE = {
    Told.PART: N_("That I take part in the program"),
    Told.DATES: N_("My dates: hearing, release, enrollment"),
    Told.PLAN: N_("My whole plan"),
    Told.CRISIS: N_("The crisis parts of my plan"),
    Told.FIRST_72: N_("My first 72 hours"),
    Told.GOALS: N_("My recovery support plan"),
    Told.NEEDS: N_("What I want help with"),
    Told.HEALTH: N_("My health and my medicine"),
}
"""Kinds as she names them on her own paper; the others are named alike by everybody."""


def elements(consent: Consent) -> list[tuple[str, str]]:
    """What stands on the paper, as (heading, words) in its language: what is read to her, shown and printed."""
    say = in_language(consent.language).gettext
    until = [written_date(consent.expires_on, str(consent.language))] if consent.expires_on else []
    until += [consent.expires_event] if consent.expires_event else []
    kinds = [say(_MINE.get(kind, kind.label)) for kind in Told if kind in consent.told()]
    return [
        (say(N_("Who may tell it")), consent.discloser),
        (say(N_("What may be told")), "\n".join([*kinds, consent.what]).strip()),
        (say(N_("Who may be told")), "\n".join(filter(None, (consent.recipient, consent.place)))),
        (say(N_("What it is for")), consent.purpose),
        (say(N_("It is good until")), "\n".join(until)),
        (say(N_("How I can take it back")), consent.revoke_how),
        (say(N_("If I say no")), consent.refusing),
    ]


def consent_print(unit: Unit, consent: Id, *, size: SizeName = "") -> SheetPrint:  # type: ignore[assignment]
    """The paper to sign, or as it was signed. Large where she reads large print. Nothing is in the log yet."""
    paper = unit.get(Consent, consent)
    her = unit.get(Participant, stands_for(unit, paper.participant))
    say, language = in_language(paper.language).gettext, str(paper.language)
    name = _full_name(her)
    alone = say(_ALONE[paper.form]) if paper.form in _ALONE else ""
    sheet = Sheet(
        language=language, print_number="", printed_on=unit.today(),
        title=say(TITLES.get(paper.form, TITLES[Form.ORDINARY])),
        before=tuple(filter(None, (lead(paper, name), alone))),
        facts=tuple(elements(paper)),
        after=(say(N_("I heard or read all of this. I sign because I want to.")),),
        strokes=paper.strokes if is_signature(paper.strokes) else "",
        signed=tuple(_signed(paper, name)) if paper.signed else (),
        signs=() if paper.signed else (say(N_("My signature")), say(N_("Who saw me sign"))),
    )  # fmt: skip
    made = _made(unit, [sheet], size or _size_for(her), "consent", consent, paper.participant)
    whole = paper.signed_on is None and not missing(paper)
    return replace(made, mark=paper.mark()) if whole else made


def _signed(paper: Consent, name: str) -> list[str]:
    say, language = in_language(paper.language).gettext, str(paper.language)
    assert paper.signed_on is not None
    day = written_date(paper.signed_on, language)
    said = [say(N_("Signed by {name} on {day}.")).format(name=name, day=day)]
    if paper.paper_kept:
        said.append(say(N_("The signed paper is kept here: {place}.")).format(place=paper.paper_kept))
    if paper.seen_by:
        said.append(say(N_("Seen by {name}.")).format(name=paper.seen_by))
    if paper.revoked_on:
        said.append(say(N_("Taken back on {day}.")).format(day=written_date(paper.revoked_on, language)))
    return said


def _full_name(her: Participant) -> str:
    return " ".join(filter(None, (her.first_name, her.middle_name, her.last_name, her.suffix)))


def _size_for(her: Participant) -> SizeName:
    return "extra-large" if her.large_print else "large"


# The notice that goes with what is told, on a sheet of its own


def notice_print(unit: Unit, paper: Id, woman: Id, consent: Consent | None, language: str) -> SheetPrint:
    """The notice of 42 CFR 2.32 as a sheet that lies before a scanned *paper*."""
    sheet = Sheet(
        language=language, print_number="", printed_on=unit.today(),
        title=in_language(language).gettext(N_("About this copy")), before=redisclosure(consent, language),
    )  # fmt: skip
    return _made(unit, [sheet], "standard", "notice", paper, woman)


# Letters that ask for it back


def letters_print(unit: Unit, consent: Id, language: str = "en") -> SheetPrint:
    """A letter to each one who was told something under a consent that was taken back, and has not given it back.

    Raises ``Problem`` where it was not taken back, or there is nobody to write to.
    """
    paper = unit.get(Consent, consent)
    if paper.revoked_on is None:
        raise Problem(_("She has not taken this back. Nothing was printed."), code="not-revoked")
    by_whom: dict[str, list[Disclosure]] = {}
    for one in reversed(to_ask_back(unit, paper)):
        by_whom.setdefault(one.recipient, []).append(one)
    if not by_whom:
        if out := [one.recipient for one in told_under(unit, paper.id) if one.back_on is None]:
            words = _(
                "{names} still has something of hers, and she said that this person must never be told anything. "
                "A letter would name her, so none was made. Ask her what she wants done."
            )
            raise Problem(words.format(names=", ".join(dict.fromkeys(out))), code="withheld")
        raise Problem(_("Nobody has anything to give back, so there is no letter to write."), code="nobody")
    sheets = [_letter(unit, paper, told, language) for told in by_whom.values()]
    return _made(unit, sheets, "standard", "letters", consent, paper.participant)


def to_ask_back(unit: Unit, paper: Consent) -> list[Disclosure]:
    """What was told under a consent and is still out.

    Not with somebody whom she wants never to be told anything: a letter names her, so none goes there.
    """
    return [
        one
        for one in told_under(unit, paper.id)
        if one.back_on is None
        and not any(match.sure for match in matches(unit, paper.participant, one.recipient, one.place))
    ]


_GIVEN = N_("You were given something about {name} with her consent. She took that consent back on {day}.")


def _letter(unit: Unit, paper: Consent, told: Sequence[Disclosure], language: str) -> Sheet:
    say, site = in_language(language).gettext, unit.get(Site, unit.store.site)
    name = _full_name(unit.get(Participant, stands_for(unit, paper.participant)))
    assert paper.revoked_on is not None
    day = written_date(paper.revoked_on, language)
    known = (*(one.place for one in told), paper.place if told[0].recipient == paper.recipient else "")
    place = next(filter(None, known), "")
    return Sheet(
        language=language, print_number="", printed_on=unit.today(), title=say(N_("Please give it back")),
        facts=(
            (say(N_("To")), told[0].recipient),
            *(((say(N_("Phone or address")), place),) if place else ()),
            (say(N_("From")), say(N_("The Re-entry office of {site}")).format(site=site.name)),
            (say(N_("Date")), written_date(unit.today(), language)),
            (say(N_("About")), name),
        ),
        before=(
            say(_GIVEN).format(name=name, day=day),
            say(N_("From that day on it may not be used or passed on because of her consent.")),
        ),
        rows=tuple(Item(words=_told_line(one, language, say)) for one in told),
        after=(
            say(N_("Please send all of it back to the Re-entry office, or destroy it, with every copy that was made.")),
            say(N_("Then sign here and return this page. What you did before that day stays as it is.")),
            *redisclosure(None, language),
        ),
        signs=(say(N_("Given back or destroyed by")),),
    )  # fmt: skip


def _told_line(one: Disclosure, language: str, say: Callable[[str], str]) -> str:
    day = written_date(one.told_on, language) if one.told_on else ""
    number = say(N_("Print {number}")).format(number=one.print_number) if one.print_number else ""
    return ", ".join(filter(None, (day, one.what, number)))


# The account, for her


def account_print(
    unit: Unit,
    woman: Id,
    *,
    years: int = 6,
    language: str = "",
    size: SizeName = "",  # type: ignore[assignment]
) -> SheetPrint:
    """What was told about her, for her: when, by whom, what, to whom, what for, on what ground. It has no notice."""
    her = unit.get(Participant, stands_for(unit, woman))
    language = language or str(her.language)
    say = in_language(language).gettext
    since = written_date(years_before(unit.today(), years), language)
    apart = secret_records(unit, her.id)
    found = [one for one in disclosures_of(unit, her.id, years) if one.id not in apart]
    words = say(N_("What was told about me since {day}, and to whom. I may ask for this paper at any time."))
    nothing = (say(N_("Nothing was told to anybody outside in this time.")),) if not found else ()
    sheet = Sheet(
        language=language, print_number="", printed_on=unit.today(), title=say(N_("Who was told about me")),
        before=(words.format(day=since), *nothing),
        facts=((say(N_("Name")), _full_name(her)),),
        rows=tuple(_row(unit, one, language, say) for one in found),
        after=(
            say(N_("Where a court has ordered that something stays secret, it is not on this paper.")),
            say(_office(unit, her.id)), *_moved(unit, her.id, language),
        ),
    )  # fmt: skip
    return _made(unit, [sheet], size or _size_for(her), "account", her.id, her.id)


def _row(unit: Unit, one: Disclosure, language: str, say: Callable[[str], str]) -> Item:
    details = (
        (say(N_("To")), ", ".join(filter(None, (one.recipient, one.place)))),
        (say(N_("By")), one.told_by),
        (say(N_("What for")), one.purpose),
        (say(N_("How")), say(next((how.label for how in How if how == one.how), one.how))),
        (say(N_("What allowed it")), ground_words(unit, one, language)),
        (say(N_("Why")), one.why),
        (say(N_("Print number")), one.print_number),
    )
    day = written_date(one.told_on, language) if one.told_on else ""
    return Item(words=f"{day}: {one.what}", details=tuple(pair for pair in details if pair[1]))


def ground_words(unit: Unit, one: Disclosure, language: str) -> str:
    """On what it was told, in words: her consent with its day, or the other ground."""
    say = in_language(language).gettext
    paper = unit.find(Consent, one.consent) if one.consent else None
    if one.ground == Ground.CONSENT and paper is not None and paper.signed_on is not None:
        return say(N_("Her consent of {day}")).format(day=written_date(paper.signed_on, language))
    return say(next((ground.label for ground in Ground if ground == one.ground), one.ground))


def _office(unit: Unit, woman: Id) -> str:
    """What the program's own office has of her: it is no one outside, and she is told all the same."""
    episode = current_episode(unit, woman)
    if episode is None or episode.agreed_on is None:
        return N_("The office of the program has nothing about me.")
    if episode.office_has == WhatOfficeHas.WORDS:
        return N_("The office of the program has my name, my dates and my words, because I said so.")
    return N_("The office of the program has my name and my dates. It does not get my words.")


def _moved(unit: Unit, woman: Id, language: str) -> list[str]:
    """Each facility of the program that her record went to."""
    words = in_language(language).gettext(N_("My record was released to {site} on {day}, because I moved there."))
    gone = (Transfer.released_on.is_not(None), Transfer.called_off_on.is_(None), Transfer.removed.is_(False))
    mine = sa.select(Transfer).where(Transfer.participant.in_(ids_of(unit, woman)), *gone)
    return [
        words.format(site=site_name(unit.connection, one.to_site), day=written_date(one.released_on, language))
        for one in unit.all(mine.order_by(Transfer.released_on, Transfer.id))
        if one.released_on is not None
    ]


# Making and noting


def _made(unit: Unit, sheets: list[Sheet], size: SizeName, kind: str, record: Id, woman: Id) -> SheetPrint:
    if odd := reports.unprintable(texts(msgspec.to_builtins(sheets))):
        raise Problem(
            _("These letters cannot be printed: {letters}. Write them in another way, then print.").format(
                letters=" ".join(odd[:20])
            ),
            code="letters",
        )
    said = msgspec.json.encode([kind, record, size, sheets, unit.today()], order="deterministic")
    text = crockford(int.from_bytes(hashlib.sha256(said).digest()[:5], "big"), 8)
    number = f"{text[:4]}-{text[4:]}"
    pdf = reports.sheets_pdf([msgspec.structs.replace(sheet, print_number=number) for sheet in sheets], size=size)
    return SheetPrint(pdf, number, kind, record, woman)


def note_sheet(unit: Unit, made: SheetPrint, *, how: str, printer: str = "") -> None:
    """Write a paper into the log: printed or saved. Of letters, that each receiver was asked."""
    kind = "participant" if made.kind == "account" else "consent"
    unit.tell(
        kind, made.record, made.participant, how=how, layout=made.kind, pages=made.pdf.pages, printer=printer,
        number=made.number, sha256=made.sha256, mark=made.mark,
    )  # fmt: skip
    if made.kind == "letters":
        for one in to_ask_back(unit, unit.get(Consent, made.record)):
            if one.letter_on is None:
                unit.revise(Disclosure, one.id, letter_on=unit.today())


def names_of(kinds: Sequence[str]) -> str:
    """Kinds of information in the language of the screen."""
    return ", ".join(choice_label(Told, kind) for kind in kinds)
