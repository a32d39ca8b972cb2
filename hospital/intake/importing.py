"""`overread-server import`: a case folder becomes a case that is ready, or the next version of one that is known."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hospital.desks.bodies import case_body, case_key, sealed_case
from hospital.intake import folder as case_folders
from hospital.intake import manifest as manifests
from hospital.intake import renditions
from hospital.intake.alone import alone
from hospital.intake.taking import Taken, Taker, rows_by_object
from hospital.store import cases, facts, feed, work
from hospital.store.people import new_id
from record.trouble import Kind, Trouble
from sync.protocol.jws import Kind as TokenKind
from sync.protocol.messages import Absence, CaseBody, DocumentEntry, ObjectKind, Question
from sync.seal.keys import CaseKey

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from hospital.house import House
    from hospital.intake.folder import CaseFolder
    from hospital.intake.manifest import Parts
    from hospital.intake.taking import TakenImage
    from viewer.workers.pool import Pool


@dataclass(frozen=True)
class Imported:
    """What an import did: the case, its manifest's version, whether anything was new, and what was refused, by the files' numbers."""

    case: str
    version: int
    new: bool
    instances: int
    documents: int
    refused: list[tuple[str, Trouble]]
    unshown: list[tuple[str, Trouble]]  # in the case, with this remark, since their images cannot be shown


def take_folder(house: House, root: Path, pool: Pool) -> Imported:
    """Imports a case folder; raises `Trouble` (INPUT, STORAGE, STATE) and then has changed nothing that anybody sees."""
    found = case_folders.read(root, house.now())
    with alone(house.data / "import.lock"):
        return _take(house, found, root, pool)


def _take(house: House, found: CaseFolder, root: Path, pool: Pool) -> Imported:
    reference = hmac.new(house.keys.master.key("reference"), found.reference.encode(), hashlib.sha256).hexdigest()
    row, key = _row(house, reference)
    taker = Taker(house.objects, key, pool, house.settings.workers.count)
    files = found.image_files()
    taken = taker.images(files, root)
    documents, refused_documents = _documents(taker, taken, found)
    absent = [*found.absent, *_refused_images(taken, len(files)), *_refused_documents(found, refused_documents)]
    parts = _parts(taker, taken, found, documents, absent)
    with house.database.write() as tx:
        facts.put(tx, f"renditions {row.id}", renditions.counted(taken.images))
    version, new = _store(house, row, key, found, parts, taken)
    refused = [(f"image {number}", trouble) for number, trouble in taken.refused]
    refused += [(f"document {number}", trouble) for number, trouble in refused_documents]
    unshown = [(f"image {number}", trouble) for number, trouble in taken.unshown]
    return Imported(row.id, version, new, len(taken.images), len(documents), refused, unshown)


def _row(house: House, reference: str) -> tuple[cases.CaseRow, CaseKey]:
    with house.database.read() as tx:
        known = cases.by_reference(tx, reference)
    if known is not None:
        return known, case_key(house, known)
    key = CaseKey.new()
    row = cases.CaseRow(new_id(), reference, "imported", 1, key.id, house.keys.master.wrap(key), None, None, house.now())
    with house.database.write() as tx:
        cases.add(tx, row)
    return row, key


def _documents(taker: Taker, taken: Taken, found: CaseFolder) -> tuple[list[DocumentEntry], list[tuple[int, Trouble]]]:
    made, refused = [], []
    for number, document in enumerate(found.documents, 1):
        try:
            read, stored = taker.document(document.path)
        except Trouble as trouble:
            if trouble.kind is Kind.STORAGE:
                raise
            refused.append((number, trouble))
            continue
        taken.stored.append((stored, ObjectKind.DOCUMENT.value))
        made.append(
            DocumentEntry(
                id=read.object[:32],
                object=read.object,
                title=document.title,
                kind=document.kind,
                date=document.date,
                source=document.source,
                pages=read.pages,
                study=document.study or None,
            )
        )
    return made, refused


def _refused_images(taken: Taken, files: int) -> list[Absence]:
    """What the physician is told of files that are no readable images: how many, and why."""
    if not taken.refused:
        return []
    reasons = sorted({trouble.what_happened for _, trouble in taken.refused})
    return [Absence(what=f"{len(taken.refused)} of {files} image files", because=" ".join(_clause(one) for one in reasons))]


def _refused_documents(found: CaseFolder, refused: list[tuple[int, Trouble]]) -> list[Absence]:
    return [Absence(what=found.documents[number - 1].title, because=_clause(trouble.what_happened)) for number, trouble in refused]


def _clause(sentence: str) -> str:
    """A sentence after "because"."""
    return sentence[:1].lower() + sentence[1:]


def _parts(taker: Taker, taken: Taken, found: CaseFolder, documents: list[DocumentEntry], absent: list[Absence]) -> Parts:
    rows = dict(rows_by_object(taken))

    def thumbnail(image: TakenImage) -> str | None:
        assert image.frames is not None
        stored = taker.thumbnail(image, rows[image.frames.object])
        if stored is None:
            return None
        taken.stored.append((stored, ObjectKind.THUMBNAIL.value))
        return stored.object

    studies = manifests.studies(found, taken.images, thumbnail)
    return manifests.Parts(studies, documents, absent, manifests.object_entries(taken.stored))


def _store(house: House, row: cases.CaseRow, key: CaseKey, found: CaseFolder, parts: Parts, taken: Taken) -> tuple[int, bool]:
    now = house.now()
    with house.database.read() as tx:
        newest = cases.newest_manifest(tx, row.id)
        current = cases.get(tx, row.id)
    contents = parts.contents()
    body = _body(house, current, found)
    if newest is not None and newest.contents == contents:
        with house.database.write() as tx:
            _put_body(house, tx, current, key, found, body)
        return newest.version, False
    version = 1 if newest is None else newest.version + 1
    data = parts.manifest(row.id, version, now)
    stored = house.objects.put(key, data)
    house.objects.settle(key, [stored])
    signature = house.keys.receipts.sign({"case": row.id, "version": version, "digest": stored.object}, TokenKind.MANIFEST)
    with house.database.write() as tx:
        cases.add_objects(tx, row.id, [*taken.stored, (stored, ObjectKind.MANIFEST.value)])
        cases.add_manifest(tx, cases.ManifestRow(row.id, version, stored.object, contents, signature, now))
        _put_body(house, tx, current, key, found, body)
        if current.state == "imported":
            cases.set_state(tx, row.id, "ready")
        for person in {one.person for one in work.assignments_of_case(tx, row.id) if one.state in work.OPEN}:
            feed.note(tx, person, "manifest", row.id, revision=version)
        house.audit.add(tx, now, "import", "coordinator", case=row.id, version=version)
    return version, True


def _put_body(house: House, tx: Connection, row: cases.CaseRow, key: CaseKey, found: CaseFolder, body: CaseBody) -> None:
    facts.put(tx, f"terms {row.id}", {"minutes": found.minutes, "stipend": found.stipend})
    if row.sealed_body is not None and case_body(house, row) == body:
        return
    cases.set_body(tx, row.id, sealed_case(key, body), body.due_at)
    for person in {one.person for one in work.assignments_of_case(tx, row.id) if one.state in work.OPEN}:
        feed.note(tx, person, "case", row.id)


def _body(house: House, row: cases.CaseRow, found: CaseFolder) -> CaseBody:
    """The case's contents; a question that was known keeps its id and the due time stays what it was at the first import."""
    before = case_body(house, row) if row.sealed_body is not None else None
    known = {(one.asked_by, one.text): one.id for one in (before.questions if before else [])}
    questions = [
        Question(id=known.get((who, text)) or new_id(), number=number, asked_by=who, text=text)
        for number, (who, text) in enumerate(found.questions, 1)
    ]
    return CaseBody(
        id=row.id,
        title=found.title,
        specialty=found.specialty,
        patient=found.patient,
        questions=questions,
        referrer=found.referrer,
        due_at=before.due_at if before else found.due_at,
        diagnoses=found.diagnoses,
        history=found.history,
    )
