"""What a run left behind, looked at from outside both programs: cases, opinion, receipt, and everything that must not be readable."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pydicom

from hospital import house as houses
from hospital import settings as settings_files
from hospital.store import cases as case_rows
from record.signature.verify import verify
from sync.vault.vault import Vault
from tests.journeys import consult
from tests.journeys.plaintext import Needles, scan
from tests.journeys.processes import ROOT
from tests.journeys.stage import PASSPHRASE, SECRETS

if TYPE_CHECKING:
    from pathlib import Path

    from sync.vault.values import WorklistRow
    from tests.journeys.physician import Physician
    from tests.journeys.processes import House
    from tests.journeys.stage import Hospital

SIGNER = "Dr M. Adeyemi"


@dataclass(frozen=True, slots=True)
class Evidence:
    """As `demo.json` tells it; `hits` names the files by kind, never what was found in them."""

    cases: list[dict[str, Any]]
    objects: int
    bytes: int
    opinion: dict[str, Any]
    delivery: dict[str, Any]
    hits: list[str]


def ready(physician: Physician) -> int:
    """How many rows of the worklist say that the case opens whole without a network."""
    return int(
        physician.ask(
            "(lambda m: sum('eady offline' in str(m.index(r, 4).data(0)) or 'eady offline' in str(m.index(r, 4).data(11))"
            " for r in range(m.rowCount())))(find('worklist-table').model())"
        )
    )


def collect(out: Path, house: House, hospital: Hospital, status: dict[str, Any]) -> Evidence:
    """Opens the vault and the hospital with what a person knows, after both programs have ended."""
    needles = demo_needles()
    with Vault.open(house.desk / "vault", PASSPHRASE) as vault:
        rows = vault.cases()
        signed = next(row for row in rows if row.opinion is not None and row.opinion.signed_sha256)
        assert signed.opinion is not None
        pdf = vault.document(signed.opinion.assignment, signed.opinion.revision, signed=True)
        (out / "opinion.pdf").write_bytes(pdf)
        root = vault.home().authority.signing_ca_pem
        (out / "authority.pem").write_text(root, "ascii")
        listed = [_case(row) for row in rows]
        delivery = _delivery(signed, status)
        manifests = [vault.manifest(row.case.id) for row in rows if row.case is not None]
        add_desk_keys(needles, vault)
    objects = [one for manifest in manifests for one in manifest.objects if one.kind != "original"]
    add_hospital_keys(needles, house.hospital)
    hits = scan(house.written, needles)
    for hit in hits[:20]:
        print(f"demo: readable: {hit.what} in {hit.file.relative_to(house.root)}")
    return Evidence(
        listed,
        len(objects) + len(manifests),
        sum(one.length for one in objects),
        _opinion(pdf, root),
        delivery,
        sorted({f"{hit.file.relative_to(house.root)}: {hit.what}" for hit in hits}),
    )


def _case(row: WorklistRow) -> dict[str, Any]:
    return {
        "id": row.assignment.case,
        "title": row.assignment.offer.asked,
        "studies": row.studies,
        "series": row.series,
        "instances": row.instances,
        "bytes": row.readiness.total_bytes,
        "offline_ready": row.readiness.ready_offline,
    }


def _delivery(row: WorklistRow, status: dict[str, Any]) -> dict[str, Any]:
    opinion = row.opinion
    assert opinion is not None
    at_hospital = [one for case in status["cases"] for one in case["receipts"]]
    receipt = opinion.receipt.id if opinion.receipt is not None else ""
    return {
        "state": opinion.state.value,
        "receipt_id": receipt,
        "manifest_version": opinion.manifest_version,
        "times_at_hospital": sum(one["sha256"] == opinion.signed_sha256 and one["receipt"] == receipt for one in at_hospital),
    }


def _opinion(pdf: bytes, root: str) -> dict[str, Any]:
    verdict = verify(pdf, root.encode(), datetime.now(UTC))
    attached = json.loads(verdict.opinion_json or b"{}")
    return {
        "pdf": "opinion.pdf",
        "signature_valid": verdict.valid and verdict.trusted and verdict.good,
        "signer": verdict.signer,
        "covers_whole_file": verdict.covers_whole_file,
        "answers": len([one for one in attached.get("answers", []) if one.get("text")]),
        "key_images": len(attached.get("key_images", [])),
        "pdfsig": pdfsig(pdf, root),
    }


def pdfsig(pdf: bytes, root: str) -> list[str]:
    """The lines by which poppler's pdfsig judges the file, with the authority in an NSS database of its own."""
    import tempfile  # noqa: PLC0415  only here
    from pathlib import Path  # noqa: PLC0415  likewise

    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "o.pdf").write_bytes(pdf)
        (work / "ca.pem").write_text(root, "ascii")
        nss = work / "nss"
        nss.mkdir()
        subprocess.run(["certutil", "-N", "-d", f"sql:{nss}", "--empty-password"], check=True, capture_output=True)
        add = ["certutil", "-A", "-d", f"sql:{nss}", "-n", "hospital", "-t", "C,C,C", "-i", str(work / "ca.pem")]
        subprocess.run(add, check=True, capture_output=True)
        said = subprocess.run(["pdfsig", "-nssdir", f"sql:{nss}", str(work / "o.pdf")], capture_output=True, text=True, check=False).stdout
    wanted = ("Signature Validation", "Certificate Validation", "Total document")
    return [line.strip(" -") for line in said.splitlines() if any(word in line for word in wanted)]


def demo_needles() -> Needles:
    """Every person and every pixel of the demo cases."""
    needles = Needles()
    for path in sorted((ROOT / "resources" / "demo").rglob("*.dcm")):
        image = pydicom.dcmread(path)
        name, born = str(image.PatientName), str(image.PatientBirthDate)
        person = (name, str(image.PatientID), f"{born[:4]}-{born[4:6]}-{born[6:8]}")
        if ("id (utf-8)", person[1].encode()) not in needles.words:
            needles.add_person(*person)
        needles.frames.append(image.pixel_array.tobytes())
    for label, secret in SECRETS.items():
        needles.add_text(f"secret {label}", secret)
    return needles


def add_desk_keys(needles: Needles, vault: Vault) -> None:
    """The keys of the open vault: case keys, signing key."""
    parts = vault.parts
    for row in vault.cases():
        key = parts.keys.find(row.assignment.case)
        if key is not None:
            needles.add_key("of a case at the desk", key.secret)
    scalar = vault.signing_key(PASSPHRASE).private_numbers().private_value
    needles.add_key("for signing", scalar.to_bytes(32, "big"))


def add_hospital_keys(needles: Needles, data: Path) -> None:
    """The keys of the hospital: database, cases."""
    house = houses.open_house(data, settings_files.find(data, None))
    try:
        needles.add_key("of the hospital's database", house.keys.database)
        with house.database.read() as tx:
            for row in case_rows.all_cases(tx):
                needles.add_key("of a case at the hospital", house.keys.master.unwrap(row.key_id, row.key_wrap).secret)
    finally:
        house.close()


def wrong_with(result: dict[str, Any]) -> list[str]:
    """What in `demo.json` is not as it must be."""
    opinion, delivery = result["opinion"], result["delivery"]
    must = {
        "three cases are ready offline": [one["offline_ready"] for one in result["cases"]] == [True] * 3,
        "the hospital did not run while the cases were read": result["server_running_while_reading"] is False,
        "every case opened": len(result["opened"]) == 3,
        "the signature is valid": opinion["signature_valid"] and opinion["signer"] == SIGNER,
        "it covers the whole file": opinion["covers_whole_file"] is True,
        "pdfsig says so too": opinion["pdfsig"]
        == [
            "Total document signed",
            "Signature Validation: Signature is Valid.",
            "Certificate Validation: Certificate is Trusted.",
        ],
        "three answers and two key images": (opinion["answers"], opinion["key_images"]) == (3, 2),
        "received once, with a receipt": (delivery["state"], delivery["times_at_hospital"]) == ("received", 1),
        "nothing is readable": result["plaintext_hits"] == 0,
        "the desk ended well": result["desk_exit_code"] == 0,
    }
    wrong = [what for what, holds in must.items() if not holds]
    return wrong + [f"the consult: {name}" for name in consult.wrong_with(result["consult"])]
