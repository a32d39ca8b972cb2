"""Makes the images and documents of `resources/demo` from the development corpus; the same bytes each time with the same libraries.

    python -m tests.repository.demo_cases.make_demo_cases [CORPUS]

Each `case.toml` is written by hand and says who the invented patient is; `headers.toml` says which attributes stay and what the images'
headers say; `letters.toml` holds the letters. Only corpus rows marked `redistribute yes` are taken. Pixels are re-encoded without loss,
read back and compared with the originals; `pixels.tsv` keeps their digests, as `stored_sha256` is defined by the corpus.
"""

from __future__ import annotations

import hashlib
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from tests.repository.demo_cases.letter import write_letter

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
DEMO = ROOT / "resources" / "demo"
CORPUS = ROOT.parent / "shared" / "data" / "dev"
SPACE_NEEDED = 30 * 1000 * 1000


def invented_uid(*parts: str) -> str:
    """A UID of the form 2.25.<128-bit integer> (PS3.5 B.2), the same for the same parts."""
    digest = hashlib.sha256(("overread demo " + "/".join(parts)).encode()).digest()
    return f"2.25.{int.from_bytes(digest[:16], 'big')}"


def stored_sha256(pixels: np.ndarray[Any, Any]) -> str:
    """SHA-256 over the stored values, little endian, C order."""
    return hashlib.sha256(np.ascontiguousarray(pixels.astype(pixels.dtype.newbyteorder("<"))).tobytes()).hexdigest()


def table(path: Path) -> list[dict[str, str]]:
    """The rows of one of the corpus's tables."""
    head, *rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return [dict(zip(head, row, strict=False)) for row in rows]


def identity(case: dict[str, Any], series: dict[str, Any]) -> dict[str, str]:
    """Who the header says the patient is."""
    person = case["identities"][series["identity"]] if "identity" in series else case["patient"]
    return {
        "PatientName": person["name"],
        "PatientID": person["patient_id"],
        "IssuerOfPatientID": person["issuer"],
        "PatientBirthDate": person["birth_date"].strftime("%Y%m%d"),
        "PatientSex": case["patient"]["sex"],
    }


def demo_image(original: Dataset, keep: list[str], case: dict[str, Any], series: dict[str, Any], name: str) -> Dataset:
    """The original's pixels and geometry under the invented identity, not compressed."""
    image = Dataset()
    for keyword in keep:
        if keyword in original:
            image[keyword] = original[keyword]
    says = series["says"]
    dates = dict.fromkeys(("SeriesDate", "AcquisitionDate", "ContentDate"), says["StudyDate"])
    times = dict.fromkeys(("AcquisitionTime", "ContentTime"), says["SeriesTime"])
    for keyword, value in {**dates, **times, **identity(case, series), **says}.items():
        setattr(image, keyword, value)
    study = (series["case"], series["study"])
    image.SpecificCharacterSet = "ISO_IR 192"
    image.StudyInstanceUID = invented_uid(*study)
    image.SeriesInstanceUID = invented_uid(*study, says["SeriesNumber"])
    image.SOPInstanceUID = invented_uid(*study, says["SeriesNumber"], name)
    if "FrameOfReferenceUID" in original:
        image.FrameOfReferenceUID = invented_uid(*study, "frame of reference")
    image.StudyID = "1"
    image.InstanceNumber = str(int(original.InstanceNumber) - series.get("number_from", 0))
    image.PatientIdentityRemoved = "YES"
    image.DeidentificationMethod = "Only acquisition and geometry kept, the rest is invented"
    image.BurnedInAnnotation = "NO"
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.file_meta.MediaStorageSOPClassUID = image.SOPClassUID
    image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
    return image


def make_image(source: Path, target: Path, keep: list[str], case: dict[str, Any], series: dict[str, Any]) -> str:
    """Writes one image; returns the digest of its pixels, which equal the original's."""
    original = dcmread(source)
    pixels = original.pixel_array
    if original.file_meta.TransferSyntaxUID.is_compressed:
        original.decompress()
    image = demo_image(original, keep, case, series, source.stem)
    image.compress(UID(series["syntax"]), generate_instance_uid=False)
    target.parent.mkdir(parents=True, exist_ok=True)
    image.save_as(target, enforce_file_format=True)
    again = dcmread(target).pixel_array
    if again.dtype != pixels.dtype or not np.array_equal(again, pixels):
        raise SystemExit(f"{target}: the pixels changed")
    return stored_sha256(pixels)


def make_series(series: dict[str, Any], keep: list[str], corpus: Path, may_be_passed_on: set[str]) -> list[str]:
    """Writes one series; returns its rows of pixels.tsv."""
    folder = DEMO / series["case"]
    case = tomllib.loads((folder / "case.toml").read_text("utf-8"))
    study = invented_uid(series["case"], series["study"])
    if study not in {s["study_instance_uid"] for s in case["studies"]}:
        raise SystemExit(f"{folder}/case.toml does not name the study {study}")
    rows = []
    for source in sorted((corpus / series["source"]).glob(series.get("file", "*.dcm"))):
        origin = str(source.relative_to(corpus))
        if origin not in may_be_passed_on:
            raise SystemExit(f"{origin} may not be passed on")
        target = folder / series["target"] / source.name
        digest = make_image(source, target, keep, case, series)
        rows.append("\t".join((str(target.relative_to(DEMO)), origin, series["syntax"], digest)))
    return rows


def main(corpus: Path) -> None:
    """Makes all of it."""
    headers = tomllib.loads((HERE / "headers.toml").read_text("utf-8"))
    letters = tomllib.loads((HERE / "letters.toml").read_text("utf-8"))["letter"]
    may = {row["path"] for row in table(corpus / "MANIFEST.tsv") if row["redistribute"] == "yes"}
    rows = ["path\tsource\ttransfer_syntax\tstored_sha256"]
    for series in headers["series"]:
        rows += make_series(series, headers["keep"], corpus, may)
    (DEMO / "pixels.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    for letter in letters:
        write_letter(letter, DEMO / letter["file"])
    size = sum(p.stat().st_size for p in DEMO.rglob("*") if p.is_file())
    if size > SPACE_NEEDED:
        raise SystemExit(f"{size} bytes are too many")
    print(f"{len(rows) - 1} images, {len(letters)} documents, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS)
