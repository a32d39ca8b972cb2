"""A `Header` as JSON and back: what the manifest carries and the desk's index keeps."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np

from record.trouble import Kind, Trouble
from viewer.dicom import header as kinds
from viewer.dicom.header import Header, Lut

ENTRIES = 65536


def to_json(header: Header) -> dict[str, Any]:
    """Plain dicts, lists, numbers, texts and None; values equal to their defaults are left out to keep it small."""
    value = _plain(header)
    assert isinstance(value, dict)
    return value


def from_json(value: dict[str, Any]) -> Header:
    """The inverse of `to_json`.

    Raises:
        Trouble: DAMAGED, where the JSON does not fit the fields of `Header`.
    """
    try:
        header = _built(Header, value)
    except (TypeError, ValueError, KeyError, AttributeError, zlib.error) as error:
        raise Trouble(
            "The description of an image is damaged.",
            "Synchronise the case again.",
            details=type(error).__name__,
            kind=Kind.DAMAGED,
        ) from error
    assert isinstance(header, Header)
    return header


def _plain(value: Any) -> Any:  # noqa: ANN401  any field of any of the frozen values
    if isinstance(value, Lut):
        return {"first": value.first, "bits": value.bits, "data": _folded(value.data), "explanation": value.explanation}
    if is_dataclass(value):
        named = ((one, getattr(value, one.name)) for one in fields(value))
        return {one.name: _plain(item) for one, item in named if item != one.default}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return dict(value)
    return value


def _folded(data: tuple[int, ...]) -> str:
    """A table of up to 65536 entries of 16 bits as text: neighbours' differences, which are small, packed (RFC 1950, RFC 4648)."""
    steps = np.diff(np.asarray(data, np.int64), prepend=0).astype("<u2")
    return b64encode(zlib.compress(steps.tobytes(), 9)).decode()


def _unfolded(text: str) -> tuple[int, ...]:
    machine = zlib.decompressobj()
    steps = np.frombuffer(machine.decompress(b64decode(text, validate=True), 2 * ENTRIES), "<u2")
    if machine.unconsumed_tail or not machine.eof:
        raise ValueError(len(steps))
    return tuple(np.cumsum(steps, dtype=np.uint16).tolist())


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, vars(kinds))


def _built(kind: Any, value: Any) -> Any:  # noqa: ANN401  a type hint and the JSON for it
    if kind is Lut:
        return Lut(int(value["first"]), int(value["bits"]), _unfolded(value["data"]), str(value["explanation"]))
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _built(hints[name], item) for name, item in value.items()})
    if isinstance(kind, UnionType):
        return None if value is None else _built(next(one for one in get_args(kind) if one is not NoneType), value)
    if get_origin(kind) is tuple:
        parts = get_args(kind)
        many = len(parts) == 2 and parts[1] is Ellipsis
        return tuple(_built(parts[0], one) for one in value) if many else tuple(map(_built, parts, value))
    if get_origin(kind) is dict:
        return {str(name): str(item) for name, item in value.items()}
    return _scalar(kind, value)


def _scalar(kind: Any, value: Any) -> Any:  # noqa: ANN401  str, int, float or bool, by the hint
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind):
        raise TypeError(kind)
    return value
