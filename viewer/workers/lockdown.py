"""What a worker gives up before it meets bytes from outside: memory, core dumps, and on Linux files, network, programs.

Landlock (kernel 5.13 up) and seccomp are used where they are there; elsewhere the limits alone hold.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from pathlib import Path

MB = 1024 * 1024
PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER_MODE = 4, 38, 22, 2
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
VERSION_FLAG, PATH_BENEATH = 1, 1
READ_ONLY = 1 << 0 | 1 << 2 | 1 << 3  # execute (map libraries), read file, read folder
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many file rights each version of Landlock knows

# Numbers of the calls that no decoder needs: sockets, new programs, tracing, mounting, other people's processes.
FORBIDDEN = {
    "x86_64": (0xC000003E, (41, 42, 49, 50, 53, 57, 58, 59, 101, 155, 161, 165, 166, 200, 62, 234, 310, 311, 322, 321, 425, 438)),
    "aarch64": (0xC00000B7, (198, 203, 200, 201, 199, 221, 117, 41, 51, 40, 39, 130, 129, 131, 270, 271, 281, 280, 425, 438)),
}
ALLOW, ERROR_EPERM, ERROR_ENOSYS = 0x7FFF0000, 0x00050001, 0x00050026
CLONE, CLONE3, CLONE_THREAD, FIRST_ARGUMENT = {0xC000003E: 56, 0xC00000B7: 220}, 435, 0x10000, 16


def lock_down(memory_mb: int, folders: list[str]) -> None:
    """Give up everything; `memory_mb` counts from what the process holds now, `folders` stay readable for imports."""
    _limits(memory_mb)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        _landlock(libc, folders)
        _seccomp(libc)


def _limits(memory_mb: int) -> None:
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    statm = Path("/proc/self/statm")
    if statm.exists():
        held = int(statm.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (held + memory_mb * MB,) * 2)


def _landlock(libc: ctypes.CDLL, folders: list[str]) -> bool:
    """Only reading below `folders`; False where the kernel has no Landlock."""
    version = libc.syscall(LANDLOCK_CREATE, None, 0, VERSION_FLAG)
    if version < 1:
        return False
    rights = ctypes.create_string_buffer(struct.pack("<Q", (1 << RIGHTS.get(version, 16)) - 1))
    rules = libc.syscall(LANDLOCK_CREATE, rights, 8, 0)
    if rules < 0:
        return False
    for folder in folders:
        _allow(libc, rules, folder)
    done = libc.syscall(LANDLOCK_RESTRICT, rules, 0) == 0
    os.close(rules)
    return bool(done)


def _allow(libc: ctypes.CDLL, rules: int, folder: str) -> None:
    try:
        place = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    beneath = ctypes.create_string_buffer(struct.pack("<Qi", READ_ONLY, place))
    libc.syscall(LANDLOCK_ADD, rules, PATH_BENEATH, beneath, 0)
    os.close(place)


def _seccomp(libc: ctypes.CDLL) -> bool:
    """Refuse the FORBIDDEN calls (EPERM); False where the machine is not in the table or the kernel refuses."""
    known = FORBIDDEN.get(platform.machine())
    if known is None:
        return False
    architecture, calls = known
    program = ctypes.create_string_buffer(b"".join(_filter(architecture, calls)))
    count = len(program.raw) // 8
    header = ctypes.create_string_buffer(struct.pack("@HP", count, ctypes.addressof(program)))
    return bool(libc.prctl(PR_SET_SECCOMP, FILTER_MODE, header, 0, 0) == 0)


def _filter(architecture: int, calls: tuple[int, ...]) -> list[bytes]:
    """A BPF program: another architecture is refused, then new processes and each forbidden call; the rest is allowed."""
    load, equal, any_bit, give = 0x20, 0x15, 0x45, 0x06

    def step(code: int, yes: int, no: int, value: int) -> bytes:
        return struct.pack("<HBBI", code, yes, no, value)

    clone = CLONE[architecture]
    program = [
        *(step(load, 0, 0, 4), step(equal, 1, 0, architecture), step(give, 0, 0, ERROR_EPERM), step(load, 0, 0, 0)),
        *(step(equal, 0, 1, CLONE3), step(give, 0, 0, ERROR_ENOSYS)),  # the C library then asks for the older call
        *(step(equal, 0, 4, clone), step(load, 0, 0, FIRST_ARGUMENT), step(any_bit, 0, 1, CLONE_THREAD)),
        *(step(give, 0, 0, ALLOW), step(give, 0, 0, ERROR_EPERM)),  # threads, yes; processes, no
    ]
    for index, call in enumerate(calls):
        program.append(step(equal, len(calls) - index, 0, call))
    return [*program, step(give, 0, 0, ALLOW), step(give, 0, 0, ERROR_EPERM)]
