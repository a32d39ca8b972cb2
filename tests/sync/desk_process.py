"""A desk without windows, as a process that may be killed anywhere and started again: it always goes on from what is stored.

    python -m tests.sync.desk_process DATA --passphrase-file F [--enrol CODE --login L --password P] [--opinion plain|signed] [--cheap]
        [--limit SECONDS]

It opens (or enrols) the vault `DATA/vault`, accepts what is offered, waits until every case is ready offline, then, with `--opinion`,
signs an opinion for each case (with "signed" a real composed and PAdES-signed PDF) and waits until all are received. One line of JSON for
each thing that happened goes to stdout; the exit code is 0 when all is done. `OVERREAD_KILL_AT` (see `sync.protocol.steps`) kills it.
"""

from __future__ import annotations

import argparse
import json
import queue
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sync.engine.backoff import Backoff
from sync.engine.engine import Engine
from sync.engine.enrol import enrol
from sync.engine.events import Event, Synced
from sync.protocol.canonical import canonical
from sync.vault.unlocking import Stretching
from sync.vault.values import OpinionState
from sync.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.vault.values import WorklistRow

    Maker = Callable[[Vault, bytes, str], tuple[bytes, Callable[[bytes], bytes]]]

CHEAP = Stretching(memory_kib=256, iterations=1, lanes=1)
FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"
WORKING = {"accepted", "reading", "question_open", "opined"}
ON_ITS_WAY = {OpinionState.SIGNED, OpinionState.SENDING, OpinionState.RECEIVED}


def main() -> int:
    options = _options()
    passphrase = options.passphrase_file.read_text().strip()
    with _vault(options, passphrase) as vault:
        engine = Engine(vault, every_s=0.2, backoff=lambda: Backoff(0.05, 0.5))
        engine.start()
        try:
            return _work(engine, passphrase, options.opinion, time.monotonic() + options.limit)
        finally:
            engine.stop()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--passphrase-file", type=Path, required=True)
    parser.add_argument("--enrol")
    parser.add_argument("--login", default="login")
    parser.add_argument("--password", default="password")
    parser.add_argument("--opinion", choices=["plain", "signed"])
    parser.add_argument("--cheap", action="store_true", help="a weak passphrase derivation, for tests")
    parser.add_argument("--limit", type=float, default=60.0)
    return parser.parse_args()


def _vault(options: argparse.Namespace, passphrase: str) -> Vault:
    folder = options.data / "vault"
    if Vault.exists(folder):
        return Vault.open(folder, passphrase)
    options.data.mkdir(parents=True, exist_ok=True)
    stretching = CHEAP if options.cheap else None
    return enrol(options.enrol, options.login, options.password, passphrase, folder, stretching=stretching)


def _work(engine: Engine, passphrase: str, opinion: str | None, deadline: float) -> int:
    synced = False
    while time.monotonic() < deadline:
        synced = _heard(engine) or synced
        rows = engine.vault.cases()
        if not synced or not rows:
            continue
        _accept(engine, rows)
        working = [row for row in rows if row.assignment.state in WORKING]
        if any(row.assignment.state == "offered" for row in rows) or not working or not all(row.readiness.ready_offline for row in working):
            continue
        if opinion is None or _opinions(engine, working, passphrase, opinion):
            _tell(event="done", cases=len(working))
            return 0
    _tell(event="limit")
    return 1


def _heard(engine: Engine) -> bool:
    """Waits a little for an event; whether a round of the way in is through."""
    try:
        events: list[Event] = [engine.events.get(timeout=0.05)]
    except queue.Empty:
        return False
    events += engine.drain()
    for event in events:
        if not isinstance(event, Synced) or event.objects:
            _tell(event=type(event).__name__, text=str(getattr(event, "trouble", "")))
    return any(isinstance(event, Synced) for event in events)


def _accept(engine: Engine, rows: tuple[WorklistRow, ...]) -> None:
    for row in rows:
        if row.assignment.state == "offered" and row.pending_intent is None:
            engine.intent("accept", row.assignment.case, row.assignment.id, row.revision)
            _tell(event="accepted", assignment=row.assignment.id)


def _opinions(engine: Engine, rows: list[WorklistRow], passphrase: str, kind: str) -> bool:
    """Signs what is not signed; whether all are received."""
    vault = engine.vault
    for row in rows:
        if row.opinion is not None and row.opinion.state in ON_ITS_WAY:
            continue
        certificate = vault.certificate()
        if certificate is None:
            return False
        _sign(vault, row, passphrase, MAKERS[kind], certificate)
        engine.deliver()
    received = [row.opinion.receipt for row in vault.cases() if row.opinion is not None and row.opinion.receipt is not None]
    return len(received) >= len(rows)


def _sign(vault: Vault, row: WorklistRow, passphrase: str, make: Maker, certificate: str) -> None:
    case, assignment = row.assignment.case, row.assignment.id
    record, revision = vault.case(case), vault.next_revision(row.assignment.id)
    assert record.manifest_digest is not None
    assert record.manifest_version is not None
    vault.save_draft(case, assignment, {"impression": "no change"})
    manifest = {"version": record.manifest_version, "digest": record.manifest_digest}
    opinion = {"case": case, "assignment": assignment, "revision": revision, "amends": None, "manifest": manifest, "answers": []}
    composed, sign = make(vault, canonical(opinion), passphrase)
    vault.store_composed(
        case, assignment, revision, composed, manifest_version=record.manifest_version, manifest_digest=record.manifest_digest
    )
    view = vault.store_signed(assignment, revision, sign(composed), certificate)
    _tell(event="signed", assignment=assignment, revision=revision, sha256=view.signed_sha256)


def _plain(vault: Vault, opinion_json: bytes, passphrase: str) -> tuple[bytes, Callable[[bytes], bytes]]:
    """Bytes that only look like a PDF, for a hospital that does not look inside."""
    vault.signing_key(passphrase)
    return b"%PDF-1.7\n" + opinion_json, lambda composed: composed + b"\n% signed"


def _signed(vault: Vault, opinion_json: bytes, passphrase: str) -> tuple[bytes, Callable[[bytes], bytes]]:
    """A real document with a real signature."""
    from record.opinion.compose import compose  # noqa: PLC0415  late import: reportlab
    from record.opinion.document import OpinionDocument, Part, PartName, SignaturePlace  # noqa: PLC0415  likewise
    from record.signature.sign import sign  # noqa: PLC0415  late import: pyHanko

    place = Part(PartName.SIGNATURE, "Signature", (SignaturePlace((vault.home().enrolment.physician.name,)),), stated=True)
    document = OpinionDocument("Second opinion", "", "test · test", (place,), "", opinion_json)
    composed = compose(document, {}, lambda name: (FONTS / name).read_bytes(), vault.clock()).pdf
    key, certificate = vault.signing_key(passphrase), vault.certificate()
    assert certificate is not None
    authority = vault.home().authority.signing_ca_pem
    return composed, lambda pdf: sign(pdf, key, certificate.encode(), authority.encode(), vault.clock())


MAKERS = {"plain": _plain, "signed": _signed}


def _tell(**what: object) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    sys.exit(main())
