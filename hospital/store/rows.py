"""A row's value as the columns that it fills."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def columns(value: DataclassInstance) -> dict[str, Any]:
    """Name and value of each field; the names are the table's columns."""
    return {one.name: getattr(value, one.name) for one in fields(value)}
