"""Makes golden.tsv: what a renderer that shares no code with ours draws of one image of each kind.

    python -m tests.viewer.dicom.make_golden        needs dcmj2pnm and dcmdjpls on the path, SimpleITK, and the corpus

DCMTK draws; JPEG-LS is first decoded by its dcmdjpls. JPEG 2000 and HTJ2K, which it cannot read, are decoded by SimpleITK (GDCM, which
rests on OpenJPEG) and lit by the arithmetic of PS3.3 C.11.2.1.2.1 written here. Grey images by their own first window, table, or smallest
and largest value; colour as it is. Kept are PROBES values at places that a fixed seed chose, not the pictures. Each row was looked at
beside ours once, in whole pictures, and so was each further kind of the corpus that DCMTK can draw. Left out is where it is wrong and ours
was seen to be right: colour whose codestream and header disagree, 32-bit big endian, a range taken over the padding; neither can read
video, nor the corpus's oblique mammograms.

Tolerance, in grey levels of 255 at every probe: 1 for grey images (DCMTK cuts off where we round; 2 where a slope is fractional, which it
rounds away before the window: there ours equals the formula), 2 to 3 for colour that was
coded with loss or as YBR (each has its own inverse transform), 0 where nothing is rounded.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from pydicom import dcmread

from tests.guards.corpus import corpus_folder

PROBES = 64
GOLDEN = Path(__file__).with_name("golden.tsv")
JPEG_LS = ("1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81")
JPEG_2000 = tuple(f"1.2.840.10008.1.2.4.{end}" for end in (90, 91, 201, 202, 203))  # HTJ2K too
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
    ("CT, big endian", "syntax/big-endian/made-ct.dcm", 0, WINDOW, 1),
    ("CT, deflated", "syntax/deflated/made-ct-deflated.dcm", 0, WINDOW, 1),
    ("CT, JPEG lossless", "syntax/jpeg-70/CT-JPEGLosslessSV1.dcm", 0, WINDOW, 1),
    ("CT, JPEG 2000, signed", "syntax/jpeg2000-90/693_J2KR.dcm", 0, WINDOW, 1),
    ("CT, JPEG 2000 with loss", "syntax/pydicom/693_J2KI.dcm", 0, WINDOW, 2),
    ("CT, HTJ2K", "syntax/htj2k/made-ct-201.dcm", 0, WINDOW, 1),
    ("CT, HTJ2K, by resolution", "syntax/htj2k/made-ct-202.dcm", 0, WINDOW, 1),
    ("CT, HTJ2K with loss", "syntax/htj2k/made-ct-203.dcm", 0, WINDOW, 1),
    ("colour, HTJ2K with loss", "syntax/htj2k/HTJ2K_08_RGB.dcm", 0, NONE, 1),
    ("MR, fractional slope", "images/mr/philips_ingenia_4_1_3_dwi.dcm", 0, WINDOW, 2),
    ("MR, JPEG 12 bit", "syntax/jpeg-51/MR1_JPLY.dcm", 0, WINDOW, 1),
    ("MR, JPEG lossless, any predictor", "syntax/jpeg-57/JPEGLossless_1s_1f_u_16_12.dcm", 0, WINDOW, 1),
    ("MR, JPEG 2000", "syntax/jpeg2000-90/MR1_J2KR.dcm", 0, WINDOW, 1),
    ("MR, JPEG-LS", "syntax/jpegls-80/MR1_JLSL.dcm", 0, WINDOW, 1),
    ("MR, JPEG-LS with loss", "syntax/jpegls-81/MR1_JLSN.dcm", 0, WINDOW, 1),
    ("MR, RLE", "syntax/pydicom/MR_small_RLE.dcm", 0, WINDOW, 1),
    ("MR, overlay in the pixels", "display/made-overlay-in-pixel-bits.dcm", 0, RANGE, 1),
    ("MR, enhanced, RLE", "multiframe/emri/emri_small_RLE.dcm", 5, RANGE, 1),
    ("MR, enhanced, big endian", "multiframe/emri/emri_small_big_endian.dcm", 5, RANGE, 1),
    ("MR, enhanced, JPEG-LS", "multiframe/emri/emri_small_jpeg_ls_lossless.dcm", 5, RANGE, 1),
    ("CR, MONOCHROME1, JPEG 12 bit", "syntax/jpeg-51/RG3_JPLY.dcm", 0, WINDOW, 1),
    ("CR, MONOCHROME1, JPEG-LS", "syntax/jpegls-80/RG3_JLSL.dcm", 0, WINDOW, 1),
    ("CR, MONOCHROME1, JPEG 2000", "syntax/jpeg2000-90/RG3_J2KR.dcm", 0, WINDOW, 1),
    ("DX, MONOCHROME1", "objects/highdicom/dx_image.dcm", 0, WINDOW, 1),
    ("DX, chest", "series/cxr-pair/prior.dcm", 0, RANGE, 1),
    ("MG, JPEG lossless", "images/mg/GH133.dcm", 0, WINDOW, 1),
    ("MG, JPEG-LS", "series/mg-4view/LCC.dcm", 0, WINDOW, 1),
    ("US, colour Doppler", "color/US-RGB-8-esopecho.dcm", 0, NONE, 0),
    ("US, colour, RLE", "syntax/rle/US1_RLE.dcm", 0, NONE, 0),
    ("US, colour, JPEG 2000", "syntax/jpeg2000-90/US1_J2KR.dcm", 0, NONE, 0),
    ("US, YBR with half the colour", "color/YBR_422.dcm", 0, NONE, 2),
    ("US, YBR, RLE", "color/YBR_FULL-RLE.dcm", 0, NONE, 2),
    ("US, palette, RLE", "color/OBXXXX1A_rle_2frame.dcm", 1, NONE, 0),
    ("PET, one image", "images/pet/1.dcm", 0, WINDOW, 1),
    ("NM, whole body, JPEG lossless", "syntax/jpeg-70/NM1_JPLL.dcm", 0, RANGE, 1),
    ("NM, JPEG-LS with loss", "syntax/jpegls-81/NM1_JLSN.dcm", 0, RANGE, 1),
    ("XA, JPEG 12 bit", "syntax/jpeg-51/XA1_JPLY.dcm", 0, RANGE, 1),
    ("XA, JPEG 2000", "syntax/jpeg2000-90/XA1_J2KR.dcm", 0, RANGE, 1),
    ("XA, JPEG-LS", "syntax/jpegls-80/XA1_JLSL.dcm", 0, RANGE, 1),
    ("OP", "images/op/sample-op.dcm", 0, RANGE, 1),
    ("endoscopy, RLE", "syntax/rle/VL1_RLE.dcm", 0, NONE, 0),
    ("photograph, palette", "color/OT-PAL-8-face.dcm", 0, NONE, 0),
    ("colour, palette of 16 bits", "color/TestPattern_Palette.dcm", 0, NONE, 1),
    ("colour, 16 bits", "color/SC_rgb_rle_16bit_2frame.dcm", 1, NONE, 1),
    ("colour, 32 bits", "color/SC_rgb_rle_32bit.dcm", 0, NONE, 1),
    ("colour, big endian", "structure/ExplVR_BigEnd.dcm", 0, NONE, 0),
    ("colour, JPEG-LS", "syntax/jpegls-rgb/JLSL_RGB_ILV0.dcm", 0, NONE, 0),
    ("dose, 32 bits", "objects/rt-small/rtdose_1frame.dcm", 0, RANGE, 1),
    ("segments, 1 bit", "objects/seg-bits/liver_expb.dcm", 1, RANGE, 0),
    ("label map, palette", "objects/highdicom/seg_image_sm_control_labelmap_palette_color.dcm", 10, NONE, 1),
    ("1 bit", "display/made-1bit-13x11.dcm", 0, RANGE, 0),
    ("32 bits, signed", "display/made-int32.dcm", 0, RANGE, 1),
    ("16 bits, signed", "display/test16signed.dcm", 0, RANGE, 1),
)


def place_of(folder: Path, path: str) -> Path:
    """The file; `{first}` is the first of its folder by name."""
    if not path.endswith("{first}"):
        return folder / path
    return min((folder / path).parent.iterdir())


def syntax_of(path: Path) -> str:
    """Its transfer syntax."""
    return str(dcmread(path, stop_before_pixels=True, force=True).file_meta.get("TransferSyntaxUID", ""))


def drawn(path: Path, frame: int, options: tuple[str, ...]) -> np.ndarray:
    """The picture by an independent renderer: grey [row, column] or RGB [row, column, 3]."""
    syntax = syntax_of(path)
    if syntax in JPEG_2000:
        return _by_simpleitk(path, options)
    with tempfile.TemporaryDirectory() as folder:
        if syntax in JPEG_LS:
            plain = Path(folder, "plain.dcm")
            subprocess.run(["dcmdjpls", str(path), str(plain)], check=True, capture_output=True)
            path = plain
        return _by_dcmtk(path, frame, options, Path(folder, "picture"))


def _by_dcmtk(path: Path, frame: int, options: tuple[str, ...], out: Path) -> np.ndarray:
    subprocess.run(["dcmj2pnm", "+op", "-O", "-a", "+F", str(frame + 1), *options, str(path), str(out)], check=True, capture_output=True)
    data = out.read_bytes()
    head = re.match(rb"(P[56])\s+(?:#.*\s)*(\d+)\s+(\d+)\s+255\s", data)
    assert head is not None
    columns, rows = int(head[2]), int(head[3])
    return np.frombuffer(data[head.end() :], np.uint8).reshape((rows, columns) if head[1] == b"P5" else (rows, columns, 3))


def _by_simpleitk(path: Path, options: tuple[str, ...]) -> np.ndarray:
    """Of a single frame: SimpleITK's values (rescaled by it), the window of PS3.3 C.11.2.1.2.1, MONOCHROME1 inverted behind it."""
    import SimpleITK  # noqa: PLC0415  late import: needed to make the table, not to test by it

    values = np.asarray(SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path))))[0]
    if not options:
        return np.asarray(values, np.uint8)
    header = dcmread(path, stop_before_pixels=True)
    x = values.astype(np.float64)
    if header.PhotometricInterpretation == "MONOCHROME1":
        x = (1 << header.BitsStored) - 1 - x  # it has inverted the values already; the window is over those that are stored
    if options == RANGE:
        grey = (x - x.min()) / (x.max() - x.min())
    else:
        centre, width = (float(np.atleast_1d(header[name].value)[0]) for name in ("WindowCenter", "WindowWidth"))
        grey = np.clip((x - (centre - 0.5)) / (width - 1) + 0.5, 0, 1)
    if header.PhotometricInterpretation == "MONOCHROME1":
        grey = 1 - grey
    rounded: np.ndarray = np.floor(grey * 255 + 0.5).astype(np.uint8)
    return rounded


def places(picture: np.ndarray, kind: str) -> list[tuple[int, int]]:
    """PROBES places, the same for a kind each time; half of them where the picture is not its own background."""
    chance = random.Random(kind)  # noqa: S311  repeatable, not secret
    first = [(chance.randrange(picture.shape[0]), chance.randrange(picture.shape[1])) for _ in range(PROBES)]
    flat = picture.reshape(picture.shape[0], picture.shape[1], -1)
    values, counts = np.unique(flat.reshape(-1, flat.shape[2]), axis=0, return_counts=True)
    rest = np.argwhere((flat != values[counts.argmax()]).any(axis=2))
    if not len(rest):
        return first
    second = [tuple(map(int, rest[chance.randrange(len(rest))])) for _ in range(PROBES // 2)]
    return first[: PROBES // 2] + [(row, column) for row, column in second]


def main() -> int:
    """Writes the table."""
    folder = corpus_folder()
    assert folder is not None, "the corpus is needed"
    (version,) = subprocess.run(["dcmj2pnm", "--version"], check=True, capture_output=True, text=True).stdout.splitlines()[:1]
    lines = [f"# {version.strip('$ ')}", "kind\tpath\tframe\thow\ttolerance\trows\tcolumns\tprobes"]
    for kind, path, frame, how, tolerance in IMAGES:
        picture = drawn(place_of(folder, path), frame, how)
        probes = []
        for row, column in places(picture, kind):
            probes.append(f"{row},{column}={','.join(str(int(one)) for one in np.atleast_1d(picture[row, column]))}")
        lines.append("\t".join([kind, path, str(frame), " ".join(how), str(tolerance), *map(str, picture.shape[:2]), ";".join(probes)]))
    GOLDEN.write_text("\n".join(lines) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
