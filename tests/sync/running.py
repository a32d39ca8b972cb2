"""An engine under test and what it said, and the small case on which the ways are tried."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync.engine.backoff import Backoff
from sync.engine.engine import Engine
from sync.engine.events import Event, TroubleSeen
from sync.engine.scrubber import ScrubPlan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from record.trouble import Trouble
    from sync.vault.vault import Vault

PASSPHRASE = "a long enough passphrase"
PDF = b"%PDF-1.7 composed" + bytes(2000)
SIGNED = PDF + b" and signed"


NO_SCRUB = ScrubPlan(first_s=600)


@dataclass
class Running:
    """An engine and everything it said."""

    engine: Engine
    said: list[Event] = field(default_factory=list)

    def saw(self, kind: type[Event], count: int = 1) -> bool:
        self.said += self.engine.drain()
        return sum(isinstance(one, kind) for one in self.said) >= count

    def of(self, kind: type[Event]) -> list[Event]:
        self.said += self.engine.drain()
        return [one for one in self.said if isinstance(one, kind)]

    def troubles(self) -> list[Trouble]:
        return [one.trouble for one in self.of(TroubleSeen) if isinstance(one, TroubleSeen)]


@contextmanager
def running(vault: Vault, scrub: ScrubPlan = NO_SCRUB) -> Iterator[Running]:
    engine = Engine(vault, every_s=0.1, backoff=lambda: Backoff(0.05, 0.2), scrub=scrub)
    engine.start()
    try:
        yield Running(engine)
    finally:
        engine.stop()


def objects_of(count: int = 5, size: int = 200_000) -> list[bytes]:
    return [os.urandom(size + at) for at in range(count)]


def ready(vault: Vault, case: str = "c1") -> bool:
    readiness = vault.parts.index.readiness(case)
    return readiness is not None and readiness.ready_offline


def signed(desk: Vault, revision: int = 1, pdf: bytes = SIGNED) -> None:
    desk.signing_key(PASSPHRASE)
    manifest = desk.case("c1")
    assert manifest.manifest_digest is not None
    desk.store_composed("c1", "a-c1", revision, PDF, manifest_version=1, manifest_digest=manifest.manifest_digest)
    certificate = desk.certificate()
    assert certificate is not None
    desk.store_signed("a-c1", revision, pdf, certificate)
