"""Whether the system lets the program hear and see (macOS asks the person; elsewhere it is always granted). Source: Qt, "Application
Permissions" (QMicrophonePermission, QCameraPermission); the sentences that macOS shows are in build.spec.
"""  # noqa: D205  one sentence each

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from PySide6.QtCore import QCameraPermission, QMicrophonePermission, QObject, Qt

if TYPE_CHECKING:
    from collections.abc import Callable

Permitted = Literal["microphone", "camera"]
Permission = QMicrophonePermission | QCameraPermission

PERMISSIONS: dict[Permitted, type[Permission]] = {"microphone": QMicrophonePermission, "camera": QCameraPermission}
REFUSED: dict[Permitted, tuple[str, str]] = {
    "microphone": (
        "The system does not let Overread use the microphone: nobody hears you.",
        "Allow it in the system's settings under Privacy & Security, Microphone, and restart Overread; till then, write or call.",
    ),
    "camera": (
        "The system does not let Overread use the camera: nobody sees you.",
        "Allow it in the system's settings under Privacy & Security, Camera, and restart Overread; sound goes on.",
    ),
}


class Application(Protocol):
    """What of Qt's application is asked."""

    def checkPermission(self, permission: Permission, /) -> Qt.PermissionStatus:  # noqa: N802  Qt's name
        """What stands now."""
        ...

    def requestPermission(self, permission: Permission, context: QObject, functor: Callable[[Permission], None], /) -> None:  # noqa: N802  Qt's name
        """Asks the person; the answer comes on the thread of `context`."""
        ...


def with_permission(
    application: Application, context: QObject, kind: Permitted, use: Callable[[], None], failed: Callable[[str, str], None]
) -> None:
    """Uses a device once the system allows it: at once where it does, after the person's answer where it is not known yet.

    Args:
        application: Qt's.
        context: lives on the thread on which `use` is wanted.
        kind: what is to be used.
        use: called where it is allowed.
        failed: told in two sentences where it is not.
    """
    permission = PERMISSIONS[kind]()

    def go(status: Qt.PermissionStatus) -> None:
        if status == Qt.PermissionStatus.Granted:
            use()
        else:
            failed(*REFUSED[kind])

    status = application.checkPermission(permission)
    if status == Qt.PermissionStatus.Undetermined:
        application.requestPermission(permission, context, lambda _answer: go(application.checkPermission(permission)))
    else:
        go(status)
