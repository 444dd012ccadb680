"""The private keys of a site and of a device, as values the vault can seal.

A site signs with Ed25519 and receives with HPKE, KEM 0x0051 (ML-KEM-1024 with P-384). A device signs bundles with
an Ed25519 key of its own, which the site's key certifies, so that a new PC changes no fingerprint.
``cryptography`` has no serialisation of the hybrid private key: its two parts are kept.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Self

import msgspec
from cryptography.hazmat.primitives import hpke, serialization
from cryptography.hazmat.primitives.asymmetric import ec, mlkem
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ..base.ids import Id
from . import envelope
from .faults import fault

DEVICE_TYPE = "application/vnd.reentry-desktop.device+json"
HPKE_SUITE = hpke.Suite(hpke.KEM.MLKEM1024_P384, hpke.KDF.HKDF_SHA384, hpke.AEAD.AES_256_GCM)
_SITE, _DEVICE = b"RDsite1\n", b"RDdevic1"
_SEED, _SCALAR, _MLKEM_PUBLIC, _POINT = 64, 48, 1568, 97
HPKE_PUBLIC_SIZE = _MLKEM_PUBLIC + _POINT


def hpke_public(raw: bytes) -> hpke.MLKEM1024P384PublicKey:
    """The key that seals to a site, from its 1,665 bytes: ML-KEM-1024 key, then the P-384 point, uncompressed.

    Raises ``ValueError`` for bytes that are no such key.
    """
    if len(raw) != HPKE_PUBLIC_SIZE:
        raise ValueError("an HPKE public key of 1,665 bytes is needed")
    return hpke.MLKEM1024P384PublicKey(
        mlkem.MLKEM1024PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC]),
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), raw[_MLKEM_PUBLIC:]),
    )


class _Claim(msgspec.Struct, frozen=True):
    site: str
    device: int
    public: bytes


def _claim(site: Id, device: int, public: bytes) -> bytes:
    return envelope.pae(DEVICE_TYPE, msgspec.json.encode(_Claim(site, device, public)))


def certifies(signing_public: bytes, site: Id, device: int, public: bytes, certificate: bytes) -> bool:
    """Whether the site key *signing_public* signed that *device* of *site* has the Ed25519 key *public*."""
    return envelope.verify(signing_public, _claim(site, device, public), certificate)


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """What a device signs its bundles with: its Ed25519 key (32 raw bytes) and its site's certificate (64 bytes)."""

    site: Id
    device: int
    certificate: bytes
    private: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """32 raw bytes."""
        return Ed25519PrivateKey.from_private_bytes(self.private).public_key().public_bytes_raw()

    def to_bytes(self) -> bytes:
        """128 secret bytes, for the vault to seal."""
        return _DEVICE + bytes.fromhex(self.site) + self.device.to_bytes(8, "big") + self.private + self.certificate

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """What ``to_bytes`` wrote. Raises ``Problem`` (code ``bad-keys``)."""
        if len(data) != 128 or data[:8] != _DEVICE:
            raise fault("bad-keys")
        site, device = Id(data[8:24].hex()), int.from_bytes(data[24:32], "big")
        return cls(site, device, data[64:], data[32:64])


@dataclass(frozen=True, slots=True)
class SiteKeys:
    """A site's private keys: ``signing`` (Ed25519, 32 bytes), ``seed`` (ML-KEM-1024, 64), ``scalar`` (P-384, 48)."""

    site: Id
    signing: bytes = field(repr=False)
    seed: bytes = field(repr=False)
    scalar: bytes = field(repr=False)

    @classmethod
    def generate(cls, site: Id) -> Self:
        """New keys for *site*."""
        scalar = ec.generate_private_key(ec.SECP384R1()).private_numbers().private_value
        seed = mlkem.MLKEM1024PrivateKey.generate().private_bytes_raw()
        return cls(site, os.urandom(32), seed, scalar.to_bytes(_SCALAR, "big"))

    @property
    def signing_public(self) -> bytes:
        """32 raw bytes; the fingerprint is of these."""
        return Ed25519PrivateKey.from_private_bytes(self.signing).public_key().public_bytes_raw()

    @property
    def hpke_public(self) -> bytes:
        """1,665 bytes: see ``hpke_public``."""
        mlkem_key, point = self._parts()
        encoded = point.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return mlkem_key.public_key().public_bytes_raw() + encoded

    def hpke_private(self) -> hpke.MLKEM1024P384PrivateKey:
        """The key that opens what was sealed to this site."""
        return hpke.MLKEM1024P384PrivateKey(*self._parts())

    def new_device(self, device: int) -> DeviceKey:
        """A new signing key for *device* (40-bit number), certified by this site."""
        private = os.urandom(32)
        public = Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
        claim = _claim(self.site, device, public)
        return DeviceKey(self.site, device, Ed25519PrivateKey.from_private_bytes(self.signing).sign(claim), private)

    def sign_file(self, data: bytes | memoryview) -> bytes:
        """A plain Ed25519 signature (64 bytes) of a file, as ``openssl pkeyutl`` checks it."""
        return Ed25519PrivateKey.from_private_bytes(self.signing).sign(data)

    @property
    def signing_pem(self) -> bytes:
        """The public key for that, as OpenSSL reads it."""
        public = Ed25519PrivateKey.from_private_bytes(self.signing).public_key()
        return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def to_bytes(self) -> bytes:
        """168 secret bytes, for the vault to seal."""
        return _SITE + bytes.fromhex(self.site) + self.signing + self.seed + self.scalar

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """What ``to_bytes`` wrote. Raises ``Problem`` (code ``bad-keys``)."""
        if len(data) != 168 or data[:8] != _SITE:
            raise fault("bad-keys")
        keys = cls(Id(data[8:24].hex()), data[24:56], data[56:120], data[120:])
        try:
            keys._parts()
        except ValueError as error:
            raise fault("bad-keys") from error
        return keys

    def _parts(self) -> tuple[mlkem.MLKEM1024PrivateKey, ec.EllipticCurvePrivateKey]:
        scalar = int.from_bytes(self.scalar, "big")
        return mlkem.MLKEM1024PrivateKey.from_seed_bytes(self.seed), ec.derive_private_key(scalar, ec.SECP384R1())
