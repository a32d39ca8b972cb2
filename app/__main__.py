"""The command line of the desk: run, enrol, inspect, render, selftest, status.

Only what a command needs is imported: the window must stand within a second.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code."""
    multiprocessing.freeze_support()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == [_WORKER_FLAG]:
        return _worker()
    if given[:1] == [_PROBE_FLAG]:
        return _probe()
    if given[:1] in (["inspect"], ["render"]):  # they read their own arguments
        return _viewer_command(given[0], given[1:])
    parsed = _parser().parse_args(given or ["run"])
    command: Callable[[argparse.Namespace], int] = parsed.command
    return command(parsed)


_WORKER_FLAG = "--overread-worker"
_PROBE_FLAG = "--overread-gl-probe"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="overread", description="The physician's desk: cases from the hospital, read offline, answered signed."
    )
    commands = parser.add_subparsers(title="commands", required=True)
    run = commands.add_parser("run", help="open the desk (the default)")
    _folder_arguments(run)
    run.set_defaults(command=_run)
    enrol = commands.add_parser("enrol", help="join this desk to a hospital without a window")
    _folder_arguments(enrol)
    enrol.add_argument("code", help="the code from the hospital")
    enrol.add_argument("--login", required=True, help="the account")
    enrol.add_argument("--password-file", type=Path, required=True, help="a file with the account's password")
    enrol.set_defaults(command=_enrol)
    for name, words in (("inspect", "say what DICOM files hold, as JSON"), ("render", "draw an image into a PNG, without a display")):
        commands.add_parser(name, help=words, add_help=False)
    selftest = commands.add_parser("selftest", help="try every part of the program and print JSON")
    selftest.set_defaults(command=_selftest)
    status = commands.add_parser("status", help="say how this desk stands, without a window")
    _folder_arguments(status)
    status.set_defaults(command=_status)
    return parser


def _folder_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=None, help="where the desk keeps everything (default: the user's data folder)")
    parser.add_argument("--vault", choices=("keyring", "passphrase"), default="keyring", help="what a new vault rests on")
    parser.add_argument("--passphrase-file", type=Path, default=None, help="read the passphrase from a file (demonstrations and tests)")


def _run(parsed: argparse.Namespace) -> int:
    if not _has_display():
        sys.stderr.write("There is no display to open a window on. Start the desk inside a desktop session.\n")
        return 1
    from app.desk import run  # noqa: PLC0415  late import: Qt only for the window

    return run(_data(parsed), backend=parsed.vault, passphrase=_secret(parsed.passphrase_file))


def _has_display() -> bool:
    """Whether a window can be opened: Qt itself would end the process without a word for a person."""
    if sys.platform in ("win32", "darwin") or "QT_QPA_PLATFORM" in os.environ:
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _enrol(parsed: argparse.Namespace) -> int:
    from app.headless import enrol  # noqa: PLC0415  late import: the vault only here

    return enrol(
        _data(parsed),
        code=parsed.code,
        login=parsed.login,
        password=_secret(parsed.password_file) or "",
        passphrase=_secret(parsed.passphrase_file),
        backend=parsed.vault,
    )


def _status(parsed: argparse.Namespace) -> int:
    from app.headless import status  # noqa: PLC0415  late import: the vault only here

    return status(_data(parsed), passphrase=_secret(parsed.passphrase_file))


def _selftest(_parsed: argparse.Namespace) -> int:
    from app.selftest import main as selftest  # noqa: PLC0415  late import: it imports everything

    return selftest()


def _viewer_command(name: str, arguments: list[str]) -> int:
    if name == "inspect":
        from app.inspect import main as command  # noqa: PLC0415  late import: codecs only here
    else:
        from app.render import main as command  # noqa: PLC0415  late import: codecs only here
    return command(arguments)


def _probe() -> int:
    from viewer.screen.gl_probe import main as probe  # noqa: PLC0415  late import: only the short-lived process that looks for a GPU

    probe()
    return 0


def _worker() -> int:
    from viewer.workers.child import enter_if_worker  # noqa: PLC0415  late import: a worker imports nothing of the desk

    enter_if_worker()
    return 0


def _data(parsed: argparse.Namespace) -> Path:
    if parsed.data is not None:
        return Path(parsed.data).absolute()
    import platformdirs  # noqa: PLC0415  late import: only where no folder is named

    return Path(platformdirs.user_data_dir("overread", appauthor=False))


def _secret(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.read_text("utf-8").rstrip("\r\n")
    except OSError:
        sys.exit(f"The file {path.name} cannot be read. Name a file that holds the secret in one line.")


if __name__ == "__main__":
    sys.exit(main())
