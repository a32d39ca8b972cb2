"""A case folder of three slices, of a person who is nobody, with names that can be looked for afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import imagecodecs
import numpy as np
import pydicom
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import JPEGBaseline8Bit, JPEGLosslessSV1

from viewer.dicom.rendition import prepare
from viewer.dicom.syntaxes import DIFFER

if TYPE_CHECKING:
    from collections.abc import Iterable

DEMO = Path(__file__).resolve().parents[2] / "resources" / "demo"
NAME, NUMBER, BIRTH = "Zweifelhofer^Adelheid", "PID-7781-44", "1961-03-09"
OTHER_NUMBER = "ZZ-99120"
HISTORY, QUESTION = "Cough since Whitsun, never smoked.", "Is the shadow in the lung of any importance?"
TITLE = "Shadow in the right lung"
CASE = """format = 1
title = "{title}"
specialty = "Thoracic radiology"
due = "2 days"
diagnoses = ["Granuloma"]
history = "{history}"
[patient]
name = "{name}"
birth_date = {birth}
sex = "F"
patient_id = "{number}"
issuer = "Northlight"
[referrer]
name = "Dr A. Lindqvist"
institution = "Ekeby Hospital"
place = "Uppsala"
[[questions]]
asked_by = "referrer"
text = "{question}"
[[documents]]
file = "documents/letter.pdf"
title = "Referral letter"
kind = "letter"
date = 2026-11-16
source = "Ekeby Hospital"
[[absent]]
what = "PET/CT"
because = "Not done yet."
"""


def make(root: Path, title: str = TITLE, slices: Iterable[int] = (30, 31, 32), number: str = NUMBER) -> Path:
    """Writes the folder and gives it."""
    (root / "images").mkdir(parents=True)
    (root / "documents").mkdir()
    says = {"title": title, "history": HISTORY, "name": NAME, "birth": BIRTH, "number": NUMBER, "question": QUESTION}
    (root / "case.toml").write_text(CASE.format(**says), "utf-8")
    (root / "documents" / "letter.pdf").write_bytes((DEMO / "ct-chest" / "documents" / "referral-letter.pdf").read_bytes())
    for one in slices:
        add_slice(root, one, number)
    return root


def add_slice(root: Path, number: int, patient_id: str = NUMBER) -> None:
    """One more slice of the chest, of the invented person (or of somebody with another number)."""
    dataset = pydicom.dcmread(DEMO / "ct-chest" / "images" / "chest" / f"{number:03}.dcm")
    dataset.PatientName, dataset.PatientID, dataset.PatientBirthDate = NAME, patient_id, BIRTH.replace("-", "")
    dataset.IssuerOfPatientID = "Northlight"
    dataset.save_as(root / "images" / f"{number:03}.dcm")


def with_loss(root: Path, number: int) -> None:
    """A slice that came as 8-bit JPEG."""
    path = _added(root, number)
    dataset = pydicom.dcmread(path)
    eight = (dataset.pixel_array >> 4).astype(np.uint8)
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 8, 8, 7, 0
    dataset.LossyImageCompression, dataset.LossyImageCompressionRatio = "01", "9"
    dataset.PixelData = encapsulate([bytes(imagecodecs.jpeg8_encode(eight, level=80))])
    dataset.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    dataset.save_as(path)


def read_differently(root: Path, number: int) -> None:
    """A slice in lossless JPEG of which one byte was changed on its way, so that two decoders read other values from it."""
    path = _added(root, number)
    dataset = pydicom.dcmread(path)
    small = dataset.pixel_array[:64, :64].astype(np.uint16) & 0xFFF
    dataset.Rows, dataset.Columns, dataset.PixelRepresentation = 64, 64, 0
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.file_meta.TransferSyntaxUID = JPEGLosslessSV1
    coded = bytes(imagecodecs.ljpeg_encode(small, bitspersample=12))
    for at in range(len(coded) // 3, len(coded) - 4):
        dataset.PixelData = encapsulate([coded[:at] + bytes([coded[at] ^ 0x55]) + coded[at + 1 :]])
        dataset.save_as(path)
        if DIFFER in {note.code for note in prepare(path.read_bytes()).warnings}:
            return
    raise AssertionError("both decoders read every changed byte alike")


def cut_short(root: Path, number: int) -> None:
    """A slice whose coded pixels end in the middle."""
    path = _added(root, number)
    dataset = pydicom.dcmread(path)
    (coded,) = generate_frames(dataset.PixelData, number_of_frames=1)
    dataset.PixelData = encapsulate([coded[: len(coded) // 2 & ~1]])
    dataset.save_as(path)


def _added(root: Path, number: int) -> Path:
    add_slice(root, number)
    return root / "images" / f"{number:03}.dcm"
