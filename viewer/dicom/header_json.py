"""A `Header` as JSON and back: what the manifest carries and the desk's index keeps."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from record.trouble import Kind, Trouble
from viewer.dicom import header as kinds
from viewer.dicom.header import Header


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
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise Trouble(
            "The description of an image is damaged.",
            "Synchronise the case again.",
            details=type(error).__name__,
            kind=Kind.DAMAGED,
        ) from error
    assert isinstance(header, Header)
    return header


def _plain(value: Any) -> Any:  # noqa: ANN401  any field of any of the frozen values
    if is_dataclass(value):
        named = ((one, getattr(value, one.name)) for one in fields(value))
        return {one.name: _plain(item) for one, item in named if item != one.default}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return dict(value)
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, vars(kinds))


def _built(kind: Any, value: Any) -> Any:  # noqa: ANN401  a type hint and the JSON for it
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
