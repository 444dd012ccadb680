"""Whatever is not exactly what the sender wrote is refused, with a code and a sentence."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import io
import json
import os
import random
import re
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reentry_desktop.base.problems import Problem
from reentry_desktop.bundle import (
    DeviceKey,
    Entries,
    Kept,
    Piece,
    Reoffer,
    Run,
    SiteKeys,
    Totals,
    Withheld,
    Writer,
    inspect,
    open_bundle,
    succession,
    verify,
    write_card,
)
from reentry_desktop.bundle import envelope as dsse
from reentry_desktop.bundle import header as head
from reentry_desktop.bundle.faults import SENTENCES
from reentry_desktop.bundle.keys import HPKE_SUITE
from reentry_desktop.bundle.stream import unseal
from reentry_desktop.records.entry import digest

from .conftest import MADE, Log, Site, code_of, forge, read, split, unsealed, write

CODES = {
    "not-a-bundle",
    "truncated",
    "altered",
    "wrong-receiver",
    "unknown-sender",
    "newer-version",
    "bad-certificate",
    "inner-outer-mismatch",
    "broken-chain",
    "malformed",
}


def test_every_bit_of_the_header(north: Site, office: Site, plain: bytes) -> None:
    line, _ = split(plain)
    data = bytearray(plain)
    for place in range(len(line)):
        for bit in range(8):
            data[place] ^= 1 << bit
            with pytest.raises(Problem) as refused:
                verify(io.BytesIO(bytes(data)), north.card)
            assert refused.value.code in CODES
            data[place] ^= 1 << bit
    assert code_of(bytes(data), north.card, office.keys) == ""


@pytest.mark.controls("SC-8", "164.312(e)(1)", "164.312(e)(2)(i)")
def test_every_byte_of_a_bundle_with_every_kind_of_line(north: Site, office: Site, log: Log) -> None:
    """Its keys are new, too: links and certificate stand in its first line."""
    renewed = SiteKeys.generate(north.id)
    sender = renewed.new_device(log.device)
    parcel = os.urandom(1000)
    sha256 = hashlib.sha256(parcel).hexdigest()
    file = io.BytesIO()
    link = succession.vouch(north.id, renewed.signing_public, north.keys.signing)
    writer = Writer(file, sender, [office.card], links=[link])
    marks = {n: digest(salt, payload) for n, salt, payload in log.rows}
    writer.manifest(
        spans=[log.span(6)],
        totals=Totals(entries=7, withheld=1, reoffers=1, kept=1), app="0.1.0", made=MADE, zone="UTC",
        more={"parcels": [{"from": north.id, "to": "b" * 32, "sha256": sha256, "size": len(parcel)}]},
    )  # fmt: skip
    writer.reoffer(log.device, 2, 4, log.hashes[1], log.hashes[4])
    writer.entry(*log.rows[1])
    writer.still_withheld(3, marks[3])
    writer.entry(*log.rows[3])
    writer.run(log.device, 6, log.hashes[5])
    writer.entries(log.rows[5:7])
    writer.withheld(8, 9, log.hashes[9], before=log.hashes[7])
    writer.entries(log.rows[9:])
    writer.parcel(0, io.BytesIO(parcel))
    writer.close()
    data = file.getvalue()
    assert code_of(data, north.card, office.keys) == ""
    _manifest, items = read(data, north.card, office.keys)
    assert set(map(type, items)) == {Run, Entries, Withheld, Reoffer, Kept, Piece}
    start = inspect(io.BytesIO(data)).body_start
    for place in range(len(data)):
        altered = bytearray(data)
        altered[place] ^= 1 + place % 255
        code = code_of(bytes(altered), north.card, office.keys)
        assert code == "altered" if place >= start else code in CODES, place


def test_every_truncation(north: Site, plain: bytes) -> None:
    for size in range(len(plain)):
        with pytest.raises(Problem) as refused:
            verify(io.BytesIO(plain[:size]), north.card)
        assert refused.value.code == "truncated", size


@pytest.mark.parametrize("tail", [b"\0", b"\n", b" ", bytes(1 << 18), b"itself"])
def test_appended_bytes(north: Site, office: Site, plain: bytes, tail: bytes) -> None:
    assert code_of(plain + (plain if tail == b"itself" else tail), north.card, office.keys) == "altered"


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04" + bytes(200),
        b"number,name\n1,Ana\n",
        b'{"payload":"' + b"A" * 70_000,
        b"x" * 70_000,
        b"{}\n",
        b'{"payload":1}\n',
    ],
)
def test_other_files(north: Site, office: Site, data: bytes) -> None:
    assert code_of(data, north.card, office.keys) == "not-a-bundle"


def test_a_card_chosen_by_mistake_is_not_called_damaged(north: Site, office: Site) -> None:
    assert code_of(write_card(north.card, north.keys), north.card, office.keys) == "not-a-bundle"


@settings(max_examples=200)
@given(data=st.binary(max_size=200))
@pytest.mark.controls("SI-10")
def test_any_bytes(data: bytes) -> None:
    for start in (b"", b'{"payload":"'):
        with pytest.raises(Problem) as refused:
            inspect(io.BytesIO(start + data))
        assert refused.value.code in CODES


def test_an_empty_file_is_a_copy_that_was_not_finished(north: Site, office: Site) -> None:
    assert code_of(b"", north.card, office.keys) == "truncated"


def test_other_spellings_of_the_first_line(north: Site, office: Site, plain: bytes) -> None:
    line, body = split(plain)
    for other in (
        line[:-1] + b"\r\n",
        line[:-1] + b" \n",
        line.replace(b'","', b'", "', 1),
        line.replace(b"/", rb"\/"),
    ):
        assert other != line
        assert code_of(other + body, north.card, office.keys) == "altered"


def _sign(payload: Any, site: Site) -> bytes:
    data = payload if isinstance(payload, bytes) else json.dumps(payload, separators=(",", ":")).encode()
    return dsse.write(head.HEADER_TYPE, data, site.device.private) + b"\n"


def _payload(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.b64decode(json.loads(split(data)[0])["payload"]))
    return found


def test_signing_again_as_it_was_is_taken(north: Site, office: Site, plain: bytes) -> None:
    # Without this, the refusals below could have another cause.
    assert code_of(_sign(_payload(plain), north) + split(plain)[1], north.card, office.keys) == ""


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"format": "reentry-bundle/4"}, "newer-version"),
        ({"format": "reentry-bundle/4", "new": 1}, "newer-version"),
        ({"suite": "other"}, "newer-version"),
        ({"format": "reentry-bundle/0"}, "altered"),
        ({"format": "reentry-bundle/" + "9" * 5000}, "altered"),
        ({"format": "other/1"}, "altered"),
        ({"more": 1}, "altered"),
        ({"number": 0}, "altered"),
        ({"number": 2}, "altered"),
        ({"number": 1.0}, "altered"),
        ({"prev": "1" * 64}, "altered"),
        ({"prev": "0" * 64 + "\n"}, "altered"),
        ({"device": 1 << 40}, "altered"),
        ({"site": "A" * 32}, "altered"),
        ({"to": []}, "altered"),
        ({"keys": []}, "altered"),
        ({"body": {"sha256": "0" * 64, "size": "000000000000016"}}, "altered"),
        ({"certificate": base64.b64encode(bytes(64)).decode()}, "bad-certificate"),
    ],
)
def test_a_header_against_the_rules_though_well_signed(
    north: Site, office: Site, plain: bytes, change: dict[str, Any], code: str
) -> None:
    data = _sign(_payload(plain) | change, north) + split(plain)[1]
    assert code_of(data, north.card, office.keys) == code


def test_a_header_with_its_keys_in_another_order(north: Site, office: Site, plain: bytes) -> None:
    payload = dict(reversed(_payload(plain).items()))
    assert code_of(_sign(payload, north) + split(plain)[1], north.card, office.keys) == "altered"


def test_a_doubled_key_in_the_header(north: Site, office: Site, plain: bytes) -> None:
    payload = msgspec.json.encode(_payload(plain)).replace(b'"number":1', b'"number":2,"number":1')
    assert code_of(_sign(payload, north) + split(plain)[1], north.card, office.keys) == "altered"


def test_a_sender_not_trusted(north: Site, south: Site, office: Site, plain: bytes) -> None:
    assert code_of(plain, None, office.keys) == "unknown-sender"
    assert code_of(plain, south.card, office.keys) == "unknown-sender"


def test_a_device_its_site_did_not_certify(north: Site, south: Site, office: Site, log: Log) -> None:
    for device in (
        DeviceKey(north.id, north.device.device, south.device.certificate, north.device.private),
        DeviceKey(north.id, north.device.device + 1, north.device.certificate, north.device.private),
        DeviceKey(north.id, north.device.device, north.device.certificate, south.device.private),
        DeviceKey(north.id, south.device.device, south.device.certificate, south.device.private),
    ):
        assert code_of(forge(device, [office.card], b""), north.card, office.keys) == "bad-certificate"


@pytest.mark.controls("SC-8", "164.312(e)(1)", "164.312(e)(2)(ii)")
def test_another_receiver(north: Site, south: Site, office: Site, plain: bytes, log: Log) -> None:
    assert code_of(plain, north.card, south.keys) == "wrong-receiver"
    older = Site("Peer Office", "office", office.id)
    assert code_of(plain, north.card, older.keys) == "wrong-receiver"


def test_a_wrapped_key_moved_to_another_header(north: Site, office: Site, plain: bytes, log: Log) -> None:
    other = write(north, [office], log)
    data = _sign(_payload(other) | {"keys": _payload(plain)["keys"]}, north) + split(other)[1]
    assert code_of(data, north.card, office.keys) == "wrong-receiver"


def test_strip_and_sign_again(north: Site, south: Site, office: Site, log: Log) -> None:
    """South, a receiver too, puts its own cover on what north wrote, with the key wrapped anew for the office."""
    data = write(north, [south, office], log)
    found = verify(io.BytesIO(data), north.card)
    info = head.key_info(found.format, north.id, north.device.device, south.id, found.core)
    wrapped = found.wrapped[found.to.index(south.id)]
    key = HPKE_SUITE.decrypt(wrapped, south.keys.hpke_private(), info)
    body = b"".join(unsealed(data, key))
    stolen = forge(south.device, [south.card, office.card], body, key=key)
    assert split(stolen)[1] == split(data)[1]  # the very ciphertext of north
    assert code_of(stolen, south.card, office.keys) == "inner-outer-mismatch"
    # North, sending it on under another number or to another site, is refused as well.
    assert code_of(forge(north.device, [office.card], body), north.card, office.keys) == "inner-outer-mismatch"
    again = forge(north.device, [south.card, office.card], body, number=2)
    assert code_of(again, north.card, office.keys) == "inner-outer-mismatch"
    assert code_of(forge(north.device, [south.card, office.card], body), north.card, office.keys) == ""


class TwoFaced(io.BytesIO):
    """A drive that answers the first reading rightly, and the second one with a bit changed."""

    def __init__(self, data: bytes, place: int) -> None:
        super().__init__(data)
        self.place, self.turned = place, False

    def read(self, size: int | None = -1) -> bytes:
        start = self.tell()
        data = bytearray(super().read(size))
        if self.turned and start <= self.place < start + len(data):
            data[self.place - start] ^= 1
        return bytes(data)


def test_a_drive_that_answers_differently_the_second_time(north: Site, office: Site, plain: bytes) -> None:
    start = len(split(plain)[0])
    for place in (start, start + 50, len(plain) - 1):
        file = TwoFaced(plain, place)
        found = verify(file, north.card)
        file.turned = True
        with pytest.raises(Problem) as refused:
            list(open_bundle(file, found, office.keys)[1])
        assert refused.value.code == "altered"


def test_the_whole_body_is_hashed_in_the_second_reading_too(north: Site, office: Site, plain: bytes) -> None:
    """Who is a receiver too has the key, and can make chunks that open: the digest must hold when they are read."""
    found = dataclasses.replace(verify(io.BytesIO(plain), north.card), body_sha256=bytes(32))
    with pytest.raises(Problem) as refused:
        list(open_bundle(io.BytesIO(plain), found, office.keys)[1])
    assert refused.value.code == "altered"


def test_chunks_cannot_be_moved(north: Site, office: Site) -> None:
    """Signed anew by the sender's own key, so that only STREAM stands in the way."""
    log = Log(north.device.device, [random.Random(n).randbytes(2000).hex().encode() for n in range(500)])
    data = write(north, [office], log)
    found = verify(io.BytesIO(data), north.card)
    info = head.key_info(found.format, north.id, north.device.device, office.id, found.core)
    key = HPKE_SUITE.decrypt(found.wrapped[0], office.keys.hpke_private(), info)
    size = 256 * 1024 + 16
    body = split(data)[1]
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    assert len(chunks) > 3
    for order in ([1, 0, *range(2, len(chunks))], [0, *range(2, len(chunks))], list(range(len(chunks) - 1))):
        moved = b"".join(chunks[n] for n in order)
        with pytest.raises(Problem) as refused:
            list(unseal(io.BytesIO(moved), 0, len(moved), found.body_sha256, key))
        assert refused.value.code == "altered"


def test_a_body_of_no_chunk(north: Site, office: Site, plain: bytes) -> None:
    for size in (0, 16):
        body = {"sha256": hashlib.sha256(bytes(size)).hexdigest(), "size": f"{size:015d}"}
        assert (
            code_of(_sign(_payload(plain) | {"body": body}, north) + bytes(size), north.card, office.keys) == "altered"
        )


def test_every_fault_has_a_plain_sentence() -> None:
    assert set(SENTENCES) >= CODES
    for sentence in SENTENCES.values():
        assert "safe" in sentence or "Nothing was changed" in sentence
        assert len(re.split(r"[.:] ", sentence)) >= 2
