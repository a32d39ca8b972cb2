"""The start imports only what the window needs, and the log never says what was in hand."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from app.logs import start_log

ROOT = Path(__file__).resolve().parents[3]

# What may be imported before the worklist stands. A library that is missing here costs time or carries a parser of outside bytes.
ALLOWED = frozenset(
    [
        "PySide6",
        "shiboken6",
        "pydantic",
        "pydantic_core",
        "annotated_types",
        "typing_extensions",
        "typing_inspection",
        "cryptography",
        "cffi",
        "_cffi_backend",
        "rfc8785",
        "imagecodecs",  # itself small; it loads a codec when one is used
        "jwt",
        "sqlcipher3",
        "numpy",
        "requests",
        "urllib3",
        "idna",
        "certifi",
        "charset_normalizer",
        "platformdirs",
        "keyring",
        "jeepney",
        "secretstorage",
        "jaraco",
        "more_itertools",
        "importlib_metadata",
        "zipp",
        "blosc2",
        "backports",
        "dotenv",
        "email_validator",
        "h2",
        "hpack",
        "hyperframe",
        "msgpack",
        "ndindex",
        "numexpr",
    ]
)
FORBIDDEN = (
    *("pyhanko", "reportlab", "vtkmodules", "pydicom", "openjpeg", "pypdfium2", "av", "fastapi", "sqlalchemy"),
    *("aiortc", "aioice", "livekit"),
)

_LOOK = """
import json, sys
import app.__main__
import {module}
print(json.dumps(sorted({{name.split(".")[0] for name in sys.modules}} - set(sys.stdlib_module_names))))
"""


def _imported(module: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _LOOK.format(module=module)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    names = set(json.loads(done.stdout))
    return {
        name
        for name in names
        if not name.startswith(
            ("_", "shibokensupport", "signature_bootstrap", "cython_runtime", "app", "record", "sync", "viewer", "sitecustomize", "__")
        )
    }


@pytest.mark.parametrize("module", ["app.desk", "app.signed_in"])
def test_the_start_imports_only_what_is_on_the_list(module: str) -> None:
    imported = _imported(module)
    assert imported & set(FORBIDDEN) == set()
    assert imported - ALLOWED == set()


def test_the_command_line_alone_imports_nothing() -> None:
    assert _imported("json") == set()


@pytest.mark.parametrize("command", [["--help"], ["run", "--help"], ["inspect", "--help"]])
def test_help_answers(command: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "app", *command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0
    assert "overread" in done.stdout


def _fail() -> None:
    raise ValueError("Okafor^Ngozi 4471-0093")


def test_the_log_holds_places_and_classes_and_no_words_of_a_fault(tmp_path: Path) -> None:
    end = start_log(tmp_path, "info")
    try:
        _fail()
    except ValueError:
        logging.getLogger("app.something").exception("a job failed")
    logging.getLogger("somelibrary").warning("reading Okafor^Ngozi")
    end()
    text = (tmp_path / "logs" / "desk.log").read_text("utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert "Okafor" not in text
    assert "4471" not in text
    assert [line["says"] for line in lines] == ["a job failed", "(a library)"]
    assert lines[0]["fault"] == "ValueError"
    assert lines[0]["places"]


def test_a_log_that_cannot_be_written_is_no_reason_not_to_work(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way")
    end = start_log(tmp_path, "info")
    logging.getLogger("app").warning("nobody hears this")
    end()
