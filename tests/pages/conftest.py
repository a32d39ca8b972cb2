"""Pages in a real browser, against the people's API in memory or a standing hospital (`stage`)."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.doubles.people_api import PeopleApi
from tests.hospital import stage as stages
from tests.journeys.chromium import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.hospital.stage import Stage


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that nobody signed but itself, and its key."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")]), datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(1), now + timedelta(30))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "tls.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "tls.key").write_bytes(private)
    return folder / "tls.pem", folder / "tls.key"


@pytest.fixture
def hospital(certificate: tuple[Path, Path]) -> Iterator[PeopleApi]:
    """The people's side of a hospital."""
    with PeopleApi(*certificate) as api:
        yield api


@pytest.fixture
def browser(tmp_path: Path, certificate: tuple[Path, Path]) -> Iterator[Browser]:
    """A browser with a camera and a microphone of its own invention."""
    with Browser(tmp_path, pins=[certificate[0]]) as running:
        yield running


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The real hospital of one file's tests."""
    with stages.standing(tmp_path_factory.mktemp("hospital")) as made:
        yield made


@pytest.fixture
def known(tmp_path: Path, stage: Stage) -> Iterator[Browser]:
    """A browser that knows the real hospital's certificates for people and coordinators."""
    with Browser(tmp_path, pins=sorted(stage.server.data.rglob("*-tls.pem"))) as running:
        yield running
