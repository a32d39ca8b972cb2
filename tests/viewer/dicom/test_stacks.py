"""Series into stacks: what belongs together stays together, and every image is shown or listed."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from viewer.dicom.header import Frame, Header, Spacing
from viewer.dicom.image import open_image
from viewer.dicom.stacks import RULES, split

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from viewer.dicom.stacks import Split

AXIAL, CORONAL = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)), ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0))


def at(height: float, plane: tuple[Any, Any] = AXIAL, **more: Any) -> Frame:
    position = (0.0, 0.0, height) if plane is AXIAL else (0.0, height, 0.0)
    return Frame(position=position, row_direction=plane[0], column_direction=plane[1], **more)


def told(found: Split) -> list[tuple[str, int, str]]:
    return [(one.label, len(one.ordering.slices), one.ordering.verdict) for one in found.stacks]


def whole(found: Split, headers: list[Header]) -> None:
    """Shown and left out are what was received."""
    shown = [(one.instance, one.frame) for stack in found.stacks for one in stack.ordering.slices]
    listed = [(one.slice.instance, one.slice.frame) for one in found.left_out]
    assert sorted(shown + listed) == [(index, frame) for index, one in enumerate(headers) for frame in range(len(one.frames))]


@pytest.fixture
def series(header: Callable[..., Header]) -> Callable[..., list[Header]]:
    """Instances from (frame, fields) in a mixed order, each with a number and a UID."""

    def make(*rows: tuple[Frame, dict[str, Any]]) -> list[Header]:
        made = [
            header(**{"frame": frame, "instance_number": n, "sop_instance_uid": f"2.25.{n}"} | more) for n, (frame, more) in enumerate(rows)
        ]
        random.Random(2).shuffle(made)  # noqa: S311  repeatable, not secret
        return made

    return make


def turned(step: int) -> tuple[Any, Any]:
    """A plane turned about the first axis."""
    angle = step / 20
    return (1.0, 0.0, 0.0), (0.0, math.cos(angle), math.sin(angle))


NOTHING: dict[str, Any] = {}
CASES: list[tuple[str, list[tuple[Frame, dict[str, Any]]], list[tuple[str, int, str]]]] = [
    ("one volume", [(at(h), {}) for h in range(5)], [("", 5, "volume")]),
    (
        "a localizer among axial slices",
        [(at(h, CORONAL), {"image_type": ("ORIGINAL", "PRIMARY", "LOCALIZER")}) for h in range(2)] + [(at(h), {}) for h in range(5)],
        [("localizer 1", 2, "volume"), ("localizer 2", 5, "volume")],
    ),
    (
        "two planes",
        [(at(h, CORONAL), NOTHING) for h in range(3)] + [(at(h), NOTHING) for h in range(4)],
        [("plane 1", 3, "volume"), ("plane 2", 4, "volume")],
    ),
    (
        "two sizes",
        [(at(h), {"pixels": {"rows": 8}}) for h in range(3)] + [(at(h), {}) for h in range(3, 6)],
        [("size 6 × 8", 3, "volume"), ("size 6 × 4", 3, "volume")],
    ),
    (
        "two spacings",
        [(at(h), {"spacing": Spacing(2.0, 2.0, "mm")}) for h in range(3)] + [(at(h), {}) for h in range(3, 6)],
        [("pixel spacing 1", 3, "volume"), ("pixel spacing 2", 3, "volume")],
    ),
    (
        "two echoes",
        [(at(h), {"extra": {"EchoTime": echo}}) for h in range(4) for echo in ("10", "80")],
        [("echo 10", 4, "volume"), ("echo 80", 4, "volume")],
    ),
    (
        "b-values, one of them in three directions",
        [(at(h), {"extra": {"DiffusionBValue": "0"}}) for h in range(4)]
        + [(at(h), {"extra": {"DiffusionBValue": "1000", "DiffusionGradientOrientation": d}}) for h in range(4) for d in "xyz"],
        [("b 0", 4, "volume"), *((f"b 1000, direction {number}", 4, "volume") for number in (1, 2, 3))],
    ),
    (
        "time points",
        [(at(h), {"extra": {"TemporalPositionIdentifier": str(t)}}) for t in (1, 2, 3) for h in range(4)],
        [(f"time {t}", 4, "volume") for t in (1, 2, 3)],
    ),
    (
        "time points that nobody has written down",
        [(at(h), {}) for _ in range(3) for h in range(4)],
        [(f"turn {t}", 4, "volume") for t in (1, 2, 3)],
    ),
    ("a value that differs but tells nothing apart", [(at(h), {"extra": {"EchoTime": str(h)}}) for h in range(4)], [("", 4, "volume")]),
    ("acquisitions side by side", [(at(h), {"acquisition_number": h // 2}) for h in range(4)], [("", 4, "volume")]),
    (
        "acquisitions on each other",
        [(at(h % 3), {"acquisition_number": h // 3}) for h in range(6)],
        [("acquisition 0", 3, "volume"), ("acquisition 1", 3, "volume")],
    ),
    ("a gap", [(at(h), {}) for h in (0, 1, 2, 4, 5)], [("", 5, "stack")]),
    ("one image too many", [(at(h), {}) for h in (0, 1, 1, 2)], [("", 4, "stack")]),
    ("turned about an axis", [(at(0, turned(n)), {}) for n in range(12)], [("", 12, "stack")]),
    (
        "radiographs of different sizes",
        [(Frame(), {"pixels": {"rows": rows}, "frame_of_reference_uid": f"1.{rows}"}) for rows in (4, 8)],
        [("", 2, "stack")],
    ),
    (
        "films",
        [(Frame(), {"frames": (Frame(),) * 3}), (Frame(), {"frames": (Frame(),) * 5}), (Frame(), NOTHING)],
        [("film 1", 3, "stack"), ("film 2", 5, "stack"), ("film 3", 1, "stack")],
    ),
]


@pytest.mark.parametrize(("rows", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_stacks(series: Callable[..., list[Header]], rows: list[tuple[Frame, dict[str, Any]]], expected: list[Any]) -> None:
    headers = series(*rows)
    found = split(headers)
    whole(found, headers)
    assert told(found) == expected


def test_frames_of_one_instance_are_set_apart_by_their_dimensions(header: Callable[..., Header]) -> None:
    frames = tuple(at(h, dimensions=(f"DiffusionBValue={b}",)) for b in (0, 500) for h in range(3))
    found = split([header(frames=frames)])
    assert told(found) == [("b 0", 3, "volume"), ("b 500", 3, "volume")]
    assert [one.frame for one in found.stacks[1].ordering.slices] == [3, 4, 5]


def test_an_image_that_came_twice_is_shown_once_and_listed(series: Callable[..., list[Header]]) -> None:
    headers = series(*((at(h), {}) for h in range(3)))
    twice = [*headers, replace(headers[1])]
    found = split(twice)
    whole(found, twice)
    assert told(found) == [("", 3, "volume")]
    assert [(one.slice.instance, one.reason) for one in found.left_out] == [(3, "the same image came twice")]


def test_different_images_under_one_uid_are_all_shown(series: Callable[..., list[Header]]) -> None:
    headers = [replace(one, sop_instance_uid="2.25.1") for one in series(*((at(h), {}) for h in range(3)))]
    found = split(headers)
    whole(found, headers)
    assert told(found) == [("", 3, "volume")]
    assert found.left_out == ()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # the maker keeps nothing
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.0, 1.0, 2.0, 2.5]),
            st.sampled_from([AXIAL, CORONAL, None]),
            st.sampled_from(["", "10", "20"]),
            st.integers(1, 3),
            st.integers(0, 6),
        ),
        max_size=14,
    )
)
def test_whatever_comes_is_shown_or_listed(header: Callable[..., Header], rows: list[tuple[float, Any, str, int, int]]) -> None:
    headers = [
        header(
            frames=(Frame() if plane is None else at(height, plane),) * frames,
            sop_instance_uid=f"2.25.{uid}",
            extra={"EchoTime": echo} if echo else {},
        )
        for height, plane, echo, frames, uid in rows
    ]
    found = split(headers)
    whole(found, headers)
    assert all(one.ordering.slices for one in found.stacks)


def test_each_rule_has_its_own_word() -> None:
    assert max(Counter(rule.word for rule in RULES).values()) == 1


@pytest.mark.corpus("series", "multiframe")
def test_the_corpus_is_shown_whole(dev_data: Path) -> None:
    found: dict[str, list[Header]] = {}
    for path in [*(dev_data / "series").rglob("*.dcm"), *(dev_data / "multiframe").rglob("*.dcm")]:
        header = open_image(path.read_bytes()).header
        found.setdefault(header.series_instance_uid, []).append(header)
    parts = {uid: split(many) for uid, many in found.items()}
    for uid, many in found.items():
        whole(parts[uid], many)
    assert any(len(one.stacks) > 1 for one in parts.values())
    assert sum(stack.ordering.verdict == "volume" for one in parts.values() for stack in one.stacks) >= 20
