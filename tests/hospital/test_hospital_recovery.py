"""Recovery at the hospital: the request of the right desk, a code by voice, the key from the safe; then one new signing key."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from hospital.desks import enrolling, recovering
from record.signature import authority
from record.trouble import Kind, Trouble
from sync.protocol.recovery import RecoveryAnswer, RecoveryRequest, answer_purpose, check_code, from_text, to_text, wrap_purpose
from sync.seal import hpke

if TYPE_CHECKING:
    from tests.hospital.desk import Desk
    from tests.hospital.stage import Stage

KEY = secrets.token_bytes(32)


def _asked(stage: Stage, desk: Desk, vault: str = "") -> tuple[RecoveryRequest, bytes]:
    """The request of a desk, and the private half of its answer's key."""
    private, public = hpke.new_pair()
    wrap = hpke.sealed_to(bytes.fromhex(stage.house.keys.recovery_public), KEY, wrap_purpose(desk.vault))
    return RecoveryRequest(vault=vault or desk.vault, wrap=wrap.hex(), answer_key=public.hex()), private


def _safe(stage: Stage) -> str:
    return (stage.server.folder / "recovery").read_text("utf-8")


def _recovered(stage: Stage, request: RecoveryRequest, code: str = "") -> recovering.Recovered:
    return recovering.recover(stage.house, to_text(request), code or check_code(request), _safe(stage))


def _kind(stage: Stage, request: RecoveryRequest, code: str = "", safe: str = "") -> Kind:
    with pytest.raises(Trouble) as caught:
        recovering.recover(stage.house, to_text(request), code or check_code(request), safe or _safe(stage))
    return caught.value.kind


def test_the_answer_opens_at_the_desk_that_asked(stage: Stage) -> None:
    desk = stage.desk()
    request, private = _asked(stage, desk)
    done = _recovered(stage, request, check_code(request).lower().replace("-", " ").replace("1", "l").replace("0", "o"))
    assert (done.device, done.login) == (desk.device, desk.login)
    answer = from_text(RecoveryAnswer, done.answer)
    assert hpke.opened_with(private, bytes.fromhex(answer.sealed), answer_purpose(desk.vault)) == KEY


def test_another_code_key_vault_or_desk_is_refused(stage: Stage) -> None:
    desk, thief = stage.desk(), stage.desk()
    request, _ = _asked(stage, desk)
    assert _kind(stage, request, "AAAA-AAAA") is Kind.IDENTITY
    assert _kind(stage, request, safe="AAAA-BBBB") is Kind.IDENTITY
    assert _kind(stage, _asked(stage, desk, thief.vault)[0]) is Kind.IDENTITY, "another physician's vault in the own desk's name"
    assert _kind(stage, _asked(stage, desk, "0" * 32)[0]) is Kind.INPUT
    enrolling.revoke(stage.house, desk.device, "lost")
    assert _kind(stage, request) is Kind.STATE


def _request(desk: Desk) -> str:
    return authority.make_request(desk.signer, desk.login).decode()


def test_after_a_recovery_a_desk_may_have_one_new_signing_key(stage: Stage) -> None:
    desk = stage.desk()
    made = stage.accepted(desk)
    before = desk.certificate()
    old = stage.opinion(desk, made)
    desk.signer = ec.generate_private_key(ec.SECP256R1())
    answer = desk.ask("POST", "/v1/signing-requests", json={"signing_request_pem": _request(desk)})
    assert answer.status_code == 403
    _recovered(stage, _asked(stage, desk)[0])
    request = _request(desk)
    for _ in range(2):
        assert desk.ask("POST", "/v1/signing-requests", json={"signing_request_pem": request}).status_code == 200
    assert desk.certificate() != before
    assert desk.ask("POST", "/v1/signing-requests", json={"signing_request_pem": _request(stage.stranger())}).status_code == 403
    assert desk.upload(made, 1, old).status_code == 200, "what was signed before stays good"
    assert desk.upload(made, 2, stage.opinion(desk, made, 2)).status_code == 200


def test_the_commands(stage: Stage) -> None:
    desk = stage.desk()
    request, private = _asked(stage, desk)
    folder = stage.server.folder
    (folder / "request").write_text(to_text(request) + "\n", "ascii")
    files = ["--answer", str(folder / "answer"), "--recovery-file", str(folder / "recovery")]
    words = ["recover-desk", str(folder / "request"), *files]
    assert "code does not belong" in stage.server.command(*words, "--code", "AAAA-AAAA", well=False)
    said = stage.server.command(*words, "--code", check_code(request))
    assert desk.login in said
    answer = from_text(RecoveryAnswer, (folder / "answer").read_text("ascii"))
    assert hpke.opened_with(private, bytes.fromhex(answer.sealed), answer_purpose(desk.vault)) == KEY
