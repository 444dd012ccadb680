"""A second reader of bundles, written from ``docs/bundle-format.md`` alone; it imports nothing of the program.

Beside the standard library and ``cryptography`` it takes ``zstandard``: Python 3.11 has nothing that unpacks zstd.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import zstandard
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ec, mlkem
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK, SUITE = 262_144, "ed25519+mlkem1024-p384+hkdf-sha384+aes-256-gcm+zstd"


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _b64(text: str) -> bytes:
    raw = base64.b64decode(text, validate=True)
    assert base64.b64encode(raw).decode() == text
    return raw


def _sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _payload(line: bytes, kind: str) -> tuple[dict[str, Any], bytes, dict[str, str]]:
    envelope = json.loads(line)
    assert (list(envelope), envelope["payloadType"]) == (["payload", "payloadType", "signatures"], kind)
    assert _json(envelope) == line
    [signature] = envelope["signatures"]
    payload = _b64(envelope["payload"])
    value = json.loads(payload)
    assert _json(value) == payload
    return value, payload, signature


def _check(public: bytes, kind: str, payload: bytes, signature: bytes) -> None:
    signed = f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
    Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)


def read_card(data: bytes) -> dict[str, Any]:
    assert (data[-1:], len(data) <= 16 * 1024) == (b"\n", True)
    kind = "application/vnd.reentry-desktop.card+json"
    card, payload, signature = _payload(data[:-1], kind)
    assert card["format"] == "reentry-card/1"
    assert signature["keyid"] == _sha(_b64(card["signing"])).hex()
    _check(_b64(card["signing"]), kind, payload, _b64(signature["sig"]))
    return card


def reached(site: str, links: list[dict[str, str]], known: str, kit: list[str]) -> dict[str, bool]:
    """The keys (base 64) that the links lead to from *known* and from the kit's; of each whether through the kit."""
    found = {known: False}
    for link in links:
        claim = _json({"site": site, "signing": link["signing"], "by": link["by"]})
        if link["by"] in kit or link["by"] in found:
            try:
                kind = "application/vnd.reentry-desktop.succession+json"
                _check(_b64(link["by"]), kind, claim, _b64(link["signature"]))
            except InvalidSignature:
                continue
            found[link["signing"]] = link["by"] in kit or found[link["by"]]
    return found


def fingerprint(card: dict[str, Any], words: list[str]) -> list[str]:
    bits = f"{int.from_bytes(_sha(_b64(card['signing'])), 'big'):0256b}"
    return [words[int(bits[at : at + 11], 2)] for at in range(0, 132, 11)]


def open_bundle(
    data: bytes, card: dict[str, Any], site: str, seed: bytes, scalar: bytes
) -> tuple[dict[str, Any], dict[str, Any], list[tuple[str, Any]]]:
    """Header, manifest and what the lines say: ("E", (device, number, salt, payload, hash)) and so on."""
    line, body = data.split(b"\n", 1)
    assert len(line) < 65_536
    kind = "application/vnd.reentry-desktop.bundle+json"
    header, payload, signature = _payload(line, kind)
    assert (header["format"], header["suite"]) == ("reentry-bundle/3", SUITE)
    public = _b64(header["public"])
    assert signature["keyid"] == _sha(public).hex()
    _check(public, kind, payload, _b64(signature["sig"]))
    assert card["site"] == header["site"]
    claim = _json({"site": header["site"], "device": header["device"], "public": header["public"]})
    links, signing = header.get("succession", []), card["signing"]
    if links and links[-1]["signing"] in reached(card["site"], links, signing, card.get("kit", [])):
        signing = links[-1]["signing"]
    _check(_b64(signing), "application/vnd.reentry-desktop.device+json", claim, _b64(header["certificate"]))
    assert (len(body), _sha(body).hex()) == (int(header["body"]["size"]), header["body"]["sha256"])
    key = _unwrap(header, site, seed, scalar)
    lines = _plain(body, key).split(b"\n")
    assert lines.pop() == b""
    manifest = json.loads(lines[0])
    assert all(manifest[name] == header[name] for name in ("site", "device", "number", "prev", "to"))
    return header, manifest, _walk(manifest, lines[1:])


def _unwrap(header: dict[str, Any], site: str, seed: bytes, scalar: bytes) -> bytes:
    core = _sha(_json({**header, "keys": []})).hex()
    info = "\n".join(["reentry-bundle/3", header["site"], str(header["device"]), site, core]).encode()
    point = ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP384R1())
    private = hpke.MLKEM1024P384PrivateKey(mlkem.MLKEM1024PrivateKey.from_seed_bytes(seed), point)
    suite = hpke.Suite(hpke.KEM.MLKEM1024_P384, hpke.KDF.HKDF_SHA384, hpke.AEAD.AES_256_GCM)
    return suite.decrypt(_b64(header["keys"][header["to"].index(site)]), private, info)


def _plain(body: bytes, key: bytes) -> bytes:
    sealed, packed = [body[at : at + CHUNK + 16] for at in range(0, len(body), CHUNK + 16)], b""
    for number, chunk in enumerate(sealed, 1):
        nonce = (number - 1).to_bytes(11, "big") + bytes([number == len(sealed)])
        packed += AESGCM(key).decrypt(nonce, chunk, None)
    frame = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024).decompressobj()
    plain = frame.decompress(packed)
    assert (frame.eof, frame.unused_data) == (True, b"")
    return plain


def _pieces(column: bytes, rows: int) -> list[bytes]:
    assert column[:1] in {b"=", b"/"}
    return column[1:].split(b'"') if column[:1] == b"=" else [column[1 + row :: rows] for row in range(rows)]


def _walk(manifest: dict[str, Any], lines: list[bytes]) -> list[tuple[str, Any]]:
    spans = {span["device"]: span for span in manifest["spans"]}
    counts, tables, coming = dict.fromkeys("@STEWRDP", 0), dict[str, list[bytes]](), iter(lines[:-1])
    found: list[tuple[str, Any]] = []
    parcels = [b""] * len(manifest["more"].get("parcels", []))
    device = number = last = 0
    chain = after = salts = b""
    for line in coming:
        kind, rest = line.decode("utf-8", "surrogateescape").split(" ", 1)
        counts[kind] += 1
        words = rest.split(" ")
        if kind in "@R":
            assert (number, chain) == (last, after)
            device, first = int(words[0]), int(words[1])
            if kind == "@":
                span = spans.pop(device)
                assert (span["first"], span["before"]) == (first, words[2])
                last, chain, after = span["last"], bytes.fromhex(span["before"]), bytes.fromhex(span["after"])
            else:
                last, chain, after = int(words[2]), bytes.fromhex(words[3]), bytes.fromhex(words[4])
            number = first - 1
            assert first > 1 or chain == _sha(b"reentry-log/1" + device.to_bytes(8, "big"))
            found.append((kind, (device, first, last)))
        elif kind == "W":
            assert int(words[0]) == number + 1
            number, chain = int(words[1]), bytes.fromhex(words[2])
            found.append(("W", (device, int(words[0]), number, chain)))
        elif kind == "S":
            assert not salts
            salts = _b64(rest)
        elif kind == "T":
            if words[0] == "0":
                assert not any(tables.values())
                tables = {}
            rows, columns = int(words[1]), [_pieces(next(coming), int(words[1])) for _ in range(int(words[2]))]
            assert (words[0], {*map(len, columns)}) == (str(len(tables)), {rows})
            tables[words[0]] = [b'"'.join(row) for row in zip(*columns, strict=True)]
        elif kind == "P":
            assert (spans, any(parcels[int(words[0]) + 1 :])) == ({}, False)
            parcels[int(words[0])] += _b64(words[1])
        elif kind == "E":
            counts[kind] += len(words) - 1
            for name in words:
                number, salt, salts, payload = number + 1, salts[:16], salts[16:], tables[name].pop(0)
                assert len(salt) == 16
                chain = _sha(b"\x00" + chain + number.to_bytes(8, "big") + _sha(salt + payload))
                found.append((kind, (device, number, salt, payload, chain)))
        else:
            assert int(words[0]) == number + 1
            number, mark = number + 1, bytes.fromhex(words[1])
            chain = _sha(b"\x00" + chain + number.to_bytes(8, "big") + mark)
            found.append((kind, (device, number, mark)))
    assert (number, chain, spans, salts, any(tables.values())) == (last, after, {}, b"", False)
    assert [*manifest["totals"].values()] == [counts[kind] for kind in "EWRD"]
    assert lines[-1] == f". {len(lines) - 1}".encode()
    for declared, data in zip(manifest["more"].get("parcels", []), parcels, strict=True):
        assert (declared["size"], declared["sha256"]) == (len(data), _sha(data).hex())
        found.append(("P", data))
    return found


def receipt_code(manifest: dict[str, Any], device: int, number: int, head: bytes) -> str:
    message = b"reentry-receipt/1" + device.to_bytes(8, "big") + number.to_bytes(8, "big") + head
    bits = int.from_bytes(hmac.new(bytes.fromhex(manifest["receipt_secret"]), message, "sha256").digest(), "big") >> 206
    return "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[bits >> shift & 31] for shift in range(45, -1, -5))
