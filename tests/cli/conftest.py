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

from reentry_desktop.actions import enrolling
from reentry_desktop.cli.main import main
from reentry_desktop.records.pack import load_pack
from reentry_desktop.store import open_store

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


HEAD = "DOC Number,Last Name,First Name,Date of Birth,Parole Hearing,Tentative Release\n"
GOOD = "1001,Núñez,Ana,01/02/1990,03/01/2027,06/01/2027\n1002,Ray,Luz,02/03/1985,,\n"
BAD = ",Nobody,Ann,01/02/1990,,\n"


@pytest.fixture
def listed(run: Run, facility_args: list[str], tmp_path: Path) -> list[str]:
    """A store in which two women stand on the list."""
    file = tmp_path / "list.csv"
    file.write_text(HEAD + GOOD, "utf-8")
    assert run("roster", "import", file, *facility_args, "--as-of", "2026-11-23").code == 0
    rows = tmp_path / "program.jsonl"
    rows.write_text('{"name": "Bridges"}\n')
    assert run("records", "import", "program", rows, *facility_args).code == 1  # programs are not imported
    return facility_args


@pytest.fixture
def enrolled(listed: list[str], run: Run) -> list[str]:
    """The same, one of the two enrolled."""
    with open_store(Path(listed[1]), USER, PASSPHRASE) as store, store.work("add_program") as unit:
        enrolling.add_program(unit, name="Bridges")
    words = ["enrol", *listed, "--participant", "1001", "--program", "bridges", "--on", "2026-10-01"]
    done = run(*words, "--share", "words", "--json")
    assert done.code == 0, done.err
    assert len(done.json["enrolment"]) == 32
    assert run(*words).code == 1  # she has an open episode
    return listed


@pytest.fixture
def hers(enrolled: list[str], run: Run) -> list[str]:
    """The options of a command about a plan that was begun. Whoever asks may save prints without a passphrase."""
    assert run("user", "saves-open", USER, "yes", *enrolled).code == 0
    options = [*enrolled, "--participant", "1001"]
    assert run("plan", "start", *options, "--on", "2026-10-02").code == 0
    return options


def write(run: Run, hers: list[str], part: str, words: str, *more: str) -> str:
    """Words in a part of the plan; the id of what was written."""
    done = run("plan", "write", *hers, "--part", part, "--words", words, *more, "--json")
    assert done.code == 0, done.err
    return str(done.json["record"])


@pytest.fixture
def whole(hers: list[str], run: Run) -> list[str]:
    """The same, with a few words wherever "done for now" asks for them."""
    for part in load_pack().parts().values():
        if part.required:
            write(run, hers, part.key, f"Words for {part.key}")
    return hers
