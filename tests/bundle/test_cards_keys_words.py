"""Cards, keys, DSSE, the chain, and secrets as words."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reentry_desktop.base.problems import Problem
from reentry_desktop.base.wordlist import fingerprint_words, from_words, read_words, to_words, word_list
from reentry_desktop.bundle import CARD_SIZE, DeviceKey, SiteKeys, make_card, read_card, write_card
from reentry_desktop.bundle import envelope as dsse
from reentry_desktop.bundle.cards import CARD_TYPE
from reentry_desktop.bundle.keys import HPKE_SUITE, certifies, hpke_public
from reentry_desktop.records.entry import Entry, digest, first_hash, next_hash

from .conftest import MADE, Site


def test_pae_is_that_of_the_dsse_specification() -> None:
    assert (
        dsse.pae("http://example.com/HelloWorld", b"hello world")
        == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_an_ed25519_key_of_rfc_8032() -> None:
    secret = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    envelope = dsse.read(dsse.write("x", b"y", secret), "x")
    assert envelope.signed_by(public)
    assert not envelope.signed_by(public[:-1])
    assert not envelope.signed_by(hashlib.sha256(public).digest())


def test_the_chain_as_it_is_written_down() -> None:
    def sha(data: bytes) -> bytes:
        return hashlib.sha256(data).digest()

    entry = Entry(5, 1, b"s" * 16, b"{}")
    start = sha(b"reentry-log/1" + b"\0" * 7 + b"\5")
    assert first_hash(5) == start
    assert digest(entry.salt, entry.payload) == sha(b"s" * 16 + b"{}")
    assert next_hash(start, 1, b"d" * 32) == sha(b"\0" + start + b"\0" * 7 + b"\1" + b"d" * 32)
    for bad in ((b"", 1, b"d" * 32), (start, 1, b"d")):
        with pytest.raises(ValueError, match="32 bytes"):
            next_hash(*bad)


def test_a_card_comes_back(north: Site) -> None:
    data = write_card(north.card, north.keys)
    assert read_card(data) == north.card
    assert read_card(data).fingerprint == fingerprint_words(north.keys.signing_public)
    assert len(data) < CARD_SIZE
    assert north.card.has_fingerprint("  ".join(north.card.fingerprint).upper())
    assert not north.card.has_fingerprint(" ".join(north.card.fingerprint[:11]))
    assert not north.card.has_fingerprint(" ".join(reversed(north.card.fingerprint)))


def test_every_bit_of_a_card(north: Site) -> None:
    data = bytearray(write_card(north.card, north.keys))
    for place, bit in itertools.product(range(0, len(data), 3), range(8)):
        data[place] ^= 1 << bit
        with pytest.raises(Problem):
            read_card(bytes(data))
        data[place] ^= 1 << bit
    good = bytes(data)
    for size in range(0, len(good), 7):
        with pytest.raises(Problem):
            read_card(good[:size])
    for other in (good + b"\n", good + b" ", b" " + good, good[:-1] + b"\r\n", good + bytes(CARD_SIZE)):
        with pytest.raises(Problem) as refused:
            read_card(other)
        assert refused.value.code == "not-a-card"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, ""),
        ({"format": "reentry-card/2"}, "newer-version"),
        ({"format": "other/1"}, "not-a-card"),
        ({"extra": 1}, "not-a-card"),
        ({"name": ""}, "not-a-card"),
        ({"name": "x" * 121}, "not-a-card"),
        ({"name": "North\u202eUnit"}, "not-a-card"),
        ({"name": "North\nUnit"}, "not-a-card"),
        ({"name": " North"}, "not-a-card"),
        ({"code": "\0"}, "not-a-card"),
        ({"kind": "prison"}, "not-a-card"),
        ({"practice": "no"}, "not-a-card"),
        ({"site": "x" * 32}, "not-a-card"),
        ({"hpke": "AAAA"}, "not-a-card"),
        ({"made": "2026-11-23"}, "not-a-card"),
        ({"made": "soon"}, "not-a-card"),
    ],
)
def test_a_card_against_the_rules_though_well_signed(north: Site, change: dict[str, Any], code: str) -> None:
    payload = json.loads(msgspec.json.encode(north.card)) | change
    text = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
    data = dsse.write(CARD_TYPE, text, north.keys.signing) + b"\n"
    if not code:
        assert read_card(data) == north.card
        return
    with pytest.raises(Problem) as refused:
        read_card(data)
    assert refused.value.code == code


def test_a_card_another_key_signed(north: Site, south: Site) -> None:
    data = dsse.write(CARD_TYPE, msgspec.json.encode(north.card), south.keys.signing) + b"\n"
    with pytest.raises(Problem) as refused:
        read_card(data)
    assert refused.value.code == "altered-card"
    with pytest.raises(ValueError, match="own site"):
        write_card(north.card, south.keys)


def test_a_card_with_a_broken_point_or_lattice_key(north: Site) -> None:
    raw = north.card.hpke
    for broken in (bytes([255]) * 1568 + raw[1568:], raw[:-1] + bytes([raw[-1] ^ 1])):
        card = msgspec.structs.replace(north.card, hpke=broken)
        data = dsse.write(CARD_TYPE, msgspec.json.encode(card), north.keys.signing) + b"\n"
        with pytest.raises(Problem) as refused:
            read_card(data)
        assert refused.value.code == "not-a-card"


def test_a_card_is_not_made_with_a_name_no_reader_takes(north: Site) -> None:
    for name in ("", "x" * 121, "a\u200bb"):
        with pytest.raises(ValueError, match=r".+"):
            make_card(north.keys, name=name, code="N", kind="facility", made=MADE)


def test_keys_come_back_and_still_open(north: Site) -> None:
    again = SiteKeys.from_bytes(north.keys.to_bytes())
    assert again == north.keys
    sealed = HPKE_SUITE.encrypt(b"k" * 32, hpke_public(north.card.hpke), b"i")
    assert HPKE_SUITE.decrypt(sealed, again.hpke_private(), b"i") == b"k" * 32
    device = DeviceKey.from_bytes(north.device.to_bytes())
    assert device == north.device
    assert certifies(north.card.signing, north.id, device.device, device.public, device.certificate)
    for wrong in (
        (north.card.signing, Site("x").id, device.device, device.public, device.certificate),
        (north.card.signing, north.id, device.device + 1, device.public, device.certificate),
        (north.card.signing, north.id, device.device, north.card.signing, device.certificate),
        (device.public, north.id, device.device, device.public, device.certificate),
    ):
        assert not certifies(*wrong)


def test_damaged_keys(north: Site) -> None:
    site, device = north.keys.to_bytes(), north.device.to_bytes()
    for data in (b"", site[:-1], site + b"\0", b"x" + site[1:], site[:-48] + bytes(48), site[:-48] + b"\xff" * 48):
        with pytest.raises(Problem) as refused:
            SiteKeys.from_bytes(data)
        assert refused.value.code == "bad-keys"
    for data in (b"", device[:-1], device + b"\0", b"x" + device[1:], site):
        with pytest.raises(Problem):
            DeviceKey.from_bytes(data)


def test_no_key_shows_in_a_repr(north: Site) -> None:
    shown = repr(north.keys) + repr(north.device)
    for secret in (north.keys.signing, north.keys.seed, north.keys.scalar, north.device.private):
        assert repr(secret) not in shown
        assert secret.hex() not in shown


def test_the_list_of_words() -> None:
    words = word_list()
    assert len(words) == len({word[:4] for word in words}) == 2048
    assert list(words) == sorted(words)
    assert all(re.fullmatch("[a-z]{4,8}", word) for word in words)


@given(secret=st.binary(min_size=32, max_size=32))
def test_a_secret_comes_back_from_its_words(secret: bytes) -> None:
    words = to_words(secret)
    assert len(words) == 24
    assert from_words(words) == secret
    assert from_words("\n  ".join(word[:4].upper() for word in words)) == secret


def test_known_words() -> None:
    words = word_list()
    assert to_words(bytes(32))[:23] == (words[0],) * 23
    assert to_words(bytes(32))[23] == words[hashlib.sha256(bytes(32)).digest()[0]]
    bits = f"{int.from_bytes(hashlib.sha256(b'x').digest(), 'big'):0256b}"
    assert fingerprint_words(b"x") == tuple(words[int(bits[at : at + 11], 2)] for at in range(0, 132, 11))


@given(st.binary(min_size=32, max_size=32), st.integers(0, 23), st.integers(1, 2047))
def test_one_wrong_word_never_gives_the_secret(secret: bytes, place: int, step: int) -> None:
    words, every = list(to_words(secret)), word_list()
    words[place] = every[(every.index(words[place]) + step) % 2048]
    with contextlib.suppress(Problem):
        assert from_words(words) != secret


def test_what_was_typed_wrongly_is_named() -> None:
    words = list(to_words(bytes(range(32))))
    for typed, code, part in [
        ([*words[:6], "zzzz", *words[7:]], "unknown-word", "Word 7, “zzzz”"),
        ([*words[:6], words[6][:3], *words[7:]], "unknown-word", "Word 7"),
        ([*words[:6], words[6] + "s", *words[7:]], "unknown-word", "Word 7"),
        (words[:23], "wrong-count", "23"),
        ([], "wrong-count", "0"),
        ([words[1], words[0], *words[2:]], "bad-checksum", "swapped"),
    ]:
        with pytest.raises(Problem) as refused:
            from_words(typed)
        assert refused.value.code == code
        assert part in refused.value.sentence
    with pytest.raises(ValueError, match="32"):
        to_words(b"short")
    assert read_words("ABAC, acad-acce") == ("abacus", "academy", "accent")
