"""Microphone and camera are used only where the system allows it; where it does not, two sentences say so and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCameraPermission, QMicrophonePermission, QObject, Qt

from app.consult.media.permissions import REFUSED, with_permission

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.consult.media.permissions import Permission, Permitted

Status = Qt.PermissionStatus


class Asked:
    """A system that answers as a test says."""

    def __init__(self, now: Status, after: Status = Status.Undetermined) -> None:
        self.now, self.after = now, after
        self.requests: list[Permission] = []
        self.answer: Callable[[], None] = lambda: None

    def checkPermission(self, _permission: Permission, /) -> Status:  # noqa: N802  Qt's name
        return self.now

    def requestPermission(self, permission: Permission, _context: QObject, functor: Callable[[Permission], None], /) -> None:  # noqa: N802  Qt's name
        self.requests.append(permission)

        def answer() -> None:
            self.now = self.after
            functor(permission)

        self.answer = answer


def tried(asked: Asked, kind: Permitted) -> list[object]:
    happened: list[object] = []
    with_permission(asked, QObject(), kind, lambda: happened.append("used"), lambda *said: happened.append(said))
    return happened


@pytest.mark.parametrize("kind", ["microphone", "camera"])
def test_what_is_granted_is_used_at_once_and_nobody_is_asked(kind: Permitted) -> None:
    asked = Asked(Status.Granted)
    assert tried(asked, kind) == ["used"]
    assert asked.requests == []


@pytest.mark.parametrize("kind", ["microphone", "camera"])
def test_what_is_denied_is_not_used_and_said(kind: Permitted) -> None:
    asked = Asked(Status.Denied)
    assert tried(asked, kind) == [REFUSED[kind]]
    assert asked.requests == []


@pytest.mark.parametrize(("after", "kind"), [(Status.Granted, "microphone"), (Status.Denied, "camera")])
def test_what_is_not_known_waits_for_the_answer(after: Status, kind: Permitted) -> None:
    asked = Asked(Status.Undetermined, after)
    happened = tried(asked, kind)
    assert happened == []
    assert isinstance(asked.requests[0], QMicrophonePermission if kind == "microphone" else QCameraPermission)
    asked.answer()
    assert happened == (["used"] if after == Status.Granted else [REFUSED[kind]])
