"""Machines of their own on one machine: network namespaces joined by cables that a test can pull (`ip netns`, veth; root).

Two ends are joined to a middle, where the hospital's relay stands at `MIDDLE`; the ends reach nothing else, and one another not at all.
What is started `inside` an end lives there with all its threads and processes.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

MIDDLE = "10.77.0.1"
ENDS = ("one", "other")
_CLONE_NEWNET = 0x40000000


class CannotError(Exception):
    """Namespaces cannot be made here; the message says why."""


class Namespaces:
    """`with Namespaces() as net`: `net.inside("middle")`, `net.inside("one")`, `net.pull("one")`, `net.plug("one")`.

    Raises:
        CannotError: no root, no iproute2, or a system that forbids it.
    """

    def __init__(self) -> None:
        self._mark = secrets.token_hex(3)

    def __enter__(self) -> Self:
        if shutil.which("ip") is None or os.geteuid() != 0:
            raise CannotError("iproute2 and root are needed")
        try:
            self._make()
        except subprocess.CalledProcessError as error:
            self._delete()
            raise CannotError(error.stderr.strip().splitlines()[-1] if error.stderr.strip() else "ip refused") from error
        return self

    def _make(self) -> None:
        for name in ("middle", *ENDS):
            _ip("netns", "add", self._name(name))
            self._in(name, "link", "set", "lo", "up")
        self._in("middle", "address", "add", f"{MIDDLE}/32", "dev", "lo")
        for number, end in enumerate(ENDS, 1):
            here, there = f"m{number}{self._mark}", f"e{number}{self._mark}"
            _ip("link", "add", here, "netns", self._name("middle"), "type", "veth", "peer", "name", there, "netns", self._name(end))
            self._in("middle", "address", "add", f"10.77.{number}.1/24", "dev", here)
            self._in(end, "address", "add", f"10.77.{number}.2/24", "dev", there)
            self._in("middle", "link", "set", here, "up")
            self._in(end, "link", "set", there, "up")
            self._in(end, "route", "add", "default", "via", f"10.77.{number}.1")

    def __exit__(self, *_: object) -> None:
        self._delete()

    def _delete(self) -> None:
        for name in ("middle", *ENDS):
            subprocess.run(["ip", "netns", "delete", self._name(name)], capture_output=True, check=False)

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """This thread, and whatever it starts meanwhile, stands there."""
        with Path("/proc/thread-self/ns/net").open("rb") as back, Path("/run/netns", self._name(name)).open("rb") as to:
            _enter(to.fileno())
            try:
                yield
            finally:
                _enter(back.fileno())

    def pull(self, end: str) -> None:
        """The cable is pulled at the middle: the end loses its carrier, and keeps its address."""
        self._in("middle", "link", "set", f"m{ENDS.index(end) + 1}{self._mark}", "down")

    def plug(self, end: str) -> None:
        """It is put back."""
        self._in("middle", "link", "set", f"m{ENDS.index(end) + 1}{self._mark}", "up")

    def _name(self, name: str) -> str:
        return f"overread-{self._mark}-{name}"

    def _in(self, name: str, *words: str) -> None:
        _ip("-n", self._name(name), *words)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], capture_output=True, text=True, check=True)


def _enter(descriptor: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, _CLONE_NEWNET) != 0:
        raise CannotError(os.strerror(ctypes.get_errno()))
