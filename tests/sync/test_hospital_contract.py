"""What a desk may rely on at any hospital: asked of the one in memory and of the real server, so that the double stays honest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from record.trouble import Kind, Trouble
from sync.engine.client import Client
from sync.engine.engine import CA_FILE
from sync.engine.enrol import enrol
from sync.engine.events import Delivered, IntentAnswered, OriginalsArrived, Synced
from sync.engine.wire import Wire
from sync.protocol.bundle import Missing, ObjectBytes, ObjectEnd, ObjectHead, Parser
from sync.protocol.canonical import canonical
from sync.protocol.messages import BundleRequest, Intent
from sync.protocol.recovery import to_text
from sync.seal import private_keys
from sync.vault import recovery
from sync.vault.enrolled import SHUT_OUT
from sync.vault.vault import Vault
from tests.doubles.hospital import HospitalDouble
from tests.doubles.hospital_process import PASSWORD, HospitalProcess
from tests.sync.conftest import CHEAP, PASSPHRASE, until
from tests.sync.desk_process import MAKERS
from tests.sync.running import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sync.vault.values import WorklistRow


@dataclass
class Either:
    """Either hospital, and the account of the test."""

    hospital: HospitalDouble | HospitalProcess
    login: str
    password: str

    def code(self) -> str:
        return self.hospital.code(self.login) if isinstance(self.hospital, HospitalProcess) else self.hospital.code()

    def revoke(self, device: str) -> None:
        if isinstance(self.hospital, HospitalProcess):
            self.hospital.revoke(device)
        else:
            self.hospital.put("revocation", device, {"device": device, "reason": "lost"})

    def offer(self) -> str:
        if isinstance(self.hospital, HospitalProcess):
            return self.hospital.offer(self.login)
        self.hospital.offer("c1")
        return "c1"


@pytest.fixture(scope="module", params=["in memory", "real"])
def real(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HospitalProcess | None]:
    if request.param == "real":
        with HospitalProcess(tmp_path_factory.mktemp("hospital")) as process:
            yield process
    else:
        yield None


@pytest.fixture
def either(real: HospitalProcess | None, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Either]:
    if real is not None:
        login = request.node.originalname.replace("_", "-")
        real.add(login)
        yield Either(real, login, PASSWORD)
    else:
        folder = tmp_path / "hospital"
        folder.mkdir()
        with HospitalDouble(folder) as double:
            yield Either(double, "login", "password")


@pytest.fixture
def joined(either: Either, tmp_path: Path) -> Iterator[Vault]:
    with enrol(either.code(), either.login, either.password, PASSPHRASE, tmp_path / "vault", stretching=CHEAP) as vault:
        yield vault


def _client(vault: Vault) -> tuple[Client, Wire]:
    home = vault.home()
    key = private_keys.from_der(vault.parts.enrolled.device())
    client = Client(home.enrolment.device, lambda: home.enrolment.dataset, key, now=vault.clock, heard=vault.heard)
    return client, Wire(home.address, vault.folder / CA_FILE)


def _row(vault: Vault) -> WorklistRow:
    return vault.cases()[0]


def _arrived(either: Either, vault: Vault) -> str:
    case = either.offer()
    with running(vault) as run:
        until(lambda: bool(vault.cases()), "the offer is here")
        assert _row(vault).case is None, "nothing identifiable before acceptance"
        run.engine.intent("accept", case, _row(vault).assignment.id, _row(vault).revision)
        until(lambda: _row(vault).readiness.ready_offline and _row(vault).case is not None, "the case is ready", 60)
        until(lambda: vault.certificate() is not None, "the certificate is here")
        assert run.saw(IntentAnswered)
        assert run.troubles() == []
    return case


def test_a_code_is_good_once_and_for_its_account(either: Either, tmp_path: Path) -> None:
    code = either.code()
    for login, password in ((either.login, "wrong password"), ("nobody", either.password)):
        with pytest.raises(Trouble) as caught:
            enrol(code, login, password, PASSPHRASE, tmp_path / "vault", stretching=CHEAP)
        assert caught.value.kind is Kind.IDENTITY
    enrol(code, either.login, either.password, PASSPHRASE, tmp_path / "vault", stretching=CHEAP).close()
    with pytest.raises(Trouble) as caught:
        enrol(code, either.login, either.password, PASSPHRASE, tmp_path / "two", stretching=CHEAP)
    assert caught.value.kind is Kind.IDENTITY


def test_an_original_comes_when_it_is_wished_for(either: Either, joined: Vault) -> None:
    case = _arrived(either, joined)
    instance = joined.manifest(case).studies[0].series[0].instances[0]
    assert not joined.want_original(case, instance.sop_instance_uid)
    assert joined.cases()[0].readiness.ready_offline
    with running(joined) as run:
        until(lambda: run.saw(OriginalsArrived), "the original is here", 60)
        assert run.troubles() == []
    data = joined.take_out_original(case, instance.sop_instance_uid)
    assert hashlib.sha256(data).hexdigest() == instance.original_object
    assert data[128:132] == b"DICM"


def test_an_accepted_case_comes_whole_and_its_opinion_is_receipted_once(either: Either, joined: Vault) -> None:
    case = _arrived(either, joined)
    manifest = joined.manifest(case)
    lengths = {entry.object: entry.length for entry in manifest.objects if entry.kind != "original"}
    for name, length in lengths.items():
        data = joined.read_object(case, name)
        assert (len(data), hashlib.sha256(data).hexdigest()) == (length, name)
    pdf = _sign(joined, case)
    with running(joined) as run:
        until(lambda: run.saw(Delivered), "the receipt is here")
    receipt = joined.receipt_token(_row(joined).assignment.id, 1)
    client, wire = _client(joined)
    assert client.upload(wire, _row(joined).assignment.id, 1, pdf) == receipt, "the same bytes, the same receipt"
    with pytest.raises(Trouble) as caught:
        client.upload(wire, _row(joined).assignment.id, 1, pdf + b"more")
    assert caught.value.details.startswith("409")
    wire.close()


def _sign(vault: Vault, case: str) -> bytes:
    record = vault.case(case)
    assert record.manifest_digest is not None
    assert record.manifest_version is not None
    names = {"case": case, "assignment": record.assignment.id, "revision": 1, "amends": None, "answers": []}
    names["manifest"] = {"version": record.manifest_version, "digest": record.manifest_digest}
    composed, sign = MAKERS["signed"](vault, canonical(names), PASSPHRASE)
    version, digest = record.manifest_version, record.manifest_digest
    vault.store_composed(case, record.assignment.id, 1, composed, manifest_version=version, manifest_digest=digest)
    certificate = vault.certificate()
    assert certificate is not None
    signed = sign(composed)
    vault.store_signed(record.assignment.id, 1, signed, certificate)
    return signed


def test_a_bundle_begins_where_it_is_asked_and_names_what_is_missing(either: Either, joined: Vault) -> None:
    case = _arrived(either, joined)
    entry = max((entry for entry in joined.manifest(case).objects if entry.kind != "original"), key=lambda one: one.length)
    client, wire = _client(joined)
    parser, got, seen = Parser(), b"", []
    asked = [(entry.object, entry.length // 2), ("f" * 64, 0), (entry.object, entry.length)]
    with client.bundle(wire, BundleRequest(objects=asked)) as pieces:
        for piece in pieces:
            for event in parser.feed(piece):
                got += bytes(event.data) if isinstance(event, ObjectBytes) else b""
                seen += [event] if isinstance(event, ObjectHead | ObjectEnd | Missing) else []
    parser.close()
    wire.close()
    half = entry.length // 2
    assert got == joined.read_object(case, entry.object, half)
    assert seen[0] == ObjectHead(entry.object, half, entry.length - half, entry.length)
    assert isinstance(seen[2], Missing)
    assert seen[3] == ObjectHead(entry.object, entry.length, 0, entry.length)


def test_the_same_intent_is_answered_the_same(either: Either, joined: Vault) -> None:
    case = either.offer()
    with running(joined):
        until(lambda: bool(joined.cases()), "the offer is here")
    client, wire = _client(joined)
    row = _row(joined)
    empty = Intent(key="1" * 32, kind="decline", case=case, assignment=row.assignment.id, seen_revision=row.revision)
    assert not client.intent(wire, empty).accepted
    accept = Intent(key="2" * 32, kind="accept", case=case, assignment=row.assignment.id, seen_revision=row.revision)
    assert client.intent(wire, accept).accepted
    assert client.intent(wire, accept).accepted
    assert not client.intent(wire, empty).accepted
    wire.close()


def test_a_running_desk_reads_its_revocation_in_the_feed(either: Either, joined: Vault) -> None:
    case = _arrived(either, joined)
    with running(joined) as run:
        until(lambda: run.saw(Synced), "a round")
        either.revoke(joined.home().enrolment.device)
        until(lambda: bool(run.troubles()), "it is told")
        assert run.troubles()[0].details == SHUT_OUT, "by the feed, not by a refusal"
        until(lambda: joined.parts.keys.find(case) is None, "the case is gone")


def test_a_recovered_desk_gets_a_certificate_for_its_new_key(either: Either, joined: Vault) -> None:
    case = _arrived(either, joined)
    before = joined.certificate()
    answer = either.hospital.recover(to_text(recovery.ask(joined.folder, "another passphrase")))
    joined.close()
    with Vault.recover(joined.folder, "another passphrase", answer) as vault, running(vault) as run:
        until(lambda: vault.certificate() is not None, "the new certificate is here")
        assert vault.certificate() != before
        assert vault.manifest(case)
        assert run.troubles() == []


def test_a_cut_audit_record_is_refused_and_the_desk_goes_on(either: Either, joined: Vault) -> None:
    _arrived(either, joined)
    with running(joined) as run:
        until(lambda: run.saw(Synced), "a round")
        until(lambda: run.engine._audit._theirs == joined.parts.audit.head(), "the record is home")
    with joined.parts.work_database.write() as rows:
        rows.execute("DELETE FROM audit WHERE counter = (SELECT max(counter) FROM audit)")
    with running(joined) as run:
        until(lambda: bool(run.troubles()), "it is told")
        assert run.troubles()[0].kind is Kind.STATE
        rounds = len(run.of(Synced))
        until(lambda: run.saw(Synced, rounds + 2), "it goes on")
        assert len(run.troubles()) == 1


def test_a_stranger_gets_nothing(either: Either, joined: Vault) -> None:
    home = joined.home()
    wire = Wire(home.address, joined.folder / CA_FILE)
    for device in (home.enrolment.device, "0" * 32):
        client = Client(device, lambda: home.enrolment.dataset, private_keys.new_key(), now=joined.clock, heard=joined.heard)
        with pytest.raises(Trouble) as caught:
            client.changes(wire, "")
        assert caught.value.kind is Kind.IDENTITY
    assert wire.ask("GET", "/v1/changes", token="x").status == 401
    wire.close()
