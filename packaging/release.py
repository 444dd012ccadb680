"""Makes the signed file that brings a release to PCs without a network; see ``docs/release-format.md``.

``release.py key PRIVATE`` makes the publisher's key: the private half into PRIVATE, which stays off every network, the
public half into ``resources/publisher.key``, which is part of the program. ``release.py make DIST VERSION OUT --key
PRIVATE --en FILE --es FILE`` signs the packaged program in DIST, with what it changes in both languages.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import os
import sys
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from reentry_desktop.base.paths import resource
from reentry_desktop.base.release import MAGIC, Manifest, Part


def make_key(private: Path) -> str:
    """A new key: its private half into a new file; the public half in hexadecimal."""
    key = Ed25519PrivateKey.generate()
    with os.fdopen(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key.private_bytes_raw().hex() + "\n")
    return key.public_key().public_bytes_raw().hex()


def make(dist: Path, version: str, out: Path, private: bytes, changes: dict[str, str]) -> Manifest:
    """Write the release of the program in *dist*, signed with *private* (32 bytes)."""
    paths = sorted(path for path in dist.rglob("*") if path.is_file())
    parts = tuple(
        Part(path.relative_to(dist).as_posix(), path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in paths
    )
    made = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d")
    manifest = Manifest("reentry-release/1", version, made, "windows", changes, parts)
    said = msgspec.json.encode(manifest)
    signed = len(said).to_bytes(4, "big") + said
    with out.open("xb") as file:
        file.write(MAGIC + Ed25519PrivateKey.from_private_bytes(private).sign(signed) + signed)
        for path in paths:
            file.write(path.read_bytes())
    return manifest


def main() -> int:
    """Run one of the two commands."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    key = commands.add_parser("key")
    key.add_argument("private", type=Path)
    one = commands.add_parser("make")
    one.add_argument("dist", type=Path)
    one.add_argument("version")
    one.add_argument("out", type=Path)
    for name in ("key", "en", "es"):
        one.add_argument(f"--{name}", type=Path, required=True)
    args = parser.parse_args()
    if args.command == "key":
        resource("publisher.key").write_text(make_key(args.private) + "\n", "ascii")
        return 0
    changes = {"en": args.en.read_text("utf-8"), "es": args.es.read_text("utf-8")}
    manifest = make(args.dist, args.version, args.out, bytes.fromhex(args.key.read_text("ascii")), changes)
    sys.stdout.write(f"{args.out}: {len(manifest.files)} files, {manifest.size} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
