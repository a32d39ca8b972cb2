"""A `Header` as JSON and back: what the manifest carries and the desk's index keeps."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np

from record.trouble import Kind, Trouble
from viewer.dicom import header as kinds
from viewer.dicom.header import Header, Lut

ENTRIES = 65536
SIMPLE = frozenset((str, int, float, bool, NoneType))
Builder = Callable[[Any], Any]


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
        header = _builder(Header)(value)
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
    kind = type(value)
    if kind in SIMPLE:
        return value
    if kind is Lut:
        return {"first": value.first, "bits": value.bits, "data": _folded(value.data), "explanation": value.explanation}
    if is_dataclass(kind):
        named = ((name, default, getattr(value, name)) for name, default in _defaults(kind))
        return {name: _plain(item) for name, default, item in named if item is not default and item != default}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return dict(value)
    return value


@cache
def _defaults(kind: type) -> tuple[tuple[str, Any], ...]:
    return tuple((one.name, one.default) for one in fields(kind))


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
def _builder(kind: Any) -> Builder:  # noqa: ANN401  a type hint
    """What makes a value of that hint from its JSON; worked out once, as a case holds thousands of headers."""
    if kind is Lut:
        return lambda value: Lut(int(value["first"]), int(value["bits"]), _unfolded(value["data"]), str(value["explanation"]))
    if is_dataclass(kind) and isinstance(kind, type):
        return _fields_builder(kind)
    if isinstance(kind, UnionType):
        inner = _builder(next(one for one in get_args(kind) if one is not NoneType))
        return lambda value: None if value is None else inner(value)
    if get_origin(kind) is tuple:
        return _tuple_builder(get_args(kind))
    if get_origin(kind) is dict:
        return lambda value: {str(name): str(item) for name, item in value.items()}
    return _float if kind is float else _scalar_builder(kind)


def _fields_builder(kind: type) -> Builder:
    builders = {name: _builder(hint) for name, hint in get_type_hints(kind, vars(kinds)).items()}
    return lambda value: kind(**{name: builders[name](item) for name, item in value.items()})


def _tuple_builder(parts: tuple[Any, ...]) -> Builder:
    builders = [_builder(one) for one in parts if one is not Ellipsis]
    if len(builders) < len(parts):
        (each,) = builders
        return lambda value: tuple(map(each, value))
    return lambda value: tuple(build(one) for build, one in zip(builders, value, strict=False))


def _scalar_builder(kind: type) -> Builder:
    def build(value: Any) -> Any:  # noqa: ANN401  str, int or bool, by the hint
        if not isinstance(value, kind):
            raise TypeError(kind)
        return value

    return build


def _float(value: Any) -> float:  # noqa: ANN401  a number of JSON, as one writes a whole one without a point
    if isinstance(value, float):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    raise TypeError(float)
