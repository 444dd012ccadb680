"""The bill of materials of a build, as CycloneDX 1.6 JSON: what went in, in which version, under which license.

Made from the lock file and the installed packages; libraries that are compiled into a package, which no package
list shows (SQLCipher, SQLite, three copies of OpenSSL, libpq, qpdf, PDFium, Zstandard, Qt), are asked for their own
version.
"""

from __future__ import annotations

import ctypes
import json
import platform
import re
import sys
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any

import pikepdf
import psycopg
import pypdfium2.version
import zstandard
from cryptography.hazmat.backends.openssl.backend import backend
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PySide6 import __version__ as pyside_version
from PySide6.QtCore import qVersion
from sqlcipher3 import dbapi2 as sqlcipher

ROOT = Path(__file__).resolve().parent.parent
Component = dict[str, Any]


def locked() -> list[Requirement]:
    """The packages of ``requirements/run.txt`` that this platform takes."""
    lines = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8").splitlines()
    named = [Requirement(line.removesuffix("\\").strip()) for line in lines if line[:1].isalnum()]
    return [needed for needed in named if needed.marker is None or needed.marker.evaluate()]


def license_of(about: metadata.PackageMetadata) -> list[Component]:
    """The license as the package states it: an SPDX expression where it gives one, else its own words."""
    given = [about[name] for name in ("License-Expression", "License") if name in about]
    stated = next((words for words in given if words != "UNKNOWN"), "")
    trove = [c.split(" :: ")[-1] for c in about.get_all("Classifier") or [] if c.startswith("License ::")]
    try:
        return [{"expression": str(canonicalize_license_expression(stated))}]
    except InvalidLicenseExpression:
        words = stated.strip().splitlines()[0] if stated.strip() else " / ".join(trove)
        return [{"license": {"name": words}}] if words else []


def package(needed: Requirement) -> Component:
    """One Python package."""
    found = metadata.distribution(needed.name)
    name = canonicalize_name(needed.name)
    if found.version not in needed.specifier:
        raise SystemExit(f"{name} {found.version} is installed, {needed.specifier} is locked")
    purl = f"pkg:pypi/{name}@{found.version}"
    kind = {"type": "library", "bom-ref": purl, "name": name, "version": found.version, "purl": purl}
    return {**kind, "licenses": license_of(found.metadata)}


def inside(name: str, version: str, spdx: str, holder: str) -> Component:
    """A library compiled into something else; *holder* says into what."""
    return {
        "type": "library",
        "bom-ref": f"inside:{holder}/{name}@{version}",
        "name": name,
        "version": version,
        "licenses": [{"expression": spdx}],
        "properties": [{"name": "compiled-into", "value": holder}],
    }


def dotted(version: int) -> str:
    """libpq's number, 180006, as people write it."""
    return f"{version // 10000}.{version % 10000}"


def libpqs_openssl() -> str:
    """What the OpenSSL beside libpq says of itself."""
    beside = Path(str(metadata.distribution("psycopg-binary").locate_file("psycopg_binary.libs")))
    (library,) = beside.glob("libcrypto*")
    said = ctypes.CDLL(str(library)).OpenSSL_version
    said.restype = ctypes.c_char_p
    return str(said(0).decode("ascii"))


BOOTLOADER = "GPL-2.0-or-later WITH Bootloader-exception"


def compiled_in() -> list[Component]:
    """The libraries that no package list shows, by their own word."""
    connection = sqlcipher.connect(":memory:")
    connection.execute("PRAGMA key = 'only to be asked for versions'")

    def ask(pragma: str) -> str:
        return str(connection.execute(f"PRAGMA {pragma}").fetchone()[0])

    def number(text: str) -> str:
        found = re.search(r"\d+(\.\d+)+", text)
        return found.group() if found else text

    parts = [
        inside("sqlcipher", ask("cipher_version"), "BSD-3-Clause", "sqlcipher3"),
        inside("sqlite", sqlcipher.sqlite_version, "blessing", "sqlcipher3"),
        inside("openssl", number(ask("cipher_provider_version")), "Apache-2.0", "sqlcipher3"),
        inside("openssl", number(backend.openssl_version_text()), "Apache-2.0", "cryptography"),
        inside("libpq", dotted(psycopg.pq.version()), "PostgreSQL", "psycopg-binary"),
        inside("openssl", number(libpqs_openssl()), "Apache-2.0", "psycopg-binary"),
        inside("qpdf", pikepdf.__libqpdf_version__, "Apache-2.0", "pikepdf"),
        inside("pdfium", str(pypdfium2.version.PDFIUM_INFO), "BSD-3-Clause AND Apache-2.0", "pypdfium2"),
        inside("zstd", ".".join(map(str, zstandard.ZSTD_VERSION)), "BSD-3-Clause", "zstandard"),
        inside("qtbase and qtsvg", qVersion(), "LGPL-3.0-only", f"pyside6-essentials {pyside_version}"),
        inside("cpython", platform.python_version(), "PSF-2.0", "the program folder"),
        inside(
            "pyinstaller bootloader",
            metadata.version("pyinstaller"),
            "GPL-2.0-or-later WITH Bootloader-exception",
            "both programs",
        ),
        inside("atkinson hyperlegible next (font)", "", "OFL-1.1", "resources/fonts"),
        inside("noto sans (font)", "", "OFL-1.1", "resources/fonts"),
        inside("lucide (icons)", "", "ISC", "resources/icons"),
        inside("scowl (English dictionary)", "", "LicenseRef-SCOWL", "resources/dictionaries"),
        inside("es_ES of libreoffice (Spanish dictionary)", "7.5", "MPL-1.1", "resources/dictionaries"),
    ]
    connection.close()
    return parts


def bill(version: str) -> Component:
    """The whole document. It names no time and no machine, so that the same build gives the same bill."""
    packages = [package(needed) for needed in locked()]
    own = f"pkg:generic/reentry-desktop@{version}"
    components = packages + compiled_in()
    names = {canonicalize_name(component["name"]): component["bom-ref"] for component in packages}
    needs = []
    for component in packages:
        wanted = [Requirement(text) for text in metadata.requires(component["name"]) or []]
        there = {canonicalize_name(r.name) for r in wanted if r.marker is None or r.marker.evaluate({"extra": ""})}
        needs.append({"ref": component["bom-ref"], "dependsOn": sorted(names[n] for n in there & names.keys())})
    needs.append({"ref": own, "dependsOn": sorted(component["bom-ref"] for component in components)})
    about: Component = {"type": "application", "bom-ref": own, "name": "Re-entry Desktop", "version": version}
    about |= {"licenses": [{"expression": "Apache-2.0"}], "purl": own}
    target = {"name": "built-for", "value": f"{sys.platform} {platform.machine()}"}
    serial = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps([components, needs, target], sort_keys=True))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": about, "properties": [target]},
        "components": components,
        "dependencies": needs,
    }


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))
    from reentry_desktop import __version__

    json.dump(bill(__version__), sys.stdout, indent=1)
    print()
