"""Runs one reader under atheris: ``atheris_run.py READER RUNS [SECONDS]``. What it finds new goes into the corpus."""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "fuzz")]

with atheris.instrument_imports(include=["reentry_desktop"]):
    import readers


def main() -> None:
    reader, runs, *seconds = sys.argv[1:]
    corpus = readers.CORPUS / reader
    limits = [f"-max_total_time={seconds[0]}"] if seconds else []
    atheris.Setup(
        [sys.argv[0], f"-runs={runs}", *limits, "-max_len=8192", "-reduce_inputs=1", "-print_final_stats=0",
         f"-artifact_prefix={ROOT}/build/fuzz-", str(corpus)],
        lambda data: readers.meet(reader, data),
    )  # fmt: skip
    atheris.Fuzz()


if __name__ == "__main__":
    main()
