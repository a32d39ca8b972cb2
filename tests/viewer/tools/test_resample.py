from __future__ import annotations

import numpy as np
import pytest

from viewer.tools.resample import Plane, Volume


def volume() -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    k, j, i = np.mgrid[0:8, 0:10, 0:12]
    return np.ascontiguousarray((100 * k + 10 * j + i).astype(np.int16))


def affine() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    made = np.diag([0.5, 0.5, 2.0, 1.0])
    made[:3, 3] = (-3, -2, 40)
    return made


def test_an_axial_plane_is_the_slice_itself() -> None:
    values = volume()
    cut = Volume(values, affine()).cut(Plane((-3, -2, 40 + 2 * 3), (1, 0, 0), (0, 1, 0), 0.5, rows=10, columns=12))
    np.testing.assert_array_equal(cut, values[3])


def test_a_coronal_plane_lies_where_the_millimetres_say() -> None:
    values = volume()
    cut = Volume(values, affine()).cut(Plane((-3, -2 + 0.5 * 4, 40 + 14), (1, 0, 0), (0, 0, -1), 0.5, rows=29, columns=12))
    np.testing.assert_array_equal(cut[::4], values[::-1, 4, :])
    np.testing.assert_allclose(cut[1].astype(float), values[7, 4] - 25, atol=0.51)  # a quarter of the way down


def test_an_oblique_plane_gives_the_plane_s_own_values() -> None:
    values = volume()
    turned = np.sqrt(0.5)
    plane = Plane((-2, -1, 44), (turned, turned, 0), (0, 0, 1), 0.5, rows=6, columns=5)
    cut = Volume(values, affine()).cut(plane).astype(float)
    for row in range(6):
        for column in range(5):
            x, y, z = -2 + turned * 0.5 * column, -1 + turned * 0.5 * column, 44 + 0.5 * row
            want = 100 * (z - 40) / 2 + 10 * (y + 2) / 0.5 + (x + 3) / 0.5
            assert cut[row, column] == pytest.approx(want, abs=1)


def test_a_slab_shows_the_largest_smallest_or_mean() -> None:
    values = np.zeros((9, 10, 12), np.int16)
    values[4, 5, 6] = 1000
    cut = Volume(values, np.eye(4)).cut
    found = {
        mode: cut(Plane((0, 0, 4), (1, 0, 0), (0, 1, 0), 1.0, rows=10, columns=12, slab_mm=5.0, mode=mode))[5, 6]
        for mode in ("mip", "minip", "average")
    }
    assert found == {"mip": 1000, "minip": 0, "average": 200}


def test_outside_the_volume_is_its_smallest_value() -> None:
    cut = Volume(volume() - np.int16(1000), affine()).cut(Plane((500, 500, 500), (1, 0, 0), (0, 1, 0), 1.0, rows=3, columns=3))
    assert (cut == -1000).all()
