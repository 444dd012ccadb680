"""Not one word of anybody's can be read from what the program leaves on a disk, at any moment of its work."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from reentry_desktop.records.local import Draft
from reentry_desktop.store import open_store

WHOLE_JOB = Path(__file__).with_name("whole_job.py")
SRC = Path(__file__).parents[2] / "src"
CANARIES = (
    "Xiomarabel", "Quixotewell", "Peregrinella", "Yarrowgate", "R70001", "R70002", "Wingzebra", "Countyquokka",
    "Toolwombat", "Answernarcissus", "Supporterlynx", "601-555-0142", "Draftocelot", "Takenbackibis", "Droppedheron",
    "Halfgazelle", "Staffiguana", "Staffpangolin", "Sitenarwhal", "plum violet", "copper mitten", "Wrongpassfalcon",
    "Wronguserkiwi", "1990-01-02", "Consentheron", "Disclosedtern", "Withheldgrebe", "Askedpuffin", "Scanwalrus",
    "Searchedosprey",
)  # fmt: skip
TAKEN_BACK = ("Takenbackibis", "Droppedheron", "Halfgazelle")


def readable(folder: Path) -> list[str]:
    """Where a canary stands in the bytes or the name of any file, in any case, in three encodings."""
    found = []
    for path in folder.rglob("*"):
        data = path.read_bytes().lower() if path.is_file() else b""
        for canary in CANARIES:
            word = canary.lower()
            forms = {word.encode(code) for code in ("utf-8", "utf-16-le", "latin-1")}
            if word in path.name.lower() or any(form in data for form in forms):
                found.append(f"{canary} in {path.relative_to(folder)}")
    return found


@pytest.mark.parametrize("code", ["utf-8", "utf-16-le", "latin-1"])
def test_the_search_finds_what_is_there(tmp_path: Path, code: str) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "x.bin").write_bytes(os.urandom(5000) + b"\0" + "XIOMARABEL".encode(code) + os.urandom(5000))
    (tmp_path / "toolwombat.txt").write_bytes(b"")
    assert sorted(readable(tmp_path)) == ["Toolwombat in toolwombat.txt", "Xiomarabel in deep/x.bin"]


def test_no_word_of_anybodys_is_readable_on_the_disk(tmp_path: Path) -> None:
    home, outside = tmp_path / "watched", tmp_path / "outside"
    for folder in (home, outside, home / "tmp", home / "cwd", home / "user"):
        folder.mkdir()
    kept = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "LD_LIBRARY_PATH")
    environment = {name: os.environ[name] for name in kept if name in os.environ} | {
        "PYTHONPATH": str(SRC), "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(home / "user"), "TMPDIR": str(home / "tmp"),
        "TEMP": str(home / "tmp"), "TMP": str(home / "tmp"), "XDG_DATA_HOME": str(home / "user" / "data"),
    }  # fmt: skip
    seen: dict[str, set[str]] = {}
    with subprocess.Popen(
        [sys.executable, str(WHOLE_JOB), str(home), str(outside)],
        cwd=home / "cwd", env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as job:  # fmt: skip
        assert job.stdin is not None
        assert job.stdout is not None
        for line in job.stdout:
            assert readable(home) == [], line
            seen[line.strip()] = {path.name for path in home.rglob("*")}
            job.stdin.write("\n")
            job.stdin.flush()
    assert job.returncode == 9
    assert len(seen) == 3
    assert "store.db-wal" in seen["at work, everything open"]
    assert "one.backup" in seen["sent and backed up"]
    assert [name for name in seen["sent and backed up"] if name.endswith(".bundle")]
    assert "store.tries" in seen["locked, after a wrong passphrase"]
    left = {path.name for path in home.rglob("*") if path.is_file()}
    assert "store.db-wal" in left  # the power went
    assert readable(home) == []
    # The one exception: the sign-in names, which the unlock page shows.
    assert b"ana" in (home / "facility" / "store.keys").read_bytes()
    _assert_taken_back(home / "facility")


def _assert_taken_back(folder: Path) -> None:
    """Words that were overwritten, dropped or never saved are in no entry and no table, not even with the key."""
    with open_store(folder, "ana", "copper mitten sailor") as store, store.read() as unit:
        payloads = b"\n".join(unit.connection.exec_driver_sql("SELECT payload FROM entry").scalars()).decode()
        drafts = set(unit.session.scalars(sa.select(Draft.text)))
        assert drafts == {"Draftocelot kept", "Draftocelot as the power went"}  # each her own
        told = ("Consentheron", "Disclosedtern", "Withheldgrebe", "Askedpuffin", "Scanwalrus", "Searchedosprey")
        for word in ("Toolwombat", "Answernarcissus", "Supporterlynx", "Xiomarabel", *told):
            assert word in payloads
        for word in (*TAKEN_BACK, "Draftocelot", "Peregrinella", "Wrongpassfalcon", "Wronguserkiwi", "copper mitten"):
            assert word not in payloads
        for (table,) in unit.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").all():
            rows = repr(unit.connection.exec_driver_sql(f'SELECT * FROM "{table}"').all())
            assert not [word for word in TAKEN_BACK if word in rows], table
        assert unit.connection.exec_driver_sql("PRAGMA secure_delete").scalar()
