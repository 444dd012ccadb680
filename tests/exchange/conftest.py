"""A facility and an office that trust each other."""

from __future__ import annotations

import pytest

from reentry_desktop.store import Store

from ..stores import exchange_cards


@pytest.fixture
def pair(facility: Store, office: Store) -> tuple[Store, Store]:
    exchange_cards(facility, office)
    return facility, office
