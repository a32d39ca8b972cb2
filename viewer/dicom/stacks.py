"""One series into the stacks that belong together, by rules kept as a table (PS3.3 C.7.6.2, C.7.6.16, C.7.6.17).

Nothing is lost: each frame given is in exactly one stack, or listed as left out with its reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from viewer.dicom.geometry import DIRECTION_TOLERANCE, SAME_SPACING_MM, Ordering, Slice, order

if TYPE_CHECKING:
    from viewer.dicom.header import Frame, Header

FEW = 4  # so many parts are always allowed; more only where they hold two images each on average (radial series stay whole)
POSITION_DIGITS = 2  # of mm: what lies nearer is one position


@dataclass(frozen=True, slots=True)
class Stack:
    """Frames that are shown as one: in order, with a verdict of their own. `label` says what sets it apart, "" where it is all."""

    label: str
    ordering: Ordering


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A frame that is not shown, and why."""

    slice: Slice
    reason: str


@dataclass(frozen=True, slots=True)
class Split:
    """A series taken apart; stacks in the order of the rules, then of their first instance numbers."""

    stacks: tuple[Stack, ...]
    left_out: tuple[LeftOut, ...]


Key = Callable[[Sequence[Slice], Sequence["Header"]], list[Hashable]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: `word` names the part on screen, with `key`'s value or the part's number behind it.

    "always": images that differ never share a stack. "repeats": only where positions repeat, and only if it makes them repeat less.
    """

    word: str
    when: Literal["always", "repeats"]
    key: Key
    numbered: bool = False  # the part's number stands for a value that nobody wants to read


def split(headers: Sequence[Header]) -> Split:
    """The stacks of one series.

    Args:
        headers: its instances; `Slice.instance` of the result counts in them.
    """
    left_out, kept = _duplicates(headers)
    parts = _by_rules([rule for rule in RULES if rule.when == "always"], [("", kept)] if kept else [], headers)
    apart = [one for label, part in parts for one in _untangled(label, part, headers)]
    return Split(tuple(_stack(label, part, headers) for label, part in apart), left_out)


def _untangled(label: str, part: list[Slice], headers: Sequence[Header]) -> list[tuple[str, list[Slice]]]:
    """A part by the rules for positions that repeat, where some do."""
    if not _repeats(part, headers):
        return [(label, part)]
    return _by_rules([rule for rule in RULES if rule.when == "repeats"], [(label, part)], headers)


def _by_rules(rules: Sequence[Rule], parts: list[tuple[str, list[Slice]]], headers: Sequence[Header]) -> list[tuple[str, list[Slice]]]:
    for rule in rules:
        parts = [one for label, part in parts for one in _applied(rule, label, part, headers)]
    return parts


def _applied(rule: Rule, label: str, part: list[Slice], headers: Sequence[Header]) -> list[tuple[str, list[Slice]]]:
    """The parts of a part by one rule, or the part as it is."""
    before = _repeats(part, headers) if rule.when == "repeats" else 0
    if rule.when == "repeats" and not before:
        return [(label, part)]
    groups: dict[Hashable, list[Slice]] = {}
    for one, key in zip(part, rule.key(part, headers), strict=True):
        groups.setdefault(key, []).append(one)
    if len(groups) < 2 or len(groups) > max(FEW, len(part) // 2):
        return [(label, part)]
    if rule.when == "repeats" and sum(_repeats(one, headers) for one in groups.values()) >= before:
        return [(label, part)]
    names = range(1, len(groups) + 1) if rule.numbered else groups
    return [(", ".join(filter(None, (label, f"{rule.word} {name}"))), one) for name, one in zip(names, groups.values(), strict=True)]


def _stack(label: str, part: list[Slice], headers: Sequence[Header]) -> Stack:
    """A part judged by itself: its frames as instances of one frame each, then under their own numbers again."""
    found = order([_single(headers[one.instance], one.frame) for one in part])
    return Stack(label, replace(found, slices=tuple(part[one.instance] for one in found.slices)))


def _single(header: Header, frame: int) -> Header:
    return header if len(header.frames) == 1 else replace(header, frames=(header.frames[frame],))


def _duplicates(headers: Sequence[Header]) -> tuple[tuple[LeftOut, ...], list[Slice]]:
    """An instance that came twice (the same SOP Instance UID) is shown once; images that only lie at one place are not duplicates.

    Some senders give one UID to different images (copies of a phantom, screenshots): where place, size or number differ both are shown.
    """
    left_out, kept = [], []
    seen: set[Hashable] = set()
    for index, header in enumerate(headers):
        slices = [Slice(index, frame) for frame in range(len(header.frames))]
        same = (
            header.sop_instance_uid,
            header.instance_number,
            header.pixels and (header.pixels.rows, header.pixels.columns),
            _places(header),
        )
        if header.sop_instance_uid and same in seen:
            left_out += [LeftOut(one, "the same image came twice") for one in slices]
        else:
            kept += slices
        seen.add(same)
    return tuple(left_out), sorted(kept, key=lambda one: (headers[one.instance].instance_number or 0, one.instance, one.frame))


def _places(header: Header) -> Hashable:
    return tuple((one.position, one.row_direction, one.column_direction) for one in header.frames)


def _repeats(part: Sequence[Slice], headers: Sequence[Header]) -> int:
    """How many frames lie where another one already does; frames without a position repeat nothing."""
    places = Counter(
        (round(place[0], POSITION_DIGITS), round(place[1], POSITION_DIGITS), round(place[2], POSITION_DIGITS))
        for place in (headers[one.instance].frames[one.frame].position for one in part)
        if place is not None
    )
    return sum(places.values()) - len(places)


def _of_header(read: Callable[[Header], Hashable]) -> Key:
    return lambda part, headers: [read(headers[one.instance]) for one in part]


def _of_frame(name: str, *extras: str) -> Key:
    """A dimension of the frame (`Frame.dimensions`), else the first of the instance's attributes that is there."""

    def read(header: Header, frame: Frame) -> Hashable:
        own = dict(one.split("=", 1) for one in frame.dimensions).get(name)
        return own if own is not None else next((header.extra[one] for one in extras if one in header.extra), "")

    return lambda part, headers: [read(headers[one.instance], headers[one.instance].frames[one.frame]) for one in part]


def _type(part: Sequence[Slice], headers: Sequence[Header]) -> list[Hashable]:
    """Frame Type of the frame, else Image Type: magnitude and phase, original and derived."""
    own = _of_frame("FrameType")(part, headers)
    return [frame or "\\".join(headers[one.instance].image_type) for frame, one in zip(own, part, strict=True)]


def _of_slice(read: Callable[[Header], Hashable]) -> Key:
    """As `_of_header`, of images that lie in the patient; radiographs of one series stay together whatever their size."""
    return lambda part, headers: [
        None if headers[one.instance].frames[one.frame].position is None else read(headers[one.instance]) for one in part
    ]


def _cine(part: Sequence[Slice], headers: Sequence[Header]) -> list[Hashable]:
    """Each film by itself: an instance of several frames that lie nowhere in the patient."""
    return [
        one.instance if len(headers[one.instance].frames) > 1 and headers[one.instance].frames[one.frame].position is None else -1
        for one in part
    ]


def _plane(part: Sequence[Slice], headers: Sequence[Header]) -> list[Hashable]:
    """The number of the orientation, within the tolerance of a volume; -1 where there is none."""
    found: list[np.ndarray] = []

    def number(frame: Frame) -> int:
        if frame.row_direction is None or frame.column_direction is None:
            return -1
        both = np.array((*frame.row_direction, *frame.column_direction))
        for index, other in enumerate(found):
            if float(np.abs(both - other).max()) <= DIRECTION_TOLERANCE:
                return index
        found.append(both)
        return len(found) - 1

    return [number(headers[one.instance].frames[one.frame]) for one in part]


def _pixel_size(header: Header) -> Hashable:
    spacing = header.spacing
    if spacing.row_mm is None or spacing.column_mm is None:
        return None
    return round(spacing.row_mm / SAME_SPACING_MM / 2), round(spacing.column_mm / SAME_SPACING_MM / 2)


def _turn(part: Sequence[Slice], headers: Sequence[Header]) -> list[Hashable]:
    """Which time round: the number of frames met before at the same position. Only where every position comes equally often."""
    seen: Counter[Hashable] = Counter()
    turns: list[Hashable] = []
    for one in part:
        place = headers[one.instance].frames[one.frame].position
        key = None if place is None else tuple(round(number, POSITION_DIGITS) for number in place)
        seen[key] += 1
        turns.append(seen[key])
    return turns if len(set(seen.values())) == 1 else [0] * len(part)


# From what never goes together to what only matters where images lie on each other.
def _projection(header: Header) -> str:
    """Side and view of a mammogram; views of a breast are hung apart, whatever series they came in (PS3.3 C.8.11.7)."""
    return f"{header.laterality} {header.view_position}".strip() if header.modality == "MG" else ""


RULES: tuple[Rule, ...] = (
    Rule("film", "always", _cine, numbered=True),
    Rule("localizer", "always", _of_header(lambda header: "LOCALIZER" in header.image_type), numbered=True),
    Rule("colour", "always", _of_header(lambda header: header.pixels is not None and header.pixels.samples > 1), numbered=True),
    Rule("frame of reference", "always", _of_slice(lambda header: header.frame_of_reference_uid), numbered=True),
    Rule("view", "always", _of_header(_projection)),
    Rule("plane", "always", _plane, numbered=True),
    Rule("size", "always", _of_slice(lambda header: header.pixels and f"{header.pixels.columns} × {header.pixels.rows}")),
    Rule("pixel spacing", "always", _of_slice(_pixel_size), numbered=True),
    Rule("stack", "always", _of_frame("StackID")),
    Rule("segment", "repeats", _of_frame("ReferencedSegmentNumber")),
    Rule("quantity", "repeats", _of_frame("LUTLabel")),
    Rule("interval", "repeats", _of_frame("RRIntervalVector")),
    Rule("gate", "repeats", _of_frame("TimeSlotVector")),
    Rule("energy window", "repeats", _of_frame("EnergyWindowVector")),
    Rule("echo", "repeats", _of_frame("EffectiveEchoTime", "EchoTime", "EchoNumbers")),
    Rule("b", "repeats", _of_frame("DiffusionBValue", "DiffusionBValue")),
    Rule("direction", "repeats", _of_frame("DiffusionGradientOrientation", "DiffusionGradientOrientation"), numbered=True),
    Rule("phase", "repeats", _of_frame("NominalCardiacTriggerDelayTime", "TriggerTime")),
    Rule("time", "repeats", _of_frame("TemporalPositionIndex", "TemporalPositionIdentifier")),
    Rule("type", "repeats", _type),
    Rule("acquisition", "repeats", _of_header(lambda header: header.acquisition_number)),
    Rule("acquisition time", "repeats", _of_frame("AcquisitionTime", "AcquisitionTime"), numbered=True),
    Rule("turn", "repeats", _turn),
)
