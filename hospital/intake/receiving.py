"""`overread-server import`, its quick part: a case folder's records are sealed as they are, and wait for their images to be made ready."""

from __future__ import annotations

import hashlib
import hmac
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hospital.desks.bodies import case_body, case_key, sealed_case
from hospital.intake import folder as case_folders
from hospital.intake import received
from hospital.intake.alone import alone
from hospital.intake.received import Received, ReceivedDocument, ReceivedFile
from hospital.store import cases, facts, feed, intakes, work
from hospital.store.people import new_id
from record.trouble import Kind, Trouble
from sync.protocol.messages import CaseBody, Question
from sync.seal.keys import CaseKey

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from hospital.house import House
    from hospital.intake.folder import CaseFolder
    from hospital.store.objects import Stored

_MOST_BYTES = 2 << 30
_BATCH = 64
_THREADS = 4  # they wait for the disk


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was received: the case, and how much."""

    case: str
    files: int
    documents: int


def receive(house: House, root: Path) -> Receipt:
    """Takes a case folder's records in; raises `Trouble` (INPUT, STORAGE, STATE) and then has changed nothing that anybody sees."""
    found = case_folders.read(root, house.now())
    with alone(house.data / "import.lock"):
        row, key = _row(house, found)
        files = _files(house, key, found.image_files(), root)
        documents = [
            ReceivedDocument(one.title, one.kind, one.date, one.source, one.study, _kept(house, key, one.path)) for one in found.documents
        ]
        house.objects.settle(key, [one.kept for one in documents if not isinstance(one.kept, Trouble)])
        taken = Received(found.patient, found.studies, found.absent, files, documents)
        with house.database.write() as tx:
            current = cases.get(tx, row.id)
            _put_body(house, tx, current, key, found, _body(house, current, found))
            intakes.put(tx, intakes.Intake(row.id, new_id(), house.now(), len(files), 0, [], None, received.sealed(key, row.id, taken)))
    return Receipt(row.id, len(files), len(documents))


def _row(house: House, found: CaseFolder) -> tuple[cases.CaseRow, CaseKey]:
    reference = hmac.new(house.keys.master.key("reference"), found.reference.encode(), hashlib.sha256).hexdigest()
    with house.database.read() as tx:
        known = cases.by_reference(tx, reference)
    if known is not None:
        return known, case_key(house, known)
    key = CaseKey.new()
    row = cases.CaseRow(new_id(), reference, "imported", 1, key.id, house.keys.master.wrap(key), None, None, house.now())
    with house.database.write() as tx:
        cases.add(tx, row)
    return row, key


def _files(house: House, key: CaseKey, paths: list[Path], root: Path) -> list[ReceivedFile]:
    """Every file below `images/`, sealed; one batch is made durable while the next one is read."""
    made: list[ReceivedFile] = []
    with ThreadPoolExecutor(_THREADS, "receive") as threads, ThreadPoolExecutor(1, "settle") as settle:
        settled = []
        for at in range(0, len(paths), _BATCH):
            batch = list(threads.map(lambda path: _file(house, key, path, root), paths[at : at + _BATCH]))
            settled.append(settle.submit(house.objects.settle, key, [one.kept for one in batch if not isinstance(one.kept, Trouble)]))
            made += batch
        for one in settled:
            one.result()
    return made


def _file(house: House, key: CaseKey, path: Path, root: Path) -> ReceivedFile:
    return ReceivedFile(path.parent.relative_to(root).as_posix(), _kept(house, key, path))


def _kept(house: House, key: CaseKey, path: Path) -> Stored | Trouble:
    """A file's bytes in the store, or why it cannot be read; raises `Trouble` STORAGE alone."""
    try:
        return house.objects.put(key, _bytes(path))
    except Trouble as trouble:
        if trouble.kind is Kind.STORAGE:
            raise
        return trouble


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise Trouble(
                "This file is larger than two gigabytes and was not taken.", "Ask the sender for it in smaller parts.", kind=Kind.IMAGE
            )
        return path.read_bytes()
    except OSError as error:
        raise Trouble("This file cannot be read.", "Check the disk or the medium it is on.", str(error.strerror), Kind.IMAGE) from error


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
