"""A store with one record of every kind: what links may point to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from reentry_desktop.base.ids import Id, named_id
from reentry_desktop.records import Record, fields, kinds
from reentry_desktop.store import Store

from ..stores import Template


@pytest.fixture(scope="module")
def world(
    facility_template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, dict[str, Id]]]:
    """A store with one record of every kind, and their ids by kind: what links may point to."""
    with facility_template.open(tmp_path_factory.mktemp("world") / "store") as store:
        yield store, _furnish(store)


def _furnish(store: Store) -> dict[str, Id]:
    """One plain record of every kind; the same ids in every store."""
    links: dict[str, Id] = {"site": store.site, "person": store.who.id}
    with store.work("furnish") as unit:
        for kind, cls in kinds().items():
            if kind not in links:
                links[kind] = named_id(store.site, kind)
                unit.create(cls, links[kind], **plain_values(cls, links))
    return links


def plain_values(cls: type[Record], links: dict[str, Id]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name, spec in fields(cls).items():
        if spec.link and spec.required:
            plain[name] = links[spec.link]
        elif spec.required and spec.editor == "day":
            plain[name] = dt.date(2026, 11, 1)
        elif spec.required and spec.choices:
            plain[name] = next(iter(spec.choices))
        elif spec.required:
            plain[name] = "tool" if name == "kind" else f"some {name}"
    ruled = {
        "need_tag": {"may_be_recorded": True},
        "participant": {"first_name": "Ana"},
        "plan_item": {"words": "Walk"},
        "retention_rule": {"years": 7},
    }
    return plain | ruled.get(cls.__tablename__, {})
