"""The enrolment code: one line that a person can type, and that names the hospital beyond doubt."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from record.trouble import Kind, Trouble
from sync.protocol.enrolment_code import EnrolmentCode, authority_digest, from_text, to_text
from sync.protocol.messages import Authority

FIXED = EnrolmentCode("hospital.example", 8443, bytes(range(16)), bytes(range(16, 32)))
TEXT = "hospital.example:8443/AAAQ-EAYE-AUDA-OCAJ-BIFQ-YDIO-B4IB-CEQT-CQKR-MFYY-DENB-WHA5-DYPQ"


def test_the_text_is_this_one_for_ever() -> None:
    assert to_text(FIXED) == TEXT
    assert from_text(TEXT) == FIXED


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16), st.integers(1, 65535))
def test_every_code_survives_its_text_in_either_case(digest: bytes, secret: bytes, port: int) -> None:
    code = EnrolmentCode("127.0.0.1", port, digest, secret)
    assert from_text(to_text(code)) == code
    assert from_text(to_text(code).lower()) == code


@pytest.mark.parametrize("typed", [f"  {TEXT}\n", TEXT.replace("-", " - "), f"https://{TEXT}", TEXT.replace("-", "")])
def test_how_people_paste_it(typed: str) -> None:
    assert from_text(typed) == FIXED


def test_an_ipv6_host_stands_in_brackets() -> None:
    code = EnrolmentCode("[::1]", 8443, FIXED.authority_digest, FIXED.secret)
    assert from_text(to_text(code)).address == "https://[::1]:8443"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "hello",
        TEXT[:-1],
        TEXT + "A",
        TEXT.replace("AAAQ", "AAA1"),
        TEXT.replace("8443", "0"),
        TEXT.replace("8443", "99999"),
        TEXT.split("/")[1],
    ],
)
def test_what_is_no_code_is_refused_with_a_remedy(typed: str) -> None:
    with pytest.raises(Trouble) as caught:
        from_text(typed)
    assert caught.value.kind is Kind.INPUT
    assert "Copy the whole line" in caught.value.what_to_do


def test_the_secret_is_not_shown_by_accident() -> None:
    code = EnrolmentCode("h", 1, bytes(16), secrets.token_bytes(16))
    assert repr(code.secret) not in repr(code)


def test_the_digest_changes_with_anything_in_the_authority() -> None:
    one = Authority(hospital="H", dataset="d", tls_ca_pem="t", signing_ca_pem="s", recovery_key="r", receipt_keys={"k": {"kty": "EC"}})
    assert authority_digest(one).hex() == "bb68c62e097cc2ab9631f6b100f57eaf"
    changes: tuple[dict[str, object], ...] = (
        {"hospital": "I"},
        {"dataset": "e"},
        {"tls_ca_pem": "u"},
        {"signing_ca_pem": "u"},
        {"recovery_key": "q"},
        {"receipt_keys": {}},
    )
    for change in changes:
        assert authority_digest(one.model_copy(update=change)) != authority_digest(one)
