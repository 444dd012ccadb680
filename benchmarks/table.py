"""The small table every measurement prints, and what they share: medians, a scratch folder, a fresh interpreter."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self

import psutil

ROOT = Path(__file__).parent.parent


class Line(NamedTuple):
    """One thing measured. ``goal`` bounds the ratio where there is a floor, else ours; with ``faster`` it is how many
    times the floor must be over ours."""

    what: str
    floor: float | None
    ours: float
    goal: float
    unit: str = "s"
    faster: bool = False

    @property
    def ratio(self) -> float | None:
        if not self.floor:
            return None
        return self.floor / self.ours if self.faster else self.ours / self.floor

    @property
    def met(self) -> bool:
        if self.faster and self.ratio:
            return self.ratio >= self.goal
        return (self.ratio or self.ours) <= self.goal


def show(lines: list[Line]) -> int:
    """Print the table. Returns the exit code: 1 where a goal was missed."""
    print(f"  {'':44} {'floor':>11} {'ours':>11} {'ratio':>7} {'goal':>7}")
    for line in lines:
        floor = f"{line.floor:,.3f} {line.unit}" if line.floor else "-"
        ratio = f"{line.ratio:.2f}" if line.ratio else "-"
        verdict = "met" if line.met else "MISSED"
        print(f"  {line.what:44} {floor:>11} {line.ours:>8,.3f} {line.unit:2} {ratio:>7} {line.goal:>7g} {verdict}")
    return 0 if all(line.met for line in lines) else 1


def seconds(act: Callable[[], object]) -> float:
    """How long *act* takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    """Takes the time of a block: ``seconds``, and ``cpu``, what this process used of the processor meanwhile."""
    told: dict[str, float] = {}
    began, used = time.perf_counter(), time.process_time()
    yield told
    told |= {"seconds": time.perf_counter() - began, "cpu": time.process_time() - used}


def alternately(rounds: int, *acts: Callable[[], float]) -> list[float]:
    """The median of what each act measures, taken in turns so that a busy minute falls on all of them."""
    found: list[list[float]] = [[] for _act in acts]
    for _round in range(rounds):
        for act, measured in zip(acts, found, strict=True):
            measured.append(act())
    return [statistics.median(measured) for measured in found]


def fresh(module: str, *arguments: object) -> Any:
    """What ``python -m module arguments`` prints as its last line, as JSON: a part run in its own interpreter."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE, env=_compiled())
    return json.loads((done.stdout.splitlines() or ["null"])[-1])


class Running:
    """``python -m module arguments``, a program that runs on and does one step after another: see ``serve``."""

    def __init__(self, module: str, *arguments: object) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", module, *map(str, arguments)], cwd=ROOT, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, env=_compiled(),
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._program.communicate()
        assert self._program.returncode == 0

    def do(self, step: str) -> Any:
        """What it prints of a step, as JSON."""
        assert self._program.stdin
        assert self._program.stdout
        print(step, file=self._program.stdin, flush=True)
        if not (told := self._program.stdout.readline()):
            raise RuntimeError(f"the program ended in its step {step!r}")
        return json.loads(told)


def serve(**steps: Callable[[], object]) -> None:
    """Do each step whose name comes in a line, and print what it returns as a line of JSON, until there are no more."""
    for line in sys.stdin:
        print(json.dumps(steps[line.strip()]()), flush=True)


def _compiled() -> dict[str, str]:
    env = dict(os.environ)
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program comes compiled
    return env


def asked(
    about: str | None, rounds: int, *parts: Callable[[Path], None], size: int = 500_000, of: str = "changes in the log"
) -> argparse.Namespace:
    """Size, rounds and folder as they were asked for. In an interpreter of one of *parts*: do that part, and end."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=size, help=of)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--keep", type=Path, help="keep the invented sites in this folder, and use them again")
    parser.add_argument("--part", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        {part.__name__: part for part in parts}[given.part[0]](Path(given.part[1]))
        sys.exit()
    return given


def asked_of_women(about: str | None) -> argparse.Namespace:
    """Women, rounds and folder as they were asked for, where a whole site is looked at."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=100_000, help="women of the site")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="keep the invented site in this folder, and use it again")
    return parser.parse_args()


@contextmanager
def scratch(keep: Path | None = None) -> Iterator[Path]:
    """A folder for invented records, gone afterwards unless it is named."""
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def peak_megabytes() -> float:
    """The most memory this process has held in RAM so far."""
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset) / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
