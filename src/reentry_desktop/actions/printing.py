"""Prints: asked of the store, made in memory, written in the log either way."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .. import reports
from ..base.ids import Id
from ..base.problems import Problem
from ..base.words import N_, _, in_language
from ..records.base import Record, fields
from ..records.paper import CopyGiven, Layout
from ..records.people import Person, Site
from ..records.plan import Supporter
from ..records.plan_item import ITEM_COLUMNS, PlanItem
from ..reports import Called, Item, PlanPage, Printed
from ..store import Unit, vault
from .plans import Contents, contents
from .women import current_plan

SIZES = ("standard", "large", "extra-large")
LAYOUTS = tuple(str(layout) for layout in Layout)
FOR_WHOM = {
    "her": N_("For her"),
    "office": N_("For the office"),
    "supporter": N_("For a supporter, through her"),
    "official": N_("For a parole board, a warden or a court"),
    "other": N_("For somebody else"),
}


@dataclass(frozen=True)
class Print:
    """A finished print and what the log will say of it.

    ``version`` is the version whose words stand on it, 0 where words were written since. ``left_out`` are words that
    she marked for paper in her room and that do not go there all the same, each with the reason.
    """

    pdf: Printed
    plan: Id
    participant: Id
    layout: str
    number: str
    version: int = 0
    left_out: tuple[tuple[str, str], ...] = ()
    supporter: Id = Id("")

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.pdf.data).hexdigest()


def plan_print(
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
) -> Print:
    """The plan as PDF. Nothing is written: whoever prints or saves it calls ``record_print`` then.

    Raises ``Problem`` for letters that no bundled face has: they are named, never dropped.
    """
    if size not in SIZES or layout not in LAYOUTS:
        raise Problem(_("There is no such size or layout. Nothing was printed."), code="layout")
    whole = contents(unit, plan_id)
    page = _page(unit, whole, language or str(whole.plan.language), with_name=with_name)
    if odd := reports.unprintable(_all_words(page)):
        raise Problem(
            _(
                "These letters cannot be printed: {letters}. Her words are safe. Write them in another way, then print."
            ).format(letters=" ".join(odd[:20])),
            code="letters",
        )
    pdf = reports.plan_pdf(page, whole.pack, size=size, with_name=with_name)  # type: ignore[arg-type]
    return Print(pdf, plan_id, whole.plan.participant, layout, page.print_number)


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
    *signed_on* this raises ``Problem`` and nothing is written, so that nowhere stands that she declined.
    """
    if for_whom not in FOR_WHOM:
        raise Problem(_("Say whom this print is for. Nothing was printed."), code="for-whom")
    if for_whom == "official" and signed_on is None:
        raise Problem(
            _(
                "For a parole board, a warden or a court, her signature for this very print is needed. "
                "Nothing was printed. Her words are safe."
            ),
            code="signature",
        )
    unit.tell(
        "plan", done.plan, done.participant, how=how, layout=done.layout, version=done.version,
        pages=done.pdf.pages, copies=copies, printer=printer, to=to, for_whom=for_whom, number=done.number,
        sha256=done.sha256,
    )  # fmt: skip
    return unit.create(
        CopyGiven, participant=done.participant, print_number=done.number, layout=done.layout, version=done.version,
        copies=copies, pages=done.pdf.pages, for_whom=for_whom, signed_on=signed_on, printed_on=unit.today(),
    )  # fmt: skip


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
    "weak": N_("Weak: a computer finds it in a day. Add words."),
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


def _page(unit: Unit, whole: Contents, language: str, *, with_name: bool) -> PlanPage:
    plan = whole.plan
    today = unit.today()
    return PlanPage(
        title=whole.pack.title[language], language=language, office=unit.get(Site, unit.store.site).name,
        version=1 if plan.done_on else 0, print_number=_print_number(plan.id, today), printed_on=today,
        started_on=plan.started_on, done_on=plan.done_on, name=whole.woman.name if with_name else "",
        answers={part: answer.words for part, answer in whole.answers.items() if answer.words},
        items={part: tuple(_item(whole, item, language) for item in group) for part, group in whole.items.items()},
        supporters=tuple(_supporter(s, language) for s in whole.supporters),
    )  # fmt: skip


def _print_number(plan: Id, day: dt.date) -> str:
    return f"{plan[-4:].upper()}-{day:%y%m%d}"


def _item(whole: Contents, item: PlanItem, language: str) -> Item:
    tools = {t.id: t.words for group in whole.items.values() for t in group}
    linked = ", ".join(tools[tool] for tool in whole.uses.get(item.id, ()))
    words = item.words or item.person
    columns = tuple(c for c in ITEM_COLUMNS[item.kind] if not (c == "person" and not item.words))
    return Item(words=words, details=details(PlanItem, item, columns, language), tool=linked)


def _supporter(supporter: Supporter, language: str) -> Item:
    return Item(words=supporter.name, details=details(Supporter, supporter, ("relation", "phone", "role"), language))


def details(cls: type[Record], record: Any, columns: tuple[str, ...], language: str) -> tuple[tuple[str, str], ...]:
    """(label, value) of the columns that say something, the program's words in *language*, hers as she said them."""
    say = in_language(language).gettext
    found = []
    for name in columns:
        value, spec = getattr(record, name), fields(cls)[name]
        if value in ("", None, False):
            continue
        if spec.choices:
            value = say(next(c.label for c in spec.choices if c == value)) if value in set(spec.choices) else value
        elif isinstance(value, dt.date):
            from ..reports.parts import written_date

            value = written_date(value, language)
        found.append((say(spec.label), str(value)))
    return tuple(found)


def _all_words(page: PlanPage) -> list[str]:
    texts = [page.title, page.office, page.name, *page.answers.values()]
    for item in (*page.supporters, *(i for group in page.items.values() for i in group)):
        texts += [item.words, item.tool, *(value for _label, value in item.details)]
    return texts


def call_out_sheet(unit: Unit, rows: list[tuple[Id, str]], on: dt.date, language: str = "en") -> Printed:
    """Who is called to the re-entry office, for custody staff: name, number, unit, time. Never why."""
    from ..records.participant import Participant

    called = []
    for woman_id, time in rows:
        woman = unit.get(Participant, woman_id)
        name = " ".join(filter(None, (woman.first_name, woman.last_name, woman.suffix)))
        called.append(Called(name=name, number=woman.department_number, unit=woman.unit, time=time))
    office = in_language(language).gettext("Re-entry office")
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
