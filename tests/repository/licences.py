"""What the desk and the server carry, under which licence; the gate, and the collection for the About sheet.

    python3 dev.py licences          remakes resources/licences/index.json and third-party.txt

`index.json` is a list of {name, versions, licence, home, line, lines}: where in `third-party.txt` its texts stand (from 1).
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "resources" / "licences"
CARRIED = ("desk", "server")

ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "HPND", "ISC", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0", "Zlib",
}  # fmt: skip

# Allowed by name, and why.
EXCEPTIONS = {
    "av": ("BSD-3-Clause", "its wheels carry FFmpeg with GPL encoders that are never called; see docs/dependencies.md"),
    "certifi": ("MPL-2.0", "a list of certificates, carried unchanged"),
    "pyside6-addons": ("LGPL-3.0-only", "as pyside6-essentials; Qt Multimedia alone of them is carried"),
    "pyside6-essentials": ("LGPL-3.0-only", "libraries of their own in the program's folder, which anybody can replace"),
    "shiboken6": ("LGPL-3.0-only", "likewise"),
}

# What a package's metadata says in its own words or not at all, read in its licence text.
READ_BY_A_PERSON = {
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
    "MIT License": "MIT",
    "Python Software Foundation License": "PSF-2.0",
}
READ_IN_ITS_TEXT = {"protobuf": "BSD-3-Clause", "sqlcipher3": "Zlib"}
# In the locks for other systems only.
ELSEWHERE = {"colorama": "BSD-3-Clause", "pywin32-ctypes": "BSD-3-Clause"}
# Texts that the packages leave out; in resources/licences/texts.
TEXTS = {
    "pyjpegls": ["pyjpegls.txt"],
    "pyside6-addons": ["LGPL-3.0.txt", "GPL-3.0.txt"],
    "pyside6-essentials": ["LGPL-3.0.txt", "GPL-3.0.txt"],
    "shiboken6": ["LGPL-3.0.txt", "GPL-3.0.txt"],
}
IS_LICENCE = re.compile(r"(^|/)(licen[cs]es?/.+|(licen[cs]e|copying|notice)[^/]*)$", re.IGNORECASE)
NOT_TEXTS = (".py", ".pyc", ".so", ".h", ".json", ".pyi", ".pyd")


@dataclass(frozen=True, slots=True)
class Entry:
    """One package of the locks."""

    name: str
    versions: str
    licence: str
    home: str
    line: int = 0
    lines: int = 0


def locked(*locks: str) -> dict[str, str]:
    """Name → version (or versions, by Python's) of the packages of these locks."""
    found: dict[str, list[str]] = {}
    for lock in locks:
        text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
        for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", text, re.MULTILINE):
            if version not in found.setdefault(name, []):
                found[name].append(version)
    return {name: " / ".join(sorted(versions)) for name, versions in sorted(found.items())}


def installed(name: str) -> Distribution | None:
    """The package, where this system has it."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def licence_of(name: str) -> str:
    """The licence as an SPDX expression; "" where nobody has said it."""
    package = installed(name)
    if package is None:
        return ELSEWHERE.get(name, "")
    if name in READ_IN_ITS_TEXT:
        return READ_IN_ITS_TEXT[name]
    meta = package.metadata
    words = [c.rpartition(" :: ")[2] for c in meta.get_all("Classifier", []) if c.startswith("License")]
    for said in (*meta.get_all("License-Expression", []), *meta.get_all("License", []), *words):
        if said and said in READ_BY_A_PERSON:
            return READ_BY_A_PERSON[said]
        if said and is_expression(said):
            return str(said)
    return ""


def is_expression(text: str) -> bool:
    """Whether a text is an SPDX expression as used here: identifiers joined by AND or OR."""
    return re.fullmatch(r"[A-Za-z0-9.+-]+( (AND|OR) [A-Za-z0-9.+-]+)*", text) is not None and ("-" in text or text in ALLOWED)


def is_allowed(name: str, licence: str) -> bool:
    """Whether a package may be carried: each part of its licence is allowed, or one of each choice, or it is an exception by name."""
    if name in EXCEPTIONS:
        return EXCEPTIONS[name][0] in re.split(r" AND | OR ", licence)
    return bool(licence) and all(any(choice in ALLOWED for choice in part.split(" OR ")) for part in licence.split(" AND "))


def refused(locks: tuple[str, ...] = CARRIED) -> list[str]:
    """The gate: packages whose licence is not allowed, with what they say."""
    return [f"{name}: {licence_of(name) or 'no licence known'}" for name in locked(*locks) if not is_allowed(name, licence_of(name))]


def texts(name: str) -> list[str]:
    """The licence texts of a package."""
    found = [(FOLDER / "texts" / file).read_text("utf-8") for file in TEXTS.get(name, ())]
    package = installed(name)
    files = sorted(package.files or (), key=str) if package else []
    names = [f for f in files if IS_LICENCE.search(str(f)) and not str(f).endswith(NOT_TEXTS)]
    found += [Path(str(f.locate())).read_text("utf-8", errors="replace") for f in names]
    return list(dict.fromkeys(text.strip() for text in found))


def home_of(name: str) -> str:
    """Where a package's source lives, by its own metadata; "" where it does not say."""
    package = installed(name)
    said = dict(url.split(", ", maxsplit=1) for url in _urls(package))
    found = next((said[word] for word in ("source", "repository", "source code", "homepage", "home") if word in said), "")
    return found if found.startswith("https://") else ""


def _urls(package: Distribution | None) -> list[str]:
    """The project's addresses as "label, address", labels in lower case."""
    listed = package.metadata.get_all("Project-URL", []) if package is not None else []
    pairs = [one.split(",", maxsplit=1) for one in listed if "," in one]
    return [f"{label.strip().lower()}, {address.strip()}" for label, address in pairs]


def entries() -> list[Entry]:
    """The packages, as the index must have them (without lines)."""
    return [Entry(name, versions, licence_of(name), home_of(name)) for name, versions in locked(*CARRIED).items()]


def collect() -> None:
    """Writes both files."""
    lines: list[str] = ["Licences of the software that Overread carries.", ""]
    index: list[dict[str, str | int]] = []
    python = Entry("Python", "3.11 or newer", "PSF-2.0", "https://www.python.org/")
    for entry in [python, *entries()]:
        body = [(FOLDER / "texts" / "Python.txt").read_text("utf-8")] if entry is python else texts(entry.name)
        block = [f"{entry.name} {entry.versions} ({entry.licence})", "=" * 72, ""]
        for text in body or [f"Its text came with no file; its source: {entry.home or entry.name}"]:
            block += [*(line.rstrip() for line in text.splitlines()), "", "-" * 72, ""]
        index.append({**asdict(entry), "line": len(lines) + 1, "lines": len(block)})
        lines += block
    (FOLDER / "third-party.txt").write_text("\n".join(lines), "utf-8")
    (FOLDER / "index.json").write_text(json.dumps(index, indent=1) + "\n", "utf-8")
    print(f"{len(index)} packages, {len(lines)} lines")


if __name__ == "__main__":
    collect()
