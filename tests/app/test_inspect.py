"""`overread inspect`: every file answered, over the whole corpus and over files bent at random."""

from __future__ import annotations

import csv
import json
import math
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from app.inspect import main
from viewer.workers.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable


ROOT = Path(__file__).resolve().parents[2]
REFUSED_WITH_DIGEST = 2  # made-bits-stored-20 and the deflate bomb: the corpus wants them refused
FIELDS = ("sop_class", "modality", "transfer_syntax", "frames", "rows", "columns", "samples", "dtype")

# What the header says there, the table of the corpus gives otherwise; each is read rightly here.
OTHER_FIELDS = {
    ("structure/no_preamble_dicm_in_data.dcm", "transfer_syntax"),  # explicit VR, as found; the table names the default
    *(("corrupt/3gb-bulk-data-truncated.dcm", field) for field in ("rows", "columns", "samples")),  # stand behind the cut
}


def table(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["path"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def inspected(capsys: pytest.CaptureFixture[str], *argv: str, code: int = 0) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main(argv) == code
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.corpus("MANIFEST.tsv", "REFERENCE.tsv")
def test_the_whole_corpus(dev_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main([str(dev_data), "--json"]) == 0
    said = capsys.readouterr()
    answers = {one["path"][len(f"{dev_data}/") :]: one for one in map(json.loads, said.out.splitlines())}
    assert re.fullmatch(rf"{len(answers)} files in \d+\.\d s\n", said.err)
    manifest, reference = table(dev_data / "MANIFEST.tsv"), table(dev_data / "REFERENCE.tsv")
    assert set(manifest) <= set(answers)
    exact = 0
    for path, row in reference.items():
        answer = answers[path]
        check_outcome(path, answer, manifest[path]["outcome"])
        check_fields(path, answer, row)
        exact += check_values(path, answer, row, manifest[path]["outcome"])
    assert exact == sum(row["tolerance"] == "0" and bool(row["stored_sha256"]) for row in reference.values()) - REFUSED_WITH_DIGEST


def check_outcome(path: str, answer: dict[str, Any], outcome: str) -> None:
    assert answer["image"] in outcome.split("|"), (path, answer)
    assert answer["ok"] is (answer["image"] != "refused")
    assert (answer["image"] == "shown_with_warning") <= bool(answer["warnings"])
    assert all(one["code"] and one["text"].endswith(".") for one in answer["warnings"])
    if not answer["ok"]:
        assert set(answer["error"]) == {"what_happened", "what_to_do"}
        assert all(one.endswith(".") and len(one) > 10 for one in answer["error"].values())


def check_fields(path: str, answer: dict[str, Any], row: dict[str, str]) -> None:
    for field in FIELDS:
        if field in answer and row[field] and (path, field) not in OTHER_FIELDS:
            assert str(answer[field]) == row[field], (path, field)


def check_values(path: str, answer: dict[str, Any], row: dict[str, str], outcome: str) -> bool:
    if not row["stored_sha256"] or (answer["image"] == "refused" and "refused" in outcome):
        return False
    tolerance = float(row["tolerance"])
    if tolerance == 0:
        assert answer["stored_sha256"] == row["stored_sha256"], path
    for field in ("min", "max", "mean"):
        if math.isinf(float(row[field])):
            continue  # JSON has no infinity: the ends of the finite values are given
        assert answer[field] == pytest.approx(float(row[field]), abs=tolerance + 1e-5, rel=1e-6), (path, field)
    return tolerance == 0


@pytest.mark.corpus("MANIFEST.tsv")
def test_one_warm_worker_answers_the_whole_corpus_within_its_memory(dev_data: Path) -> None:
    """Nothing in the corpus kills a worker, and none needs more than the 512 MB of one file."""
    names = list(table(dev_data / "MANIFEST.tsv"))
    with Pool(1, memory_mb=448) as pool:
        pool.warm()
        process = pool._workers[0]._process
        assert process is not None
        for name in names:
            answered(pool, (dev_data / name).read_bytes())
        assert pool._workers[0]._process is process
        status = Path("/proc", str(process.pid), "status")
        if status.exists():
            (peak,) = re.findall(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.MULTILINE)
            assert int(peak) <= 512 * 1024


@pytest.mark.corpus("REFERENCE.tsv")
def test_lossy_images_are_within_their_tolerance_at_every_probe(dev_data: Path) -> None:
    rows = {path: row for path, row in table(dev_data / "REFERENCE.tsv").items() if row["probes"]}
    assert len(rows) > 40
    with Pool(2) as pool:
        for path, row in rows.items():
            probes = {tuple(map(int, one.split("=")[0].split(","))): float(one.split("=")[1]) for one in row["probes"].split(";")}
            answer = pool.run("inspect", ((dev_data / path).read_bytes(), tuple(probes)))
            found = {tuple(one["at"]): one["value"] for one in answer["values"]}
            assert set(found) == set(probes)
            assert all(abs(found[at] - value) <= float(row["tolerance"]) for at, value in probes.items()), path


def test_files_bent_at_random_are_each_answered(dev_files: Callable[[str], list[Path]]) -> None:
    """Bytes changed, lengths swollen, tails cut: an answer for each, in bounded memory and time, never a crash here."""
    chance = random.Random(9)  # noqa: S311  repeatable, not secret
    originals = [path.read_bytes() for path in dev_files("syntax/*/*.dcm") if path.stat().st_size < 150_000]
    seen = set()
    with Pool(2, memory_mb=256) as pool:
        for _ in range(400):
            answer = answered(pool, bent(chance, chance.choice(originals)))
            seen.add(answer)
    assert "refused" in seen
    assert seen <= {"shown", "shown_with_warning", "refused", "none"}


def bent(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 20))):
        at = chance.randrange(len(changed) if chance.random() < 0.3 else min(len(changed), 3000))
        changed[at] = chance.choice((0, 0xFF, 0x7F, chance.randrange(256)))
    return bytes(changed[: chance.randrange(len(changed))] if chance.random() < 0.2 else changed)


def answered(pool: Pool, data: bytes) -> str:
    from record.trouble import Kind, Trouble  # noqa: PLC0415  beside its only use

    try:
        return str(pool.run("inspect", (data, ()))["image"])
    except Trouble as trouble:
        assert trouble.kind in (Kind.IMAGE, Kind.DAMAGED, Kind.INPUT)  # noqa: PT017  the trouble is one of two right answers
        return "refused"


def test_paths_are_as_given_folders_walked_and_values_added(
    dev_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = min((dev_data / "series/ct-chest").iterdir())
    (tmp_path / "case" / "b").mkdir(parents=True)
    (tmp_path / "case" / "b" / "one.dcm").write_bytes(source.read_bytes())
    (tmp_path / "case" / "a.txt").write_text("hello")
    found = inspected(capsys, "case", "--json", "--at", "0,0,0,0", "--at", "0,9999,0,0")
    assert [one["path"] for one in found] == ["case/a.txt", "case/b/one.dcm"]
    assert [one["ok"] for one in found] == [False, True]
    assert found[1]["values"][0]["at"] == [0, 0, 0, 0]
    assert isinstance(found[1]["values"][0]["value"], int)
    assert found[1]["values"][1]["value"] is None


def test_a_path_that_is_not_there_is_told_and_the_rest_goes_on(dev_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = str(min((dev_data / "series/ct-chest").iterdir()))
    found = inspected(capsys, "nowhere.dcm", there, "--json", code=1)
    assert [one["ok"] for one in found] == [False, True]
    assert found[0]["error"]["what_happened"] == "There is no such file."


def test_for_people_a_sentence_each(dev_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(dev_data / "series/cxr-pair")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all("uint8" in line or "uint16" in line for line in lines)


def test_a_reader_that_has_seen_enough_gets_no_traceback(dev_data: Path) -> None:
    command = [sys.executable, "-m", "app", "inspect", *([str(dev_data)] * 4), "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["path"]
        process.stdout.close()
        said = process.stderr.read()
        assert process.wait(60) == 0
    assert said == b""
