"""Plans of invented people as the values that ``reports`` takes."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from reentry_desktop.base.paths import resource
from reentry_desktop.reports import Item, PlanPage

DAY = dt.date(2026, 11, 23)
NOT_DETAILS = {"words", "tool"}


def demo(language: str) -> dict[str, Any]:
    """The bundled invented plan, as it stands in the file."""
    data: dict[str, Any] = json.loads(resource("demo", f"plan-{language}.json").read_text(encoding="utf-8"))
    return data


def plan_page(language: str = "en", **given: Any) -> PlanPage:
    """The bundled plan as values. Labels are the columns' own keys: translating them is not this package's work."""
    data = demo(language)
    values: dict[str, Any] = {
        "title": "",
        "language": language,
        "office": "Magnolia Hall",
        "version": 3,
        "print_number": "K7Q2-0042",
        "printed_on": DAY,
        "started_on": dt.date(2026, 10, 2),
        "done_on": dt.date(2026, 11, 20),
        "name": "Wilhelmina Abernathy",
        "answers": data["answers"],
        "items": {part: tuple(item(entry) for entry in entries) for part, entries in data["items"].items()},
        "supporters": tuple(item({"words": one["name"], **one}) for one in data["supporters"]),
    }
    return PlanPage(**{**values, **given})


def item(entry: dict[str, Any]) -> Item:
    """An entry of the file as a line to print."""
    pairs = tuple((key.replace("_", " "), str(value)) for key, value in entry.items() if key not in NOT_DETAILS)
    return Item(words=entry["words"], details=pairs, tool=entry.get("tool", ""))


def blank(**given: Any) -> PlanPage:
    """A plan in which nothing is written yet."""
    nothing: dict[str, Any] = {"answers": {}, "items": {}, "supporters": (), "version": 0, "done_on": None}
    return plan_page(**{**nothing, **given})


def words_of(page: PlanPage) -> list[str]:
    """Every text of hers that the print must hold."""
    texts = list(page.answers.values())
    for one in [*page.supporters, *(entry for entries in page.items.values() for entry in entries)]:
        texts += [one.words, one.tool, one.second_wording, *(part for pair in one.details for part in pair)]
    return [text for text in texts if text.strip()]
