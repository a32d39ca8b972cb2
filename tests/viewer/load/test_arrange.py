from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.viewer.load.made import Source, from_files, header, stack
from viewer.load.arrange import arrange
from viewer.load.series import FrameRef

if TYPE_CHECKING:
    from pathlib import Path


def test_images_are_ordered_by_position_not_by_number() -> None:
    headers = [header(n, instance_number=9 - n) for n in (2, 0, 1)]
    (made,) = arrange("s", "S", headers, [(FrameRef("o", n, 1, "blosc2"),) for n in range(3)])
    assert [made.header(n).sop_instance_uid for n in range(3)] == ["1.2.3.0", "1.2.3.1", "1.2.3.2"]
    assert made.is_volume


def test_two_planes_become_two_stacks_and_no_image_is_lost() -> None:
    axial = [header(n) for n in range(4)]
    frame = axial[0].frames[0]
    places = [(-8.0, 2.0 * n, 0.0) for n in range(3)]
    frames = [replace(frame, position=place, column_direction=(0.0, 0.0, -1.0)) for place in places]
    coronal = [replace(header(10 + n), frames=(one,)) for n, one in enumerate(frames)]
    headers = [axial[0], coronal[1], *axial[1:], coronal[0], coronal[2]]
    made = arrange("s", "S", headers, [(FrameRef("o", n, 1, "blosc2"),) for n in range(7)])
    assert sorted(one.count for one in made) == [3, 4]
    assert sorted(one.header(n).sop_instance_uid for one in made for n in range(one.count)) == sorted(h.sop_instance_uid for h in headers)
    assert all(one.is_volume for one in made)
    assert len({one.key for one in made}) == 2


def test_two_echoes_become_two_volumes_and_an_image_that_came_twice_is_listed() -> None:
    headers = [replace(header(n), sop_instance_uid=f"2.25.{n}{echo}", extra={"EchoTime": echo}) for echo in ("10", "80") for n in range(3)]
    headers.append(headers[0])
    made = arrange("s", "S", headers, [(FrameRef("o", n, 1, "blosc2"),) for n in range(7)])
    assert [(one.label, one.count, one.is_volume) for one in made] == [("S, echo 10", 3, True), ("S, echo 80", 3, True)]
    assert [place.instance for one in made for place in one.left_out] == [6]


def test_each_image_keeps_its_own_bytes() -> None:
    source = Source()
    made = stack(source, 5)
    for n in range(5):
        assert made.ref(n).object_id == f"s-{n}"
        assert made.header(n).instance_number == n + 1


def test_a_real_chest_is_a_volume(dev_data: Path) -> None:
    source = Source()
    made = from_files(source, sorted((dev_data / "series/ct-chest").glob("*.dcm"))[:12], "chest")
    assert made.is_volume, made.verdict
    heights = [place[2] for n in range(made.count) if (place := made.frame(n).position)]
    assert heights == sorted(heights)
