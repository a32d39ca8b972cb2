"""The consult's small sheets: a question to be sure, what is shown, the devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from app.look.buttons import Button
from app.look.choice import Choice, Pick
from app.look.fields import Field
from app.look.sheet import Sheet
from app.look.words import Words, heading

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.consult.call import Call
    from app.consult.session import DeviceKind

WORDS_FOR: dict[DeviceKind, str] = {"microphone": "Microphone", "loudspeaker": "Loudspeaker", "camera": "Camera"}


class SureSheet(Sheet):
    """A question before something that cannot be taken back. Signals: `sure(reason)`, `other()` the second way out."""

    sure = Signal(str)
    other = Signal()

    def __init__(
        self, over: QWidget, title: str, sentence: str, act: str, *, name: str, stay: str, reason: str = "", other: str = ""
    ) -> None:
        super().__init__(over, title, name=name, width=460)
        self.body.addWidget(Words(sentence, "quiet", wrap=True))
        self._reason = Field(f"{name}-reason", reason, hint=reason)
        self._reason.setMaxLength(400)
        self._reason.setVisible(bool(reason))
        self._reason.returnPressed.connect(self._do)
        self.body.addWidget(self._reason)
        self.act = Button(act, "go", name=f"{name}-sure")
        self.act.clicked.connect(self._do)
        back = Button(stay, "plain", name=f"{name}-stay")
        back.clicked.connect(self.close_sheet)
        self.actions.addWidget(self.act)
        if other:
            second = Button(other, "normal", name=f"{name}-other")
            second.clicked.connect(self._other)
            self.actions.addWidget(second)
        self.actions.addStretch()
        self.actions.addWidget(back)

    def _do(self) -> None:
        self.close_sheet()
        self.sure.emit(self._reason.text().strip())

    def _other(self) -> None:
        self.close_sheet()
        self.other.emit()


class ShowSheet(Sheet):
    """Whether name and number go along. Signals: `chosen(identity)`."""

    chosen = Signal(bool)

    def __init__(self, over: QWidget, to: str, *, still: bool = False) -> None:
        super().__init__(over, "Send a still picture" if still else "Show this viewport", name="consult-show-sheet", width=460)
        live = f"{to} see this viewport live until you stop, and never the rest of the screen."
        once = f"{to} get this viewport once, without loss, to point at and talk about."
        self.body.addWidget(Words(once if still else live, "quiet", wrap=True))
        without = Pick("Without name and number", name="show-without")
        self._with = Pick("With name and number", name="show-with")
        without.setChecked(True)
        self.body.addWidget(without)
        self.body.addWidget(self._with)
        burnt = "Only the words that this program writes are left out. What is burnt into the pixels of an image stays: look at it first."
        self.body.addWidget(Words(burnt, "warn", wrap=True))
        go = Button("Send" if still else "Show", "go", name="show-go")
        go.clicked.connect(self._choose)
        back = Button("Not now", "plain", name="show-not")
        back.clicked.connect(self.close_sheet)
        self.actions.addWidget(go)
        self.actions.addStretch()
        self.actions.addWidget(back)

    def first_focus(self) -> QWidget | None:
        """Enter shows."""
        return self.findChild(Button, "show-go")

    def _choose(self) -> None:
        identity = self._with.isChecked()
        self.close_sheet()
        self.chosen.emit(identity)


class DevicesSheet(Sheet):
    """Which microphone, loudspeaker and camera; follows what is plugged in and out."""

    def __init__(self, over: QWidget, call: Call) -> None:
        super().__init__(over, "Sound and camera", name="consult-devices-sheet", width=460)
        self._call, self._choices = call, {}
        for kind, words in WORDS_FOR.items():
            choice = self._choices[kind] = Choice(f"device-{kind}", words)
            choice.activated.connect(lambda at, which=kind: self._use(which, at))
            self.body.addWidget(heading(words))
            self.body.addWidget(choice)
        self._missing = Words("What you plug in is found by itself.", "quiet", wrap=True)
        self.body.addWidget(self._missing)
        done = Button("Done", "go", name="devices-done")
        done.clicked.connect(self.close_sheet)
        self.actions.addWidget(done)
        self.actions.addStretch()
        call.devices.connect(self.follow)
        self.follow()

    _choices: dict[DeviceKind, Choice]

    def follow(self) -> None:
        """The devices as they are now."""
        for kind, choice in self._choices.items():
            found = [each for each in self._call.known_devices.devices if each.kind == kind]
            choice.clear()
            for each in found:
                choice.addItem(each.name, each.id)
            choice.setCurrentIndex(next((n for n, each in enumerate(found) if each.used), 0 if found else -1))
            choice.setEnabled(bool(found))
            choice.setPlaceholderText(f"No {WORDS_FOR[kind].lower()} is connected")
        self._missing.setVisible(any(self._call.has_no(kind) for kind in WORDS_FOR))

    def _use(self, kind: DeviceKind, at: int) -> None:
        self._call.use(kind, str(self._choices[kind].itemData(at)))
