"""The invented plans, written into a store of a test or a benchmark."""

from __future__ import annotations

from reentry_desktop.actions import plans
from reentry_desktop.actions.invented_plan import fill_plan
from reentry_desktop.base.ids import Id
from reentry_desktop.store import Store


def filled_plan(store: Store, woman: Id, language: str = "en") -> Id:
    """Her plan, begun and wholly written in *language*. She is enrolled."""
    with store.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman, language)
        fill_plan(unit, plan, language)
    return plan


__all__ = ["fill_plan", "filled_plan"]
