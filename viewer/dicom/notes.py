"""What may be doubtful about an image, as codes and the one sentence that a reader sees for each."""

from __future__ import annotations

from viewer.dicom.header import Note

TEXTS: dict[str, str] = {
    "aspect_unusable": "The pixel aspect ratio in the file cannot be used; pixels are drawn square.",
    "bits_above_stored": "The file's bit positions contradict each other; the stored bits were taken from the lowest bits.",
    "bits_allocated_unusual": "The file packs its pixels in an unusual number of bits.",
    "charset_undeclared": "The file does not declare its character set; names and texts may be read wrongly.",
    "decoders_differ": "Two decoders read this image differently; it is shown as the first of them reads it.",
    "element_unreadable": "A part of the header cannot be read and was left out.",
    "frames_missing": "Frames are missing: the file announces more frames than it holds.",
    "frames_more": "The video holds more frames than the file announces; all are shown.",
    "frames_unreadable": "The number of frames in the header cannot be read; the first frame is shown.",
    "jp2_container": "The JPEG 2000 data are wrapped in a JP2 file that does not say where they end.",
    "length_wrong": "A length in the file is wrong; the file was read by its content.",
    "meta_length_wrong": "The length of the file's first part is wrong; it was read by its content.",
    "number_unreadable": "A number in the header cannot be read and was left out.",
    "offset_table_wrong": "The table of frame positions is wrong; frames were found by their own marks.",
    "orientation_unusable": "The orientation in the file cannot be used; no orientation letters are shown.",
    "order_wrong": "Parts of the header stand where they do not belong; some values may be missing or misplaced.",
    "overlay_unreadable": "A layer of graphics over the image cannot be read and was left out.",
    "photometric_missing": "The file does not say how its grey values are meant; small values are drawn dark.",
    "photometric_unknown": "The file names an unknown colour form; it is drawn as grey, small values dark.",
    "pixels_long": "The file holds more pixel data than the image needs; the rest is not shown.",
    "pixels_short": "Image data are missing: the file ends before the image does.",
    "size_differs": "The image has another size than the file says; its own size is used.",
    "start_damaged": "The file begins in the middle; nothing of it can be read.",
    "profile_unusable": "The colour profile in the file cannot be used; colours are drawn as sRGB.",
    "second_decoder_failed": "Only one of two decoders could read this image.",
    "slope_zero": "The scale factor of the grey values is zero; stored values are shown.",
    "spacing_unusable": "The pixel spacing in the file cannot be used; lengths are in pixels.",
    "spacing_varies": "The frames of this image have pixels of different sizes; lengths are in pixels.",
    "syntax_differs": "The data are coded in another way than the file says; they were read by what they are.",
    "uid_missing": "The file lacks an identifier that every image must have.",
    "value_too_long": "A value in the header is longer than the standard allows.",
    "values_not_finite": "Some values of the image are not numbers; they are left out of window and statistics.",
    "window_unusable": "The window in the file cannot be used; one was made from the values.",
}


class Notes:
    """Collects the notes of one file, each code once, in the order in which they were met."""

    def __init__(self, codes: tuple[str, ...] = ()) -> None:
        self._codes: dict[str, None] = dict.fromkeys(codes)

    def add(self, code: str) -> None:
        """Remember `code`, one of `TEXTS`."""
        assert code in TEXTS, code
        self._codes[code] = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes so far."""
        return tuple(self._codes)

    def values(self) -> tuple[Note, ...]:
        """The notes so far."""
        return tuple(Note(code, TEXTS[code]) for code in self._codes)
