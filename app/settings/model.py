"""The settings of the desk: one typed model; policy (set by IT) over the person's own choice over the default."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

Source = Literal["policy", "you", "default"]
FILE = "settings.json"


class Values(BaseModel):
    """Every setting: its type, its default, and the sentence that people read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    theme: Literal["dark", "light"] = Field(default="dark", title="Theme", description="Dark for reading rooms, light for bright ones.")
    text_percent: int = Field(default=100, ge=100, le=200, title="Size of text", description="Everything that holds text grows with it.")
    idle_lock_minutes: int = Field(default=10, ge=1, le=120, title="Lock when idle", description="After so long without any touch.")
    lock_with_screen: bool = Field(default=True, title="Lock with the screen", description="The desk locks with the computer's screen.")
    image_memory_mb: int = Field(default=2048, ge=256, le=65536, title="Memory for images", description="For all opened images.")
    draw_by: Literal["automatic", "processor", "graphics"] = Field(
        default="automatic", title="Drawing of images", description="By the processor, or by the graphics card where the screen is large."
    )
    worker_processes: int = Field(default=2, ge=1, le=16, title="Workers", description="Processes that read files from outside.")
    keys: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, title="Keys", description="Your own keys: the name of an act, and the keys that start it."
    )
    log_level: Literal["warning", "info", "debug"] = Field(
        default="info", title="Log", description="How much the log tells; it never holds names, numbers of patients, or texts."
    )


NAMES: tuple[str, ...] = tuple(name for name in Values.model_fields if name != "keys")  # in the order of the page; keys have their own


class Settings:
    """The values in force, where each came from, and who wants to hear of a change.

    Args:
        folder: where the person's own choices are kept (`settings.json`).
        policy: a JSON file set by IT, or None where there is none.

    Raises:
        Trouble: INPUT where a file cannot be understood; the sentence names the file's role, the details the setting.
    """

    def __init__(self, folder: Path, policy: Path | None = None) -> None:
        self._file = folder / FILE
        self._own = _read(self._file, "Your settings cannot be read.", "Delete the settings file to begin with the defaults.")
        self._policy = _read(policy, "The settings by which IT governs this desk cannot be read.", "Ask IT to correct its policy file.")
        self._listeners: list[Callable[[str], None]] = []
        self.values = self._combine()

    @classmethod
    def or_defaults(cls, folder: Path, policy: Path | None) -> tuple[Settings, Trouble | None]:
        """The settings, or the defaults with the trouble to tell: a spoilt file keeps nobody from working."""
        try:
            return cls(folder, policy), None
        except Trouble as trouble:
            settings = cls(folder / "none")  # nothing is read there; a choice is kept where it belongs
            settings._file = folder / FILE
            return settings, trouble

    def source(self, name: str) -> Source:
        """Who set a value."""
        return "policy" if name in self._policy else "you" if name in self._own else "default"

    def set(self, name: str, value: Any) -> None:  # noqa: ANN401  the model checks it
        """Keeps the person's choice.

        Raises:
            Trouble: STATE where a policy rules, INPUT where the value does not fit, STORAGE where it cannot be kept.
        """
        if name in self._policy:
            raise Trouble("This setting is set by IT.", "Ask IT to change its policy.", name, Kind.STATE)
        before = dict(self._own)
        self._own[name] = value
        try:
            self.values = self._combine()
            _write(self._file, self._own)
        except Trouble:
            self._own = before
            self.values = self._combine()
            raise
        for listener in self._listeners:
            listener(name)

    def listen(self, listener: Callable[[str], None]) -> None:
        """Calls with the name of each setting that changes from now on."""
        self._listeners.append(listener)

    def _combine(self) -> Values:
        try:
            return Values.model_validate({**self._own, **self._policy})
        except ValidationError as wrong:
            names = ", ".join(str(error["loc"][0]) for error in wrong.errors() if error["loc"])
            raise Trouble("A setting has a value that does not fit.", "Choose another value.", names, Kind.INPUT) from None


def policy_file() -> Path | None:
    """Where IT puts a policy on this computer, if it did: `policy.json` in the system's configuration folder."""
    import platformdirs  # noqa: PLC0415  late import: asked once, by the program's start

    named = os.environ.get("OVERREAD_POLICY")
    path = Path(named) if named else Path(platformdirs.site_config_dir("overread", appauthor=False)) / "policy.json"
    return path if path.is_file() else None


def _read(path: Path | None, happened: str, remedy: str) -> dict[str, Any]:
    if path is None or not path.exists():
        return {}
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as wrong:
        raise Trouble(happened, remedy, type(wrong).__name__, Kind.INPUT) from None
    if not isinstance(value, dict):
        raise Trouble(happened, remedy, "not an object", Kind.INPUT)
    return value


def _write(path: Path, value: dict[str, Any]) -> None:
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(value, indent=1, sort_keys=True), "utf-8")
        part.replace(path)
    except OSError as wrong:
        raise Trouble("Your choice could not be kept.", "Make room on the disk and choose again.", str(wrong.errno), Kind.STORAGE) from None
