"""`overread inspect --volumes`: every series of the corpus as its table says."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest

from app.inspect import main

if TYPE_CHECKING:
    from pathlib import Path

CAUSES = {
    "even": "one orientation, even spacing",
    "orientations": "more than one orientation",
    "colour": "colour images",
    "repeated_positions": "positions used more than once",
    "missing_slice": "(missing slice)",
    "gantry_tilt": "(gantry tilt)",
    "uneven_spacing": "distance between slices not even",
}


def asked(capsys: pytest.CaptureFixture[str], *paths: Path) -> dict[str, dict[str, Any]]:
    capsys.readouterr()
    assert main(["--volumes", *map(str, paths), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    found = {one["series_uid"]: one for one in lines}
    assert len(found) == len(lines)
    return found


def numbers(text: str) -> list[float]:
    return [float(one) for one in text.split("\\")]


@pytest.mark.corpus("VOLUMES.tsv", "series")
def test_every_series_agrees_with_the_table(dev_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (dev_data / "VOLUMES.tsv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(table) == 24
    folders = {row["series"]: asked(capsys, dev_data / row["series"]) for row in table}
    for row in table:
        found = folders[row["series"]][row["series_uid"]]
        assert (found["verdict"], found["count"]) == (row["verdict"], int(row["count"])), row["series"]
        assert found["reason"] == row["reason"]
        assert CAUSES[found["reason_code"]] in row["reason"]
        if row["verdict"] == "stack":
            assert found["value_sha256"] is found["size"] is None
            continue
        assert found["size"] == [int(one) for one in row["size"].split("x")]
        assert found["spacing"] == pytest.approx(numbers(row["spacing"]), abs=0.001)
        assert found["origin"] == pytest.approx(numbers(row["origin"]), abs=0.001)
        assert found["direction"] == pytest.approx(numbers(row["direction"]), abs=0.0001)
        assert found["value_sha256"] == row["value_sha256"], row["series"]
        for name in ("value_min", "value_max", "value_mean"):
            assert found[name] == pytest.approx(float(row[name]), rel=1e-6, abs=1e-5)


def test_a_folder_gives_a_line_for_each_series_with_images(dev_data: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("hello")
    found = asked(capsys, dev_data / "series" / "ct-chest", dev_data / "series" / "cxr-pair", tmp_path)
    assert {one["verdict"] for one in found.values()} == {"volume", "stack"}
    assert len(found) > 1
    assert main(["--volumes", str(dev_data / "series" / "ct-chest")]) == 0
    assert "volume of" in capsys.readouterr().out


def test_a_series_with_an_image_that_cannot_be_shown_is_no_volume(
    dev_data: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    files = sorted((dev_data / "series" / "ct-chest").iterdir())[:4]
    for number, path in enumerate(files):
        data = path.read_bytes()
        (tmp_path / f"{number}.dcm").write_bytes(data if number != 2 else data[: len(data) // 2])
    (found,) = asked(capsys, tmp_path).values()
    assert (found["verdict"], found["count"], found["value_sha256"]) == ("stack", 4, None)
