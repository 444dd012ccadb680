"""Prints: asked of the store, made in memory, written in the log either way."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from .. import reports
from ..base.ids import Id, crockford
from ..base.problems import Problem
from ..base.words import N_, _
from ..records.access import part_of_hers
from ..records.base import choice_label
from ..records.consent import Consent, ToWhom
from ..records.disclosure import How
from ..records.pack import load_pack
from ..records.paper import CopyGiven, Layout
from ..records.people import Person, Site
from ..records.plan import Supporter
from ..reports import Called, Printed
from ..store import Unit, vault
from .consents import consent_named
from .disclosures import HERS, TOLD_BY, Allowed, check_allowed, disclose_print, goes_outside
from .layouts import MAKERS, Wish
from .notices import redisclosure
from .odd_letters import odd_in_pack, texts
from .print_pages import agreed_supporter, standing
from .withholding import refuse_withheld
from .women import current_plan

SIZES = ("standard", "large", "extra-large")
LAYOUTS = tuple(str(layout) for layout in Layout if layout != Layout.HER_RECORD)
"""How a plan is printed. Her whole record is no layout of a plan (``her_copy.py``)."""
FOR_WHOM = {
    "her": N_("For her"),
    "office": N_("For the office"),
    "supporter": N_("For a supporter, through her"),
    "official": N_("For a parole board, a warden or a court"),
    "other": N_("For somebody else"),
}
OFFICIALS = (ToWhom.PAROLE_BOARD, ToWhom.WARDEN, ToWhom.COURT)


@dataclass(frozen=True)
class Print:
    """A finished print and what the log will say of it.

    ``version`` is the version whose words stand on it, 0 where words were written since. Of what she keeps in her room,
    ``lines`` are the lines on it, each with its record, and ``left_out`` those that she marked and that do not go there
    all the same, each with the reason. ``allowed`` is on what it may be given to somebody outside; it then says so, as
    no copy of her own does.
    """

    pdf: Printed
    plan: Id
    participant: Id
    layout: str
    number: str
    version: int = 0
    left_out: tuple[tuple[str, str], ...] = ()
    lines: tuple[tuple[Id, str], ...] = ()
    supporter: Id = Id("")
    allowed: Allowed = HERS

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.pdf.data).hexdigest()


OF_A_PART = frozenset({Layout.WORKSHEET, Layout.CHECK_IN})
"""What somebody may print who sees a part of her record: nobody takes these for all of her plan."""


def plan_print(  # noqa: PLR0913  (each is a choice of whoever prints)
    unit: Unit,
    plan_id: Id,
    *,
    layout: str = "full",
    size: str = "standard",
    language: str = "",
    with_name: bool = False,
    supporter: Id = Id(""),
    version: int = 0,
    pictures: bool = False,
    days: int = 7,
    sections: Sequence[str] = (),
    allowed: Allowed = HERS,
) -> Print:
    """The plan as PDF in one of the layouts of ``records.paper.Layout``. Nothing is written in the log yet.

    *version* prints an earlier wording. *supporter* is whom the supporter's copy is for, *days* (7 or 31) what a
    check-in sheet is for, *sections* the keys of the sections of a worksheet, all where none is named. Her name stands
    on none of them unless asked for, and never on what she keeps with her or on a wallet card. Where *allowed* is given
    it is for somebody outside, and says so (42 CFR 2.32).

    Raises ``Problem`` for letters that no bundled face has (they are named, never dropped), for a supporter who did not
    agree to a copy, where nothing is written that the layout could show, and for whoever sees a part of her record: she
    would take the print for all of it.
    """
    if size not in SIZES or layout not in LAYOUTS or (layout == Layout.CHECK_IN and days not in (7, 31)):
        raise Problem(_("There is no such size or layout. Nothing was printed."), code="layout")
    if layout not in OF_A_PART and part_of_hers(unit.store.who):
        raise Problem(
            _(
                "Your role shows you a part of her record, and a print would leave out the rest. Nothing was printed. "
                "Ask somebody who sees all of it."
            ),
            code="part",
        )
    stands = standing(unit, plan_id, version)
    if allowed and layout in TOLD_BY:
        woman = stands.whole.plan.participant
        paper = consent_named(unit, woman, allowed.consent).consent if allowed.consent else None
        stands = replace(stands, disclosed=redisclosure(paper, language or str(stands.whole.plan.language)))
    wish = Wish(
        layout, size, language or str(stands.whole.plan.language), with_name, pictures, supporter, days,  # type: ignore[arg-type]
        tuple(sections),
    )  # fmt: skip
    made = MAKERS[layout](unit, stands, wish)
    if stands.whole.pack.id != load_pack().id and (odd := odd_in_pack(stands.whole.pack)):
        raise Problem(
            _(
                "These letters of the template pack cannot be printed: {letters}. Her words are safe. "
                "Ask whoever made the pack for one without them."
            ).format(letters=" ".join(odd[:20])),
            code="letters",
        )
    check_letters(made.values)
    number = print_number([plan_id, wish, unit.today(), made.values])
    shown = 0 if stands.newer else stands.version
    woman = stands.whole.plan.participant
    return Print(made.draw(number), plan_id, woman, layout, number, shown, made.left_out, made.lines, supporter,
                 allowed)  # fmt: skip


def check_letters(values: Any) -> None:
    """Raise ``Problem`` where the values of a print have letters that no bundled face has: they are named."""
    if odd := reports.unprintable(texts(msgspec.to_builtins(values))):
        raise Problem(
            _(
                "These letters cannot be printed: {letters}. Her words are safe. Write them in another way, then print."
            ).format(letters=" ".join(odd[:20])),
            code="letters",
        )


def print_number(said: list[Any]) -> str:
    """The number on each page of a print, as ``K7Q2-M9XD``: 40 bits of a hash over plan, day, layout and words.

    It is derived, so that a preview and its print are the same bytes; two prints share it only where every letter on
    them is the same, on the same day, and then it does not matter which of them is found. It tells nobody the day or
    the plan, because a page that she keeps with her must not.
    """
    whole = msgspec.json.encode(said, order="deterministic")
    text = crockford(int.from_bytes(hashlib.sha256(whole).digest()[:5], "big"), 8)
    return f"{text[:4]}-{text[4:]}"


def record_print(
    unit: Unit,
    done: Print,
    *,
    how: str,
    copies: int = 1,
    printer: str = "",
    to: str = "",
    for_whom: str = "her",
    signed_on: dt.date | None = None,
) -> Id:
    """Write the print into the log, and the copy that begins with it; the copy's id. ``how``: printed or saved.

    ``for_whom`` is a key of ``FOR_WHOM``. For an official she must have signed for this very print: without
    *signed_on* this raises ``Problem`` and nothing is written, so that nowhere stands that she declined. For anybody
    outside a consent of hers must cover it now, or there is another ground (``done.allowed``); it then stands in the
    account of what was told. Raises ``Problem`` where none does.
    """
    paper = check_may_go(unit, done, for_whom, to, signed_on)
    outside = goes_outside(done.layout, for_whom)
    recipient = _receiver(unit, done, paper, to) if outside else ""
    to_whom = to if for_whom == "official" else recipient if for_whom == "other" else ""
    unit.tell(
        "plan", done.plan, done.participant, how=how, layout=done.layout, version=done.version,
        pages=done.pdf.pages, copies=copies, printer=printer, to=to, for_whom=for_whom, number=done.number,
        supporter=done.supporter, sha256=done.sha256,
    )  # fmt: skip
    copy = unit.create(
        CopyGiven, participant=done.participant, print_number=done.number, layout=done.layout, version=done.version,
        copies=copies, pages=done.pdf.pages, for_whom=for_whom, to_whom=to_whom,
        supporter=done.supporter, signed_on=signed_on, printed_on=unit.today(),
    )  # fmt: skip
    if outside:
        disclose_print(
            unit, done.participant, done.allowed, paper, recipient=recipient, copy=copy,
            what=choice_label(Layout, done.layout), print_number=done.number,
            how=str(How.SAVED if how == "saved" else How.PRINTED),
        )  # fmt: skip
    return copy


def check_may_go(
    unit: Unit, done: Print, for_whom: str, to: str = "", signed_on: dt.date | None = None
) -> Consent | None:
    """The consent under which a print goes out now; None for another ground, or her own copy. Raises ``Problem``.

    To be asked before there is paper: what was agreed to may have been taken back since the pages were made.
    """
    check_for_whom(for_whom, signed_on, unit.today())
    if done.layout == Layout.SUPPORTER:
        agreed_supporter(unit, done.plan, done.supporter)
    if goes_outside(done.layout, for_whom):
        paper = _may_go(unit, done, for_whom, to)
        _refuse_withheld(unit, done, paper, to)
        return paper
    if done.allowed:
        raise Problem(
            _("These pages say that they are for somebody outside. Nothing was printed. Make them anew for her."),
            code="for-whom",
        )
    return None


def _may_go(unit: Unit, done: Print, for_whom: str, to: str) -> Consent | None:
    """The consent that lets this print go outside now; None for another ground. Raises ``Problem``."""
    if done.layout not in TOLD_BY:
        raise Problem(
            _("This print is for her own hands. Nothing was printed. Choose another one for somebody else."),
            code="layout",
        )
    told = TOLD_BY[done.layout]
    if done.layout == Layout.SUPPORTER:
        return check_allowed(unit, done.participant, told, done.allowed, supporter=done.supporter)
    if for_whom != "official":
        return check_allowed(unit, done.participant, told, done.allowed, name=done.allowed.recipient)
    paper = unit.find(Consent, done.allowed.consent) if done.allowed.consent else None
    kind = to if to in OFFICIALS else str(paper.to_whom) if paper is not None else ""
    return check_allowed(unit, done.participant, told, done.allowed, to_whom=kind if kind in OFFICIALS else "-")


def _refuse_withheld(unit: Unit, done: Print, paper: Consent | None, to: str) -> None:
    """Raise ``Problem`` where who gets it is on her list: by the name on the consent or in her plan, or by a number."""
    refuse_withheld(unit, done.participant, _receiver(unit, done, paper, to), paper.place if paper is not None else "")
    for supporter in {done.supporter, paper.supporter if paper is not None else Id("")} - {Id("")}:
        if (who := unit.find(Supporter, supporter)) is not None:
            refuse_withheld(unit, done.participant, who.name, who.phone)


def _receiver(unit: Unit, done: Print, paper: Consent | None, to: str) -> str:
    """Who gets it, by name. Raises ``Problem`` where nobody said."""
    if paper is not None:
        return paper.recipient
    who = unit.find(Supporter, done.supporter) if done.supporter else None
    found = who.name if who is not None else done.allowed.recipient.strip()
    if not found and to in OFFICIALS:
        found = choice_label(ToWhom, to)
    if not found:
        raise Problem(_("Say who gets it. Nothing was printed."), code="for-whom")
    return found


def check_for_whom(for_whom: str, signed_on: dt.date | None, today: dt.date) -> None:
    """Before anything is printed: raise ``Problem`` where an official is to have it and she did not sign for it."""
    if for_whom not in FOR_WHOM:
        raise Problem(_("Say whom this print is for. Nothing was printed."), code="for-whom")
    if for_whom == "official" and (signed_on is None or signed_on > today):
        raise Problem(
            _(
                "For a parole board, a warden or a court, her signature for this very print is needed. "
                "Nothing was printed. Her words are safe."
            ),
            code="signature",
        )


def plan_of(unit: Unit, woman: Id) -> Id:
    """Her plan's id. Raises ``Problem`` where none was started."""
    plan = current_plan(unit, woman)
    if plan is None:
        raise Problem(_("No plan was started with her yet. Nothing was printed."), code="no-plan")
    return plan.id


def may_save_open(unit: Unit) -> bool:
    """Whether whoever is at the desk may save a print without a passphrase."""
    person = unit.find(Person, unit.store.who.id)
    return person is not None and person.saves_open


def protected(pdf: bytes, passphrase: str) -> bytes:
    """*pdf*, opened with *passphrase* alone. Raises ``Problem`` for one that is too short or easily guessed."""
    vault.check_passphrase(passphrase)
    return reports.protect(pdf, passphrase)


STRENGTHS = {
    "weak": N_("Weak: it can be guessed. Add words."),
    "fair": N_("Fair: it holds against most. One more word makes it strong."),
    "strong": N_("Strong."),
}


def passphrase_strength(passphrase: str) -> str:
    """How hard *passphrase* is to find: a key of ``STRENGTHS``. It is an estimate, on the low side.

    A word counts as one of a list that the finder has, whatever its length; so do digits in a row.
    """
    known: set[str] = set()
    bits = 0.0
    for run in re.findall(r"[^\W\d_]+|\d+|[\W_]", passphrase.casefold()):
        if run in known or run == " ":
            bits += run != " "
        elif run.isdigit():
            bits += 4 if run in "0123456789" or run in "9876543210" or len(set(run)) == 1 else 3.3 * min(len(run), 8)
        elif run.isalpha():
            bits += min(4.7 * len(run), 13 + 2 * max(0, len(run) - 9))
        else:
            bits += 4
        known.add(run)
    if len(passphrase) < vault.SHORTEST or bits < 36:
        return "weak"
    return "fair" if bits < 50 else "strong"


def call_out_sheet(unit: Unit, rows: list[tuple[Id, str]], on: dt.date, language: str = "en") -> Printed:
    """Who is called to the re-entry office, for custody staff: name, number, unit, time. Never why."""
    from ..records.participant import Participant

    called = []
    for woman_id, time in rows:
        woman = unit.get(Participant, woman_id)
        name = " ".join(filter(None, (woman.first_name, woman.last_name, woman.suffix)))
        called.append(Called(name=name, number=woman.department_number, unit=woman.unit, time=time))
    office = unit.get(Site, unit.store.site).name
    day = unit.today()
    number = f"C-{on:%y%m%d}"
    return reports.call_out_sheet(called, on=on, office=office, language=language, print_number=number, printed_on=day)


def record_call_out(unit: Unit, pdf: Printed, women: list[Id], *, how: str, printer: str = "") -> None:
    """Write a call-out sheet into the log."""
    sha256 = hashlib.sha256(pdf.data).hexdigest()
    for woman in women:
        unit.tell(
            "participant", woman, woman, how=how, layout="call-out", pages=pdf.pages, printer=printer, sha256=sha256
        )
