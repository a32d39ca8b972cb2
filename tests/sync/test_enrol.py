"""Joining a hospital: the code proves it, a failure leaves nothing, an old vault is never touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from record.trouble import Kind, Trouble
from sync.engine.enrol import enrol
from sync.protocol.enrolment_code import EnrolmentCode, from_text, to_text
from sync.vault.vault import Vault
from tests.doubles.hospital import HospitalDouble
from tests.sync.conftest import CHEAP, PASSPHRASE

if TYPE_CHECKING:
    from pathlib import Path

RIGHT = "password"


def _enrol(code: str, folder: Path, *, password: str = RIGHT, passphrase: str = PASSPHRASE) -> Vault:
    return enrol(code, "login", password, passphrase, folder, stretching=CHEAP)


def _refused(code: str, folder: Path, kind: Kind, **more: str) -> Trouble:
    with pytest.raises(Trouble) as caught:
        _enrol(code, folder, **more)
    assert caught.value.kind is kind
    return caught.value


def test_a_desk_joins(hospital: HospitalDouble, tmp_path: Path) -> None:
    with _enrol(hospital.code(), tmp_path / "d" / "vault") as vault:
        home = vault.home()
        assert (home.enrolment.hospital, home.enrolment.physician.name) == ("Test Hospital", "Dr. Test")
        assert home.authority == hospital.keys.authority(hospital.dataset)
        assert vault.certificate() is None
        assert vault.signing_key(PASSPHRASE).curve.name == "secp256r1"
    assert [path.name for path in (tmp_path / "d").iterdir()] == ["vault"]
    with Vault.open(tmp_path / "d" / "vault", PASSPHRASE) as again:
        assert again.home() == home


@pytest.mark.parametrize(
    ("more", "kind"), [({"password": "wrong"}, Kind.IDENTITY), ({"passphrase": "short"}, Kind.INPUT)], ids=["password", "passphrase"]
)
def test_a_failure_leaves_nothing_and_the_code_stays_good(
    hospital: HospitalDouble, tmp_path: Path, more: dict[str, str], kind: Kind
) -> None:
    code = hospital.code()
    _refused(code, tmp_path / "vault", kind, **more)
    assert [path.name for path in tmp_path.iterdir()] == ["hospital"]
    _enrol(code, tmp_path / "vault").close()


def test_a_code_serves_once(hospital: HospitalDouble, tmp_path: Path) -> None:
    code = hospital.code()
    _enrol(code, tmp_path / "one").close()
    assert "new code" in _refused(code, tmp_path / "two", Kind.IDENTITY).what_to_do


def test_another_hospital_at_the_address_gets_nothing(hospital: HospitalDouble, tmp_path: Path) -> None:
    real = from_text(hospital.code())
    for digest in (bytes(16), bytes([real.authority_digest[0] ^ 1]) + real.authority_digest[1:]):
        code = to_text(EnrolmentCode(real.host, real.port, digest, real.secret))
        trouble = _refused(code, tmp_path / "vault", Kind.IDENTITY)
        assert trouble.what_happened == "What answers at this address is not the hospital that gave the code."
    assert hospital.devices == {}


def test_a_server_with_another_certificate_gets_no_password(hospital: HospitalDouble, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with HospitalDouble(tmp_path / "other") as middle:
        middle.keys = hospital.keys  # it repeats the real authority, but serves TLS under its own
        code = from_text(hospital.code())
        trouble = _refused(
            to_text(EnrolmentCode(code.host, middle.server.port, code.authority_digest, code.secret)), tmp_path / "vault", Kind.IDENTITY
        )
        assert "certificate" in trouble.what_happened
        assert middle.devices == {}


def test_nobody_there(hospital: HospitalDouble, tmp_path: Path) -> None:
    code = hospital.code()
    hospital.server.stop()
    _refused(code, tmp_path / "vault", Kind.NETWORK)


def test_an_old_vault_is_never_touched(hospital: HospitalDouble, tmp_path: Path) -> None:
    _enrol(hospital.code(), tmp_path / "vault").close()
    before = (tmp_path / "vault" / "header.json").read_bytes()
    _refused(hospital.code(), tmp_path / "vault", Kind.STATE)
    assert (tmp_path / "vault" / "header.json").read_bytes() == before
