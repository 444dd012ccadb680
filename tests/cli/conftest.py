"""Runs commands: in this process, which is fast, or as a script would, in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reentry_desktop.cli.main import main

from ..stores import PASSPHRASE, USER, Template

SOURCES = Path(__file__).resolve().parents[2] / "src"


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """One command in this process."""

    def ran(*words: object) -> Ran:
        capsys.readouterr()
        code, _window = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return ran


def script(*words: object, stdin: str = "", python: tuple[str, ...] = (), env: dict[str, str] | None = None) -> Ran:
    """One command as a script runs it."""
    env = {**os.environ, "PYTHONPATH": str(SOURCES), "LC_ALL": "C", **(env or {})}
    done = subprocess.run(
        [sys.executable, *python, "-m", "reentry_desktop", *map(str, words)],
        env=env, input=stdin.encode(), capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="session")
def passphrase_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("said") / "passphrase"
    path.write_text(PASSPHRASE + "\nanother line\n")
    return path


@pytest.fixture
def facility_args(facility_template: Template, tmp_path: Path, passphrase_file: Path) -> list[str]:
    """The options that open a fresh facility store."""
    return options(facility_template.copy(tmp_path / "facility"), passphrase_file)


@pytest.fixture
def office_args(office_template: Template, tmp_path: Path, passphrase_file: Path) -> list[str]:
    return options(office_template.copy(tmp_path / "office"), passphrase_file)


def options(store: Path, passphrase_file: Path) -> list[str]:
    return ["--store", str(store), "--user", USER, "--passphrase-file", str(passphrase_file)]
