"""A real disk of a few megabytes that fills up.

Where it may, it is a tmpfs in a mount namespace of its own that goes with its holder (root makes it directly, anybody else inside a user
namespace); programs are started into it by `nsenter`, and a journey reaches its files through `/proc/PID/root`. Where neither is allowed
(most containers), the small shared memory of the container is the disk.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.journeys.processes import until

if TYPE_CHECKING:
    from types import TracebackType

BALLAST = ".ballast"
SHARED = Path("/dev/shm")  # noqa: S108  a file system of its own, small in containers
MOST_SHARED = 512 << 20  # bytes; a larger one is the memory of a whole machine, which nobody fills for a test
ALLOW = "Run the tests as root, or allow user namespaces."


class SmallDisk:
    """A disk of `megabytes` at `place` for whoever is started behind `before`. Use as a context."""

    def __init__(self, place: Path, megabytes: int) -> None:
        self._place, self._megabytes = place.resolve(), megabytes
        self._user = [] if os.geteuid() == 0 else ["--user"]
        self._holder: subprocess.Popen[bytes] | None = None
        self._shared: Path | None = None
        self.before: tuple[str, ...] = ()  # what comes before a command that shall see this disk
        self.inside = self._place  # the disk as a journey reaches it

    def __enter__(self) -> Self:
        refused = self._mount()
        if refused:
            self._share(refused)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._holder is not None:
            self._holder.kill()
            self._holder.communicate()
        if self._shared is not None:
            shutil.rmtree(self._shared)
            self._place.unlink()
            self._under.rename(self._place)

    @property
    def _under(self) -> Path:
        return self._place.with_name(f"{self._place.name}.under")

    def _mount(self) -> str:
        """Mounts it; what the system said where it may not."""
        script = f'mount -t tmpfs -o size={self._megabytes}m overread "$0" && echo mounted && exec sleep infinity'
        options = [*self._user, *(["--map-root-user"] if self._user else []), "--mount", "--propagation", "private"]
        holder = subprocess.Popen(
            ["unshare", *options, "sh", "-c", script, str(self._place)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert holder.stdout is not None
        if holder.stdout.readline() != b"mounted\n":
            return holder.communicate()[1].decode()
        self._holder = holder
        user = ["--user", "--preserve-credentials"] if self._user else []
        self.before = ("nsenter", "--target", str(holder.pid), "--mount", *user, f"--wdns={Path.cwd()}")
        self.inside = Path(f"/proc/{holder.pid}/root{self._place}")
        return ""

    def _share(self, refused: str) -> None:
        if not SHARED.is_dir() or shutil.disk_usage(SHARED).total > MOST_SHARED:
            raise RuntimeError(f"no small disk can be had here: {refused.strip()}. {ALLOW}")
        self._shared = Path(tempfile.mkdtemp(prefix="overread-", dir=SHARED))
        self._place.rename(self._under)
        self._place.symlink_to(self._shared)

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
            with contextlib.suppress(OSError):  # the last page is somebody's already
                while self.free > leave:
                    os.write(file, b"\0" * max(1, min(self.free - leave, 1 << 20)))
        finally:
            os.close(file)
        until("a full disk", lambda: self.free <= max(leave, 4096), 5)

    def make_room(self) -> None:
        """Gives it back."""
        (self.inside / BALLAST).unlink()
