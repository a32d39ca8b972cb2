#!/usr/bin/env python3
"""The one command of this repository: it makes its own environment, then does what is asked.

    python3 dev.py demo [--headless] [--out DIR] [--data DIR]    a hospital, three cases and the desk
    python3 dev.py test [PYTEST ARGUMENTS]                       everything that proves it
    python3 dev.py bench | soak | fuzz NAME [ARGUMENTS]          figures; without a name: which there are
    python3 dev.py build                                         the frozen desk, in dist/overread, and its self test
    python3 dev.py lock | licences                               remake requirements/*.txt, resources/licences

Standard library only, Python 3.11 or newer, Linux, macOS and Windows. What it makes stands in `.venv` and `.venvs`.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent
REQUIREMENTS = ROOT / "requirements"
WINDOWS = sys.platform == "win32"
LINUX = sys.platform.startswith("linux")

# What Linux must bring: Debian's package, and how to see that it is there (a library that loads or a program on the path).
WINDOW_PACKAGES = {
    "libdbus-1-3": "libdbus-1.so.3",
    "libegl1": "libEGL.so.1",
    "libfontconfig1": "libfontconfig.so.1",
    "libgl1": "libGL.so.1",
    "libglib2.0-0": "libglib-2.0.so.0",
    "libgomp1": "libgomp.so.1",
    "libopus0": "libopus.so.0",
    "libpulse0": "libpulse.so.0",
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-image0": "libxcb-image.so.0",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-randr0": "libxcb-randr.so.0",
    "libxcb-render-util0": "libxcb-render-util.so.0",
    "libxcb-shape0": "libxcb-shape.so.0",
    "libxcb-xkb1": "libxcb-xkb.so.1",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
    "libxrender1": "libXrender.so.1",
}
JOURNEY_PACKAGES = {
    "chromium": "chromium",
    "coturn": "turnserver",
    "dbus": "dbus-run-session",
    "gnome-keyring": "gnome-keyring-daemon",
    "libnss3-tools": "certutil",
    "poppler-utils": "pdfsig",
    "pulseaudio": "pulseaudio",
    "xvfb": "Xvfb",
}
BUILD_PACKAGES = {"binutils": "objdump"}
# The accessibility rules that the patient's page is held against: a test's tool, never part of what is shipped.
AXE_VERSION = "4.14.1"
AXE_SHA512 = (
    "1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b734f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5"
)


def say(text: str) -> None:
    """A line for the person, at once."""
    print(text, flush=True)


def run(command: Sequence[str | Path], **environment: str) -> int:
    """Runs a command in the repository's root and gives its exit code; Ctrl+C ends both."""
    process = subprocess.Popen([str(c) for c in command], cwd=ROOT, env={**os.environ, **environment})
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.wait()
        return 130


def must(command: Sequence[str | Path], **environment: str) -> None:
    """Runs a command; where it fails the program ends with its exit code."""
    if code := run(command, **environment):
        sys.exit(code)


# -- the system ------------------------------------------------------------------------------------------------------


def is_here(sign: str) -> bool:
    """Whether a library loads or a program is on the path."""
    if ".so" not in sign:
        return shutil.which(sign) is not None or Path("/usr/bin", sign).exists()
    try:
        ctypes.CDLL(sign)
    except OSError:
        return False
    return True


def need(*tables: dict[str, str]) -> None:
    """Installs what the system lacks (Debian and Ubuntu, as root), or names the command that does."""
    if not LINUX:
        return
    missing = [package for table in tables for package, sign in table.items() if not is_here(sign)]
    if find_spec("ensurepip") is None:
        missing.append(f"python3.{sys.version_info.minor}-venv")
    if not missing:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if shutil.which("apt-get") is None:
        say(f"This system lacks libraries or programs that Debian calls: {' '.join(missing)}")
        say("Install its own packages of them, then try again.")
        sys.exit(2)
    if os.geteuid() != 0:
        say(f"This system lacks {len(missing)} packages. Install them, then try again:\n\n    sudo {' '.join(install)}\n")
        sys.exit(2)
    say(f"installing system packages: {' '.join(missing)}")
    must(["apt-get", "update", "-q"])
    must(install, DEBIAN_FRONTEND="noninteractive")


# -- the environments ------------------------------------------------------------------------------------------------


def python_of(folder: Path) -> Path:
    """The interpreter of an environment."""
    return folder / ("Scripts/python.exe" if WINDOWS else "bin/python")


def environment(lock: str, *, editable: bool = False) -> Path:
    """Makes or renews the environment of a lock (requirements/LOCK.txt) and gives its interpreter; quick where nothing changed."""
    folder = ROOT / ".venv" if lock == "dev" else ROOT / ".venvs" / lock
    requirements = REQUIREMENTS / f"{lock}.txt"
    stamp = folder / "overread-stamp.txt"
    state = hashlib.sha256(requirements.read_bytes() + sys.version.encode() + str(folder).encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == state:
        return python_of(folder)
    say(f"making {folder.relative_to(ROOT)} from requirements/{lock}.txt (once)")
    shutil.rmtree(folder, ignore_errors=True)
    must([sys.executable, "-m", "venv", folder])
    install(python_of(folder), requirements)
    if editable:
        pip: list[str | Path] = [python_of(folder), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        must([*pip, "--no-deps", "--no-build-isolation", "--config-settings", "editable_mode=compat", "-e", ROOT])
    stamp.write_text(state)
    return python_of(folder)


def install(python: Path, requirements: Path) -> None:
    """Installs a lock with its hashes, and says how far it is."""
    total = sum(1 for line in requirements.read_text().splitlines() if line[:1].isalnum())
    options = ["--require-hashes", "--no-deps", "--disable-pip-version-check", "--progress-bar", "off", "-r"]
    began, seen, said = time.monotonic(), 0, deque[str](maxlen=12)
    command: list[str | Path] = [python, "-m", "pip", "install", *options, requirements]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        for line in pip.stdout or ():
            said.append(line)
            if line.startswith(("Collecting", "Processing")):
                seen += 1
                if seen % 20 == 0:
                    say(f"  {seen} of {total} packages, {time.monotonic() - began:.0f} s")
            elif line.startswith("Installing"):
                say("  unpacking")
    if pip.returncode:
        say("".join(said))
        say("Some packages could not be installed; pip says why above. Is the network or the package index reachable?")
        sys.exit(pip.returncode)
    say(f"  done in {time.monotonic() - began:.0f} s")


def whole() -> Path:
    """The environment with everything."""
    return environment("dev", editable=True)


def axe() -> None:
    """Fetches axe-core from the npm registry into .venv, once, and checks it by its digest."""
    rules = ROOT / ".venv" / "axe-core" / AXE_VERSION / "axe.min.js"
    if rules.is_file():
        return
    if (npm := shutil.which("npm")) is None:
        say("The accessibility run needs axe-core, which npm fetches, and npm is not installed. Install Node.js with npm, then try again.")
        sys.exit(2)
    rules.parent.mkdir(parents=True, exist_ok=True)
    must([npm, "pack", "--silent", f"axe-core@{AXE_VERSION}", "--pack-destination", rules.parent])
    packed = rules.parent / f"axe-core-{AXE_VERSION}.tgz"
    if hashlib.sha512(packed.read_bytes()).hexdigest() != AXE_SHA512:
        packed.unlink()
        say(f"axe-core {AXE_VERSION} is not the one that was pinned; it is not used. Try again, or ask who changed it.")
        sys.exit(2)
    with tarfile.open(packed) as archive, archive.extractfile("package/axe.min.js") or sys.exit(2) as file:
        rules.write_bytes(file.read())
    packed.unlink()


# -- the commands ----------------------------------------------------------------------------------------------------


def demo(arguments: argparse.Namespace, rest: list[str]) -> int:
    """The demo: driven without a display, or for a person."""
    headless = arguments.headless or (LINUX and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")))
    need(WINDOW_PACKAGES, JOURNEY_PACKAGES if headless else {})
    if headless:
        return run([whole(), "-m", "tests.journeys.demo", "--out", Path(arguments.out).absolute(), *rest])
    folder: list[str | Path] = ["--data", Path(arguments.data).absolute()] if arguments.data else []
    return run([whole(), "-m", "tests.journeys.demo_in_person", *folder, *rest])


def test(_: argparse.Namespace, rest: list[str]) -> int:
    """Lint, types, contracts, the run without Qt, then pytest, whose closing lines come last."""
    need(WINDOW_PACKAGES, JOURNEY_PACKAGES, {"npm": "npm"})
    began = time.monotonic()
    with ThreadPoolExecutor(1) as beside:  # the second environment is made meanwhile
        second = beside.submit(environment, "noqt")
        python = whole()
        axe()
        steps: list[tuple[str, list[str | Path]]] = [
            ("lint", [python, "-m", "ruff", "check", "."]),
            ("format", [python, "-m", "ruff", "format", "--check", "."]),
            ("types", [python, "-m", "mypy", "."]),
            ("contracts", [python.with_name("lint-imports" + python.suffix), "--no-cache"]),
        ]
        if code := _steps(steps, began):
            return code
        without_qt = second.result()
    workers = str((os.cpu_count() or 2) + 1)  # one more than processors: much of the time a journey waits for another process
    options = ["-q", "-n", workers, "--dist", "loadfile", "--no-loadscope-reorder", "-p", "no:cacheprovider"]
    suites: list[tuple[str, list[str | Path]]] = [
        ("tests where PySide6 and VTK are not installed", [without_qt, "-m", "pytest", *options]),
        ("tests", [python, "-m", "pytest", *options, *rest]),
    ]
    return _steps(suites, began)


def _steps(steps: Sequence[tuple[str, list[str | Path]]], began: float) -> int:
    """Each after the other, until one fails; gives its exit code."""
    for name, command in steps:
        say(f"\n== {name} ({time.monotonic() - began:.0f} s)")
        if code := run(command, OVERREAD_TREE_GUARD="1"):
            return code
    return 0


def figures(arguments: argparse.Namespace, rest: list[str]) -> int:
    """Runs tests/bench, tests/soak or tests/fuzz NAME.py."""
    folder = ROOT / "tests" / arguments.command
    names = sorted(p.stem for p in folder.glob("[a-z]*.py") if 'if __name__ == "__main__":' in p.read_text("utf-8"))
    if arguments.name not in names:
        say(f"python3 dev.py {arguments.command} NAME; the names: {', '.join(names) or 'none yet'}")
        return 2
    need(WINDOW_PACKAGES, JOURNEY_PACKAGES)
    return run([whole(), "-m", f"tests.{arguments.command}.{arguments.name}", *rest])


def build(_: argparse.Namespace, rest: list[str]) -> int:
    """Freezes the desk with PyInstaller and lets it test itself."""
    need(WINDOW_PACKAGES, BUILD_PACKAGES)
    must([whole(), "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", *rest, "build.spec"])
    program = ROOT / "dist" / "overread" / ("overread.exe" if WINDOWS else "overread")
    size = sum(p.stat().st_size for p in program.parent.rglob("*") if p.is_file() and not p.is_symlink())
    say(f"{program.relative_to(ROOT)}: {size / 1e6:.0f} MB; its self test:")
    return run([program, "selftest"])


def lock(_: argparse.Namespace, rest: list[str]) -> int:
    """Remakes requirements/*.txt from pyproject.toml, for all platforms, with hashes."""
    uv = environment("tools").with_name("uv" + (".exe" if WINDOWS else ""))
    fixed = ["--universal", "--generate-hashes", "--no-emit-index-url", "--python-version", "3.11", "-q"]
    signed = ["--custom-compile-command", "python3 dev.py lock", *rest]
    for extra in ("dev", "desk", "server", "noqt"):
        say(f"locking {extra}")
        must([uv, "pip", "compile", *fixed, *signed, "--extra", extra, "pyproject.toml", "-o", REQUIREMENTS / f"{extra}.txt"])
    must([uv, "pip", "compile", *fixed, *signed, REQUIREMENTS / "tools.in", "-o", REQUIREMENTS / "tools.txt"])
    return 0


def licences(_: argparse.Namespace, rest: list[str]) -> int:
    """Collects the licences of what the desk and the server carry into resources/licences."""
    return run([whole(), "-m", "tests.repository.licences", *rest])


COMMANDS = {
    "demo": demo,
    "test": test,
    "bench": figures,
    "soak": figures,
    "fuzz": figures,
    "build": build,
    "lock": lock,
    "licences": licences,
}


def main() -> int:
    """Reads the command line; what a command does not know itself is handed on."""
    if sys.version_info < (3, 11):  # noqa: UP036  this very file may be started by an older one
        print(f"Overread needs Python 3.11 or newer; this is {platform.python_version()}. Try: python3.11 dev.py")
        return 2
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, function in COMMANDS.items():
        words = commands.add_parser(name, help=function.__doc__, allow_abbrev=False)
        if name == "demo":
            words.add_argument("--headless", action="store_true", help="without a display, driven by a program")
            words.add_argument("--out", default="demo-output", help="where the headless demo leaves its results")
            words.add_argument("--data", help="where the demo for a person keeps its hospital and desk")
        if function is figures:
            words.add_argument("name", nargs="?", default="")
    arguments, rest = parser.parse_known_args()
    return COMMANDS[arguments.command](arguments, rest)


if __name__ == "__main__":
    sys.exit(main())
