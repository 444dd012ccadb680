"""Writes ``docs/controls.md``: each item of a rule, how it is met, where, and which tests prove it.

``python packaging/controls.py``. The tests say themselves what they prove (``@pytest.mark.controls("AC-7")``), so a
proof that is gone is gone from the page, and what has none cannot be called met: ``tests/test_controls.py`` holds both.
The items are yardsticks; the demands are told in our own words. CJIS: Security Policy 5.9.5. HIPAA: 45 CFR 164.
Part 2: 42 CFR Part 2 as of the 2024 rule.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "controls.md"
MET, PART, NOT, OUTSIDE = "met", "in part", "**not met**", "outside the program"


class Item(NamedTuple):
    """One item: what it asks, how far it is met, how or why not, and where that stands."""

    asks: str
    state: str
    how: str
    where: str = ""


@cache
def items() -> dict[str, dict[str, Item]]:
    """Rule -> item -> what is said of it."""
    found: dict[str, dict[str, Item]] = {}
    rule = ""
    for line in (ROOT / "docs" / "controls.txt").read_text("utf-8").splitlines():
        if line.startswith("# "):
            rule = line.removeprefix("# ")
            found[rule] = {}
        elif line.strip():
            item, asks, state, how, where = (cell.strip() for cell in line.split("|"))
            found[rule][item] = Item(
                asks, {"met": MET, "part": PART, "not": NOT, "outside": OUTSIDE}[state], how, where
            )
    return found


@cache
def proofs() -> dict[str, list[str]]:
    """Item -> the tests that say they prove it, as ``tests/store/test_sight.py::test_x``."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        name = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_text("utf-8"))
        for node in tree.body:
            if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "pytestmark" for t in node.targets):
                for item in _named(node.value):
                    found[item].append(name)
            if isinstance(node, ast.FunctionDef):
                for decorator in node.decorator_list:
                    for item in _named(decorator):
                        found[item].append(f"{name}::{node.name}")
    return dict(found)


def _named(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "controls":
            yield from (arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def page() -> str:
    """``docs/controls.md``."""
    proved, lines = proofs(), [HEAD]
    for rule, of in items().items():
        lines += [
            f"## {rule}",
            "",
            "| item | asks | | how, or why not | where | proved by |",
            "|---|---|---|---|---|---|",
        ]
        for name, item in of.items():
            where = ", ".join(f"`{place}`" for place in item.where.split())
            tests = "<br>".join(f"`{test}`" for test in proved.get(name, []))
            lines.append(f"| {name} | {item.asks} | {item.state} | {item.how} | {where} | {tests} |")
        lines.append("")
    return "\n".join(lines)


HEAD = """# What is claimed, and what proves it

Made by `packaging/controls.py` from `docs/controls.txt` and from the tests, which say themselves what they prove. \
"Met" means: by the program, with a test that fails without it. "In part" says what is missing. Whether a rule \
binds a site is for its counsel. What holds against whom: [threat-model.md](threat-model.md); what Windows must do: \
[for-it.md](for-it.md); who may do what: [roles.md](roles.md).
"""

if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
