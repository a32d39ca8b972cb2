"""A whole opinion to test on: invented people, a drawn picture, keys made for the run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from record.opinion.compose import Picture, compose
from record.opinion.draft import (
    Answer,
    Confidence,
    DiagnosisVerdict,
    Draft,
    KeyImage,
    Mark,
    MarkKind,
    Measurement,
    Side,
    Urgency,
    Verdict,
    Waiver,
    Window,
)
from record.opinion.facts import Absent, Facts, Material, PatientFacts, PersonFacts, QuestionFacts, SignerFacts
from record.opinion.parts import make_document
from record.signature import authority
from record.signature.sign import sign

if TYPE_CHECKING:
    from collections.abc import Callable

FONTS = Path(__file__).parents[2] / "resources" / "fonts"
NOW = datetime(2026, 10, 20, 14, 5, tzinfo=UTC)


@cache
def load_font(name: str) -> bytes:
    return (FONTS / name).read_bytes()


def phantom(size: int, lesion: int) -> Picture:
    """A chest of circles: not a patient."""
    pixels = bytearray(size * size)
    for row in range(size):
        for column in range(size):
            x, y = (column / size - 0.5) * 2, (row / size - 0.5) * 2
            grey = 0
            if x * x / 0.8 + y * y / 0.4 < 1:
                grey = 140
            if min((x - 0.42) ** 2, (x + 0.42) ** 2) / 0.09 + y * y / 0.16 < 1:
                grey = 22 + (column * 7 + row * 13) % 9
            if (x - 0.4) ** 2 + (y + 0.1) ** 2 < (lesion / 100) ** 2:
                grey = 170
            pixels[row * size + column] = grey
    return Picture(size, size, 1, bytes(pixels))


@dataclass(frozen=True)
class Signer:
    key: ec.EllipticCurvePrivateKey
    certificate_pem: bytes
    authority_key: ec.EllipticCurvePrivateKey
    authority_pem: bytes


def make_signer(hospital: str = "Northlight University Hospital", days: int = 365) -> Signer:
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    start = NOW - timedelta(days=30)
    root = authority.make_authority(authority_key, hospital, start, start + timedelta(days=7300), 4711)
    request = authority.make_request(key, "asked for by the desk")
    certificate = authority.issue(request, authority_key, root, "Dr M. Adeyemi", hospital, start, start + timedelta(days=days), 4712)
    return Signer(key, certificate, authority_key, root)


@pytest.fixture(scope="session")
def signer() -> Signer:
    return make_signer()


@pytest.fixture(scope="session")
def stranger() -> Signer:
    return make_signer("Another Hospital")


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def load() -> Callable[[str], bytes]:
    return load_font


@pytest.fixture(scope="session")
def facts() -> Facts:
    return Facts(
        case="c2f1b0a9",
        assignment="a77e0c11",
        revision=1,
        manifest_version=2,
        manifest_digest="ab" * 32,
        hospital="Northlight University Hospital",
        title="Resection after four cycles?",
        patient=PatientFacts("Okafor^Ngozi", date(1965, 5, 14), "F", "4471-0093", "NUH"),
        signer=SignerFacts("Dr M. Adeyemi", "thoracic radiology", ("New York 123456", "Ontario 99-1204")),
        composed_at=NOW,
        requester=PersonFacts("Dr L. Brandt", "Harbour Clinic", "Halifax"),
        addressee=PersonFacts("Dr L. Brandt", "Harbour Clinic", "Halifax"),
        questions=(
            QuestionFacts("q1", 1, "referrer", "After four cycles the mass is smaller. Is resection an option, and which one?"),
            QuestionFacts("q2", 2, "referrer", "Are the lymph nodes at the left hilum involved?"),
            QuestionFacts("q3", 3, "patient", "What happens if we only watch it?"),
        ),
        diagnoses=("Adenocarcinoma, left upper lobe",),
        history="Woman of 61, never smoked. Adenocarcinoma found in March; four cycles of chemotherapy until September.",
        material=(
            Material("CT: chest with contrast", "3 series, 186 images", date(2026, 10, 12), "Harbour Clinic", "current"),
            Material(
                "CT: chest",
                "1 series, 62 images",
                date(2026, 3, 3),
                "St Anne",
                "prior",
                "its patient number is none of this case's identities",
            ),
            Material("Letter: referral", "2 pages", date(2026, 10, 14), "Harbour Clinic", "document"),
        ),
        absent=(Absent("pathology slides", "the laboratory no longer keeps them"),),
        hospital_statement="Northlight University Hospital gives opinions on records made elsewhere. This is not an emergency service.",
    )


@pytest.fixture(scope="session")
def draft() -> Draft:
    return Draft(
        answers=(
            Answer(
                "q1",
                "The left upper lobe mass measures 22 mm (41 mm in March), without invasion of the chest wall or mediastinum. A left upper"
                " lobectomy is an option from the images; lung function decides.",
            ),
            Answer(
                "q2",
                "Largest left hilar node 8 mm in short axis, 11 mm before. Not enlarged by size; PET of 12 October shows no uptake above"
                " the blood pool.",
            ),
            Answer("q3", "It would probably grow again within months. Watching is possible if an operation is not wanted."),
        ),
        verdicts=(
            DiagnosisVerdict(
                "Adenocarcinoma, left upper lobe",
                Verdict.CONFIRMED,
                Confidence.HIGH,
                "Size, place and course fit; nothing speaks for another.",
            ),
        ),
        findings="CT chest 12 Oct 2026 beside 3 Mar 2026. Solid mass, apicoposterior segment, 22 mm (41 mm). No effusion. No new nodule.",
        reasoning="A scar is the alternative; its outline and the uptake before treatment speak against it.",
        impression="Good partial response. Resectable by imaging. No sign of nodal or distant disease in the studies provided.",
        recommendation="Lung function tests, then the thoracic board with the question of a left upper lobectomy.",
        urgency=Urgency.WITHIN_WEEKS,
        local_physician="Please repeat the CT before the operation if it is later than December.",
        plain_language="The tumour has become much smaller. An operation is possible, if your lungs are strong enough. A breathing test"
        " comes first.",
        key_images=(
            KeyImage(
                "k1",
                "1.2.3.4",
                31,
                Window(-600, 1500),
                marks=(Mark(MarkKind.LENGTH, ((10.0, 10.5), (32.2, 10.5)), "22.2 mm", Side.LEFT),),
                caption="22.2 mm, left upper lobe",
                source="12 Oct 2026",
                side=Side.LEFT,
            ),
            KeyImage("k2", "1.2.3.5", 30, Window(-600, 1500), caption="Prior, 41 mm", source="3 Mar 2026"),
        ),
        measurements=(Measurement("m1", "Mass", 22.2, "mm", "1.2.3.4", 31, ((10.0, 10.5), (32.2, 10.5)), Side.LEFT, "pixel spacing"),),
        waivers=(Waiver("series_unopened", "series/9", "A localizer, nothing to read in it.", "The series “Localizer” was not opened."),),
    )


@pytest.fixture(scope="session")
def pictures() -> dict[str, Picture]:
    return {"k1": phantom(160, 7), "k2": phantom(160, 13)}


@pytest.fixture(scope="session")
def composed(draft: Draft, facts: Facts, pictures: dict[str, Picture]) -> bytes:
    return compose(make_document(draft, facts), pictures, load_font, facts.composed_at).pdf


@pytest.fixture(scope="session")
def signed(composed: bytes, signer: Signer) -> bytes:
    return sign(composed, signer.key, signer.certificate_pem, signer.authority_pem, NOW)


NAMES = {
    "arabic": ("Mansour^Layla=منصور^ليلى", "ليلى منصور"),
    "hebrew": ("Cohen^David=כהן^דוד", "דוד כהן"),
    "chinese": ("Wang^XiaoDong=王^小東", "王 小東"),
    "korean": ("Hong^Gildong=洪^吉洞=홍^길동", "洪 吉洞"),
    "japanese": ("Yamada^Tarou=山田^太郎=やまだ^たろう", "山田 太郎"),
    "cyrillic": ("Иванова^Мария", "Иванова, Мария"),
    "greek": ("Παπαδοπούλου^Ελένη", "Παπαδοπούλου, Ελένη"),
    "devanagari": ("Sharma^Priya=शर्मा^प्रिया", "प्रिया शर्मा"),
    "thai": ("Suk^Mali=สุข^มะลิ", "มะลิ สุข"),
    "vietnamese": ("Nguyễn^Thị Ánh", "Nguyễn, Thị Ánh"),
}


@pytest.fixture(scope="session", params=NAMES)
def named(request: pytest.FixtureRequest, facts: Facts) -> tuple[str, str, Facts]:
    dicom, shown = NAMES[request.param]
    return request.param, shown, replace(facts, patient=replace(facts.patient, name=dicom))
