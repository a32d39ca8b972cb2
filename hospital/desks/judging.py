"""Judging a signed PDF in a process of its own, bounded in memory and time: what a desk sends is a stranger's file.

`python -m hospital.desks.judging` reads one line of JSON and then the PDF on its standard input, and answers one line of JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from record.trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

FLAG = "--overread-judge"
_KEPT = ("PATH", "PYTHONPATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "LANG")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What `record.signature.verify` found: why it does not hold (empty where it does), who signed, and what was attached."""

    failures: tuple[str, ...]
    signer_sha256: str
    opinion_json: bytes | None

    @property
    def good(self) -> bool:
        """Whether the signature holds and an opinion is attached."""
        return not self.failures and self.opinion_json is not None


def judge(signed: bytes, authority_pem: str, at: datetime, *, seconds: int, memory_megabytes: int) -> Judgement:
    """The judgement on a signed PDF at the time `at`; a file that eats its bounds does not hold.

    Raises:
        Trouble: INTERNAL, where no process can be started.
    """
    order = json.dumps({"authority": authority_pem, "at": at.isoformat(), "seconds": seconds, "memory_megabytes": memory_megabytes})
    try:
        done = subprocess.run(
            _command(),
            input=order.encode() + b"\n" + signed,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(os.environ),
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Judgement(("too_long",), "", None)
    except OSError as error:
        raise Trouble("The opinion cannot be examined now.", "Try again later.", str(error.strerror)) from error
    if done.returncode != 0:
        return Judgement(("too_large",), "", None)
    return _judgement(done.stdout)


def _command() -> list[str]:
    frozen = bool(getattr(sys, "frozen", False))
    return [sys.executable, FLAG] if frozen else [sys.executable, "-m", __name__]


def _environment(whole: Mapping[str, str]) -> dict[str, str]:
    return {name: whole[name] for name in _KEPT if name in whole} | {"PYTHONDONTWRITEBYTECODE": "1"}


def _judgement(answer: bytes) -> Judgement:
    value = json.loads(answer)
    attached = value["opinion_json"]
    return Judgement(tuple(value["failures"]), value["signer_sha256"], None if attached is None else bytes.fromhex(attached))


def main() -> int:
    """The child's side."""
    from record.signature.verify import verify  # noqa: PLC0415  pyHanko is for this process alone

    order = json.loads(sys.stdin.buffer.readline())
    signed = sys.stdin.buffer.read()
    _bound(int(order["seconds"]), int(order["memory_megabytes"]))
    verdict = verify(signed, order["authority"].encode(), datetime.fromisoformat(order["at"]))
    answer = {
        "failures": [one.value for one in verdict.failures],
        "signer_sha256": verdict.signer_sha256,
        "opinion_json": None if verdict.opinion_json is None else verdict.opinion_json.hex(),
    }
    sys.stdout.write(json.dumps(answer) + "\n")
    return 0


def _bound(seconds: int, memory_megabytes: int) -> None:
    if sys.platform == "win32":  # there the deadline of `judge` alone bounds it
        return
    import resource  # noqa: PLC0415  not on Windows

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if sys.platform != "darwin":  # macOS refuses a limit on addresses
        resource.setrlimit(resource.RLIMIT_AS, (memory_megabytes << 20, memory_megabytes << 20))


if __name__ == "__main__":
    sys.exit(main())
