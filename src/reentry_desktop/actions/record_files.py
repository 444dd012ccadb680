"""Records as files for other programs: their types, their values in and out, their history."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from ..base.folding import plain_number
from ..base.formulas import is_formula
from ..base.ids import Id, show_device
from ..base.problems import NotFound, Problem, Refused
from ..base.words import _
from ..records.access import may_see
from ..records.base import Record, defaults, fields, kinds
from ..records.change import from_payload
from ..records.local import Listed, Peer
from ..records.participant import Participant
from ..records.people import Person, Site
from ..records.standing import standing
from ..store import Unit
from ..store.log import history as log_history
from .acts import act_words
from .registrations import named
from .women import register, states

# Who works here, and what a file must not make up: versions, what was passed on, what was signed elsewhere, who is one
# woman, which stick was seen and who carried it, who asked and what was decided, papers whose bytes do not come along,
# what she signed and what was told, who looked beyond the own list and who looked at that, who agreed to erase.
NOT_IMPORTED = (
    "attachment",
    "break_glass",
    "consent",
    "disclosure",
    "erasure",
    "erasure_answer",
    "information_request",
    "site",
    "person",
    "program",
    "plan_version",
    "safety_report",
    "template_pack",
    "revocation",
    "transfer",
    "recall",
    "recall_answer",
    "same_woman",
    "stick",
    "carriage",
)
_TYPES = {"day": "date", "flag": "boolean", "number": "integer", "link": "id", "choice": "choice"}


def types() -> list[dict[str, Any]]:
    """Every record type with its fields, their types, lengths and choices, from the declarations."""
    return [
        {
            "type": kind,
            "title": cls.title,
            "fields": [
                {
                    "name": name,
                    "label": spec.label,
                    "type": _TYPES.get(spec.editor, "text"),
                    "length": spec.max,
                    "required": spec.required,
                    "choices": [str(choice) for choice in spec.choices] if spec.choices else [],
                    "link": spec.link,
                    "shared_as": str(spec.share or cls.share),
                }
                for name, spec in fields(cls).items()
            ],
        }
        for kind, cls in kinds().items()
    ]


def record_type(kind: str) -> type[Record]:
    """The type of that name. Raises ``NotFound`` naming those there are."""
    if kind not in kinds():
        raise NotFound(
            _("There is no record type {kind}. Nothing was changed. Types: {kinds}.").format(
                kind=kind, kinds=", ".join(kinds())
            )
        )
    return kinds()[kind]


def export(unit: Unit, kind: str) -> Iterator[dict[str, Any]]:
    """Every record of a type as plain values. For ``participant`` also the women who only stand on a list.

    Raises ``Problem`` for whoever may not copy records out.
    """
    cls = record_type(kind)
    if not may_copy_out(unit):
        raise Problem(
            _(
                "You may not copy records out into a file: it would be readable by anybody. Nothing was copied. "
                "An administrator allows it: Settings, Staff, or user copies-out on the command line."
            ),
            code="not-allowed",
        )
    names = ["id", *(name for name in fields(cls) if name != "removed")]
    numbers: dict[Id, str] = dict(unit.rows(sa.select(Participant.id, Participant.department_number)))
    sites: dict[Id, str] = dict(unit.rows(sa.select(Peer.site, Peer.name)))
    sites |= dict(unit.rows(sa.select(Site.id, Site.name)))
    status = states(unit, list(numbers)) if kind == "participant" else {}
    unit.tell(kind, outcome="exported")
    for record in unit.session.scalars(sa.select(cls).where(cls.removed.is_(False)).order_by(cls.id)):
        row = {name: _plain(getattr(record, name)) for name in names}
        if kind == "participant":
            row["status"] = status.get(record.id, "registered")
        elif "participant" in row:
            row["participant_number"] = numbers.get(row["participant"], "")
        yield row | {f"{name}_name": sites.get(row[name], "") for name in _of_sites(cls)}
    if kind == "participant":
        for woman in unit.session.scalars(sa.select(Listed).where(Listed.participant.is_(False)).order_by(Listed.id)):
            row = {name: _plain(getattr(woman, name, "")) for name in names}
            yield row | {"status": "listed"} | {f"{name}_name": row[name] for name in _of_sites(cls)}


def may_copy_out(unit: Unit) -> bool:
    """Whether whoever is at the desk may copy records out into a file that is not locked."""
    person = unit.find(Person, unit.store.who.id)
    return person is not None and person.copies_out


def _of_sites(cls: type[Record]) -> list[str]:
    """The fields that name a site: beside each a column says its name."""
    return [name for name, spec in fields(cls).items() if spec.link == "site"]


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value


def to_csv(rows: list[dict[str, Any]], columns: list[str]) -> str:
    """Rows as CSV. A text that a spreadsheet would run as a formula is made text with a leading apostrophe."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({k: _safe(v) for k, v in row.items()})
    return out.getvalue()


def _safe(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and is_formula(value) else value


def _unquoted(value: Any) -> Any:
    """The text that ``_safe`` made safe; every other cell as it is."""
    return value[1:] if isinstance(value, str) and value[:1] == "'" and is_formula(value[1:]) else value


def export_columns(kind: str) -> list[str]:
    """The columns of an export, in order."""
    cls = record_type(kind)
    names = ["id", *(name for name in fields(cls) if name != "removed")]
    of_her = ["status"] if kind == "participant" else ["participant_number"] if "participant" in names else []
    return [*names, *of_her, *(f"{name}_name" for name in _of_sites(cls))]


def rows_of(data: bytes) -> list[dict[str, Any]]:
    """Rows of a CSV file (its header names the fields) or of JSON lines. Raises ``Problem``."""
    try:
        text = data.decode("utf-8-sig")
        if text.lstrip().startswith("{"):
            return [msgspec.json.decode(line, type=dict[str, Any]) for line in text.split("\n") if line.strip()]
        rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        return [{key: _unquoted(value) for key, value in row.items()} for row in rows]
    except (UnicodeDecodeError, csv.Error, msgspec.DecodeError) as error:
        raise Problem(
            _(
                "This file cannot be read as a table. Nothing was changed. "
                "In Excel, save it as “CSV UTF-8”, then bring it in again."
            ),
            code="format",
        ) from error


def import_rows(unit: Unit, kind: str, rows: list[dict[str, Any]], *, first: int = 2) -> dict[str, Any]:
    """Create or revise records; a row that a rule refuses is left out and listed, the others stand.

    ``first`` is the line of the file on which the first row stands. Returns counts ``added``, ``updated``,
    ``unchanged`` and the list ``rejected`` of {line, reason}.
    """
    if kind in NOT_IMPORTED:
        raise Problem(_("Records of this type are not imported from files. Nothing was changed."), code="refused")
    cls = record_type(kind)
    done: dict[str, Any] = {"added": 0, "updated": 0, "unchanged": 0, "rejected": []}
    for line, row in enumerate(rows, first):
        try:
            done[_import_row(unit, cls, row)] += 1
        except Problem as problem:
            done["rejected"].append({"line": line, "reason": problem.sentence})
    return done


def _import_row(unit: Unit, cls: type[Record], row: dict[str, Any]) -> str:
    told = ("status", "removed", *(f"{name}_name" for name in _of_sites(cls)))
    row = {k: v for k, v in row.items() if k and k not in told}
    record = Id(str(row.pop("id", "") or "").replace("-", "").lower())
    number = str(row.pop("participant_number", "") or "")
    if number and not row.get("participant"):
        found = unit.first(sa.select(Participant.id).where(Participant.department_number == plain_number(number)))
        if found is None:
            raise Refused({"participant_number": _("No participant has the number {number}.").format(number=number)})
        row["participant"] = found
    values = {name: _value(cls, name, value) for name, value in row.items() if value not in (None, "")}
    _check_links(unit, cls, values)
    if record and (len(record) != 32 or not set(record) <= set("0123456789abcdef")):
        raise Refused({"id": _("No record has an id like this. Leave it empty for a new record.")})
    if record and unit.find(cls, record) is not None:
        return "updated" if unit.revise(cls, record, **values) else "unchanged"
    if cls is Participant and not record and values.get("department_number"):  # as by hand: a number stands once
        register(unit, **values)
    else:
        unit.create(cls, record or None, **values)
    return "added"


def read_fields(cls: type[Record], typed: Mapping[str, str], allowed: Collection[str]) -> dict[str, Any]:
    """What was typed for some fields as a record holds it; nothing empties one.

    Raises ``Refused`` for a field that is not *allowed*, naming those that are, and for what cannot be read.
    """
    names = ", ".join(allowed) or _("none")
    if odd := [name for name in typed if name not in allowed]:
        words = _("There is no field called {name} here. Fields: {names}.")
        raise Refused({name: words.format(name=name, names=names) for name in odd})
    empty = defaults(cls)
    return {name: _value(cls, name, text) if text else empty[name] for name, text in typed.items()}


def _value(cls: type[Record], name: str, value: Any) -> Any:
    spec = fields(cls).get(name)
    if spec is None:
        raise Refused({name: _("There is no field called {name} here.").format(name=name)})
    try:
        if spec.editor == "day":
            return dt.date.fromisoformat(str(value))
        if spec.editor == "number":
            return int(value)
        if spec.editor == "flag":
            return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[str(value).lower()]
    except (ValueError, KeyError) as error:
        raise Refused({name: _("{name}: {value} cannot be read.").format(name=name, value=str(value)[:40])}) from error
    return str(value)


def _check_links(unit: Unit, cls: type[Record], values: dict[str, Any]) -> None:
    for name, spec in fields(cls).items():
        if spec.link and values.get(name) and unit.find(kinds()[spec.link], values[name]) is None:
            raise Refused({name: _("{name}: there is no such {kind} here.").format(name=name, kind=spec.link)})


def history(unit: Unit, kind: str, record: Id) -> list[dict[str, Any]]:
    """Every change of a record, oldest first: when, who, where, what; ``waits`` with those that are not shown yet."""
    unit.get(record_type(kind), record)
    names: dict[str, str] = dict(unit.rows(sa.select(Person.id, Person.name)))
    entries = log_history(unit.connection, record)
    waits = standing(entries).waits
    return [
        {
            "at": change.at,
            "who": names.get(change.by, change.by),
            "where": show_device(place[0]),
            "number": place[1],
            "what": change.act,
            "values": change.read_values(),
        }
        | ({"waits": True} if place in waits else {})
        for place, change in sorted(entries, key=lambda e: (e[1].depth, e[0]))
        if change.depth  # opening or printing it changed nothing
    ]


def story(unit: Unit, woman: Id, most: int = 500) -> list[dict[str, str]]:
    """What was done about a participant, the newest first: when, who, and the act in words.

    ``registration`` says under which one; it is empty where she has only one.
    """
    words = named(unit, woman)
    names: dict[str, str] = dict(unit.rows(sa.select(Person.id, Person.name)))
    rows = unit.connection.exec_driver_sql(
        "SELECT payload FROM entry WHERE participant IN (SELECT value FROM json_each(?)) AND payload IS NOT NULL "
        "ORDER BY seq DESC LIMIT ?",
        (msgspec.json.encode(list(words) or [woman]).decode(), most),
    )
    changes = [from_payload(row[0]) for row in rows]
    who = unit.store.who
    return [
        {
            "at": c.at, "who": names.get(c.by, ""), "what": act_words(c.act, c.kind),
            "registration": words.get(c.participant, ""),
        }
        for c in changes
        if may_see(who, c.kind, c.by)
    ]  # fmt: skip
