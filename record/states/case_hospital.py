"""The case as the hospital has it; only the hospital moves it. `blocked` runs the rules again when a place or licence changes."""

from __future__ import annotations

from record.states.table import Row, Table, Who

TABLE = Table(
    name="case",
    title="case",
    starts=("requested", "imported"),
    rows={
        ("requested", "submitted"): Row("eligibility", frozenset({Who.PATIENT, Who.COORDINATOR}), due=1),
        ("eligibility", "found_eligible"): Row("fee_due", frozenset({Who.RULES, Who.COORDINATOR}), ("quote", "remind_patient"), due=14),
        ("eligibility", "found_not_possible"): Row(
            "not_possible", frozenset({Who.RULES, Who.COORDINATOR}), ("tell_patient", "refund_if_paid"), clock_runs=False
        ),
        ("fee_due", "paid"): Row("consents", frozenset({Who.SYSTEM}), ("receipt", "remind_patient"), due=5),
        ("fee_due", "waived"): Row("consents", frozenset({Who.COORDINATOR}), ("remind_patient",), due=5),
        ("fee_due", "time_out"): Row("lapsed", frozenset({Who.SYSTEM}), ("tell_patient",), clock_runs=False),
        ("consents", "consented"): Row("collecting", frozenset({Who.PATIENT}), ("request_records",), due=20),
        ("consents", "time_out"): Row("lapsed", frozenset({Who.SYSTEM}), ("tell_patient", "refund_if_paid"), clock_runs=False),
        ("collecting", "complete"): Row("quality_check", frozenset({Who.COORDINATOR}), due=2),
        ("quality_check", "passed"): Row("ready", frozenset({Who.CLINICIAN}), ("make_renditions", "freeze_manifest"), due=1),
        ("quality_check", "returned"): Row("collecting", frozenset({Who.CLINICIAN}), ("request_records",), due=20),
        ("imported", "checked"): Row("ready", frozenset({Who.SYSTEM, Who.COORDINATOR}), ("make_renditions", "freeze_manifest"), due=1),
        ("ready", "late_item"): Row("ready", frozenset({Who.SYSTEM, Who.COORDINATOR}), ("next_manifest",), due=1),
        ("ready", "assigned"): Row("assigned", frozenset({Who.COORDINATOR}), ("send_to_desk",), due=5),
        ("assigned", "late_item"): Row("assigned", frozenset({Who.SYSTEM, Who.COORDINATOR}), ("next_manifest", "tell_physicians"), due=5),
        ("assigned", "no_assignment_left"): Row("ready", frozenset({Who.SYSTEM}), ("tell_coordinator",), due=1),
        ("assigned", "returned"): Row("collecting", frozenset({Who.COORDINATOR}), ("withdraw_assignments", "request_records"), due=20),
        ("assigned", "opinion_received"): Row("opined", frozenset({Who.SYSTEM}), ("tell_coordinator",), due=2),
        ("opined", "second_review_asked"): Row("second_review", frozenset({Who.RULES, Who.COORDINATOR}), ("offer_second_review",), due=2),
        ("opined", "released"): Row("released", frozenset({Who.COORDINATOR}), ("check_licences", "deliver_opinion"), due=2),
        ("second_review", "released"): Row("released", frozenset({Who.COORDINATOR}), ("check_licences", "deliver_opinion"), due=2),
        ("released", "followed_up"): Row("closed", frozenset({Who.SYSTEM, Who.COORDINATOR}), ("settle", "survey"), clock_runs=False),
        ("closed", "addendum_asked"): Row("assigned", frozenset({Who.COORDINATOR, Who.PHYSICIAN}), ("send_to_desk",), due=5),
        ("closed", "retention_begun"): Row("retained", frozenset({Who.SYSTEM}), ("archive",), clock_runs=False),
        ("retained", "retention_over"): Row("purged", frozenset({Who.RECORDS_OFFICER}), ("shred", "certificate"), clock_runs=False),
        ("requested", "withdrawn"): Row(
            "withdrawn", frozenset({Who.PATIENT, Who.COORDINATOR}), ("withdraw_assignments", "refund_if_paid"), clock_runs=False
        ),
        ("eligibility", "withdrawn"): Row(
            "withdrawn", frozenset({Who.PATIENT, Who.COORDINATOR}), ("withdraw_assignments", "refund_if_paid"), clock_runs=False
        ),
        ("fee_due", "withdrawn"): Row(
            "withdrawn", frozenset({Who.PATIENT, Who.COORDINATOR}), ("withdraw_assignments", "refund_if_paid"), clock_runs=False
        ),
        ("consents", "withdrawn"): Row(
            "withdrawn", frozenset({Who.PATIENT, Who.COORDINATOR}), ("withdraw_assignments", "refund_if_paid"), clock_runs=False
        ),
        ("collecting", "withdrawn"): Row(
            "withdrawn", frozenset({Who.PATIENT, Who.COORDINATOR}), ("withdraw_assignments", "refund_if_paid"), clock_runs=False
        ),
        ("quality_check", "withdrawn"): Row(
            "withdrawn", frozenset({Who.PATIENT, Who.COORDINATOR}), ("withdraw_assignments", "refund_if_paid"), clock_runs=False
        ),
        ("imported", "withdrawn"): Row(
            "withdrawn", frozenset({Who.PATIENT, Who.COORDINATOR}), ("withdraw_assignments", "refund_if_paid"), clock_runs=False
        ),
        ("ready", "withdrawn"): Row(
            "withdrawn", frozenset({Who.PATIENT, Who.COORDINATOR}), ("withdraw_assignments", "refund_if_paid"), clock_runs=False
        ),
        ("assigned", "withdrawn"): Row(
            "withdrawn", frozenset({Who.PATIENT, Who.COORDINATOR}), ("withdraw_assignments", "refund_if_paid"), clock_runs=False
        ),
        ("opined", "withdrawn"): Row(
            "withdrawn", frozenset({Who.PATIENT, Who.COORDINATOR}), ("withdraw_assignments", "refund_if_paid"), clock_runs=False
        ),
        ("second_review", "withdrawn"): Row(
            "withdrawn", frozenset({Who.PATIENT, Who.COORDINATOR}), ("withdraw_assignments", "refund_if_paid"), clock_runs=False
        ),
    },
    overlays=("on_hold", "blocked", "legal_hold"),
)
