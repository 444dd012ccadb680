"""What is written is what is read, by our reader and by a second one that shares nothing with it."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import shutil
import subprocess
from contextlib import nullcontext
from pathlib import Path

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from hypothesis import given, settings
from hypothesis import strategies as st

from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem
from reentry_desktop.base.wordlist import word_list
from reentry_desktop.bundle import (
    Entries,
    Item,
    Kept,
    Reoffer,
    Run,
    SiteKeys,
    Span,
    Totals,
    Withheld,
    Writer,
    inspect,
    is_receipt_code,
    make_card,
    read_back,
    receipt_code,
    succession,
    verify,
    write_card,
)
from reentry_desktop.records.entry import digest

from . import second_reader
from .conftest import MADE, Log, Site, merged, read, split, write

DOC = Path(__file__).parents[2] / "docs" / "bundle-format.md"
NORTH, OFFICE = Site("North Unit"), Site("Peer Office", "office")


def test_the_items_come_in_order_with_their_hashes(north: Site, office: Site, log: Log, plain: bytes) -> None:
    manifest, items = read(plain, north.card, office.keys)
    assert merged(items) == [
        Run(log.device, 1, log.hashes[0]),
        Entries(log.device, log.verified(1, 3), reoffered=False),
        Withheld(log.device, 4, 6, log.hashes[3], log.hashes[6]),
        Entries(log.device, log.verified(7, 12), reoffered=False),
    ]
    assert (manifest.site, manifest.to, manifest.made, manifest.zone) == (
        north.id,
        (office.id,),
        MADE,
        "America/Chicago",
    )
    assert manifest.more == {"acks": {}}
    assert manifest.spans == (log.span(),)


def test_the_header_names_nobody_and_counts_nothing(north: Site, office: Site, log: Log) -> None:
    short, long = (split(write(north, [office], log, runs))[0] for runs in ([], [(2, 11)]))
    assert len(short) == len(long)
    assert b"North" not in short
    assert b"Peer" not in short


def test_several_receivers_each_open_it(north: Site, south: Site, office: Site, log: Log) -> None:
    data = write(north, [south, office], log)
    for receiver in (south, office):
        assert merged(read(data, north.card, receiver.keys)[1])[1] == Entries(log.device, log.verified(1, 12), False)


def test_a_bundle_may_carry_no_entry(north: Site, office: Site) -> None:
    file = io.BytesIO()
    writer = Writer(file, north.device, [office.card])
    writer.manifest(spans=[], totals=Totals(entries=0), app="0.1.0", made=MADE, zone="UTC", more={"acks": {"x": 3}})
    writer.close()
    manifest, items = read(file.getvalue(), north.card, office.keys)
    assert manifest.more == {"acks": {"x": 3}}
    assert items == []


def test_many_chunks_and_batches(north: Site, office: Site) -> None:
    log = Log(7, [os.urandom(150).hex().encode() for _ in range(9_000)])
    data = write(north, [office], log, [(5_000, 5_000)])
    assert inspect(io.BytesIO(data)).body_size > 3 * 256 * 1024
    items = read(data, north.card, office.keys)[1]
    assert sum(isinstance(item, Entries) for item in items) > 2
    assert merged(items)[1] == Entries(7, log.verified(1, 4_999), False)
    assert merged(items)[3] == Entries(7, log.verified(5_001, 9_000), False)


@st.composite
def _stories(draw: st.DrawFn) -> tuple[list[Log], list[list[tuple[int, int]]], list[tuple[int, int, set[int]]]]:
    """Some devices' logs, what is withheld of each, and which of the first log's runs are offered again, how."""
    payloads = st.lists(
        st.binary(max_size=60).filter(lambda b: b"\n" not in b) | st.just(b"x" * 3000), min_size=1, max_size=25
    )
    logs = [Log(draw(st.integers(0, (1 << 40) - 3)) + k, draw(payloads)) for k in range(draw(st.integers(1, 3)))]
    if len({log.device for log in logs}) < len(logs):
        logs = logs[:1]
    runs = []
    for log in logs:
        cuts = sorted(draw(st.sets(st.integers(1, len(log.rows)), max_size=6)))
        runs.append([(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)])
    again = [(a, b, draw(st.sets(st.integers(a, b)))) for a, b in runs[0] if draw(st.booleans())]
    return logs, runs, again


@settings(deadline=None, max_examples=60)
@given(story=_stories())
def test_any_mix_of_runs_comes_back(
    story: tuple[list[Log], list[list[tuple[int, int]]], list[tuple[int, int, set[int]]]],
) -> None:
    logs, runs, again = story
    file = io.BytesIO()
    writer = Writer(file, NORTH.device, [OFFICE.card])
    gone = sum(b - a + 1 for of in runs for a, b in of)
    given_again = sum(b - a + 1 - len(kept) for a, b, kept in again)
    writer.manifest(
        spans=[log.span() for log in logs],
        totals=Totals(
            entries=sum(len(log.rows) for log in logs) - gone + given_again,
            withheld=sum(map(len, runs)),
            reoffers=len(again),
            kept=sum(len(kept) for _, _, kept in again),
        ),
        app="0.1.0",
        made=MADE,
        zone="UTC",
    )
    expected: list[Item] = []
    for log, of in zip(logs, runs, strict=True):
        writer.run(log.device, 1, log.hashes[0])
        expected.append(Run(log.device, 1, log.hashes[0]))
        at = 0
        for a, b in [*of, (len(log.rows) + 1, 0)]:
            writer.entries(log.rows[at : a - 1])
            if a - 1 > at:
                expected.append(Entries(log.device, log.verified(at + 1, a - 1), False))
            if b:
                writer.withheld(a, b, log.hashes[b])
                expected.append(Withheld(log.device, a, b, log.hashes[a - 1], log.hashes[b]))
                at = b
    log = logs[0]
    for a, b, kept in again:
        writer.reoffer(log.device, a, b, log.hashes[a - 1], log.hashes[b])
        expected.append(Reoffer(log.device, a, b, log.hashes[a - 1], log.hashes[b]))
        for row in log.rows[a - 1 : b]:
            if row[0] in kept:
                mark = digest(row[1], row[2])
                writer.still_withheld(row[0], mark)
                expected.append(Kept(log.device, row[0], mark, log.hashes[row[0]]))
            else:
                writer.entry(*row)
                expected.append(Entries(log.device, log.verified(row[0], row[0]), True))
    sealed = writer.close()
    data = file.getvalue()
    assert sealed.size == len(data)
    assert merged(read(data, NORTH.card, OFFICE.keys)[1]) == merged(expected)
    _compare_with_second_reader(data, NORTH, OFFICE)


def _compare_with_second_reader(data: bytes, sender: Site, receiver: Site) -> None:
    card = second_reader.read_card(write_card(sender.card, sender.keys))
    _header, told, lines = second_reader.open_bundle(data, card, receiver.id, receiver.keys.seed, receiver.keys.scalar)
    manifest, items = read(data, sender.card, receiver.keys)
    entries = [(item.device, *row) for item in items if isinstance(item, Entries) for row in item.rows]
    assert entries == [value for kind, value in lines if kind == "E"]
    withheld = [(i.device, i.first, i.last, i.after) for i in items if isinstance(i, Withheld)]
    assert withheld == [value for kind, value in lines if kind == "W"]
    kept = [(i.device, i.number, i.digest) for i in items if isinstance(i, Kept)]
    assert kept == [value for kind, value in lines if kind == "D"]
    assert told["receipt_secret"] == manifest.receipt_secret.hex()


def test_a_second_reader_agrees(north: Site, office: Site, log: Log, plain: bytes) -> None:
    _compare_with_second_reader(plain, north, office)
    card = second_reader.read_card(write_card(north.card, north.keys))
    assert tuple(second_reader.fingerprint(card, list(word_list()))) == north.card.fingerprint
    _, told, _ = second_reader.open_bundle(plain, card, office.id, office.keys.seed, office.keys.scalar)
    manifest, _ = read(plain, north.card, office.keys)
    code = receipt_code(manifest.receipt_secret, log.device, 12, log.hashes[12])
    assert code == second_reader.receipt_code(told, log.device, 12, log.hashes[12])


def test_a_second_reader_follows_new_keys_from_the_card_of_before(office: Site, log: Log) -> None:
    """Section 4.1: vouched for by the old key, then by the recovery kit; with the old card in hand."""
    site, parts = Id("c" * 32), os.urandom(64)
    old, new, newest = (SiteKeys.generate(site) for _key in range(3))
    kit = [succession.kit_public(site, pair, parts) for pair in ("AB", "AC", "BC")]
    card = make_card(old, name="North Unit", code="NOR", kind="facility", made=MADE, kit=kit)
    told = second_reader.read_card(write_card(card, old))
    by_key = succession.vouch(site, new.signing_public, old.signing)
    by_kit = succession.vouch(site, newest.signing_public, succession.kit_private(site, "AC", parts))
    stranger = succession.vouch(site, newest.signing_public, os.urandom(32))
    forged = msgspec.structs.replace(by_kit, signature=by_key.signature)
    for keys, links, taken in (
        (new, [by_key], True), (newest, [by_key, by_kit], True), (newest, [by_kit], True), (new, [], False),
        (newest, [stranger], False), (newest, [by_key, forged], False), (new, [by_key, by_kit], False),
    ):  # fmt: skip
        data = _renewed(keys, links, office, log)
        with nullcontext() if taken else pytest.raises(Problem, match="no valid certificate"):
            verify(io.BytesIO(data), card, card.kit_keys)
        with nullcontext() if taken else pytest.raises(InvalidSignature):
            secrets = (office.keys.seed, office.keys.scalar)
            _header, _manifest, lines = second_reader.open_bundle(data, told, office.id, *secrets)
            assert [value[1] for kind, value in lines if kind == "E"] == [row[0] for row in log.rows]
    after = make_card(new, name="North Unit", code="NOR", kind="facility", made=MADE, links=[by_key])
    keyed = second_reader.read_card(write_card(after, new))
    ways = second_reader.reached(site, keyed["succession"], told["signing"], told["kit"])
    assert ways[keyed["signing"]] is False  # not through the kit, which would outrank it


def _renewed(keys: SiteKeys, links: list[succession.Link], to: Site, log: Log) -> bytes:
    file = io.BytesIO()
    writer = Writer(file, keys.new_device(log.device), [to.card], links=links)
    writer.manifest(spans=[log.span()], totals=Totals(entries=len(log.rows)), app="0.1.0", made=MADE, zone="UTC")
    writer.run(log.device, 1, log.hashes[0])
    writer.entries(log.rows)
    writer.close()
    return file.getvalue()


def test_the_second_reader_imports_nothing_of_ours() -> None:
    assert len(Path(second_reader.__file__).read_text("utf-8").splitlines()) <= 200
    assert "reentry_desktop." not in Path(second_reader.__file__).read_text("utf-8").replace("vnd.reentry-desktop.", "")


@pytest.mark.skipif(
    not all(map(shutil.which, ("sh", "jq", "openssl", "xxd", "sha256sum", "base64"))), reason="needs stock tools"
)
def test_the_stock_tools_of_the_document_agree(tmp_path: Path, north: Site, plain: bytes) -> None:
    found = re.search(r"```sh\n(.*?)```", DOC.read_text("utf-8"), re.DOTALL)
    assert found
    (tmp_path / "x.bundle").write_bytes(plain)
    (tmp_path / "x.card").write_bytes(write_card(north.card, north.keys))
    run = subprocess.run(["sh", "-ec", found[1]], cwd=tmp_path, capture_output=True, text=True, check=False)
    lines = run.stdout.splitlines()
    assert run.returncode == 0, run.stderr
    assert lines[0] == lines[1].split()[0]
    assert lines[2:] == ["Signature Verified Successfully"] * 2


def test_reading_back_notices_a_lying_drive(north: Site, office: Site, log: Log) -> None:
    file = io.BytesIO()
    writer = Writer(file, north.device, [office.card])
    writer.manifest(spans=[log.span()], totals=Totals(entries=12), app="", made=MADE, zone="")
    writer.run(log.device, 1, log.hashes[0])
    writer.entries(log.rows)
    sealed = writer.close()
    assert len(read_back(file, sealed)) == 32
    assert sealed.header_digest == inspect(file).digest
    for place in (0, 100, sealed.size - 1):
        data = bytearray(file.getvalue())
        data[place] ^= 1
        with pytest.raises(Problem) as refused:
            read_back(io.BytesIO(bytes(data)), sealed)
        assert refused.value.code == "not-as-written"
    with pytest.raises(Problem):
        read_back(io.BytesIO(file.getvalue()[:-1]), sealed)


def test_a_writer_that_was_stopped_leaves_nothing_readable(north: Site, office: Site, log: Log) -> None:
    file = io.BytesIO()
    with Writer(file, north.device, [office.card]) as writer:
        writer.manifest(spans=[log.span()], totals=Totals(entries=12), app="", made=MADE, zone="")
    with pytest.raises(Problem) as refused:
        inspect(file)
    assert refused.value.code == "truncated"


def _wrong(mistake: str, writer: Writer, log: Log) -> None:
    runs = 1 if "before a" in mistake else 0
    totals = Totals(entries=3 if runs else 12, withheld=runs)
    writer.manifest(spans=[log.span()], totals=totals, app="", made=MADE, zone="")
    if mistake == "no run":
        writer.entries(log.rows)
    writer.run(log.device, 1, log.hashes[0])
    if mistake == "a gap":
        writer.entries([*log.rows[:3], *log.rows[4:]])
    if mistake == "a changed payload":
        writer.entries([*log.rows[:11], (12, log.rows[11][1], b"{}")])
    if mistake == "a changed payload before a withheld run":
        writer.entries([*log.rows[:2], (3, log.rows[2][1], b"{}")])
        writer.withheld(4, 12, log.hashes[12], before=log.hashes[3])
    if mistake == "a newline":
        writer.entry(1, log.rows[0][1], b"{\n}")
    if mistake == "a short salt":
        writer.entry(1, b"salt", b"{}")
    if mistake == "a payload too long":
        writer.entry(1, bytes(16), b"x" * (1 << 20))
    if mistake == "one too few":
        writer.entries(log.rows[:11])
    if mistake == "one withheld that was not declared":
        writer.entries(log.rows[:11])
        writer.withheld(12, 12, log.hashes[12])
    if mistake == "the run twice":
        writer.entries(log.rows)
        writer.run(log.device, 1, log.hashes[0])
    writer.close()


@pytest.mark.parametrize(
    "mistake",
    [
        "no run",
        "a gap",
        "a changed payload",
        "a changed payload before a withheld run",
        "a newline",
        "a short salt",
        "a payload too long",
        "one too few",
        "one withheld that was not declared",
        "the run twice",
    ],
)
def test_a_writer_refuses_what_every_reader_would(mistake: str, north: Site, office: Site, log: Log) -> None:
    with Writer(io.BytesIO(), north.device, [office.card]) as writer, pytest.raises(Problem) as refused:
        _wrong(mistake, writer, log)
    assert refused.value.code == "own-chain"


def test_a_writer_refuses_a_header_no_reader_takes(north: Site, office: Site) -> None:
    for options in ({"number": 2}, {"previous": b"\1" * 32}, {"number": 0}):
        with pytest.raises(ValueError, match=r".+"):
            Writer(io.BytesIO(), north.device, [office.card], **options)
    for to in ([], [office.card, office.card]):
        with pytest.raises(ValueError, match=r".+"):
            Writer(io.BytesIO(), north.device, to)
    writer = Writer(io.BytesIO(), north.device, [office.card])
    with pytest.raises(ValueError, match=r".+"):
        writer.manifest(
            spans=[Span(1, 5, bytes(32), 4, bytes(32))], totals=Totals(entries=0), app="", made=MADE, zone=""
        )


def test_a_time_with_a_zone_is_kept_as_utc(north: Site, office: Site) -> None:
    file = io.BytesIO()
    writer = Writer(file, north.device, [office.card])
    made = dt.datetime(2026, 11, 23, 8, 5, 1, tzinfo=dt.timezone(dt.timedelta(hours=-6)))
    writer.manifest(spans=[], totals=Totals(entries=0), app="", made=made, zone="")
    writer.close()
    assert read(file.getvalue(), north.card, office.keys)[0].made == made


def test_a_receipt_code_can_be_typed_from_the_phone() -> None:
    code = receipt_code(bytes(32), 5, 9, b"\2" * 32)
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{10}", code)
    assert is_receipt_code(f" {code[:5].lower()}-{code[5:]} ".replace("0", "o").replace("1", "l"), code)
    others = [
        receipt_code(b"\1" + bytes(31), 5, 9, b"\2" * 32),
        receipt_code(bytes(32), 6, 9, b"\2" * 32),
        receipt_code(bytes(32), 5, 8, b"\2" * 32),
        receipt_code(bytes(32), 5, 9, b"\3" * 32),
    ]
    for typed in [*others, "", code[:9], code + "0", "né"]:
        assert not is_receipt_code(typed, code)
