"""In which form the images of a case are served: prepared and compared, as they came, or not at all; counted, for the coordinator."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from viewer.dicom.syntaxes import BLOSC, DIFFER, SYNTAXES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hospital.intake.taking import TakenImage
    from record.trouble import Trouble

ONE_DECODER = "second_decoder_failed"


def counted(images: Sequence[TakenImage], refused: Sequence[Trouble]) -> dict[str, Any]:
    """Instances by what became of them.

    `compared` were re-encoded and equal in every value by two decoders, `one_decoder` could be read by one alone. Served as they came are
    `as_came`, which are lossy, and `differ`, which are not but are read differently by two decoders; both by the name of their form.
    `not_shown` are counted by the sentence that says why, and so are `refused`: files that are no readable records at all. What holds no
    image is in none of them.
    """
    prepared = [image for image in images if image.frames is not None and image.frames.form == BLOSC]
    single = sum(_noted(image, ONE_DECODER) for image in prepared)
    came = [
        (_name(image.frames.form), _noted(image, DIFFER)) for image in images if image.frames is not None and image.frames.form != BLOSC
    ]
    failed = Counter(image.trouble.what_happened for image in images if image.trouble is not None)
    return {
        "compared": len(prepared) - single,
        "one_decoder": single,
        "as_came": dict(Counter(name for name, differ in came if not differ)),
        "differ": dict(Counter(name for name, differ in came if differ)),
        "not_shown": dict(failed),
        "refused": dict(Counter(one.what_happened for one in refused)),
    }


def words(value: dict[str, Any]) -> list[str]:
    """The lines of `overread-server status` about them; none where all were compared."""
    lines = [f"{count} images are served as they came, with loss: {name}" for name, count in value["as_came"].items()]
    lines += [
        f"{count} images are served as they came, since two decoders read them differently: {name}"
        for name, count in value["differ"].items()
    ]
    if value["one_decoder"]:
        lines.append(f"{value['one_decoder']} images could be read by one of two decoders alone")
    lines += [f"{count} images are not shown: {reason}" for reason, count in value["not_shown"].items()]
    return [*lines, *(f"{count} files were refused: {reason}" for reason, count in value["refused"].items())]


def _noted(image: TakenImage, code: str) -> bool:
    return any(note.code == code for note in image.header.notes)


def _name(form: str) -> str:
    return SYNTAXES[form].name if form in SYNTAXES else form
