"""A PDF that opens only with a passphrase: AES-256 (ISO 32000-2, revision 6), everything inside encrypted."""

from __future__ import annotations

import secrets
from io import BytesIO

import pikepdf


def protect(pdf: bytes, passphrase: str) -> bytes:
    """*pdf*, opened with *passphrase* alone. The same bytes twice give different files: each has its own salts.

    Nobody knows the owner's password: it is random and thrown away. An empty one would open the file for anybody.
    """
    out = BytesIO()
    keys = pikepdf.Encryption(owner=secrets.token_urlsafe(48), user=passphrase, R=6, aes=True, metadata=True)
    with pikepdf.open(BytesIO(pdf)) as document:
        # Left as it is, the metadata need no XML library, which the packaged program goes without.
        document.save(out, encryption=keys, fix_metadata_version=False)
    return out.getvalue()
