"""Finish a build: licenses, bill of materials and sums into the program's folder, then prove that it runs.

The proof starts the built programs with an empty environment: no PATH, no Python, no home.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from importlib import metadata
from pathlib import Path

import sbom
from PySide6 import __version__ as pyside_version
from PySide6.QtCore import qVersion

from reentry_desktop import __version__

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / "dist" / "Re-entry Desktop"
SUFFIX = ".exe" if sys.platform == "win32" else ""
SUMS = "SHA256SUMS"


def write_licenses() -> None:
    """``licenses/``: ours, Qt's, the fonts', the dictionaries', Python's, and those that each package carries."""
    into = BUILT / "licenses"
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    shutil.copy(ROOT / "LICENSE", into / "LICENSE.txt")
    ours = ROOT / "packaging" / "licenses"
    shutil.copy(ours / "GPL-3.0.txt", into)
    shutil.copy(ours / "LGPL-3.0.txt", into)
    notice = (ours / "QT-NOTICE.txt").read_text(encoding="utf-8")
    (into / "QT-NOTICE.txt").write_text(notice.format(qt=qVersion(), pyside=pyside_version), encoding="utf-8")
    for kind, pattern in (("fonts", "OFL*"), ("icons", "LICENSE*"), ("dictionaries", "LICENSE*")):
        texts = sorted((ROOT / "resources" / kind).glob(pattern))
        if not texts:
            raise SystemExit(f"resources/{kind} holds no license text")
        for text in texts:
            shutil.copy(text, into / f"{kind}-{text.stem}.txt")
    texts = [Path(sys.base_prefix, "LICENSE.txt"), Path(sysconfig.get_path("stdlib"), "LICENSE.txt")]
    texts.append(Path("/usr/share/doc/python3.11/copyright"))
    python = next((path for path in texts if path.exists()), None)
    if python:
        shutil.copy(python, into / "python.txt")
    else:
        print("   note: no license text of Python was found on this machine; add it before giving the build away")
    for needed in sbom.locked():
        write_package_licenses(needed.name, into)
    write_package_licenses("pyinstaller", into)


def write_package_licenses(name: str, into: Path) -> None:
    """The license files inside one installed package; Qt's packages have none, the notice stands for them."""
    files = metadata.files(name) or []
    words = ("LICEN", "COPYING", "NOTICE", "AUTHORS")
    chosen = [f for f in files if ".dist-info" in str(f) and any(w in str(f).upper() for w in words)]
    if not chosen and name.lower() not in {"pyside6-essentials", "shiboken6"}:
        raise SystemExit(f"{name} carries no license file")
    for file in chosen:
        inner = Path(*[part for part in file.parts[1:] if part != "licenses"])
        place = into / name.lower() / inner
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(str(file.locate()), place)


def write_sums() -> int:
    """``SHA256SUMS``: every file of the folder, in the form that ``sha256sum -c`` reads; how many."""
    (BUILT / SUMS).unlink(missing_ok=True)
    files = sorted(path for path in BUILT.rglob("*") if path.is_file())
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(BUILT).as_posix()}\n" for p in files]
    (BUILT / SUMS).write_text("".join(lines), encoding="utf-8", newline="\n")
    return len(files)


def print_sizes() -> None:
    """The size of the whole and of its largest parts, in MB of 10^6 bytes."""
    sizes = {p: p.stat().st_size for p in BUILT.rglob("*") if p.is_file() and not p.is_symlink()}
    print(f"   {sum(sizes.values()) / 1e6:.0f} MB in {len(sizes)} files; the largest:")
    for path, size in sorted(sizes.items(), key=lambda item: -item[1])[:8]:
        print(f"   {size / 1e6:6.1f}  {path.relative_to(BUILT).as_posix()}")


def bare() -> dict[str, str]:
    """An environment with nothing in it but what Windows itself cannot do without."""
    return {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP") if name in os.environ and SUFFIX}


def prove() -> None:
    """The command line's selftest passes, and the window starts and stays."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        command = [str(BUILT / f"reentry-desktop{SUFFIX}"), "selftest", "--json"]
        done = subprocess.run(command, env=bare(), cwd=folder, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode or not json.loads(done.stdout or "{}").get("ok"):
            raise SystemExit(f"the built program's selftest failed ({done.returncode}):\n{done.stdout}{done.stderr}")
        steps = json.loads(done.stdout)["steps"]
        print(f"   selftest, empty environment: ok, {len(steps)} steps, {time.monotonic() - began:.1f} s")
        env = {**bare(), "QT_QPA_PLATFORM": "offscreen"}
        with (Path(folder) / "window.log").open("w+") as log:
            window = subprocess.Popen(
                [BUILT / f"Re-entry Desktop{SUFFIX}"], env=env, cwd=folder, stdout=log, stderr=log
            )
            try:
                code = window.wait(timeout=8)
            except subprocess.TimeoutExpired:
                window.terminate()
                window.wait(timeout=20)
                print("   the window, empty environment, no screen: starts and stays")
            else:
                log.seek(0)
                raise SystemExit(f"the built window ended at once ({code}):\n{log.read()}")


def main() -> int:
    """Exit code 0 when the folder is complete and its programs run."""
    print("== licenses, bill of materials, sums", flush=True)
    write_licenses()
    bill = sbom.bill(__version__)
    (BUILT / "sbom.cdx.json").write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8", newline="\n")
    shutil.copy(ROOT / "docs" / "for-it.md", BUILT / "FOR-IT.md")
    print(f"   {write_sums()} files in {SUMS}; {len(bill['components'])} parts in the bill of materials")
    print_sizes()
    print("== proving the build", flush=True)
    prove()
    print(f"== built: {BUILT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
