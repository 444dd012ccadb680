"""A bundle's body: one zstd frame, cut into chunks that AES-256-GCM seals in the STREAM construction.

STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): the nonce holds the chunk's number and whether it is the last,
so no chunk can be moved, dropped or added. The key is random for each bundle, so a nonce never meets a key twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .faults import fault

CHUNK = 256 * 1024
TAG = 16
PACKING = zstandard.ZstdCompressionParameters.from_level(8, min_match=6)
"""How hard zstd works. To name a place where five random digits stood before takes more than the digits: six."""
_WINDOW = 8 * 1024 * 1024
_FEED = 1024
"""Compressed bytes given to zstd at a time: it makes at most about 34 MB of so few, however they were made."""


def sealed_size_is_possible(size: int) -> bool:
    """Whether full chunks and one last chunk, each of 1 byte or more with its tag, can make *size* bytes."""
    return size > 0 and (size - 1) % (CHUNK + TAG) >= TAG


def _nonce(chunk: int, last: bool) -> bytes:
    return chunk.to_bytes(11, "big") + bytes([last])


class Sealer:
    """Compresses and seals what it is given into *file*, and hashes what it writes there.

    It works beside its caller, one piece at a time: what goes wrong with a piece is raised with the next one.
    """

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        self._file, self._cipher = file, AESGCM(key)
        self._zstd = zstandard.ZstdCompressor(compression_params=PACKING).compressobj()
        self._waiting = bytearray()
        self._chunk = self.size = 0
        self.sha256 = hashlib.sha256()
        self._beside = ThreadPoolExecutor(1, "sealer")
        self._piece: Future[None] | None = None

    def write(self, plain: bytes) -> None:
        """Take the next plain bytes."""
        self._wait()
        self._piece = self._beside.submit(self._take, plain)

    def _wait(self) -> None:
        if self._piece is not None:
            self._piece.result()

    def _take(self, plain: bytes) -> None:
        self._waiting += self._zstd.compress(plain)
        while len(self._waiting) > CHUNK:  # a full chunk may still be the last: keep it until there is more
            self._seal(CHUNK, last=False)

    def stop(self) -> None:
        """Wait for the piece under way, and end the thread."""
        self._beside.shutdown()

    def finish(self) -> None:
        """End the frame and seal the last chunk."""
        self._wait()
        self.stop()
        self._waiting += self._zstd.flush()
        while len(self._waiting) > CHUNK:
            self._seal(CHUNK, last=False)
        self._seal(len(self._waiting), last=True)

    def _seal(self, size: int, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._chunk, last), bytes(self._waiting[:size]), None)
        del self._waiting[:size]
        self._file.write(sealed)
        self.sha256.update(sealed)
        self.size += len(sealed)
        self._chunk += 1


def unseal(file: BinaryIO, start: int, size: int, sha256: bytes, key: bytes) -> Iterator[bytes]:
    """The plain bytes of the body, in pieces of bounded size; nothing is written anywhere.

    Ends only if the body was whole, was one zstd frame to its last byte, and hashes to *sha256* in this reading
    too (a drive may answer differently the second time). Raises ``Problem`` ``altered`` or ``malformed``.
    """
    cipher, body = AESGCM(key), hashlib.sha256()
    # The window bounds what a frame may ask for in memory.
    zstd = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
    count = -(-size // (CHUNK + TAG))
    for chunk in range(count):
        last = chunk == count - 1
        file.seek(start + chunk * (CHUNK + TAG))
        sealed = file.read(min(CHUNK + TAG, size - chunk * (CHUNK + TAG)))
        body.update(sealed)
        try:
            packed = memoryview(cipher.decrypt(_nonce(chunk, last), sealed, None))
        except (InvalidTag, ValueError) as error:
            raise fault("altered") from error
        for place in range(0, len(packed), _FEED):
            if zstd.eof:
                raise fault("malformed")
            try:
                plain = zstd.decompress(packed[place : place + _FEED])
            except zstandard.ZstdError as error:
                raise fault("malformed") from error
            if plain:
                yield plain
    if body.digest() != sha256:
        raise fault("altered")
    if not zstd.eof or zstd.unused_data:
        raise fault("malformed")
