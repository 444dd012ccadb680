"""How a record type is declared.

One class states a type's fields with their labels, choices, rules and what may leave the site. The table,
the wire form, the history, import and export columns, the form and the test data all come from it.
The class name is for programmers; ``__tablename__`` is the *kind* everywhere else.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Self

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from ..base.ids import Id
from ..base.problems import Refused
from ..base.words import N_, _

LINE, NOTE = 120, 20_000  # characters of a line, of a long text


class Share(enum.StrEnum):
    """What may leave the site, and when.

    A woman's *dates* go to the office when she enrols; her *words* only if she says so; her words in a *plan* only
    then, and only as the plan stood when it was last done for now.
    """

    SITE = "site"
    DATES = "dates"
    WORDS = "words"
    PLAN = "plan"


class Choice(enum.StrEnum):
    """A fixed list whose members carry the words shown for them: ``SENT = "sent", N_("Sent")``."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        member = str.__new__(cls, value)
        member._value_, member.label = value, label
        return member


def choice_label(of: type[Choice], value: str) -> str:
    """The words for *value* in the language of the screen; a value of a newer program is shown as it is."""
    return next((_(choice.label) for choice in of if choice == value), value)


class Right(Choice):
    """One thing somebody may be allowed to do, in the words of the page that shows who may do what."""

    OPEN = "open", N_("Unlock, lock, choose an own passphrase, test the program")
    SEE = "see", N_("Read the record of a woman she sees, and note what had to be passed on")
    MEET = "meet", N_("Find women, register and enroll them, and keep their dates")
    PLAN = "plan", N_("Write plans and goals with a woman")
    PRINT = "print", N_("Print for a woman, and note what became of the copies")
    CONSENT = "consent", N_("Note what she lets others have, and take her words back")
    REQUESTS = "requests", N_("Answer people who ask for her records")
    BEYOND = "beyond", N_("Open the record of a woman she does not work with, with a reason")
    LISTS = "lists", N_("Read in the department's lists")
    SETTLE = "settle", N_("Settle what stands in two versions, and who was registered twice")
    SYNC = "sync", N_("Copy to a stick for other sites, and bring in what they sent")
    MOVE = "move", N_("Release a record to another facility, and take one over")
    COPY = "copy", N_("Bring in records from other files, and copy records out")
    MEASURES = "measures", N_("See the six numbers")
    KEEP = "keep", N_("Make backups, and look after the records on this PC")
    USE = "use", N_("Read, check and copy the record of use")
    REVIEW = "review", N_("Sign the weekly review, and say yes as the second person")
    RUN = "run", N_("Set the site's values, staff, keys, sticks, and whom it trusts")


class Sensitivity(Choice):
    """What can do harm in the wrong hands, so that each role sees only what it needs."""

    HEALTH = "health", N_("Health and crisis")
    SUBSTANCE_USE = "substance_use", N_("Alcohol and drugs")
    ABUSE = "abuse", N_("Abuse that had to be reported")
    CHILDREN = "children", N_("Children")
    JUSTICE = "justice", N_("Court, sentence and release")
    NARRATIVE = "narrative", N_("Her own words")


@dataclass(frozen=True)
class SensitiveBy:
    """Records that differ in how sensitive they are by the value of a ``field``; any other value is ``otherwise``."""

    field: str
    values: dict[str, Sensitivity]
    otherwise: Sensitivity


@dataclass(frozen=True, slots=True)
class Field:
    """What a form, a list, the wire and a bundle need to know about one column."""

    label: str
    editor: str  # line, note, day, choice, flag, number or link
    required: bool = False
    max: int | None = None
    choices: type[Choice] | None = None
    share: Share | None = None  # None: as the record type
    help: str = ""
    link: str = ""  # the kind a link points to
    least: int | None = None
    most: int | None = None
    sensitive: Sensitivity | None = None  # the field alone; of a whole record, ``Record.sensitive``


class Record(DeclarativeBase):
    """Anything the log tells the story of. Its row is the fold of its changes and may be rebuilt from them."""

    title: ClassVar[str] = ""
    share: ClassVar[Share] = Share.DATES
    searched: ClassVar[tuple[str, ...]] = ()
    sensitive: ClassVar[Sensitivity | None] = None
    sensitive_by: ClassVar[SensitiveBy | None] = None
    sensitive_with: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Links to records without which this one is not seen either, as (field, kind)."""

    id: Mapped[Id] = mapped_column(sa.String(32), primary_key=True, sort_order=-3)
    heads: Mapped[str] = mapped_column(sa.Text, default="{}", sort_order=98)
    removed: Mapped[bool] = mapped_column(default=False, sort_order=99, info={"field": Field(N_("Removed"), "flag")})

    def __repr__(self) -> str:  # reprs reach logs: never a name, never a note
        return f"<{type(self).__name__} {str(self.id)[:8]}>"

    def problems(self) -> dict[str, str]:
        """Rules across fields, as {field: sentence}. Overridden where there are any."""
        return {}


def _column(kind: Any, default: Any, spec: Field, *args: Any, **more: Any) -> Any:
    return mapped_column(kind, *args, default=default, info={"field": spec}, **more)


def line(label: str, *, max: int = LINE, required: bool = False, share: Share | None = None, help: str = "") -> Any:
    """One line of text, ``max`` characters at most; empty is ``""``."""
    return _column(sa.String(max), "", Field(label, "line", required, max, share=share, help=help))


def note(label: str, *, max: int = NOTE, required: bool = False, share: Share | None = None, help: str = "") -> Any:
    """Text of several lines."""
    return _column(sa.Text, "", Field(label, "note", required, max, share=share, help=help))


def day(
    label: str, *, required: bool = False, share: Share | None = None, help: str = "",
    sensitive: Sensitivity | None = None,
) -> Any:  # fmt: skip
    """A date without a time, or None."""
    return _column(sa.Date, None, Field(label, "day", required, share=share, help=help, sensitive=sensitive))


def choice(
    label: str, of: type[Choice], *, default: Choice | None = None, required: bool = False,
    sensitive: Sensitivity | None = None, help: str = "",
) -> Any:  # fmt: skip
    """One of a fixed list; ``""`` where nothing was chosen. A word from a newer program is kept as it is."""
    spec = Field(label, "choice", required, 32, of, help=help, sensitive=sensitive)
    return _column(sa.String(32), default or "", spec)


def flag(label: str, *, default: bool = False, help: str = "") -> Any:
    """Yes or no."""
    return _column(sa.Boolean, default, Field(label, "flag", help=help))


def number(label: str, *, least: int | None = None, most: int | None = None) -> Any:
    """A whole number, or None."""
    return _column(sa.Integer, None, Field(label, "number", least=least, most=most))


def link(target: type[Record] | str, label: str, *, required: bool = True, indexed: bool = False) -> Any:
    """The id of another record. To a type it is a foreign key; to a kind's name it may point to what is not here."""
    if isinstance(target, str):
        more = {"index": True} if indexed else {}
        return _column(sa.String(32), "", Field(label, "link", required, 32, link=target), **more)
    key = sa.ForeignKey(target.id, deferrable=True, initially="DEFERRED")
    return mapped_column(
        sa.String(32), key, index=True, info={"field": Field(label, "link", required, 32, link=target.__tablename__)}
    )


@cache
def kinds() -> dict[str, type[Record]]:
    """Every record type by its kind, parents before children: the order to create and to write in."""
    order = {table.name: place for place, table in enumerate(Record.metadata.sorted_tables)}
    found: dict[str, type[Record]] = {m.class_.__tablename__: m.class_ for m in Record.registry.mappers}
    return dict(sorted(found.items(), key=lambda item: order[item[0]]))


@cache
def fields(cls: type[Record]) -> dict[str, Field]:
    """The fields of a type by name, in the order they were declared."""
    return {c.key: c.info["field"] for c in cls.__table__.columns if "field" in c.info}


@cache
def defaults(cls: type[Record]) -> dict[str, Any]:
    """What a new record holds where nothing was said."""
    return {c.key: c.default.arg if c.default is not None else None for c in cls.__table__.columns if c.key != "id"}


@cache
def references(cls: type[Record]) -> dict[str, str]:
    """The foreign keys of a type: field -> kind it points to."""
    return {c.key: next(iter(c.foreign_keys)).column.table.name for c in cls.__table__.columns if c.foreign_keys}


@cache
def strands(cls: type[Record]) -> dict[str, str]:
    """The sharing class of each field. Fields of one class are one strand of the record's history."""
    return {key: str(spec.share or cls.share) for key, spec in fields(cls).items()}


# A number of more than 32 bits fits no column: a bundle that holds one is refused as a whole.
_Number = Annotated[int, msgspec.Meta(ge=-(1 << 31), le=(1 << 31) - 1)]
_WIRE = {"day": dt.date | None, "flag": bool, "number": _Number | None}


@cache
def wire_type(cls: type[Record]) -> type[msgspec.Struct]:
    """Any subset of the fields, each of its declared type and length.

    Fields this program does not know are passed over: the log keeps the bytes, and a newer program reads them.
    """
    members: list[tuple[str, Any, Any]] = []
    for key, spec in fields(cls).items():
        kind: Any = _WIRE.get(spec.editor, str)
        if kind is str and spec.max:
            kind = Annotated[str, msgspec.Meta(max_length=spec.max)]
        members.append((key, kind | msgspec.UnsetType, msgspec.UNSET))
    return msgspec.defstruct(f"{cls.__name__}Values", members, frozen=True, kw_only=True)


_BETWEEN_LETTERS = re.compile(r"(?<=[^\W\d_])[\x00-\x08\x0b-\x1f\x7f-\x9f]+(?=[^\W\d_])")


def clean(text: str) -> str:
    """Text as it is kept: composed letters (NFC), no control characters but line ends and tabs, no lone surrogates.

    A control character between two letters becomes a space, so that it does not make one word of two.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isprintable():
        text = _BETWEEN_LETTERS.sub(" ", unicodedata.normalize("NFC", text))
        text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", text).strip()


def cleaned(cls: type[Record], values: dict[str, Any]) -> dict[str, Any]:
    """Values with their texts as they are kept: what the rules check must be what is written and sent."""
    texts = {key for key, spec in fields(cls).items() if spec.editor in ("line", "note")}
    return {k: clean(v) if k in texts and isinstance(v, str) else v for k, v in values.items()}


def to_wire(cls: type[Record], values: dict[str, Any]) -> dict[str, Any]:
    """Values as they are kept and sent: ISO dates, plain strings, booleans, numbers."""
    wire: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, dt.date):
            wire[key] = value.isoformat()
        elif isinstance(value, str):
            wire[key] = clean(str(value)) if fields(cls)[key].editor in ("line", "note") else str(value)
        else:
            wire[key] = value
    return wire


_READ: dict[str, Callable[[Any], Any]] = {
    "day": lambda text: dt.date.fromisoformat(text) if text else None,
    "flag": bool,
}


@cache
def _readers(cls: type[Record]) -> dict[str, Callable[[Any], Any]]:
    return {key: _READ[spec.editor] for key, spec in fields(cls).items() if spec.editor in _READ}


def from_wire(cls: type[Record], wire: dict[str, Any]) -> dict[str, Any]:
    """Kept values as a record holds them: dates, booleans, texts, numbers."""
    return wire | {key: read(wire[key]) for key, read in _readers(cls).items() if key in wire}


def check_values(cls: type[Record], values: dict[str, Any]) -> None:
    """Raise ``Refused`` where a value has not its field's type, length or choice."""
    found: dict[str, str] = {}
    specs = fields(cls)
    for key, value in values.items():
        spec = specs.get(key)
        if spec is None:
            raise Refused({key: _("There is no field called {name} here.").format(name=key)})
        if spec.choices and value and value not in set(spec.choices):
            found[key] = _("Choose one of the list.")
        elif spec.max and isinstance(value, str) and len(value) > spec.max:
            found[key] = _("Too long: {length} characters, and {most} fit.").format(
                length=f"{len(value):,}", most=f"{spec.max:,}"
            )
        elif isinstance(value, int) and not isinstance(value, bool):
            if (spec.least is not None and value < spec.least) or (spec.most is not None and value > spec.most):
                found[key] = _("Between {least} and {most}.").format(least=spec.least, most=spec.most)
        elif not _fits(spec, value):
            found[key] = _("This cannot be read as {kind}.").format(kind=spec.editor)
    if found:
        raise Refused(found)


def _fits(spec: Field, value: Any) -> bool:
    if spec.editor == "day":
        return value is None or isinstance(value, dt.date)
    if spec.editor == "number":
        return value is None or isinstance(value, int)
    return isinstance(value, bool) if spec.editor == "flag" else isinstance(value, str)


def check_record(record: Record) -> None:
    """Raise ``Refused`` where a required field is empty or a rule of the type is broken."""
    found = {
        key: _("Please fill this in.")
        for key, spec in fields(type(record)).items()
        if spec.required and getattr(record, key) in ("", None)
    }
    found |= {key: _(sentence) for key, sentence in record.problems().items()}
    if found:
        raise Refused(found)
