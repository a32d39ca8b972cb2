"""Opus by libopus itself: PyAV cannot say to the decoder that a packet is missing, and sends no error correction (RFC 6716, 4.4 and 2.1.7).

The library is the system's where there is one (Debian: libopus0), else the copy that PyAV's wheel carries: on Windows and macOS always
that.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from functools import cache
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from record.trouble import Kind, Trouble

RATE = 48_000
FRAME = 960  # samples of 20 ms
MOST_SAMPLES = 5760  # 120 ms, the longest packet
MOST_BYTES = 1275
VOIP = 2048
SET_BITRATE, SET_FEC, SET_LOSS, SET_COMPLEXITY = 4002, 4012, 4014, 4010
# Where the wheels keep their copy, beside or inside the package.
CARRIED = (("..", "av.libs"), (".dylibs",))

Sound = NDArray[np.int16]


class Decoder:
    """One stream to 48 kHz mono."""

    def __init__(self) -> None:
        error = ctypes.c_int()
        self._state = ctypes.c_void_p(library().opus_decoder_create(RATE, 1, ctypes.byref(error)))
        if error.value:
            raise _broken(f"opus_decoder_create: {error.value}")
        self._out = np.zeros(MOST_SAMPLES, np.int16)

    def decode(self, payload: bytes) -> Sound:
        """The samples of one packet; 20 ms of silence where it is none."""
        return self._decode(payload, len(payload), MOST_SAMPLES, 0)

    def conceal(self, samples: int = FRAME) -> Sound:
        """What could have stood in a lost packet."""
        return self._decode(None, 0, samples, 0)

    def rebuild(self, following: bytes, samples: int = FRAME) -> Sound:
        """A lost packet from the error correction in the one after it; concealed where that has none."""
        return self._decode(following, len(following), samples, 1)

    def _decode(self, payload: bytes | None, size: int, samples: int, fec: int) -> Sound:
        count = library().opus_decode(self._state, payload, size, self._out.ctypes.data, samples, fec)
        return self._out[:count].copy() if count > 0 else np.zeros(FRAME, np.int16)

    def __del__(self) -> None:
        if getattr(self, "_state", None):
            library().opus_decoder_destroy(self._state)


class Encoder:
    """48 kHz mono in frames of 20 ms to packets, for speech, with error correction in the next packet."""

    def __init__(self, bits: int = 40_000) -> None:
        error = ctypes.c_int()
        self._state = ctypes.c_void_p(library().opus_encoder_create(RATE, 1, VOIP, ctypes.byref(error)))
        if error.value:
            raise _broken(f"opus_encoder_create: {error.value}")
        self._out = ctypes.create_string_buffer(MOST_BYTES)
        for what, value in ((SET_BITRATE, bits), (SET_FEC, 1), (SET_LOSS, 10), (SET_COMPLEXITY, 7)):
            library().opus_encoder_ctl(self._state, what, ctypes.c_int(value))

    def encode(self, samples: Sound) -> bytes:
        """One packet of 960 samples."""
        whole = np.ascontiguousarray(samples, np.int16)
        size = library().opus_encode(self._state, whole.ctypes.data, FRAME, self._out, MOST_BYTES)
        return self._out.raw[:size] if size > 0 else b""

    def __del__(self) -> None:
        if getattr(self, "_state", None):
            library().opus_encoder_destroy(self._state)


@cache
def library() -> ctypes.CDLL:
    """libopus, loaded once.

    Raises:
        Trouble: INTERNAL where there is none.
    """
    name = ctypes.util.find_library("opus") or next(map(str, carried()), None)
    if name is None:
        raise _broken("neither the system nor PyAV's wheel has libopus")
    found = ctypes.CDLL(name)
    pointer, number = ctypes.c_void_p, ctypes.c_int
    found.opus_decoder_create.restype = found.opus_encoder_create.restype = pointer
    found.opus_decode.argtypes = [pointer, ctypes.c_char_p, ctypes.c_int32, pointer, number, number]
    found.opus_encode.argtypes = [pointer, pointer, number, ctypes.c_char_p, ctypes.c_int32]
    found.opus_decoder_destroy.argtypes = found.opus_encoder_destroy.argtypes = [pointer]
    return found


def carried() -> list[Path]:
    """The copies of libopus in PyAV's wheel."""
    package = Path(av.__file__).parent
    folders = [package.joinpath(*words) for words in CARRIED]
    return sorted(p for folder in folders if folder.is_dir() for p in folder.iterdir() if "opus" in p.name)


def _broken(details: str) -> Trouble:
    return Trouble("The sound of the consult cannot be decoded.", "Install the desk again.", details, kind=Kind.INTERNAL)
