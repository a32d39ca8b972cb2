"""How much picture a line bears, and the word for it."""

from __future__ import annotations

import pytest

from app.consult.media.adaptation import LADDER, START, Adaptation, Judge, Second, judged

FINE, LOSSY, SLOW = Second(0.0, 0.05), Second(0.25, 0.05), Second(0.0, 1.0)


@pytest.mark.parametrize(
    ("second", "word"),
    [(FINE, "good"), (Second(0.05, 0.05), "weak"), (Second(0.0, 0.5), "weak"), (LOSSY, "very_weak"), (SLOW, "very_weak")],
)
def test_a_second_has_its_word(second: Second, word: str) -> None:
    assert judged(second) == word


def test_a_word_does_not_flicker() -> None:
    judge = Judge()
    assert [judge.take(s) for s in (FINE, LOSSY, FINE, LOSSY, LOSSY)] == ["good", "good", "good", "good", "very_weak"]
    assert [judge.take(FINE) for _ in range(5)][-2:] == ["very_weak", "good"]


def test_the_highest_step_is_720p30_and_the_first_640_by_480() -> None:
    assert (LADDER[-1].size, LADDER[-1].rate) == ((1280, 720), 30)
    assert (LADDER[START].size, LADDER[START].rate) == ((640, 480), 24)


def test_down_to_sound_only_and_back() -> None:
    one, seen = Adaptation(), []
    for second in [LOSSY] * 30 + [FINE] * 60:
        seen += [one.at] if one.take(second) else []
    assert seen == [2, 1, 0, 1, 2, 3, 4]
    assert not one.sound_only


def test_a_line_that_loses_every_seventh_packet_keeps_the_smallest_picture() -> None:
    one = Adaptation()
    for _ in range(60):
        one.take(Second(0.15, 0.05))
    assert one.at == 1


def test_a_picture_that_was_given_up_is_back_on_a_line_that_is_not_yet_good() -> None:
    one = Adaptation()
    for second in [LOSSY] * 30 + [Second(0.08, 0.05)] * 30:
        one.take(second)
    assert one.at == 1


def test_a_machine_that_is_late_gets_a_smaller_picture() -> None:
    one = Adaptation()
    assert [one.take(Second(0.0, 0.05, late_s=0.3)) for _ in range(3)] == [False, False, True]


def test_bits_are_a_limit_only_where_they_are_used_up() -> None:
    idle, starved = Adaptation(), Adaptation()
    for _ in range(10):
        idle.take(Second(0.0, 0.05, bits=250_000, sent=30_000))
        starved.take(Second(0.0, 0.05, bits=250_000, sent=250_000))
    assert idle.at == START + 1
    assert starved.at < START


def test_several_peers_share_a_machine() -> None:
    one = Adaptation(most=2)
    assert one.step == LADDER[2]
    assert not any(one.take(FINE) for _ in range(30))
