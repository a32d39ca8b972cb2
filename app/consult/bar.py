"""The call in the top bar: how long, how good, mute, camera, show, devices, end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.look.buttons import Button
from app.look.marks import Dot
from app.look.words import CutWords, Words
from viewer.screen.keys import Act, first_key

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance

    from app.consult.sentences import Dot as DotState


class CallState(QWidget):
    """The dot and "12:41, good connection"."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("consult-state")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 0, 0)
        row.setSpacing(7)
        self._dot, self.words = Dot(), CutWords("", "quiet", least=12)
        self.words.setObjectName("consult-state-words")
        self._recorded = Words("●  Recorded", "bad")
        self._recorded.setObjectName("consult-recorded")
        self._recorded.setAccessibleName("This consult is recorded")
        self._recorded.hide()
        row.addWidget(self._dot)
        row.addWidget(self.words)
        row.addWidget(self._recorded)

    def tell(self, dot: DotState, words: str) -> None:
        """The state in words."""
        self._dot.set_state(dot)
        self.words.setText(words)

    def mark(self, *, recorded: bool) -> None:
        """The mark that stands as long as the consult is recorded."""
        self._recorded.setVisible(recorded)


class CallBar(QWidget):
    """The buttons. Signals: `mute()`, `camera()`, `show_wanted()`, `devices_wanted()`, `end_wanted()`."""

    mute = Signal()
    camera = Signal()
    show_wanted = Signal()
    devices_wanted = Signal()
    end_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("consult-bar")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self.mute_button = self._button("Mute", "normal", "consult-mute", self.mute)
        self.camera_button = self._button("Camera", "normal", "consult-camera", self.camera)
        self.show_button = self._button("Show", "normal", "consult-show", self.show_wanted)
        self.devices_button = self._button(
            "", "plain", "consult-devices", self.devices_wanted, icon="gear", says="Microphone, loudspeaker, camera"
        )
        self._row.addSpacing(12)
        self.end_button = self._button("End…", "no", "consult-end", self.end_wanted, says="End the consult")
        self._showing, self._narrow, self._icons = False, False, False
        self.follow_keys()

    def follow_keys(self) -> None:
        """The keys of the table, where there is room for them."""
        for button, act in ((self.mute_button, Act.MUTE), (self.camera_button, Act.CAMERA), (self.show_button, Act.SHOW)):
            wanted = not self._narrow and not (act is Act.SHOW and self._showing)
            button.set_key(first_key(act) if wanted else "")
            button.setToolTip(first_key(act))

    def set_narrow(self, narrow: bool, *, icons: bool) -> None:
        """Whether the window leaves little room: the keys are then told by the tips alone; with very little, icons stand for words."""
        self._icons = icons
        self.end_button.set_face("" if icons else "End…", "close" if icons else "")
        if narrow != self._narrow:
            self._narrow = narrow
            self.follow_keys()

    def tell(self, *, muted: bool, camera_off: bool, showing: bool, may_show: bool) -> None:
        """How things stand; amber is what others see of an image, or what they cannot hear or see of oneself."""
        self._put(self.mute_button, "Muted" if muted else "Mute", "microphone", amber=muted, says="Let me be heard" if muted else "Mute")
        word, says = ("Camera off", "Camera on") if camera_off else ("Camera", "Camera off")
        self._put(self.camera_button, word, "video", amber=camera_off, says=says)
        word, says = ("Stop showing", "Stop showing") if showing else ("Show", "Show this viewport")
        self._put(self.show_button, word, "screen", amber=showing, says=says)
        if showing != self._showing:
            self._showing = showing
            self.follow_keys()
        self.show_button.setEnabled(showing or may_show)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """It is never cut."""
        return self.sizeHint()

    def _button(self, text: str, kind: str, name: str, signal: SignalInstance, *, icon: str = "", says: str = "") -> Button:
        button = Button(text, kind, name=name, icon=icon, says=says)  # type: ignore[arg-type]  # one of the kinds above
        button.clicked.connect(signal)
        self._row.addWidget(button)
        return button

    def _put(self, button: Button, text: str, icon: str, *, amber: bool, says: str) -> None:
        button.set_face("" if self._icons else text, icon if self._icons else "")
        button.set_kind("stop" if amber else "normal")
        button.setAccessibleName(says)
