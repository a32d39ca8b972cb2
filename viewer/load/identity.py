"""Whether an image belongs to the patient of the case: by number and issuer, else by name and birth date; pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from viewer.dicom.header import Header


@dataclass(frozen=True, slots=True)
class Identity:
    """One way in which a hospital knows the patient; an empty field is not known and never counts as equal."""

    name: str = ""  # DICOM person name or "Family, Given"
    patient_id: str = ""
    issuer: str = ""
    birth_date: str = ""  # YYYYMMDD


def belongs(header: Header, identities: tuple[Identity, ...]) -> bool:
    """True where the header matches one of the case's identities; True also where the app gave none to compare with.

    The number must be equal (issuers too, where both are known), and neither birth date nor family name may contradict it.
    Without a number in the header, family name and birth date must both be equal (viewing.md rows 44 and 45).
    """
    return not identities or any(_same(header, identity) for identity in identities)


def family_name(name: str) -> str:
    """The family name of a DICOM person name or of "Family, Given", folded for comparison."""
    first_group = name.split("=", maxsplit=1)[0]
    family = re.split(r"[\^,]", first_group, maxsplit=1)[0]
    folded = unicodedata.normalize("NFKD", family.casefold())
    return "".join(c for c in folded if c.isalnum())


def _same(header: Header, identity: Identity) -> bool:
    names = family_name(header.patient_name), family_name(identity.name)
    births = header.birth_date, identity.birth_date
    if _contradict(*names) or _contradict(*births):
        return False
    if header.patient_id.strip():
        return header.patient_id.strip() == identity.patient_id.strip() and not _contradict(header.issuer, identity.issuer)
    return bool(names[0] and births[0]) and names[0] == names[1] and births[0] == births[1]


def _contradict(one: str, other: str) -> bool:
    return bool(one and other) and one != other
