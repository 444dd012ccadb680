"""Letters that no bundled face can print: where in her plan they stand, or in the words around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from .. import reports
from ..base.ids import Id
from ..records.base import Record, fields
from ..records.pack import Pack

if TYPE_CHECKING:
    from .plans import Contents


class Place(NamedTuple):
    """A record of a part, and those of its letters that cannot be printed."""

    part: str
    record: Id
    letters: tuple[str, ...]


def where_letters(whole: Contents) -> list[Place]:
    """The answers, entries and supporters with letters that cannot be printed, in the order of the plan."""
    found = []
    for part, record in _records(whole):
        texts = [value for name in fields(type(record)) if isinstance(value := getattr(record, name), str)]
        texts += [words for (of, _language), words in whole.wordings.items() if of == record.id]
        if odd := reports.unprintable(texts):
            found.append(Place(part, Id(record.id), tuple(odd)))
    return found


def odd_in_pack(pack: Pack) -> list[str]:
    """The letters of a template pack's own words that cannot be printed, in any of its languages."""
    return reports.unprintable(texts(msgspec.to_builtins(pack)))


def texts(values: Any) -> Iterator[str]:
    """Every text in *values*, which are plain ones."""
    if isinstance(values, str):
        yield values
    elif isinstance(values, Mapping):
        yield from texts(list(values.values()))
    elif isinstance(values, Sequence):
        for value in values:
            yield from texts(value)


def _records(whole: Contents) -> Iterator[tuple[str, Record]]:
    kinds = whole.pack.parts()
    for key in dict.fromkeys([*kinds, *whole.answers, *whole.items]):
        if (answer := whole.answers.get(key)) is not None:
            yield key, answer
        yield from ((key, item) for item in whole.items.get(key, ()))
        if key in kinds and kinds[key].kind == "supporter":
            yield from ((key, supporter) for supporter in whole.supporters)
