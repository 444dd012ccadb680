"""Prints: asked of the store, made in memory, written in the log either way."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from .. import reports
from ..base.ids import Id
from ..base.problems import Problem
from ..base.words import _, in_language
from ..records.base import Record, fields
from ..records.people import Site
from ..records.plan import Supporter
from ..records.plan_item import ITEM_COLUMNS, PlanItem
from ..reports import Called, Item, PlanPage, Printed
from ..store import Unit
from .plans import Contents, contents
from .women import current_plan

SIZES = ("standard", "large", "extra-large")
LAYOUTS = ("full",)


@dataclass(frozen=True)
class Print:
    """A finished print and what the log will say of it."""

    pdf: Printed
    plan: Id
    participant: Id
    layout: str
    number: str

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


def record_print(unit: Unit, done: Print, *, how: str, copies: int = 1, printer: str = "", to: str = "") -> None:
    """Write the print into the log: which plan, layout, pages, copies, where it went. ``how``: printed or saved."""
    unit.tell(
        "plan", done.plan, done.participant, how=how, layout=done.layout, pages=done.pdf.pages, copies=copies,
        printer=printer, to=to, number=done.number, sha256=done.sha256,
    )  # fmt: skip


def plan_of(unit: Unit, woman: Id) -> Id:
    """Her plan's id. Raises ``Problem`` where none was started."""
    plan = current_plan(unit, woman)
    if plan is None:
        raise Problem(_("No plan was started with her yet. Nothing was printed."), code="no-plan")
    return plan.id


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
