"""The patient's page in a real browser, against the people's API in memory."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.doubles.people_api import PeopleApi
from tests.journeys.chromium import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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
