from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from record.opinion.attached import read_opinion_json
from record.signature import authority
from record.signature.sign import sign
from record.signature.verify import Failure, verify
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from pathlib import Path


def failures(signed: bytes, root: bytes, at: datetime, composed: bytes | None = None) -> set[Failure]:
    return set(verify(signed, root, at, composed).failures)


def test_a_signed_opinion_is_good(signed: bytes, composed: bytes, signer: Any, now: datetime) -> None:
    verdict = verify(signed, signer.authority_pem, now, composed)
    assert verdict.good
    assert verdict.valid
    assert verdict.trusted
    assert verdict.covers_whole_file
    assert verdict.is_prefix_of
    assert verdict.signer == "Dr M. Adeyemi"
    assert verdict.signed_at == now
    certificate = x509.load_pem_x509_certificate(signer.certificate_pem)
    assert verdict.signer_sha256 == certificate.fingerprint(hashes.SHA256()).hex()
    assert verdict.opinion_json is not None
    assert read_opinion_json(verdict.opinion_json).assignment == "a77e0c11"


def test_the_pages_that_were_seen_are_an_exact_prefix(signed: bytes, composed: bytes) -> None:
    assert signed.startswith(composed)
    assert b"/SubFilter /ETSI.CAdES.detached" in signed[len(composed) :]


def test_without_the_composed_pdf_nothing_is_said_of_it(signed: bytes, signer: Any, now: datetime) -> None:
    assert verify(signed, signer.authority_pem, now).is_prefix_of is None


def test_another_composed_pdf_is_told(signed: bytes, signer: Any, composed: bytes, now: datetime) -> None:
    assert failures(signed, signer.authority_pem, now, composed + b" ") == {Failure.OTHER_COMPOSED}


def test_the_same_person_certified_by_another_hospital_is_untrusted(composed: bytes, signer: Any, stranger: Any, now: datetime) -> None:
    other = sign(composed, stranger.key, stranger.certificate_pem, stranger.authority_pem, now)
    verdict = verify(other, signer.authority_pem, now)
    assert set(verdict.failures) == {Failure.UNTRUSTED}
    assert verdict.valid
    assert not verdict.trusted


def test_a_certificate_is_judged_at_the_time_of_receipt(signed: bytes, signer: Any, now: datetime) -> None:
    assert failures(signed, signer.authority_pem, now + timedelta(days=500)) == {Failure.EXPIRED}
    assert failures(signed, signer.authority_pem, now - timedelta(days=500)) == {Failure.EXPIRED}


def test_a_certificate_that_may_not_sign_documents_is_told(composed: bytes, signer: Any, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.load_pem_x509_certificate(signer.authority_pem)
    plain = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A web server")]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(5)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(signer.authority_key, hashes.SHA256())
    )
    other = sign(composed, key, plain.public_bytes(Encoding.PEM), signer.authority_pem, now)
    assert Failure.NOT_A_SIGNING_CERTIFICATE in failures(other, signer.authority_pem, now)


def test_what_was_added_after_the_signature_is_told(signed: bytes, signer: Any, now: datetime) -> None:
    assert Failure.NOT_WHOLE_FILE in failures(signed + b"\n% a comment", signer.authority_pem, now)


def test_an_incremental_update_after_the_signature_is_told(signed: bytes, composed: bytes, signer: Any, now: datetime) -> None:
    import io  # noqa: PLC0415  used here alone

    from pyhanko.pdf_utils import generic  # noqa: PLC0415  used here alone
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415  used here alone

    writer: Any = IncrementalPdfFileWriter(io.BytesIO(signed))
    writer.root["/PageMode"] = generic.NameObject("/UseAttachments")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    found = verify(out.getvalue(), signer.authority_pem, now, composed)
    assert Failure.NOT_WHOLE_FILE in found.failures
    assert not found.covers_whole_file


def test_a_second_signature_is_told(signed: bytes, signer: Any, stranger: Any, now: datetime) -> None:
    import io  # noqa: PLC0415  used here alone

    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415  used here alone
    from pyhanko.sign import signers  # noqa: PLC0415  used here alone

    from record.signature.sign import _cms_signer  # noqa: PLC0415  used here alone

    second = _cms_signer(
        stranger.key,
        x509.load_pem_x509_certificate(stranger.certificate_pem),
        x509.load_pem_x509_certificate(stranger.authority_pem),
    )
    out = signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(signed)),
        signers.PdfSignatureMetadata(field_name="Second", md_algorithm="sha256"),
        signer=second,
    )
    assert failures(out.getvalue(), signer.authority_pem, now) == {Failure.SEVERAL_SIGNATURES}


def test_another_form_of_signature_is_told(composed: bytes, signer: Any, now: datetime) -> None:
    import io  # noqa: PLC0415  used here alone

    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415  used here alone
    from pyhanko.sign import signers  # noqa: PLC0415  used here alone

    from record.signature.sign import _cms_signer  # noqa: PLC0415  used here alone

    plain = _cms_signer(
        signer.key, x509.load_pem_x509_certificate(signer.certificate_pem), x509.load_pem_x509_certificate(signer.authority_pem)
    )
    out = signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(composed)),
        signers.PdfSignatureMetadata(field_name="Opinion", md_algorithm="sha256"),
        signer=plain,
    )
    assert failures(out.getvalue(), signer.authority_pem, now) == {Failure.WRONG_FORM}


def test_a_signature_moved_under_other_pages_is_told(
    signed: bytes, composed: bytes, draft: Any, facts: Any, pictures: Any, load: Any, signer: Any, now: datetime
) -> None:
    from record.opinion.compose import compose  # noqa: PLC0415  used here alone
    from record.opinion.parts import make_document  # noqa: PLC0415  used here alone

    other = compose(make_document(draft.with_answer("q1", "The right mass."), facts), pictures, load, facts.composed_at).pdf
    swapped = other + signed[len(composed) :]
    found = verify(swapped, signer.authority_pem, now, composed)
    assert not found.valid
    assert Failure.OTHER_COMPOSED in found.failures
    other_case = compose(make_document(draft, replace(facts, case="another")), pictures, load, facts.composed_at).pdf
    assert not verify(other_case + signed[len(composed) :], signer.authority_pem, now).good


@pytest.mark.parametrize(
    ("data", "failure"),
    [(b"", Failure.NOT_A_PDF), (b"%PDF-1.7", Failure.NOT_A_PDF), (b"\x00" * 5000, Failure.NOT_A_PDF)],
)
def test_what_is_no_pdf_is_told(data: bytes, failure: Failure, signer: Any, now: datetime) -> None:
    assert failures(data, signer.authority_pem, now) == {failure}


def test_an_unsigned_opinion_is_told(composed: bytes, signer: Any, now: datetime) -> None:
    assert failures(composed, signer.authority_pem, now) == {Failure.NOT_SIGNED}


@settings(max_examples=150, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_any_flipped_byte_is_refused(place: float, flip: int, signed: bytes, composed: bytes, signer: Any, now: datetime) -> None:
    """Only in the signature's own string can one change in vain: its padding, its letters' case, certificates that nobody asks."""
    at = int(place * len(signed))
    broken = bytearray(signed)
    broken[at] ^= flip
    found = verify(bytes(broken), signer.authority_pem, now, composed)
    assert not found.good or (at > len(composed) and signed[at : at + 1] in b"0123456789abcdefABCDEF")


@settings(max_examples=60, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True))
def test_any_cut_is_refused(place: float, signed: bytes, signer: Any, now: datetime) -> None:
    assert not verify(signed[: int(place * len(signed))], signer.authority_pem, now).good


def test_every_byte_of_the_update_that_is_signed_counts(signed: bytes, composed: bytes, signer: Any, now: datetime) -> None:
    """All bytes after the composed PDF, but for the hexadecimal string of the signature itself."""
    start = signed.index(b"/Contents <", len(composed)) + len(b"/Contents <")
    end = signed.index(b">", start)
    for at in [*range(len(composed), start, 7), *range(end, len(signed), 7)]:
        broken = bytearray(signed)
        broken[at] ^= 1
        assert not verify(bytes(broken), signer.authority_pem, now).good


def test_the_key_must_fit_the_certificate(composed: bytes, signer: Any, stranger: Any, now: datetime) -> None:
    with pytest.raises(Trouble) as caught:
        sign(composed, stranger.key, signer.certificate_pem, signer.authority_pem, now)
    assert caught.value.kind is Kind.IDENTITY


def test_a_clock_outside_the_certificates_time_is_told_before_signing(composed: bytes, signer: Any, now: datetime) -> None:
    with pytest.raises(Trouble) as caught:
        sign(composed, signer.key, signer.certificate_pem, signer.authority_pem, now + timedelta(days=4000))
    assert caught.value.kind is Kind.IDENTITY
    assert "clock" in caught.value.what_to_do


@pytest.mark.parametrize("what", ["nothing", "signed"])
def test_only_a_composed_pdf_is_signed(what: str, signed: bytes, signer: Any, now: datetime) -> None:
    with pytest.raises(Trouble) as caught:
        sign(signed if what == "signed" else b"no pdf", signer.key, signer.certificate_pem, signer.authority_pem, now)
    assert caught.value.kind is Kind.DAMAGED


def test_nothing_of_a_certificate_is_logged(signed: bytes, signer: Any, now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    verify(signed, signer.authority_pem, now + timedelta(days=4000))
    assert "Adeyemi" not in caplog.text


def test_the_authority_certifies_what_the_hospital_says(signer: Any) -> None:
    certificate = x509.load_pem_x509_certificate(signer.certificate_pem)
    root = x509.load_pem_x509_certificate(signer.authority_pem)
    certificate.verify_directly_issued_by(root)
    assert "asked for" not in certificate.subject.rfc4514_string()
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value == x509.BasicConstraints(ca=True, path_length=0)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.content_commitment
    assert usage.value.digital_signature
    assert not usage.value.key_cert_sign


def test_a_request_with_another_kind_of_key_or_none_is_refused(signer: Any, now: datetime) -> None:
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    damaged = authority.make_request(signer.key, "x").replace(b"M", b"N", 3)
    for bad in (request, damaged, b"nothing"):
        with pytest.raises(Trouble) as caught:
            authority.issue(bad, signer.authority_key, signer.authority_pem, "x", "y", now, now + timedelta(days=1), 9)
        assert caught.value.kind is Kind.INPUT


def test_poppler_and_nss_trust_it(signed: bytes, signer: Any, tmp_path: Path) -> None:
    """The proof that a stranger can run; the trust for e-mail (`,C,`) is what pdfsig asks NSS for."""
    file, root, store = tmp_path / "opinion.pdf", tmp_path / "authority.pem", tmp_path / "nss"
    file.write_bytes(signed)
    root.write_bytes(signer.authority_pem)
    store.mkdir()
    subprocess.run(["certutil", "-N", "-d", f"sql:{store}", "--empty-password"], check=True, capture_output=True)
    trust = ["certutil", "-A", "-d", f"sql:{store}", "-n", "hospital", "-t", ",C,", "-i", str(root)]
    subprocess.run(trust, check=True, capture_output=True)
    said = subprocess.run(["pdfsig", "-nssdir", f"sql:{store}", file], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "Certificate is Trusted" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
