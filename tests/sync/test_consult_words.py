"""The words of a connection: test vectors, the exchange of both sides, and whoever sits in the middle."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from sync.protocol.words import COUNT, LIST_LENGTH, Comparison, commitment, numbers

LIST = Path(__file__).resolve().parents[2] / "resources" / "words" / "en.txt"
DESK, PERSON, MIDDLE = (bytes([n]) * 32 for n in (1, 2, 3))
NONCES = bytes(range(16)), bytes(range(16, 32))


def test_the_vectors() -> None:
    assert commitment(DESK, NONCES[0]).hex() == "87c404648aceed83f21c3da03229e492c49579582d8e35a8a0f57259fcc5c99d"
    assert numbers("call-1", DESK + NONCES[0], PERSON + NONCES[1]) == (369, 1309, 1562)


def test_the_numbers_are_the_top_33_bits_of_the_digest() -> None:
    one, other = PERSON + NONCES[1], DESK + NONCES[0]
    bits = f"{int(hashlib.sha256(b'overread words 1' + b'call-1' + other + one).hexdigest(), 16):0256b}"
    assert numbers("call-1", one, other) == tuple(int(bits[n * 11 : n * 11 + 11], 2) for n in range(COUNT))


def exchange(desk: Comparison, person: Comparison) -> None:
    to_person, to_desk = desk.begin(), person.begin()
    while to_person or to_desk:
        to_desk = to_desk + [b for body in to_person for b in person.heard(body)]
        to_person = [b for body in to_desk for b in desk.heard(body)]
        to_desk = []


def test_both_sides_get_the_same_numbers_and_each_call_others() -> None:
    seen = set()
    for call in ("a", "b"):
        desk, person = Comparison(call, (DESK, PERSON), offers=True), Comparison(call, (PERSON, DESK), offers=False)
        exchange(desk, person)
        assert desk.numbers == person.numbers is not None
        assert not person.cheated
        seen.add(desk.numbers)
    assert len(seen) == 2


def test_somebody_in_the_middle_has_other_numbers_on_each_side() -> None:
    desk, to_desk = Comparison("a", (DESK, MIDDLE), offers=True), Comparison("a", (MIDDLE, DESK), offers=False)
    to_person, person = Comparison("a", (MIDDLE, PERSON), offers=True), Comparison("a", (PERSON, MIDDLE), offers=False)
    exchange(desk, to_desk)
    exchange(to_person, person)
    assert None not in (desk.numbers, person.numbers)
    assert desk.numbers != person.numbers


def test_a_reveal_that_breaks_the_commitment_gives_no_words() -> None:
    person = Comparison("a", (PERSON, DESK), offers=False)
    person.heard({"k": "commit", "c": commitment(DESK, NONCES[0]).hex()})
    person.heard({"k": "reveal", "v": NONCES[1].hex()})
    assert person.cheated
    person.heard({"k": "reveal", "v": NONCES[0].hex()})
    assert person.numbers is None


@pytest.mark.parametrize(
    "body", [{}, {"k": "reveal", "v": "00"}, {"k": "nonce", "v": 7}, {"k": "nonce", "v": "zz"}, {"k": "commit"}, {"k": 1}]
)
def test_what_does_not_belong_changes_nothing(body: dict[str, object]) -> None:
    for offers in (True, False):
        one = Comparison("a", (DESK, PERSON), offers=offers)
        assert one.heard(body) == []
        assert one.numbers is None
        assert not one.cheated


def test_the_list_is_easy_to_say_and_to_tell_apart() -> None:
    words = LIST.read_text("utf-8").split("\n")[:-1]
    assert len(words) == LIST_LENGTH == len(set(words))
    assert words == sorted(words)
    assert all(4 <= len(word) <= 8 and word.isascii() and word.isalpha() and word.islower() for word in words)
    gone: dict[str, str] = {}  # no word becomes another by one letter: both would leave the same with a letter taken out
    for word in words:
        for hole in {word, *(word[:n] + "." + word[n + 1 :] for n in range(len(word)))}:
            assert hole not in gone, (word, gone[hole])
            gone[hole] = word
