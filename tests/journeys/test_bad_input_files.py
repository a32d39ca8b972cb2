"""Files that are no DICOM, cut, or hostile: one line each at the hospital's import, one sentence in their place on the desk's screen."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.journeys.processes import ROOT, until
from tests.journeys.trouble_stage import ready_desk

if TYPE_CHECKING:
    from pathlib import Path

    from tests.journeys.trouble_stage import Stage

GOOD = ROOT / "resources" / "demo" / "chest-radiographs"
READER = "sato"
TITLE = "A case with bad files"


def _cut(data: bytes) -> bytes:
    """Ends in the middle of its pixels."""
    return data[: len(data) * 6 // 10]


def _bomb(data: bytes) -> bytes:
    """Says that it has 65535 rows and as many columns."""
    for tag in (b"\x28\x00\x10\x00US\x02\x00", b"\x28\x00\x11\x00US\x02\x00"):
        at = data.index(tag) + len(tag)
        data = data[:at] + b"\xff\xff" + data[at + 2 :]
    return data


@pytest.fixture
def bad_case(tmp_path: Path) -> Path:
    """The radiographs with a cut one, one of monstrous size, one that is no DICOM, an empty one, and a letter that is no PDF."""
    folder = tmp_path / "bad-case"
    shutil.copytree(GOOD, folder)
    current = (GOOD / "images" / "current.dcm").read_bytes()
    uid = current.index(b"\x08\x00\x18\x00UI") + 8

    def another(data: bytes, digit: bytes) -> bytes:
        length = int.from_bytes(data[uid - 2 : uid], "little")
        end = uid + len(data[uid : uid + length].rstrip(b"\0"))
        return data[: end - 1] + digit + data[end:]

    images = {
        "cut": _cut(another(current, b"7")),
        "huge": _bomb(another(current, b"8")),
        "notes": b"Dear colleague,\n" * 40,
        "nothing": b"",
    }
    for name, data in images.items():
        (folder / "images" / f"{name}.dcm").write_bytes(data)
    (folder / "documents" / "referral-letter.pdf").write_bytes(b"%PDF-1.7\nno pages\n")
    text = (folder / "case.toml").read_text("utf-8")
    (folder / "case.toml").write_text(text.replace('title = "Cough since summer', f'title = "{TITLE}: cough since summer'), "utf-8")
    return folder


CUT = "This image cannot be shown because its compressed data are damaged."
NOT_DICOM = "This file is not a DICOM file. Leave it out, or ask the sender for the original images."
NO_PDF = "This document is damaged or not a PDF. Ask the sender to send it again."


def test_bad_files_in_a_case(stage: Stage, bad_case: Path) -> None:
    hospital = stage.hospital
    before = hospital.status()["cases"]
    said = hospital.command("import", "--now", str(bad_case))
    case = re.findall(r"case ([0-9a-f]{32}): 4 instances, 1 documents", said)[0]
    assert said.count(NOT_DICOM) == 2
    assert CUT in said
    assert NO_PDF in said
    assert len(re.findall(r"^  (?:image|document) \d: .+\. .+\.$", said, re.MULTILINE)) == 5, said
    assert [one for one in hospital.status()["cases"] if one["id"] != case] == before, "what was there is as it was"
    password = str(stage.house.secrets / "password")
    hospital.command("user", "add", READER, "--name", "Dr I. Sato", "--licence", "Nowhere 2", "--password-file", password)
    hospital.command("assign", case, READER)
    house = stage.home("bad-files", ready=False)
    ready_desk(hospital, house.desk, READER, 1)
    with stage.sits(house) as seat:
        seat.opens(TITLE)
        until("the good image first", lambda: "image 2 of 2" in seat.described(), 20)
        seat.reads("2 cannot be shown")
        seat.person.picture("bad-files")
        seat.person.screen.press("Home")
        until("the cut one", lambda: seat.described().startswith(CUT), 10)
        seat.person.picture("bad-files-cut")
        seat.reads("Not available: Referral letter, because this document is damaged or not a PDF.")
        seat.reads("Not available: 2 of 6 image files, because this file is not a DICOM file.")
        seat.person.clicks("document-1")
        seat.person.sees("document-pages")
        seat.person.picture("bad-files-document")
