"""The opinions' PDFs, sealed under the case's key: what is going to be signed, and what was signed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble
from sync.protocol.steps import Step, reached
from sync.seal.commit import commit
from sync.seal.layout import damaged
from sync.vault import signing
from sync.vault.values import OpinionState, OpinionView
from sync.vault.work import already_signed
from sync.vault.worklist import signed as signed_view

if TYPE_CHECKING:
    from datetime import datetime

    from sync.vault.parts import Parts

_FIXED = (OpinionState.SIGNED, OpinionState.SENDING, OpinionState.RECEIVED)


def store_composed(parts: Parts, opinion: OpinionView, pdf: bytes) -> str:
    """Seals the PDF that is going to be signed; gives its digest. See `Vault.store_composed`."""
    known = parts.work.opinion(opinion.assignment, opinion.revision)
    if known is not None and known.state in _FIXED:
        raise already_signed()
    file_id = _seal(parts, opinion.case, opinion.document_sha256, pdf)
    parts.work.put_composed(opinion, len(pdf), file_id)
    reached(Step.DOCUMENT_COMPOSED)
    return opinion.document_sha256


def store_signed(parts: Parts, assignment: str, revision: int, pdf: bytes, certificate_pem: str, *, now: datetime) -> OpinionView:
    """Seals the signed PDF, then its row and its place in the outbox. See `Vault.store_signed`."""
    view = parts.work.opinion(assignment, revision)
    if view is None or view.state is not OpinionState.COMPOSED:
        raise already_signed()
    if not pdf.startswith(read(parts, assignment, revision, signed=False)):
        raise Trouble("The signed pages are not the pages that were shown.", "Compose the opinion again and sign it.", kind=Kind.INPUT)
    digest = hashlib.sha256(pdf).hexdigest()
    file_id = _seal(parts, view.case, digest, pdf)
    reached(Step.DOCUMENT_SIGNED)
    signed = signed_view(view, digest, now)
    parts.work.put_signed(signed, len(pdf), file_id, signing.certificate_digest(certificate_pem))
    parts.audit.append("signed", {"case": view.case, "assignment": assignment, "revision": revision, "sha256": digest}, now)
    return signed


def read(parts: Parts, assignment: str, revision: int, *, signed: bool) -> bytes:
    """The composed or the signed PDF. See `Vault.document`."""
    found = parts.work.file(assignment, revision, signed=signed)
    if found is None:
        raise Trouble("There is no such document yet.", "Compose the opinion first.", kind=Kind.STATE)
    case, digest, file_id = found
    with parts.documents.reader(parts.keys.get(case), digest, file_id) as reader:
        data = reader.read()
    if hashlib.sha256(data).hexdigest() != digest:
        raise damaged("a document of another digest")
    return data


def composed_view(case: str, assignment: str, revision: int, pdf: bytes, manifest: tuple[int, str]) -> OpinionView:
    """The opinion as it stands once this PDF is composed; `manifest` is (version, digest)."""
    digest = hashlib.sha256(pdf).hexdigest()
    return OpinionView(assignment, case, revision, OpinionState.COMPOSED, *manifest, digest, None, None, None)


def _seal(parts: Parts, case: str, digest: str, pdf: bytes) -> bytes:
    """Puts the sealed file on the disk; what no row of the case names any more goes."""
    key = parts.keys.get(case)
    parts.documents.forget(key, digest)
    with parts.documents.writer(key, digest, len(pdf)) as writer:
        writer.write(pdf[writer.received :])
        writer.finish()
        commit([writer.final])
        parts.documents.remove_others(key, parts.work.kept_documents(case) | {digest})
        return writer.file_id
