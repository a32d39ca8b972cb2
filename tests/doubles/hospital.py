"""A hospital in memory that speaks the whole protocol over real TLS on loopback, and can be made to misbehave.

It keeps what a real one keeps (feed, objects, opinions by digest, intents by key) and verifies what a desk sends.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from record.audit import BEGIN, record, verify
from record.trouble import Kind, Trouble
from sync.protocol import jws
from sync.protocol.audit import AuditRecords, AuditState
from sync.protocol.canonical import canonical
from sync.protocol.enrolment_code import EnrolmentCode, authority_digest
from sync.protocol.enrolment_code import to_text as code_text
from sync.protocol.messages import (
    AssignmentBody,
    CaseBody,
    Change,
    Enrolment,
    EnrolmentRequest,
    InstanceEntry,
    Intent,
    IntentAnswer,
    Manifest,
    ManifestBody,
    ObjectEntry,
    ObjectKind,
    OfferSummary,
    Page,
    Patient,
    Physician,
    PolicyBody,
    Receipt,
    SeriesEntry,
    StudyEntry,
)
from sync.protocol.recovery import RecoveryAnswer, RecoveryRequest, answer_purpose, from_text, to_text, wrap_purpose
from sync.seal import hpke
from tests.doubles.hospital_authority import HospitalKeys
from tests.doubles.hospital_http import Server

if TYPE_CHECKING:
    from pathlib import Path

    from sync.protocol.messages import ChangeKind

DUE = datetime(2027, 1, 5, 12, tzinfo=UTC)


@dataclass
class Mood:
    """How the hospital misbehaves. Numbers count down."""

    cut_bundle_after: int | None = None  # bytes of a bundle after which the connection is cut, once
    wrong_bytes: set[str] = field(default_factory=set)  # objects whose bytes are sent changed
    missing: set[str] = field(default_factory=set)
    drop_answers: int = 0  # opinions stored whose answer is lost
    forge_receipt: dict[str, Any] = field(default_factory=dict)  # claims to change
    refuse_opinions: Trouble | None = None
    approve: bool = True
    clock_off: timedelta = timedelta(0)


@dataclass
class HospitalDouble:
    """Start it in a `with`; the account is "login" / "password"."""

    folder: Path
    keys: HospitalKeys = field(default_factory=HospitalKeys.new)
    dataset: str = "dataset-1"
    mood: Mood = field(default_factory=Mood)
    lease_days: int = 14

    def __post_init__(self) -> None:
        self.guard = threading.RLock()
        self.changes: list[Change] = []
        self.objects: dict[str, bytes] = {}
        self.opinions: dict[tuple[str, int], tuple[bytes, str]] = {}
        self.accepted_uploads = 0
        self.intents: dict[str, IntentAnswer] = {}
        self.intents_seen: list[Intent] = []
        self.devices: dict[str, dict[str, str]] = {}
        self.certificates: dict[str, str] = {}
        self.requests: dict[str, str] = {}
        self.vaults: dict[str, str] = {}
        self.may_renew: set[str] = set()
        self.old_certificates: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.jtis: set[str] = set()
        self.secrets: set[str] = set()
        self.manifests: dict[str, ManifestBody] = {}
        self.revoked: set[str] = set()
        self.holdings: list[list[str]] = []
        self.audits: dict[str, list[str]] = {}  # lines by device
        self.bundles: list[list[tuple[str, int]]] = []
        self.server = Server(self, *self.keys.tls.server(self.folder))

    def __enter__(self) -> Self:
        self.server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.stop()

    # -- what the hospital's people do ------------------------------------------------------------------------------------------

    def code(self) -> str:
        secret = secrets.token_bytes(16)
        self.secrets.add(secret.hex())
        digest = authority_digest(self.keys.authority(self.dataset))
        return code_text(EnrolmentCode("127.0.0.1", self.server.port, digest, secret))

    def add_case(self, case: str, objects: list[bytes], originals: dict[str, bytes] | None = None) -> list[str]:
        """An accepted case with its manifest; gives the objects' names. `originals` are instances (UID) with their untouched files."""
        patient = Patient(name="Zweifel^Ada", birth_date=datetime(1965, 3, 1, tzinfo=UTC).date(), sex="F", patient_id="PID-7781")
        body = CaseBody(id=case, title="Is it operable?", specialty="Thoracic", patient=patient, questions=[], referrer=None, due_at=DUE)
        self.put("assignment", f"a-{case}", AssignmentBody(id=f"a-{case}", case=case, state="accepted", offer=_offer(objects)))
        self.put("case", case, body)
        return self.put_manifest(case, objects, 1, originals)

    def offer(self, case: str) -> None:
        """A case that is only offered; accepting it brings it."""
        offered = AssignmentBody(id=f"a-{case}", case=case, state="offered", offer=_offer([b""]))
        self.put("assignment", f"a-{case}", offered)

    def put_manifest(self, case: str, objects: list[bytes], version: int, originals: dict[str, bytes] | None = None) -> list[str]:
        names = [self.add_object(data) for data in objects]
        entries = [ObjectEntry(object=name, length=len(data), kind=ObjectKind.FRAMES) for name, data in zip(names, objects, strict=True)]
        entries.append(ObjectEntry(object="0" * 64, length=5, kind=ObjectKind.ORIGINAL))
        untouched = {uid: self.add_object(data) for uid, data in (originals or {}).items()}
        entries += [ObjectEntry(object=name, length=len(self.objects[name]), kind=ObjectKind.ORIGINAL) for name in untouched.values()]
        studies = [_study(untouched, names[0])] if untouched else []
        manifest = Manifest(case=case, version=version, made_at=DUE, objects=entries, studies=studies, documents=[], absent=[])
        data = canonical(manifest.model_dump(mode="json"))
        name = self.add_object(data)
        claims = {"case": case, "version": version, "digest": name}
        token = jws.sign(claims, self.keys.receipts, self.keys.kid, jws.Kind.MANIFEST)
        self.manifests[case] = ManifestBody(case=case, version=version, object=name, length=len(data), signature=token)
        self.put("manifest", case, self.manifests[case], revision=version)
        return names

    def add_object(self, data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest()
        self.objects[name] = data
        return name

    def put(self, kind: ChangeKind, name: str, body: Any, revision: int | None = None) -> None:
        with self.guard:
            seq = len(self.changes) + 1
            body = body if isinstance(body, dict) else body.model_dump(mode="json")
            self.changes.append(Change(seq=seq, kind=kind, id=name, revision=revision or seq, op="put", body=body))

    def drop(self, kind: ChangeKind, name: str) -> None:
        with self.guard:
            seq = len(self.changes) + 1
            self.changes.append(Change(seq=seq, kind=kind, id=name, revision=seq, op="drop", body=None))

    def restore(self, dataset: str) -> None:
        """From a backup: another dataset, no tokens."""
        self.dataset = dataset
        self.tokens.clear()

    def revoke(self, device: str) -> None:
        """A lost laptop."""
        self.revoked.add(device)
        self.tokens.clear()

    def put_policy(self) -> None:
        policy = PolicyBody(lease_days=14, idle_lock_minutes=10, opinion_statement="", no_examination_notice="")
        self.put("policy", "policy", policy)

    # -- what a desk asks (called by the server's threads) -------------------------------------------------------------------------

    def now(self) -> datetime:
        return datetime.now(UTC) + self.mood.clock_off

    def enrol(self, request: EnrolmentRequest) -> Enrolment:
        if (request.login, request.password) != ("login", "password"):
            raise Trouble("The account or its password is not right.", "Type them again.", "401", Kind.IDENTITY)
        if request.secret not in self.secrets:
            raise Trouble("This code was used already.", "Ask the hospital for a new code.", "403", Kind.IDENTITY)
        self.secrets.discard(request.secret)
        device = secrets.token_hex(16)
        self.devices[device] = request.device_key
        self.requests[device] = request.signing_request_pem
        self.vaults[device] = request.vault
        return Enrolment(
            device=device,
            physician=Physician(id="p1", name="Dr. Test", login="login", licences=["Test 1"]),
            hospital="Test Hospital",
            dataset=self.dataset,
            lease_days=self.lease_days,
            certificate_pem=None,
        )

    def token(self, assertion: str) -> tuple[str, datetime]:
        device = jws.unverified_issuer(assertion)
        if device in self.revoked:
            raise Trouble("This desk was shut out by the hospital.", "Ask the hospital why.", "401 revoked", Kind.IDENTITY)
        if device not in self.devices:
            raise Trouble("This desk is not known.", "Enrol it.", "401", Kind.IDENTITY)
        try:
            claims = jws.verify_assertion(assertion, device, self.dataset, self.devices[device], self.now())
        except Trouble as trouble:
            raise Trouble(trouble.what_happened, trouble.what_to_do, f"401 {trouble.details}", trouble.kind) from trouble
        assert claims["jti"] not in self.jtis
        self.jtis.add(claims["jti"])
        token = secrets.token_hex(16)
        self.tokens[token] = device
        return token, self.now() + timedelta(days=self.lease_days)

    def certificate(self, device: str) -> str | None:
        if not self.mood.approve:
            return None
        return self.certificates.setdefault(device, self.keys.signing.issue(self.requests[device]))

    def recover(self, request_text: str) -> str:
        """What the hospital's people answer, once they know who asks."""
        asked = from_text(RecoveryRequest, request_text)
        vault_key = hpke.opened_with(self.keys.recovery[0], bytes.fromhex(asked.wrap), wrap_purpose(asked.vault))
        self.may_renew.add(asked.vault)
        sealed = hpke.sealed_to(bytes.fromhex(asked.answer_key), vault_key, answer_purpose(asked.vault))
        return to_text(RecoveryAnswer(vault=asked.vault, sealed=sealed.hex()))

    def renew(self, device: str, request_pem: str) -> None:
        if self.requests[device] == request_pem:
            return
        if self.vaults[device] not in self.may_renew:
            raise Trouble("This desk may not have another signing key.", "Ask for a recovery.", "403 renewal", Kind.REFUSED)
        self.may_renew.discard(self.vaults[device])
        self.requests[device] = request_pem
        self.old_certificates[device] = self.certificates.pop(device)

    def page(self, cursor: str, limit: int) -> Page:
        with self.guard:
            start = int(cursor.partition(":")[2]) if cursor.startswith(f"{self.dataset}:") else 0
            found = self.changes[start : start + limit]
            end = start + len(found)
            return Page(dataset=self.dataset, changes=found, cursor=f"{self.dataset}:{end}", more=end < len(self.changes))

    def after_restore(self, cases: list[str]) -> Page:
        """Explicit drops of what the restored hospital does not know, puts of the rest."""
        with self.guard:
            self.holdings.append(cases)
            known = {change.id for change in self.changes if change.kind == "case"}
            drops = [Change(seq=0, kind="case", id=case, revision=0, op="drop", body=None) for case in cases if case not in known]
            return Page(dataset=self.dataset, changes=drops + self.changes, cursor=f"{self.dataset}:{len(self.changes)}", more=False)

    def intent(self, intent: Intent) -> IntentAnswer:
        with self.guard:
            if intent.key not in self.intents:
                self.intents_seen.append(intent)
                if intent.kind == "accept":
                    self.add_case(intent.case, [b"one small object of an offered case"], {"2.25.5": bytes(128) + b"DICM an untouched file"})
                refused = intent.kind == "decline" and not intent.body.get("reason")
                self.intents[intent.key] = IntentAnswer(
                    key=intent.key, accepted=not refused, reason="A reason is missing." if refused else ""
                )
            return self.intents[intent.key]

    def audit_state(self, device: str) -> AuditState:
        end = ([BEGIN] + [one.head for line in self.audits.get(device, []) if (one := record(line))])[-1]
        return AuditState(counter=end.counter, digest=end.digest)

    def audit(self, device: str, sent: AuditRecords) -> AuditState:
        """Takes what continues; anything else is refused."""
        claims = jws.verify(sent.head, {device: self.devices[device]}, jws.Kind.AUDIT_HEAD)
        with self.guard:
            known = self.audits.setdefault(device, [])
            new = [one for one in sent.records if one not in known]
            cut = not sent.records and claims["counter"] < len(known)
            if cut or claims["chain"] != device or verify(known + new, kept={claims["counter"]: claims["digest"]}):
                raise Trouble("The audit record does not continue.", "Go on working.", "409 audit", Kind.STATE)
            known += new
            return self.audit_state(device)

    def opinion(self, assignment: str, revision: int, pdf: bytes, device: str) -> str:
        with self.guard:
            if self.mood.refuse_opinions is not None:
                raise self.mood.refuse_opinions
            known = self.opinions.get((assignment, revision))
            if known is not None and known[0] != pdf:
                raise Trouble("Another opinion is here under this number.", "Sign it again.", "409", Kind.REFUSED)
            if known is None:
                self.accepted_uploads += 1
                known = (pdf, self._receipt(assignment, revision, pdf, device))
                self.opinions[assignment, revision] = known
            return known[1]

    def _receipt(self, assignment: str, revision: int, pdf: bytes, device: str) -> str:
        certificate = self.old_certificates.get(device) or self.certificates[device]
        from sync.vault.signing import certificate_digest  # noqa: PLC0415  only here the double needs a vault's arithmetic

        case = assignment.removeprefix("a-")
        claims = Receipt(
            receipt=f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper(),
            dataset=self.dataset,
            assignment=assignment,
            revision=revision,
            sha256=hashlib.sha256(pdf).hexdigest(),
            manifest_digest=self.manifests[case].object,
            signer_sha256=certificate_digest(certificate),
            received_at=self.now(),
        ).model_dump(mode="json")
        return jws.sign({**claims, **self.mood.forge_receipt}, self.keys.receipts, self.keys.kid, jws.Kind.RECEIPT)


def _offer(objects: list[bytes]) -> OfferSummary:
    return OfferSummary(
        asked="Is it operable?",
        person="Woman of 61",
        specialty="Thoracic",
        referrer=None,
        modalities=["CT"],
        priors=0,
        images=len(objects),
        bytes=sum(map(len, objects)),
        minutes=30,
        stipend="",
        due_at=DUE,
        offered_until=None,
    )


def _study(originals: dict[str, str], header: str) -> StudyEntry:
    """One study of one series: an instance for each original."""
    instances = [
        InstanceEntry(
            sop_instance_uid=uid,
            sop_class_uid="2.25.9",
            instance_number=None,
            header_object=header,
            frames=None,
            header={},
            original_object=name,
        )
        for uid, name in originals.items()
    ]
    series = SeriesEntry(
        series_instance_uid="2.25.3", number=1, modality="CT", description="", body_part="", thumbnail_object=None, instances=instances
    )
    return StudyEntry(
        study_instance_uid="2.25.2", role="current", date="", time="", description="", source="", patient_id="", matches_identity=True,
        series=[series],
    )  # fmt: skip
