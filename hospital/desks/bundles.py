"""Bundles: the objects of accepted cases, streamed in the order asked, with bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hospital.desks.bodies import case_key
from hospital.store import cases, work
from record.trouble import Trouble
from sync.protocol.bundle import Missing, ObjectHead, end_frame, head_frame, missing_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hospital.house import House
    from hospital.store.people import Device
    from sync.protocol.messages import BundleRequest
    from sync.seal.keys import CaseKey

_PIECE = 1 << 18


def stream(house: House, device: Device, request: BundleRequest) -> Iterator[bytes]:
    """The bytes of a bundle. What is not the physician's is missing, as if it were not there."""
    with house.database.read() as tx:
        allowed = work.open_cases(tx, device.person)
        rows = cases.objects_among(tx, allowed, [name for name, _ in request.objects])
        keys = {case: case_key(house, cases.get(tx, case)) for case in {row.case for row in rows.values()}}
    for name, offset in request.objects:
        row = rows.get(name)
        if row is None or not 0 <= offset <= row.length:
            yield missing_frame(Missing(name, "not known"))
            continue
        yield from _object(house, keys[row.case], row, offset)
    yield end_frame(len(request.objects))


def _object(house: House, key: CaseKey, row: cases.ObjectRow, offset: int) -> Iterator[bytes]:
    try:
        reader = house.objects.open(key, row.object, row.file_id)
    except Trouble:
        yield missing_frame(Missing(row.object, "damaged"))
        return
    with reader:
        yield head_frame(ObjectHead(row.object, offset, row.length - offset, row.length))
        at = offset
        while at < row.length:
            piece = reader.read(at, min(_PIECE, row.length - at))
            yield bytes(piece)
            at += len(piece)
