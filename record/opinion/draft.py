"""The draft of an opinion: everything a physician writes and marks, by value, and its JSON form.

A draft is what the editor changes and the vault keeps; it never names the patient. Positions are `column_row` (pixel centres at integers,
the image's edge at −0.5).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FORMAT = 1


class Verdict(StrEnum):
    """What the records say about a first diagnosis or plan."""

    CONFIRMED = "confirmed"
    REFINED = "refined"
    CHANGED = "changed"
    CANNOT_JUDGE = "cannot_judge"


class Confidence(StrEnum):
    """How sure the physician is of a verdict."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class Urgency(StrEnum):
    """How soon the recommendation should be acted on."""

    ROUTINE = "routine"
    WITHIN_WEEKS = "within_weeks"
    WITHIN_DAYS = "within_days"
    AT_ONCE = "at_once"


class Side(StrEnum):
    """The side of the patient that a mark lies on, known from the image's geometry."""

    LEFT = "left"
    RIGHT = "right"


class MarkKind(StrEnum):
    """What a mark on an image is."""

    LENGTH = "length"
    ANGLE = "angle"
    COBB = "cobb"
    ELLIPSE = "ellipse"
    PROBE = "probe"
    ARROW = "arrow"
    TEXT = "text"


@dataclass(frozen=True)
class Answer:
    """The answer to one question of the case (`question` is its id)."""

    question: str
    text: str


@dataclass(frozen=True)
class DiagnosisVerdict:
    """The verdict on one first diagnosis; `verdict` is None until the physician chose."""

    diagnosis: str
    verdict: Verdict | None = None
    confidence: Confidence | None = None
    reason: str = ""


@dataclass(frozen=True)
class Window:
    """The window a key image was kept with, in modality values (HU for CT)."""

    centre: float
    width: float
    function: str = ""  # LINEAR, LINEAR_EXACT or SIGMOID (PS3.3 C.11.2.1); "": the image's own


@dataclass(frozen=True)
class Mark:
    """A mark on a key image; `points` are `column_row`, `text` is what stands beside it ("22.2 mm")."""

    kind: MarkKind
    points: tuple[tuple[float, float], ...]
    text: str = ""
    side: Side | None = None


@dataclass(frozen=True)
class KeyImage:
    """One frame kept for the opinion: which, how it was shown, and what is said of it."""

    id: str
    sop_instance_uid: str
    frame: int = 0  # from 0
    window: Window | None = None  # None: as stored
    table: int | None = None  # which VOI table of the image instead of a window, from 0
    inverted: bool = False
    marks: tuple[Mark, ...] = ()
    caption: str = ""
    source: str = ""  # series and date for people: "CT chest, 12 Oct 2026"
    side: Side | None = None  # where all that is marked lies on one side
    fidelity: str = ""  # where its picture is less than the image: "source was lossy 10:1"; "": stored pixels


@dataclass(frozen=True)
class Measurement:
    """A measurement taken over into the opinion; `value` in `unit` ("mm", "°", "HU", "cm²")."""

    id: str
    label: str
    value: float
    unit: str
    sop_instance_uid: str
    frame: int = 0
    points: tuple[tuple[float, float], ...] = ()
    side: Side | None = None
    calibration: str = ""  # where its millimetres come from


@dataclass(frozen=True)
class Waiver:
    """A finding of the signing sheet that stays open on purpose, with the reason that is kept."""

    code: str
    where: str
    reason: str
    sentence: str = ""  # what was found, as it was shown


@dataclass(frozen=True)
class Draft:
    """All that a physician has written; `Draft()` is empty."""

    answers: tuple[Answer, ...] = ()
    verdicts: tuple[DiagnosisVerdict, ...] = ()
    history: str = ""
    findings: str = ""
    reasoning: str = ""
    impression: str = ""
    recommendation: str = ""
    urgency: Urgency | None = None
    local_physician: str = ""
    plain_language: str = ""
    limits: str = ""
    conflicts: str = ""
    consult_notes: str = ""  # written in the consult, for the case; no part of the signed opinion
    key_images: tuple[KeyImage, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    waivers: tuple[Waiver, ...] = ()

    def answer_to(self, question: str) -> str:
        """The text of the answer to a question, or an empty string."""
        return next((answer.text for answer in self.answers if answer.question == question), "")

    def with_answer(self, question: str, text: str) -> Draft:
        """A draft in which `question` is answered by `text`; the order of the others stays."""
        if any(answer.question == question for answer in self.answers):
            answers = tuple(Answer(question, text) if answer.question == question else answer for answer in self.answers)
        else:
            answers = (*self.answers, Answer(question, text))
        return replace(self, answers=answers)


Made = TypeVar("Made")


def to_json(draft: Draft) -> dict[str, Any]:
    """The draft as JSON values; `from_json` gives it back equal."""
    return {"format": FORMAT, **asdict(draft)}


def from_json(value: Mapping[str, Any]) -> Draft:
    """The draft of a JSON value.

    Raises:
        Trouble: DAMAGED where the value is not one that `to_json` wrote.
    """
    try:
        return _draft(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Trouble(
            "The kept draft of this opinion cannot be read.",
            "Close the case and open it again; if it stays, send the logs to your IT and keep this computer as it is.",
            f"{type(error).__name__} in a draft of format {value.get('format')!r}",
            Kind.DAMAGED,
        ) from error


def _draft(value: Mapping[str, Any]) -> Draft:
    if value["format"] != FORMAT:
        raise ValueError("another format")
    lists: dict[str, Callable[[Mapping[str, Any]], Any]] = {
        "answers": lambda one: Answer(**one),
        "verdicts": _verdict,
        "key_images": _key_image,
        "measurements": _measurement,
        "waivers": lambda one: Waiver(**one),
    }
    fields = {name: value[name] for name in Draft.__dataclass_fields__}
    for name in fields.keys() - lists.keys() - {"urgency"}:
        if not isinstance(fields[name], str):
            raise TypeError("a text is no text")
    made = {name: tuple(make(one) for one in fields[name]) for name, make in lists.items()}
    return Draft(**{**fields, **made, "urgency": _maybe(Urgency, fields["urgency"])})


def _maybe(make: Callable[[Any], Made], value: Any) -> Made | None:  # noqa: ANN401  any JSON value
    return None if value is None else make(value)


def _verdict(value: Mapping[str, Any]) -> DiagnosisVerdict:
    chosen = {"verdict": _maybe(Verdict, value["verdict"]), "confidence": _maybe(Confidence, value["confidence"])}
    return DiagnosisVerdict(**{**value, **chosen})


def _points(value: list[list[float]]) -> tuple[tuple[float, float], ...]:
    return tuple((float(column), float(row)) for column, row in value)


def _mark(value: Mapping[str, Any]) -> Mark:
    read = {"kind": MarkKind(value["kind"]), "points": _points(value["points"]), "side": _maybe(Side, value["side"])}
    return Mark(**{**value, **read})


def _key_image(value: Mapping[str, Any]) -> KeyImage:
    read = {
        "window": _maybe(lambda window: Window(**window), value["window"]),
        "marks": tuple(_mark(mark) for mark in value["marks"]),
        "side": _maybe(Side, value["side"]),
    }
    return KeyImage(**{**value, **read})


def _measurement(value: Mapping[str, Any]) -> Measurement:
    return Measurement(**{**value, "points": _points(value["points"]), "side": _maybe(Side, value["side"])})
