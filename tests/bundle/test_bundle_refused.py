"""Whatever is not exactly what the sender wrote is refused, with a code and a sentence."""

from __future__ import annotations

import base64
import dataclasses
import io
import json
import random
import re
from typing import Any

import msgspec
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from reentry_desktop.base.problems import Problem
from reentry_desktop.bundle import DeviceKey, Entries, inspect, open_bundle, verify
from reentry_desktop.bundle import contents as inside
from reentry_desktop.bundle import envelope as dsse
from reentry_desktop.bundle import header as head
from reentry_desktop.bundle.faults import SENTENCES
from reentry_desktop.bundle.keys import HPKE_SUITE
from reentry_desktop.bundle.stream import unseal

from .conftest import Log, Site, code_of, forge, read, split, write

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


def test_two_thousand_bits_of_the_body(north: Site, office: Site, plain: bytes) -> None:
    start = len(split(plain)[0])
    chance = random.Random(5)
    for _ in range(2000):
        data = bytearray(plain)
        data[chance.randrange(start, len(data))] ^= 1 << chance.randrange(8)
        assert code_of(bytes(data), north.card, office.keys) == "altered"


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


@settings(max_examples=200)
@given(data=st.binary(max_size=200))
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
        ({"format": "reentry-bundle/2"}, "newer-version"),
        ({"format": "reentry-bundle/2", "new": 1}, "newer-version"),
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
    info = head.key_info(north.id, north.device.device, south.id, found.core)
    wrapped = found.wrapped[found.to.index(south.id)]
    key = HPKE_SUITE.decrypt(wrapped, south.keys.hpke_private(), info)
    body = b"".join(_unsealed(data, key))
    stolen = forge(south.device, [south.card, office.card], body, key=key)
    assert split(stolen)[1] == split(data)[1]  # the very ciphertext of north
    assert code_of(stolen, south.card, office.keys) == "inner-outer-mismatch"
    # North, sending it on under another number or to another site, is refused as well.
    assert code_of(forge(north.device, [office.card], body), north.card, office.keys) == "inner-outer-mismatch"
    again = forge(north.device, [south.card, office.card], body, number=2)
    assert code_of(again, north.card, office.keys) == "inner-outer-mismatch"
    assert code_of(forge(north.device, [south.card, office.card], body), north.card, office.keys) == ""


def _unsealed(data: bytes, key: bytes) -> list[bytes]:
    found = inspect(io.BytesIO(data))
    return list(unseal(io.BytesIO(data), found.body_start, found.body_size, found.body_sha256, key))


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


# What a sender's own program could do wrong: signed and sealed, and yet against the rules.


@pytest.fixture(scope="session")
def lines(north: Site, office: Site, plain: bytes) -> list[bytes]:
    """The plain lines of ``plain``, which can be forged anew."""
    found = verify(io.BytesIO(plain), north.card)
    info = head.key_info(north.id, north.device.device, office.id, found.core)
    key = HPKE_SUITE.decrypt(found.wrapped[0], office.keys.hpke_private(), info)
    return b"".join(_unsealed(plain, key)).split(b"\n")[:-1]


def _code(lines: list[bytes], north: Site, office: Site, end: bytes = b"\n") -> str:
    return code_of(forge(north.device, [office.card], b"\n".join(lines) + end), north.card, office.keys)


def test_the_same_lines_forged_are_taken(north: Site, office: Site, lines: list[bytes]) -> None:
    assert _code(lines, north, office) == ""


def test_every_line_left_out_doubled_or_swapped(north: Site, office: Site, lines: list[bytes]) -> None:
    for place in range(len(lines)):
        assert _code(lines[:place] + lines[place + 1 :], north, office) in {"malformed", "broken-chain"}
        assert _code(lines[: place + 1] + lines[place:], north, office) in {"malformed", "broken-chain"}
        if place:
            swapped = [*lines[: place - 1], lines[place], lines[place - 1], *lines[place + 1 :]]
            assert _code(swapped, north, office) in {"malformed", "broken-chain"}


def _entry(lines: list[bytes], number: int) -> int:
    return next(at for at, line in enumerate(lines) if line.startswith(b"E %d " % number))


@pytest.mark.parametrize(
    ("pattern", "new", "code"),
    [
        (rb"walk with Ana 8", rb"walk with Bea 8", "broken-chain"),
        (rb"^E 2 ", rb"E 3 ", "broken-chain"),
        (rb"^E 2 ", rb"E 02 ", "broken-chain"),
        (rb"^E 2 ", rb"E  2 ", "broken-chain"),
        (rb"^E 2 ", rb"F 2 ", "malformed"),
        (rb"^E 2 ", rb"e 2 ", "malformed"),
        (rb"^E 2 \S{4}", rb"E 2 ", "malformed"),
        (rb"^E 2 (\S+)==", rb"E 2 \1=", "malformed"),
        (rb"^(E 2 \S{3})\S", rb"\1*", "malformed"),
        (rb"^E 2 .*", rb"E 2", "malformed"),
        (rb"^W 4 6", rb"W 4 7", "broken-chain"),
        (rb"^W 4 6", rb"W 5 6", "broken-chain"),
        (rb"^W 4 6", rb"W 4 3", "malformed"),
        (rb"^W 4 6", rb"W 4 13", "malformed"),
        (rb"^W 4 6", rb"W 4 +6", "malformed"),
        (rb"^W 4 6 (\S+)", rb"W 4 6 " + b"0" * 64, "broken-chain"),
        (rb"^W 4 6 (\S+)", rb"W 4 6 " + b"0" * 63, "malformed"),
        (rb"^W 4 6 (\S+)", rb"W 4 6 \1 ", "malformed"),
        (rb"^@ (\S+) 1 ", rb"@ \1 2 ", "malformed"),
        (rb"^@ (\S+) 1 ", rb"@ 5 1 ", "malformed"),
        (rb"^\. 11", rb". 12", "malformed"),
        (rb"^\. 11", rb". 99999999999999999999", "malformed"),
        (rb"^\. 11", rb".", "malformed"),
        (rb'"entries":9', rb'"entries":8', "malformed"),
        (rb'"entries":9', rb'"entries":10', "malformed"),
        (rb'"withheld":1', rb'"withheld":0', "malformed"),
        (rb'"kept":0', rb'"kept":1', "malformed"),
        (rb'"reoffers":0', rb'"reoffers":1', "malformed"),
        (rb'"last":12', rb'"last":13', "broken-chain"),
        (rb'"last":12', rb'"last":11', "malformed"),
        (rb'"app":"0.1.0"', rb'"app": "0.1.0"', "malformed"),
        (rb'"app":"0.1.0",', rb"", "malformed"),
        (rb'"app":"0.1.0"', rb'"app":"0.1.0","new":1', "malformed"),
        (rb'"more":\{.*\}', rb'"more":[]}', "malformed"),
        (rb"\.123Z", rb".1234Z", "malformed"),
        (rb'"number":1', rb'"number":2', "inner-outer-mismatch"),
        (rb'^\{"site":"....', rb'{"site":"0000', "inner-outer-mismatch"),
    ],
)
def test_a_line_against_the_rules(
    north: Site, office: Site, lines: list[bytes], pattern: bytes, new: bytes, code: str
) -> None:
    changed = [re.sub(pattern, new, line) for line in lines]
    assert changed != lines
    assert _code(changed, north, office) == code


def test_a_salt_with_another_spelling(north: Site, office: Site, lines: list[bytes]) -> None:
    """The last letter of 16 bytes in base 64 has four bits that stand for nothing: they must be zero."""
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = _entry(lines, 2)
    salt = lines[at].split(b" ", 3)[2]
    other = salt[:21] + alphabet[alphabet.index(salt[21]) + 1 :][:1] + b"=="
    assert base64.b64decode(other) == base64.b64decode(salt)
    assert _code([line.replace(salt, other) for line in lines], north, office) == "malformed"


def test_the_end_must_be_the_end(north: Site, office: Site, lines: list[bytes]) -> None:
    assert _code(lines, north, office, end=b"") == "malformed"
    assert _code(lines, north, office, end=b"\n\n") == "malformed"
    assert _code([*lines, b"E 13 x y"], north, office) == "malformed"
    assert _code([], north, office, end=b"") == "malformed"


def _reoffer(log: Log, *words: object) -> bytes:
    return " ".join(["R", *map(str, words), log.hashes[3].hex(), log.hashes[6].hex()]).encode()


def _with_reoffer(lines: list[bytes], added: list[bytes], kept: int) -> list[bytes]:
    given = sum(line[:1] == b"E" for line in added)
    out = [*lines[:-1], *added, b". %d" % (11 + len(added))]
    out[0] = out[0].replace(
        b'"entries":9,"withheld":1,"reoffers":0,"kept":0',
        b'"entries":%d,"withheld":1,"reoffers":1,"kept":%d' % (9 + given, kept),
    )
    return out


def test_a_run_offered_again_must_hash_into_what_was_withheld(
    north: Site, office: Site, lines: list[bytes], log: Log
) -> None:
    again = [b"E %d %b %b" % (n, base64.b64encode(salt), payload) for n, salt, payload in log.rows[3:6]]
    start = _reoffer(log, log.device, 4, 6)
    assert _code(_with_reoffer(lines, [start, *again], 0), north, office) == ""
    for added, kept, code in [
        ([start, again[0], again[1]], 0, "broken-chain"),
        ([start, again[0], again[2], again[1]], 0, "broken-chain"),
        ([start, again[0], again[1], again[2].replace(b"Ana", b"Bea")], 0, "broken-chain"),
        ([start, again[0], again[1], b"D 6 " + b"0" * 64], 1, "broken-chain"),
        ([start, again[0], b"D 6 " + b"0" * 64, again[2]], 1, "broken-chain"),
        ([start, *again, b"D 7 " + b"0" * 64], 1, "malformed"),
        ([start, *again, b"D 7 " + b"0" * 64], 0, "malformed"),
        ([start, b"W 4 6 " + log.hashes[6].hex().encode()], 0, "malformed"),
        ([_reoffer(log, log.device, 5, 6), *again], 0, "broken-chain"),
        ([_reoffer(log, log.device, 6, 4)], 0, "malformed"),
        ([_reoffer(log, log.device, 0, 6)], 0, "malformed"),
        ([_reoffer(log, 1 << 40, 4, 6), *again], 0, "malformed"),
        ([_reoffer(log, log.device, 1, 3), *again], 0, "broken-chain"),
        ([start, *again, start, *again], 0, "malformed"),
    ]:
        assert _code(_with_reoffer(lines, added, kept), north, office) == code, added


@pytest.mark.parametrize("zeros", [2 << 20, 300 << 20])
def test_a_line_without_end(north: Site, office: Site, lines: list[bytes], zeros: int) -> None:
    """A zstd bomb is stopped at the first line that is too long, whatever was declared."""
    compressor = zstandard.ZstdCompressor(level=3).compressobj()
    packed = compressor.compress(b"\n".join(lines[:2]) + b"\nE 1 ")
    for _ in range(zeros >> 20):
        packed += compressor.compress(bytes(1 << 20))
    packed += compressor.flush()
    assert len(packed) < zeros / 1000
    data = forge(north.device, [office.card], b"", packed=packed)
    assert code_of(data, north.card, office.keys) == "malformed"


def test_more_entries_than_declared_are_not_handed_out(north: Site, office: Site, lines: list[bytes], log: Log) -> None:
    many = [b"E %d %b x" % (n, base64.b64encode(bytes(16))) for n in range(1, 400_000)]
    data = forge(north.device, [office.card], b"\n".join([*lines[:2], *many, b". 400000"]) + b"\n")
    file = io.BytesIO(data)
    items = open_bundle(file, verify(file, north.card), office.keys)[1]
    handed = 0
    with pytest.raises(Problem) as refused:  # noqa: PT012  (what is handed out before the fault is the point)
        for item in items:
            handed += len(item.rows) if isinstance(item, Entries) else 0
    assert refused.value.code == "malformed"
    assert handed <= 12


def test_the_frame_must_be_one_and_whole(north: Site, office: Site, lines: list[bytes]) -> None:
    body = b"\n".join(lines) + b"\n"
    good = zstandard.ZstdCompressor(level=3).compress(body)
    wide = zstandard.ZstdCompressionParameters(window_log=27, write_content_size=0)
    wide_frame = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    cases = {
        "as it is": (good, ""),
        "cut": (good[:-1], "malformed"),
        "two frames": (good + zstandard.ZstdCompressor().compress(b""), "malformed"),
        "a tail": (good + b"\0", "malformed"),
        "a long tail": (good + bytes(5000), "malformed"),
        "a skippable frame": (good + b"\x50\x2a\x4d\x18\x04\0\0\0abcd", "malformed"),
        "a skippable frame first": (b"\x50\x2a\x4d\x18\x04\0\0\0abcd" + good, "malformed"),
        "no frame": (body, "malformed"),
        "too wide a window": (wide_frame.compress(body) + wide_frame.flush(), "malformed"),
    }
    for name, (packed, code) in cases.items():
        data = forge(north.device, [office.card], b"", packed=packed)
        assert code_of(data, north.card, office.keys) == code, name


def test_chunks_cannot_be_moved(north: Site, office: Site) -> None:
    """Signed anew by the sender's own key, so that only STREAM stands in the way."""
    log = Log(north.device.device, [random.Random(n).randbytes(2000).hex().encode() for n in range(500)])
    data = write(north, [office], log)
    found = verify(io.BytesIO(data), north.card)
    info = head.key_info(north.id, north.device.device, office.id, found.core)
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


def test_every_fault_has_a_plain_sentence() -> None:
    assert set(SENTENCES) >= CODES
    for sentence in SENTENCES.values():
        assert "safe" in sentence or "Nothing was changed" in sentence
        assert len(re.split(r"[.:] ", sentence)) >= 2


def test_a_manifest_that_cannot_be_is_not_written(north: Site, office: Site, plain: bytes) -> None:
    manifest, _ = read(plain, north.card, office.keys)
    line = inside.write_manifest(manifest)
    assert inside.read_manifest(line) == manifest
    with pytest.raises(ValueError, match=r".+"):
        inside.read_manifest(line + b" ")
