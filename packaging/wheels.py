"""Prove that every locked package has a wheel for Windows x64 and Python 3.11, by downloading it with its hash.

This is as far as a Linux machine can prove a Windows installation; the rest is in ``windows-checklist.md``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
WINDOWS = {
    **{name: str(value) for name, value in default_environment().items()},
    "os_name": "nt",
    "sys_platform": "win32",
    "platform_system": "Windows",
    "platform_machine": "AMD64",
    "platform_release": "10",
    "platform_version": "10.0.17763",
    "python_version": "3.11",
    "python_full_version": "3.11.9",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
}


def entries(lock: Path) -> list[tuple[Requirement, str]]:
    """Each requirement of a lock file with its text, hashes included."""
    lines = (line for line in lock.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#"))
    text = "\n".join(lines)
    whole = [entry for entry in text.replace("\\\n", " ").splitlines() if entry.strip()]
    return [(Requirement(entry.split(" --hash", 1)[0]), entry) for entry in whole]


def main() -> int:
    """Exit code 0 when all wheels are there."""
    locked = [pair for lock in sorted((ROOT / "requirements").glob("*.txt")) for pair in entries(lock)]
    chosen = {r.name: entry for r, entry in locked if r.marker is None or r.marker.evaluate(WINDOWS)}
    wanted = list(chosen.values())
    options = ["--platform", "win_amd64", "--python-version", "3.11", "--implementation", "cp", "--only-binary=:all:"]
    with tempfile.TemporaryDirectory() as folder:
        # A marker is judged by pip for this machine, not for --platform: judged above, it is left out here.
        plain = [entry.split(";")[0].rstrip() + " --hash" + entry.split(" --hash", 1)[1] for entry in wanted]
        lock = Path(folder, "windows.txt")
        lock.write_text("\n".join(plain) + "\n", encoding="utf-8")
        pip = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--require-hashes", *options]
        code = subprocess.run([*pip, "-d", folder, "-r", str(lock)], check=False).returncode
        wheels = sorted(path.name for path in Path(folder).glob("*.whl"))
    bound = sum("win_amd64" in name for name in wheels)
    print(f"   {len(wheels)} of {len(wanted)} locked packages have a wheel for Windows x64, {bound} made for it alone")
    return code or int(len(wheels) != len(wanted))


if __name__ == "__main__":
    sys.exit(main())
