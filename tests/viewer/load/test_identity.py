from __future__ import annotations

from tests.viewer.load.made import header
from viewer.load.identity import Identity, belongs

OWN = Identity("Test^Tessa", "4471-0093", "", "19650514")
ELSEWHERE = Identity("Test, Tessa", "A-77", "Elsewhere", "19650514")


def test_the_number_and_the_person_decide() -> None:
    assert belongs(header(), (OWN,))
    assert belongs(header(patient_id="A-77", issuer="Elsewhere"), (OWN, ELSEWHERE))


def test_another_number_is_another_patient_even_under_the_same_name() -> None:
    assert not belongs(header(patient_id="9"), (OWN, ELSEWHERE))


def test_one_number_of_two_hospitals_is_two_people() -> None:
    assert not belongs(header(patient_id="A-77", issuer="Third"), (OWN, ELSEWHERE))


def test_a_right_number_with_another_name_or_birth_date_is_another_patient() -> None:
    assert not belongs(header(patient_name="Other^Tessa"), (OWN,))
    assert not belongs(header(birth_date="19700101"), (OWN,))


def test_accents_case_and_given_names_do_not_make_another_patient() -> None:
    assert belongs(header(patient_name="TÉST^T."), (OWN,))


def test_without_a_number_name_and_birth_date_must_both_be_there() -> None:
    assert belongs(header(patient_id=""), (OWN,))
    assert not belongs(header(patient_id="", birth_date=""), (OWN,))


def test_where_the_app_gives_no_identity_nothing_is_marked() -> None:
    assert belongs(header(), ())
