"""A real vault that holds demo cases as if a hospital had sent them: enrolled, certified, its objects sealed. No network."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec

from record.signature.authority import issue, make_authority, make_request
from sync.protocol import jws
from sync.protocol.canonical import canonical
from sync.protocol.messages import (
    AssignmentBody,
    Authority,
    Enrolment,
    ManifestBody,
    ObjectEntry,
    ObjectKind,
    OfferSummary,
    Physician,
    PolicyBody,
)
from sync.seal import private_keys
from sync.seal.commit import commit
from sync.vault import signing
from sync.vault.actions import Action, Plan, PutAssignment, PutCase, PutManifest, PutPolicy
from sync.vault.enrolled import Home
from sync.vault.unlocking import Stretching
from sync.vault.values import Stored
from sync.vault.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

    from sync.protocol.messages import CaseBody, Manifest
    from tests.doubles.demo_case import DemoCase

PASSPHRASE = "harbor violet canoe eleven"
HOSPITAL = "Northlight University Hospital"
FAST = Stretching(memory_kib=64, iterations=1, lanes=1)


def make_vault(
    folder: Path, cases: list[DemoCase], *, address: str = "https://127.0.0.1:9", offered: bool = True, recovery: bytes | None = None
) -> Vault:
    """The vault, unlocked. With `offered`, one more case is only offered."""
    vault = Vault.create(folder, PASSPHRASE, stretching=FAST, recovery=recovery)
    now = datetime.now(UTC)
    _enrol(vault, address, now)
    actions: list[Action] = [PutPolicy(PolicyBody(lease_days=14, idle_lock_minutes=15, opinion_statement="", no_examination_notice=""))]
    manifests: list[tuple[Manifest, bytes]] = []
    for number, case in enumerate(cases):
        body = case._case().model_copy(update={"due_at": now + timedelta(days=1 + 2 * number)})
        manifest = case.manifest()
        entries = [*manifest.objects]
        manifest = manifest.model_copy(update={"objects": entries})
        raw = canonical(manifest.model_dump(mode="json"))
        manifests.append((manifest, raw))
        actions += _arrive(case, body, manifest, raw)
    if offered:
        actions.append(_offer(now))
    vault.parts.index.apply(Plan("d", "1", tuple(actions), frozenset(case.id for case in cases)))
    for case, (manifest, raw) in zip(cases, manifests, strict=True):
        _store(vault, case.id, {hashlib.sha256(raw).hexdigest(): raw})
        vault.parts.index.adopt(manifest, hashlib.sha256(raw).hexdigest())
        _store(vault, case.id, case.objects)
        vault.parts.index.recompute(case.id)
    return vault


def _enrol(vault: Vault, address: str, now: datetime) -> None:
    device, own, root_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    before, after = now - timedelta(days=1), now + timedelta(days=365)
    root = make_authority(root_key, HOSPITAL, before, after, 1)
    certificate = issue(make_request(own, "adeyemi"), root_key, root, "Dr M. Adeyemi", HOSPITAL, before, after, 2)
    physician = Physician(id="p", name="Dr M. Adeyemi", login="adeyemi", licences=["New York 123456"], specialty="Thoracic radiology")
    enrolment = Enrolment(device="d" * 32, physician=physician, hospital=HOSPITAL, dataset="d", lease_days=14, certificate_pem=None)
    key = jws.jwk(root_key.public_key()) if hasattr(root_key, "public_key") else {}
    authority = Authority(
        hospital=HOSPITAL,
        dataset="d",
        tls_ca_pem=root.decode(),
        signing_ca_pem=root.decode(),
        recovery_key="",
        receipt_keys={"k": key},
    )
    vault.parts.enrolled.store(Home(address, authority, enrolment), private_keys.to_der(device))
    signing.seal_key(vault.folder, own, PASSPHRASE)
    vault.parts.enrolled.put_certificate(certificate.decode())
    vault.heard(now, now + timedelta(days=14))


def _arrive(case: DemoCase, body: CaseBody, manifest: Manifest, raw: bytes) -> list[Action]:
    priors = sum(1 for study in manifest.studies if study.role == "prior")
    offer = OfferSummary(
        asked=body.title,
        person="Woman of 61",
        specialty=body.specialty,
        referrer=body.referrer,
        modalities=sorted({series.modality for study in manifest.studies for series in study.series}),
        priors=priors,
        images=sum(len(series.instances) for study in manifest.studies for series in study.series),
        bytes=sum(entry.length for entry in manifest.objects),
        minutes=30,
        stipend="150 USD",
        due_at=body.due_at,
        offered_until=None,
    )
    assignment = AssignmentBody(id=f"a{case.id[:8]}", case=case.id, state="accepted", offer=offer)
    digest = hashlib.sha256(raw).hexdigest()
    return [
        PutCase(case.id, 1, body),
        PutAssignment(case.id, 1, assignment),
        PutManifest(case.id, ManifestBody(case=case.id, version=1, object=digest, length=len(raw), signature="")),
    ]


def _offer(now: datetime) -> PutAssignment:
    offer = OfferSummary(
        asked="Growth of the optic glioma since March?",
        person="Girl of 8",
        specialty="Neuroradiology",
        referrer=None,
        modalities=["MR"],
        priors=3,
        images=1200,
        bytes=1_400_000_000,
        minutes=40,
        stipend="120 EUR",
        due_at=now + timedelta(days=9),
        offered_until=now + timedelta(days=3),
    )
    return PutAssignment("offered", 1, AssignmentBody(id="offered-1", case="offered", state="offered", offer=offer))


def _store(vault: Vault, case: str, objects: dict[str, bytes]) -> None:
    parts = vault.parts
    stored, files = [], []
    key = parts.keys.get(case)
    for name, data in objects.items():
        with parts.objects.writer(key, name, len(data)) as writer:
            writer.write(data)
            writer.finish()
            files.append(writer.final)
            stored.append(Stored(case, name, writer.file_id))
    commit(files)
    parts.index.store_rows(stored)


__all__ = ["HOSPITAL", "PASSPHRASE", "ObjectEntry", "ObjectKind", "make_vault"]
