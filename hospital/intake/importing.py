"""Received records become a case that is ready, or the next version of one that is known.

Each batch of originals that is made ready is a stored step: after a kill the next run goes on behind it. Nobody sees any of it before all
is ready and stands in a manifest, so that a desk fetches each image once, in the form in which it stays.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hospital.desks import offering
from hospital.desks.bodies import case_key
from hospital.intake import made as made_rows
from hospital.intake import manifest as manifests
from hospital.intake import received, renditions
from hospital.intake.alone import alone
from hospital.intake.receiving import receive
from hospital.intake.taking import Made, TakenImage, Taker
from hospital.store import cases, facts, feed, intakes, work
from hospital.store.objects import Stored
from record.trouble import Kind, Trouble
from sync.protocol.jws import Kind as TokenKind
from sync.protocol.messages import Absence, DocumentEntry, ObjectKind
from sync.protocol.steps import Step, reached

if TYPE_CHECKING:
    from pathlib import Path

    from hospital.house import House
    from hospital.intake.manifest import Parts
    from hospital.intake.received import Received
    from hospital.store.intakes import Intake
    from sync.seal.keys import CaseKey
    from viewer.workers.pool import Pool

log = logging.getLogger(__name__)
LOCK = "prepare.lock"
_WAIT_S = 600.0  # for the running server's own worker


@dataclass(frozen=True)
class Imported:
    """What came of a case's records: its manifest's version, whether anything was new, and what was refused, by the files' numbers."""

    case: str
    version: int
    new: bool
    instances: int
    documents: int
    refused: list[tuple[str, Trouble]]
    unshown: list[tuple[str, Trouble]]  # in the case, with this remark, since their images cannot be shown


@dataclass
class _Content:
    """The records of a case as they are now: every object with its kind, and what was refused, by number."""

    images: list[TakenImage] = field(default_factory=list)
    documents: list[DocumentEntry] = field(default_factory=list)
    stored: list[tuple[Stored, str]] = field(default_factory=list)
    refused: list[tuple[int, Trouble]] = field(default_factory=list)
    refused_documents: list[tuple[int, Trouble]] = field(default_factory=list)
    unshown: list[tuple[int, Trouble]] = field(default_factory=list)

    def refused_files(self) -> list[Trouble]:
        """Why files were refused, images and documents."""
        return [trouble for _, trouble in (*self.refused, *self.refused_documents)]


def take_folder(house: House, root: Path, pool: Pool) -> Imported:
    """Receives a case folder and makes it ready at once; raises `Trouble` (INPUT, STORAGE, STATE)."""
    with alone(house.data / LOCK, _WAIT_S):
        case = receive(house, root).case
        with house.database.read() as tx:
            intake = intakes.get(tx, case)
        assert intake is not None
        return prepare(house, intake, pool)


def prepare_waiting(house: House, pool: Pool) -> int:
    """Makes every case ready that waits, those that are due first before the others; gives how many did not get through.

    What stands in the way of one is kept for `status`, and the others go on. Raises `Trouble` STATE, where another process is at it.
    """
    failed: set[tuple[str, str]] = set()
    with alone(house.data / LOCK):
        while True:
            with house.database.read() as tx:
                left = [one for one in intakes.waiting(tx) if (one.case, one.revision) not in failed]
            if not left:
                return len(failed)
            if not _prepared(house, left[0], pool):
                failed.add((left[0].case, left[0].revision))


def _prepared(house: House, intake: Intake, pool: Pool) -> bool:
    try:
        prepare(house, intake, pool)
    except Trouble as trouble:
        log.error("a case could not be made ready", extra={"why": trouble.details, "kind": trouble.kind.value})  # noqa: TRY400  told
        with house.database.write() as tx:
            intakes.change(tx, intake.case, trouble=trouble.as_dict())
        return False
    return True


def prepare(house: House, intake: Intake, pool: Pool) -> Imported:
    """Goes on with a case's records until they are ready; raises `Trouble` (STORAGE, DAMAGED)."""
    with house.database.read() as tx:
        row = cases.get(tx, intake.case)
    key = case_key(house, row)
    taken = received.opened(key, row.id, intake.sealed_body)
    taker = Taker(house.objects, key, pool, house.settings.workers.count)
    _make(house, taker, row.id, taken)
    content = _content(house, taker, row.id, taken)
    absent = [*taken.absent, *_refused_images(content, len(taken.files)), *_refused_documents(taken, content)]
    parts = _parts(taker, taken, content, absent)
    version, new = _store(house, row.id, key, parts, content)
    with house.database.write() as tx:
        facts.put(tx, f"renditions {row.id}", renditions.counted(content.images, content.refused_files()))
    offering.make_waiting(house, row.id)
    with house.database.write() as tx:
        intakes.remove(tx, row.id, intake.revision)
    refused = [(f"image {number}", trouble) for number, trouble in content.refused]
    refused += [(f"document {number}", trouble) for number, trouble in content.refused_documents]
    unshown = [(f"image {number}", trouble) for number, trouble in content.unshown]
    return Imported(row.id, version, new, len(content.images), len(content.documents), refused, unshown)


def _make(house: House, taker: Taker, case: str, taken: Received) -> None:
    """Makes ready what is not yet."""
    originals = {one.kept.object: one.kept for one in taken.files if isinstance(one.kept, Stored)}
    with house.database.read() as tx:
        known = intakes.prepared_of(tx, case, list(originals))
    done = [len(known)]

    def keep(batch: list[Made]) -> None:
        house.objects.settle(taker.key, [one for made in batch for one, _ in made.stored])
        done[0] += len(batch)
        with house.database.write() as tx:
            cases.add_objects(tx, case, [one for made in batch for one in made.stored])
            intakes.add_prepared(tx, [made_rows.sealed(taker.key, case, made) for made in batch])
            intakes.change(tx, case, done=done[0], trouble=None)
        reached(Step.IMAGES_PREPARED)

    taker.images([one for name, one in originals.items() if name not in known], keep)


def _content(house: House, taker: Taker, case: str, taken: Received) -> _Content:
    """What came of every file, in the order of their numbers."""
    names = [one.kept.object for one in taken.files if isinstance(one.kept, Stored)]
    with house.database.read() as tx:
        rows = intakes.prepared_of(tx, case, names)
        stored = {row.object: Stored(row.object, row.length, row.file_id) for row in cases.objects_of(tx, case)}
    content = _Content()
    for number, file in enumerate(taken.files, 1):
        found = file.kept if isinstance(file.kept, Trouble) else made_rows.opened(taker.key, rows[file.kept.object], file.place)
        if isinstance(found, Trouble):
            content.refused.append((number, found))
        elif found is not None:
            content.images.append(found)
            content.unshown += [(number, found.trouble)] if found.trouble is not None else []
            content.stored += [(stored[name], kind) for name, kind in _objects(found)]
    _take_documents(taker, taken, content)
    return content


def _objects(image: TakenImage) -> list[tuple[str, str]]:
    """The objects of an instance with their kinds."""
    found = [(image.original_object, ObjectKind.ORIGINAL.value), (image.header_object, ObjectKind.HEADER.value)]
    return found if image.frames is None else [*found, (image.frames.object, ObjectKind.FRAMES.value)]


def _take_documents(taker: Taker, taken: Received, content: _Content) -> None:
    for number, document in enumerate(taken.documents, 1):
        try:
            if isinstance(document.kept, Trouble):
                raise document.kept
            pages = taker.pages(document.kept)
        except Trouble as trouble:
            if trouble.kind is Kind.STORAGE:
                raise
            content.refused_documents.append((number, trouble))
            continue
        content.stored.append((document.kept, ObjectKind.DOCUMENT.value))
        content.documents.append(
            DocumentEntry(
                id=document.kept.object[:32],
                object=document.kept.object,
                title=document.title,
                kind=document.kind,
                date=document.date,
                source=document.source,
                pages=pages,
                study=document.study or None,
            )
        )


def _refused_images(content: _Content, files: int) -> list[Absence]:
    """What the physician is told of files that are no readable images: how many, and why."""
    if not content.refused:
        return []
    reasons = sorted({trouble.what_happened for _, trouble in content.refused})
    return [Absence(what=f"{len(content.refused)} of {files} image files", because=" ".join(_clause(one) for one in reasons))]


def _refused_documents(taken: Received, content: _Content) -> list[Absence]:
    return [
        Absence(what=taken.documents[number - 1].title, because=_clause(trouble.what_happened))
        for number, trouble in content.refused_documents
    ]


def _clause(sentence: str) -> str:
    """A sentence after "because"."""
    return sentence[:1].lower() + sentence[1:]


def _parts(taker: Taker, taken: Received, content: _Content, absent: list[Absence]) -> Parts:
    stored = {one.object: one for one, _ in content.stored}

    def thumbnail(image: TakenImage) -> str | None:
        assert image.frames is not None
        made = taker.thumbnail(image, stored[image.frames.object])
        if made is None:
            return None
        content.stored.append((made, ObjectKind.THUMBNAIL.value))
        return made.object

    studies = manifests.studies(taken.rules, taken.patient, content.images, thumbnail)
    return manifests.Parts(studies, content.documents, absent, manifests.object_entries(content.stored))


def _store(house: House, case: str, key: CaseKey, parts: Parts, content: _Content) -> tuple[int, bool]:
    now = house.now()
    with house.database.read() as tx:
        newest = cases.newest_manifest(tx, case)
        current = cases.get(tx, case)
    contents = parts.contents()
    if newest is not None and newest.contents == contents:
        return newest.version, False
    version = 1 if newest is None else newest.version + 1
    stored = house.objects.put(key, parts.manifest(case, version, now))
    house.objects.settle(key, [stored])
    signature = house.keys.receipts.sign({"case": case, "version": version, "digest": stored.object}, TokenKind.MANIFEST)
    with house.database.write() as tx:
        cases.add_objects(tx, case, [*content.stored, (stored, ObjectKind.MANIFEST.value)])
        cases.add_manifest(tx, cases.ManifestRow(case, version, stored.object, contents, signature, now))
        if current.state == "imported":
            cases.set_state(tx, case, "ready")
        for person in {one.person for one in work.assignments_of_case(tx, case) if one.state in work.OPEN}:
            feed.note(tx, person, "manifest", case, revision=version)
        house.audit.add(tx, now, "import", "coordinator", case=case, version=version)
    return version, True
