"""Makes golden.tsv: what DCMTK's renderer, which shares no code with ours, draws of one image of each kind.

    python -m tests.viewer.dicom.make_golden        needs dcmj2pnm on the path and the corpus

Grey images by their own first window, table, or smallest and largest value; colour as it is. Kept are PROBES values at places that a
fixed seed chose, not the pictures. Each row was looked at beside ours once.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from tests.guards.corpus import corpus_folder

PROBES = 64
GOLDEN = Path(__file__).with_name("golden.tsv")
WINDOW, TABLE, RANGE, NONE = ("+Wi", "1"), ("+Wl", "1"), ("+Wm",), ()
# kind, path, frame from 0, how the grey values are chosen, largest difference allowed
IMAGES: tuple[tuple[str, str, int, tuple[str, ...], int], ...] = (
    ("CT", "series/ct-chest/{first}", 0, WINDOW, 1),
    ("MR", "series/mr-brain/t1/{first}", 0, WINDOW, 1),
    ("CR", "images/cr/CR-MONO1-10-chest.dcm", 0, RANGE, 1),
    ("CR, Modality LUT", "images/cr/CR-ModalitySequenceLUT.dcm", 0, RANGE, 1),
    ("DX", "images/dx/dicom_00000001_000.dcm", 0, RANGE, 1),
    ("MG", "images/mg/OutOfBoundsOverlay.dcm", 0, WINDOW, 1),
    ("PET", "series/pet-headneck/{first}", 0, WINDOW, 1),
    ("US cine, palette", "multiframe/US-PAL-8-10x-echo.dcm", 4, NONE, 1),
    ("NM", "multiframe/NM-MONO2-16-13x-heart.dcm", 7, RANGE, 1),
    ("XA", "multiframe/jpeg8bit.dcm", 20, RANGE, 2),
    ("MR, enhanced", "multiframe/philips_enhanced/anatomical/001/IM-0001-0170-0001.dcm", 3, RANGE, 1),
    ("colour, JPEG", "multiframe/Issue16.dcm", 10, NONE, 3),
    ("colour, YBR uncompressed", "color/SC_ybr_full_422_uncompressed.dcm", 0, NONE, 2),
    ("colour, slide", "objects/highdicom/sm_image.dcm", 3, NONE, 2),
    ("VOI LUT", "display/vlut_04.dcm", 0, TABLE, 1),
    ("Modality LUT", "display/mlut_18.dcm", 0, RANGE, 1),
    ("MONOCHROME1, signed", "display/made-mono1-signed-14.dcm", 0, RANGE, 1),
)


def place_of(folder: Path, path: str) -> Path:
    """The file; `{first}` is the first of its folder by name."""
    if not path.endswith("{first}"):
        return folder / path
    return min((folder / path).parent.iterdir())


def drawn(path: Path, frame: int, options: tuple[str, ...]) -> np.ndarray:
    """The picture by DCMTK: grey [row, column] or RGB [row, column, 3]."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "picture")
        subprocess.run(
            ["dcmj2pnm", "+op", "-O", "-a", "+F", str(frame + 1), *options, str(path), str(out)], check=True, capture_output=True
        )
        data = out.read_bytes()
    head = re.match(rb"(P[56])\s+(?:#.*\s)*(\d+)\s+(\d+)\s+255\s", data)
    assert head is not None
    columns, rows = int(head[2]), int(head[3])
    return np.frombuffer(data[head.end() :], np.uint8).reshape((rows, columns) if head[1] == b"P5" else (rows, columns, 3))


def main() -> int:
    """Writes the table."""
    folder = corpus_folder()
    assert folder is not None, "the corpus is needed"
    (version,) = subprocess.run(["dcmj2pnm", "--version"], check=True, capture_output=True, text=True).stdout.splitlines()[:1]
    lines = [f"# {version.strip('$ ')}", "kind\tpath\tframe\thow\ttolerance\trows\tcolumns\tprobes"]
    for kind, path, frame, how, tolerance in IMAGES:
        picture = drawn(place_of(folder, path), frame, how)
        chance = random.Random(kind)  # noqa: S311  repeatable, not secret
        probes = []
        for _ in range(PROBES):
            row, column = chance.randrange(picture.shape[0]), chance.randrange(picture.shape[1])
            probes.append(f"{row},{column}={','.join(str(int(one)) for one in np.atleast_1d(picture[row, column]))}")
        lines.append("\t".join([kind, path, str(frame), " ".join(how), str(tolerance), *map(str, picture.shape[:2]), ";".join(probes)]))
    GOLDEN.write_text("\n".join(lines) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
