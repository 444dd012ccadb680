"""What holds for every record type, from its declaration alone. A new type is tested here before it has a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reentry_desktop.actions import record_files
from reentry_desktop.base.ids import Id, new_id
from reentry_desktop.base.problems import Refused
from reentry_desktop.records import Record, Share, fields, kinds
from reentry_desktop.records.base import clean, defaults, references, strands, to_wire, wire_type
from reentry_desktop.records.change import Change, from_payload, to_payload
from reentry_desktop.store import Store, Unit, check, log

from ..strategies import values
from .conftest import plain_values

KINDS = kinds()
EDITORS = {"line", "note", "day", "choice", "flag", "number", "link"}
every_kind = pytest.mark.parametrize("kind", KINDS)


class _Undo(Exception):
    """Rolls back what a test did to the store all tests share."""


@contextmanager
def undone(store: Store) -> Iterator[Unit]:
    with suppress(_Undo), store.work("test") as unit:
        yield unit
        raise _Undo


# The declaration


@every_kind
def test_the_declaration_says_all_that_a_form_a_list_and_a_bundle_need(kind: str) -> None:
    cls = KINDS[kind]
    assert cls.title
    assert kind == kind.lower()
    assert cls.__doc__
    specs = fields(cls)
    assert set(specs) | {"id", "heads"} == {c.key for c in cls.__table__.columns}, "a column without a field"
    for name, spec in specs.items():
        where = f"{kind}.{name}"
        assert spec.label, where
        assert spec.label[0].isupper(), where
        assert spec.editor in EDITORS, where
        assert (spec.editor in ("line", "note")) <= bool(spec.max), f"{where}: a text without a limit"
        assert (spec.editor == "choice") == bool(spec.choices), where
        assert (spec.editor == "link") == bool(spec.link), where
        assert not spec.link or spec.link in KINDS, f"{where} points to no kind"
        for choice in spec.choices or ():
            assert choice.label, f"{where}: {choice} has no words"
            assert len(choice) <= 32, where
        assert str(spec.share or cls.share) in set(Share)
        assert name in defaults(cls) or spec.link, where
    labels = [spec.label for name, spec in specs.items()]
    assert len(set(labels)) == len(labels), f"{kind}: two fields of one label"


@every_kind
def test_whatever_is_about_a_woman_says_which(kind: str) -> None:
    """Held back, erasure and her history go by this column."""
    cls = KINDS[kind]
    pointing = set(references(cls).values()) - {"program", "site", "person"}
    if kind != "participant" and pointing:
        assert references(cls).get("participant") == "participant"


@every_kind
def test_scripts_are_told_every_field(kind: str) -> None:
    told = next(t for t in record_files.types() if t["type"] == kind)
    assert [f["name"] for f in told["fields"]] == list(fields(KINDS[kind]))
    for one in told["fields"]:
        assert one["type"] in {"text", "date", "boolean", "integer", "id", "choice"}
        assert (one["type"] == "choice") == bool(one["choices"])
        assert one["label"]
    assert msgspec.json.decode(msgspec.json.encode(told)) == told


# The wire


@every_kind
@given(data=st.data())
def test_values_come_back_from_the_wire(kind: str, data: st.DataObject) -> None:
    cls = KINDS[kind]
    given_values = data.draw(values(cls, {}))
    wire = to_wire(cls, given_values)
    back = msgspec.json.decode(msgspec.json.encode(wire), type=wire_type(cls))
    for name, value in given_values.items():
        kept = getattr(back, name)
        if fields(cls)[name].editor in ("line", "note"):
            assert kept == clean(value)
        elif isinstance(value, str):
            assert kept == str(value)
        else:
            assert kept == value
    assert {n for n in fields(cls) if getattr(back, n) is not msgspec.UNSET} == given_values.keys()
    change = Change(at="2026-11-23T09:00:00.000Z", act="x", kind=kind, record=new_id(), depth=1, new=True,
                    values=msgspec.Raw(msgspec.json.encode(wire)))  # fmt: skip
    payload = to_payload(change)
    assert b"\n" not in payload
    assert from_payload(payload).read_values() == wire
    assert to_payload(from_payload(payload)) == payload


WRONG: dict[str, list[Any]] = {
    "text": [1, True, None, [], {}, 1.5],
    "day": ["2026-13-01", "23.11.2026", "yesterday", 20261123, True, ""],
    "flag": [0, 1, "true", None, ""],
    "number": ["1", 1.5, True, "", 10**30, -(10**30), [1]],
}


@every_kind
def test_the_wire_takes_no_other_type_and_no_greater_length(kind: str) -> None:
    cls = KINDS[kind]
    decoder = msgspec.json.Decoder(wire_type(cls))
    for name, spec in fields(cls).items():
        for wrong in WRONG.get(spec.editor, WRONG["text"]):
            with pytest.raises(msgspec.ValidationError):
                decoder.decode(msgspec.json.encode({name: wrong}))
        if spec.max:
            decoder.decode(msgspec.json.encode({name: "x" * spec.max}))
            with pytest.raises(msgspec.ValidationError):
                decoder.decode(msgspec.json.encode({name: "x" * (spec.max + 1)}))
    assert decoder.decode(b'{"a_field_of_2031": {"deep": [1]}}') == wire_type(cls)()


@given(st.text())
def test_cleaned_text_is_clean(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not set(once) & {"\x00", "\r", "\x1b", "\x85"}
    once.encode()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("bell\x07and tab", "bell and tab"), ("e\u0301\x00\x1bso", "\u00e9 so"), ("601\x07555", "601555"),
        ("\x07a\x07 b\x07", "a b"), ("a\tb\nc", "a\tb\nc"), ("one\rtwo", "one\ntwo"),
    ],
)  # fmt: skip
def test_a_control_character_does_not_make_one_word_of_two(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@every_kind
def test_a_form_is_refused_with_the_fields_name(world: tuple[Store, dict[str, Id]], kind: str) -> None:
    store, links = world
    cls = KINDS[kind]
    plain = plain_values(cls, links)
    for name, spec in fields(cls).items():
        bad: list[Any] = [object()]
        if spec.required:
            bad += [None, ""] + ([" \t", "\x1f"] if spec.editor in ("line", "note") else [])
        if spec.max:
            # The last one grows when it is composed: it must be measured as it is kept and sent.
            bad += ["x" * (spec.max + 1), "\u0958" * spec.max] if spec.editor in ("line", "note") else ["x" * 33]
        if spec.choices:
            bad.append("no such choice")
        if spec.editor == "number":
            bad += ["1", 10**30]
        if spec.editor == "day":
            bad.append("2026-11-23")
        for value in bad:
            with pytest.raises(Refused) as refused, store.work("test") as unit:
                unit.create(cls, None, **plain | {name: value})
            assert list(refused.value.fields) == [name], f"{name}: {value!r}"
            assert refused.value.sentence
    with pytest.raises(Refused), store.work("test") as unit:
        unit.create(cls, None, **plain, no_such_field=1)


# Reading and showing


@every_kind
def test_a_repr_says_nothing_of_her(kind: str) -> None:
    cls = KINDS[kind]
    secret = "Xiomara Quetzalli"
    record = cls(id="0123456789abcdef" * 2, heads="{}", **dict.fromkeys(fields(cls), secret))
    for shown in (repr(record), str(record), f"{record}", repr([record]), repr({"a": record})):
        assert "Xiomara" not in shown
        assert "Quetzalli" not in shown
        assert kind != "participant" or "0123456789" not in shown


# The store


@every_kind
@settings(max_examples=settings.default.max_examples // 4, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_created_and_revised_is_what_is_read_and_equals_the_log(
    world: tuple[Store, dict[str, Id]], kind: str, data: st.DataObject
) -> None:
    store, links = world
    cls = KINDS[kind]
    first, second = data.draw(values(cls, links)), data.draw(values(cls, links))
    try:
        with undone(store) as unit:
            record = unit.create(cls, **first)
            _assert_reads(unit, cls, record, first)
            changed = unit.revise(cls, record, **second)
            _assert_reads(unit, cls, record, first | second)
            before = to_wire(cls, defaults_of(cls) | first)
            wire = to_wire(cls, second)
            assert changed == any(before[k] != v for k, v in wire.items())
            assert not unit.revise(cls, record, **second), "the same again is no change"
            written = log.history(unit.connection, record)
            assert len(written) <= 2 * len(set(strands(cls).values()))
            for _place, change in written:
                assert {strands(cls)[name] for name in change.read_values()} <= {change.share}
                assert change.by == store.who.id
                about = record if kind == "participant" else (first | second).get("participant", "")
                assert change.participant == about
            assert check.check_tables(unit.connection) == []
            unit.remove(cls, record)
            assert unit.get(cls, record).removed
            assert check.check_tables(unit.connection) == []
            assert check.check_log(unit).bad == ""
    except Refused:  # two records that each keep the rules may break them together
        with store.read() as unit:
            assert check.check_tables(unit.connection) == []


def defaults_of(cls: type[Record]) -> dict[str, Any]:
    return {k: v for k, v in defaults(cls).items() if k in fields(cls)}


def _assert_reads(unit: Unit, cls: type[Record], record: Id, said: dict[str, Any]) -> None:
    found = unit.get(cls, record)
    for name, value in {**defaults_of(cls), **said}.items():
        if fields(cls)[name].editor in ("line", "note"):
            assert getattr(found, name) == clean(value)
        else:
            assert getattr(found, name) == value
            assert type(getattr(found, name)) is type(value) or isinstance(value, str)


@every_kind
@pytest.mark.parametrize("form", ["csv", "jsonl"])
@settings(max_examples=settings.default.max_examples // 5, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_records_leave_as_a_file_and_come_back(
    world: tuple[Store, dict[str, Id]], kind: str, form: str, data: st.DataObject
) -> None:
    store, links = world
    cls = KINDS[kind]
    if kind in record_files.NOT_IMPORTED:
        with pytest.raises(record_files.Problem), store.work("test") as unit:
            record_files.import_rows(unit, kind, [])
        return
    many = data.draw(st.lists(values(cls, links), min_size=1, max_size=3))
    exported: list[dict[str, Any]] = []
    with undone(store) as unit:
        for one in many:
            unit.create(cls, **one)
        exported = list(record_files.export(unit, kind))
    if form == "csv":
        file = record_files.to_csv(exported, record_files.export_columns(kind)).encode()
    else:
        file = b"".join(msgspec.json.encode(row) + b"\n" for row in exported)
    with undone(store) as unit:
        done = record_files.import_rows(unit, kind, record_files.rows_of(file))
        assert done["rejected"] == []
        assert done["added"] == len(many)
        assert done["unchanged"] == 1  # the one of the world was here already
        assert list(record_files.export(unit, kind)) == [_with_defaults(cls, row) for row in exported]
        again = record_files.import_rows(unit, kind, record_files.rows_of(file))
        assert (again["added"], again["updated"], again["rejected"]) == (0, 0, [])
        assert check.check_tables(unit.connection) == []


def _with_defaults(cls: type[Record], row: dict[str, Any]) -> dict[str, Any]:
    """An empty cell says nothing, so the field gets what a new record has."""
    return {k: str(defaults(cls)[k]) if v == "" and defaults(cls).get(k) else v for k, v in row.items()}
