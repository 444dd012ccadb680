"""Runs the measurements named, or all of them: ``python3 dev.py bench [name ...] [options of the measurement]``.

Each is a script of its own in this folder, in an interpreter of its own. Exit code 1: a goal was missed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NOT_MEASUREMENTS = {"__init__", "__main__", "drawn", "filling", "table"}


def main(arguments: list[str]) -> int:
    every = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in NOT_MEASUREMENTS)
    names = [word for word in arguments if word in every]
    rest = [word for word in arguments if word not in every]
    if rest and not rest[0].startswith("-"):
        print(f"There is no measurement called {rest[0]}. There are: {' '.join(every)}", file=sys.stderr)
        return 2
    missed = []
    for name in names or every:
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *rest], cwd=HERE.parent, check=False).returncode:
            missed.append(name)
    print(f"== missed: {' '.join(missed)}" if missed else "== every goal met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
