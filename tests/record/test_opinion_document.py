from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from record.opinion.attached import opinion_json, read_opinion_json
from record.opinion.document import Asked, Figures, Grid, PartName, Text
from record.opinion.draft import Draft, from_json, to_json
from record.opinion.material import absences, material_reviewed
from record.opinion.parts import make_document
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from record.opinion.facts import Facts

IN_ORDER = [
    "Patient",
    "Questions",
    "Answers",
    "First diagnoses",
    "Material reviewed",
    "Summary of history",
    "Findings",
    "Impression and reasoning",
    "Recommendation",
    "For the local physician",
    "In plain words",
    "Limits",
    "Signature",
    "Conflicts of interest",
]


def words(document: object) -> str:
    return repr(document)


def test_the_fourteen_parts_stand_in_their_order(draft: Draft, facts: Facts) -> None:
    assert [part.title for part in make_document(draft, facts).parts] == IN_ORDER


def test_an_empty_draft_still_has_all_parts_and_says_what_is_absent(facts: Facts) -> None:
    bare = replace(facts, questions=(), diagnoses=(), material=(), absent=(), history="", requester=None, addressee=None)
    document = make_document(Draft(), bare)
    assert [part.title for part in document.parts] == IN_ORDER
    assert all(part.blocks for part in document.parts)
    stated = {part.name for part in document.parts if part.stated}
    assert stated == {PartName.PARTIES, PartName.LIMITS, PartName.SIGNATURE}
    assert document.part(PartName.CONFLICTS).blocks == (Text("None declared.", quiet=True),)


def test_the_notice_that_nobody_was_examined_is_on_every_opinion(facts: Facts) -> None:
    limits = make_document(Draft(), facts).part(PartName.LIMITS)
    assert "No physical examination was made" in words(limits)


def test_every_question_stands_with_its_answer_or_says_that_it_has_none(draft: Draft, facts: Facts) -> None:
    answers = make_document(replace(draft, answers=draft.answers[:2]), facts).part(PartName.ANSWERS).blocks
    assert [block.question for block in answers if isinstance(block, Asked)] == [question.text for question in facts.questions]
    last = answers[-1]
    assert isinstance(last, Asked)
    assert last.answer == "This question is not answered."
    assert last.heading == "Question 3, from the patient"


def test_a_verdict_that_was_not_given_is_stated(facts: Facts) -> None:
    assert "No verdict is given." in words(make_document(Draft(), facts).part(PartName.VERDICTS))


def test_material_has_date_source_quality_and_absences(draft: Draft, facts: Facts) -> None:
    part = make_document(draft, facts).part(PartName.MATERIAL)
    grid = part.blocks[0]
    assert isinstance(grid, Grid)
    assert grid.rows[1] == ("CT: chest, prior", "3 Mar 2026", "St Anne", "1 series, 62 images")
    assert "none of this case's identities" in words(part)
    assert "Not available: pathology slides, because the laboratory no longer keeps them." in words(part)


def test_the_hospitals_history_is_printed_where_the_physician_wrote_none(draft: Draft, facts: Facts) -> None:
    assert "As collected by the hospital" in words(make_document(draft, facts).part(PartName.HISTORY))
    own = make_document(replace(draft, history="My words."), facts).part(PartName.HISTORY)
    assert own.blocks == (Text("My words."),)


def test_a_figure_tells_where_its_picture_is_less_than_the_image(draft: Draft, facts: Facts) -> None:
    one = replace(draft.key_images[1], fidelity="source was lossy 10:1")
    parts = make_document(replace(draft, key_images=(one,)), facts)
    figures = parts.part(PartName.FINDINGS).blocks[-1]
    assert isinstance(figures, Figures)
    assert figures.figures[0].caption == "Figure 1. Prior, 41 mm, 3 Mar 2026. Picture: source was lossy 10:1"
    assert from_json(to_json(replace(draft, key_images=(one,)))).key_images == (one,)


def test_figures_carry_number_caption_and_source(draft: Draft, facts: Facts) -> None:
    figures = make_document(draft, facts).part(PartName.FINDINGS).blocks[-1]
    assert isinstance(figures, Figures)
    assert [figure.caption for figure in figures.figures] == [
        "Figure 1. 22.2 mm, left upper lobe, 12 Oct 2026",
        "Figure 2. Prior, 41 mm, 3 Mar 2026",
    ]


def test_waivers_and_their_reasons_are_printed(draft: Draft, facts: Facts) -> None:
    assert "Left open on purpose: The series “Localizer” was not opened. Reason: A localizer" in words(
        make_document(draft, facts).part(PartName.LIMITS)
    )


def test_signature_states_licences_version_and_what_is_amended(draft: Draft, facts: Facts) -> None:
    addendum = make_document(draft, replace(facts, amends="a77e0c11/1", revision=2))
    part = words(addendum.part(PartName.SIGNATURE))
    assert addendum.title == "Addendum to a second opinion"
    for text in ("New York 123456; Ontario 99-1204", "2, on records version 2", "opinion a77e0c11/1", "20 Oct 2026, 14:05 UTC"):
        assert text in part


def test_two_identifiers_at_least_stand_in_the_identity_line(draft: Draft, facts: Facts) -> None:
    assert make_document(draft, facts).identity == "Okafor, Ngozi · 14 May 1965 · 4471-0093"


def test_opinion_json_says_whose_case_it_answers_and_on_what_it_rests(draft: Draft, facts: Facts) -> None:
    read = read_opinion_json(opinion_json(draft, facts))
    assert (read.case, read.assignment, read.revision, read.amends) == ("c2f1b0a9", "a77e0c11", 1, None)
    assert (read.manifest_version, read.manifest_digest) == (2, "ab" * 32)
    assert [question for question, _ in read.answers] == ["q1", "q2", "q3"]
    assert read.key_images == (("1.2.3.4", 31), ("1.2.3.5", 30))
    assert read.value["waivers"][0]["reason"] == "A localizer, nothing to read in it."


def test_opinion_json_does_not_name_the_patient(draft: Draft, facts: Facts) -> None:
    data = opinion_json(draft, facts)
    assert b"Okafor" not in data
    assert b"4471-0093" not in data


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"null", b'{"format":"overread opinion 1"}', b"\xff", b"[" * 5000])
def test_what_is_no_opinion_json_is_one_trouble(data: bytes) -> None:
    with pytest.raises(Trouble) as caught:
        read_opinion_json(data)
    assert caught.value.kind is Kind.DAMAGED


def test_opinion_json_in_another_spelling_is_refused(draft: Draft, facts: Facts) -> None:
    with pytest.raises(Trouble):
        read_opinion_json(opinion_json(draft, facts) + b" ")


MANIFEST = {
    "studies": [
        {
            "role": "prior",
            "date": "2026-03-03",
            "description": "chest",
            "source": "St Anne",
            "matches_identity": False,
            "series": [
                {"modality": "CT", "instances": [{"trouble": None}, {"trouble": {"kind": "image"}}]},
                {"modality": "CT", "instances": [{"trouble": None}]},
            ],
        }
    ],
    "documents": [{"kind": "letter", "title": "Referral", "date": "", "source": "Harbour Clinic", "pages": 1}],
    "absent": [{"what": "slides", "because": "lost"}],
}


def test_material_comes_from_the_manifest() -> None:
    study, letter = material_reviewed(MANIFEST)
    assert (study.what, study.extent, study.date, study.role) == ("CT: chest", "2 series, 3 images", date(2026, 3, 3), "prior")
    assert study.quality == "1 image cannot be shown; its patient number is none of this case's identities"
    assert (letter.what, letter.extent, letter.date) == ("Letter: Referral", "1 page", None)
    assert [(one.what, one.because) for one in absences(MANIFEST)] == [("slides", "lost")]


def test_an_addendum_leaves_what_it_does_not_say_as_it_was(facts: Facts) -> None:
    document = make_document(Draft(findings="A calcified node."), replace(facts, amends="a1/1"))
    assert document.title == "Addendum to a second opinion"
    answers = document.part(PartName.ANSWERS).blocks
    assert {block.answer for block in answers if isinstance(block, Asked)} == {"As in the opinion that this addendum amends."}
    assert "As in the opinion that this addendum amends." in words(document.part(PartName.VERDICTS))
