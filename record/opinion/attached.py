"""The canonical `opinion.json` that travels inside the PDF, under the signature (ARCHITECTURE.md, section 6)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import rfc8785

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from record.opinion.draft import Draft, KeyImage
    from record.opinion.facts import Facts

FORMAT = "overread opinion 1"


@dataclass(frozen=True)
class Attached:
    """What a program reads from a signed opinion: whose case it answers, on which manifest it rests, and what it says."""

    case: str
    assignment: str
    manifest_version: int
    manifest_digest: str
    revision: int
    amends: str | None
    answers: tuple[tuple[str, str], ...]  # question id, text
    key_images: tuple[tuple[str, int], ...]  # SOP instance UID, frame from 0
    value: dict[str, Any]  # all of it


def opinion_json(draft: Draft, facts: Facts) -> bytes:
    """The canonical JSON (RFC 8785) of an opinion; equal arguments give equal bytes."""
    return rfc8785.dumps(
        {
            "format": FORMAT,
            "case": facts.case,
            "assignment": facts.assignment,
            "manifest": {"version": facts.manifest_version, "digest": facts.manifest_digest},
            "revision": facts.revision,
            "amends": facts.amends,
            "composed_at": facts.composed_at.isoformat(),
            "signer": {"name": facts.signer.name, "licences": list(facts.signer.licences)},
            "answers": [{"question": question.id, "text": draft.answer_to(question.id)} for question in facts.questions],
            "verdicts": [asdict(verdict) for verdict in draft.verdicts],
            "impression": draft.impression,
            "recommendation": {"text": draft.recommendation, "urgency": draft.urgency},
            "key_images": [_key_image(image) for image in draft.key_images],
            "measurements": [_listed(asdict(measurement)) for measurement in draft.measurements],
            "waivers": [asdict(waiver) for waiver in draft.waivers],
        }
    )


def read_opinion_json(data: bytes) -> Attached:
    """The parts of an attached `opinion.json` that a receiver checks.

    Raises:
        Trouble: DAMAGED where it is not one that `opinion_json` wrote.
    """
    try:
        return _attached(json.loads(data), data)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Trouble(
            "The signed opinion does not say in a readable form which case it answers.",
            "Compose and sign the opinion again on an up-to-date desk.",
            f"opinion.json: {type(error).__name__}",
            Kind.DAMAGED,
        ) from error


def _attached(value: dict[str, Any], data: bytes) -> Attached:
    if value["format"] != FORMAT or rfc8785.dumps(value) != data:
        raise ValueError("another format, or not canonical")
    return Attached(
        case=_text(value["case"]),
        assignment=_text(value["assignment"]),
        manifest_version=int(value["manifest"]["version"]),
        manifest_digest=_text(value["manifest"]["digest"]),
        revision=int(value["revision"]),
        amends=None if value["amends"] is None else _text(value["amends"]),
        answers=tuple((_text(answer["question"]), _text(answer["text"])) for answer in value["answers"]),
        key_images=tuple((_text(image["sop_instance_uid"]), int(image["frame"])) for image in value["key_images"]),
        value=value,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _listed(value: Any) -> Any:  # noqa: ANN401  any JSON value
    """Tuples as lists: canonical JSON knows no tuples."""
    if isinstance(value, list | tuple):
        return [_listed(one) for one in value]
    return {name: _listed(one) for name, one in value.items()} if isinstance(value, dict) else value


def _key_image(image: KeyImage) -> dict[str, Any]:
    value: dict[str, Any] = _listed(asdict(image))
    return value
