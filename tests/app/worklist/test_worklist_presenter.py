"""What the worklist says of a case in each of its states, and that an offered one tells no identity."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from app.worklist.presenter import Pace, Presenter, _acts, identity_line
from record.trouble import Kind, Trouble
from sync.protocol.messages import AssignmentBody, CaseBody, OfferSummary, Patient, Question, Referrer
from sync.vault.values import CaseState, OpinionState, OpinionView, Readiness, ReceiptView, WorklistRow

if TYPE_CHECKING:
    from app.worklist.row import OnDesk
    from sync.protocol.messages import Manifest

NOW = datetime(2026, 11, 24, 14, 32, tzinfo=UTC)
WHO = Referrer(name="Dr A. Lindqvist", institution="Akademiska", place="Uppsala")
OFFER = OfferSummary(
    asked="Is surgery still an option?",
    person="Woman of 61",
    specialty="Thoracic oncology",
    referrer=WHO,
    modalities=["CT", "PT"],
    priors=2,
    images=4212,
    bytes=1_100_000_000,
    minutes=40,
    stipend="150 USD",
    due_at=NOW + timedelta(days=1),
    offered_until=NOW + timedelta(days=3),
)
CASE = CaseBody(
    id="c",
    title="Is surgery still an option after chemotherapy?",
    specialty="Thoracic oncology",
    patient=Patient(name="Okafor^Ngozi", birth_date=date(1965, 5, 14), sex="F", patient_id="4471-0093"),
    questions=[
        Question(id="q1", number=1, asked_by="referrer", text="Resection?"),
        Question(id="q2", number=2, asked_by="patient", text="Wait?"),
    ],
    referrer=WHO,
    due_at=NOW + timedelta(days=1),
)
READY = Readiness(CaseState.READY_OFFLINE, 10, 10, 1_100_000_000, 1_100_000_000)
OPINION = OpinionView("a", "c", 1, OpinionState.SIGNED, 1, "m", "d", "s", NOW, None)
ROW = WorklistRow(
    AssignmentBody(id="a", case="c", state="accepted", offer=OFFER), 3, CASE, READY, ("CT", "PT"), 2, 5, 4212, CASE.due_at, None, None
)
OFFERED = replace(
    ROW,
    assignment=AssignmentBody(id="a", case="c", state="offered", offer=OFFER),
    case=None,
    readiness=Readiness(CaseState.OFFERED, 0, 0, 0, 0),
)


class _Vault:
    def __init__(self, row: WorklistRow) -> None:
        self.row = row

    def cases(self) -> tuple[WorklistRow, ...]:
        return (self.row,)

    def manifest(self, case: str) -> Manifest:
        raise Trouble("This case has not arrived yet.", "It comes by itself.", "", Kind.STATE)

    def read_object(self, case: str, object_id: str) -> bytes:
        return b"%PDF"


def _presenter(row: WorklistRow, *, pace: float = 0, draft: datetime | None = None, done: list[tuple[str, str]] | None = None) -> Presenter:
    acts = [] if done is None else done
    return Presenter(
        vault=_Vault(row),
        first_page=lambda pdf: pdf.decode(),
        intend=lambda _row, act, reason: acts.append((act, reason)),
        paces={"c": Pace(pace)},
        draft_kept=lambda _case, _assignment: draft,
    )


def _on_desk(row: WorklistRow, *, pace: float = 0, draft: datetime | None = None) -> OnDesk:
    return _presenter(row, pace=pace, draft=draft).rows(NOW)[0].on_desk


def test_an_accepted_case_says_who_and_what() -> None:
    row = _presenter(ROW).rows(NOW)[0]
    assert (row.person, row.identity) == ("Okafor, Ngozi", "F, 61 · 4471-0093")
    assert row.by == "Thoracic oncology · Dr A. Lindqvist, Uppsala"
    assert row.tags == ("CT", "PET", "2 priors")
    assert row.due.words == "tomorrow"
    assert identity_line(CASE) == "F · 14 May 1965 · 4471-0093"


def test_an_offered_case_tells_no_identity_anywhere() -> None:
    presenter = _presenter(OFFERED)
    row, preview = presenter.rows(NOW)[0], presenter.preview("c", NOW)
    everything = f"{row} {preview}"
    assert "Okafor" not in everything
    assert "4471" not in everything
    assert "1965" not in everything
    assert dict(preview.facts)["Takes"] == "about 40 min"
    assert dict(preview.facts)["Stipend"] == "150 USD"
    assert dict(preview.facts)["Due"] == "tomorrow"
    assert row.acts == ("accept", "decline", "pause")
    assert row.on_desk.words == "Offered until Friday"


def test_ready_says_how_much_or_when_the_draft_was_kept() -> None:
    told = _on_desk(ROW)
    assert (told.dot, told.words, told.more) == ("good", "Ready offline", "4,212 images, 1.1 GB")
    assert _on_desk(ROW, draft=NOW - timedelta(minutes=12)).more == "draft kept 14:20"


def test_arriving_says_how_much_and_how_long() -> None:
    fetching = replace(ROW, readiness=Readiness(CaseState.FETCHING, 6, 10, 682_000_000, 1_100_000_000))
    told = _on_desk(fetching, pace=2_300_000)
    assert told.words == "62 %, 3 min left"
    assert told.progress == pytest.approx(0.62)
    assert _on_desk(fetching).words == "62 %"


def test_what_is_not_all_there_never_reads_as_ready_or_as_whole() -> None:
    nearly = replace(ROW, readiness=Readiness(CaseState.FETCHING, 9, 10, 1_099_999_999, 1_100_000_000))
    assert _on_desk(nearly).words == "99 %"
    assert "Ready" not in _on_desk(nearly).words


def test_the_list_alone_is_not_a_hundred_percent() -> None:
    assert _on_desk(replace(ROW, readiness=Readiness(CaseState.FETCHING, 1, 1, 4000, 4000))).words == "Coming"


def test_a_case_that_was_ready_can_be_read_while_a_part_is_fetched_again() -> None:
    first = Readiness(CaseState.FETCHING, 9, 10, 1_000_000_000, 1_100_000_000, damaged=1)
    assert "read" not in _acts(replace(ROW, readiness=first))
    assert _acts(replace(ROW, readiness=replace(first, stood=True))) == ("read", "pause", "give_back")


@pytest.mark.parametrize("state", [OpinionState.SIGNED, OpinionState.SENDING])
def test_without_a_receipt_nothing_is_called_received(state: OpinionState) -> None:
    told = _on_desk(replace(ROW, opinion=replace(OPINION, state=state)))
    assert told.words == "Signed, on its way"


def test_with_a_receipt_the_row_recedes_and_names_it() -> None:
    receipt = ReceiptView("7F3A-19C2", NOW - timedelta(days=1), quarantined=False)
    row = _presenter(replace(ROW, opinion=replace(OPINION, state=OpinionState.RECEIVED, receipt=receipt))).rows(NOW)[0]
    assert (row.on_desk.words, row.on_desk.more) == ("Received by the hospital", "receipt 7F3A-19C2, yesterday")
    assert row.done
    assert row.due.words == "–"


def test_a_damaged_case_says_that_it_is_being_repaired() -> None:
    told = _on_desk(replace(ROW, readiness=replace(READY, state=CaseState.FETCHING, damaged=2)))
    assert (told.dot, told.words) == ("warn", "Being repaired")


def test_an_act_is_sent_once_and_then_waits() -> None:
    done: list[tuple[str, str]] = []
    _presenter(OFFERED, done=done).act("c", "decline", "Outside my field")
    assert done == [("decline", "Outside my field")]
    waiting = _presenter(replace(OFFERED, pending_intent="decline"), done=done)
    assert waiting.rows(NOW)[0].on_desk.words == "Declined"
    with pytest.raises(Trouble) as refused:
        waiting.act("c", "decline", "again")
    assert refused.value.kind is Kind.STATE
    assert len(done) == 1


def test_the_letter_waits_for_the_images() -> None:
    preview = _presenter(ROW).preview("c", NOW)
    assert (preview.letter_title, preview.letter_object) == ("Letter", "")
    assert [question.from_patient for question in preview.questions] == [False, True]
