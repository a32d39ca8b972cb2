"""What a description looks like before aiortc reads it."""

from __future__ import annotations

from app.consult.media.link import candidates_everywhere

HEAD, CANDIDATE, END = "v=0\r\na=group:BUNDLE 0 1\r\n", "a=candidate:1 1 udp 9 127.0.0.1 4000 typ relay\r\n", "a=end-of-candidates\r\n"


def test_candidates_that_are_named_once_stand_under_every_medium() -> None:
    given = HEAD + "m=audio 4000 X 96\r\n" + CANDIDATE + END + "a=mid:0\r\nm=video 9 X 97\r\na=mid:1\r\n"
    assert candidates_everywhere(given) == (
        HEAD + "m=audio 4000 X 96\r\n" + CANDIDATE + END + "a=mid:0\r\nm=video 9 X 97\r\na=mid:1\r\n" + CANDIDATE + END
    )


def test_what_has_its_own_or_none_stays() -> None:
    whole = HEAD + "m=audio 4000 X 96\r\n" + CANDIDATE + "m=video 9 X 97\r\n" + CANDIDATE
    assert candidates_everywhere(whole) == whole
    assert candidates_everywhere("nonsense") == "nonsense"
