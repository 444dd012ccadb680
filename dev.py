#!/usr/bin/env python3
"""Everything a developer does, in one command: ``python3 dev.py`` (Windows: ``py -3.11 dev.py``) lists it.

Standard library only, so that a bare Debian 12 or Windows with Python 3.11 is enough. Packages come from the
hash-locked ``requirements/*.txt`` into ``.venv``; nothing is installed outside it, except that root on Debian
gets the missing system libraries by apt-get. Anybody else is told the one line to run.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
WINDOWS = sys.platform == "win32"
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
LOCALE = ROOT / "src" / "reentry_desktop" / "locale"
PROJECT = "pyproject.toml"
LOCKS = {
    "uv": ["--group", "uv"],
    "dev": [PROJECT, "--group", "dev"],
    "run": [PROJECT],
    "bench": [PROJECT, "--group", "bench"],
    "fuzz": [PROJECT, "--group", "fuzz"],
}
HASHED = ["--require-hashes", "--no-deps", "--only-binary=:all:", "-r"]

# What each library loaded at run time is called in Debian. Qt aborts the whole process when one is missing,
# so they are opened here first.
QT = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
}
SCREEN = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libcups.so.2": "libcups2",
}
FREEZE = {"libpython3.11.so.1.0": "libpython3.11"}
WEASYPRINT = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
POSTGRESQL = {"pg_createcluster": "postgresql"}  # the tests make and start a server of their own
STRACE = {"strace": "strace"}  # the tests fail or kill at one call to the disk
ON_POSTGRESQL = [  # what the other database must do as the file does, the longest first; `--long`: all of both folders
    *(f"tests/actions/test_{name}.py" for name in ("conflicts", "plans")),
    "tests/exchange/test_bundles.py",
]
NO_NETWORK = ("dns error", "error sending request", "failed to lookup", "tcp connect", "unreachable", "timed out")


class Failed(Exception):
    """A step did not succeed; the sentence says which and what to do."""


def say(text: str) -> None:
    """One line for the person at the terminal, in order with the output of the steps."""
    print(text, flush=True)


def call(command: Sequence[str], *, what: str, quiet: bool = False, **extra: str) -> None:
    """Run a step; raise ``Failed`` with the command to repeat it when its exit code is not 0.

    *quiet* shows its output only when it failed; *extra* is added to the environment.
    """
    env = {**environment(), **extra}
    kept = subprocess.PIPE if quiet else None
    done = subprocess.run(
        command, cwd=ROOT, env=env, check=False, text=True, stdout=kept, stderr=kept and subprocess.STDOUT
    )
    if done.returncode:
        raise Failed(f"{done.stdout or ''}{what} failed (exit code {done.returncode}). Alone: {shlex.join(command)}")


def python(*arguments: str | Path) -> list[str]:
    """A command for the Python of ``.venv``."""
    return [str(PYTHON), *map(str, arguments)]


def environment(*, screen: bool = False) -> dict[str, str]:
    """What our processes see: our sources, UTF-8, and no screen unless a window was asked for."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of processes would each compile all of it anew
    if not screen:
        env["QT_QPA_PLATFORM"] = "offscreen"
    if not WINDOWS and "XDG_RUNTIME_DIR" not in env:  # Qt warns without it, and a warning fails a test
        runtime = ROOT / "build" / "runtime"
        runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
        env["XDG_RUNTIME_DIR"] = str(runtime)
    return env


def has_screen() -> bool:
    """Whether a window can be shown here."""
    return WINDOWS or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def missing_packages(libraries: dict[str, str], tools: dict[str, str] | None = None) -> list[str]:
    """The Debian packages whose library cannot be opened, or whose tool is not found, on this machine."""
    missing = []
    for soname, package in libraries.items():
        try:
            ctypes.CDLL(soname)
        except OSError:
            missing.append(package)
    return missing + [package for tool, package in (tools or {}).items() if not shutil.which(tool)]


def need_system(libraries: dict[str, str], tools: dict[str, str] | None = None) -> None:
    """See that the libraries are there; as root on Debian install what is missing, else say the line and stop."""
    if sys.platform != "linux":
        return
    missing = missing_packages(libraries, tools)
    if not PYTHON.exists() and importlib.util.find_spec("ensurepip") is None:
        missing.insert(0, "python3-venv")
    if not missing:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if not (shutil.which("apt-get") and os.geteuid() == 0):
        raise Failed("System packages are missing. Run this line, then try again:\n  sudo " + shlex.join(install))
    say(f"== system packages: {' '.join(missing)}")
    call(["apt-get", "update", "-qq"], what="apt-get update", quiet=True)
    call(install, what="apt-get install", quiet=True, DEBIAN_FRONTEND="noninteractive")
    still = missing_packages(libraries, tools)
    if still:
        raise Failed(f"Still missing after apt-get: {' '.join(still)}")


def need_qt(*, screen: bool = False) -> None:
    """Qt's system libraries, and those of a real window when *screen*."""
    need_system({**QT, **(SCREEN if screen and has_screen() else {})})


def stamp(name: str) -> str:
    """What an environment made from the lock file *name* here looks like."""
    lock = (ROOT / "requirements" / f"{name}.txt").read_bytes()
    return hashlib.sha256(lock + f"\n{sys.version_info[:3]}\n{VENV}".encode()).hexdigest()


def install(name: str) -> None:
    """Bring ``.venv`` to the lock file *name*, unless its stamp says that it is there."""
    done = VENV / f"{name}.stamp"
    wanted = stamp(name)
    if done.exists() and done.read_text() == wanted and PYTHON.exists():
        return
    if VENV.is_symlink():  # making it anew would empty what others work with
        raise Failed(".venv is a link to another environment, which would be emptied. Remove the link, then try again.")
    say(f"== installing requirements/{name}.txt into .venv (the first time takes a minute or two)")
    began = time.monotonic()
    if name == "dev":
        call([sys.executable, "-m", "venv", "--clear", str(VENV)], what="making .venv")
    done.unlink(missing_ok=True)
    pip = python("-m", "pip", "-q", "--no-input")
    uv = [*python("-m", "uv", "-q", "pip", "install"), "--python", str(PYTHON)]
    if name == "dev":
        call([*pip, "install", *HASHED, "requirements/uv.txt"], what="pip install uv", quiet=True)
    try:
        call([*uv, *HASHED, f"requirements/{name}.txt"], what="uv pip install", quiet=True)
    except Failed:  # ten times as slow, but a mirror may be known to pip alone
        call([*pip, "install", *HASHED, f"requirements/{name}.txt"], what="pip install", quiet=True)
    call([*pip, "check"], what="pip check", quiet=True)
    done.write_text(wanted)
    say(f"   done in {time.monotonic() - began:.0f} s")


def setup() -> None:
    """A ``.venv`` as locked, and the catalogs compiled; instant when nothing changed."""
    need_system({})
    install("dev")
    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            call(python("packaging/catalogs.py", "compile"), what="compiling the translations")
            break


def start(arguments: Sequence[str], *, window: bool) -> int:
    """Run the program with *arguments*; its exit code."""
    if window and not has_screen() and "QT_QPA_PLATFORM" not in os.environ:
        raise Failed("There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can be shown.")
    if window:
        need_qt(screen=True)
    setup()
    command = python("-m", "reentry_desktop", *arguments)
    return subprocess.run(command, env=environment(screen=True), check=False).returncode


def run(arguments: list[str]) -> int:
    """The program from the sources."""
    command = next((word for word in arguments if not word.startswith("-")), "open")
    shows = command == "open" or (command == "demo" and "--headless" not in arguments)
    asks_only = {"-h", "--help", "--version"} & set(arguments)
    return start(arguments, window=shows and not asks_only)


def demo(arguments: list[str]) -> int:
    """Two offices with invented people in a folder of its own; opens the window where there is a screen."""
    if not arguments or arguments[0].startswith("-"):
        number = next(n for n in range(1, 10_000) if not (ROOT / "build" / f"demo-{n}").exists())
        (ROOT / "build").mkdir(exist_ok=True)
        arguments = [str(ROOT / "build" / f"demo-{number}"), *arguments]
    if not has_screen() and "--headless" not in arguments:
        say("No screen here: the demo is made without its window.")
        arguments = [*arguments, "--headless"]
    return run(["demo", *arguments])


def compile_lock(name: str, into: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Resolve one lock file for every platform. What stands in *into* is kept unless *options* say ``--upgrade``."""
    settings = [*LOCKS[name], "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"]
    hidden = ["--no-emit-index-url", "--no-emit-find-links", "--quiet"]  # no host may get into a lock file
    command = python("-m", "uv", "pip", "compile", *settings, *hidden, *options, "-o", into)
    return subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)


def pins(lock: Path) -> dict[str, str]:
    """Name to version of each package of a lock file."""
    lines = (line.split(" ")[0] for line in lock.read_text(encoding="utf-8").splitlines() if line[:1].isalnum())
    return dict(line.split("==", 1) for line in lines)


def check_locks() -> None:
    """The lock files are what pyproject.toml asks for, agree with each other and name no host."""
    everything = pins(ROOT / "requirements" / "dev.txt")
    with tempfile.TemporaryDirectory() as folder:
        for name in LOCKS:
            committed = ROOT / "requirements" / f"{name}.txt"
            if "://" in committed.read_text(encoding="utf-8"):
                raise Failed(f"requirements/{name}.txt names a download address")
            astray = {n for n, v in pins(committed).items() if everything.get(n, v) != v}
            if astray:
                raise Failed(f"requirements/{name}.txt and dev.txt lock different versions: {' '.join(sorted(astray))}")
            again = Path(shutil.copy(committed, folder))
            made = compile_lock(name, again)
            if made.returncode and not os.environ.get("CI") and any(w in made.stderr.lower() for w in NO_NETWORK):
                say(f"   skipped from {name}.txt on: no network here (CI does not skip it)")
                return
            if made.returncode:
                raise Failed(f"uv cannot resolve {name}.txt:\n{made.stderr.strip()}")
            if again.read_bytes() != committed.read_bytes():
                raise Failed(f"requirements/{name}.txt is not what pyproject.toml asks for. Run: python3 dev.py lock")


def scratch() -> str:
    """Where the tests put stores and databases: in memory where there is room, for each act is synced to the disk."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 6_000_000_000
    return str(memory) if roomy else tempfile.gettempdir()


def check_layers() -> None:
    """The rules of who may import whom."""
    linter = str(PYTHON.with_name("lint-imports"))
    call([linter, "--no-logo", "--cache-dir", "build/import-linter"], what="import-linter")


def test(arguments: list[str]) -> int:
    """Every check, in order, stopping at the first that fails. ``--long`` adds the slow ones."""
    long = "--long" in arguments
    arguments = [a for a in arguments if a != "--long"]
    need_system(QT, {**POSTGRESQL, **STRACE})
    setup()
    mypy = python("-m", "mypy", "--cache-dir", "build/mypy")
    # One file stays on one core, so that what a file makes once is made once. tests/conftest.py says which come first;
    # xdist would begin a file of one test last, however long it takes.
    # One more than there are cores: a test of the window waits for it, and one of a script for the script.
    cores = ["-n", str((os.cpu_count() or 1) + 1), "--dist", "loadfile", "--no-loadscope-reorder"]
    pytest = python("-m", "pytest", *cores, *(["-m", ""] if long else []), *arguments)
    served = python(
        "-m",
        "pytest",
        *cores,
        "--postgres",
        *([f"tests/{folder}" for folder in ("exchange", "actions", "store")] if long else ON_POSTGRESQL),
    )
    place = tempfile.gettempdir() if long else scratch()
    # What pytest makes of the tests is kept: made once beside what takes one core, not by every worker at once.
    read = subprocess.Popen(
        python("-m", "pytest", "--collect-only", "-qq", *arguments), cwd=ROOT, env=environment(),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    steps = [
        ("lock files", check_locks),
        ("ruff check", lambda: call(python("-m", "ruff", "check"), what="ruff check")),
        ("ruff format", lambda: call(python("-m", "ruff", "format", "--check"), what="ruff format")),
        ("mypy", lambda: call(mypy, what="mypy")),
        ("layers", check_layers),
        ("translations", lambda: call(python("packaging/catalogs.py", "check"), what="the translations")),
        ("pytest", lambda: call(pytest, what="pytest", TMPDIR=place)),
        ("pytest on PostgreSQL", lambda: call(served, what="pytest on PostgreSQL", TMPDIR=place)),
    ]
    if long:
        steps += [
            ("mypy as on Windows", lambda: call([*mypy, "--platform", "win32"], what="mypy for Windows")),
            ("Windows wheels", lambda: call(python("packaging/wheels.py"), what="the Windows wheels")),
        ]
    began = time.monotonic()
    with read:
        for name, step in steps:
            say(f"== {name}")
            at = time.monotonic()
            step()
            say(f"   {name}: {time.monotonic() - at:.1f} s")
    say(f"== every check passed in {time.monotonic() - began:.0f} s")
    return 0


def bench(arguments: list[str]) -> int:
    """The measurements of ``benchmarks/``."""
    need_system({**QT, **WEASYPRINT})
    setup()
    install("bench")
    call(python("-m", "benchmarks", *arguments), what="the measurements")
    return 0


def fuzz(arguments: list[str]) -> int:
    """The readers of cards, bundles and receipts under a coverage-guided fuzzer: ``fuzz [RUNS]``, a million each."""
    need_system(QT)
    setup()
    install("fuzz")
    for reader in ("card", "receipt", "lines", "first-lines", "bundle"):
        say(f"== {reader}")
        call(python("tests/fuzz/atheris_run.py", reader, *(arguments or ["1000000"])), what=f"the fuzzer of {reader}")
    return 0


def simulate(arguments: list[str]) -> int:
    """All that may befall a state, in memory and over stores: ``simulate [--schedules N] [--stores N] [--seed S]``."""
    need_system(QT)
    setup()
    call(python("tests/simulator/run.py", *arguments), what="the simulator")
    return 0


def screens(arguments: list[str]) -> int:
    """A picture of every screen and of every print, into ``build/screens`` or the folder named."""
    need_qt()
    setup()
    call(python("tests/screens.py", *(arguments or ["build/screens"])), what="the pictures of the screens")
    call(python("tests/prints.py", *(arguments or ["build/screens"])), what="the pictures of the prints")
    return 0


def build(arguments: list[str]) -> int:
    """The program for people without Python, in ``dist/``; proved by its own selftest."""
    need_system({**QT, **SCREEN, **FREEZE}, {"objdump": "binutils", "strip": "binutils"})
    setup()
    say("== PyInstaller")
    freeze = python("-m", "PyInstaller", "build.spec", "--noconfirm", "--log-level", "WARN")
    folders = ["--distpath", "dist", "--workpath", "build/pyinstaller"]
    call([*freeze, *folders], what="PyInstaller", PYTHONHASHSEED="0")  # the same sources give the same bytes
    call(python("packaging/finish.py", *arguments), what="finishing the build")
    return 0


def lock(arguments: list[str]) -> int:
    """Make the lock files again; ``--upgrade`` takes the newest versions that pyproject.toml allows."""
    setup()
    for name in LOCKS:
        made = compile_lock(name, ROOT / "requirements" / f"{name}.txt", *arguments)
        if made.returncode:
            raise Failed(f"uv cannot resolve {name}.txt:\n{made.stderr.strip()}")
        say(f"requirements/{name}.txt")
    return 0


def words(arguments: list[str]) -> int:
    """Bring the translators' files up to date with the sentences in the sources."""
    setup()
    call(python("packaging/catalogs.py", "update", *arguments), what="updating the translations")
    return 0


def prepare(_arguments: list[str]) -> int:
    """Make ``.venv`` ready, with the system libraries it needs."""
    need_qt(screen=True)
    setup()
    say("Ready. Next: python3 dev.py demo")
    return 0


COMMANDS = {
    "setup": prepare,
    "demo": demo,
    "run": run,
    "test": test,
    "bench": bench,
    "build": build,
    "fuzz": fuzz,
    "simulate": simulate,
    "screens": screens,
    "lock": lock,
    "words": words,
}


def with_python_311(arguments: list[str]) -> int:
    """Start again under Python 3.11, the one version the lock files are made for."""
    found = ["py", "-3.11"] if WINDOWS and shutil.which("py") else [shutil.which("python3.11") or ""]
    if not found[0]:
        raise Failed("This needs Python 3.11. Debian 12 has it: apt-get install python3. Windows: python.org.")
    return subprocess.run([*found, __file__, *arguments], check=False).returncode


def main(arguments: list[str]) -> int:
    """Exit code: 0 done, 1 a step failed, 2 wrong usage; ``run`` and ``demo`` give the program's own."""
    what = "\n".join(f"  {name:8} {(command.__doc__ or '').splitlines()[0]}" for name, command in COMMANDS.items())
    about = (__doc__ or "").split("\n\n")[0]
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="dev.py", description=about, epilog=what, formatter_class=plain)
    parser.add_argument("command", choices=COMMANDS, metavar="command")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="...", help="for the command")
    chosen = parser.parse_args(arguments or ["--help"])
    try:
        if sys.version_info[:2] != (3, 11):
            return with_python_311(arguments)
        return COMMANDS[chosen.command](chosen.rest)
    except Failed as problem:
        print(f"\ndev.py: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
