"""Her words in the plan: shown whole, written, found, taken back, brought back as they were."""

from __future__ import annotations

import argparse
from typing import Any

from ..actions import plan_states, plan_versions, plans, record_files, taking_back
from ..actions.packs import has_pack
from ..base.ids import Id, named_id
from ..base.problems import NotFound, Problem
from ..base.words import _, in_language, ngettext
from ..records.base import Record, fields
from ..records.pack import Part, Section
from ..records.plan import Plan, PlanAnswer, Supporter
from ..records.plan_item import ITEM_COLUMNS, PlanItem
from ..store import Unit
from .answers import Answer, as_values, opened, read_words, typed_fields, typed_id
from .plans import her_plan, looked_at

OF_SUPPORTER = tuple(n for n in fields(Supporter) if n not in ("participant", "plan", "position", "name", "removed"))


# Showing


def show(args: argparse.Namespace) -> Answer:
    """The whole plan, as it stands or as it was."""
    with opened(args) as store, store.work("open_page") as unit:
        hers = looked_at(unit, args)
        plan = unit.get(Plan, hers.plan)
        if args.on:
            whole = plan_versions.on_day(unit, hers.plan, args.on)
        else:
            whole = plan_versions.at_version(unit, hers.plan, args.version)
        data: dict[str, Any] = {
            **hers.data(), "state": plan_states.state(unit, plan),
            "language": plan.language, "version": args.version, "on": args.on, "pack": plan.pack,
            "pack_here": has_pack(unit, plan.pack), "missing": whole.missing(),
        }  # fmt: skip
        here = _Shown(whole, args.language or hers.language)
        data["sections"] = [here.section(section) for section in whole.pack.sections]
        data["pages"] = [here.section(section) for section in whole.pack.pages]
        data["astray"] = [here.part(part, None) for part in whole.astray()]
        data["signatures"] = [as_values(one) for one in plan_states.signatures(unit, hers.plan)]
    for section in (*data["sections"], *data["pages"], {"title": "", "parts": data["astray"]}):
        for line in here.lines(section):
            args.say(line)
    return Answer(data)


class _Shown:
    """A whole plan as plain values, and as lines of text, with the program's words in one language."""

    def __init__(self, whole: plans.Contents, language: str) -> None:
        self.whole, self.language = whole, language
        self.say = in_language(language).gettext
        self.tools = {item.id: item.words for group in whole.items.values() for item in group}

    def section(self, section: Section) -> dict[str, Any]:
        parts = [self.part(part.key, part) for part in section.parts]
        return {"key": section.key, "title": section.title[self.language], "parts": parts}

    def part(self, key: str, part: Part | None) -> dict[str, Any]:
        whole = self.whole
        answer = whole.answers.get(key)
        people = whole.supporters if part is not None and part.kind == "supporter" else []
        return {
            "part": key,
            "kind": part.kind if part else "",
            "title": part.title[self.language] if part else key,
            "required": part is not None and part.required,
            "answer": self.words(answer, ("words", "how_written", "in_my_room")) if answer and answer.words else None,
            "entries": [self.entry(item) for item in whole.items.get(key, ())],
            "supporters": [self.words(one, ("name", *OF_SUPPORTER)) for one in people],
        }

    def entry(self, item: PlanItem) -> dict[str, Any]:
        names = ("words", "how_written", *ITEM_COLUMNS.get(item.kind, ()), "in_my_room")
        return self.words(item, names) | {
            "kind": item.kind,
            "tools": self.whole.uses.get(item.id, []),
            "used_in": self.whole.used_in.get(item.id, []),
        }

    def words(self, record: Record, names: tuple[str, ...]) -> dict[str, Any]:
        wordings = self.whole.wordings.items()
        other = {language: words for (of, language), words in wordings if of == record.id and words}
        return {"id": record.id, **{name: getattr(record, name) for name in names}, "other_wording": other}

    def lines(self, section: dict[str, Any]) -> list[str]:
        """A section in words; nothing where nothing stands in it."""
        found: list[str] = []
        for part in section["parts"]:
            inside = [f"    {line}" for line in (part["answer"] or {"words": ""})["words"].splitlines()]
            for entry in part["entries"]:
                inside += self.entry_lines(PlanItem, entry, entry["words"])
            for one in part["supporters"]:
                inside += self.entry_lines(Supporter, one, one["name"])
            found += [f"  {part['title']}", *inside] if inside else []
        return [section["title"], *found] if found else []

    def entry_lines(self, cls: type[Record], entry: dict[str, Any], words: str) -> list[str]:
        told = []
        for name, value in entry.items():
            spec = fields(cls).get(name)
            if spec and value not in ("", None, False) and name not in ("words", "name", "how_written", "kind"):
                label = next((c.label for c in spec.choices or () if c == value), "")
                shown = "" if value is True else self.say(label) if label else str(value)
                told.append(": ".join(filter(None, (self.say(spec.label), shown))))
        told += [self.tools[tool] for tool in entry.get("tools", ()) if tool in self.tools]
        return [f"    - {words}".rstrip(), *(f"      {line}" for line in told)]


def find(args: argparse.Namespace) -> Answer:
    """Where words stand in her plan; accents and capitals do not matter."""
    with opened(args) as store, store.work("open_page") as unit:
        hers = looked_at(unit, args)
        whole = plans.contents(unit, hers.plan)
        hits = plan_versions.find_words(whole, args.words)
        parts = whole.pack.parts()
    found = []
    for part, record, words in hits:
        title = parts[part].title[hers.language] if part in parts else part
        found.append({"part": part, "title": title, "record": record, "words": words})
        args.say(f"{title}: {words}")
    if not found:
        args.say(_("These words stand nowhere in her plan."))
    return Answer(hers.data(found=found))


# Writing


def write(args: argparse.Namespace) -> Answer:
    """An answer, a new entry or a supporter; with ``--record`` other words for one that stands."""
    words, typed = read_words(args), typed_fields(args.field)
    with opened(args) as store:
        with store.read() as unit:
            hers = her_plan(unit, args.participant)
            old = _hers(unit, hers.plan, args.record) if args.record else None
            parts = plans.contents(unit, hers.plan).pack.parts()
        key = args.part if old is None else getattr(old, "part", "")
        kind = _kind(old) if old is not None else parts[key].kind if key in parts else ""
        if not kind:
            raise NotFound(
                _("This plan has no part {part}. Nothing was changed. Parts: {parts}.").format(
                    part=key, parts=", ".join(parts)
                )
            )
        values = _values(kind, typed, args.how)
        act, record = "answer", Id("")
        if kind == "supporter":
            act = "add_supporter" if old is None else "revise_supporter"
        elif kind != "answer":
            act = "add_item" if old is None else "revise_item"
        with store.work(act) as unit:
            if kind == "answer":
                record = named_id(hers.plan, key)
                plans.answer(unit, hers.plan, key, words, **({"how": args.how} if args.how else {}))
            elif kind == "supporter" and old is None:
                record = plans.add_supporter(unit, hers.plan, name=words, **values)
            elif kind == "supporter":
                record = typed_id(args.record)
                plans.revise_supporter(unit, record, name=words, **values)
            elif old is None:
                record = plans.add_item(unit, hers.plan, key, words=words, **values)
            else:
                record = old.id
                plans.revise_item(unit, record, words=words, **values)
    args.say(_("Written, and saved."))
    return Answer(hers.data(part=key, kind=kind, record=record))


def _values(kind: str, typed: dict[str, str], how: str) -> dict[str, Any]:
    """The fields of a new or changed entry. Raises ``Refused`` for one that its kind does not have."""
    if kind == "supporter":
        return record_files.read_fields(Supporter, typed, OF_SUPPORTER)
    values = record_files.read_fields(PlanItem, typed, ITEM_COLUMNS.get(kind, ()))
    return values | ({"how_written": how} if how else {})


def _hers(unit: Unit, plan_id: Id, typed: str) -> PlanAnswer | PlanItem | Supporter:
    """The answer, entry or supporter of this plan with that id. Raises ``NotFound``."""
    record = typed_id(typed)
    found = unit.find(PlanItem, record) or unit.find(PlanAnswer, record) or unit.find(Supporter, record)
    if found is None or found.plan != plan_id:
        raise NotFound(_("There is nothing with this id in her plan. Nothing was changed. “plan show” gives the ids."))
    return found


def _kind(record: PlanAnswer | PlanItem | Supporter) -> str:
    if isinstance(record, PlanItem):
        return record.kind
    return "supporter" if isinstance(record, Supporter) else "answer"


def remove(args: argparse.Namespace) -> Answer:
    """Take an entry or a supporter out; it stays in the history."""
    with opened(args) as store:
        with store.read() as unit:
            hers = her_plan(unit, args.participant)
            found = _hers(unit, hers.plan, args.record)
        if isinstance(found, PlanAnswer):
            with store.work("answer") as unit:
                plans.answer(unit, hers.plan, found.part, "", str(found.how_written))
        elif isinstance(found, Supporter):
            with store.work("remove_supporter") as unit:
                plans.remove_supporter(unit, found.id)
        else:
            with store.work("remove_item") as unit:
                plans.remove_item(unit, found.id)
    args.say(_("Taken out. It stays in the history."))
    return Answer(hers.data(record=typed_id(args.record)))


def link(args: argparse.Namespace) -> Answer:
    """Name a tool in a step of an action plan, or take it out of there."""
    with opened(args) as store, store.work("unlink_tool" if args.off else "link_tool") as unit:
        hers = her_plan(unit, args.participant)
        step, tool = _hers(unit, hers.plan, args.record), _hers(unit, hers.plan, args.tool)
        if _kind(tool) != "tool" or not isinstance(step, PlanItem) or _kind(step) == "tool":
            raise Problem(_("Only a tool is named in a step. Nothing was changed."), code="kind")
        if args.off and tool.id not in plans.contents(unit, hers.plan).uses.get(step.id, ()):
            raise Problem(_("That tool is not named in this step. Nothing was changed."), code="kind")
        (plans.unlink_tool if args.off else plans.link_tool)(unit, step.id, tool.id)
    return Answer(hers.data(record=typed_id(args.record)))


def in_my_room(args: argparse.Namespace) -> Answer:
    """She says of one answer or entry that it is fine on paper in her room, or no longer."""
    with opened(args) as store, store.work("fine_in_my_room") as unit:
        hers = her_plan(unit, args.participant)
        found = _hers(unit, hers.plan, args.record)
        if isinstance(found, Supporter):
            raise Problem(_("A supporter is never on paper in her room. Nothing was changed."), code="kind")
        plans.fine_in_my_room(unit, found.id, on=args.answer == "yes")
    return Answer(hers.data(record=typed_id(args.record)))


def wording(args: argparse.Namespace) -> Answer:
    """The same words in the other language, as a person wrote them; none takes the wording away."""
    words = read_words(args)
    with opened(args) as store, store.work("set_other_wording") as unit:
        hers = her_plan(unit, args.participant)
        found = _hers(unit, hers.plan, args.record)
        plans.set_other_wording(unit, hers.plan, found.id, args.language, words)
    return Answer(hers.data(record=typed_id(args.record)))


# Taking back, bringing back


def take_back(args: argparse.Namespace) -> Answer:
    """Erase words for good, history and drafts too, as far as no version holds them."""
    with opened(args) as store:
        with store.work("take_back") as unit:
            hers = her_plan(unit, args.participant)
            taken = taking_back.take_back(unit, hers.woman, typed_id(args.record))
        taking_back.finish_taking_back(store)
    args.say(_("Erased for good, with the history."))
    if taken.in_backups_until:
        args.say(_("A backup may hold these words until {day}.").format(day=taken.in_backups_until))
    return Answer(hers.data(erased=taken.entries, in_backups_until=taken.in_backups_until))


def restore(args: argparse.Namespace) -> Answer:
    """An answer, entry or supporter as it was in an earlier version: a new change, the history stays."""
    with opened(args) as store, store.work("restore_words") as unit:
        hers = her_plan(unit, args.participant)
        plan_versions.restore_words(unit, hers.plan, typed_id(args.record), args.version)
    args.say(_("The words of version {n} stand there again.").format(n=args.version))
    return Answer(hers.data(record=typed_id(args.record), version=args.version))


def copy_from(args: argparse.Namespace) -> Answer:
    """Her words of an earlier plan of hers, put behind what stands here."""
    with opened(args) as store, store.work("copy_from") as unit:
        hers = her_plan(unit, args.participant)
        earlier = plan_versions.earlier_plans(unit, hers.plan)
        chosen = next((one.id for one in earlier if not args.plan or one.id == typed_id(args.plan)), None)
        if chosen is None:
            raise NotFound(_("She has no earlier plan like this. Nothing was changed."))
        n = plan_versions.copy_from(
            unit, hers.plan, chosen, args.parts or list(plans.contents(unit, chosen).pack.parts())
        )
    args.say(ngettext("{n} entry was copied.", "{n} entries were copied.", n).format(n=n))
    return Answer(hers.data(from_plan=chosen, copied=n))
