"""Whether an image's header is of the case's patient (DICOM PS3.3 C.7.1.1: a Patient ID is unique only with its issuer)."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync.protocol.messages import Identity, Patient
    from viewer.dicom.header import Header


def matches(header: Header, patient: Patient) -> bool:
    """Whether the header agrees with the patient or with one of the confirmed identities.

    The number must be equal; issuer, birth date and name must be equal where the header has them. What the header lacks is no
    contradiction; a header without number matches nothing.
    """
    return _agrees(header, patient) or any(_agrees(header, one) for one in patient.identities)


def _agrees(header: Header, known: Patient | Identity) -> bool:
    if not header.patient_id or header.patient_id.strip() != known.patient_id.strip():
        return False
    if header.issuer and known.issuer and header.issuer.strip() != known.issuer.strip():
        return False
    if header.birth_date and header.birth_date != known.birth_date.strftime("%Y%m%d"):
        return False
    return not header.patient_name or bool(_groups(header.patient_name) & _groups(known.name))


def _groups(name: str) -> set[tuple[str, ...]]:
    """The representations of a DICOM person name (PS3.5 6.2.1): family and given name in each script, for comparing."""
    groups = set()
    for group in name.split("="):
        parts = [" ".join(unicodedata.normalize("NFKC", part).casefold().split()) for part in group.split("^")]
        if any(parts):
            groups.add(tuple(parts[:2]) if len(parts) > 1 else (parts[0], ""))
    return groups
