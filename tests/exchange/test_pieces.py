"""A bundle too long for a file of the stick's file system lies there in pieces, and is one bundle all the same."""

from __future__ import annotations

import os
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reentry_desktop.actions import media, sync
from reentry_desktop.base import pieces
from reentry_desktop.exchange import looking
from reentry_desktop.exchange.incoming import ALREADY, APPLIED, SET_ASIDE
from reentry_desktop.store import Store

from ..reports.reading import texts
from ..stores import enrolled
from .test_bundles import plan_of

SMALL = 20_000  # as of real pieces, the first holds the whole header


@pytest.fixture
def in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "PIECE", SMALL)


@given(st.integers(1, 40), st.lists(st.integers(0, 100), max_size=30), st.randoms(use_true_random=False))
def test_what_is_written_in_pieces_is_read_as_one(size: int, writes: list[int], chance: random.Random) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(pieces, "PIECE", size)
        path, whole = Path(folder) / "long", b"".join(chance.randbytes(n) for n in writes)
        with pieces.create(path) as file:
            at = 0
            for n in writes:
                file.write(whole[at : at + n])
                at += n
            pieces.sync(file)
            file.seek(0)
            assert file.read() == whole
        assert b"".join(part.read_bytes() for part in pieces.pieces_of(path)) == whole
        assert all(part.stat().st_size == size for part in pieces.pieces_of(path)[:-1])
        assert pieces.size_of(path) == len(whole)
        with pieces.open_whole(path) as file:
            assert file.read() == whole
            if whole:
                begin = chance.randrange(len(whole))
                file.seek(begin)
                assert file.read(7) == whole[begin : begin + 7]


def sent(facility: Store, stick: Path) -> Path:
    woman, _episode = enrolled(facility, share="words")
    plan_of(facility, woman, *(os.urandom(60).hex() for _line in range(30)))
    stick.mkdir(exist_ok=True)
    return sync.send(facility, "OFFICE", stick).file


@pytest.mark.usefixtures("in_pieces")
def test_a_bundle_in_pieces_is_sent_looked_at_and_taken_in(pair: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = pair
    file = sent(facility, tmp_path / "stick")
    assert len(parts := pieces.pieces_of(file)) > 3
    assert pieces.names(file, pieces.size_of(file)) == [part.name for part in parts]
    assert {path.stat().st_size for path in pieces.pieces_of(file)[:-1]} == {SMALL}
    assert not list(file.parent.glob("*.part*"))
    assert sync.bundles_in(file.parent) == [file]
    assert not sync.other_files_in(file.parent)
    assert not looking.look(file, store=office).problems
    with facility.read() as unit:
        sheet = media.gate_sheet(unit, media.carriage_named(unit, file.name).id)
    printed = "".join(" ".join(texts(sheet.data)).split())
    assert f"{len(parts)}files" in printed
    assert all(part.name in printed for part in parts)
    (taken,) = sync.take_in(office, [file])
    assert taken.status == APPLIED
    (again,) = sync.take_in(office, [file])
    assert again.status == ALREADY
    with facility.work("wiped") as unit:
        media.wiped(unit, file.parent)
    assert not list(file.parent.iterdir())


@pytest.mark.usefixtures("in_pieces")
def test_a_piece_that_is_missing_or_altered_is_told_and_nothing_is_taken_in(
    pair: tuple[Store, Store], tmp_path: Path
) -> None:
    facility, office = pair
    file = sent(facility, tmp_path / "stick")
    second, third = pieces.pieces_of(file)[1:3]
    kept = second.read_bytes()
    second.unlink()
    for trial in (True, False):
        (taken,) = sync.take_in(office, [file], trial=trial)
        assert (taken.status, taken.code) == (SET_ASIDE, "piece-missing")
        assert f"{second.name} is missing." in taken.reason
    (problem,) = looking.look(file, store=office).problems
    assert problem.sentence == taken.reason
    third = third.rename(file.parent / "elsewhere")
    (taken,) = sync.take_in(office, [file])
    assert f"{second.name}, {file.name}.3 are missing." in taken.reason
    third.rename(f"{file}.3")
    with office.read() as unit:
        assert not sync.set_aside(unit)  # it is of no use before all of it is there
    second.write_bytes(bytes([kept[0] ^ 1]) + kept[1:])
    (taken,) = sync.take_in(office, [file])
    assert taken.status == SET_ASIDE
    second.write_bytes(kept)
    first = file.rename(file.parent / "elsewhere")
    assert sync.bundles_in(file.parent) == [file]
    (taken,) = sync.take_in(office, [file])
    assert (taken.status, taken.code) == (SET_ASIDE, "piece-missing")
    assert f"{file.name} is missing." in taken.reason
    first.rename(file)
    (taken,) = sync.take_in(office, [file])
    assert taken.status == APPLIED
