"""The demo cases hold what they say: pixels equal to their sources, one invented identity each, and nothing of the originals' headers."""

from __future__ import annotations

import hashlib
import re
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from pydicom import Dataset, dcmread

from tests.repository.demo_cases.make_demo_cases import DEMO, HERE, stored_sha256, table

if TYPE_CHECKING:
    from pathlib import Path

CASES = ("ct-chest", "mr-brain", "chest-radiographs")
KEEP = set(tomllib.loads((HERE / "headers.toml").read_text("utf-8"))["keep"])
# Set by the maker; everything else is kept from the source by the list in headers.toml.
INVENTED = {
    "AccessionNumber", "AcquisitionDate", "AcquisitionTime", "BurnedInAnnotation", "ContentDate", "ContentTime", "DeidentificationMethod",
    "FrameOfReferenceUID", "InstanceNumber", "InstitutionName", "IssuerOfPatientID", "PatientAge", "PatientBirthDate", "PatientID",
    "PatientIdentityRemoved", "PatientName", "PatientSex", "PatientWeight", "SOPInstanceUID", "SeriesDate", "SeriesDescription",
    "SeriesInstanceUID", "SeriesNumber", "SeriesTime", "StudyDate", "StudyDescription", "StudyID", "StudyInstanceUID", "StudyTime",
}  # fmt: skip


def case_of(name: str) -> dict[str, Any]:
    return tomllib.loads((DEMO / name / "case.toml").read_text("utf-8"))


def images(name: str) -> list[Path]:
    return sorted((DEMO / name / "images").rglob("*.dcm"))


def test_pixels_are_those_of_the_sources() -> None:
    for row in table(DEMO / "pixels.tsv"):
        image = dcmread(DEMO / row["path"])
        assert image.file_meta.TransferSyntaxUID == row["transfer_syntax"]
        assert stored_sha256(image.pixel_array) == row["stored_sha256"], row["path"]


@pytest.mark.corpus("REFERENCE.tsv")
def test_the_table_of_pixels_agrees_with_the_corpus(dev_data: Path) -> None:
    reference = {row["path"]: row["stored_sha256"] for row in table(dev_data / "REFERENCE.tsv")}
    manifest = {row["path"]: row["redistribute"] for row in table(dev_data / "MANIFEST.tsv")}
    for row in table(DEMO / "pixels.tsv"):
        assert row["stored_sha256"] == reference[row["source"]]
        assert manifest[row["source"]] == "yes"


def test_the_table_names_every_image() -> None:
    assert sorted(row["path"] for row in table(DEMO / "pixels.tsv")) == sorted(str(p.relative_to(DEMO)) for p in DEMO.rglob("*.dcm"))


@pytest.mark.parametrize("name", CASES)
def test_headers_hold_what_may_stay_and_nothing_else(name: str) -> None:
    for path in images(name):
        image = dcmread(path, stop_before_pixels=True)
        assert {e.keyword for e in image} <= KEEP | INVENTED, path
        assert all(not e.tag.is_private and e.VR != "SQ" for e in image)
        for uid in (image.SOPInstanceUID, image.SeriesInstanceUID, image.StudyInstanceUID, image.get("FrameOfReferenceUID", "2.25.1")):
            assert uid.startswith("2.25.")
        assert image.StudyDate.startswith("2026")


@pytest.mark.parametrize("name", CASES)
def test_every_image_carries_an_identity_of_the_case(name: str) -> None:
    case = case_of(name)
    people = [case["patient"], *case.get("identities", [])]
    known = {(p["patient_id"], p["issuer"], p["name"], p["birth_date"].strftime("%Y%m%d")) for p in people}
    found = {identity(dcmread(path, stop_before_pixels=True)) for path in images(name)}
    assert found == known, "each identity of the case is used, and no other"
    assert all(other["confirmed_by"] for other in case.get("identities", []))


def identity(image: Dataset) -> tuple[str, str, str, str]:
    return image.PatientID, image.IssuerOfPatientID, str(image.PatientName), image.PatientBirthDate


@pytest.mark.parametrize("name", CASES)
def test_a_case_names_its_studies_and_documents(name: str) -> None:
    case = case_of(name)
    studies = {s["study_instance_uid"] for s in case["studies"]}
    assert studies == {dcmread(p, stop_before_pixels=True).StudyInstanceUID for p in images(name)}
    assert {d["file"] for d in case["documents"]} == {f"documents/{p.name}" for p in (DEMO / name / "documents").iterdir()}
    assert all(d["study"] in studies for d in case["documents"] if "study" in d)
    assert {q["asked_by"] for q in case["questions"]} == {"patient", "referrer"}
    assert {d["kind"] for d in case["documents"]} == {"letter", "report"}
    assert re.fullmatch(r"\d+ days", case["due"])


def test_all_of_it_is_small_enough_to_live_in_the_repository() -> None:
    sizes = [p.stat().st_size for p in DEMO.rglob("*") if p.is_file()]
    assert sum(sizes) < 30_000_000
    assert max(sizes) < 5_000_000


def test_every_case_says_where_its_images_come_from() -> None:
    for name in CASES:
        text = (DEMO / name / "ATTRIBUTION.md").read_text("utf-8")
        assert "**Licence:**" in text or "without restriction" in text
        assert "What was changed" in text


def test_no_image_comes_twice() -> None:
    digests = [hashlib.sha256(p.read_bytes()).hexdigest() for p in DEMO.rglob("*.dcm")]
    assert len(set(digests)) == len(digests) == 144
