"""The cases of `dev.py bench images`: the demo chest CT tiled to many slices, and four mammograms made from a demo radiograph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import imagecodecs
import numpy as np
import pydicom
from pydicom.encaps import encapsulate
from pydicom.uid import UID, ExplicitVRLittleEndian, JPEG2000Lossless

from tests.journeys.processes import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from pydicom import FileDataset

DEMO = ROOT / "resources" / "demo"
VIEWS = (("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO"))
ROWS, COLUMNS = 4664, 3064
CASE = """format = 1
title = "{title}"

[patient]
name = "Okafor^Ngozi"
birth_date = 1965-05-14
sex = "F"
patient_id = "4471-0093"
issuer = "Northlight"
"""


def ct(folder: Path, count: int, title: str = "Chest CT, tiled") -> Path:
    """A case folder with the demo's CT slices repeated and shifted to `count` slices of 512 x 512, 1 mm apart, uncompressed."""
    images = sorted((pydicom.dcmread(p) for p in (DEMO / "ct-chest" / "images").rglob("*.dcm")), key=lambda d: float(d.InstanceNumber))
    stored = [image.pixel_array for image in images]
    series = pydicom.uid.generate_uid(entropy_srcs=[title, str(count)])
    to = _folder(folder, title)
    for number in range(count):
        image, round_ = images[number % len(images)], number // len(images)
        image.PixelData = np.roll(stored[number % len(images)], 3 * round_, axis=1).tobytes()
        image.InstanceNumber, image.SeriesInstanceUID = number + 1, series
        image.ImagePositionPatient = [-201, -59, float(number)]
        image.SliceLocation = float(number)
        _save(image, to / f"{number:04d}.dcm", f"2.25.{10**20 + number}{count}")
    return folder


def mammograms(folder: Path) -> Path:
    """A case folder with four 12-bit views of 4664 x 3064, each a series: a demo radiograph enlarged, with noise of a fixed seed."""
    image = pydicom.dcmread(DEMO / "chest-radiographs" / "images" / "current.dcm")
    small = image.pixel_array.astype(np.float32)
    large = small[np.ix_(np.arange(ROWS) * small.shape[0] // ROWS, np.arange(COLUMNS) * small.shape[1] // COLUMNS)] * 14
    noise = np.random.default_rng(7)
    to = _folder(folder, "Mammograms, four views")
    for number, (side, view) in enumerate(VIEWS):
        shifted = np.roll(large, 400 * number, axis=0)  # each another image
        values = np.clip(shifted + noise.normal(0, 12, large.shape), 0, 4095).astype(np.uint16)
        image.Rows, image.Columns = values.shape
        image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 16, 12, 11, 0
        image.PixelData = values.tobytes()
        image.Modality, image.SOPClassUID = "MG", "1.2.840.10008.5.1.4.1.1.1.2"
        image.ImageLaterality, image.ViewPosition, image.BodyPartExamined = side, view, "BREAST"
        image.WindowCenter, image.WindowWidth = 2048, 4096
        image.PatientName, image.PatientID, image.PatientBirthDate = "Okafor^Ngozi", "4471-0093", "19650514"
        image.PatientSex, image.IssuerOfPatientID = "F", "Northlight"
        image.SeriesInstanceUID, image.SeriesNumber = f"2.25.{10**21 + number}", number + 1
        image.SeriesDescription = f"{side} {view}"
        _save(image, to / f"{number}.dcm", f"2.25.{10**22 + number}")
    return folder


def as_jpeg_2000(files: list[Path], folder: Path) -> list[Path]:
    """The same slices in JPEG 2000 without loss, as other readers get them."""
    folder.mkdir()
    made = []
    for path in files:
        image = pydicom.dcmread(path)
        image.PixelData = encapsulate([bytes(imagecodecs.jpeg2k_encode(image.pixel_array, reversible=True, codecformat="j2k"))])
        image["PixelData"].VR = "OB"
        image.file_meta.TransferSyntaxUID = JPEG2000Lossless
        image.save_as(folder / path.name)
        made.append(folder / path.name)
    return made


def files_of(folder: Path) -> list[Path]:
    """The image files of a case folder, in the order of their names."""
    return sorted((folder / "images").iterdir())


def slices(files: list[Path]) -> NDArray[np.uint16]:
    """Their stored values, [slice, row, column]."""
    return np.stack([pydicom.dcmread(path).pixel_array for path in files])


def _folder(folder: Path, title: str) -> Path:
    (folder / "images").mkdir(parents=True)
    (folder / "case.toml").write_text(CASE.format(title=title), "utf-8")
    return folder / "images"


def _save(image: FileDataset, path: Path, uid: str) -> None:
    image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = UID(uid)
    image.file_meta.MediaStorageSOPClassUID = image.SOPClassUID
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image["PixelData"].VR = "OW"
    image["PixelData"].is_undefined_length = False
    image.save_as(path)
