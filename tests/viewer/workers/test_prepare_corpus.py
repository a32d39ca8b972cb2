"""The hospital's way over the whole corpus: two decoders agree on every image, and where there is only one it is named."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from record.trouble import Trouble
from viewer.workers.pool import Pool

if TYPE_CHECKING:
    from pathlib import Path

    from viewer.dicom.prepared import Prepared

ONE_DECODER = {
    "corrupt/made-jpegll-cut.dcm",
    "objects/seg-bits/liver_deflate.dcm",
    "objects/seg-bits/liver_nonbyte_aligned_deflate.dcm",
    "objects/seg-bits/liver_nonbyte_aligned_rle.dcm",
    "objects/seg-bits/liver_rle.dcm",
    "syntax/jpegls-80/MR1_JLSL.dcm",
}


@pytest.mark.corpus("MANIFEST.tsv")
def test_two_decoders_agree_on_every_image_that_travels(dev_data: Path) -> None:
    names = [line.split("\t")[0] for line in (dev_data / "MANIFEST.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    with Pool(2, memory_mb=1024) as pool, ThreadPoolExecutor(2) as threads:
        found = dict(zip(names, threads.map(lambda name: prepared(pool, dev_data / name), names), strict=True))
    travelling = {name: one for name, one in found.items() if one is not None and one.frames is not None}
    refused = [one.trouble.what_happened for one in found.values() if one is not None and one.trouble is not None]
    assert len(travelling) > 750
    assert not [one for one in refused if "two decoders" in one]
    assert not [name for name, one in travelling.items() if "decoders_differ" in {note.code for note in one.warnings}]
    alone = {name for name, one in travelling.items() if "second_decoder_failed" in {note.code for note in one.warnings}}
    assert alone == ONE_DECODER


def prepared(pool: Pool, path: Path) -> Prepared | None:
    try:
        found: Prepared = pool.run("prepare", path.read_bytes())
    except Trouble as trouble:
        assert trouble.what_to_do  # noqa: PT017  most files have no trouble
        return None
    return found
