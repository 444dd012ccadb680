"""What docs/controls.md claims is proved: the page equals its items and the tests, and nothing met is unproved."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "packaging"))

import controls  # noqa: E402
import roles  # noqa: E402

EVERY = {name: item for of in controls.items().values() for name, item in of.items()}


def test_the_page_of_controls_is_made_of_its_items_and_the_tests() -> None:
    assert controls.PAGE.read_text("utf-8") == controls.page(), "run: python packaging/controls.py"


def test_the_page_of_roles_is_made_of_the_declarations() -> None:
    assert roles.PAGE.read_text("utf-8") == roles.as_page(), "run: python packaging/roles.py"


def test_every_proof_names_an_item() -> None:
    assert set(controls.proofs()) <= set(EVERY)


@pytest.mark.parametrize("name", sorted(EVERY))
def test_what_is_called_met_is_proved_and_stands_where_it_says(name: str) -> None:
    item = EVERY[name]
    if item.state == controls.MET:
        assert controls.proofs().get(name), f"nothing proves {name}"
    for place in item.where.split():
        assert (ROOT / place).exists(), place
