"""Which column is what: recognized by its heading, or by a mapping that a person chose and the program remembers."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence

import msgspec

from ..base.folding import fold
from ..base.problems import Problem
from ..base.words import N_, _
from .tables import Row, Table, texts

FIELDS: dict[str, str] = {
    "department_number": N_("Department number"),
    "name": N_("Full name"),
    "last_name": N_("Last name"),
    "first_name": N_("First name"),
    "middle_name": N_("Middle name"),
    "suffix": N_("Suffix"),
    "date_of_birth": N_("Date of birth"),
    "site": N_("Facility"),
    "unit": N_("Unit"),
    "admitted_on": N_("Admitted"),
    "parole_hearing": N_("Parole hearing"),
    "expected_release": N_("Tentative release"),
    "county_of_return": N_("County of return"),
    "county_of_conviction": N_("County of conviction"),
}

_WHO = r"(?:(?:offender|inmate|resident|prisoner|participant|person|woman|legal|current|committed)(?: s)? )?"
_NUMBER = r"(?:number|no|num|nbr|id|id number|id no)"
_DAY = r"(?: (?:date|dt|day|on))?"
_HOUSE = r"(?:housing|living|housing and bed)"
# For each field its headings from the surest to the weakest, as whole-heading patterns over ``normal`` text.
_KNOWN: dict[str, tuple[str, ...]] = {
    "department_number": (
        (
            rf"(?:[st]?m?doc|sid|dept|department|corrections|offender|inmate|resident|prisoner|participant|person"
            rf"|commitment|register|offender id|doc id)(?: of corrections)?(?: {_NUMBER})+|m?doc"
        ),
        rf"{_NUMBER}(?: number)?",
    ),
    "name": (
        (
            rf"{_WHO}(?:full )?names?(?: last first.*)?|{_WHO}last(?: name)?(?: sfx| suffix)? first(?: name)?(?: m.*)?"
            rf"|{_WHO}first(?: name)?(?: m\w*(?: \w+)?)? last(?: name)?"
        ),
        r"offender|inmate|resident|prisoner|participant|woman",
    ),
    "last_name": (rf"{_WHO}(?:last|family|sur) ?(?:name|nm)|{_WHO}surname|lname|last",),
    "first_name": (rf"{_WHO}(?:first|given|fore) ?(?:name|nm)s?|fname|first|given",),
    "middle_name": (rf"{_WHO}middle ?(?:name|nm|initial|init)?|m ?i|mname|mid(?: name)?",),
    "suffix": (rf"{_WHO}(?:name )?(?:suffix|sfx|suf)",),
    "date_of_birth": (
        rf"{_WHO}(?:d ?o ?b|dob date|date (?:of )?birth|birth ?(?:date|dt|day)|birth|born(?: on)?|bdate)",
    ),
    "site": (r"(?:current |holding |housing )?(?:facility|institution|site|prison)(?: name| code)?",),
    "unit": (
        rf"{_HOUSE}(?: (?:unit|location|loc|assignment|area))?|(?:current |housing )?unit(?: name)?",
        r"dorm(?:itory)?|zone|building|bldg|pod|tier|(?:unit|cell) (?:and )?bed|current location|location",
        r"(?:cell|bed|bunk)(?: (?:number|no|assignment))?",
    ),
    "admitted_on": (
        (
            rf"(?:date )?(?:admit|admitted|admission|intake|reception|received|arrived"
            rf"|arrival|entry|entered|booking){_DAY}"
            r"|(?:date )?(?:of )?(?:admission|arrival|intake)"
        ),
    ),
    "parole_hearing": (
        r"(?:(?!last |previous |prior ).)*\bhearing\b.*",
        rf"(?:next )?parole(?: board)?{_DAY}|date of parole|board date",
        rf"parole elig\w*{_DAY}|p ?e ?d|earliest parole{_DAY}",
    ),
    "expected_release": (
        (
            rf"(?:tent\w*|est\w*|expected|projected|proj|anticipated|planned|scheduled) (?:release|rel|discharge){_DAY}"
            r"|(?:tentative|projected|expected) (?:date of )?release(?: date)?"
        ),
        rf"(?:release|rel){_DAY}|(?:date of|earliest) release(?: date)?|t ?r ?d|e ?r ?d|p ?r ?d",
        rf"(?:max\w*|flat|discharge|sentence end|end of sentence|out)(?: release)?{_DAY}",
    ),
    "county_of_return": (
        (
            r"(?:release|return|discharge|parole)(?: plan)? county|county (?:of|for) (?:return|release|parole)"
            r"|plan county|county (?:returning|released|paroled|going) to|county after release|release plan county name"
        ),
    ),
    "county_of_conviction": (
        (
            r"county (?:of )?(?:conviction|convicted|commitment|committed|sentenc\w*|offense|crime)"
            r"|(?:conviction|sentencing|committing|commitment|convicting|sentence) county"
        ),
        r"county|cnty|co",
    ),
}
_PATTERNS = [
    (field, 3 - rank, re.compile(pattern)) for field, ranks in _KNOWN.items() for rank, pattern in enumerate(ranks)
]
_POSITION = re.compile(r"#([1-9]\d{0,2})")
_SEARCHED = 100  # rows at the top of a page in which the heading must stand


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person said the columns are: heading -> field of ``FIELDS``, or ``""`` to leave the column out.

    Headings are compared without case, accents and punctuation; the second column of one heading is ``Date (2)``;
    ``#3`` is the third column whatever stands above it. Headings not named here are still recognized by themselves.
    ``sheet`` names the page of a workbook, if it is not the first that fits.
    """

    columns: dict[str, str] = {}
    sheet: str = ""


class Unrecognized(Problem):
    """No headings were found: let a person choose.

    ``columns`` is the likeliest line of headings (one label a column, ``#3`` where it is blank), ``rows`` the
    first lines as text, ``mapping`` what was recognized of ``columns``, ``sheets`` the pages of the workbook.
    ``path`` is set by whoever reads several files: which of them it was.
    """

    path = ""

    def __init__(self, sentence: str, table: Table, sheets: list[str]) -> None:
        super().__init__(sentence, code="no-header")
        self.rows = [texts(row.cells) for row in table.rows[:20]]
        width = max((len(row) for row in self.rows), default=0)
        likely = max(self.rows, key=lambda cells: sum(any(c.isalpha() for c in cell) for cell in cells), default=[])
        likely = likely + [""] * (width - len(likely))
        self.columns = [cell or f"#{place}" for place, cell in enumerate(labels(likely), 1)]
        self.mapping = recognize(self.columns, {})
        self.sheet, self.sheets = table.title, sheets


class Header(msgspec.Struct, frozen=True):
    """Where the data begin (index into the rows), the labels of the columns, and field -> column."""

    first: int
    labels: list[str]
    fields: dict[str, str]
    columns: dict[str, int]
    score: int


def load_mapping(data: bytes) -> Mapping:
    """A mapping from JSON, ``{"columns": {"heading": "field"}, "sheet": ""}`` or its columns alone.

    Raises ``Problem``.
    """
    try:
        content = json.loads(data.decode("utf-8-sig"))
        if isinstance(content, dict) and not ({"columns", "sheet"} & content.keys()):
            content = {"columns": content}
        found = msgspec.convert(content, Mapping)
    except (ValueError, RecursionError, msgspec.ValidationError) as trouble:
        raise Problem(
            _("The mapping cannot be read; nothing was changed. It is written as {example}.").format(
                example='{"columns": {"DOB": "date_of_birth"}}'
            ),
            code="mapping",
        ) from trouble
    check(found)
    return found


def save_mapping(mapping: Mapping) -> bytes:
    """A mapping as JSON, the opposite of ``load_mapping``."""
    return msgspec.json.encode(mapping)


def check(mapping: Mapping) -> None:
    """Raise ``Problem`` for a field that does not exist or that two headings claim."""
    fields = [field for field in mapping.columns.values() if field]
    for field in fields:
        if field not in FIELDS:
            raise Problem(
                _("The mapping names “{field}”, which is none of: {known}. Nothing was changed.").format(
                    field=field[:40], known=", ".join(FIELDS)
                ),
                code="mapping",
            )
        if fields.count(field) > 1:
            raise Problem(
                _("The mapping gives “{field}” to two columns; nothing was changed. Choose one.").format(
                    field=_(FIELDS[field])
                ),
                code="mapping",
            )


def normal(heading: str) -> str:
    """A heading as it is compared: ``Tent. Release Dt`` gives ``tent release dt``; ``#`` says number."""
    text = re.sub(r"[^0-9a-z]+", " ", fold(heading).replace("#", " number ")).strip()
    return text.removeprefix("the ")


def labels(cells: Sequence[str]) -> list[str]:
    """The headings, each different: the second ``Date`` becomes ``Date (2)``. Blank ones stay blank."""
    seen: dict[str, int] = {}
    out = []
    for cell in cells:
        key = normal(cell)
        seen[key] = seen.get(key, 0) + 1
        out.append(f"{cell} ({seen[key]})" if cell and seen[key] > 1 else cell)
    return out


def recognize(header: Sequence[str], chosen: dict[str, str]) -> dict[str, str]:
    """Every non-blank label with its field, or ``""``. What was *chosen* (by normal heading) goes first."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for place, label in enumerate(header, 1):
        choice = chosen.get(f"#{place}", chosen.get(normal(label)) if label else None)
        if choice is not None and choice not in taken:
            found[label or f"#{place}"] = choice
            taken |= {choice} - {""}
    claimed = set(chosen.values())
    offers = []
    for place, label in enumerate(header):
        if label and label not in found:
            text = normal(label)
            offers += [(-rank, place, label, f) for f, rank, p in _PATTERNS if f not in claimed and p.fullmatch(text)]
    for _rank, _place, label, field in sorted(offers):
        if label not in found and field not in taken:
            found[label] = field
            taken.add(field)
    if {"last_name", "first_name", "name"} <= taken and "name" not in claimed:
        found.update({label: "" for label, field in found.items() if field == "name"})
    return {
        label or f"#{n}": found.get(label or f"#{n}", "")
        for n, label in enumerate(header, 1)
        if label or f"#{n}" in found
    }


def score(cells: Sequence[str], chosen: dict[str, str] | None = None) -> int:
    """How many fields a row of headings names; 0 unless a number and a name are among them."""
    fields = {field for field in recognize(labels(cells), chosen or {}).values() if field}
    return len(fields) if "department_number" in fields and fields & {"name", "last_name"} else 0


def find(table: Table, mapping: Mapping | None) -> Header | None:
    """The headings of a page, or None if no row of its top has a number and a name among its headings."""
    chosen = {}
    for heading, field in (mapping.columns if mapping else {}).items():
        chosen[heading if _POSITION.fullmatch(heading) else normal(heading)] = field
    named = {key for key in chosen if not key.startswith("#")}
    top = [texts(row.cells) for row in table.rows[:_SEARCHED]]
    scores = [score(cells, chosen) for cells in top]
    if chosen and not named:  # columns by place alone: everything may be data, unless a line of headings is seen
        plain = [score(cells) for cells in top]
        best = max(plain, default=0)
        if not best:
            return _headless(top, chosen)
        return _header(top[plain.index(best)], plain.index(best) + 1, chosen, best)
    best = max(scores, default=0)
    return _header(top[scores.index(best)], scores.index(best) + 1, chosen, best) if best else None


def _header(cells: list[str], first: int, chosen: dict[str, str], best: int) -> Header:
    names = labels(cells)
    fields = recognize(names, chosen)
    where = {label or f"#{place + 1}": place for place, label in enumerate(names)}
    return Header(first, names, fields, {field: where[label] for label, field in fields.items() if field}, best)


def _headless(top: list[list[str]], chosen: dict[str, str]) -> Header | None:
    width = max((len(cells) for cells in top), default=0)
    columns = {field: int(key[1:]) - 1 for key, field in chosen.items() if field and int(key[1:]) <= width}
    if "department_number" not in columns or not columns.keys() & {"name", "last_name"}:
        return None
    names = [f"#{place + 1}" for place in range(width)]
    return Header(0, names, {name: chosen.get(name, "") for name in names}, columns, len(columns))


def source(header: Header) -> str:
    """The same for every file with these headings, in this order."""
    shape = "\n".join(normal(label) or "-" for label in header.labels)
    return hashlib.sha256(shape.encode()).hexdigest()[:16]


def is_repeated(row: Row, header: Header) -> bool:
    """Whether a line is the headings once more, as at the top of each printed page."""
    if not header.first or normal(texts(row.cells[:1])[0]) != normal(header.labels[0]):
        return False
    return [normal(t) for t in labels(texts(row.cells))] == [normal(t) for t in header.labels]
