"""A forgotten passphrase: the hospital's recovery key lets the physician in again; drafts stay, the signing key is another one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from record.trouble import Kind, Trouble
from sync.engine.events import CertificateArrived, Delivered
from sync.protocol.recovery import RecoveryRequest, check_code, from_text, to_text
from sync.seal import private_keys
from sync.vault import recovery, signing, unlocking
from sync.vault.vault import Vault
from tests.sync.conftest import CHEAP, PASSPHRASE, until
from tests.sync.running import SIGNED, running, signed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.doubles.hospital import HospitalDouble

NEW = "another long passphrase"


def _answered(hospital: HospitalDouble, vault: Vault) -> str:
    return hospital.recover(to_text(recovery.ask(vault.folder, NEW)))


def _refused(act: Callable[[], object], kind: Kind) -> None:
    with pytest.raises(Trouble) as caught:
        act()
    assert caught.value.kind is kind


def test_the_vault_opens_again_with_drafts_and_a_new_signing_key(hospital: HospitalDouble, with_case: Vault) -> None:
    with_case.save_draft("c1", "a-c1", {"text": "words"})
    before = with_case.certificate()
    old = with_case.signing_key(PASSPHRASE)
    answer = _answered(hospital, with_case)
    with_case.close()
    with Vault.recover(with_case.folder, NEW, answer) as vault:
        assert vault.draft("c1", "a-c1") == {"text": "words"}
        assert vault.certificate() is None
        with running(vault) as run:
            until(lambda: run.saw(CertificateArrived), "the certificate of the new key is here")
        assert vault.certificate() != before
        assert vault.signing_key(NEW).private_numbers() != old.private_numbers()
        signing.check_certificate(vault.folder, vault.certificate() or "", vault.home().authority.signing_ca_pem)
    _refused(lambda: Vault.open(with_case.folder, PASSPHRASE), Kind.IDENTITY)
    with Vault.open(with_case.folder, NEW) as vault:
        assert vault.draft("c1", "a-c1") == {"text": "words"}
        assert "recovered" in {entry["act"] for entry in vault.parts.audit.entries()}
        assert recovery.asked(vault.folder) is None


def test_what_was_signed_before_still_goes_home(hospital: HospitalDouble, with_case: Vault) -> None:
    signed(with_case)
    answer = _answered(hospital, with_case)
    with_case.close()
    with Vault.recover(with_case.folder, NEW, answer) as vault, running(vault) as run:
        until(lambda: run.saw(Delivered), "the opinion is home")
        until(lambda: run.saw(CertificateArrived), "the new certificate is here")
    assert hospital.opinions["a-c1", 1][0] == SIGNED


def test_a_new_signing_key_without_a_recovery_is_refused_and_nothing_else_stops(hospital: HospitalDouble, with_case: Vault) -> None:
    with_case.parts.enrolled.renew(signing.signing_request(private_keys.new_key(), "thief"))
    hospital.put_policy()
    with running(with_case) as run:
        until(lambda: bool(run.troubles()), "it is told")
        assert run.troubles()[0].kind is Kind.REFUSED
        until(lambda: with_case.parts.index.policy() is not None, "the feed goes on")
    assert with_case.certificate() is None


def test_a_request_waits_over_a_restart_and_shows_its_code(with_case: Vault) -> None:
    request = recovery.ask(with_case.folder, NEW)
    text = to_text(request)
    assert recovery.asked(with_case.folder) == request
    spaced = "\n".join(text[at : at + 40].lower() for at in range(0, len(text), 40))
    assert from_text(RecoveryRequest, spaced) == request
    assert check_code(request) == check_code(from_text(RecoveryRequest, text))
    assert check_code(recovery.ask(with_case.folder, NEW)) != check_code(request)
    _refused(lambda: from_text(RecoveryRequest, text[:-9]), Kind.INPUT)
    recovery.give_up(with_case.folder)
    assert recovery.asked(with_case.folder) is None


def test_what_does_not_belong_together_changes_nothing(hospital: HospitalDouble, with_case: Vault) -> None:
    answer = _answered(hospital, with_case)
    header = (with_case.folder / unlocking.HEADER).read_bytes()
    with_case.close()
    _refused(lambda: Vault.recover(with_case.folder, "not the new passphrase", answer), Kind.IDENTITY)
    _refused(lambda: Vault.recover(with_case.folder, NEW, "AAAA"), Kind.INPUT)
    recovery.ask(with_case.folder, NEW)
    _refused(lambda: Vault.recover(with_case.folder, NEW, answer), Kind.IDENTITY)
    recovery.give_up(with_case.folder)
    _refused(lambda: Vault.recover(with_case.folder, NEW, answer), Kind.STATE)
    _refused(lambda: recovery.ask(with_case.folder, "short"), Kind.INPUT)
    assert (with_case.folder / unlocking.HEADER).read_bytes() == header
    Vault.open(with_case.folder, PASSPHRASE).close()


def test_whatever_is_killed_in_between_the_same_answer_works_again(
    hospital: HospitalDouble, with_case: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = _answered(hospital, with_case)
    with_case.close()
    for module, name in ((recovery, "_await_certificate"), (signing, "seal_key"), (unlocking, "wrap_anew"), (recovery, "give_up")):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, _killed)
            with pytest.raises(KeyboardInterrupt):
                Vault.recover(with_case.folder, NEW, answer)
    with Vault.recover(with_case.folder, NEW, answer) as vault, running(vault) as run:
        until(lambda: run.saw(CertificateArrived), "the certificate is here")
        assert vault.signing_key(NEW)


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_vault_without_recovery_says_so(tmp_path: Path) -> None:
    Vault.create(tmp_path / "vault", PASSPHRASE, stretching=CHEAP).close()
    _refused(lambda: recovery.ask(tmp_path / "vault", NEW), Kind.STATE)


def test_neither_key_nor_passphrase_stands_in_the_open(hospital: HospitalDouble, with_case: Vault) -> None:
    _answered(hospital, with_case)
    value = json.loads((with_case.folder / recovery.FILE).read_bytes())
    assert set(value) == {"salt", "sealed", "request"}
    assert len(bytes.fromhex(value["sealed"])) > 32
