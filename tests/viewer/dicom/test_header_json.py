"""Headers as JSON: everything comes back, tables take little room, what does not fit is refused."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from record.trouble import Kind, Trouble
from viewer.dicom.header import ColourProfile, Frame, Header, Lut, Overlay, Palette, Shutter, Suv
from viewer.dicom.header_json import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Callable


def whole(header: Callable[..., Header]) -> Header:
    table = Lut(-5, 12, (0, 7, 4095, 3), "bone")
    return header(
        frame=Frame(dimensions=("StackID=1",), time_ms=3.0),
        pixels={"padding": -2000, "padding_limit": -1990},
        modality_lut=table,
        voi_luts=(table, table),
        palette=Palette(table, table, table),
        overlays=(Overlay(0x6000, 2, 3, -1, 5, label="mark", bit=12, offset=9, length=8),),
        shutters=(Shutter("CIRCULAR", (1, 2, 3)),),
        shutter_grey=1.0,
        suv=Suv(None, "the dose is missing"),
        profile=ColourProfile(4, 5),
    )


def test_everything_comes_back(header: Callable[..., Header]) -> None:
    made = whole(header)
    assert from_json(json.loads(json.dumps(to_json(made)))) == made


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # the maker keeps nothing
@given(st.lists(st.integers(0, 65535), max_size=300), st.integers(-32768, 65535), st.integers(1, 16))
def test_any_table_comes_back(header: Callable[..., Header], data: list[int], first: int, bits: int) -> None:
    made = header(modality_lut=Lut(first, bits, tuple(data)))
    assert from_json(to_json(made)) == made


def test_a_table_of_every_value_takes_little_room(header: Callable[..., Header]) -> None:
    curve = tuple(round(65535 * (n / 65535) ** 0.5) for n in range(65536))
    assert len(json.dumps(to_json(header(voi_luts=(Lut(0, 16, curve),))))) < 20_000


@pytest.mark.parametrize(
    "data", ["", "no base 64!", b64encode(b"not packed").decode(), b64encode(zlib.compress(bytes(2 * 65536 + 2))).decode(), 5, [1, 2]]
)
def test_a_table_that_does_not_fit_is_damaged(header: Callable[..., Header], data: Any) -> None:
    plain = to_json(header(modality_lut=Lut(0, 8, (1, 2))))
    plain["modality_lut"]["data"] = data
    with pytest.raises(Trouble) as caught:
        from_json(plain)
    assert caught.value.kind is Kind.DAMAGED
