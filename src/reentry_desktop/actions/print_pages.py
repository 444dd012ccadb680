"""A plan as the values that prints are made of: in one language, with the details that belong on each layout."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..base.ids import Id
from ..base.problems import Problem
from ..base.words import _, in_language
from ..records.base import Record, fields
from ..records.pack import Section, load_pack
from ..records.people import Person, PlanTitle, Site
from ..records.plan import PlanSignature, PlanVersion, SignerRole, Supporter
from ..records.plan_item import ITEM_COLUMNS, PlanItem
from ..records.recovery import Domain, GoalState
from ..reports import Goal, Group, Item, PlanPage, Signed, Step, WalletCard
from ..store import Unit
from .fine_on_paper import is_crisis
from .plan_states import versions
from .plan_versions import at_version, differences, limits_of
from .plans import Contents, contents
from .recovery import goals

TRADE_NAME = "WRAP®"
_NOT_PRINTED = {"agreed", "agreed_to_copy"}
# What a wallet card has room for.
_HELPS, _CALLS = 4, 4
_LIFELINE = "988"  # stands on every card
# With pictures, and where a page must hold it all, there are few words: hers, and how to reach whom or what.
_BRIEF = {"person", "phone", "address", "on_day", "at_time", "cost"}
# What a line of a worksheet leaves room for, besides the words.
_TO_FILL_IN = (
    "phone", "address", "on_day", "when", "kept_where", "contact_allowed", "because", "helped_by", "how_often", "cost",
)  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """The words of a plan that are printed, and which version they are: 0 and ``newer`` until one was done for now.

    ``disclosed`` is what a copy for somebody outside says of itself; a copy for her own hands has none.
    """

    whole: Contents
    version: int
    newer: bool
    done_on: dt.date | None
    disclosed: tuple[str, ...] = ()


def standing(unit: Unit, plan_id: Id, version: int = 0) -> Standing:
    """The plan as it stands, or as that version of it was. Raises ``NotFound`` for a version there is not."""
    made = versions(unit, plan_id)
    if version:
        whole = at_version(unit, plan_id, version)
        chosen = next(one for one in made if one.number == version)
        return Standing(whole, version, newer=False, done_on=chosen.done_on)
    whole = contents(unit, plan_id)
    if not made:
        return Standing(whole, 0, newer=False, done_on=None)
    last = made[-1]
    return Standing(whole, last.number or 0, _written_since(unit, whole, last), last.done_on)


def _written_since(unit: Unit, whole: Contents, version: PlanVersion) -> bool:
    """Whether any word is another than in *version*. The fold is asked only where the log has later entries."""
    limits = limits_of(unit, version)
    rows = unit.connection.exec_driver_sql(
        "SELECT device, max(number) FROM entry WHERE participant = ? AND share = 'plan' GROUP BY device",
        (whole.plan.participant,),
    )
    if all(number <= limits.get(device, 0) for device, number in rows):
        return False
    return any(
        one.how != "changed" or one.before != one.after or {name for name, _old, _new in one.fields} - _NOT_PRINTED
        for one in differences(at_version(unit, whole.plan.id, version.number or 0), whole)
    )


def title(unit: Unit, whole: Contents, language: str) -> str:
    """What the plan is called here: the neutral title, or the trade name, whose notice closes the plan."""
    bundled = load_pack()
    if str(unit.get(Site, unit.store.site).plan_title) == PlanTitle.NEUTRAL:
        return bundled.title[language]
    return TRADE_NAME if whole.pack.id == bundled.id else whole.pack.title[language]


def plan_page(
    unit: Unit, stands: Standing, language: str, *, with_name: bool, brief: bool = False,
    only: tuple[Section, ...] = (),
) -> PlanPage:  # fmt: skip
    """Everything in the plan, or in the sections *only*; *brief* without labels and what one can do without."""
    whole, plan = stands.whole, stands.whole.plan
    wanted = {part.key for section in only for part in section.parts}
    answers = {part: answer for part, answer in whole.answers.items() if answer.words and (not only or part in wanted)}
    items = {part: group for part, group in whole.items.items() if not only or part in wanted}
    tools = {one.id: one.words for group in whole.items.values() for one in group}
    seats = not only or any(part.kind == "supporter" for section in only for part in section.parts)
    return PlanPage(
        title=title(unit, whole, language), language=language, office=unit.get(Site, unit.store.site).name,
        version=stands.version, newer=stands.newer, disclosed=stands.disclosed, print_number="",
        printed_on=unit.today(),
        started_on=plan.started_on, done_on=stands.done_on, written_with=_written_with(unit, stands),
        look_again_on=plan.look_again_on if stands.done_on == plan.done_on else None,
        name=whole.woman.name if with_name else "",
        answers={part: answer.words for part, answer in answers.items()},
        wordings={
            part: whole.wordings[answer.id, language]
            for part, answer in answers.items()
            if (answer.id, language) in whole.wordings
        },
        items={
            part: tuple(_item(whole, item, tools, language, brief=brief) for item in group)
            for part, group in items.items()
        },
        supporters=tuple(_supporter(whole, one, language) for one in whole.supporters) if seats else (),
        signed=_signed(unit, stands, language, with_name=with_name),
    )  # fmt: skip


def _written_with(unit: Unit, stands: Standing) -> str:
    """The worker with whom it was done for now, with her certification."""
    made = {version.number: version.confirmed_by for version in versions(unit, stands.whole.plan.id)}
    person = unit.find(Person, made.get(stands.version) or Id(""))
    return ", ".join(filter(None, (person.full_name or person.name, person.credential))) if person else ""


def _signed(unit: Unit, stands: Standing, language: str, *, with_name: bool) -> tuple[Signed, ...]:
    """The names under it: those set before there was a next version. Hers stands there only where it is asked for."""
    say = in_language(language).gettext
    found = []
    for one in _names_under(unit, stands):
        if one.signed_on is None:
            continue
        role = say(next((c.label for c in SignerRole if c == one.role), str(one.role)))
        if one.role == SignerRole.HERSELF:
            name = one.name if with_name else say("Person whose plan this is")
            found.append(Signed(name, one.signed_on))
        else:
            found.append(Signed(", ".join(filter(None, (one.name, role, one.phone))), one.signed_on))
    return tuple(found)


def _names_under(unit: Unit, stands: Standing) -> list[PlanSignature]:
    """The names of a version: those in it, and those set under it before there was a next one."""
    plan = stands.whole.plan.id
    after = next((v for v in versions(unit, plan) if stands.version and (v.number or 0) > stands.version), None)
    if after is None:
        return contents(unit, plan).signatures
    names, next_day = stands.whole.signatures, after.done_on or dt.date.max
    known = {name.id for name in names}
    later = at_version(unit, plan, after.number or 0).signatures
    return names + [n for n in later if n.id not in known and (n.signed_on or next_day) < next_day]


def _item(whole: Contents, item: PlanItem, tools: dict[Id, str], language: str, *, brief: bool) -> Item:
    columns = tuple(c for c in ITEM_COLUMNS.get(item.kind, ()) if not (c == "person" and not item.words))
    said = details(PlanItem, item, tuple(c for c in columns if not brief or c in _BRIEF), language)
    return Item(
        words=item.words or item.person, details=tuple(("", value) for _label, value in said) if brief else said,
        tool="" if brief else ", ".join(tools[tool] for tool in whole.uses.get(item.id, ())),
        wording=whole.wordings.get((item.id, language), ""),
    )  # fmt: skip


def _supporter(whole: Contents, one: Supporter, language: str) -> Item:
    said = details(Supporter, one, ("relation", "phone", "role"), language)
    return Item(words=one.name, details=said, wording=whole.wordings.get((one.id, language), ""))


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


# Layouts that take a part of it


def crisis_sections(whole: Contents) -> tuple[Section, ...]:
    """The sections for a crisis: those that seat supporters."""
    return tuple(s for s in whole.pack.sections if s.key == "crisis" or any(p.kind == "supporter" for p in s.parts))


def first_sections(whole: Contents) -> tuple[Section, ...]:
    """The page for the first 72 hours."""
    return tuple(section for section in whole.pack.pages if section.key == "first_72")


def habits(whole: Contents, language: str) -> list[tuple[str, Group]]:
    """Her daily maintenance: (heading, habits), the parts outside of a crisis."""
    return [
        (part.title.get(language, part.title["en"]), Group(part.key, part.kind, lines))
        for section in whole.pack.sections
        if not is_crisis(section)
        for part in section.parts
        if part.kind == "habit" and (lines := tuple(item.words for item in whole.items.get(part.key, ()) if item.words))
    ]


def wallet_card(unit: Unit, whole: Contents, language: str) -> WalletCard:
    """What helps most, and who stands by her: supporters who agreed, then whom she would call."""
    groups = list(whole.items.values())
    tools = [item for group in groups for item in group if item.kind == "tool"]
    tools.sort(key=lambda tool: -(tool.helpful or 0))
    steps = [item for part in ("down_steps", "early_steps") for item in whole.items.get(part, ())]
    helps = dict.fromkeys(item.words for item in (*tools, *steps) if item.words)
    people = [(one.name, one.phone) for one in whole.supporters if one.agreed]
    for section in whole.pack.sections:
        for part in section.parts:
            if part.kind == "contact" and part.key in _CALLED:
                people += [(i.person or i.words, i.phone) for i in whole.items.get(part.key, ())]
    calls = dict.fromkeys((name, phone) for name, phone in people if name and phone and phone.strip() != _LIFELINE)
    return WalletCard(
        language=language, print_number="", printed_on=unit.today(), helps=tuple(helps)[:_HELPS],
        calls=tuple(calls)[:_CALLS],
    )  # fmt: skip


_CALLED = ("down_call", "early_tell")


def goal_values(unit: Unit, woman: Id, language: str) -> list[Goal]:
    """Her goals by part of life, in the order the parts of life have, then in hers."""
    say = in_language(language).gettext
    order = {str(domain): place for place, domain in enumerate(Domain)}
    found = []
    for one in sorted(goals(unit, woman), key=lambda g: order.get(str(g.goal.domain), len(order))):
        goal, domain = one.goal, next((d for d in Domain if d == one.goal.domain), None)
        state = say(next((s.label for s in GoalState if s == goal.state), ""))
        steps = tuple(
            Step(
                words=step.words, owner=step.owner, until=step.due_on, done_on=step.done_on,
                tool=one.tools.get(step.tool, ""),
            )
            for step in one.steps
        )  # fmt: skip
        label = say(domain.label) if domain else str(goal.domain)
        found.append(Goal(key=str(goal.domain), domain=label, words=goal.words, state=state, steps=steps))
    return found


def blanks(language: str) -> dict[str, tuple[str, ...]]:
    """For each kind of entry, what a worksheet leaves room for besides the words: at most two."""
    say = in_language(language).gettext
    found = {
        kind: tuple(say(fields(PlanItem)[name].label) for name in _TO_FILL_IN if name in columns)[:2]
        for kind, columns in ITEM_COLUMNS.items()
    }
    return found | {"supporter": (say(fields(Supporter)["phone"].label),)}


def agreed_supporter(unit: Unit, plan_id: Id, supporter: Id) -> Supporter:
    """That supporter of the plan, as it stands now. Raises ``Problem`` for one who did not agree, or gets no copy."""
    one: Supporter | None = unit.first(sa.select(Supporter).where(Supporter.id == supporter, Supporter.plan == plan_id))
    if one is None or one.removed or not one.agreed or not one.agreed_to_copy:
        raise Problem(
            _(
                "This supporter has not agreed to help, or she does not want this person to have a copy. "
                "Nothing was printed. Ask both, and note it with the supporter."
            ),
            code="supporter",
        )
    return one
