"""The table of transfer syntaxes: who decodes each, why, who checks it, and where that is known to go wrong (PS3.5 A)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

BLOSC = "blosc2"  # the form of frames that the hospital re-encoded; other frames have their transfer syntax for a form
DIFFER = "decoders_differ"  # the note on a file that two decoders read differently: it travels as it came


class Coding(StrEnum):
    """How the pixels of a frame are coded; also what a codestream's own header says."""

    NATIVE = "native"
    DEFLATED = "deflated frames"
    RLE = "RLE"
    JPEG = "JPEG"
    JPEG_LOSSLESS = "JPEG lossless"
    JPEG_LS = "JPEG-LS"
    JPEG_2000 = "JPEG 2000"
    HTJ2K = "HTJ2K"
    VIDEO = "video"
    NONE = "not decoded"


@dataclass(frozen=True, slots=True)
class Decoders:
    """For one coding: the first decoder, why it is first, the second that checks it, and the known exceptions."""

    first: str
    reason: str
    second: str | None
    exceptions: str = ""


@dataclass(frozen=True, slots=True)
class Syntax:
    """A transfer syntax. `lossy` is what it allows: its frames travel as they came."""

    name: str
    coding: Coding
    lossy: bool = False


DECODERS: dict[Coding, Decoders] = {
    Coding.NATIVE: Decoders("numpy", "no codec: bytes, order, bits", "pydicom"),
    Coding.DEFLATED: Decoders("zlib", "part of Python", None, "no second decoder is known"),
    Coding.RLE: Decoders(
        "imagecodecs.dicomrle",
        "permissive licence, releases the GIL",
        "rle",
        "1-bit frames: rle refuses them",
    ),
    Coding.JPEG: Decoders(
        "imagecodecs.jpeg8",
        "libjpeg-turbo 3: 8 and 12 bit in one library, colour left as coded",
        None,
        "lossy: rounding differs between decoders; sub-sampled chroma of 3x3 pixels differs by up to 100 (SC_rgb_small_odd_jpeg)",
    ),
    Coding.JPEG_LOSSLESS: Decoders(
        "imagecodecs.jpeg8",
        "libjpeg-turbo 3 reads all predictors and 2 to 16 bit",
        "imagecodecs.jpegsof3",
    ),
    Coding.JPEG_LS: Decoders(
        "imagecodecs.jpegls",
        "permissive, releases the GIL",
        "jpeg_ls",
        "both rest on CharLS; jpeg_ls refuses MR1_JLSL",
    ),
    Coding.JPEG_2000: Decoders("imagecodecs.jpeg2k", "OpenJPEG with the GIL released", "openjpeg", "both rest on OpenJPEG"),
    Coding.HTJ2K: Decoders(
        "imagecodecs.htj2k",
        "OpenJPH: fastest, releases the GIL",
        "openjpeg",
        "none seen with these versions",
    ),
}

GE_BIG_PIXELS = "1.2.840.113619.5.2"
_JPEG = "1.2.840.10008.1.2.4."
SYNTAXES: dict[str, Syntax] = {
    "1.2.840.10008.1.2": Syntax("Implicit VR Little Endian", Coding.NATIVE),
    "1.2.840.10008.1.2.1": Syntax("Explicit VR Little Endian", Coding.NATIVE),
    "1.2.840.10008.1.2.1.98": Syntax("Encapsulated Uncompressed Explicit VR Little Endian", Coding.NATIVE),
    "1.2.840.10008.1.2.1.99": Syntax("Deflated Explicit VR Little Endian", Coding.NATIVE),
    "1.2.840.10008.1.2.2": Syntax("Explicit VR Big Endian", Coding.NATIVE),
    GE_BIG_PIXELS: Syntax("Implicit VR, big endian pixels (GE private)", Coding.NATIVE),
    "1.2.840.10008.1.2.5": Syntax("RLE Lossless", Coding.RLE),
    "1.2.840.10008.1.2.8.1": Syntax("Deflated Image Frame Compression", Coding.DEFLATED),
    _JPEG + "50": Syntax("JPEG Baseline", Coding.JPEG, lossy=True),
    _JPEG + "51": Syntax("JPEG Extended", Coding.JPEG, lossy=True),
    **{_JPEG + tail: Syntax("JPEG, arithmetic coding (retired)", Coding.JPEG, lossy=True) for tail in ("52", "54", "56")},
    _JPEG + "53": Syntax("JPEG Spectral Selection (retired)", Coding.JPEG, lossy=True),
    _JPEG + "55": Syntax("JPEG Full Progression (retired)", Coding.JPEG, lossy=True),
    _JPEG + "57": Syntax("JPEG Lossless", Coding.JPEG_LOSSLESS),
    _JPEG + "58": Syntax("JPEG Lossless, arithmetic coding (retired)", Coding.NONE),
    **{_JPEG + tail: Syntax("JPEG, hierarchical (retired)", Coding.NONE, lossy=True) for tail in ("59", "60", "61", "62", "63", "64")},
    **{_JPEG + tail: Syntax("JPEG Lossless, hierarchical (retired)", Coding.NONE) for tail in ("65", "66")},
    _JPEG + "70": Syntax("JPEG Lossless SV1", Coding.JPEG_LOSSLESS),
    _JPEG + "80": Syntax("JPEG-LS Lossless", Coding.JPEG_LS),
    _JPEG + "81": Syntax("JPEG-LS Near-lossless", Coding.JPEG_LS, lossy=True),
    _JPEG + "90": Syntax("JPEG 2000 Lossless", Coding.JPEG_2000),
    _JPEG + "91": Syntax("JPEG 2000", Coding.JPEG_2000, lossy=True),
    _JPEG + "201": Syntax("HTJ2K Lossless", Coding.HTJ2K),
    _JPEG + "202": Syntax("HTJ2K Lossless RPCL", Coding.HTJ2K),
    _JPEG + "203": Syntax("HTJ2K", Coding.HTJ2K, lossy=True),
    _JPEG + "110": Syntax("JPEG XL Lossless", Coding.NONE),
    _JPEG + "111": Syntax("JPEG XL from JPEG", Coding.NONE, lossy=True),
    _JPEG + "112": Syntax("JPEG XL", Coding.NONE, lossy=True),
    _JPEG + "92": Syntax("JPEG 2000 Multi-component Lossless", Coding.NONE),
    _JPEG + "93": Syntax("JPEG 2000 Multi-component", Coding.NONE, lossy=True),
    **{
        _JPEG + tail: Syntax(f"{name} video", Coding.VIDEO, lossy=True)
        for tail, name in {
            "100": "MPEG-2",
            "100.1": "MPEG-2",
            "101": "MPEG-2",
            "101.1": "MPEG-2",
            "102": "H.264",
            "102.1": "H.264",
            "103": "H.264",
            "103.1": "H.264",
            "104": "H.264",
            "104.1": "H.264",
            "105": "H.264",
            "105.1": "H.264",
            "106": "H.264",
            "106.1": "H.264",
            "107": "HEVC",
            "108": "HEVC",
        }.items()
    },
}
