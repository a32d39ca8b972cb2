"""A real disk of a few megabytes that fills up: a tmpfs in a mount namespace of its own, which goes with its holder.

Root makes the namespace directly, anybody else inside a user namespace. Programs are started into it by `nsenter`, and a journey reaches
its files through `/proc/PID/root`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.journeys.processes import until

if TYPE_CHECKING:
    from types import TracebackType

BALLAST = ".ballast"


class SmallDisk:
    """A disk of `megabytes` mounted at `place` for whoever is started behind `before`. Use as a context."""

    def __init__(self, place: Path, megabytes: int) -> None:
        self._place = place.resolve()
        own = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        script = f'mount -t tmpfs -o size={megabytes}m overread "$0" && echo mounted && exec sleep infinity'
        self._holder = subprocess.Popen(
            ["unshare", *own, "--mount", "--propagation", "private", "sh", "-c", script, str(self._place)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._own = own

    def __enter__(self) -> Self:
        assert self._holder.stdout is not None
        if self._holder.stdout.readline() != b"mounted\n":
            assert self._holder.stderr is not None
            raise RuntimeError(f"no small disk can be mounted here: {self._holder.stderr.read().decode()}")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._holder.kill()
        self._holder.communicate()

    @property
    def before(self) -> tuple[str, ...]:
        """What comes before a command that shall see this disk."""
        user = ["--user", "--preserve-credentials"] if self._own else []
        return ("nsenter", "--target", str(self._holder.pid), "--mount", *user, f"--wdns={Path.cwd()}")

    @property
    def inside(self) -> Path:
        """The disk as a journey reaches it from outside."""
        return Path(f"/proc/{self._holder.pid}/root{self._place}")

    def fill_from(self, folder: Path) -> None:
        """Copies a folder's content onto it."""
        shutil.copytree(folder, self.inside, dirs_exist_ok=True)

    @property
    def free(self) -> int:
        """Bytes."""
        return shutil.disk_usage(self.inside).free

    def fill(self, leave: int = 0) -> None:
        """Fills it up to the last byte but `leave`."""
        file = os.open(self.inside / BALLAST, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            while self.free > leave:
                os.write(file, b"\0" * max(1, min(self.free - leave, 1 << 20)))
        except OSError:
            pass  # the last page is somebody's already
        finally:
            os.close(file)
        until("a full disk", lambda: self.free <= max(leave, 4096), 5)

    def make_room(self) -> None:
        """Gives it back."""
        (self.inside / BALLAST).unlink()
